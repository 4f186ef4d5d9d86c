#include "faults/factor_host.hpp"

using namespace ostiary;
using namespace ostiary::test;
using testing::FaultAct;
using testing::FaultWorld;

namespace {

using Act = std::function<bool(FactorHost&)>;

// A sweep over one operation: `prepare` brings the host to where it begins, and gives it.
void sweep(std::string_view name, const std::function<Act(FactorHost&)>& prepare) {
  check_sweep(name, [&](FaultWorld& world) -> FaultAct {
    auto host = std::make_shared<FactorHost>(world);
    return [host, act = prepare(*host)] { return act(*host); };
  });
}

// A sweep over one operation of an owner with a second factor, in the session that enrolled it.
void sweep_enrolled(std::string_view name, bool (*act)(FactorHost&, const SignedIn&)) {
  sweep(name, [&](FactorHost& prepared) -> Act {
    return [owner = prepared.enrolled(), act](FactorHost& host) { return act(host, owner); };
  });
}

}  // namespace

TEST_CASE("R60, R65: switching the second factor on holds under every fault, also refused") {
  const auto prepare = [](const std::function<std::string(FactorHost&)>& typed, const std::string& password) {
    return [=](FactorHost& prepared) -> Act {
      const auto owner = prepared.signed_in(prepared.id).who;
      auto offer = std::make_shared<EnrolmentOffer>(prepared.begin(owner));
      return [=](FactorHost& host) {
        return host.told(host.confirm(owner, *offer, typed(host), FactorHost::entry(std::nullopt, password)));
      };
    };
  };
  sweep("confirm", prepare(&FactorHost::code, good_password));
  sweep("confirm, wrong code", prepare(&FactorHost::wrong_code, good_password));
  sweep("confirm, wrong password", prepare(&FactorHost::code, wrong_password));
}

TEST_CASE("S269: replacing the authenticator holds under every fault") {
  sweep("confirm in place of another", [](FactorHost& prepared) -> Act {
    const auto owner = prepared.enrolled();
    const auto present = prepared.code();
    auto offer = std::make_shared<EnrolmentOffer>(prepared.begin(owner));
    return [=](FactorHost& host) {
      return host.told(host.confirm(owner, *offer, host.code(), FactorHost::entry(host.totp(present))));
    };
  });
}

TEST_CASE("R66: switching it off and new recovery codes hold under every fault, also refused") {
  sweep_enrolled("disable", [](FactorHost& host, const SignedIn& owner) {
    return host.told(host.factor.disable(owner, FactorMethod::totp, FactorHost::entry(host.totp(host.code()))));
  });
  sweep_enrolled("disable by a recovery code", [](FactorHost& host, const SignedIn& owner) {
    return host.told(host.factor.disable(owner, FactorMethod::totp, FactorHost::entry(host.recovery_code())));
  });
  sweep_enrolled("disable, wrong code", [](FactorHost& host, const SignedIn& owner) {
    return host.told(host.factor.disable(owner, FactorMethod::totp, FactorHost::entry(host.totp(host.wrong_code()))));
  });
  sweep_enrolled("make_recovery_codes", [](FactorHost& host, const SignedIn& owner) {
    auto outcome = host.factor.make_recovery_codes(owner, FactorHost::entry(host.totp(host.code())));
    if (outcome) {
      if (const auto* made = std::get_if<RecoveryCodesMade>(&outcome.assume_value())) {
        host.take(made->recovery_codes);
      }
    }
    return host.told(outcome);
  });
  sweep_enrolled("make_recovery_codes, wrong password", [](FactorHost& host, const SignedIn& owner) {
    return host.told(host.factor.make_recovery_codes(owner, FactorHost::entry(host.totp(host.code()), wrong_password)));
  });
}

TEST_CASE("R61: proving a session anew holds under every fault, by a code, by a recovery code and refused") {
  sweep_enrolled("step_up", [](FactorHost& host, const SignedIn& owner) {
    return host.told(host.factor.step_up(owner, FactorHost::entry(host.totp(host.code()))));
  });
  sweep_enrolled("step_up by a recovery code", [](FactorHost& host, const SignedIn& owner) {
    return host.told(host.factor.step_up(owner, FactorHost::entry(host.recovery_code())));
  });
  sweep_enrolled("step_up, wrong code", [](FactorHost& host, const SignedIn& owner) {
    return host.told(host.factor.step_up(owner, FactorHost::entry(host.totp(host.wrong_code()))));
  });
}

TEST_CASE("R62: codes by e-mail hold under every fault: sending one, and switching them on, also refused") {
  sweep("send_code", [](FactorHost& prepared) -> Act {
    return [owner = prepared.signed_in(prepared.id).who](FactorHost& host) {
      return host.told(host.factor.send_code(owner, client()));
    };
  });
  const auto enable = [](std::string (*altered)(std::string)) {
    return [altered](FactorHost& prepared) -> Act {
      const auto owner = prepared.signed_in(prepared.id).who;
      REQUIRE(prepared.factor.send_code(owner, client()).has_value());
      return [owner, typed = altered(prepared.mailed_code())](FactorHost& host) {
        auto outcome = host.factor.enable_email_codes(owner, SecretString(typed), FactorHost::entry());
        if (outcome) {
          if (const auto* enabled = std::get_if<FactorEnabled>(&outcome.assume_value())) {
            host.take(enabled->recovery_codes);
          }
        }
        return host.told(outcome);
      };
    };
  };
  sweep("enable_email_codes", enable([](std::string code) { return code; }));
  sweep("enable_email_codes, wrong code", enable([](std::string code) {
          code.back() = code.back() == '0' ? '1' : '0';
          return code;
        }));
}

