#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>

#include <ostiary/base/result.hpp>
#include <ostiary/base/secret.hpp>
#include <ostiary/model/password_hash.hpp>

namespace ostiary::inline v0 {

/// PasswordVerdict says whether a password belongs to a hash. It names the hash that it was made against, so that a
/// rule can refuse a verdict on another one.
struct PasswordVerdict {
  bool matches = false;
  bool outdated = false;  ///< It matches, and new hashes are made with other parameters: hash again.
  std::string hash{};
};

/// PasswordHasher makes and verifies one-way strings in PHC format (and bcrypt's own). It costs 20-50 ms of CPU on
/// purpose and may wait for a free arena: call it on a thread that may block. StandardPasswordHasher is the one to use.
///
/// Errors:  hasher_busy (transient), entropy_unavailable, malformed_password_hash, hash_parameters_refused,
///          crypto_failure. A password that does not match is a verdict, not an error.
/// Threads: called from many at once.
class OSTIARY_CORE_EXPORT PasswordHasher {
 public:
  PasswordHasher() = default;
  PasswordHasher(const PasswordHasher&) = delete;
  PasswordHasher& operator=(const PasswordHasher&) = delete;
  virtual ~PasswordHasher() = default;

  /// hash makes a string with a salt of its own from the bytes of `password` (already NFC; see PasswordPolicy).
  [[nodiscard]] virtual Result<std::string> hash(const SecretString& password) const = 0;
  /// verify takes the same time whether it matches or not.
  [[nodiscard]] virtual Result<PasswordVerdict> verify(const SecretString& password, std::string_view hash) const = 0;
  /// check_hash says whether verify would run this hash: malformed_password_hash or hash_parameters_refused where not.
  /// It costs nothing. The default takes every hash.
  [[nodiscard]] virtual Result<void> check_hash(std::string_view hash) const;

  /// decoy is a hash that no password matches and that takes as long to verify as a real one. `draw` chooses its form:
  /// a number that is the same for a login each time and evenly spread over all logins. decoy_draw_own is the form that
  /// `hash` makes.
  [[nodiscard]] virtual std::string decoy(std::uint64_t draw) const = 0;
  static constexpr std::uint64_t decoy_draw_own = UINT64_MAX;

  /// follow tells what forms of hash the store holds, so that decoys come in the same shares (R74): an imported account
  /// is then not told apart by time. Safe while others verify. The default keeps to one form.
  virtual void follow(std::span<const HashCount> mix) const;
};

}  // namespace ostiary::inline v0
