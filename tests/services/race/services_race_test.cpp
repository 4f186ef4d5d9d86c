#include <atomic>
#include <vector>

#include "services/race/at_once.hpp"
#include "services/world.hpp"
#include <ostiary/services/audit_log.hpp>

using namespace ostiary;
using namespace ostiary::test;

namespace {

Policies patient() {
  Policies policies;
  policies.budgets.link_per_account = {.count = 1000, .window = std::chrono::hours(1)};
  policies.budgets.link_per_network = policies.budgets.link_per_account;
  return policies;
}

}  // namespace

TEST_CASE("R23: of 20 threads that redeem one link, one wins, and its password is the one that signs in") {
  World world(patient());
  world.found();
  const auto token = world.deliver();
  std::atomic<int> completed = 0;
  std::atomic<int> winner = -1;
  std::atomic<int> others = 0;
  at_once(20, [&](int i) {
    const auto password = "Lake-Superior-" + std::to_string(i);
    const auto outcome = world.setup.redeem({.token = token,
                                             .password = SecretString(password),
                                             .confirmation = SecretString(password),
                                             .pin = SecretString("4071"),
                                             .client = client()});
    if (outcome && std::holds_alternative<SetupCompleted>(outcome.value())) {
      ++completed;
      winner = i;
    } else if (outcome && std::holds_alternative<LinkRefused>(outcome.value())) {
      ++others;
    }
  });
  CHECK(completed == 1);
  CHECK(others == 19);
  for (int i = 0; i < 20; ++i) {
    const auto outcome =
        world.try_sign_in("100@acme", "Lake-Superior-" + std::to_string(i), "198.51.100." + std::to_string(i));
    CHECK(std::holds_alternative<SignInSuccess>(outcome) == (i == winner));
  }
}

TEST_CASE("R70: of 1,000 parallel wrong passwords no more than the budget are ever hashed") {
  World world;
  world.found_active();
  const int before = world.hasher.verifies;
  constexpr int threads = 20;
  std::atomic<int> refused = 0;
  std::atomic<int> throttled = 0;
  at_once(threads, [&](int) {
    const SecretString wrong("Wrong-Password-1");
    for (int i = 0; i < 1000 / threads; ++i) {
      const auto outcome =
          world.sign_in.with_password({.login_name = "100@acme", .password = wrong, .client = client()});
      if (!outcome) {
        continue;
      }
      refused += std::holds_alternative<SignInRefused>(outcome.value()) ? 1 : 0;
      throttled += std::holds_alternative<Throttled>(outcome.value()) ? 1 : 0;
    }
  });
  const auto budget = static_cast<int>(world.env.policies.budgets.password_per_login_and_network.count);
  CHECK(refused == budget);
  CHECK(throttled == 1000 - budget);
  CHECK(world.hasher.verifies - before == budget);
}

TEST_CASE("R72: eight workers deliver every mail once") {
  World world;
  const auto acme = world.found_active();
  for (int i = 0; i < 40; ++i) {
    const auto extension = std::to_string(200 + i);
    REQUIRE(world.organizations
                .invite(world.host(), acme.organization,
                        {.extension = extension, .display_name = "M", .email = "m" + extension + "@acme.example"})
                .has_value());
  }
  const auto before = world.mailer.mails().size();
  std::atomic<std::size_t> sent = 0;
  at_once(8, [&](int) {
    for (int i = 0; i < 20; ++i) {
      const auto report = world.outbox.deliver(3);
      if (report) {
        sent += report.value().sent;
      }
    }
  });
  CHECK(sent == 41);  // and the manager's notice
  CHECK(world.mailer.mails().size() - before == 41);
}

TEST_CASE("S301: a resend that races with the use of the older link never leaves two passwords or no way in") {
  for (int round = 0; round < 20; ++round) {
    World world(patient());
    const auto acme = world.found();
    const auto older = world.deliver();
    REQUIRE(world.organizations.send_welcome_mail(world.host(), acme.manager.account).has_value());
    std::atomic<bool> completed = false;
    at_once(2, [&](int i) {
      if (i == 0) {
        static_cast<void>(world.outbox.deliver(10));
        return;
      }
      const auto outcome = world.setup.redeem({.token = older,
                                               .password = SecretString(good_password),
                                               .confirmation = SecretString(good_password),
                                               .pin = SecretString(good_pin),
                                               .client = client()});
      completed = outcome && std::holds_alternative<SetupCompleted>(outcome.value());
    });
    if (!completed) {
      const auto newer = token_in(world.mailer.mails().back().message);
      CHECK(std::holds_alternative<SetupCompleted>(world.redeem(newer, "Another-Password-9")));
      CHECK(std::holds_alternative<SignInSuccess>(world.try_sign_in("100@acme", "Another-Password-9")));
    } else {
      CHECK(std::holds_alternative<SignInSuccess>(world.try_sign_in("100@acme")));
    }
  }
}

