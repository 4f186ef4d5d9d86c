#include <ostiary/rules/bulk_welcome.hpp>

#include <algorithm>

#include <ostiary/base/assert.hpp>
#include <ostiary/rules/audit.hpp>

namespace ostiary::inline v0 {
namespace {

AuditEvent event_of(AuditKind kind, const Actor& actor, const Job& job, Fresh& fresh, Instant now) {
  AuditEvent event{.id = fresh.id<AuditId>(), .at = now, .organization = job.organization, .kind = kind};
  describe_actor(event, actor);
  return event;
}

// The event of the job itself; its id stands in the reason, since a job is nobody's account.
AppendAudit job_event(AuditKind kind, const Actor& actor, const Job& job, Fresh& fresh, Instant now) {
  auto event = event_of(kind, actor, job, fresh, now);
  event.reason = job.id.to_string();
  event.count = std::max<std::uint32_t>(1, job.items);
  return {.event = std::move(event), .mac = {}};
}

// Begins the changes of a decision that writes the job, and says in the outcome what it then is.
Decision<JobOutcome> writing(const Actor& actor, Job job, Instant now) {
  Decision<JobOutcome> decision{.outcome = JobUnready{}, .changes = actor.guard(now)};
  decision.changes.emplace_back(PutJob{.next = job, .expected = job.version});
  ++job.version;
  decision.outcome = std::move(job);
  return decision;
}

// An answer that changes nothing holds for an actor who still is one, all the same.
Decision<JobOutcome> leaving(const Actor& actor, JobOutcome outcome, Instant now) {
  return {.outcome = std::move(outcome), .changes = actor.guard(now)};
}

// A job that ran is kept for as long as the last mail of it is, which says what became of it.
Instant kept_until(const Job& job, const MailPolicy& policy, Instant now) {
  return std::max(job.ends_at, now + policy.setup_link.give_up_after + policy.keep_after);
}

std::string planner_name(const Actor& actor) {
  return actor.account() ? actor.account()->id.to_string() : actor.name();
}

// What happens to one account of a batch: its changes go behind the others, and the item says what was done.
void welcome(const Actor& actor, const BatchFacts& facts, const WelcomeCandidate& candidate, JobItem& item,
             const MailPolicy& policy, Fresh& fresh, Instant now, std::vector<Change>& changes) {
  const auto verdict = judge_welcome(candidate.account, facts.organization.id);
  item.done = verdict;
  if (verdict == WelcomeVerdict::not_found) {  // nobody of this organisation: its audit has no subject for it
    return;
  }
  auto event = event_of(AuditKind::welcome_mail_requested, actor, facts.job, fresh, now);
  event.subject = item.account;
  if (verdict == WelcomeVerdict::send) {
    auto letter = make_linked_mail(MailKind::welcome, LinkPurpose::setup, candidate.link, *candidate.account,
                                   facts.organization, policy, fresh, now);
    letter.mail.job = facts.job.id;
    item.mail = letter.mail.id;
    changes.emplace_back(letter.link);
    changes.emplace_back(PutMailIntent{std::move(letter.mail)});
  } else {
    event.reason = "skipped_" + std::string(welcome_verdict_name(verdict));
  }
  changes.emplace_back(AppendAudit{std::move(event), {}});
}

Decision<JobOutcome> change_state(const Actor& actor, Job job, JobState state, AuditKind kind, const MailPolicy& policy,
                                  Fresh& fresh, Instant now) {
  job.state = state;
  job.ends_at = kept_until(job, policy, now);
  auto decision = writing(actor, job, now);
  decision.changes.emplace_back(job_event(kind, actor, job, fresh, now));
  return decision;
}

}  // namespace

WelcomeVerdict judge_welcome(const std::optional<Account>& account, const OrganizationId& organization) noexcept {
  if (!account || account->organization != organization) {
    return WelcomeVerdict::not_found;
  }
  switch (account->status) {
    case AccountStatus::invited:
      return WelcomeVerdict::send;
    case AccountStatus::active:
      return WelcomeVerdict::setup_complete;
    case AccountStatus::suspended:
      return WelcomeVerdict::suspended;
    case AccountStatus::removed:
      break;
  }
  return WelcomeVerdict::not_found;
}

Decision<JobOutcome> decide_planning(const Actor& actor, const OrganizationId& organization, Fresh& fresh,
                                     Instant now) {
  return writing(actor,
                 {.id = fresh.id<JobId>(),
                  .organization = organization,
                  .planned_by = planner_name(actor),
                  .created_at = now,
                  .ends_at = now + planned_job_lifetime},
                 now);
}

Decision<JobOutcome> decide_planned_batch(const Actor& actor, const Job& job, std::vector<JobItem> items, Instant now) {
  OSTIARY_ASSERT(!items.empty() && items.size() <= job_items_count_max && job.items % job_items_count_max == 0);
  if (job.state != JobState::planning) {
    return leaving(actor, JobUnready{job.state}, now);
  }
  Job next = job;
  const auto index = static_cast<std::uint32_t>(job.items / job_items_count_max);
  next.items += static_cast<std::uint32_t>(items.size());
  next.items_to_send += static_cast<std::uint32_t>(std::ranges::count(items, WelcomeVerdict::send, &JobItem::planned));
  auto decision = writing(actor, std::move(next), now);
  decision.changes.emplace_back(PutJobBatch{.job = job.id, .index = index, .items = std::move(items)});
  return decision;
}

Decision<JobOutcome> decide_planned(const Actor& actor, const Job& job, Fresh& fresh, Instant now) {
  if (job.state != JobState::planning) {
    return leaving(actor, JobUnready{job.state}, now);
  }
  Job next = job;
  next.state = JobState::planned;
  next.ends_at = now + planned_job_lifetime;
  auto decision = writing(actor, next, now);
  decision.changes.emplace_back(job_event(AuditKind::bulk_planned, actor, next, fresh, now));
  return decision;
}

std::size_t batch_fresh_size(std::size_t items) noexcept {
  constexpr std::size_t id_size = 8;
  constexpr std::size_t ids_of_item = 3;  // link, mail, event
  constexpr std::size_t ids_of_set = 3;   // started, completed, the set itself
  return id_size * (ids_of_item * items + ids_of_set);
}

Decision<JobOutcome> decide_batch(const Actor& actor, BatchFacts facts, const MailPolicy& policy, Fresh& fresh,
                                  Instant now) {
  OSTIARY_ASSERT(facts.items.size() == facts.candidates.size());
  if (facts.job.state == JobState::completed) {
    return leaving(actor, std::move(facts.job), now);
  }
  if (facts.job.state != JobState::planned && facts.job.state != JobState::running) {
    return leaving(actor, JobUnready{facts.job.state}, now);
  }
  std::vector<Change> letters;
  for (std::size_t i = 0; i < facts.items.size(); ++i) {
    welcome(actor, facts, facts.candidates[i], facts.items[i], policy, fresh, now, letters);
  }
  Job next = facts.job;
  next.items_done += static_cast<std::uint32_t>(facts.items.size());
  next.mails +=
      static_cast<std::uint32_t>(std::ranges::count(facts.items, std::optional(WelcomeVerdict::send), &JobItem::done));
  next.batches_done += facts.items.empty() ? 0U : 1U;
  next.state = next.items_done < next.items ? JobState::running : JobState::completed;
  next.ends_at = kept_until(next, policy, now);
  // The cursor comes first: of two runners the slower is refused before anything else is weighed.
  auto decision = writing(actor, next, now);
  if (facts.job.state == JobState::planned) {
    decision.changes.emplace_back(job_event(AuditKind::bulk_started, actor, next, fresh, now));
  }
  if (!facts.items.empty()) {
    decision.changes.emplace_back(
        PutJobBatch{.job = next.id, .index = facts.job.batches_done, .items = std::move(facts.items)});
  }
  std::ranges::move(letters, std::back_inserter(decision.changes));
  if (next.state == JobState::completed) {
    decision.changes.emplace_back(job_event(AuditKind::bulk_completed, actor, next, fresh, now));
  }
  return decision;
}

bool is_over(const Job& job, Instant now) noexcept { return now >= job.ends_at; }

Decision<JobOutcome> decide_pause(const Actor& actor, const Job& job, const MailPolicy& policy, Fresh& fresh,
                                  Instant now) {
  if (job.state == JobState::paused) {
    return leaving(actor, job, now);
  }
  if (job.state != JobState::running) {
    return leaving(actor, JobUnready{job.state}, now);
  }
  return change_state(actor, job, JobState::paused, AuditKind::bulk_paused, policy, fresh, now);
}

Decision<JobOutcome> decide_resumption(const Actor& actor, const Job& job, const MailPolicy& policy, Fresh& fresh,
                                       Instant now) {
  if (job.state == JobState::planned || job.state == JobState::running) {
    return leaving(actor, job, now);
  }
  if (job.state != JobState::paused) {
    return leaving(actor, JobUnready{job.state}, now);
  }
  return change_state(actor, job, JobState::running, AuditKind::bulk_started, policy, fresh, now);
}

Decision<JobOutcome> decide_cancellation(const Actor& actor, const Job& job, const MailPolicy& policy, Fresh& fresh,
                                         Instant now) {
  if (job.state == JobState::cancelled) {
    return leaving(actor, job, now);
  }
  return change_state(actor, job, JobState::cancelled, AuditKind::bulk_cancelled, policy, fresh, now);
}

}  // namespace ostiary::inline v0
