#include <ostiary/base/error.hpp>

#include <optional>
#include <string>

namespace ostiary::inline v0 {
namespace {

// Messages say what is wrong and how to mend it; they carry no data, so no secret can be in one.
const char* message_of(Errc code) noexcept {
  switch (code) {
    case Errc::malformed_login_name:
      return "login name is not extension@domain, such as 201@acme";
    case Errc::malformed_domain:
      return "domain is not 1 to 63 letters, digits, hyphens or dots, beginning and ending with a letter or digit";
    case Errc::malformed_extension:
      return "extension is not 1 to 32 characters of the allowed alphabet (digits by default)";
    case Errc::malformed_email_address:
      return "e-mail address is not local@domain in plain ASCII of at most 254 bytes";
    case Errc::malformed_network_address:
      return "network address is neither IPv4 (192.0.2.1) nor IPv6 (2001:db8::1)";
    case Errc::malformed_id:
      return "id is not 32 hexadecimal digits";
    case Errc::malformed_locale:
      return "locale is not a language tag such as en or fr-CA";
    case Errc::malformed_text:
      return "text is not UTF-8 or has control characters";
    case Errc::malformed_token:
      return "token was not made by this library, or was cut or changed";
    case Errc::text_too_long:
      return "text is longer than the field allows";
    case Errc::malformed_password_hash:
      return "password hash is not a PHC string of a known kind";
    case Errc::hash_parameters_refused:
      return "password hash asks for more memory or time than the hasher's limits allow";
    case Errc::malformed_mail_header:
      return "mail header value has a control character or is too long";
    case Errc::out_of_order:
      return "this step needs another step before it";
    case Errc::organization_unknown:
      return "there is no such organisation";
    case Errc::actor_revoked:
      return "the actor's session ended or the role changed; sign in again";
    case Errc::already_taken:
      return "another record has this value already; choose another";
    case Errc::unsupported_hash:
      return "password hash is of a kind that cannot be brought in (MD5, plain SHA, unknown); leave it empty";
    case Errc::value_not_allowed:
      return "the field has a value that this operation does not take; see its documentation";
    case Errc::store_unavailable:
      return "the store cannot be reached; nothing was written; try again";
    case Errc::commit_unknown:
      return "the store's answer was lost; the change may have been written; read before trying again";
    case Errc::contention:
      return "the store gave way to another writer; nothing was written; try again";
    case Errc::conflict:
      return "others kept changing the same record; nothing was written; try again";
    case Errc::hasher_busy:
      return "every hashing arena is taken; try again in a moment or raise arena_count";
    case Errc::entropy_unavailable:
      return "the random source failed; nothing was written; try again";
    case Errc::key_unknown:
      return "a key id is not on the key ring; add the key to this process";
    case Errc::invalid_configuration:
      return "the configuration has a value out of range; see the setting's documentation";
    case Errc::unsupported_capability:
      return "the store does not support what this service needs";
    case Errc::crypto_failure:
      return "the cryptographic library refused a call; check its installation and providers";
    case Errc::record_unreadable:
      return "a stored record is damaged or was written by a newer version of ostiary";
    case Errc::sealed_value_broken:
      return "a sealed value was changed or belongs to another account";
    case Errc::store_schema_newer:
      return "the store was migrated by a newer version of ostiary; upgrade this process";
    case Errc::store_failure:
      return "the store refused a statement; check its disk, permissions and integrity";
    case Errc::file_unwritable:
      return "a file cannot be written; check the folder, its permissions and the disk";
    case Errc::peer_unreachable:
      return "the peer cannot be reached; check its address and the network";
    case Errc::peer_protocol:
      return "the peer broke its protocol or offers less than is required";
  }
  return "unknown error";
}

std::optional<ErrorKind> kind_of(int value) noexcept {
  constexpr int kind_width = 100;
  if (value <= 0) {
    return std::nullopt;
  }
  switch (value / kind_width) {
    case 0:
      return ErrorKind::caller;
    case 1:
      return ErrorKind::transient;
    case 2:
      return ErrorKind::configuration;
    case 3:
      return ErrorKind::peer;
    default:
      return std::nullopt;
  }
}

class Category final : public std::error_category {
 public:
  [[nodiscard]] const char* name() const noexcept override { return "ostiary"; }
  [[nodiscard]] std::string message(int value) const override { return message_of(static_cast<Errc>(value)); }
  [[nodiscard]] std::error_condition default_error_condition(int value) const noexcept override {
    if (const auto kind = kind_of(value)) {
      return *kind;
    }
    return {value, *this};
  }
};

class KindCategory final : public std::error_category {
 public:
  [[nodiscard]] const char* name() const noexcept override { return "ostiary.kind"; }
  [[nodiscard]] std::string message(int value) const override {
    switch (static_cast<ErrorKind>(value)) {
      case ErrorKind::caller:
        return "the request must be mended";
      case ErrorKind::transient:
        return "try again later";
      case ErrorKind::configuration:
        return "an operator must act";
      case ErrorKind::peer:
        return "another server misbehaved";
    }
    return "unknown kind";
  }
};

}  // namespace

const std::error_category& error_category() noexcept {
  static const Category category;
  return category;
}

const std::error_category& error_kind_category() noexcept {
  static const KindCategory category;
  return category;
}

}  // namespace ostiary::inline v0
