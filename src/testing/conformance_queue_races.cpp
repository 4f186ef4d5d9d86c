#include <set>

#include "conformance_races.hpp"

// Races for what workers take from a queue, and for what they work through: mails, recovery requests, jobs, audit.
namespace ostiary::inline v0::testing::conformance {
namespace {

void mails_race(Trial& trial) {
  in_rounds(trial, [&] {
    const auto world = trial.world();
    const auto put = PutMailIntent{.mail = trial.mail(world.account)};
    race(trial, "one mail put", [&](std::size_t /*i*/) -> std::vector<Change> { return {put}; });
    const auto tokens = tokens_of_threads(trial);
    at_once(trial, [&](std::size_t i, Store& store) {
      (void)patiently([&] { return store.claim_mail(1, base_time, base_time + minutes(5), tokens[i]); });
    });
    race(trial, "one mail handed over", [&](std::size_t i) -> std::vector<Change> {
      return {BeginHandOver{.mail = put.mail.id, .lease = tokens[i], .until = base_time + minutes(5)}};
    });
    race(trial, "one mail marked", [&](std::size_t i) -> std::vector<Change> {
      return {MarkMail{.mail = put.mail.id, .lease = tokens[i], .state = MailState::sent, .due_at = base_time}};
    });
    const auto after = trial.value(trial.store().find_mail(put.mail.id));
    trial.expect(after && after->state == MailState::sent && after->attempts == 1, "it was attempted once, and sent");
  });
}

void one_lease_marks_once(Trial& trial) {
  in_rounds(trial, [&] {
    const auto world = trial.world();
    const auto token = trial.id<LeaseToken>();
    const auto mail = trial.leased_mail(world.account, token);
    race(trial, "one mark under one lease", [&](std::size_t /*i*/) -> std::vector<Change> {
      return {MarkMail{.mail = mail, .lease = token, .state = MailState::sent, .due_at = base_time}};
    });
  });
}

void mails_are_claimed_by_one_each(Trial& trial) {
  constexpr std::size_t mails_count = 60;
  const auto world = trial.world();
  std::vector<Change> changes;
  changes.reserve(mails_count);
  for (std::size_t i = 0; i < mails_count; ++i) {
    changes.emplace_back(PutMailIntent{.mail = trial.mail(world.account)});
  }
  trial.commits("mails", changes);
  const auto tokens = tokens_of_threads(trial);
  std::vector<std::vector<MailIntent>> claimed(threads_count(trial));
  std::atomic<std::size_t> errors = 0;
  at_once(trial, [&](std::size_t i, Store& store) {
    for (std::size_t turn = 0; turn < mails_count; ++turn) {
      const auto some = patiently([&] { return store.claim_mail(3, base_time, base_time + minutes(5), tokens[i]); });
      errors += some.has_error() ? 1U : 0U;
      if (some.has_error() || some.assume_value().empty()) {
        break;
      }
      std::ranges::copy(some.assume_value(), std::back_inserter(claimed[i]));
    }
  });
  trial.expect_count(errors, 0, "errors of claim_mail");
  std::set<MailId> seen;
  std::size_t total = 0;
  for (std::size_t i = 0; i < claimed.size(); ++i) {
    for (const auto& mail : claimed[i]) {
      seen.insert(mail.id);
      ++total;
      const auto stored = trial.value(trial.store().find_mail(mail.id));
      trial.expect(stored && stored->lease && stored->lease->token == tokens[i], "a mail is under its claimer's lease");
    }
  }
  trial.expect_count(total, mails_count, "mails claimed");
  trial.expect_count(seen.size(), mails_count, "different mails claimed");
}

void requests_race(Trial& trial) {
  in_rounds(trial, [&] {
    const PutRecoveryRequest put{.request = trial.recovery_request()};
    race(trial, "one request put", [&](std::size_t /*i*/) -> std::vector<Change> { return {put}; });
    const auto tokens = tokens_of_threads(trial);
    std::vector<std::size_t> claimed(tokens.size());
    at_once(trial, [&](std::size_t i, Store& store) {
      const auto some =
          patiently([&] { return store.claim_recovery_requests(1, base_time, base_time + minutes(5), tokens[i]); });
      claimed[i] = some.has_value() ? some.assume_value().size() : 99;
    });
    trial.expect_count(static_cast<std::size_t>(std::ranges::count(claimed, std::size_t{1})), 1, "workers with it");
    trial.expect_count(static_cast<std::size_t>(std::ranges::count(claimed, std::size_t{0})), tokens.size() - 1,
                       "workers without it");
    const auto winner = race(trial, "one request settled", [&](std::size_t i) -> std::vector<Change> {
      return {SettleRecoveryRequest{.id = put.request.id, .lease = tokens[i]}};
    });
    trial.expect(claimed[winner] == 1, "by the worker that has it");
  });
}

void one_lease_settles_once(Trial& trial) {
  in_rounds(trial, [&] {
    const PutRecoveryRequest put{.request = trial.recovery_request()};
    const auto token = trial.id<LeaseToken>();
    trial.commits("a request", {put});
    const auto claimed = trial.value(
        patiently([&] { return trial.store().claim_recovery_requests(1, base_time, base_time + minutes(5), token); }));
    trial.expect_count(claimed.size(), 1, "requests claimed");
    race(trial, "one settlement under one lease", [&](std::size_t /*i*/) -> std::vector<Change> {
      return {SettleRecoveryRequest{.id = put.request.id, .lease = token}, trial.event(std::nullopt)};
    });
  });
}

void jobs_race(Trial& trial) {
  in_rounds(trial, [&] {
    const auto world = trial.world();
    const auto job = trial.job(world.organization);
    race(trial, "one job begun", [&](std::size_t /*i*/) -> std::vector<Change> { return {PutJob{.next = job}}; });
    const auto winner = race(trial, "one version of a job", [&](std::size_t i) -> std::vector<Change> {
      auto next = job;
      next.mails = static_cast<std::uint32_t>(i);
      std::vector<JobItem> items(i + 1);
      return {PutJob{.next = next, .expected = 1}, PutJobBatch{.job = job.id, .items = std::move(items)}};
    });
    const auto came = trial.value(trial.store().find_job(job.id));
    trial.expect(came && came->version == 2 && came->mails == winner, "the winner's is stored");
    trial.expect_count(trial.value(trial.store().find_job_batch(job.id, 0)).size(), winner + 1, "items of its batch");
  });
}

void blocks_race(Trial& trial) {
  in_rounds(trial, [&] {
    const auto stream = AuditStream(trial.world().organization.id);
    std::vector<AuditId> events;
    std::vector<Change> changes;
    for (std::size_t i = 0; i < threads_count(trial) + 1; ++i) {
      auto event = trial.event(stream);
      events.push_back(event.event.id);
      changes.emplace_back(std::move(event));
    }
    trial.commits("events", std::move(changes));
    const auto block = [&](std::uint64_t number, std::size_t i) -> std::vector<Change> {
      return {PutAuditBlock{.block = {.stream = stream, .number = number, .events = 1},
                            .mac = {.key_id = static_cast<std::uint32_t>(i)},
                            .events = {events[i]}}};
    };
    const auto winner =
        race(trial, "one number, each with an event of its own", [&](std::size_t i) { return block(1, i); });
    const auto head = trial.value(trial.store().find_audit_head(stream));
    trial.expect(head && head->block.number == 1 && head->mac.key_id == winner, "the block is the winner's");
    const auto sealed = trial.value(trial.store().list_audit_block(stream, 1));
    trial.expect(sealed.size() == 1 && sealed[0].event.id == events[winner], "and so is the event in it");
    race(trial, "one number and one event", [&](std::size_t /*i*/) { return block(2, threads_count(trial)); });
    trial.expect_count(trial.value(trial.store().list_unsealed_audit(stream, 99)).size(), events.size() - 2,
                       "events left");
  });
}

constexpr NamedCheck checks[] = {
    {"race: PutMailIntent, BeginHandOver and MarkMail have one winner", mails_race},
    {"race: MarkMail has one winner under one lease", one_lease_marks_once},
    {"race: claim_mail gives each mail to one worker", mails_are_claimed_by_one_each},
    {"race: PutRecoveryRequest and SettleRecoveryRequest have one winner, and a request one worker", requests_race},
    {"race: SettleRecoveryRequest has one winner under one lease", one_lease_settles_once},
    {"race: PutJob has one winner for a version", jobs_race},
    {"race: PutAuditBlock has one winner for a number", blocks_race},
};

}  // namespace

std::span<const NamedCheck> queue_race_checks() { return checks; }

}  // namespace ostiary::inline v0::testing::conformance
