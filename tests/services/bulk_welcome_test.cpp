#include <doctest/doctest.h>

#include "services/bulk_world.hpp"
#include "services/overtaken_store.hpp"

using namespace ostiary;
using namespace ostiary::test;

TEST_CASE("R26: a plan has a verdict for each account, is kept for 24 hours, and sends nothing") {
  BulkWorld world(3);
  CHECK_FALSE(world.new_mails().empty());  // the manager's own
  const auto suspended = world.id_of("1001@acme");
  REQUIRE(std::holds_alternative<Suspended>(world.organizations.suspend(world.boss, suspended).value()));
  const auto job = world.plan();
  CHECK(job.state == JobState::planned);
  CHECK(job.items == 4);
  CHECK(job.items_to_send == 2);
  CHECK(job.items_done == 0);
  CHECK(job.organization == world.acme.organization);
  CHECK(job.planned_by == world.acme.manager.account.to_string());
  CHECK(job.ends_at == world.clock.now() + std::chrono::hours(24));
  CHECK(std::get<Job>(world.bulk.find(world.boss, job.id).value()).version == job.version);

  std::map<std::string, WelcomeVerdict> verdicts;
  for (const auto& line : world.lines(job.id)) {
    verdicts[line.login_name] = line.item.planned;
    CHECK_FALSE(line.item.done);
    CHECK_FALSE(line.mail);
  }
  CHECK(verdicts == std::map<std::string, WelcomeVerdict>{{"100@acme", WelcomeVerdict::setup_complete},
                                                          {"1000@acme", WelcomeVerdict::send},
                                                          {"1001@acme", WelcomeVerdict::suspended},
                                                          {"1002@acme", WelcomeVerdict::send}});
  CHECK(world.new_mails().empty());
  CHECK_FALSE(world.store.find_link_of(world.id_of("1000@acme"), LinkPurpose::setup).value());
  CHECK(world.events()["bulk_planned"] == 1);
  CHECK(world.events()["bulk_started"] == 0);

  world.clock.advance(std::chrono::hours(24) - Duration(1));
  CHECK(std::holds_alternative<Job>(world.bulk.find(world.host(), job.id).value()));
  world.clock.advance(Duration(1));
  const auto before = world.memory.dump();
  CHECK(refusal(world.bulk.find(world.host(), job.id)) == Permission::not_found);
  CHECK(refusal(world.bulk.run(world.host(), job.id)) == Permission::not_found);
  CHECK(refusal(world.bulk.cancel(world.host(), job.id)) == Permission::not_found);
  CHECK((world.memory.dump() == before));
  CHECK(std::get<Page<Job>>(world.bulk.list(world.host(), world.acme.organization, {}).value()).records.empty());
}

TEST_CASE(
    "R26: who was ticked twice counts once, and who is of another organisation or nobody is not found alike (R30)") {
  BulkWorld world(2);
  const auto birch = world.found("birch");
  const auto first = world.id_of("1000@acme");
  const auto stranger = birch.manager.account;
  const auto nobody = AccountId::parse("00000000000000000000000000000001").value();
  const std::vector<AccountId> ticked{first, stranger, first, nobody, world.id_of("1001@acme")};
  const auto job = world.plan(std::span(ticked));
  CHECK(job.items == 4);
  CHECK(job.items_to_send == 2);
  const auto done = world.run(job.id);
  CHECK(done.state == JobState::completed);
  CHECK(done.mails == 2);
  for (const auto& line : world.lines(job.id)) {
    CAPTURE(line.item.account.to_string());
    const bool is_ours = line.item.account != stranger && line.item.account != nobody;
    CHECK(line.item.planned == (is_ours ? WelcomeVerdict::send : WelcomeVerdict::not_found));
    CHECK(line.item.done == line.item.planned);
    CHECK(line.login_name.empty() != is_ours);
    CHECK(line.display_name.empty() != is_ours);
    CHECK(line.mail.has_value() == is_ours);
  }
  // Neither organisation's audit names the other's account.
  for (const auto& organization : {world.acme.organization, birch.organization}) {
    const auto page = world.store.list_audit(organization, {}).value();
    for (const auto& row : page.records) {
      CHECK((organization == birch.organization || row.event.subject != stranger));
      CHECK((organization == world.acme.organization || row.event.kind != AuditKind::bulk_planned));
    }
  }
}

