#include <ostiary/rules/account_edit.hpp>

#include <doctest/doctest.h>

#include "fixture.hpp"

using namespace ostiary;
using namespace ostiary::test;

namespace {

std::vector<std::string> fields_of(const std::variant<ParsedEdit, std::vector<InputFlaw>>& parsed) {
  std::vector<std::string> fields;
  if (const auto* flaws = std::get_if<std::vector<InputFlaw>>(&parsed)) {
    for (const auto& flaw : *flaws) {
      fields.emplace_back(flaw.field);
    }
  }
  return fields;
}

}  // namespace

TEST_CASE("every flaw of an edit is told at once, and an empty locale is the organisation's") {
  CHECK(fields_of(parse_account_edit({.display_name = "", .locale = "??"})) ==
        std::vector<std::string>{"display_name", "locale"});
  CHECK(fields_of(parse_account_edit({.display_name = "a\nb"})) == std::vector<std::string>{"display_name"});
  CHECK(fields_of(parse_account_edit({.display_name = std::string(201, 'a')})) ==
        std::vector<std::string>{"display_name"});
  const auto parsed = std::get<ParsedEdit>(parse_account_edit({.display_name = "Zoé", .locale = "fr"}));
  CHECK(parsed.display_name == "Zoé");
  CHECK(parsed.locale->tag() == "fr");
  CHECK(!std::get<ParsedEdit>(parse_account_edit({.display_name = std::string(200, 'a')})).locale);
}

TEST_CASE("an edit writes name and language under the version that was shown, and nothing else") {
  auto drawn = fresh();
  const ParsedEdit edit{.display_name = "Zoé Roy", .locale = Locale::parse("en").value()};
  const auto decision = decide_account_edit(manager(), admin_facts(active()), 4, edit, drawn, noon);
  REQUIRE(names_of(decision.changes) == "RequireActor PutAccount AppendAudit");
  const auto& put = at<PutAccount>(decision.changes, 1);
  CHECK(put.expected == 4);
  CHECK(put.next.display_name == "Zoé Roy");
  CHECK(put.next.locale->tag() == "en");
  auto same = put.next;
  same.display_name = active().display_name;
  same.locale = active().locale;
  CHECK(encode(same) == encode(active()));
  CHECK(std::get<AccountEdited>(decision.outcome).current == 5);
  CHECK(line_of(at<AppendAudit>(decision.changes, 2).event) ==
        "account_edited reason=- actor=account/11/-/- subject=11 organization=1 from=- client=- count=1");
}

TEST_CASE(
    "R69: an edit, a new role and a removal of another version than was shown write only the event of the \"no\"") {
  auto drawn = fresh();
  const auto edited = decide_account_edit(manager(), admin_facts(active()), 3, {.display_name = "Roy"}, drawn, noon);
  CHECK(std::get<Changed>(edited.outcome).current == 4);
  REQUIRE(names_of(edited.changes) == "RequireActor AppendAudit");
  CHECK(at<AppendAudit>(edited.changes, 1).event.reason == "edit_account:changed");
  const auto role = decide_role_change(manager(), admin_facts(active()), 5, Role::manager, drawn, noon);
  CHECK(std::get<Changed>(role.outcome).current == 4);
  REQUIRE(names_of(role.changes) == "RequireActor AppendAudit");
  CHECK(at<AppendAudit>(role.changes, 1).event.reason == "change_role:changed");
  CHECK(names_of(decide_role_change(host(), admin_facts(active()), 5, Role::manager, drawn, noon).changes) ==
        "AppendAudit");
}

TEST_CASE("R67, R68: a new role ends every session and keeps the managers counted") {
  auto drawn = fresh();
  const auto up = decide_role_change(staff(), admin_facts(active()), 4, Role::manager, drawn, noon);
  REQUIRE(names_of(up.changes) == "PutOrganization PutAccount AppendAudit");
  CHECK(at<PutOrganization>(up.changes, 0).next.active_managers == 3);
  CHECK(at<PutOrganization>(up.changes, 0).expected == 7);
  CHECK(at<PutAccount>(up.changes, 1).next.role == Role::manager);
  CHECK(at<PutAccount>(up.changes, 1).next.epochs == Epochs{.sessions = 6, .links = 6, .devices = 7});
  CHECK(at<AppendAudit>(up.changes, 2).event.reason == "manager");
  CHECK(std::get<RoleChanged>(up.outcome).ended.event == SecurityEvent::role_changed);

  const auto down = decide_role_change(manager(), admin_facts(active(Role::manager)), 4, Role::member, drawn, noon);
  REQUIRE(names_of(down.changes) == "RequireActor PutOrganization PutAccount AppendAudit");
  CHECK(at<PutOrganization>(down.changes, 1).next.active_managers == 1);

  // Who is not active is not counted.
  const auto open = decide_role_change(host(), admin_facts(invited(Role::manager), 0), 4, Role::member, drawn, noon);
  CHECK(names_of(open.changes) == "PutAccount AppendAudit");
  // Neither is a change below the managers.
  const auto aside = decide_role_change(host(), admin_facts(active()), 4, Role::supervisor, drawn, noon);
  CHECK(names_of(aside.changes) == "PutAccount AppendAudit");
}

TEST_CASE("R67: the last active manager keeps the role, whoever asks; the role one has changes nothing") {
  auto drawn = fresh();
  const auto last = decide_role_change(host(), admin_facts(active(Role::manager), 1), 4, Role::member, drawn, noon);
  CHECK(std::holds_alternative<LastManager>(last.outcome));
  REQUIRE(names_of(last.changes) == "AppendAudit");
  CHECK(at<AppendAudit>(last.changes, 0).event.reason == "change_role:last_manager");
  const auto same = decide_role_change(manager(), admin_facts(active()), 4, Role::member, drawn, noon);
  CHECK(std::holds_alternative<StandingUnchanged>(same.outcome));
  REQUIRE(names_of(same.changes) == "RequireActor AppendAudit");
  CHECK(at<AppendAudit>(same.changes, 1).event.reason == "change_role:unchanged");
}

TEST_CASE("R68: to end an account's sessions moves their epoch alone") {
  auto drawn = fresh();
  const auto decision = decide_account_sign_out(manager(), admin_facts(active()), drawn, noon);
  REQUIRE(names_of(decision.changes) == "RequireActor PutAccount AppendAudit");
  CHECK(at<PutAccount>(decision.changes, 1).next.epochs == Epochs{.sessions = 6, .links = 6, .devices = 7});
  CHECK(at<AppendAudit>(decision.changes, 2).event.kind == AuditKind::sessions_ended);
  CHECK(decision.outcome.event == SecurityEvent::signed_out_everywhere);
}
