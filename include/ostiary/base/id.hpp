#pragma once

#include <compare>
#include <functional>
#include <string>
#include <string_view>

#include <ostiary/base/clock.hpp>
#include <ostiary/base/encoding.hpp>
#include <ostiary/base/result.hpp>

namespace ostiary::inline v0 {

namespace detail {
using IdBytes = ByteArray<16>;
OSTIARY_CORE_EXPORT IdBytes make_id(Instant at, const ByteArray<10>& random) noexcept;
OSTIARY_CORE_EXPORT Result<IdBytes> parse_id(std::string_view text);
}  // namespace detail

/// Id names one record of a kind; ids of two kinds do not mix. 128 bits laid out as UUID version 7 (RFC 9562 §5.7): the
/// millisecond of creation, then a 12-bit counter or random bits, then 62 random bits, so ids made later sort later and
/// none is ever used twice. Text form: 32 lower-case hexadecimal digits. A default-constructed Id is nil and names
/// nothing.
template <class Tag>
class Id {
 public:
  Id() noexcept = default;
  explicit Id(const detail::IdBytes& bytes) noexcept : bytes_(bytes) {}

  /// make lays out a new id from the time and 10 random bytes.
  [[nodiscard]] static Id make(Instant at, const ByteArray<10>& random) noexcept {
    return Id(detail::make_id(at, random));
  }
  /// parse reads 32 hexadecimal digits; anything else is Errc::malformed_id.
  [[nodiscard]] static Result<Id> parse(std::string_view text) {
    OSTIARY_TRY(const auto bytes, detail::parse_id(text));
    return Id(bytes);
  }

  [[nodiscard]] const detail::IdBytes& bytes() const noexcept { return bytes_; }
  [[nodiscard]] std::string to_string() const { return hex_encode(bytes_); }
  [[nodiscard]] bool is_nil() const noexcept { return *this == Id(); }

  friend auto operator<=>(const Id&, const Id&) = default;

 private:
  detail::IdBytes bytes_{};
};

using AccountId = Id<struct AccountTag>;
using OrganizationId = Id<struct OrganizationTag>;
using CredentialId = Id<struct CredentialTag>;
using LinkId = Id<struct LinkTag>;
using SessionId = Id<struct SessionTag>;
using DeviceId = Id<struct DeviceTag>;
using MailId = Id<struct MailTag>;
using AuditId = Id<struct AuditTag>;
using ChangeId = Id<struct ChangeTag>;
using RecoveryRequestId = Id<struct RecoveryRequestTag>;
using JobId = Id<struct JobTag>;
using LeaseToken = Id<struct LeaseTag>;

}  // namespace ostiary::inline v0

template <class Tag>  // NOLINTNEXTLINE(cert-dcl58-cpp): it is a specialisation for a type of ours
struct std::hash<ostiary::Id<Tag>> {
  std::size_t operator()(const ostiary::Id<Tag>& id) const noexcept {
    return std::hash<std::string_view>{}({reinterpret_cast<const char*>(id.bytes().data()), id.bytes().size()});
  }
};