TEST_CASE("R26, R29: a search plans all that it finds, and nothing where it asks for no word") {
  BulkWorld world(12);
  CHECK(world.plan(AccountSearch{.text = "member 1003"}).items == 1);
  CHECK(world.plan(AccountSearch{.text = "MEM 100"}).items == 10);
  CHECK(world.plan(AccountSearch{.text = "nobody"}).items == 0);
  CHECK(world.plan(AccountSearch{.text = " - "}).items == 0);
  CHECK(world.plan(AccountSearch{.status = AccountStatus::invited}).items == 12);
  CHECK(world.plan(AccountSearch{}).items == 13);
  const auto empty = world.plan(AccountSearch{.text = "nobody"});
  CHECK(world.run(empty.id).state == JobState::completed);
  CHECK(world.run(empty.id).mails == 0);
}

TEST_CASE("R26, R27: a run goes batch by batch with progress, and asks for each mail once, with 24 hours of its own") {
  BulkWorld world(1201);
  static_cast<void>(world.new_mails());
  const auto job = world.plan();
  CHECK(job.items == 1202);
  const auto commits = world.memory.calls(testing::StoreCall::commit);
  auto now = world.run(job.id);
  CHECK(now.state == JobState::running);
  CHECK(now.items_done == 500);
  CHECK(now.ends_at > world.clock.now() + std::chrono::days(30));
  now = world.run(job.id);
  CHECK(now.items_done == 1000);
  now = world.run(job.id);
  CHECK(now.state == JobState::completed);
  CHECK(now.items_done == 1202);
  CHECK(now.mails == 1201);
  CHECK(world.memory.calls(testing::StoreCall::commit) == commits + 3);
  // A completed job stays as it is.
  CHECK(world.run(job.id).mails == 1201);

  const auto mails = world.new_mails();
  std::set<std::string> recipients;
  for (const auto& mail : mails) {
    recipients.insert(mail.to.canonical());
    CHECK_FALSE(token_in(mail.message).empty());
  }
  CHECK(recipients.size() == 1201);
  CHECK(mails.size() == 1201);
  std::size_t sent = 0;
  for (const auto& line : world.lines(job.id)) {
    CHECK(line.item.done == line.item.planned);
    sent += line.mail && line.mail->state == MailState::sent ? 1U : 0U;
    CHECK(line.mail.has_value() == (line.item.done == WelcomeVerdict::send));
    if (line.mail) {
      const auto link = world.store.find_link_of(line.item.account, LinkPurpose::setup).value().value();
      CHECK(link.live == 1);
      CHECK(link.expires_at >= world.clock.now() + std::chrono::hours(24));
    }
  }
  CHECK(sent == 1201);
  auto events = world.events();
  CHECK(events["bulk_planned"] == 1);
  CHECK(events["bulk_started"] == 1);
  CHECK(events["bulk_completed"] == 1);
  CHECK(events["welcome_mail_requested"] == 1 + 1202);  // the manager's own invitation; the skip too
}

TEST_CASE("R26: the verdict is taken again when the batch is run, of the accounts as they were planned") {
  BulkWorld world(4);
  const auto suspended = world.id_of("1000@acme");
  const auto restored = world.id_of("1001@acme");
  const auto completed = world.id_of("1002@acme");
  REQUIRE(std::holds_alternative<Suspended>(world.organizations.suspend(world.boss, restored).value()));
  const auto job = world.plan(AccountSearch{.text = "member"});
  REQUIRE(std::holds_alternative<Suspended>(world.organizations.suspend(world.boss, suspended).value()));
  REQUIRE(std::holds_alternative<Restored>(world.organizations.restore(world.boss, restored).value()));
  world.alter(completed, [&](Account& account) { account.status = AccountStatus::active; });
  world.alter(world.id_of("1003@acme"), [&](Account& account) { account.status = AccountStatus::removed; });
  world.add(world.acme.organization, 1, 2000);  // it came after the plan
  const auto done = world.run(job.id);
  CHECK(done.items_to_send == 3);
  CHECK(done.mails == 1);
  std::map<AccountId, WelcomeVerdict> verdicts;
  for (const auto& line : world.lines(job.id)) {
    verdicts[line.item.account] = line.item.done.value();
  }
  CHECK(verdicts.size() == 4);
  CHECK(verdicts[suspended] == WelcomeVerdict::suspended);
  CHECK(verdicts[restored] == WelcomeVerdict::send);
  CHECK(verdicts[completed] == WelcomeVerdict::setup_complete);
  CHECK(std::ranges::count(world.lines(job.id), std::optional(WelcomeVerdict::not_found),
                           [](const BulkLine& line) { return line.item.done; }) == 1);
}

