#include <ostiary/rules/hand_over.hpp>

#include <algorithm>

#include "base/unicode.hpp"
#include <ostiary/base/assert.hpp>

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
  std::vector<Change> changes{MarkMail{
      .mail = mail.id, .lease = lease, .state = ending.state, .reason = std::string(ending.reason), .due_at = now}};
  for (const MailPart& part : mail.parts) {
    changes.emplace_back(AppendAudit{{.id = fresh.id<AuditId>(),
                                      .at = now,
                                      .organization = part.organization,
                                      .kind = audit_kind_of(ending.state),
                                      .actor_kind = AuditActorKind::host,
                                      .actor_name = "outbox",
                                      .subject = part.account,
                                      .reason = std::string(ending.reason)},
                                     {}});
  }
  return changes;
}

// Whether an account as it stands now may still have a link of the purpose.
bool serves(LinkPurpose purpose, const Account& account) noexcept {
  return (account.status == AccountStatus::invited) == (purpose == LinkPurpose::setup) ||
         purpose == LinkPurpose::confirm_address;
}

// How the part's link ends the part; nothing where the link may still go out.
std::optional<Ending> ending_of_link(const MailLink& wanted, const PartFacts& facts) {
  if (!facts.link) {
    return Ending{.state = MailState::voided, .reason = "link_gone"};
  }
  if (facts.link->used >= wanted.generation) {
    return Ending{.state = MailState::voided, .reason = "link_used"};
  }
  if (facts.link->issued > wanted.generation) {
    return Ending{.state = MailState::superseded, .reason = "newer_mail"};
  }
  if (wanted.epoch && facts.account->epochs.links != *wanted.epoch) {
    return Ending{.state = MailState::voided, .reason = "links_ended"};
  }
  if (!serves(wanted.purpose, *facts.account)) {
    const bool is_setup = wanted.purpose == LinkPurpose::setup;
    return Ending{.state = MailState::voided, .reason = is_setup ? "setup_complete" : "setup_incomplete"};
  }
  return std::nullopt;
}

std::optional<Ending> ending_of(const MailPart& part, const PartFacts& facts) {
  if (!facts.account || !facts.organization || facts.organization->status != OrganizationStatus::active ||
      facts.account->status == AccountStatus::suspended || facts.account->status == AccountStatus::removed) {
    return Ending{.state = MailState::voided, .reason = "account_inactive"};
  }
  return part.link && part.link->use == LinkUse::issued ? ending_of_link(*part.link, facts) : std::nullopt;
}

// A repeated link is shown only while it works: of its own row, account and time.
bool still_works(const MailLink& link, const PartFacts& facts, Instant now) {
  return facts.link && facts.link->live == link.generation && facts.link->used != link.generation &&
         (!facts.link->epoch || *facts.link->epoch == facts.account->epochs.links) &&
         serves(link.purpose, *facts.account) && now < facts.link->expires_at;
}

HandedPart handed_part(std::size_t index, const MailPart& part, const PartFacts& facts, Instant now) {
  HandedPart handed{.index = index};
  if (part.link && part.link->use == LinkUse::issued) {
    handed.link = part.link;
  } else if (part.link && still_works(*part.link, facts, now)) {
    handed.link = part.link;
    handed.link_ends_at = facts.link->expires_at;
  }
  return handed;
}

// What is left of the mail, or how it ends.
std::variant<HandOver, Ending> weigh(const MailIntent& mail, const HandOverFacts& facts, const MailPolicy& policy,
                                     Instant now) {
  OSTIARY_ASSERT(facts.parts.size() == mail.parts.size());
  // What a mailer was handed may have arrived, and its link has taken the older one's place: only the others are dropped.
  if (facts.job && facts.job->state == JobState::cancelled && mail.attempts == 0) {
    return Ending{.state = MailState::voided, .reason = "cancelled"};
  }
  HandOver hand_over;
  std::optional<Ending> first;
  Instant latest = now;
  for (std::size_t i = 0; i < mail.parts.size(); ++i) {
    const auto& part = mail.parts[i];
    const auto ending = ending_of(part, facts.parts[i]);
    if (ending) {
      first = first ? first : ending;
      continue;
    }
    hand_over.parts.push_back(handed_part(i, part, facts.parts[i], now));
    if (part.link && part.link->use == LinkUse::issued) {
      latest = std::max(latest, now + policy.lease + link_times(policy, part.link->purpose).lifetime);
    }
  }
  if (hand_over.parts.empty()) {
    return *first;
  }
  const bool late = latest > now ? latest > mail.give_up_at : now >= mail.give_up_at;
  if (late) {
    return Ending{.state = MailState::failed, .reason = "gave_up"};
  }
  return hand_over;
}

