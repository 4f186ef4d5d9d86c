#include <ostiary/rules/admin_factor.hpp>

#include <doctest/doctest.h>

#include "fixture.hpp"

using namespace ostiary;
using namespace ostiary::test;

namespace {

constexpr auto day = std::chrono::days(1);

Account with_factor(Role role = Role::member) {
  auto account = active(role);
  account.authenticator = Authenticator{
      .id = id_of<CredentialId>(51), .sealed = Bytes(48, std::byte{0x3c}), .enrolled_at = noon, .accepted_step = 9};
  account.email_codes_since = noon;
  account.recovery_codes =
      RecoveryCodes{.id = id_of<CredentialId>(52), .sealed = Bytes(48, std::byte{0x3d}), .count = 10, .made_at = noon};
  return account;
}

Organization with_clients() {
  auto organization = acme();
  organization.clients = {{.id = "portal", .name = "Portal"},
                          {.id = "analytics", .name = "Analytics", .factor = FactorSupport::unsupported}};
  return organization;
}

AdminFacts facts_of(Account account) { return {.account = std::move(account), .organization = with_clients()}; }

std::string_view name_of(std::error_code error) {
  constexpr std::pair<Errc, std::string_view> names[] = {{Errc::already_taken, "taken"},
                                                         {Errc::value_not_allowed, "not_allowed"},
                                                         {Errc::text_too_long, "long"},
                                                         {Errc::malformed_text, "malformed"}};
  const auto* const found = std::ranges::find_if(names, [&](const auto& one) { return error == one.first; });
  return found == std::end(names) ? "?" : found->second;
}

// "0 id taken" for each flaw.
std::vector<std::string> flaws_of(const auto& decision) {
  std::vector<std::string> lines;
  for (const auto& flaw : std::get<InputRefused>(decision.outcome).flaws) {
    lines.push_back(fmt::format("{} {} {}", flaw.entry, flaw.field, name_of(flaw.error)));
  }
  return lines;
}

using Lines = std::vector<std::string>;

auto set_policy(const Organization& organization, const std::vector<FactorDemand>& wanted, Instant now = noon,
                Version shown = 7) {
  auto drawn = fresh();
  return decide_factor_policy(staff(), organization, shown, wanted, drawn, now);
}

auto set_clients(const std::vector<ClientApplication>& wanted, Version shown = 7) {
  auto drawn = fresh();
  return decide_clients(manager(), with_clients(), shown, wanted, drawn, noon);
}

auto set_needed(Account account, const std::vector<std::string>& ids, Version shown = 4) {
  auto drawn = fresh();
  return decide_needed_clients(manager(), facts_of(std::move(account)), shown, ids, drawn, noon);
}

}  // namespace

TEST_CASE("R66, R68: a reset takes every second factor and its codes, ends what was open, and tells the owner") {
  auto drawn = fresh();
  const auto decision = decide_factor_reset(manager(), admin_facts(with_factor()), {}, drawn, noon);
  REQUIRE(names_of(decision.changes) == "RequireActor PutAccount PutMailIntent AppendAudit");
  const auto& put = at<PutAccount>(decision.changes, 1);
  CHECK(put.expected == 4);
  CHECK_FALSE(has_second_factor(put.next));
  CHECK_FALSE(put.next.recovery_codes);
  CHECK(put.next.epochs == Epochs{.sessions = 6, .links = 7, .devices = 8});
  auto same = put.next;
  same.epochs = active().epochs;
  CHECK(encode(same) == encode(active()));
  const auto& mail = at<PutMailIntent>(decision.changes, 2).mail;
  CHECK(mail.kind == MailKind::factor_reset);
  CHECK(mail.to == designated_address(active()));
  CHECK(std::get<FactorReset>(decision.outcome).notice == mail.id);
  CHECK(std::get<FactorReset>(decision.outcome).ended.event == SecurityEvent::factor_reset);
  CHECK(line_of(at<AppendAudit>(decision.changes, 3).event) ==
        "factor_reset reason=- actor=account/11/-/- subject=11 organization=1 from=- client=- count=1");
}

TEST_CASE("R66: codes by e-mail alone are a second factor too; without any there is nothing to reset") {
  auto drawn = fresh();
  auto account = active();
  account.email_codes_since = noon;
  CHECK(
      std::holds_alternative<FactorReset>(decide_factor_reset(host(), admin_facts(account), {}, drawn, noon).outcome));
  const auto none = decide_factor_reset(host(), admin_facts(active()), {}, drawn, noon);
  CHECK(std::holds_alternative<StandingUnchanged>(none.outcome));
  REQUIRE(names_of(none.changes) == "AppendAudit");
  CHECK(at<AppendAudit>(none.changes, 0).event.reason == "reset_second_factor:unchanged");
}

