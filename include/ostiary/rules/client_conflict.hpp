#pragma once

#include <span>
#include <string>
#include <vector>

#include <ostiary/model/account.hpp>

namespace ostiary::inline v0 {

/// FactorMoment is when a second factor and a client application that cannot ask for one meet (R64).
enum class FactorMoment : std::uint8_t {
  switching_on = 1,  ///< Its owner switches the second factor on.
  enrolling_due,     ///< Likewise, and the organisation requires it: that outweighs the application.
  signing_in,        ///< Somebody with a second factor, or due to have one, signs in to the application.
  declaring_need,    ///< A manager says that an account with a second factor cannot do without the application.
};

enum class ClientNeed : std::uint8_t { needed = 1, not_needed };

enum class ClientVerdict : std::uint8_t { none = 1, warn, refuse };

/// ClientRule is one row of the table of what follows.
struct ClientRule {
  FactorMoment moment = FactorMoment::switching_on;
  ClientNeed need = ClientNeed::not_needed;
  ClientVerdict verdict = ClientVerdict::refuse;
};

/// client_rules has a row for each moment and need, for an application that cannot ask for a second factor. One that can,
/// or is in no list, has no conflict: its sign-in asks.
[[nodiscard]] OSTIARY_CORE_EXPORT std::span<const ClientRule> client_rules() noexcept;

/// ClientConflict is one application that will not work, or keeps the second factor from being switched on.
struct ClientConflict {
  std::string id{};
  std::string name{};
  ClientVerdict verdict = ClientVerdict::none;
};

/// ClientsRefuse: applications that the account cannot do without cannot ask for a second factor (R64).
struct ClientsRefuse {
  std::vector<ClientConflict> conflicts{};
};

/// find_client_conflicts weighs every application of the organisation against the account at `moment`; those without
/// conflict are left out.
[[nodiscard]] OSTIARY_CORE_EXPORT std::vector<ClientConflict> find_client_conflicts(const Organization& organization,
                                                                                    const Account& account,
                                                                                    FactorMoment moment);

/// judge_client weighs one of them, by its id.
[[nodiscard]] OSTIARY_CORE_EXPORT ClientConflict judge_client(const Organization& organization, const Account& account,
                                                              std::string_view client_id, FactorMoment moment);

/// is_refused says whether one of the conflicts refuses.
[[nodiscard]] OSTIARY_CORE_EXPORT bool is_refused(const std::vector<ClientConflict>& conflicts) noexcept;

}  // namespace ostiary::inline v0
