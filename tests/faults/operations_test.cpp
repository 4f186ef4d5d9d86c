#include "faults/host.hpp"

using namespace ostiary;
using namespace ostiary::test;
using testing::FaultAct;
using testing::FaultWorld;

TEST_CASE("R69, R70: founding an organisation holds under every fault") {
  check_sweep("create_organization", [](FaultWorld& world) -> FaultAct {
    auto host = std::make_shared<FaultHost>(world);
    return [host] { return host->answered(host->create("acme")); };
  });
}

TEST_CASE("R20, R28: inviting holds under every fault, by the host and by a manager") {
  check_sweep("invite by the host", [](FaultWorld& world) -> FaultAct {
    auto host = std::make_shared<FaultHost>(world);
    return
        [host, acme = host->found()] { return host->answered(host->invite(host->host(), acme.organization, "101")); };
  });
  check_sweep("invite by a manager", [](FaultWorld& world) -> FaultAct {
    auto host = std::make_shared<FaultHost>(world);
    const auto acme = host->found_active();
    const auto manager = Actor::in_view(host->signed_in(acme.manager.account).who, View::manage_organization).value();
    return [host, acme, manager] { return host->answered(host->invite(manager, acme.organization, "101")); };
  });
  check_sweep("invite, refused to a member's view", [](FaultWorld& world) -> FaultAct {
    auto host = std::make_shared<FaultHost>(world);
    const auto acme = host->found_active();
    const auto self = Actor::in_view(host->signed_in(acme.manager.account).who, View::my_account).value();
    return [host, acme, self] { return host->answered(host->invite(self, acme.organization, "101")); };
  });
}

TEST_CASE("R24, R25: asking for another welcome mail holds under every fault") {
  check_sweep("send_welcome_mail", [](FaultWorld& world) -> FaultAct {
    auto host = std::make_shared<FaultHost>(world);
    const auto acme = host->found();
    host->deliver_all();
    return [host, acme] {
      return host->answered(host->organizations.send_welcome_mail(host->host(), acme.manager.account));
    };
  });
  check_sweep("send_welcome_mail, skipped", [](FaultWorld& world) -> FaultAct {
    auto host = std::make_shared<FaultHost>(world);
    const auto acme = host->found_active();
    return [host, acme] {
      return host->answered(host->organizations.send_welcome_mail(host->host(), acme.manager.account));
    };
  });
}

TEST_CASE("R22, R23: the setup page and the setup hold under every fault") {
  check_sweep("setup inspect", [](FaultWorld& world) -> FaultAct {
    auto host = std::make_shared<FaultHost>(world);
    host->found();
    return [host, token = host->deliver_all()] { return host->answered(host->setup.inspect(token)); };
  });
  check_sweep("setup redeem", [](FaultWorld& world) -> FaultAct {
    auto host = std::make_shared<FaultHost>(world);
    host->found();
    return [host, token = host->deliver_all()] { return host->answered(host->redeem(token)); };
  });
  check_sweep("setup redeem of a used link", [](FaultWorld& world) -> FaultAct {
    auto host = std::make_shared<FaultHost>(world);
    host->found();
    const auto token = host->deliver_all();
    REQUIRE(std::holds_alternative<SetupCompleted>(host->redeem(token).value()));
    return [host, token] { return host->answered(host->redeem(token)); };
  });
}

TEST_CASE("R11, R71: every answer of a sign-in holds under every fault") {
  check_sweep("sign in", [](FaultWorld& world) -> FaultAct {
    auto host = std::make_shared<FaultHost>(world);
    const auto acme = host->found_active();
    return [host, acme] { return host->answered(host->try_sign_in("100@acme", good_password, acme.manager.account)); };
  });
  check_sweep("sign in, wrong password", [](FaultWorld& world) -> FaultAct {
    auto host = std::make_shared<FaultHost>(world);
    host->found_active();
    world.secret("Wrong-Lake-77");
    return [host] { return host->answered(host->try_sign_in("100@acme", "Wrong-Lake-77", std::nullopt)); };
  });
  check_sweep("sign in, unknown login", [](FaultWorld& world) -> FaultAct {
    auto host = std::make_shared<FaultHost>(world);
    host->found_active();
    world.secret("999@acme");  // people type a password there
    return [host] { return host->answered(host->try_sign_in("999@acme", good_password, std::nullopt)); };
  });
  check_sweep("sign in, invited", [](FaultWorld& world) -> FaultAct {
    auto host = std::make_shared<FaultHost>(world);
    host->found();
    return [host] { return host->answered(host->try_sign_in("100@acme", good_password, std::nullopt)); };
  });
}

TEST_CASE("R74: a sign-in that renews an outdated hash holds under every fault") {
  check_sweep("sign in, outdated hash", [](FaultWorld& world) -> FaultAct {
    auto host = std::make_shared<FaultHost>(world);
    const auto acme = host->found_active();
    auto policy = weak_hashing();
    policy.argon2.passes = 2;
    const std::shared_ptr<StandardPasswordHasher> hasher = StandardPasswordHasher::create(policy, world.random).value();
    const auto env = std::make_shared<Environment>(Environment{
        .store = world.store, .clock = world.clock, .random = world.random, .hasher = *hasher, .keys = host->keys});
    return [host, hasher, env, acme] {
      host->world.proved(acme.manager.account);
      const SecretString typed(good_password);
      // A sign-in does not fail because its better hash could not be made (S220): the next one makes it.
      const auto answered =
          host->answered(SignIn(*env).with_password({.login_name = "100@acme", .password = typed, .client = client()}));
      const auto account = host->world.store.find_account(acme.manager.account);
      // Of an account that a rival removed there is none to make anew.
      return answered && account.has_value() && account.value()->password &&
             account.value()->password->hash.find("t=2") != std::string::npos;
    };
  });
}

TEST_CASE("R70: a sign-in over its budget holds under every fault") {
  check_sweep("sign in, throttled", [](FaultWorld& world) -> FaultAct {
    Policies policies;
    policies.budgets.password_per_login_and_network.count = 1;
    auto host = std::make_shared<FaultHost>(world, policies);
    host->found_active();
    REQUIRE(host->try_sign_in("100@acme", "Wrong-Lake-77", std::nullopt).has_value());
    return [host] { return host->answered(host->try_sign_in("100@acme", good_password, std::nullopt)); };
  });
}