TEST_CASE("R66: nothing is reset of an account that is not active, whose owner no mail would tell") {
  for (const auto status : {AccountStatus::invited, AccountStatus::suspended}) {
    auto drawn = fresh();
    auto account = with_factor();
    account.status = status;
    const auto decision = decide_factor_reset(manager(), admin_facts(account), {}, drawn, noon);
    CHECK(std::get<WrongStatus>(decision.outcome).status == status);
    REQUIRE(names_of(decision.changes) == "RequireActor AppendAudit");
    CHECK(at<AppendAudit>(decision.changes, 1).event.reason == "reset_second_factor:wrong_status");
  }
}

TEST_CASE("R56: a policy names roles, each with its grace, from now on") {
  const auto decision =
      set_policy(acme(), {{.role = Role::manager, .grace = 14 * day}, {.role = Role::member, .grace = {}}});
  REQUIRE(names_of(decision.changes) == "PutOrganization AppendAudit");
  const auto& put = at<PutOrganization>(decision.changes, 0);
  CHECK(put.expected == 7);
  REQUIRE(put.next.factor_required.size() == 2);
  CHECK(put.next.factor_required[0].role == Role::member);  // in the order of roles
  CHECK(put.next.factor_required[0].grace == Duration::zero());
  CHECK(put.next.factor_required[1].role == Role::manager);
  CHECK(put.next.factor_required[1].grace == 14 * day);
  CHECK(put.next.factor_required[1].since == noon);
  CHECK(std::get<FactorPolicySet>(decision.outcome).current == 8);
  CHECK(line_of(at<AppendAudit>(decision.changes, 1).event) ==
        "factor_policy_changed reason=member,manager actor=staff/-/Robin/ticket 42 subject=- organization=1 from=- "
        "client=- count=1");
}

TEST_CASE("R56: another grace does not begin anew; a role that was let off begins anew") {
  auto organization = acme();
  organization.factor_required = {{.role = Role::member, .since = noon, .grace = 14 * day}};
  const auto later = noon + 10 * day;
  const auto longer =
      set_policy(organization, {{.role = Role::member, .grace = 30 * day}, {.role = Role::supervisor}}, later);
  const auto& required = at<PutOrganization>(longer.changes, 0).next.factor_required;
  CHECK(required[0].since == noon);
  CHECK(required[0].grace == 30 * day);
  CHECK(required[1].since == later);
  const auto off = set_policy(organization, {}, later);
  CHECK(at<PutOrganization>(off.changes, 0).next.factor_required.empty());
  CHECK(at<AppendAudit>(off.changes, 1).event.reason == "none");
  const auto on = set_policy(at<PutOrganization>(off.changes, 0).next, {{.role = Role::member}}, later);
  CHECK(at<PutOrganization>(on.changes, 0).next.factor_required[0].since == later);
}

TEST_CASE("R56: every flaw of a policy is told with its entry, and nothing is written") {
  const auto ok = set_policy(acme(), {{.role = Role::member, .grace = factor_grace_max}});
  CHECK(std::holds_alternative<FactorPolicySet>(ok.outcome));
  // NOLINTNEXTLINE(clang-analyzer-optin.core.EnumCastOutOfRange): that is the point
  constexpr auto seven = static_cast<Role>(7);
  const auto decision = set_policy(acme(), {{.role = Role::member, .grace = factor_grace_max + Duration(1)},
                                            {.role = Role::member},
                                            {.role = seven, .grace = Duration(-1)}});
  CHECK(flaws_of(decision) ==
        Lines{"0 grace not_allowed", "1 role taken", "2 role not_allowed", "2 grace not_allowed"});
  REQUIRE(names_of(decision.changes) == "AppendAudit");
  CHECK(at<AppendAudit>(decision.changes, 0).event.reason == "set_factor_policy:input_refused");
  CHECK(flaws_of(set_policy(acme(), std::vector<FactorDemand>(4))) == Lines{"3 roles not_allowed"});
}

TEST_CASE("R64: a registry is replaced as a whole") {
  const auto decision = set_clients(
      {{.id = "mobile", .name = "Téléphone"}, {.id = "fax", .name = "Fax", .factor = FactorSupport::unsupported}});
  REQUIRE(names_of(decision.changes) == "RequireActor PutOrganization AppendAudit");
  const auto& clients = at<PutOrganization>(decision.changes, 1).next.clients;
  REQUIRE(clients.size() == 2);
  CHECK(clients[0].name == "Téléphone");
  CHECK(clients[1].factor == FactorSupport::unsupported);
  CHECK(std::get<ClientsSet>(decision.outcome).current == 8);
  CHECK(at<AppendAudit>(decision.changes, 2).event.kind == AuditKind::clients_changed);
  CHECK(at<PutOrganization>(set_clients({}).changes, 1).next.clients.empty());
}

