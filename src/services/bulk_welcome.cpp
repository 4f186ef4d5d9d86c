#include <ostiary/services/bulk_welcome.hpp>

#include <algorithm>
#include <set>

#include "administering.hpp"
#include "committing.hpp"
#include <ostiary/rules/audit.hpp>

namespace ostiary::inline v0 {
namespace {

constexpr OperationRefused not_found{Permission::not_found};

BulkOutcome told(JobOutcome outcome) {
  return std::visit([](auto each) -> BulkOutcome { return each; }, std::move(outcome));
}

// A job that does not exist is asked about as another organisation's, so that both are answered and audited alike (R30).
Result<std::variant<Job, OperationRefused>> find_permitted(const Environment& env, const Actor& actor,
                                                           const JobId& id) {
  OSTIARY_TRY(auto job, env.store.find_job(id));
  if (job && is_over(*job, env.clock.now())) {
    job.reset();
  }
  OSTIARY_TRY(const auto permission, services::permit(env, actor, Operation::welcome_in_bulk,
                                                      job ? job->organization : OrganizationId(), std::nullopt));
  if (permission != Permission::allowed) {
    return OperationRefused{permission};
  }
  if (!job) {
    return not_found;
  }
  return *std::move(job);
}

Result<bool> is_active(const Environment& env, const OrganizationId& id) {
  OSTIARY_TRY(const auto organization, env.store.find_organization(id));
  return organization && organization->status == OrganizationStatus::active;
}

// One step of a plan: from what the job is now, since somebody may have cancelled it.
template <class Decide>
Result<JobOutcome> step(const Environment& env, const JobId& id, Decide decide) {
  return services::decide_and_commit(
      env, [&] { return env.store.find_job(id); },
      [&](const std::optional<Job>& job, Fresh& fresh, Instant now) -> Result<Decision<JobOutcome>> {
        if (!job) {
          return Decision<JobOutcome>{.outcome = JobUnready{JobState::cancelled}, .changes = {}};
        }
        return decide(*job, fresh, now);
      });
}

// Planning writes a job's batches as their accounts are read. Once a step says that the job is not in planning any more,
// nothing else is written.
class Planning {
 public:
  Planning(const Environment& env, const Actor& actor, const OrganizationId& organization)
      : env_(env), actor_(actor), organization_(organization) {}

  Result<JobOutcome> run(const BulkSelection& selection) {
    OSTIARY_TRY(outcome_, begin());
    id_ = std::get<Job>(outcome_).id;
    const auto* const ticked = std::get_if<std::span<const AccountId>>(&selection);
    OSTIARY_TRY(ticked != nullptr ? add_ticked(*ticked) : add_found(std::get<AccountSearch>(selection)));
    OSTIARY_TRY(flush());
    if (is_on()) {
      OSTIARY_TRY(outcome_, step(env_, id_, [&](const Job& job, Fresh& fresh, Instant now) {
                    return decide_planned(actor_, job, fresh, now);
                  }));
    }
    return outcome_;
  }

 private:
  [[nodiscard]] bool is_on() const { return std::holds_alternative<Job>(outcome_); }

  Result<JobOutcome> begin() {
    return services::decide_and_commit(
        env_, [] { return Result<std::monostate>(std::monostate()); },
        [&](std::monostate, Fresh& fresh, Instant now) -> Result<Decision<JobOutcome>> {
          return decide_planning(actor_, organization_, fresh, now);
        });
  }

  Result<void> add_ticked(std::span<const AccountId> ticked) {
    std::vector<AccountId> ids(ticked.begin(), ticked.end());
    std::ranges::sort(ids);
    const auto repeated = std::ranges::unique(ids);
    ids.erase(repeated.begin(), repeated.end());
    for (const AccountId& id : ids) {
      if (!is_on()) {
        return success();
      }
      OSTIARY_TRY(const auto account, env_.store.find_account(id));
      OSTIARY_TRY(add({.account = id, .planned = judge_welcome(account, organization_)}));
    }
    return success();
  }

  Result<void> add_found(const AccountSearch& search) {
    const auto query = services::query_of(organization_, search);
    if (!query) {
      return success();
    }
    std::set<AccountId> seen;  // who is renamed meanwhile may be found by an earlier word and by a later one
    PageRequest request{.limit = PageRequest::limit_max};
    do {
      OSTIARY_TRY(const auto page, env_.store.search_accounts(*query, request));
      for (const Account& account : page.records) {
        if (!query->words.empty() && !seen.insert(account.id).second) {
          continue;
        }
        OSTIARY_TRY(add({.account = account.id, .planned = judge_welcome(account, organization_)}));
      }
      request.after = page.next;
    } while (!request.after.empty() && is_on());
    return success();
  }

