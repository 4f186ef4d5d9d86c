#include <algorithm>

#include "faults/host.hpp"
#include "services/expansion.hpp"

using namespace ostiary;
using namespace ostiary::test;
using testing::FaultAct;
using testing::FaultWorld;

namespace {

const std::string mara = "mara@maple.example";
const std::string new_password = "River-Thames-8";
const std::string temporary = "Temporary-Fern-4";

Result<RecoveryOutcome> ask(FaultHost& host, RecoveryKind kind = RecoveryKind::reset_password) {
  return host.recovery.request({.kind = kind, .address = mara, .client = client()});
}

Result<ResetOutcome> reset(FaultHost& host, const std::string& token) {
  host.world.secret(new_password);
  return host.recovery.redeem({.token = token,
                               .password = SecretString(new_password),
                               .confirmation = SecretString(new_password),
                               .client = client()});
}

// The token of a reset mail that was delivered.
std::string reset_token(FaultHost& host) {
  host.deliver_all();
  REQUIRE(ask(host).has_value());
  return host.deliver_all();
}

// Gives the manager a temporary password for a day.
void set_temporary(FaultHost& host, const AccountId& id) {
  host.world.secret(temporary);
  auto account = host.world.store.find_account(id).value().value();
  const auto version = account.version;
  const Instant now = host.world.clock.now();
  account.password = Password{.id = CredentialId::make(now, {}),
                              .hash = host.hasher->hash(SecretString(temporary)).value(),
                              .set_at = now,
                              .temporary_until = now + std::chrono::hours(24)};
  AuditEvent event{.id = AuditId::make(now, {}),
                   .at = now,
                   .organization = account.organization,
                   .kind = AuditKind::temporary_password_set,
                   .subject = id};
  const ChangeSet set{
      .id = ChangeId::make(now, {}),
      .at = now,
      .changes = {PutAccount{.next = std::move(account), .expected = version}, AppendAudit{std::move(event), {}}}};
  REQUIRE(std::holds_alternative<Committed>(host.world.store.commit(set).value()));
}

// What Outbox::deliver does first: a worker claims what was asked for, later than any lease, and expands it. What a rival
// does between that and the hand-over is another sweep's.
bool expand(FaultHost& host) {
  host.world.clock.advance(std::chrono::minutes(10));
  const Instant now = host.world.clock.now();
  const auto lease = LeaseToken::make(now, {});
  const auto claimed = host.world.store.claim_recovery_requests(10, now, now + host.env.policies.mail.lease, lease);
  if (!host.answered(claimed)) {
    return false;
  }
  return std::ranges::all_of(claimed.assume_value(), [&](const RecoveryRequest& request) {
    return host.answered(services::expand_request(host.env, request, lease));
  });
}

}  // namespace

TEST_CASE("R31, R71: asking for a reset holds under every fault") {
  check_sweep("recovery request", [](FaultWorld& world) -> FaultAct {
    auto host = std::make_shared<FaultHost>(world);
    host->found_active();
    return [host] { return host->answered(ask(*host)); };
  });
  check_sweep("recovery request, throttled", [](FaultWorld& world) -> FaultAct {
    Policies policies;
    policies.budgets.recovery_per_address.count = 1;
    auto host = std::make_shared<FaultHost>(world, policies);
    host->found_active();
    REQUIRE(ask(*host).has_value());
    return [host] { return host->answered(ask(*host)); };
  });
}

TEST_CASE("R31-R34: expanding a request holds under every fault") {
  const auto sweep = [](std::string_view name, const std::string& address, RecoveryKind kind, AccountStatus status) {
    check_sweep(name, [=](FaultWorld& world) -> FaultAct {
      auto host = std::make_shared<FaultHost>(world);
      if (status == AccountStatus::active) {
        host->found_active();
      } else {
        host->found();
      }
      host->deliver_all();
      REQUIRE(host->recovery.request({.kind = kind, .address = address, .client = client()}).has_value());
      return [host] { return expand(*host); };
    });
  };
  sweep("expand a reset", mara, RecoveryKind::reset_password, AccountStatus::active);
  sweep("expand login names", mara, RecoveryKind::login_names, AccountStatus::active);
  sweep("expand for an invited account", mara, RecoveryKind::login_names, AccountStatus::invited);
  sweep("expand a request that names nobody", "nobody@maple.example", RecoveryKind::reset_password,
        AccountStatus::active);
}