TEST_CASE("R64: every flaw of a registry is told with its entry") {
  const auto longest = set_clients({{.id = std::string(64, 'a'), .name = std::string(100, 'a')}});
  CHECK(std::holds_alternative<ClientsSet>(longest.outcome));
  const auto decision = set_clients({
      {.id = "", .name = ""},
      {.id = "a", .name = "line\nbreak"},
      {.id = "a", .name = std::string(101, 'a')},
      {.id = std::string(65, 'a'), .name = "A"},
      // NOLINTNEXTLINE(clang-analyzer-optin.core.EnumCastOutOfRange): that is the point
      {.id = "\xff", .name = "B", .factor = static_cast<FactorSupport>(0)},
  });
  CHECK(flaws_of(decision) == Lines{"0 id malformed", "0 name malformed", "1 name malformed", "2 id taken",
                                    "2 name long", "3 id long", "4 id malformed", "4 factor not_allowed"});
  REQUIRE(names_of(decision.changes) == "RequireActor AppendAudit");
  CHECK(at<AppendAudit>(decision.changes, 1).event.reason == "set_client_applications:input_refused");
  std::vector<ClientApplication> many;
  for (std::size_t i = 0; i < client_applications_count_max; ++i) {
    many.push_back({.id = std::to_string(i), .name = "One of many"});
  }
  CHECK(std::holds_alternative<ClientsSet>(set_clients(many).outcome));
  many.push_back({.id = "last", .name = "Too many"});
  CHECK(flaws_of(set_clients(many)) == Lines{"64 clients not_allowed"});
}

TEST_CASE("R64: an account is said to need what the registry has, each once") {
  const auto decision = set_needed(active(), {"analytics", "portal"});
  REQUIRE(names_of(decision.changes) == "RequireActor PutAccount AppendAudit");
  CHECK(at<PutAccount>(decision.changes, 1).next.needed_clients == Lines{"analytics", "portal"});
  CHECK(at<PutAccount>(decision.changes, 1).expected == 4);
  CHECK(at<AppendAudit>(decision.changes, 2).event.kind == AuditKind::needed_clients_changed);
  CHECK(std::get<NeededClientsSet>(decision.outcome).current == 5);
  const auto flawed = set_needed(active(), {"portal", "fax", "portal"});
  CHECK(flaws_of(flawed) == Lines{"1 id not_allowed", "2 id taken"});
  CHECK(at<AppendAudit>(flawed.changes, 1).event.reason == "set_needed_clients:input_refused");
  CHECK(flaws_of(set_needed(active(), Lines(17, "portal"))) == Lines{"16 clients not_allowed"});
}

TEST_CASE("R64: who has a second factor needs no application that cannot ask for it, and may need any other") {
  const auto refused = set_needed(with_factor(), {"portal", "analytics"});
  const auto& conflicts = std::get<ClientsRefuse>(refused.outcome).conflicts;
  REQUIRE(conflicts.size() == 1);
  CHECK(conflicts[0].id == "analytics");
  CHECK(conflicts[0].name == "Analytics");
  CHECK(conflicts[0].verdict == ClientVerdict::refuse);
  REQUIRE(names_of(refused.changes) == "RequireActor AppendAudit");
  CHECK(at<AppendAudit>(refused.changes, 1).event.reason == "set_needed_clients:clients");
  CHECK(std::holds_alternative<NeededClientsSet>(set_needed(with_factor(), {"portal"}).outcome));
  // One that it needed before is weighed too, and can be taken out.
  auto account = with_factor();
  account.needed_clients = {"analytics"};
  CHECK(std::holds_alternative<ClientsRefuse>(set_needed(account, {"analytics", "portal"}).outcome));
  CHECK(std::holds_alternative<NeededClientsSet>(set_needed(account, {}).outcome));
}

TEST_CASE("R64: an application that is taken out of the registry stands in the way of nothing") {
  auto account = with_factor();
  account.needed_clients = {"fax"};
  CHECK(find_client_conflicts(with_clients(), account, FactorMoment::switching_on).size() ==
        1);  // analytics, a warning
  CHECK_FALSE(is_refused(find_client_conflicts(with_clients(), account, FactorMoment::switching_on)));
  CHECK(judge_client(with_clients(), account, "fax", FactorMoment::signing_in).verdict == ClientVerdict::none);
}

TEST_CASE("R69: an edit of another version than was shown writes only the event of the \"no\"") {
  const auto policy = set_policy(acme(), {{.role = Role::member}}, noon, 6);
  CHECK(std::get<Changed>(policy.outcome).current == 7);
  REQUIRE(names_of(policy.changes) == "AppendAudit");
  CHECK(at<AppendAudit>(policy.changes, 0).event.reason == "set_factor_policy:changed");
  const auto clients = set_clients({}, 8);
  CHECK(std::get<Changed>(clients.outcome).current == 7);
  CHECK(at<AppendAudit>(clients.changes, 1).event.reason == "set_client_applications:changed");
  const auto needed = set_needed(active(), {"portal"}, 3);
  CHECK(std::get<Changed>(needed.outcome).current == 4);
  CHECK(at<AppendAudit>(needed.changes, 1).event.reason == "set_needed_clients:changed");
}
