#include <ostiary/rules/bulk_welcome.hpp>

#include <doctest/doctest.h>

#include "fixture.hpp"

using namespace ostiary;
using namespace ostiary::test;

namespace {

const auto job_id = id_of<JobId>(51);
const MailPolicy policy;

Job job_in(JobState state) {
  return {.id = job_id,
          .version = 3,
          .organization = acme_id,
          .state = state,
          .planned_by = "cron",
          .items = 4,
          .items_to_send = 2,
          .created_at = noon - std::chrono::hours(1),
          .ends_at = noon + std::chrono::hours(23)};
}

Account with_status(AccountStatus status) {
  auto account = active();
  account.status = status;
  return account;
}

// A batch of one account of each verdict.
BatchFacts batch(JobState state) {
  BatchFacts facts{.job = job_in(state), .organization = acme(), .items = {}, .candidates = {}};
  auto elsewhere = invited();
  elsewhere.organization = other_organization_id;
  const auto linked = live_link();
  for (const auto& candidate :
       {WelcomeCandidate{.account = invited(), .link = linked}, WelcomeCandidate{.account = active()},
        WelcomeCandidate{.account = with_status(AccountStatus::suspended)}, WelcomeCandidate{.account = elsewhere}}) {
    facts.candidates.push_back(candidate);
    facts.items.push_back({.account = candidate.account->id});
  }
  return facts;
}

Fresh fresh_of_batch() {
  testing::ScriptedRandom random(1);
  return Fresh::draw(random, noon, batch_fresh_size(4)).value();
}

constexpr std::array states{JobState::planning, JobState::planned,   JobState::running,
                            JobState::paused,   JobState::cancelled, JobState::completed};

// What a decision does in each state: the state after it, or "-" where the job is not ready; "+" where it writes.
template <class Decide>
std::string walk(Decide decide) {
  std::string out;
  for (const auto state : states) {
    const auto decision = decide(state);
    const auto* job = std::get_if<Job>(&decision.outcome);
    out += fmt::format("{}{}{}", out.empty() ? "" : " ", job == nullptr ? "-" : job_state_name(job->state),
                       decision.changes.empty() ? "" : "+");
    if (job == nullptr) {
      CHECK(std::get<JobUnready>(decision.outcome).state == state);
    }
  }
  return out;
}

}  // namespace

TEST_CASE("R24, R30: the verdict of a bulk welcome, for every standing") {
  CHECK(judge_welcome(invited(), acme_id) == WelcomeVerdict::send);
  CHECK(judge_welcome(active(), acme_id) == WelcomeVerdict::setup_complete);
  CHECK(judge_welcome(with_status(AccountStatus::suspended), acme_id) == WelcomeVerdict::suspended);
  CHECK(judge_welcome(with_status(AccountStatus::removed), acme_id) == WelcomeVerdict::not_found);
  CHECK(judge_welcome(invited(), other_organization_id) == WelcomeVerdict::not_found);
  CHECK(judge_welcome(active(), other_organization_id) == WelcomeVerdict::not_found);
  CHECK(judge_welcome(std::nullopt, acme_id) == WelcomeVerdict::not_found);
}

TEST_CASE("R26: each state of a job and what can be done in it") {
  const auto in = [](auto decide) {
    return walk([decide](JobState state) {
      auto drawn = fresh();
      return decide(host(), job_in(state), policy, drawn, noon);
    });
  };
  // The states: planning, planned, running, paused, cancelled, completed.
  CHECK(in(decide_pause) == "- - paused+ paused - -");
  CHECK(in(decide_resumption) == "- planned running running+ - -");
  CHECK(in(decide_cancellation) == "cancelled+ cancelled+ cancelled+ cancelled+ cancelled cancelled+");
  CHECK(walk([](JobState state) {
          auto drawn = fresh_of_batch();
          return decide_batch(host(), batch(state), policy, drawn, noon);
        }) == "- completed+ completed+ - - completed");
  CHECK(walk([](JobState state) {
          auto drawn = fresh();
          return decide_planned(host(), job_in(state), drawn, noon);
        }) == "planned+ - - - - -");
  CHECK(walk([](JobState state) {
          auto job = job_in(state);
          job.items = 0;
          return decide_planned_batch(host(), job, {JobItem{.account = owner_id}}, noon);
        }) == "planning+ - - - - -");
}