TEST_CASE("R24, R26: the older link works until the new mail is handed over, and for good where the job is cancelled") {
  BulkWorld world(2);
  const auto first = world.id_of("1000@acme");
  const auto link_of = [&] { return world.store.find_link_of(first, LinkPurpose::setup).value().value(); };
  REQUIRE(world.run_all(world.plan(AccountSearch{.text = "1000"}).id).mails == 1);
  const auto older = world.deliver();
  REQUIRE(std::holds_alternative<SetupPage>(world.setup.inspect(older).value()));

  const auto job = world.plan(AccountSearch{.text = "member"});
  REQUIRE(world.run_all(job.id).mails == 2);
  CHECK(link_of().issued == 2);
  CHECK(link_of().live == 1);
  CHECK(std::holds_alternative<SetupPage>(world.setup.inspect(older).value()));

  SUBCASE("handed over, the new one takes its place") {
    world.deliver_all();
    CHECK(std::get<LinkRefused>(world.setup.inspect(older).value()).verdict == LinkVerdict::superseded);
  }
  SUBCASE("cancelled after a mailer put a mail off, which may have arrived all the same, that one goes on") {
    world.mailer.answer_next(Delivery{.verdict = DeliveryVerdict::retry_later, .reason = "451"});
    REQUIRE(world.outbox.deliver(1).value().retried == 1);
    const auto mails = world.mailer.mails().size();
    CHECK(std::get<Job>(world.bulk.cancel(world.boss, job.id).value()).state == JobState::cancelled);
    world.clock.advance(std::chrono::hours(1));
    world.deliver_all();
    REQUIRE(world.mailer.mails().size() == mails + 1);
    const auto newest = token_in(world.mailer.mails().back().message);
    CHECK(std::holds_alternative<SetupPage>(world.setup.inspect(newest).value()));
  }
  SUBCASE("cancelled, even when every mail was asked for, the older one stays and nobody gets a mail") {
    const auto mails = world.mailer.mails().size();
    CHECK(std::get<Job>(world.bulk.cancel(world.boss, job.id).value()).state == JobState::cancelled);
    CHECK(std::get<Job>(world.bulk.cancel(world.boss, job.id).value()).state == JobState::cancelled);
    world.deliver_all();
    CHECK(world.mailer.mails().size() == mails);
    CHECK(std::holds_alternative<SetupPage>(world.setup.inspect(older).value()));
    for (const auto& line : world.lines(job.id)) {
      CHECK(line.mail->state == MailState::voided);
    }
    CHECK(unready(world.bulk.run(world.boss, job.id)) == JobState::cancelled);
    CHECK(unready(world.bulk.resume(world.boss, job.id)) == JobState::cancelled);
    CHECK(world.events()["bulk_cancelled"] == 1);
  }
  SUBCASE("failed before any mailer took it over, the older one stays") {
    world.clock.advance(std::chrono::hours(73));
    world.deliver_all();
    for (const auto& line : world.lines(job.id)) {
      CHECK(line.mail->state == MailState::failed);
    }
    CHECK(link_of().live == 1);
  }
}

TEST_CASE("R26: a running job can be paused and resumed, by another manager or the host too") {
  BulkWorld world(700);
  const auto job = world.plan();
  CHECK(unready(world.bulk.pause(world.boss, job.id)) == JobState::planned);
  REQUIRE(world.run(job.id).items_done == 500);
  CHECK(std::get<Job>(world.bulk.pause(world.boss, job.id).value()).state == JobState::paused);
  CHECK(std::get<Job>(world.bulk.pause(world.boss, job.id).value()).state == JobState::paused);
  CHECK(unready(world.bulk.run(world.boss, job.id)) == JobState::paused);
  CHECK(std::get<Job>(world.bulk.find(world.boss, job.id).value()).items_done == 500);
  world.clock.advance(std::chrono::days(3));  // it is not a plan any more: its 24 hours are not counted
  const auto resumed = std::get<Job>(world.bulk.resume(world.host(), job.id).value());
  CHECK(resumed.state == JobState::running);
  CHECK(std::get<Job>(world.bulk.resume(world.host(), job.id).value()).version == resumed.version);
  const auto done = std::get<Job>(world.bulk.run(world.host(), job.id).value());
  CHECK(done.state == JobState::completed);
  CHECK(done.mails == 700);
  CHECK(unready(world.bulk.pause(world.host(), job.id)) == JobState::completed);
  auto events = world.events();
  CHECK(events["bulk_paused"] == 1);
  CHECK(events["bulk_started"] == 2);
}

