#include <ostiary/services/factor_admin.hpp>

#include "services/factor_world.hpp"

// A manager's, the staff's and the host's work on second factors.
using namespace ostiary;
using namespace ostiary::test;

namespace {

constexpr auto day = std::chrono::days(1);

// acme, whose manager acts, with a second manager, a supervisor and a member who has a second factor; birch beside it.
struct Office {
  FactorWorld world;
  const OrganizationId& acme = world.acme.organization;
  OrganizationCreated birch = world.found_active("birch");
  AccountId colleague = world.add_active(acme, "101", Role::manager);
  AccountId supervisor = world.add_active(acme, "300", Role::supervisor);
  AccountId member = world.add_active(acme, "201");
  FactorAdmin factors{world.env};
  std::optional<Enrolled> enrolled;

  Office() {
    static_cast<void>(world.deliver());
    enrolled.emplace(world.enroll(world.signed_in("201@acme").who));
    static_cast<void>(world.deliver());
  }

  [[nodiscard]] Organization organization() { return world.store.find_organization(acme).value().value(); }
  Version version() { return organization().version; }
  Version version(const AccountId& id) { return world.account(id).version; }
  [[nodiscard]] Actor staff() const { return Actor::staff("sam", "ticket 4711").value(); }

  struct Named {
    std::string name;
    Actor actor;
  };
  // Everybody who might ask, but the host.
  std::vector<Named> everybody() {
    return {{"manager", world.manager("100@acme")},
            {"manager at home", Actor::in_view(world.signed_in("100@acme").who, View::my_account).value()},
            {"supervisor", Actor::in_view(world.signed_in("300@acme").who, View::call_centre).value()},
            {"member", Actor::in_view(sign_in_member().who, View::my_account).value()},
            {"stranger", world.manager("100@birch")},
            {"staff", staff()}};
  }

  // The member signs in with both factors.
  SignInSuccess sign_in_member() {
    world.next_code();
    auto asked = world.try_sign_in("201@acme");
    REQUIRE(is<SecondFactorRequired>(asked));
    const auto code = enrolled->app.code(world.clock.now());
    auto outcome = world.give_code(std::get<SecondFactorRequired>(asked).ticket.reveal(), code).value();
    REQUIRE(is<SignInSuccess>(outcome));
    return std::get<SignInSuccess>(std::move(outcome));
  }

  SetClientsOutcome register_clients() {
    return factors
        .set_client_applications(world.host(), acme, version(),
                                 std::vector<ClientApplication>{
                                     {.id = "portal", .name = "Portal"},
                                     {.id = "analytics", .name = "Analytics", .factor = FactorSupport::unsupported}})
        .value();
  }
  SetNeededClientsOutcome need(const Actor& actor, const AccountId& id, const std::vector<std::string>& ids) {
    return factors.set_needed_clients(actor, id, version(id), ids).value();
  }
  FactorView view(const AccountId& id) {
    return std::get<AccountView>(world.account_admin.view(world.host(), id).value()).factor;
  }
};

// "done", the refusal's name, or "other".
template <class Yes, class Outcome>
std::string answer_of(const Outcome& outcome) {
  if (const auto* refused = std::get_if<OperationRefused>(&outcome)) {
    return std::string(permission_name(refused->reason));
  }
  return std::holds_alternative<Yes>(outcome) ? "done" : "other";
}

std::string expected(std::string_view name) {
  if (name == "manager" || name == "staff") {
    return "done";
  }
  if (name == "stranger") {
    return "not_found";
  }
  return name == "manager at home" ? "wrong_view" : "role_too_low";
}

}  // namespace