TEST_CASE("R26: a plan counts its accounts, and each batch is written under its number") {
  auto drawn = fresh();
  const auto begun = decide_planning(manager(), acme_id, drawn, noon);
  REQUIRE(names_of(begun.changes) == "RequireActor PutJob");
  auto job = std::get<Job>(begun.outcome);
  CHECK(job.version == 1);
  CHECK(job.planned_by == manager().account()->id.to_string());
  CHECK(job.ends_at == noon + std::chrono::hours(24));
  const std::vector<JobItem> full(job_items_count_max, JobItem{.account = owner_id});
  for (std::uint32_t index = 0; index < 2; ++index) {
    const auto added = decide_planned_batch(manager(), job, full, noon);
    REQUIRE(names_of(added.changes) == "RequireActor PutJob PutJobBatch");
    CHECK(at<PutJob>(added.changes, 1).expected == job.version);
    CHECK(at<PutJobBatch>(added.changes, 2).index == index);
    job = std::get<Job>(added.outcome);
  }
  const auto last =
      decide_planned_batch(manager(), job, {JobItem{.account = owner_id, .planned = WelcomeVerdict::suspended}}, noon);
  CHECK(at<PutJobBatch>(last.changes, 2).index == 2);
  CHECK(std::get<Job>(last.outcome).items == 1001);
  CHECK(std::get<Job>(last.outcome).items_to_send == 1000);
  const auto planned = decide_planned(manager(), std::get<Job>(last.outcome), drawn, noon + std::chrono::minutes(1));
  CHECK(std::get<Job>(planned.outcome).ends_at == noon + std::chrono::hours(24) + std::chrono::minutes(1));
  REQUIRE(names_of(planned.changes) == "RequireActor PutJob AppendAudit");
  CHECK(line_of(at<AppendAudit>(planned.changes, 2).event) ==
        "bulk_planned reason=" + job.id.to_string() +
            " actor=account/11/-/- subject=- organization=1 from=- client=- count=1001");
}

TEST_CASE("R26, R69: a batch is one set: the cursor first, a link, a mail and an event for whom it concerns") {
  auto drawn = fresh_of_batch();
  const auto decision = decide_batch(manager(), batch(JobState::planned), policy, drawn, noon);
  REQUIRE(names_of(decision.changes) ==
          "RequireActor PutJob AppendAudit PutJobBatch PutLink PutMailIntent AppendAudit AppendAudit AppendAudit "
          "AppendAudit");
  const auto& next = at<PutJob>(decision.changes, 1);
  CHECK(next.expected == 3);
  CHECK(next.next.batches_done == 1);
  CHECK(next.next.items_done == 4);
  CHECK(next.next.mails == 1);
  CHECK(next.next.ends_at == noon + std::chrono::hours(72) + std::chrono::days(30));
  const auto& mail = at<PutMailIntent>(decision.changes, 5).mail;
  CHECK(mail.job == job_id);
  CHECK(mail.parts.front().link->generation == 2);
  CHECK(at<PutLink>(decision.changes, 4).id == link_id);
  CHECK(at<PutLink>(decision.changes, 4).expected == 1);
  const auto& items = at<PutJobBatch>(decision.changes, 3).items;
  CHECK(items[0].done == WelcomeVerdict::send);
  CHECK(items[0].mail == mail.id);
  CHECK(items[1].done == WelcomeVerdict::setup_complete);
  CHECK(items[1].mail.is_nil());
  CHECK(items[2].done == WelcomeVerdict::suspended);
  CHECK(items[3].done == WelcomeVerdict::not_found);
  const auto line = [&](std::size_t index) {
    const auto text = line_of(at<AppendAudit>(decision.changes, index).event);
    return text.substr(0, text.find(" actor="));
  };
  CHECK(line(2) == "bulk_started reason=" + job_id.to_string());
  CHECK(line(6) == "welcome_mail_requested reason=-");
  CHECK(line(7) == "welcome_mail_requested reason=skipped_setup_complete");
  CHECK(line(8) == "welcome_mail_requested reason=skipped_suspended");
  CHECK(line(9) == "bulk_completed reason=" + job_id.to_string());
  // A running job was begun before.
  auto again = fresh_of_batch();
  CHECK(names_of(decide_batch(host(), batch(JobState::running), policy, again, noon).changes)
            .starts_with("PutJob PutJobBatch PutLink"));
}

TEST_CASE("R26: the largest batch fits into one set, and draws no more than it may") {
  BatchFacts facts{.job = job_in(JobState::planned), .organization = acme(), .items = {}, .candidates = {}};
  facts.job.items = job_items_count_max;
  for (std::size_t i = 0; i < job_items_count_max; ++i) {
    facts.items.push_back({.account = owner_id});
    facts.candidates.push_back({.account = invited()});
  }
  testing::ScriptedRandom random(1);
  auto drawn = Fresh::draw(random, noon, batch_fresh_size(job_items_count_max)).value();
  const auto decision = decide_batch(manager(), std::move(facts), policy, drawn, noon);
  CHECK(decision.changes.size() == 5 + 3 * job_items_count_max);
  CHECK(decision.changes.size() <= changes_count_max);
  static_cast<void>(drawn.id<ChangeId>());
}

TEST_CASE("R26: a job's time is over at its end, and not before") {
  auto job = job_in(JobState::planned);
  job.ends_at = noon;
  CHECK(is_over(job, noon));
  CHECK_FALSE(is_over(job, noon - Duration(1)));
}