TEST_CASE("R26: a plan that is cancelled or was interrupted cannot be run") {
  BulkWorld world(3);
  const auto planned = world.plan();
  CHECK(std::get<Job>(world.bulk.cancel(world.boss, planned.id).value()).state == JobState::cancelled);
  CHECK(unready(world.bulk.run(world.boss, planned.id)) == JobState::cancelled);
  // As a killed process leaves it.
  auto half = planned;
  half.id = JobId::parse("01900000000070008000000000000001").value();
  half.state = JobState::planning;
  auto fresh = Fresh::draw(world.random, world.clock.now()).value();
  REQUIRE(std::holds_alternative<Committed>(
      world.store
          .commit(
              {.id = fresh.id<ChangeId>(), .at = world.clock.now(), .changes = {PutJob{.next = half, .expected = 0}}})
          .value()));
  CHECK(unready(world.bulk.run(world.boss, half.id)) == JobState::planning);
  CHECK(unready(world.bulk.pause(world.boss, half.id)) == JobState::planning);
  CHECK(std::get<Job>(world.bulk.cancel(world.boss, half.id).value()).state == JobState::cancelled);
  const auto jobs = std::get<Page<Job>>(world.bulk.list(world.boss, world.acme.organization, {}).value());
  CHECK(jobs.records.size() == 2);
}

TEST_CASE("R30: another organisation's job is answered as one that does not exist, by every operation") {
  BulkWorld world(2);
  const auto birch = world.found_active("birch");
  const auto other = world.manager("100@birch");
  const auto job = world.plan();
  const auto nobody = JobId::parse("00000000000000000000000000000001").value();
  const auto answers = [&](const JobId& id) {
    std::vector<Permission> out;
    for (const auto& outcome : {world.bulk.run(other, id), world.bulk.pause(other, id), world.bulk.resume(other, id),
                                world.bulk.cancel(other, id), world.bulk.find(other, id)}) {
      out.push_back(refusal(outcome));
    }
    out.push_back(std::get<OperationRefused>(world.bulk.report(other, id, 0).value()).reason);
    return out;
  };
  const auto calls = [&] {
    return world.memory.calls(testing::StoreCall::commit) * 1000 + world.memory.calls(testing::StoreCall::find_job);
  };
  const auto start = calls();
  CHECK(answers(job.id) == std::vector<Permission>(6, Permission::not_found));
  const auto of_another = calls() - start;
  const auto events = world.kinds(birch.organization).size();
  CHECK(answers(nobody) == std::vector<Permission>(6, Permission::not_found));
  CHECK(calls() - start == 2 * of_another);  // the same port calls
  CHECK(world.kinds(birch.organization).size() == events + 6);
  CHECK(std::get<Job>(world.bulk.find(world.boss, job.id).value()).state == JobState::planned);

  const auto unknown = OrganizationId::parse("00000000000000000000000000000002").value();
  for (const auto& organization : {world.acme.organization, unknown}) {
    CHECK(std::get<OperationRefused>(world.bulk.plan(other, organization, AccountSearch{}).value()).reason ==
          Permission::not_found);
    CHECK(std::get<OperationRefused>(world.bulk.list(other, organization, {}).value()).reason == Permission::not_found);
  }
  CHECK(std::get<OperationRefused>(world.bulk.plan(world.host(), unknown, AccountSearch{}).value()).reason ==
        Permission::not_found);
}

