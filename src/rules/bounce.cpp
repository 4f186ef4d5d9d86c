#include <ostiary/rules/bounce.hpp>

#include "admin_event.hpp"
#include "base/unicode.hpp"

namespace ostiary::inline v0 {
namespace {

constexpr std::size_t reason_length_max = 64;

}  // namespace

Decision<BounceOutcome> decide_bounce(const Actor& actor, const MailIntent& mail, std::string_view reason, Fresh& fresh,
                                      Instant now) {
  if (mail.state != MailState::sent && mail.state != MailState::sending) {
    return {.outcome = BounceIgnored{mail.state}, .changes = {}};
  }
  const auto code = unicode::clean_cut(reason, reason_length_max);
  Decision<BounceOutcome> decision{.outcome = BounceRecorded{}, .changes = actor.guard(now)};
  decision.changes.emplace_back(BounceMail{.mail = mail.id, .reason = code});
  for (const MailPart& part : mail.parts) {
    auto event = admin_event(AuditKind::mail_bounced, actor, part.organization, fresh, now);
    event.subject = part.account;
    event.reason = code;
    decision.changes.emplace_back(AppendAudit{std::move(event), {}});
  }
  return decision;
}

}  // namespace ostiary::inline v0