TEST_CASE("R61: the password of an account with a second factor begins no session, under no fault") {
  sweep("sign in, asked for a code", [](FactorHost& prepared) -> Act {
    static_cast<void>(prepared.enrolled());
    return [](FactorHost& host) {
      return host.answered(host.try_sign_in("100@acme", good_password, std::nullopt));  // nothing is proved
    };
  });
}

TEST_CASE("R66: a remembered device goes without the second factor, under every fault, and begins one session a time") {
  sweep("sign in, remembered device", [](FactorHost& prepared) -> Act {
    static_cast<void>(prepared.enrolled());
    return [cookie = prepared.known_device(RememberDevice::yes)](FactorHost& host) {
      host.world.proved(host.id);
      const SecretString typed(good_password);
      return host.answered(host.sign_in.with_password(
          {.login_name = "100@acme", .password = typed, .client = client(), .device_cookie = cookie}));
    };
  });
}

TEST_CASE("R61, R66: the second step holds under every fault, by a code, by a recovery code and refused") {
  sweep("with_factor", [](FactorHost& prepared) -> Act {
    static_cast<void>(prepared.enrolled());
    return [ticket = prepared.ask()](FactorHost& host) {
      host.world.proved(host.id);
      return host.answered(host.give(ticket, host.totp(host.code())));
    };
  });
  sweep("with_factor, wrong code", [](FactorHost& prepared) -> Act {
    static_cast<void>(prepared.enrolled());
    return [ticket = prepared.ask()](FactorHost& host) {  // nothing is proved
      return host.answered(host.give(ticket, host.totp(host.wrong_code())));
    };
  });
  sweep("with_factor, used code", [](FactorHost& prepared) -> Act {
    static_cast<void>(prepared.enrolled());
    const auto used = prepared.code();
    prepared.known_device(RememberDevice::no);
    return
        [ticket = prepared.ask(), used](FactorHost& host) { return host.answered(host.give(ticket, host.totp(used))); };
  });
  sweep("with_factor by a recovery code", [](FactorHost& prepared) -> Act {
    static_cast<void>(prepared.enrolled());
    return [ticket = prepared.ask()](FactorHost& host) {
      host.world.proved(host.id);
      return host.answered(host.give(ticket, host.recovery_code(3)));
    };
  });
  sweep("with_factor, remembering a known device", [](FactorHost& prepared) -> Act {
    static_cast<void>(prepared.enrolled());
    const auto cookie = prepared.known_device(RememberDevice::no);
    return [ticket = prepared.ask(cookie), cookie](FactorHost& host) {
      host.world.proved(host.id);
      return host.answered(host.give(ticket, host.totp(host.code()), RememberDevice::yes, cookie));
    };
  });
}

TEST_CASE("R62: a code that is mailed at the sign-in holds under every fault, where the account has that factor") {
  sweep("send_factor_code", [](FactorHost& prepared) -> Act {
    const auto owner = prepared.signed_in(prepared.id).who;
    REQUIRE(prepared.factor.send_code(owner, client()).has_value());
    const SecretString mailed(prepared.mailed_code());
    REQUIRE(std::holds_alternative<FactorEnabled>(
        prepared.factor.enable_email_codes(owner, mailed, FactorHost::entry()).value()));
    prepared.next_code();
    return [ticket = prepared.ask()](FactorHost& host) {
      return host.answered(host.sign_in.send_factor_code(ticket, client()));
    };
  });
  sweep("send_factor_code, not available", [](FactorHost& prepared) -> Act {
    static_cast<void>(prepared.enrolled());
    return [ticket = prepared.ask()](FactorHost& host) {
      return host.answered(host.sign_in.send_factor_code(ticket, client()));
    };
  });
}

TEST_CASE("R56: an enrolment at the sign-in holds under every fault, also refused") {
  const auto prepare = [](std::string (FactorHost::*typed)() const, bool is_right) {
    return [=](FactorHost& prepared) -> Act {
      prepared.require_factor();
      auto asked = prepared.try_sign_in("100@acme", good_password, std::nullopt).value();
      REQUIRE(std::holds_alternative<EnrolmentRequired>(asked));
      const auto& offer = std::get<EnrolmentRequired>(asked).offer;
      prepared.take(offer.secret);
      return [=, ticket = std::string(offer.ticket.reveal())](FactorHost& host) {
        if (is_right) {
          host.world.proved(host.id);
        }
        auto outcome =
            host.sign_in.with_enrolment({.ticket = ticket, .code = SecretString((host.*typed)()), .client = client()});
        if (outcome) {
          if (const auto* enrolled = std::get_if<EnrolledAndSignedIn>(&outcome.assume_value())) {
            host.take(enrolled->recovery_codes);
          }
        }
        return host.answered(outcome);
      };
    };
  };
  sweep("with_enrolment", prepare(&FactorHost::code, true));
  sweep("with_enrolment, wrong code", prepare(&FactorHost::wrong_code, false));
}