TEST_CASE("R28, R40: a bulk welcome is a manager's, from the organisation's view; not a supervisor's or a member's") {
  BulkWorld world(2);
  const auto job = world.plan();
  world.add_active(world.acme.organization, "201", Role::supervisor);
  const auto supervisor = Actor::in_view(world.signed_in("201@acme").who, View::call_centre).value();
  CHECK(refusal(world.bulk.run(supervisor, job.id)) == Permission::role_too_low);
  CHECK(std::get<OperationRefused>(world.bulk.plan(supervisor, world.acme.organization, AccountSearch{}).value())
            .reason == Permission::role_too_low);
  const auto at_home = Actor::in_view(world.signed_in("100@acme").who, View::my_account).value();
  CHECK(refusal(world.bulk.run(at_home, job.id)) == Permission::wrong_view);
  const auto staff = Actor::staff("Sam", "ticket 77").value();
  CHECK(std::holds_alternative<Job>(world.bulk.run(staff, job.id).value()));
}

TEST_CASE("R67: a manager whose session ended gets actor_revoked, and nothing is written") {
  BulkWorld world(700);
  const auto job = world.plan();
  REQUIRE(world.run(job.id).state == JobState::running);
  const auto who = world.signed_in("100@acme").who;
  const auto gone = Actor::in_view(who, View::manage_organization).value();
  REQUIRE(world.sessions.end(who, who.session()).has_value());
  const auto jobs = [&] {
    return std::get<Page<Job>>(world.bulk.list(world.host(), world.acme.organization, {}).value()).records;
  };
  const auto versions = [&] {
    std::vector<Version> out;
    for (const auto& each : jobs()) {
      out.push_back(each.version);
    }
    return out;
  };
  const auto before = versions();
  CHECK(world.bulk.plan(gone, world.acme.organization, AccountSearch{}).error() == Errc::actor_revoked);
  for (const auto& outcome : {world.bulk.run(gone, job.id), world.bulk.pause(gone, job.id),
                              world.bulk.resume(gone, job.id), world.bulk.cancel(gone, job.id)}) {
    CHECK(outcome.error() == Errc::actor_revoked);
  }
  CHECK(versions() == before);
  CHECK(world.bulk.find(gone, job.id).error() == Errc::actor_revoked);
  CHECK(world.bulk.report(gone, job.id, 0).error() == Errc::actor_revoked);
  CHECK(world.bulk.list(gone, world.acme.organization, {}).error() == Errc::actor_revoked);
}

TEST_CASE("R67, R69: what staff and host read of a job is audited, what a manager reads is not") {
  BulkWorld world(2);
  const auto job = world.plan();
  static_cast<void>(world.lines(job.id));
  CHECK(world.events()["accounts_listed"] == 0);
  const auto staff = Actor::staff("Sam", "ticket 77").value();
  CHECK(std::holds_alternative<BulkReport>(world.bulk.report(staff, job.id, 0).value()));
  CHECK(std::holds_alternative<Page<Job>>(world.bulk.list(staff, world.acme.organization, {}).value()));
  CHECK(world.events()["accounts_listed"] == 2);
}

TEST_CASE("R70: the number of plans a day is limited, and the mails of a job are not counted one by one") {
  Policies policies;
  policies.budgets.bulk_per_organization = {.count = 2, .window = std::chrono::hours(24)};
  policies.budgets.mail_per_organization = {.count = 3, .window = std::chrono::hours(1)};
  BulkWorld world(20, policies);
  CHECK(world.run_all(world.plan().id).mails == 20);
  world.plan();
  const auto third = world.bulk.plan(world.boss, world.acme.organization, AccountSearch{}).value();
  CHECK(std::get<Throttled>(third).retry_after > std::chrono::hours(11));
  CHECK(std::get<Page<Job>>(world.bulk.list(world.boss, world.acme.organization, {}).value()).records.size() == 2);
  CHECK(world.events()["throttled"] == 1);
}

TEST_CASE("R26: a batch that lost a race is decided again from fresh facts, and nobody is mailed twice") {
  BulkWorld world(600);
  static_cast<void>(world.new_mails());
  const auto job = world.plan();
  OvertakenStore<PutJobBatch> store(world.store);
  const Environment env{.store = store,
                        .clock = world.clock,
                        .random = world.random,
                        .hasher = world.hasher,
                        .keys = world.keys,
                        .observer = &world.observer};
  const BulkWelcome slow(env);
  SUBCASE("to another runner, it does the next one") {
    store.overtake = [&] { CHECK(world.run(job.id).items_done == 500); };
    CHECK(std::get<Job>(slow.run(world.boss, job.id).value()).items_done == 601);
  }
  SUBCASE("to a mail that was asked for by hand, which the job's own then supersedes") {
    store.overtake = [&] {
      CHECK(std::holds_alternative<WelcomeQueued>(
          world.organizations.send_welcome_mail(world.boss, world.id_of("1000@acme")).value()));
    };
    CHECK(std::get<Job>(slow.run(world.boss, job.id).value()).items_done == 500);
    CHECK(world.run(job.id).items_done == 601);
  }
  CHECK_FALSE(store.overtake);
  std::map<std::string, int> mails;
  for (const auto& mail : world.new_mails()) {
    ++mails[mail.to.canonical()];
  }
  CHECK(mails.size() == 600);
  CHECK(std::ranges::all_of(mails, [](const auto& each) { return each.second == 1; }));
}

