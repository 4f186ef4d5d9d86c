#pragma once

#include <ostiary/model/fresh.hpp>
#include <ostiary/rules/decision.hpp>
#include <ostiary/rules/effect_table.hpp>
#include <ostiary/rules/session.hpp>

namespace ostiary::inline v0 {

enum class SessionEnd : std::uint8_t {
  ended = 1,
  not_found,  ///< No such session of this account: also the answer for another's.
};

/// decide_end_session ends one session of the owner's own, this one or another. `found` is what the store has under
/// `id`.
[[nodiscard]] OSTIARY_CORE_EXPORT Decision<SessionEnd> decide_end_session(const SignedIn& owner, const SessionId& id,
                                                                          const std::optional<SessionFacts>& found,
                                                                          Fresh& fresh, Instant now);

enum class ThisSession : std::uint8_t { stays = 1, ends };

/// decide_end_all_sessions ends every session of the owner by moving the epoch; where `this_session` stays, it is
/// re-stamped in the same set. `account` is the owner's, loaded in this pass.
[[nodiscard]] OSTIARY_CORE_EXPORT Decision<Effects> decide_end_all_sessions(const SignedIn& owner,
                                                                            ThisSession this_session, Account account,
                                                                            Fresh& fresh, Instant now);

}  // namespace ostiary::inline v0