TEST_CASE("R66: a lost phone: the manager resets it, the owner is told, and the password alone signs in again") {
  Office office;
  auto& world = office.world;
  const auto session = office.sign_in_member();
  const auto manager = world.manager();
  static_cast<void>(world.deliver());
  const auto mails = world.mailer.mails().size();

  const auto outcome = office.factors.reset_second_factor(manager, office.member).value();
  REQUIRE(is<FactorReset>(outcome));
  CHECK_FALSE(has_second_factor(world.account(office.member)));
  CHECK_FALSE(world.account(office.member).recovery_codes);
  CHECK_FALSE(world.lives(session.token));
  static_cast<void>(world.deliver());
  REQUIRE(world.mailer.mails().size() == mails + 1);
  CHECK(world.mailer.mails().back().to == designated_address(world.account(office.member)));
  CHECK(world.count_of("factor_reset") == 1);
  CHECK(is<SignInSuccess>(world.try_sign_in("201@acme")));
  CHECK(is<StandingUnchanged>(office.factors.reset_second_factor(manager, office.member).value()));
  CHECK(world.count_of("operation_refused:reset_second_factor:unchanged") == 1);
}

TEST_CASE("R66: a ticket of the second step from before the reset opens nothing") {
  Office office;
  auto& world = office.world;
  auto asked = world.try_sign_in("201@acme");
  REQUIRE(is<SecondFactorRequired>(asked));
  REQUIRE(is<FactorReset>(office.factors.reset_second_factor(world.host(), office.member).value()));
  world.next_code();
  const auto outcome = world.give_code(std::get<SecondFactorRequired>(asked).ticket.reveal(),
                                       office.enrolled->app.code(world.clock.now()));
  CHECK(is<TicketRefused>(outcome.value()));
}

TEST_CASE("R56, R66: where the organisation requires one, the sign-in after a reset asks to enrol") {
  Office office;
  auto& world = office.world;
  const std::vector<FactorDemand> wanted{{.role = Role::member}};
  REQUIRE(is<FactorPolicySet>(
      office.factors.set_factor_policy(world.manager(), office.acme, office.version(), wanted).value()));
  REQUIRE(is<FactorReset>(office.factors.reset_second_factor(world.host(), office.member).value()));
  CHECK(is<EnrolmentRequired>(world.try_sign_in("201@acme")));
}

TEST_CASE("R30, R40, R66: who may reset a second factor, and who may not") {
  for (std::size_t i = 0; i < 6; ++i) {
    Office office;
    const auto [name, actor] = office.everybody()[i];
    CAPTURE(name);
    const auto outcome = office.factors.reset_second_factor(actor, office.member).value();
    CHECK(answer_of<FactorReset>(outcome) == expected(name));
    CHECK(has_second_factor(office.world.account(office.member)) == (expected(name) != "done"));
  }
  Office office;
  CHECK(is<FactorReset>(office.factors.reset_second_factor(office.world.host(), office.member).value()));
}

TEST_CASE("R66: nobody resets oneself or a fellow manager; staff does") {
  Office office;
  auto& world = office.world;
  const auto manager = world.manager();
  for (const auto& id : {office.world.id, office.colleague}) {
    world.alter(id, [&](Account& account) { account.email_codes_since = world.clock.now(); });
  }
  CHECK(answer_of<FactorReset>(office.factors.reset_second_factor(manager, world.id).value()) == "wrong_view");
  CHECK(answer_of<FactorReset>(office.factors.reset_second_factor(manager, office.colleague).value()) ==
        "target_too_high");
  CHECK(has_second_factor(world.account(office.colleague)));
  CHECK(answer_of<FactorReset>(office.factors.reset_second_factor(office.staff(), office.colleague).value()) == "done");
  CHECK_FALSE(has_second_factor(world.account(office.colleague)));
}

TEST_CASE("R66: a suspended account is restored first, since its owner would not be told") {
  Office office;
  auto& world = office.world;
  REQUIRE(world.organizations.suspend(world.host(), office.member).has_value());
  const auto refused = office.factors.reset_second_factor(world.manager(), office.member).value();
  CHECK(std::get<WrongStatus>(refused).status == AccountStatus::suspended);
  CHECK(has_second_factor(world.account(office.member)));
  REQUIRE(world.organizations.restore(world.host(), office.member).has_value());
  CHECK(is<FactorReset>(office.factors.reset_second_factor(world.host(), office.member).value()));
}