TEST_CASE("R26: the store's work an account does not grow with the job") {
  BulkWorld world(2500);
  const auto reads = [&] {
    return world.memory.calls(testing::StoreCall::find_account) + world.memory.calls(testing::StoreCall::find_link_of);
  };
  const auto start_pages = world.memory.calls(testing::StoreCall::search_accounts);
  const auto start = reads();
  const auto job = world.plan(AccountSearch{.text = "member"});
  CHECK(reads() == start);
  CHECK(world.memory.calls(testing::StoreCall::search_accounts) == start_pages + 5);
  auto before = reads();
  for (int batch = 0; batch < 5; ++batch) {
    world.run(job.id);
    CHECK(reads() - before == 1000);  // two for each of 500 accounts
    before = reads();
  }
}

TEST_CASE("R75: who is removed while a batch is decided gets no mail, and is not found") {
  BulkWorld world(3);
  static_cast<void>(world.new_mails());
  const auto gone = world.id_of("1001@acme");
  const auto job = world.plan();
  OvertakenStore<PutJobBatch> store(world.store);
  const Environment env{
      .store = store, .clock = world.clock, .random = world.random, .hasher = world.hasher, .keys = world.keys};
  store.overtake = [&] {
    CHECK(std::holds_alternative<AccountRemoved>(
        world.account_admin.remove(world.boss, gone, world.account(gone).version).value()));
  };
  const auto done = std::get<Job>(BulkWelcome(env).run(world.boss, job.id).value());
  CHECK_FALSE(store.overtake);
  CHECK(done.state == JobState::completed);
  CHECK(done.mails == 2);
  for (const auto& line : world.lines(job.id)) {
    if (line.item.account == gone) {
      CHECK(line.item.planned == WelcomeVerdict::send);
      CHECK(line.item.done == WelcomeVerdict::not_found);
      CHECK(line.item.mail.is_nil());
    }
  }
  CHECK(world.store.list_mails(gone, {}).value().records.empty());
  CHECK_FALSE(world.store.find_link_of(gone, LinkPurpose::setup).value());
  CHECK(world.memory.dump().find("m1001@acme.example") == std::string::npos);
  CHECK(world.new_mails().size() == 2);
}

TEST_CASE("R26: a job that ends while it is run is not found from then on, however few rows are cleaned up at a time") {
  for (const std::size_t cleaned : {1U, 2U, 3U, 10U}) {
    CAPTURE(cleaned);
    BulkWorld world(1001);
    static_cast<void>(world.new_mails());
    const auto job = world.plan();
    while (world.housekeeping.run(100).value().more) {
    }
    OvertakenStore<PutJobBatch> store(world.store);
    const Environment env{
        .store = store, .clock = world.clock, .random = world.random, .hasher = world.hasher, .keys = world.keys};
    world.clock.advance(job.ends_at - world.clock.now() - Duration(1));
    while (world.housekeeping.run(100).value().more) {  // what else has ended
    }
    store.overtake = [&] {
      world.clock.advance(Duration(1));
      for (std::size_t i = 0; i < cleaned; ++i) {
        static_cast<void>(world.housekeeping.run(1).value());
      }
    };
    CHECK(refusal(BulkWelcome(env).run(world.host(), job.id)) == Permission::not_found);
    CHECK_FALSE(store.overtake);
    CHECK_FALSE(world.store.find_job(job.id).value());
    CHECK(refusal(world.bulk.run(world.host(), job.id)) == Permission::not_found);
    CHECK(world.new_mails().empty());
    while (world.housekeeping.run(1).value().more) {
    }
    for (std::uint32_t batch = 0; batch < 3; ++batch) {
      CHECK(world.store.find_job_batch(job.id, batch).value().empty());
    }
  }
}
