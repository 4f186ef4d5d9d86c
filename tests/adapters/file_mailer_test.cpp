#include <ostiary/adapters/file_mailer.hpp>

#include <algorithm>
#include <csignal>
#include <filesystem>
#include <fstream>
#include <sstream>
#include <sys/resource.h>
#include <sys/stat.h>
#include <thread>
#include <unistd.h>
#include <vector>

#include <doctest/doctest.h>

#include "../temporary_folder.hpp"

using namespace ostiary;
using ostiary::test::TemporaryFolder;
namespace fs = std::filesystem;

namespace {

OutgoingMail mail(std::string message_id, std::string message = "Subject: x\r\n\r\nbody\r\n") {
  return {.from = EmailAddress::parse("portal@maple.example").value(),
          .to = EmailAddress::parse("zoe@mail.example").value(),
          .message_id = std::move(message_id),
          .message = std::move(message)};
}

std::string content_of(const fs::path& file) {
  std::ostringstream out;
  out << std::ifstream(file, std::ios::binary).rdbuf();
  return out.str();
}

}  // namespace

TEST_CASE("R72: a mail becomes one file of the same bytes that only its owner reads") {
  const TemporaryFolder folder;
  FileMailer mailer(folder.path());
  using namespace std::string_literals;
  const auto bytes = "Subject: x\r\n\r\nna\xC3\xAFve \0 byte\r\n"s;
  const auto delivery = mailer.send(mail("1@maple.example", bytes)).value();
  CHECK(delivery.verdict == DeliveryVerdict::accepted);
  CHECK(delivery.reason == "file");
  REQUIRE(folder.files() == std::vector<std::string>{"1@maple.example.eml"});
  CHECK(content_of(folder.path() / "1@maple.example.eml") == bytes);
  struct stat status{};
  REQUIRE(::stat((folder.path() / "1@maple.example.eml").c_str(), &status) == 0);
  CHECK((status.st_mode & 0777U) == 0600U);
}

TEST_CASE("R72: the same mail sent again is the same file, another mail is another file") {
  const TemporaryFolder folder;
  FileMailer mailer(folder.path());
  REQUIRE(mailer.send(mail("1@maple.example", "first")).has_value());
  REQUIRE(mailer.send(mail("1@maple.example", "again")).has_value());
  REQUIRE(mailer.send(mail("2@maple.example", "other")).has_value());
  CHECK(folder.files() == std::vector<std::string>{"1@maple.example.eml", "2@maple.example.eml"});
  CHECK(content_of(folder.path() / "1@maple.example.eml") == "again");
}

TEST_CASE("S315: a Message-ID cannot lead out of the folder, hide its file or share another's name") {
  const TemporaryFolder folder;
  fs::create_directory(folder.path() / "in");
  FileMailer mailer(folder.path() / "in");
  const std::vector<std::string> ids{"../up@x", "/etc/x@x", "..",     ".",    ".hidden@x",
                                     "a/b@x",   "a%2fb@x",  "a\nb@x", "a_b@x"};
  for (const auto& id : ids) {
    REQUIRE(mailer.send(mail(id)).has_value());
  }
  CHECK(folder.files() == std::vector<std::string>{"in"});
  std::vector<std::string> names;
  for (const auto& entry : fs::directory_iterator(folder.path() / "in")) {
    names.push_back(entry.path().filename().string());
  }
  CHECK(names.size() == ids.size());
  CHECK(std::ranges::none_of(names, [](const auto& name) { return name.starts_with('.'); }));
}

TEST_CASE("R72: an empty Message-ID, or one too long for a file name, is refused") {
  const TemporaryFolder folder;
  FileMailer mailer(folder.path());
  CHECK(mailer.send(mail("")).error() == Errc::malformed_mail_header);
  CHECK(mailer.send(mail(std::string(201, 'a'))).error() == Errc::malformed_mail_header);
  CHECK(folder.files().empty());
  CHECK(mailer.send(mail(std::string(200, 'a'))).has_value());
}

TEST_CASE("R72: a folder that cannot be written is told, and nothing is left behind") {
  const TemporaryFolder folder;
  FileMailer absent(folder.path() / "absent");
  CHECK(absent.send(mail("1@x")).error() == Errc::file_unwritable);
  CHECK(std::error_code(Errc::file_unwritable) == ErrorKind::configuration);

  fs::create_directory(folder.path() / "1@x.eml");  // the rename must fail
  FileMailer blocked(folder.path());
  CHECK(blocked.send(mail("1@x")).error() == Errc::file_unwritable);
  CHECK(folder.files() == std::vector<std::string>{"1@x.eml"});
}

TEST_CASE("R72: a disk that takes only a part of a mail leaves no part of it") {
  const TemporaryFolder folder;
  FileMailer mailer(folder.path());
  rlimit before{};
  REQUIRE(::getrlimit(RLIMIT_FSIZE, &before) == 0);
  auto* const handler = std::signal(SIGXFSZ, SIG_IGN);
  const rlimit tight{.rlim_cur = 1000, .rlim_max = before.rlim_max};
  REQUIRE(::setrlimit(RLIMIT_FSIZE, &tight) == 0);
  const auto result = mailer.send(mail("1@x", std::string(5000, 'x')));
  REQUIRE(::setrlimit(RLIMIT_FSIZE, &before) == 0);
  (void)std::signal(SIGXFSZ, handler);
  REQUIRE_FALSE(result.has_value());
  CHECK(result.error() == Errc::file_unwritable);
  CHECK(folder.files().empty());
}

TEST_CASE("R72: threads that write the same mail leave one whole file") {
  const TemporaryFolder folder;
  FileMailer mailer(folder.path());
  std::vector<std::thread> threads;
  for (char c = 'a'; c < 'i'; ++c) {
    threads.emplace_back([&mailer, c] {
      for (int i = 0; i < 10; ++i) {
        (void)mailer.send(mail("1@x", std::string(100'000, c)));
      }
    });
  }
  for (auto& thread : threads) {
    thread.join();
  }
  REQUIRE(folder.files() == std::vector<std::string>{"1@x.eml"});
  const auto content = content_of(folder.path() / "1@x.eml");
  CHECK(content == std::string(100'000, content.front()));
}