  Result<void> add(JobItem item) {
    items_.push_back(item);
    return items_.size() < job_items_count_max ? success() : flush();
  }

  Result<void> flush() {
    if (items_.empty() || !is_on()) {
      return success();
    }
    OSTIARY_TRY(outcome_, step(env_, id_, [&](const Job& job, Fresh& /*fresh*/, Instant now) {
                  return decide_planned_batch(actor_, job, items_, now);
                }));
    items_.clear();
    return success();
  }

  const Environment& env_;
  const Actor& actor_;
  const OrganizationId& organization_;
  JobOutcome outcome_;
  JobId id_;
  std::vector<JobItem> items_;
};

}  // namespace

Result<BulkPlanOutcome> BulkWelcome::plan(const Actor& actor, const OrganizationId& organization,
                                          const BulkSelection& selection) const {
  OSTIARY_TRY(const auto permission,
              services::permit(env_, actor, Operation::welcome_in_bulk, organization, std::nullopt));
  if (permission != Permission::allowed) {
    return OperationRefused{permission};
  }
  OSTIARY_TRY(const bool active, is_active(env_, organization));
  if (!active) {
    return not_found;
  }
  OSTIARY_TRY(const auto charges, bulk_charges(*env_.keys.current(), env_.policies.budgets, organization));
  AuditEvent about{.organization = organization, .reason = "bulk"};
  describe_actor(about, actor);
  OSTIARY_TRY(const auto throttled, services::charge(env_, charges, about));
  if (throttled) {
    return *throttled;
  }
  OSTIARY_TRY(auto outcome, Planning(env_, actor, organization).run(selection));
  return std::visit([](auto each) -> BulkPlanOutcome { return each; }, std::move(outcome));
}

namespace {

Result<WelcomeCandidate> load_candidate(const Environment& env, const AccountId& id,
                                        const OrganizationId& organization) {
  WelcomeCandidate candidate;
  OSTIARY_TRY(candidate.account, env.store.find_account(id));
  if (judge_welcome(candidate.account, organization) == WelcomeVerdict::send) {
    OSTIARY_TRY(candidate.link, env.store.find_link_of(id, LinkPurpose::setup));
  }
  return candidate;
}

Result<std::optional<BatchFacts>> load_batch(const Environment& env, const JobId& id) {
  OSTIARY_TRY(auto job, env.store.find_job(id));
  if (!job || is_over(*job, env.clock.now())) {
    return std::optional<BatchFacts>();
  }
  OSTIARY_TRY(auto organization, env.store.find_organization(job->organization));
  if (!organization || organization->status != OrganizationStatus::active) {
    return std::optional<BatchFacts>();
  }
  BatchFacts facts{.job = *std::move(job), .organization = *std::move(organization), .items = {}, .candidates = {}};
  if (facts.job.state == JobState::planned || facts.job.state == JobState::running) {
    OSTIARY_TRY(facts.items, env.store.find_job_batch(id, facts.job.batches_done));
    if (facts.items.empty() && facts.job.items_done < facts.job.items) {
      return Errc::record_unreadable;  // its batch is not there
    }
  }
  for (const JobItem& item : facts.items) {
    OSTIARY_TRY(auto candidate, load_candidate(env, item.account, facts.organization.id));
    facts.candidates.push_back(std::move(candidate));
  }
  return std::optional(std::move(facts));
}

}  // namespace

Result<BulkOutcome> BulkWelcome::run(const Actor& actor, const JobId& job) const {
  OSTIARY_TRY(const auto seen, find_permitted(env_, actor, job));
  if (const auto* refused = std::get_if<OperationRefused>(&seen)) {
    return *refused;
  }
  return services::decide_and_commit(
      env_, [&] { return load_batch(env_, job); },
      [&](std::optional<BatchFacts> facts, Fresh& fresh, Instant now) -> Result<Decision<BulkOutcome>> {
        if (!facts) {
          return Decision<BulkOutcome>{.outcome = not_found, .changes = actor.guard(now)};
        }
        auto decision = decide_batch(actor, *std::move(facts), env_.policies.mail, fresh, now);
        return Decision<BulkOutcome>{.outcome = told(std::move(decision.outcome)),
                                     .changes = std::move(decision.changes)};
      },
      batch_fresh_size(job_items_count_max));
}

namespace {

// What pause, resume and cancel share.
template <class Decide>
Result<BulkOutcome> change(const Environment& env, const Actor& actor, const JobId& id, Decide decide) {
  OSTIARY_TRY(const auto seen, find_permitted(env, actor, id));
  if (const auto* refused = std::get_if<OperationRefused>(&seen)) {
    return *refused;
  }
  return services::decide_and_commit(
      env, [&] { return env.store.find_job(id); },
      [&](const std::optional<Job>& job, Fresh& fresh, Instant now) -> Result<Decision<BulkOutcome>> {
        if (!job) {
          return Decision<BulkOutcome>{.outcome = not_found, .changes = actor.guard(now)};
        }
        auto decision = decide(actor, *job, env.policies.mail, fresh, now);
        return Decision<BulkOutcome>{.outcome = told(std::move(decision.outcome)),
                                     .changes = std::move(decision.changes)};
      });
}

}  // namespace

Result<BulkOutcome> BulkWelcome::pause(const Actor& actor, const JobId& job) const {
  return change(env_, actor, job, decide_pause);
}

Result<BulkOutcome> BulkWelcome::resume(const Actor& actor, const JobId& job) const {
  return change(env_, actor, job, decide_resumption);
}

Result<BulkOutcome> BulkWelcome::cancel(const Actor& actor, const JobId& job) const {
  return change(env_, actor, job, decide_cancellation);
}

Result<BulkOutcome> BulkWelcome::find(const Actor& actor, const JobId& job) const {
  OSTIARY_TRY(auto seen, find_permitted(env_, actor, job));
  if (const auto* found = std::get_if<Job>(&seen); found != nullptr && actor.kind() == AuditActorKind::staff) {
    OSTIARY_TRY(services::note_reading(env_, actor, found->organization));
  }
  OSTIARY_TRY(services::confirm(env_, actor));
  return std::visit([](auto each) -> BulkOutcome { return each; }, std::move(seen));
}

Result<BulkListOutcome> BulkWelcome::list(const Actor& actor, const OrganizationId& organization,
                                          const PageRequest& page) const {
  OSTIARY_TRY(const auto permission,
              services::permit(env_, actor, Operation::welcome_in_bulk, organization, std::nullopt));
  if (permission != Permission::allowed) {
    return OperationRefused{permission};
  }
  OSTIARY_TRY(services::note_reading(env_, actor, organization));
  OSTIARY_TRY(auto jobs, env_.store.list_jobs(organization, page));
  const Instant now = env_.clock.now();
  std::erase_if(jobs.records, [&](const Job& job) { return is_over(job, now); });
  return jobs;
}

namespace {

Result<BulkLine> load_line(const Environment& env, const Job& job, const JobItem& item) {
  BulkLine line{.item = item};
  OSTIARY_TRY(const auto account, env.store.find_account(item.account));
  if (judge_welcome(account, job.organization) != WelcomeVerdict::not_found) {
    line.login_name = account->login.as_typed();
    line.display_name = account->display_name;
  }
  if (!item.mail.is_nil()) {
    OSTIARY_TRY(auto mail, env.store.find_mail(item.mail));
    if (mail) {
      line.mail = BulkMail{.state = mail->state, .reason = std::move(mail->reason)};
    }
  }
  return line;
}

}  // namespace

Result<BulkReportOutcome> BulkWelcome::report(const Actor& actor, const JobId& job, std::uint32_t batch) const {
  OSTIARY_TRY(auto seen, find_permitted(env_, actor, job));
  if (const auto* refused = std::get_if<OperationRefused>(&seen)) {
    return *refused;
  }
  OSTIARY_TRY(services::note_reading(env_, actor, std::get<Job>(seen).organization));
  BulkReport report{.job = std::get<Job>(std::move(seen)), .lines = {}};
  OSTIARY_TRY(const auto items, env_.store.find_job_batch(job, batch));
  for (const JobItem& item : items) {
    OSTIARY_TRY(auto line, load_line(env_, report.job, item));
    report.lines.push_back(std::move(line));
  }
  return report;
}

}  // namespace ostiary::inline v0
