#include "conformance.hpp"

// PutJob and PutJobBatch.
namespace ostiary::inline v0::testing::conformance {
namespace {

std::vector<JobItem> items(Trial& trial, std::size_t count) {
  std::vector<JobItem> out;
  for (std::size_t i = 0; i < count; ++i) {
    out.push_back({.account = trial.id<AccountId>(), .planned = WelcomeVerdict::suspended});
    if (i % 2 == 0) {
      out.back().done = WelcomeVerdict::not_found;
      out.back().mail = trial.id<MailId>();
    }
  }
  return out;
}

bool has_batch(Trial& trial, const JobId& job, std::uint32_t index, const std::vector<JobItem>& expected) {
  return encode(trial.value(trial.store().find_job_batch(job, index))) == encode(expected);
}

void a_job_is_kept_whole(Trial& trial) {
  const auto world = trial.world();
  auto next = trial.job(world.organization);
  trial.expect(!trial.value(trial.store().find_job(next.id)), "an absent job");
  trial.commits("a new job", {PutJob{.next = next}});
  next.version = 1;
  trial.expect(found(trial.value(trial.store().find_job(next.id)), next), "every field, at version 1");
  next.state = JobState::completed;
  next.batches_done = 900;
  next.planned_by = "'; DROP TABLE job; -- \xF0\x9F\x94\x91";
  trial.commits("its second version", {PutJob{.next = next, .expected = 1}});
  next.version = 2;
  trial.expect(found(trial.value(trial.store().find_job(next.id)), next), "every field, at version 2");
  const auto listed = trial.value(trial.store().list_jobs(world.organization.id, {})).records;
  trial.expect(listed.size() == 1 && same(listed[0], next), "it is in its organisation's list, once");
  const auto other = trial.organization();
  trial.expect_count(trial.value(trial.store().list_jobs(other.id, {})).records.size(), 0, "another's jobs");
}

void a_job_is_put_at_its_version(Trial& trial) {
  const auto world = trial.world();
  const auto next = trial.job(world.organization);
  trial.refuses("version 1 of an absent job", {PutJob{.next = next, .expected = 1}});
  trial.commits("a new job", {PutJob{.next = next}});
  trial.refuses("a new one over a present one", {PutJob{.next = next}});
  trial.refuses("a version ahead", {PutJob{.next = next, .expected = 2}});
  trial.commits("the version that is there", {PutJob{.next = next, .expected = 1}});
  trial.refuses("a version behind", {PutJob{.next = next, .expected = 1}});
}

void batches_are_kept(Trial& trial) {
  const auto world = trial.world();
  const auto job = trial.job(world.organization);
  const auto other = trial.job(world.organization);
  const auto full = items(trial, job_items_count_max);
  trial.refuses("a batch of an absent job", {PutJobBatch{.job = job.id, .items = full}});
  trial.needs_order("a job, then its batch", {PutJob{.next = job}, PutJobBatch{.job = job.id, .items = full}});
  const auto last = items(trial, 3);
  const auto others = items(trial, 1);
  constexpr std::uint32_t far = 4'000'000'000;
  trial.commits("more batches, in any order",
                {PutJob{.next = other}, PutJobBatch{.job = job.id, .index = far, .items = last},
                 PutJobBatch{.job = other.id, .index = 1, .items = others},
                 PutJobBatch{.job = job.id, .index = 1, .items = last}});
  trial.expect(has_batch(trial, job.id, 0, full), "a full batch comes back, every field");
  trial.expect(has_batch(trial, job.id, 1, last) && has_batch(trial, job.id, far, last), "each has its number");
  trial.expect(has_batch(trial, other.id, 1, others), "each job has its own");
  trial.expect(has_batch(trial, job.id, 2, {}) && has_batch(trial, other.id, 0, {}) &&
                   has_batch(trial, trial.id<JobId>(), 0, {}),
               "where there is no batch there are no items");
  const auto changed = items(trial, 7);
  trial.commits("a batch in the place of another", {PutJobBatch{.job = job.id, .index = 1, .items = changed}});
  trial.expect(has_batch(trial, job.id, 1, changed) && has_batch(trial, job.id, 0, full), "only that one is another");
}

constexpr NamedCheck checks[] = {
    {"PutJob: every field comes back, with its version", a_job_is_kept_whole},
    {"PutJob: only at the stored version", a_job_is_put_at_its_version},
    {"PutJobBatch: of a job that is present, by its number", batches_are_kept},
};

}  // namespace

std::span<const NamedCheck> job_checks() { return checks; }

}  // namespace ostiary::inline v0::testing::conformance