TEST_CASE("R70: a reset is charged as the mail that it sends, and one that sends none is not") {
  Office office;
  auto& world = office.world;
  Result<ResetFactorOutcome> outcome = Errc::conflict;
  int resets = 0;
  do {
    world.alter(office.member, [&](Account& account) { account.email_codes_since = world.clock.now(); });
    outcome = office.factors.reset_second_factor(world.host(), office.member);
    ++resets;
  } while (is<FactorReset>(outcome.value()) && resets < 100);
  REQUIRE(is<Throttled>(outcome.value()));
  CHECK(resets > 1);
  CHECK(has_second_factor(world.account(office.member)));
  world.alter(office.member, [](Account& account) { account.email_codes_since.reset(); });
  CHECK(is<StandingUnchanged>(office.factors.reset_second_factor(world.host(), office.member).value()));
}

TEST_CASE("R30, R40, R56, R64: who may set policy, registry and needs, and who may not") {
  for (std::size_t i = 0; i < 6; ++i) {
    Office office;
    const auto [name, actor] = office.everybody()[i];
    CAPTURE(name);
    const auto before = encode(office.organization());
    const std::vector<FactorDemand> wanted{{.role = Role::supervisor, .grace = 7 * day}};
    CHECK(answer_of<FactorPolicySet>(
              office.factors.set_factor_policy(actor, office.acme, office.version(), wanted).value()) ==
          expected(name));
    const std::vector<ClientApplication> clients{{.id = "portal", .name = "Portal"}};
    CHECK(answer_of<ClientsSet>(
              office.factors.set_client_applications(actor, office.acme, office.version(), clients).value()) ==
          expected(name));
    CHECK((encode(office.organization()) == before) == (expected(name) != "done"));
    const auto needed = expected(name) == "done" ? std::vector<std::string>{"portal"} : std::vector<std::string>();
    CHECK(answer_of<NeededClientsSet>(office.need(actor, office.colleague, needed)) == expected(name));
    CHECK(office.world.account(office.colleague).needed_clients == needed);
  }
}

TEST_CASE("two managers edit one policy, and one registry: one sees what the other wrote, and nothing is lost") {
  Office office;
  auto& world = office.world;
  const auto first = world.manager("100@acme");
  const auto second = world.manager("101@acme");
  const auto shown = office.version();
  const std::vector<FactorDemand> wanted{{.role = Role::manager}};
  const auto done = office.factors.set_factor_policy(first, office.acme, shown, wanted).value();
  CHECK(std::get<FactorPolicySet>(done).current == office.version());
  const auto late = office.factors.set_factor_policy(second, office.acme, shown, {}).value();
  CHECK(std::get<Changed>(late).current == office.version());
  CHECK(is<Changed>(office.factors.set_client_applications(second, office.acme, shown, {}).value()));
  CHECK(office.organization().factor_required.size() == 1);
  const auto account_shown = office.version(office.member);
  world.alter(office.member, [](Account& account) { account.display_name = "Renamed"; });
  const auto stale = office.factors.set_needed_clients(second, office.member, account_shown, {}).value();
  CHECK(std::get<Changed>(stale).current == office.version(office.member));
}

TEST_CASE("R56: a role's grace runs from when it was first required, whatever is edited later") {
  Office office;
  auto& world = office.world;
  const auto set = [&](const std::vector<FactorDemand>& wanted) {
    return office.factors.set_factor_policy(world.host(), office.acme, office.version(), wanted).value();
  };
  const auto begun = world.clock.now();
  REQUIRE(is<FactorPolicySet>(set({{.role = Role::supervisor, .grace = 14 * day}})));
  CHECK(office.view(office.supervisor).due == begun + 14 * day);
  CHECK_FALSE(office.view(office.member).due);
  world.clock.advance(10 * day);
  REQUIRE(is<FactorPolicySet>(set({{.role = Role::supervisor, .grace = 12 * day}, {.role = Role::member}})));
  CHECK(office.view(office.supervisor).due == begun + 12 * day);
  CHECK(office.view(office.member).due == world.clock.now());
  CHECK(is<SignInSuccess>(world.try_sign_in("300@acme")));
  world.clock.advance(2 * day);
  CHECK(is<EnrolmentRequired>(world.try_sign_in("300@acme")));
  REQUIRE(is<FactorPolicySet>(set({})));
  CHECK(is<SignInSuccess>(world.try_sign_in("300@acme")));
  CHECK(world.count_of("factor_policy_changed:member,supervisor") == 1);
  CHECK(world.count_of("factor_policy_changed:none") == 1);
}

