#include "host.hpp"

#include <charconv>
#include <fcntl.h>
#include <fstream>
#include <sys/stat.h>
#include <unistd.h>

#include <ostiary/adapters/file_mailer.hpp>
#include <ostiary/adapters/smtp_mailer.hpp>

using namespace ostiary;  // NOLINT(google-build-using-namespace): an example reads better so

namespace admin {
namespace {

constexpr std::size_t key_size = 32;

std::filesystem::path store_file(const std::filesystem::path& folder) { return folder / "accounts.sqlite"; }
std::filesystem::path key_file(const std::filesystem::path& folder) { return folder / "keys"; }

// A production host takes its key ring from a secret manager.
Result<std::shared_ptr<const KeyRing>> read_keys(const std::filesystem::path& folder) {
  SecretBytes secret(key_size);
  std::ifstream in(key_file(folder), std::ios::binary);
  auto* const bytes = reinterpret_cast<char*>(secret.writable().data());
  if (!in.read(bytes, static_cast<std::streamsize>(secret.size()))) {
    return Errc::invalid_configuration;
  }
  std::vector<Key> keys;
  keys.push_back({.id = 1, .secret = std::move(secret)});
  return KeyRing::create(1, std::move(keys));
}

Result<std::unique_ptr<Mailer>> make_mailer(const HostOptions& options) {
  const auto& relay = options.smtp_plain.empty() ? options.smtp : options.smtp_plain;
  if (relay.empty()) {
    return std::make_unique<FileMailer>(options.folder / "mails");
  }
  const auto colon = relay.rfind(':');
  std::uint16_t port = 0;
  const auto* const end = relay.data() + relay.size();
  if (colon == std::string::npos || std::from_chars(relay.data() + colon + 1, end, port).ptr != end || port == 0) {
    return Errc::invalid_configuration;
  }
  OSTIARY_TRY(auto smtp, SmtpMailer::create({.host = relay.substr(0, colon),
                                             .port = port,
                                             .security = options.smtp_plain.empty() ? SmtpSecurity::starttls_required
                                                                                    : SmtpSecurity::insecurely_plain}));
  return smtp;
}

Result<Actor> make_actor(const HostOptions& options) {
  return options.staff.empty() ? Actor::host("admin_cli") : Actor::staff(options.staff, options.reason);
}

}  // namespace

std::string PortalLinks::url(LinkPurpose purpose, std::string_view token) const {
  const auto page = [&]() -> std::string {
    switch (purpose) {
      case LinkPurpose::setup:
        return "setup";
      case LinkPurpose::reset:
        return "reset";
      case LinkPurpose::confirm_address:
        return "confirm-address";
      case LinkPurpose::revoke_address_change:
        return "revoke-address-change";
      case LinkPurpose::factor_code:
        break;  // digits, never a link
    }
    return "";
  }();
  return portal_ + "/" + page + "?token=" + std::string(token);
}

Result<void> make_folder(const std::filesystem::path& folder) {
  std::error_code failed;
  std::filesystem::create_directories(folder / "mails", failed);
  if (failed) {
    return failed;
  }
  SecretBytes secret(key_size);
  SystemRandom random;
  OSTIARY_TRY(random.fill(secret.writable()));
  // Written aside, and then under its name: a kill leaves the whole key or none. A link never replaces a file.
  const auto aside = folder / "keys.new";
  const int made = ::open(aside.c_str(), O_CREAT | O_TRUNC | O_WRONLY | O_CLOEXEC | O_NOFOLLOW, S_IRUSR | S_IWUSR);
  if (made < 0) {
    return Errc::file_unwritable;
  }
  const auto written = ::write(made, secret.reveal().data(), secret.size());
  if (::fsync(made) != 0 || ::close(made) != 0 || written != static_cast<ssize_t>(secret.size())) {
    return Errc::file_unwritable;
  }
  const auto linked =
      ::link(aside.c_str(), key_file(folder).c_str()) == 0 ? std::error_code() : std::make_error_code(std::errc(errno));
  ::unlink(aside.c_str());
  if (linked) {
    return linked == std::errc::file_exists ? Errc::already_taken : Errc::file_unwritable;
  }
  OSTIARY_TRY(SqliteStore::open({.path = store_file(folder)}));
  return success();
}

Result<std::unique_ptr<Host>> open_host(const HostOptions& options) {
  OSTIARY_TRY(auto ring, read_keys(options.folder));
  OSTIARY_TRY(auto store, SqliteStore::open({.path = store_file(options.folder)}));
  static SystemRandom random;
  OSTIARY_TRY(auto hasher, StandardPasswordHasher::create({}, random));
  OSTIARY_TRY(auto mailer, make_mailer(options));
  OSTIARY_TRY(auto from, EmailAddress::parse(options.from));
  OSTIARY_TRY(auto actor, make_actor(options));
  // NOLINTNEXTLINE(modernize-make-unique): it cannot name the members of an aggregate
  auto host = std::unique_ptr<Host>(new Host{.store = std::move(store),
                                             .hasher = std::move(hasher),
                                             .ring = std::move(ring),
                                             .mailer = std::move(mailer),
                                             .links = PortalLinks(options.portal),
                                             .from = std::move(from),
                                             .actor = std::move(actor)});
  OSTIARY_TRY(validate(host->env.policies));
  return host;
}

Result<std::optional<Organization>> find_organization(const Host& host, const std::string& domain) {
  const auto parsed = Domain::parse(domain);
  if (!parsed) {
    return std::optional<Organization>();
  }
  return host.store->find_organization_by_domain(parsed.value());
}

}  // namespace admin