TEST_CASE("R67: two managers suspend each other, 1,000 times: one always remains") {
  World world;
  const auto acme = world.found_active();
  const auto second = world.add_active(acme.organization, "101", Role::manager);
  const AccountId ids[] = {acme.manager.account, second};
  int both_tried = 0;
  for (int round = 0; round < 1000; ++round) {
    const Actor actors[] = {world.manager("100@acme"), world.manager("101@acme")};
    std::atomic<int> suspended = 0;
    std::atomic<int> errors = 0;
    at_once(2, [&](int i) {
      const auto outcome = world.organizations.suspend(actors[i], ids[1 - i]);
      suspended += outcome && std::holds_alternative<Suspended>(outcome.value()) ? 1 : 0;
      errors += outcome ? 0 : 1;
    });
    int active = 0;
    for (const auto& id : ids) {
      active += world.account(id).status == AccountStatus::active ? 1 : 0;
    }
    REQUIRE(suspended == 1);
    REQUIRE(active == 1);
    REQUIRE(world.store.find_organization(acme.organization).value()->active_managers == 1);
    both_tried += errors == 1 ? 1 : 0;  // the loser's proof was revoked in the commit itself
    for (const auto& id : ids) {
      REQUIRE(world.organizations.restore(world.host(), id).has_value());
    }
    REQUIRE(world.store.find_organization(acme.organization).value()->active_managers == 2);
  }
  MESSAGE("races decided by the commit's guard: ", both_tried, " of 1,000");
}

TEST_CASE("R69: 4 threads close the audit while 4 sign in: each event is in one block, and the chain is whole") {
  World world(patient());
  const auto acme = world.found_active().organization;
  constexpr int rounds = 25;
  at_once(8, [&](int i) {
    for (int round = 0; round < rounds; ++round) {
      if (i % 2 == 0) {
        const auto closed = world.housekeeping.close_audit(100);
        REQUIRE(closed.has_value());
        CHECK((!closed.value().first_error || closed.value().first_error == Errc::conflict));
      } else {
        world.try_sign_in("100@acme");
      }
    }
  });
  REQUIRE(world.housekeeping.close_audit(100).has_value());
  const auto outcome = AuditLog(world.env).verify(world.host(), {.stream = acme, .blocks_max = 1000}).value();
  const auto& verification = std::get<AuditVerification>(outcome);
  CHECK(verification.findings.empty());
  CHECK(verification.next_block == 0);
  CHECK(verification.unsealed == 0);
  CHECK(verification.events == world.kinds(acme).size());
}

TEST_CASE("R67: two managers demote each other, 300 times: one always remains") {
  World world;
  const auto acme = world.found_active();
  const AccountId ids[] = {acme.manager.account, world.add_active(acme.organization, "101", Role::manager)};
  for (int round = 0; round < 300; ++round) {
    const Actor actors[] = {world.manager("100@acme"), world.manager("101@acme")};
    const Version shown[] = {world.account(ids[0]).version, world.account(ids[1]).version};
    std::atomic<int> demoted = 0;
    at_once(2, [&](int i) {
      const auto other = static_cast<std::size_t>(1 - i);
      const auto outcome = world.account_admin.change_role(actors[i], ids[other], shown[other], Role::member);
      demoted += outcome && std::holds_alternative<RoleChanged>(outcome.value()) ? 1 : 0;
    });
    REQUIRE(demoted == 1);
    REQUIRE(world.store.find_organization(acme.organization).value()->active_managers == 1);
    for (const auto& id : ids) {
      REQUIRE(world.account_admin.change_role(world.host(), id, world.account(id).version, Role::manager).has_value());
    }
    REQUIRE(world.store.find_organization(acme.organization).value()->active_managers == 2);
  }
}

TEST_CASE("R67: the host removes one manager and demotes the other at once: one always remains") {
  World world;
  const auto acme = world.found_active();
  auto kept = acme.manager.account;
  for (int round = 0; round < 50; ++round) {
    const auto other = world.add_active(acme.organization, std::to_string(200 + round), Role::manager);
    const Version shown[] = {world.account(kept).version, world.account(other).version};
    std::atomic<int> removed = 0;
    std::atomic<int> demoted = 0;
    at_once(2, [&](int i) {
      if (i == 0) {
        const auto outcome = world.account_admin.remove(world.host(), kept, shown[0]);
        removed += outcome && std::holds_alternative<AccountRemoved>(outcome.value()) ? 1 : 0;
        return;
      }
      const auto outcome = world.account_admin.change_role(world.host(), other, shown[1], Role::member);
      demoted += outcome && std::holds_alternative<RoleChanged>(outcome.value()) ? 1 : 0;
    });
    REQUIRE(removed + demoted == 1);
    REQUIRE(world.store.find_organization(acme.organization).value()->active_managers == 1);
    kept = removed == 1 ? other : kept;
    world.clock.advance(std::chrono::hours(1));  // mails to one address are limited
  }
}

TEST_CASE("two managers edit one account at once, 300 times: one sees that it changed, and nothing is lost") {
  World world;
  const auto acme = world.found_active();
  world.add_active(acme.organization, "101", Role::manager);
  const auto member = world.add_active(acme.organization, "201");
  const Actor actors[] = {world.manager("100@acme"), world.manager("101@acme")};
  for (int round = 0; round < 300; ++round) {
    const auto shown = world.account(member).version;
    std::atomic<int> edited = 0;
    std::atomic<int> changed = 0;
    std::atomic<int> winner = -1;
    at_once(2, [&](int i) {
      const auto name = "By " + std::to_string(i) + " in " + std::to_string(round);
      const auto outcome = world.account_admin.edit(actors[i], member, shown, {.display_name = name});
      if (outcome && std::holds_alternative<AccountEdited>(outcome.value())) {
        ++edited;
        winner = i;
      } else if (outcome && std::holds_alternative<Changed>(outcome.value())) {
        ++changed;
      }
    });
    REQUIRE(edited == 1);
    REQUIRE(changed == 1);
    REQUIRE(world.account(member).display_name ==
            "By " + std::to_string(winner.load()) + " in " + std::to_string(round));
  }
}