TEST_CASE("R31-R34: delivering what a request was expanded to holds under every fault") {
  check_sweep("deliver a reset mail", [](FaultWorld& world) -> FaultAct {
    auto host = std::make_shared<FaultHost>(world);
    host->found_active();
    host->deliver_all();
    REQUIRE(ask(*host).has_value());
    REQUIRE(expand(*host));
    // A reset mail is given up where its link could outlive the request by 6 hours: later than four steps of these.
    return [host] { return host->tick(std::chrono::minutes(15)); };
  });
  check_sweep("deliver login names with a setup link once more", [](FaultWorld& world) -> FaultAct {
    auto host = std::make_shared<FaultHost>(world);
    host->found();
    host->deliver_all();
    REQUIRE(ask(*host, RecoveryKind::login_names).has_value());
    REQUIRE(expand(*host));
    return [host] { return host->tick(); };
  });
  check_sweep("deliver finds a request that names nobody", [](FaultWorld& world) -> FaultAct {
    auto host = std::make_shared<FaultHost>(world);
    host->found_active();
    host->deliver_all();
    REQUIRE(host->recovery
                .request({.kind = RecoveryKind::login_names, .address = "nobody@maple.example", .client = client()})
                .has_value());
    return [host] {
      host->world.clock.advance(std::chrono::minutes(10));
      const auto report = host->outbox.deliver(10);
      return host->answered(report) && !report.value().first_error;
    };
  });
}

TEST_CASE("R32, R33: the page and the form of a reset hold under every fault") {
  check_sweep("reset inspect", [](FaultWorld& world) -> FaultAct {
    auto host = std::make_shared<FaultHost>(world);
    host->found_active();
    return [host, token = reset_token(*host)] { return host->answered(host->recovery.inspect(token)); };
  });
  check_sweep("reset redeem", [](FaultWorld& world) -> FaultAct {
    auto host = std::make_shared<FaultHost>(world);
    host->found_active();
    return [host, token = reset_token(*host)] { return host->answered(reset(*host, token)); };
  });
  check_sweep("reset redeem of a used link", [](FaultWorld& world) -> FaultAct {
    auto host = std::make_shared<FaultHost>(world);
    host->found_active();
    const auto token = reset_token(*host);
    REQUIRE(std::holds_alternative<ResetCompleted>(reset(*host, token).value()));
    return [host, token] { return host->answered(reset(*host, token)); };
  });
}

TEST_CASE("R36: a sign-in with a temporary password and the choice of another hold under every fault") {
  check_sweep("sign in, temporary password", [](FaultWorld& world) -> FaultAct {
    auto host = std::make_shared<FaultHost>(world);
    const auto acme = host->found_active();
    set_temporary(*host, acme.manager.account);
    return [host] {
      const auto outcome = host->try_sign_in("100@acme", temporary, std::nullopt);
      if (outcome) {
        if (const auto* required = std::get_if<PasswordChangeRequired>(&outcome.assume_value())) {
          host->world.secret(required->ticket.reveal());
        }
      }
      return host->answered(outcome);
    };
  });
  check_sweep("choose a password", [](FaultWorld& world) -> FaultAct {
    auto host = std::make_shared<FaultHost>(world);
    const auto acme = host->found_active();
    set_temporary(*host, acme.manager.account);
    auto outcome = host->try_sign_in("100@acme", temporary, std::nullopt).value();
    const std::string ticket(std::get<PasswordChangeRequired>(outcome).ticket.reveal());
    world.secret(ticket);
    world.secret(new_password);
    return [host, acme, ticket] {
      host->world.proved(acme.manager.account);
      return host->answered(host->sign_in.choose_password({.ticket = ticket,
                                                           .password = SecretString(new_password),
                                                           .confirmation = SecretString(new_password),
                                                           .client = client()}));
    };
  });
}
