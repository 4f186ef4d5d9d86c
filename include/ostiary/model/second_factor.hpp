#pragma once

#include <chrono>
#include <cstdint>
#include <optional>

#include <ostiary/base/id.hpp>

namespace ostiary::inline v0 {

enum class TotpAlgorithm : std::uint8_t { sha1 = 1, sha256, sha512 };

/// TotpParameters are how an authenticator app makes its codes. The defaults are the ones that every app reads (R58).
struct TotpParameters {
  TotpAlgorithm algorithm = TotpAlgorithm::sha1;
  std::uint8_t digits = 6;          ///< 6 to 8.
  std::chrono::seconds period{30};  ///< 15 s to 120 s.

  friend bool operator==(const TotpParameters&, const TotpParameters&) = default;
};

/// TotpStep counts whole periods since 1970-01-01T00:00Z. 0 stands for none.
using TotpStep = std::uint64_t;

/// Authenticator is what is kept of an authenticator app (R57): its secret, sealed to the account and to `id`.
struct Authenticator {
  CredentialId id{};
  TotpParameters parameters{};
  Bytes sealed{};
  Instant enrolled_at{};
  TotpStep accepted_step =
      0;  ///< The newest whose code was accepted. Hot: while `id` stays, only AdvanceTotpStep moves it.
};

/// RecoveryCodes is what is kept of the codes for a lost phone (R66): their digests, sealed to the account and to `id`.
struct RecoveryCodes {
  CredentialId id{};
  Bytes sealed{};
  std::uint8_t count = 0;  ///< How many were made; at most `recovery_codes_count_max`.
  Instant made_at{};
  std::uint32_t used = 0;  ///< Bit i: code i was used. Hot: while `id` stays, only ConsumeRecoveryCode sets bits.
};

inline constexpr std::size_t recovery_codes_count_max = 31;

/// SecondFactorMarks are the hot fields of an account's second factor, and the ids that they hang on: a store keeps them
/// beside the account's body, so that a new authenticator or a new set of codes inherits nothing.
struct SecondFactorMarks {
  std::optional<CredentialId> authenticator{};
  TotpStep accepted_step = 0;
  std::optional<CredentialId> recovery_codes{};
  std::uint32_t used_codes = 0;

  friend bool operator==(const SecondFactorMarks&, const SecondFactorMarks&) = default;
};

/// keep_marks is what a PutAccount writes: the stored marks where their id stays, else those of `next`.
[[nodiscard]] OSTIARY_CORE_EXPORT SecondFactorMarks keep_marks(const SecondFactorMarks& stored,
                                                               const SecondFactorMarks& next) noexcept;

}  // namespace ostiary::inline v0
