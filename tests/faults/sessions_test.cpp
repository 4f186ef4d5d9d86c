#include <algorithm>

#include "faults/host.hpp"

using namespace ostiary;
using namespace ostiary::test;
using testing::FaultAct;
using testing::FaultWorld;

namespace {

// A manager with two sessions.
struct SignedInHost : FaultHost {
  explicit SignedInHost(FaultWorld& given)
      : FaultHost(given),
        acme(found_active()),
        first(signed_in(acme.manager.account)),
        second(signed_in(acme.manager.account)) {}
  OrganizationCreated acme;
  SignInSuccess first;
  SignInSuccess second;

  // end_all spends its proof: after a success of which nobody heard, actor_revoked is the answer.
  bool end_all(ThisSession this_session) {
    const auto effects = sessions.end_all(first.who, this_session);
    return answered(effects) || effects.assume_error() == Errc::actor_revoked;
  }
};

}  // namespace

TEST_CASE("R68: checking and listing sessions hold under every fault") {
  check_sweep("session check with touch", [](FaultWorld& world) -> FaultAct {
    auto host = std::make_shared<SignedInHost>(world);
    world.clock.advance(std::chrono::hours(2));
    return [host] {
      // A touch may be lost: the next request makes it.
      const bool checked = host->answered(host->sessions.check(host->first.token.reveal()));
      const auto views = host->sessions.list(host->first.who);
      return checked && host->answered(views) && std::ranges::any_of(views.value(), [&](const auto& view) {
               return view.last_seen_at == host->world.clock.now();
             });
    };
  });
  check_sweep("session list", [](FaultWorld& world) -> FaultAct {
    auto host = std::make_shared<SignedInHost>(world);
    return [host] { return host->answered(host->sessions.list(host->first.who)); };
  });
}

TEST_CASE("R68: ending one session, every other, and all, hold under every fault") {
  check_sweep("session end", [](FaultWorld& world) -> FaultAct {
    auto host = std::make_shared<SignedInHost>(world);
    return [host] { return host->answered(host->sessions.end(host->first.who, host->second.who.session())); };
  });
  check_sweep("sign out", [](FaultWorld& world) -> FaultAct {
    auto host = std::make_shared<SignedInHost>(world);
    return [host] { return host->answered(host->sessions.end(host->first.who, host->first.who.session())); };
  });
  check_sweep("end every other session", [](FaultWorld& world) -> FaultAct {
    auto host = std::make_shared<SignedInHost>(world);
    return [host] { return host->end_all(ThisSession::stays); };
  });
  check_sweep("end all sessions", [](FaultWorld& world) -> FaultAct {
    auto host = std::make_shared<SignedInHost>(world);
    return [host] { return host->end_all(ThisSession::ends); };
  });
}

TEST_CASE("R10: checking a PIN holds under every fault, right and wrong") {
  for (const std::string pin : {"90284756", "11223344"}) {
    check_sweep(pin == "11223344" ? "check_pin, wrong" : "check_pin", [pin](FaultWorld& world) -> FaultAct {
      auto host = std::make_shared<FaultHost>(world);
      world.secret(pin);
      return [host, pin, acme = host->found_active()] {
        const SecretString typed(pin);
        return host->answered(host->credentials.check_pin(host->host(), acme.manager.account, typed));
      };
    });
  }
}
