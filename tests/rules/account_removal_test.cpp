#include <ostiary/rules/account_removal.hpp>

#include <doctest/doctest.h>

#include "fixture.hpp"

using namespace ostiary;
using namespace ostiary::test;

namespace {

// An account with everything that an account can have.
Account full(Role role = Role::member) {
  Account account = active(role);
  account.locale = Locale::parse("fr").value();
  account.host_ref = "customer-77";
  account.addresses.push_back(
      {.address = EmailAddress::parse("zoe@home.example").value(), .purposes = {AddressPurpose::notification}});
  account.revocable.push_back(
      {.link = link_id, .former = EmailAddress::parse("old@mail.example").value(), .until = noon});
  return account;
}

}  // namespace

TEST_CASE("R75: nothing personal is left of a removed account; id and login name are") {
  const auto rest = erased(full());
  CHECK(rest.id == owner_id);
  CHECK(rest.login.canonical() == "201@acme");
  CHECK(rest.organization == acme_id);
  CHECK(rest.status == AccountStatus::removed);
  CHECK(rest.display_name.empty());
  CHECK(rest.addresses.empty());
  CHECK(rest.revocable.empty());
  CHECK(rest.host_ref.empty());
  CHECK(!rest.locale);
  CHECK(!rest.password);
  CHECK(!rest.pin);
  CHECK(rest.epochs == Epochs{.sessions = 6, .links = 7, .devices = 8});
  const auto body = encode(rest);
  const std::string_view text(reinterpret_cast<const char*>(body.data()),
                              body.size());  // NOLINT(*-reinterpret-cast): to search bytes
  for (const auto* const personal : {"Zo", "mail.example", "home.example", "customer", "argon2"}) {
    CAPTURE(personal);
    CHECK(text.find(personal) == std::string_view::npos);
  }
}

TEST_CASE("R68, R75: a removal erases what hangs on the account, in one set") {
  auto drawn = fresh();
  const auto decision = decide_removal(manager(), admin_facts(full()), 4, drawn, noon);
  REQUIRE(names_of(decision.changes) == "RequireActor PutAccount EraseAccount AppendAudit");
  CHECK(at<PutAccount>(decision.changes, 1).expected == 4);
  CHECK(at<EraseAccount>(decision.changes, 2).account == owner_id);
  CHECK(line_of(at<AppendAudit>(decision.changes, 3).event) ==
        "account_removed reason=- actor=account/11/-/- subject=11 organization=1 from=- client=- count=1");
  CHECK(std::get<AccountRemoved>(decision.outcome).ended.event == SecurityEvent::removed);
}

TEST_CASE("R67: a manager's removal is counted; the last active one stays; another version is told") {
  auto drawn = fresh();
  const auto one_of_two = decide_removal(host(), admin_facts(full(Role::manager)), 4, drawn, noon);
  REQUIRE(names_of(one_of_two.changes) == "PutOrganization PutAccount EraseAccount AppendAudit");
  CHECK(at<PutOrganization>(one_of_two.changes, 0).next.active_managers == 1);
  const auto last = decide_removal(host(), admin_facts(full(Role::manager), 1), 4, drawn, noon);
  CHECK(std::holds_alternative<LastManager>(last.outcome));
  REQUIRE(names_of(last.changes) == "AppendAudit");
  CHECK(at<AppendAudit>(last.changes, 0).event.reason == "remove_account:last_manager");
  CHECK(std::get<Changed>(decide_removal(host(), admin_facts(full()), 3, drawn, noon).outcome).current == 4);
}

TEST_CASE("R75: of a removed organisation every account goes, the last manager too, and nobody is counted") {
  auto drawn = fresh();
  const std::vector<Account> accounts{full(Role::manager), invited()};
  const auto changes = decide_erasure(staff(), accounts, drawn, noon);
  CHECK(names_of(changes) == "PutAccount EraseAccount AppendAudit PutAccount EraseAccount AppendAudit");
  CHECK(at<AppendAudit>(changes, 2).event.actor_reason == "ticket 42");
  CHECK(decide_erasure(host(), {}, drawn, noon).empty());
}
