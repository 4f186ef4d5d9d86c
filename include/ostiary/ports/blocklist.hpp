#pragma once

#include <ostiary/base/result.hpp>
#include <ostiary/base/secret.hpp>

namespace ostiary::inline v0 {

/// Blocklist knows passwords that everybody guesses. Services ask it; the answer is a fact for the password policy.
/// Threads: called from many at once. Errors are the store's or the peer's; the operation fails with them.
class OSTIARY_CORE_EXPORT Blocklist {
 public:
  Blocklist() = default;
  Blocklist(const Blocklist&) = delete;
  Blocklist& operator=(const Blocklist&) = delete;
  virtual ~Blocklist() = default;

  /// contains says whether `password`, NFC and compared without case, is on the list as a whole.
  [[nodiscard]] virtual Result<bool> contains(const SecretString& password) const = 0;
};

}  // namespace ostiary::inline v0
