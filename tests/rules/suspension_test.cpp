#include <ostiary/rules/suspension.hpp>

#include <doctest/doctest.h>

#include "fixture.hpp"

using namespace ostiary;
using namespace ostiary::test;

namespace {

Account suspended(Account account) {
  account.status = AccountStatus::suspended;
  return account;
}

}  // namespace

TEST_CASE("R68: a suspension bars the account and ends sessions, devices and pending links") {
  auto drawn = fresh();
  const auto decision = decide_suspension(manager(), admin_facts(active()), drawn, noon);
  REQUIRE(names_of(decision.changes) == "RequireActor PutAccount AppendAudit");
  const auto& put = at<PutAccount>(decision.changes, 1);
  CHECK(put.next.status == AccountStatus::suspended);
  CHECK(put.next.epochs == Epochs{.sessions = 6, .links = 7, .devices = 8});
  CHECK(put.next.password->hash == stored_hash);
  CHECK(put.expected == 4);
  CHECK(line_of(at<AppendAudit>(decision.changes, 2).event) ==
        "account_suspended reason=- actor=account/11/-/- subject=11 organization=1 from=- client=- count=1");
  CHECK(std::get<Suspended>(decision.outcome).ended.event == SecurityEvent::suspended);
}

TEST_CASE("R67: an active manager's suspension counts the managers down; the last one's is refused and audited") {
  auto drawn = fresh();
  const auto one_of_two = decide_suspension(host(), admin_facts(active(Role::manager), 2), drawn, noon);
  REQUIRE(names_of(one_of_two.changes) == "PutOrganization PutAccount AppendAudit");
  CHECK(at<PutOrganization>(one_of_two.changes, 0).next.active_managers == 1);
  CHECK(at<PutOrganization>(one_of_two.changes, 0).expected == 7);
  for (const std::uint32_t count : {1U, 0U}) {
    const auto last = decide_suspension(host(), admin_facts(active(Role::manager), count), drawn, noon);
    CHECK(std::holds_alternative<LastManager>(last.outcome));
    REQUIRE(names_of(last.changes) == "AppendAudit");
    CHECK(at<AppendAudit>(last.changes, 0).event.reason == "suspend_account:last_manager");
  }
}

TEST_CASE("R67: an invited manager is not counted, so the suspension of one needs no other") {
  auto drawn = fresh();
  const auto decision = decide_suspension(host(), admin_facts(invited(Role::manager), 0), drawn, noon);
  CHECK(names_of(decision.changes) == "PutAccount AppendAudit");
  CHECK(std::holds_alternative<Suspended>(decision.outcome));
}

TEST_CASE("R67, R69: a standing that stays as it is is told only to who still is an actor, and audited") {
  auto drawn = fresh();
  const auto check = [](const auto& decision, std::string_view reason) {
    CHECK(std::holds_alternative<StandingUnchanged>(decision.outcome));
    REQUIRE(names_of(decision.changes) == "RequireActor AppendAudit");
    CHECK(line_of(at<AppendAudit>(decision.changes, 1).event) ==
          "operation_refused reason=" + std::string(reason) +
              " actor=account/11/-/- subject=11 organization=1 from=- client=- count=1");
  };
  auto account = active();
  account.status = AccountStatus::suspended;
  check(decide_suspension(manager(), admin_facts(account), drawn, noon), "suspend_account:unchanged");
  for (const auto status : {AccountStatus::invited, AccountStatus::active}) {
    account.status = status;
    check(decide_restoration(manager(), admin_facts(account), drawn, noon), "restore_account:unchanged");
  }
  account.status = AccountStatus::suspended;
  CHECK(names_of(decide_suspension(host(), admin_facts(account), drawn, noon).changes) == "AppendAudit");
}

TEST_CASE("R20: a restored account is active only where setup was completed; nothing that ended comes back") {
  auto drawn = fresh();
  const auto back = decide_restoration(staff(), admin_facts(suspended(active(Role::manager)), 1), drawn, noon);
  REQUIRE(names_of(back.changes) == "PutOrganization PutAccount AppendAudit");
  CHECK(at<PutOrganization>(back.changes, 0).next.active_managers == 2);
  CHECK(at<PutAccount>(back.changes, 1).next.status == AccountStatus::active);
  CHECK(at<PutAccount>(back.changes, 1).next.epochs == active().epochs);
  CHECK(std::get<Restored>(back.outcome).status == AccountStatus::active);

  const auto open = decide_restoration(staff(), admin_facts(suspended(invited(Role::manager)), 1), drawn, noon);
  REQUIRE(names_of(open.changes) == "PutAccount AppendAudit");
  CHECK(at<PutAccount>(open.changes, 0).next.status == AccountStatus::invited);
  CHECK(std::get<Restored>(open.outcome).status == AccountStatus::invited);
}
