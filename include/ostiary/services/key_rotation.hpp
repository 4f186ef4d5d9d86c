#pragma once

#include <vector>

#include <ostiary/services/environment.hpp>

namespace ostiary::inline v0 {

/// Unsealable is an account with a sealed value that does not open: Errc::key_unknown (its key is not on the ring) or
/// Errc::sealed_value_broken. The account was left as it is; an operator has to look.
struct Unsealable {
  AccountId account{};
  std::error_code error{};
};

/// ResealReport says what one call of `reseal` did, and how to go on.
struct ResealReport {
  std::uint32_t to_key = 0;   ///< The key that this process seals under.
  std::size_t looked_at = 0;  ///< Accounts.
  std::size_t resealed = 0;   ///< Of them, those whose values are under the current key now and were not before.
  std::vector<Unsealable> unsealable{};  ///< While there is one, its key must stay.
  std::string next{};                    ///< For the next call; empty: every account was looked at.
  /// Where `next` is empty: a link, a code by e-mail or a ticket of before this moment may be under an older key, and
  /// works until here.
  Instant links_until{};
};

/// KeyRotation finishes the change to a new key (R73). Const and safe from many threads.
///
/// Order:   add the new key to the ring of every process (KeySource::swap); make it current in every process; then pass
///          over all accounts in one process: `reseal` until `next` is empty.
/// Removal: an older key may go after `links_until` and, then, one more whole pass with `resealed` 0 and nothing
///          unsealable. The first pass proves nothing: a process that took the new key late, or a redeem that began
///          before, may seal a PIN or a second factor under the old key after the pass went by; without the key that is
///          lost.
/// Costs:   with an older key go, whenever that is:
///          - the proof of the audit events under it: an event is verifiable under its own key only, so keep the key
///            where the audit is verified;
///          - the device cookies under it (good for DevicePolicy::lifetime, 180 days): their devices are unknown again,
///            which means a notice, the stricter budgets and, where it was remembered, the second factor at the next
///            sign-in; by itself it locks nobody out;
///          - where it is the oldest one (the lowest id), the decoys of unknown logins: they are drawn anew, and who
///            timed a login before and after may tell. Keep it while accounts with foreign hashes are left;
///          - the forms under it that are still open: their CSRF tokens are refused, until the page is loaded again.
class OSTIARY_CORE_EXPORT KeyRotation {
 public:
  explicit KeyRotation(const Environment& env) : env_(env) {}
  explicit KeyRotation(const Environment&& env) = delete;

  /// reseal seals anew, under `to_key` and without their owners, the values of up to `limit` accounts after `after`
  /// (empty: from the first). Each account is a commit of its own with an audit event; a call that ends half-way has
  /// done the first half, and the same call again does the rest.
  ///
  /// Sealed:  PINs, authenticators' secrets and recovery codes. Sessions are digests and have no key; links are derived
  ///          again with each mail.
  /// Version: an account's version moves: an edit whose page was open is told that it changed.
  /// To:      `to_key` is the new key. It must be this process's current one: a process that is behind would seal what
  ///          others made back under the old key.
  /// Errors:  key_unknown (`to_key` is not on the ring), invalid_configuration (it is, and not current), malformed_id
  ///          (`after`), and the store's; what was resealed before stays so.
  [[nodiscard]] Result<ResealReport> reseal(std::uint32_t to_key, const std::string& after, std::size_t limit) const;

 private:
  const Environment& env_;
};

}  // namespace ostiary::inline v0
