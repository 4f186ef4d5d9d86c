#include <ostiary/rules/hand_over.hpp>

#include <algorithm>

#include "base/unicode.hpp"

namespace ostiary::inline v0 {
namespace {

constexpr std::size_t reason_length_max = 64;

struct Ending {
  MailState state;
  std::string_view reason;
};

AuditKind audit_kind_of(MailState state) noexcept {
  switch (state) {
    case MailState::sent:
      return AuditKind::mail_handed_over;
    case MailState::failed:
    case MailState::bounced:
      return AuditKind::mail_failed;
    case MailState::superseded:
    case MailState::voided:
    case MailState::queued:
    case MailState::sending:
      return AuditKind::mail_dropped;
  }
  return AuditKind::mail_dropped;
}

std::vector<Change> settle(const MailIntent& mail, const LeaseToken& lease, const Ending& ending, Fresh& fresh,
                           Instant now) {
  const AuditEvent event{.id = fresh.id<AuditId>(),
                         .at = now,
                         .organization = mail.organization,
                         .kind = audit_kind_of(ending.state),
                         .actor_kind = AuditActorKind::host,
                         .actor_name = "outbox",
                         .subject = mail.account,
                         .reason = std::string(ending.reason)};
  return {
      MarkMail{
          .mail = mail.id, .lease = lease, .state = ending.state, .reason = std::string(ending.reason), .due_at = now},
      AppendAudit{event, {}}};
}

Duration lifetime_of(LinkPurpose purpose, const MailPolicy& policy) noexcept {
  switch (purpose) {
    case LinkPurpose::setup:
      return policy.setup_link_lifetime;
  }
  return policy.setup_link_lifetime;
}

// How the mail's link ends the mail; nothing where the link may still go out.
std::optional<Ending> ending_of_link(const MailLink& wanted, const HandOverFacts& facts) {
  if (!facts.link) {
    return Ending{.state = MailState::voided, .reason = "link_gone"};
  }
  if (facts.link->used >= wanted.generation) {
    return Ending{.state = MailState::voided, .reason = "link_used"};
  }
  if (facts.link->issued > wanted.generation) {
    return Ending{.state = MailState::superseded, .reason = "newer_mail"};
  }
  if (facts.account->epochs.links != wanted.epoch) {
    return Ending{.state = MailState::voided, .reason = "links_ended"};
  }
  if (wanted.purpose == LinkPurpose::setup && facts.account->status != AccountStatus::invited) {
    return Ending{.state = MailState::voided, .reason = "setup_complete"};
  }
  return std::nullopt;
}

std::optional<Ending> ending_of(const MailIntent& mail, const HandOverFacts& facts, Instant link_expires_at,
                                Instant now) {
  if (!facts.account || !facts.organization || facts.organization->status != OrganizationStatus::active ||
      facts.account->status == AccountStatus::suspended || facts.account->status == AccountStatus::removed) {
    return Ending{.state = MailState::voided, .reason = "account_inactive"};
  }
  if (mail.link) {
    if (auto ending = ending_of_link(*mail.link, facts)) {
      return ending;
    }
  }
  const bool late = mail.link ? link_expires_at > mail.give_up_at : now >= mail.give_up_at;
  if (late) {
    return Ending{.state = MailState::failed, .reason = "gave_up"};
  }
  return std::nullopt;
}

}  // namespace

Decision<HandOverOutcome> decide_hand_over(const MailIntent& mail, const LeaseToken& lease, const HandOverFacts& facts,
                                           const MailPolicy& policy, Fresh& fresh, Instant now) {
  const Instant until = now + policy.lease;
  const Instant expires_at = mail.link ? until + lifetime_of(mail.link->purpose, policy) : Instant();
  if (auto ending = ending_of(mail, facts, expires_at, now)) {
    // What was handed over and never heard of may have arrived: "voided" and "superseded" would deny it.
    if (mail.state == MailState::sending && ending->state != MailState::failed) {
      ending->state = MailState::sent;
    }
    return {.outcome = Settled{ending->state}, .changes = settle(mail, lease, *ending, fresh, now)};
  }
  BeginHandOver begin{.mail = mail.id, .lease = lease, .until = until};
  if (mail.link) {
    begin.link = LinkHandOver{.id = mail.link->id,
                              .generation = mail.link->generation,
                              .epoch = mail.link->epoch,
                              .expires_at = expires_at,
                              .ends_at = expires_at + policy.keep_after};
  }
  return {.outcome = HandOver{}, .changes = {begin}};
}

Decision<MailState> decide_delivered(const MailIntent& mail, const LeaseToken& lease, MailState verdict,
                                     std::string_view reason, const MailPolicy& policy, Fresh& fresh, Instant now) {
  const auto code = unicode::clean_cut(reason, reason_length_max);
  if (verdict != MailState::queued) {
    return {.outcome = verdict, .changes = settle(mail, lease, {verdict, code}, fresh, now)};
  }
  constexpr std::uint32_t doublings_max = 16;
  const auto pause = std::min(policy.retry_max, policy.retry_first * (1U << std::min(mail.attempts, doublings_max)));
  return {.outcome = MailState::queued,
          .changes = {MarkMail{
              .mail = mail.id, .lease = lease, .state = MailState::queued, .reason = code, .due_at = now + pause}}};
}

}  // namespace ostiary::inline v0