TEST_CASE("R64: what cannot ask for a second factor is needed by nobody who has one") {
  Office office;
  auto& world = office.world;
  const auto manager = world.manager();
  CHECK(is<InputRefused>(office.need(manager, office.member, {"analytics"})));  // not registered
  REQUIRE(is<ClientsSet>(office.register_clients()));
  const auto refused = office.need(manager, office.member, {"portal", "analytics"});
  REQUIRE(is<ClientsRefuse>(refused));
  CHECK(std::get<ClientsRefuse>(refused).conflicts.front().name == "Analytics");
  CHECK(world.account(office.member).needed_clients.empty());
  CHECK(is<NeededClientsSet>(office.need(manager, office.member, {"portal"})));
  // Who has none may need it, and is kept from switching one on then.
  REQUIRE(is<NeededClientsSet>(office.need(manager, office.supervisor, {"analytics"})));
  CHECK(is<ClientsRefuse>(world.factor.begin(world.signed_in("300@acme").who).value()));
  // Taken out of the registry, it keeps nobody from anything; the id stays.
  REQUIRE(is<ClientsSet>(office.factors.set_client_applications(manager, office.acme, office.version(), {}).value()));
  CHECK(world.account(office.supervisor).needed_clients == std::vector<std::string>{"analytics"});
  CHECK(is<EnrolmentOffer>(world.factor.begin(world.signed_in("300@acme").who).value()));
  CHECK(world.count_of("clients_changed") == 2);
  CHECK(world.count_of("needed_clients_changed") == 2);
  CHECK(world.count_of("operation_refused:set_needed_clients:clients") == 1);
}

TEST_CASE("R56, R64, R66: an account's page tells its second factor, what is left of its codes, and its conflicts") {
  Office office;
  auto& world = office.world;
  REQUIRE(is<ClientsSet>(office.register_clients()));
  REQUIRE(is<NeededClientsSet>(office.need(world.host(), office.supervisor, {"analytics"})));
  REQUIRE(is<NeededClientsSet>(office.need(world.host(), office.member, {"portal"})));

  auto view = office.view(office.member);
  CHECK(view.authenticator_since == world.account(office.member).authenticator->enrolled_at);
  CHECK_FALSE(view.email_codes_since);
  CHECK(view.recovery_codes_left == 10);
  CHECK(view.needed_clients == std::vector<std::string>{"portal"});
  REQUIRE(view.conflicts.size() == 1);  // its sign-in to it is refused
  CHECK(view.conflicts[0].id == "analytics");
  CHECK(view.conflicts[0].verdict == ClientVerdict::refuse);

  view = office.view(office.supervisor);
  CHECK_FALSE(view.authenticator_since);
  CHECK(view.recovery_codes_left == 0);
  REQUIRE(view.conflicts.size() == 1);  // it cannot switch one on
  CHECK(view.conflicts[0].verdict == ClientVerdict::refuse);
  view = office.view(office.colleague);
  CHECK(view.conflicts[0].verdict == ClientVerdict::warn);
  // A requirement outweighs the application: it would be a warning at the enrolment.
  const std::vector<FactorDemand> wanted{{.role = Role::supervisor, .grace = day}};
  REQUIRE(office.factors.set_factor_policy(world.host(), office.acme, office.version(), wanted).has_value());
  CHECK(office.view(office.supervisor).conflicts[0].verdict == ClientVerdict::warn);
  CHECK(office.view(office.supervisor).due == world.clock.now() + day);
}