// What gives the link back that works now, if one does; nothing where the mail repeats it.
std::optional<RestoreLink> replaced_link(const HandedPart& handed, const std::optional<Link>& link) {
  if (!handed.link || handed.link->use != LinkUse::issued || !link || link->live == 0) {
    return std::nullopt;
  }
  return RestoreLink{.id = link->id,
                     .generation = handed.link->generation,
                     .live = link->live,
                     .epoch = link->epoch,
                     .expires_at = link->expires_at,
                     .sent_to = link->sent_to};
}

PartHandOver hand_over_of(const HandedPart& handed, const MailIntent& mail, const MailPolicy& policy, Instant until) {
  PartHandOver part{.account = mail.parts[handed.index].account};
  if (handed.link && handed.link->use == LinkUse::issued) {
    const Instant expires_at = until + link_times(policy, handed.link->purpose).lifetime;
    part.link = LinkHandOver{.id = handed.link->id,
                             .generation = handed.link->generation,
                             .epoch = handed.link->epoch,
                             .expires_at = expires_at,
                             .ends_at = expires_at + policy.keep_after,
                             .sent_to = mail.to};
  }
  return part;
}

}  // namespace

Decision<HandOverOutcome> decide_hand_over(const MailIntent& mail, const LeaseToken& lease, const HandOverFacts& facts,
                                           const MailPolicy& policy, Fresh& fresh, Instant now) {
  auto weighed = weigh(mail, facts, policy, now);
  if (auto* const ending = std::get_if<Ending>(&weighed)) {
    // What was handed over and never heard of may have arrived: "voided" and "superseded" would deny it.
    if (mail.state == MailState::sending && ending->state != MailState::failed) {
      ending->state = MailState::sent;
    }
    return {.outcome = Settled{ending->state}, .changes = settle(mail, lease, *ending, fresh, now)};
  }
  auto& hand_over = std::get<HandOver>(weighed);
  BeginHandOver begin{.mail = mail.id, .lease = lease, .until = now + policy.lease};
  for (const HandedPart& handed : hand_over.parts) {
    begin.parts.push_back(hand_over_of(handed, mail, policy, begin.until));
    if (auto replaced = replaced_link(handed, facts.parts[handed.index].link); replaced && mail.attempts == 0) {
      hand_over.replaced.push_back(*std::move(replaced));
    }
  }
  return {.outcome = std::move(hand_over), .changes = {std::move(begin)}};
}

Decision<MailState> decide_delivered(const MailIntent& mail, const LeaseToken& lease, MailState verdict,
                                     std::string_view reason, std::span<const RestoreLink> replaced,
                                     const MailPolicy& policy, Fresh& fresh, Instant now) {
  const auto code = unicode::clean_cut(reason, reason_length_max);
  if (verdict != MailState::queued) {
    Decision<MailState> decision{.outcome = verdict, .changes = settle(mail, lease, {verdict, code}, fresh, now)};
    if (verdict == MailState::failed) {
      std::ranges::copy(replaced, std::back_inserter(decision.changes));
    }
    return decision;
  }
  constexpr std::uint32_t doublings_max = 16;
  const auto pause = std::min(policy.retry_max, policy.retry_first * (1U << std::min(mail.attempts, doublings_max)));
  return {.outcome = MailState::queued,
          .changes = {MarkMail{
              .mail = mail.id, .lease = lease, .state = MailState::queued, .reason = code, .due_at = now + pause}}};
}

}  // namespace ostiary::inline v0
