// expect: 'ostiary::v0::SignedIn::SignedIn\(.*is private within this context|calling a private constructor of class 'ostiary::(v0::)?SignedIn'
#include <utility>

#include <ostiary/rules/session.hpp>

ostiary::SignedIn let_in(const ostiary::SessionTicket& ticket, const ostiary::SessionFacts& facts,
                         ostiary::Instant now) {
#ifdef OSTIARY_FAULT
  static_cast<void>(ticket);
  static_cast<void>(now);
  return ostiary::SignedIn(facts.account, facts.session);
#else
  return std::get<ostiary::SignedIn>(ostiary::judge_session(ticket, facts, {}, now));
#endif
}
