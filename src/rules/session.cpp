#include <ostiary/rules/session.hpp>

#include "crypto/digest.hpp"
#include "signed_in_maker.hpp"

namespace ostiary::inline v0 {

std::optional<SessionRefusal> session_end(const Session& session, std::uint32_t epoch, const SessionPolicy& policy,
                                          Instant now) {
  if (session.epoch != epoch) {
    return SessionRefusal::ended;
  }
  if (now >= session.ends_at || now >= session.created_at + policy.absolute_limit) {
    return SessionRefusal::expired;
  }
  if (now >= session.last_seen_at + policy.idle_limit) {
    return SessionRefusal::idle;
  }
  return std::nullopt;
}

SessionVerdict judge_session(const SessionTicket& ticket, const std::optional<SessionFacts>& facts,
                             const SessionPolicy& policy, Instant now, const ProofDemand& demand) {
  if (!facts || facts->session.id != ticket.id || !crypto::equal_constant_time(facts->session.digest, ticket.digest)) {
    return SessionRefused{SessionRefusal::unknown};
  }
  const Session& session = facts->session;
  if (session.account != facts->account.id || facts->account.status != AccountStatus::active) {
    return SessionRefused{SessionRefusal::account_inactive};
  }
  if (facts->organization != OrganizationStatus::active) {
    return SessionRefused{SessionRefusal::organization_inactive};
  }
  if (const auto end = session_end(session, facts->account.epochs.sessions, policy, now)) {
    return SessionRefused{*end};
  }
  if (demand.age_max && now >= session.proved_at + *demand.age_max) {
    return SessionRefused{SessionRefusal::reauthentication_required};
  }
  return SignedInMaker::make(facts->account, session);
}

}  // namespace ostiary::inline v0
