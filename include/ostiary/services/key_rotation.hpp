#pragma once

#include <vector>

#include <ostiary/services/environment.hpp>

namespace ostiary::inline v0 {

/// Unsealable is a sealed value that does not open: Errc::key_unknown (its key is not on the ring) or
/// Errc::sealed_value_broken. It was left as it is; an operator has to look.
struct Unsealable {
  AccountId account{};
  std::error_code error{};
};

/// ResealReport says what one call of `reseal` did, and how to go on.
struct ResealReport {
  std::size_t looked_at = 0;             ///< Accounts.
  std::size_t resealed = 0;              ///< Values that are under the current key now and were not before.
  std::vector<Unsealable> unsealable{};  ///< While there is one, its key must stay.
  std::string next{};                    ///< For the next call; empty: every account was looked at.
  /// Where `next` is empty: a link that was mailed before this moment may be under an older key, and works until here.
  /// From then on the older keys may leave the ring, but for audit: an event stays verifiable under its own key only.
  Instant links_until{};
};

/// KeyRotation finishes the change to a new key (R73). In order, in every process of a fleet: add the new key to the
/// ring (KeySource::swap), then make it current, then call `reseal` in one of them until `next` is empty. Const and
/// safe from many threads.
class OSTIARY_CORE_EXPORT KeyRotation {
 public:
  explicit KeyRotation(const Environment& env) : env_(env) {}
  explicit KeyRotation(const Environment&& env) = delete;

  /// reseal seals anew, under the current key and without their owners, the values of up to `limit` accounts after
  /// `after` (empty: from the first). Each account is a commit of its own with an audit event; a call that ends half-way
  /// has done the first half, and the same call again does the rest.
  ///
  /// Sealed:  PINs. Sessions are digests and have no key; links are derived again with each mail.
  /// Version: an account's version moves: an edit whose page was open is told that it changed.
  /// Errors:  malformed_id (`after`), and the store's; what was resealed before stays so.
  [[nodiscard]] Result<ResealReport> reseal(const std::string& after, std::size_t limit) const;

 private:
  const Environment& env_;
};

}  // namespace ostiary::inline v0
