#include <ostiary/adapters/file_mailer.hpp>

#include <cerrno>
#include <cstdio>
#include <cstdlib>
#include <fcntl.h>
#include <string>
#include <unistd.h>

#include <ostiary/base/ascii.hpp>
#include <ostiary/base/encoding.hpp>

namespace ostiary::inline v0 {
namespace {

class Descriptor {
 public:
  explicit Descriptor(int value) noexcept : value_(value) {}
  Descriptor(const Descriptor&) = delete;
  Descriptor& operator=(const Descriptor&) = delete;
  ~Descriptor() { close(); }

  [[nodiscard]] int get() const noexcept { return value_; }
  // close says whether the file took everything: a network file system may tell only here.
  bool close() noexcept {
    const int value = std::exchange(value_, -1);
    return value < 0 || ::close(value) == 0;
  }

 private:
  int value_;
};

// A Message-ID as a file name: what is not plainly safe is percent-encoded, so two ids never share a name.
std::string file_name(std::string_view message_id) {
  std::string out;
  for (const char c : message_id) {
    const bool safe = ascii::is_letter_or_digit(c) || c == '@' || c == '-' || c == '_' || (c == '.' && !out.empty());
    if (safe) {
      out += c;
    } else {
      out.append("%").append(hex_encode(as_bytes({&c, 1})));
    }
  }
  return out;
}

bool write_all(int descriptor, std::string_view text) {
  while (!text.empty()) {
    const auto written = ::write(descriptor, text.data(), text.size());
    if (written < 0 && errno == EINTR) {
      continue;
    }
    if (written <= 0) {
      return false;
    }
    text.remove_prefix(static_cast<std::size_t>(written));
  }
  return true;
}

bool write_new_file(int descriptor, std::string_view text) {
  Descriptor file(descriptor);
  return write_all(descriptor, text) && ::fsync(descriptor) == 0 && file.close();
}

// Without this a power cut may undo a rename.
bool sync_folder(const std::filesystem::path& folder) {
  const Descriptor descriptor(::open(folder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
  return descriptor.get() >= 0 && ::fsync(descriptor.get()) == 0;
}

}  // namespace

Result<Delivery> FileMailer::send(const OutgoingMail& mail) {
  constexpr std::size_t name_length_max = 200;
  const std::string name = file_name(mail.message_id);
  if (name.empty() || name.size() > name_length_max) {
    return Errc::malformed_mail_header;
  }
  std::string temporary = (folder_ / ("." + name + ".XXXXXX")).string();
  const int descriptor = ::mkostemp(temporary.data(), O_CLOEXEC);  // mode 0600
  if (descriptor < 0) {
    return Errc::file_unwritable;
  }
  const std::string target = (folder_ / (name + ".eml")).string();
  if (!write_new_file(descriptor, mail.message) || ::rename(temporary.c_str(), target.c_str()) != 0) {
    ::unlink(temporary.c_str());
    return Errc::file_unwritable;
  }
  if (!sync_folder(folder_)) {
    return Errc::file_unwritable;
  }
  return Delivery{.verdict = DeliveryVerdict::accepted, .reason = "file"};
}

}  // namespace ostiary::inline v0
