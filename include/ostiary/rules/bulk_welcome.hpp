#pragma once

#include <ostiary/rules/actor.hpp>
#include <ostiary/rules/decision.hpp>
#include <ostiary/rules/mail_intent.hpp>

namespace ostiary::inline v0 {

inline constexpr Duration planned_job_lifetime = std::chrono::hours(24);  // R26

/// judge_welcome says what a bulk welcome of `organization` does with an account; empty is not_found, as is another
/// organisation's (R30).
[[nodiscard]] OSTIARY_CORE_EXPORT WelcomeVerdict judge_welcome(const std::optional<Account>& account,
                                                               const OrganizationId& organization) noexcept;

/// JobUnready: the job is not in a state in which this can be done.
struct JobUnready {
  JobState state = JobState::planning;
};

/// JobOutcome has the job as the decision's changes leave it, its `version` too.
using JobOutcome = std::variant<Job, JobUnready>;

/// decide_planning begins a job; it has no accounts yet.
[[nodiscard]] OSTIARY_CORE_EXPORT Decision<JobOutcome> decide_planning(const Actor& actor,
                                                                       const OrganizationId& organization, Fresh& fresh,
                                                                       Instant now);

/// decide_planned_batch adds the next batch to a job that is being planned; `items` are 1 to `job_items_count_max`.
[[nodiscard]] OSTIARY_CORE_EXPORT Decision<JobOutcome> decide_planned_batch(const Actor& actor, const Job& job,
                                                                            std::vector<JobItem> items, Instant now);

/// decide_planned ends the planning: the job can be run, for `planned_job_lifetime`.
[[nodiscard]] OSTIARY_CORE_EXPORT Decision<JobOutcome> decide_planned(const Actor& actor, const Job& job, Fresh& fresh,
                                                                      Instant now);

/// WelcomeCandidate is one account of a batch, and its setup link where it would be sent a mail.
struct WelcomeCandidate {
  std::optional<Account> account{};
  std::optional<Link> link{};
};

/// BatchFacts is what the next batch of a job is decided from.
struct BatchFacts {
  Job job{};
  Organization organization;
  std::vector<JobItem> items{};
  std::vector<WelcomeCandidate> candidates{};  ///< Of each item, in the same order.
};

/// batch_fresh_size is how many bytes `decide_batch` and its commit draw at most, for so many accounts.
[[nodiscard]] OSTIARY_CORE_EXPORT std::size_t batch_fresh_size(std::size_t items) noexcept;

/// decide_batch does the next batch of a planned or running job, all in one set: links, mails that name the job, an event
/// for each account that is there, what was done, and the cursor. The verdicts are taken again. The first batch starts the
/// job, the last one completes it; a completed job stays as it is.
[[nodiscard]] OSTIARY_CORE_EXPORT Decision<JobOutcome> decide_batch(const Actor& actor, BatchFacts facts,
                                                                    const MailPolicy& policy, Fresh& fresh,
                                                                    Instant now);

/// is_over says whether the job's time is over: it is answered as one that does not exist.
[[nodiscard]] OSTIARY_CORE_EXPORT bool is_over(const Job& job, Instant now) noexcept;

/// decide_pause stops a running job until it is resumed.
[[nodiscard]] OSTIARY_CORE_EXPORT Decision<JobOutcome> decide_pause(const Actor& actor, const Job& job,
                                                                    const MailPolicy& policy, Fresh& fresh,
                                                                    Instant now);
/// decide_resumption lets a paused job run again.
[[nodiscard]] OSTIARY_CORE_EXPORT Decision<JobOutcome> decide_resumption(const Actor& actor, const Job& job,
                                                                         const MailPolicy& policy, Fresh& fresh,
                                                                         Instant now);
/// decide_cancellation ends a job in whatever state it is. Of a completed one, the mails that no mailer was handed yet.
[[nodiscard]] OSTIARY_CORE_EXPORT Decision<JobOutcome> decide_cancellation(const Actor& actor, const Job& job,
                                                                           const MailPolicy& policy, Fresh& fresh,
                                                                           Instant now);

}  // namespace ostiary::inline v0
