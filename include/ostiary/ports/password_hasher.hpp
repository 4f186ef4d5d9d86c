#pragma once

#include <string>
#include <string_view>

#include <ostiary/base/result.hpp>
#include <ostiary/base/secret.hpp>

namespace ostiary::inline v0 {

/// PasswordVerdict says whether a password belongs to a hash. It names the hash that it was made against, so that a
/// rule can refuse a verdict on another one.
struct PasswordVerdict {
  bool matches = false;
  bool outdated = false;  ///< It matches, and new hashes are made with other parameters: hash again.
  std::string hash{};
};

/// PasswordHasher makes and verifies one-way strings in PHC format. It costs 20-50 ms of CPU on purpose and may wait
/// for a free arena: call it on a thread that may block. StandardPasswordHasher is the one to use.
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
  /// decoy is a hash that no password matches and that takes as long to verify as a real one. `login` chooses which.
  [[nodiscard]] virtual std::string_view decoy(std::string_view login) const = 0;
};

}  // namespace ostiary::inline v0
