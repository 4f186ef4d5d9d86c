#pragma once

#include "committing.hpp"
#include "without_stale.hpp"
#include <ostiary/rules/current_password.hpp>

// How an owner proves the current password for one operation of the profile, and how that operation is decided.
namespace ostiary::inline v0::services {

/// Reauthentication is the current password that one operation was given. Each comparison is charged first; a right one
/// gives all of them back.
class Reauthentication {
 public:
  /// All three must outlive it.
  Reauthentication(const Environment& env, const SecretString& typed, const ClientContext& client)
      : env_(env), typed_(typed), client_(client) {}

  [[nodiscard]] bool is_given() const noexcept { return !typed_.empty(); }
  /// compare charges a try and compares with what the account has; no store call is open meanwhile.
  [[nodiscard]] Result<std::optional<Throttled>> compare(const Account& account);
  /// verdict is empty before `compare`.
  [[nodiscard]] const std::optional<CurrentPassword>& verdict() const noexcept { return verdict_; }
  /// settle gives the tries back where the password was right.
  void settle();
  /// give_back_unjudged gives them back where a busy hasher kept the operation from being judged, and the error.
  [[nodiscard]] std::error_code give_back_unjudged(std::error_code error);

 private:
  [[nodiscard]] Result<CurrentPassword> judge(const Account& account) const;

  const Environment& env_;
  const SecretString& typed_;
  const ClientContext& client_;
  std::vector<Charge> spent_;
  std::optional<CurrentPassword> verdict_;
};

enum class Need : std::uint8_t { nothing = 1, current_password };

/// Unproved is the answer where the current password is needed and cannot be compared.
using Unproved = std::variant<CurrentPasswordRefused, Throttled>;

/// refuse_unproved compares the current password where it is needed, and gives the answer where it cannot be: it was not
/// given, or no tries are left.
[[nodiscard]] Result<std::optional<Unproved>> refuse_unproved(Reauthentication& proof, Need need,
                                                              const Account& account);

/// decide_as_owner runs an operation of the profile: `load` the facts; `look(facts)` gives Result<Need>, before
/// anything is charged; the password is compared where it is needed; `prepare(facts)` does what is costly, once and
/// only for who may, and gives Result<std::optional<Outcome>>, the answer where there is one already; `decide(facts,
/// verdict, fresh, now)` is the rule, whose StaleVerdict starts all over.
template <class Outcome, class Load, class Look, class Prepare, class Decide>
[[nodiscard]] Result<Outcome> decide_as_owner(const Environment& env, Reauthentication& proof, Load load, Look look,
                                              Prepare prepare, Decide decide) {
  bool is_prepared = false;
  for (int attempt = 0; attempt < passes_max; ++attempt) {
    OSTIARY_TRY(const auto seen, load());
    OSTIARY_TRY(const auto need, look(seen));
    OSTIARY_TRY(const auto unproved, refuse_unproved(proof, need, seen.account));
    if (unproved) {
      return std::visit([](const auto& each) -> Outcome { return each; }, *unproved);
    }
    if (!is_prepared && (need == Need::nothing || proof.verdict()->matches)) {
      auto prepared = prepare(seen);
      if (!prepared) {
        return proof.give_back_unjudged(prepared.assume_error());
      }
      if (prepared.assume_value()) {
        return *std::move(prepared).assume_value();
      }
      is_prepared = true;
    }
    OSTIARY_TRY(auto outcome, decide_and_commit(env, load, [&](const auto& facts, Fresh& fresh, Instant now) {
                  return decide(facts, proof.verdict(), fresh, now);
                }));
    if (std::holds_alternative<StaleVerdict>(outcome)) {
      continue;
    }
    proof.settle();
    return without_stale<Outcome>(std::move(outcome));
  }
  return Errc::conflict;
}

}  // namespace ostiary::inline v0::services
