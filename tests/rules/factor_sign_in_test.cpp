#include <ostiary/rules/factor_sign_in.hpp>

#include "factor_owner.hpp"

using namespace ostiary;
using namespace ostiary::test;
using namespace std::chrono_literals;

namespace {

FactorSignInFacts facts_of(Account account = with_authenticator()) {
  return {.account = std::move(account), .organization = acme()};
}

Ceremony begun(CeremonyKind kind = CeremonyKind::second_factor, const Account& account = active()) {
  auto randomness = fresh(5);
  return begin_ceremony(kind, account, bind_to_client(client()).value(), noon + 10min, randomness);
}

Decision<FactorSignInOutcome> decide(const FactorSignInFacts& facts, FactorVerdict verdict = right_totp(),
                                     RememberDevice remember = RememberDevice::no, Instant now = noon,
                                     const KeyRing& keys = *key_ring()) {
  auto randomness = fresh();
  return decide_factor_sign_in(begun(), facts, std::move(verdict), remember, client(), {}, keys, randomness, now)
      .value();
}

Device known_device() {
  auto randomness = fresh(7);
  return make_device(active(), client(), {}, randomness, noon - 1h);
}

}  // namespace

TEST_CASE("R61: a right code writes the ticket, its own step, the session, the device, its notice and the event") {
  const auto decision = decide(facts_of());
  REQUIRE(names_of(decision.changes) == "ConsumeOnce AdvanceTotpStep PutSession PutDevice PutMailIntent AppendAudit");
  CHECK(at<ConsumeOnce>(decision.changes, 0).key == begun().key);
  CHECK(at<PutSession>(decision.changes, 2).session.proved_at == noon);
  CHECK_FALSE(at<PutDevice>(decision.changes, 3).device.remembered);
  CHECK(line_of(at<AppendAudit>(decision.changes, 5).event) ==
        "signed_in reason=totp:unknown_device actor=account/11/-/- subject=11 organization=1 from=192.0.2.1 "
        "client=portal count=1");
}

TEST_CASE("R61: a wrong code writes its event alone, and leaves the ticket as it is") {
  const auto decision = decide(facts_of(), wrong_totp());
  CHECK(std::holds_alternative<FactorRefused>(decision.outcome));
  REQUIRE(names_of(decision.changes) == "AppendAudit");
  CHECK(line_of(at<AppendAudit>(decision.changes, 0).event) ==
        "factor_refused reason=totp:wrong actor=anonymous/-/-/- subject=11 organization=1 from=192.0.2.1 client=portal "
        "count=1");
}

TEST_CASE("R66: a device that is remembered takes the known one's place, with the time of this proof") {
  auto facts = facts_of();
  facts.device = known_device();
  const auto decision = decide(facts, right_totp(), RememberDevice::yes);
  REQUIRE(names_of(decision.changes) == "ConsumeOnce AdvanceTotpStep PutSession EndDevice PutDevice AppendAudit");
  CHECK(at<EndDevice>(decision.changes, 3).id == facts.device->id);
  const auto& device = at<PutDevice>(decision.changes, 4).device;
  CHECK(device.id != facts.device->id);
  CHECK(device.created_at == facts.device->created_at);
  REQUIRE(device.remembered);
  CHECK(device.remembered->proved_at == noon);
  CHECK(device.remembered->until == noon + std::chrono::days(30));
  CHECK(names_of(decide(facts).changes) == "ConsumeOnce AdvanceTotpStep PutSession TouchDevice AppendAudit");
}

TEST_CASE("R73: a secret under an older key is sealed anew by the sign-in that used it, in the same set") {
  const auto both = key_ring(2, {1, 2});
  const auto decision =
      decide(facts_of(with_authenticator(*key_ring())), right_totp(), RememberDevice::no, noon, *both);
  REQUIRE(names_of(decision.changes) ==
          "ConsumeOnce AdvanceTotpStep PutAccount AppendAudit PutSession PutDevice PutMailIntent AppendAudit");
  const auto& [next, expected] = at<PutAccount>(decision.changes, 2);
  CHECK(expected == 4);
  CHECK(is_sealed_under_current(*both, next.authenticator->sealed));
  CHECK(next.authenticator->id == authenticator_id);
}

TEST_CASE("R66: a recovery code that signs in is told to its owner") {
  FactorVerdict verdict{
      .is_right = true,
      .reason = "recovery_code",
      .changes = {ConsumeRecoveryCode{.account = owner_id, .codes = id_of<CredentialId>(9), .index = 1}}};
  const auto decision = decide(facts_of(), std::move(verdict));
  REQUIRE(names_of(decision.changes) ==
          "ConsumeOnce ConsumeRecoveryCode PutMailIntent AppendAudit PutSession PutDevice PutMailIntent AppendAudit");
  CHECK(at<PutMailIntent>(decision.changes, 2).mail.kind == MailKind::recovery_code_used);
}

TEST_CASE("S271, S272: a ticket that works no more is refused whatever the code, with the reason in the audit") {
  const auto refused = [](const FactorSignInFacts& facts, Instant now = noon) {
    const auto decision = decide(facts, right_totp(), RememberDevice::no, now);
    CHECK(std::holds_alternative<TicketRefused>(decision.outcome));
    REQUIRE(names_of(decision.changes) == "AppendAudit");
    return at<AppendAudit>(decision.changes, 0).event.reason;
  };
  CHECK(refused(facts_of(), noon + 10min) == "expired");
  CHECK(refused(facts_of(active())) == "no_factor");
  auto facts = facts_of();
  facts.account->epochs.sessions += 1;
  CHECK(refused(facts) == "sessions_ended");
  facts = facts_of();
  facts.organization->clients = {{.id = "portal", .name = "Portal", .factor = FactorSupport::unsupported}};
  CHECK(refused(facts) == "unsupported_client");
  facts = facts_of();
  facts.account.reset();
  CHECK(refused(facts) == "account_inactive");
}

TEST_CASE("R56, R60: the first code of a required authenticator switches it on and signs in, in one set") {
  auto ceremony = begun(CeremonyKind::enrolment);
  ceremony.secret = totp_secret();
  const auto enroll = [&](const std::string& code, const Account& account) {
    auto randomness = fresh();
    return decide_enrolment_sign_in(ceremony, facts_of(account), SecretString(code), client(), {}, *key_ring(),
                                    randomness, noon)
        .value();
  };
  const auto decision = enroll(totp_at(noon), active());
  REQUIRE(names_of(decision.changes) ==
          "ConsumeOnce PutAccount PutSession PutDevice PutMailIntent AppendAudit AppendAudit");
  const auto& account = at<PutAccount>(decision.changes, 1).next;
  CHECK(account.epochs == Epochs{.sessions = 6, .links = 6, .devices = 8});
  CHECK(account.authenticator->accepted_step == totp_step({}, noon));
  CHECK(at<PutSession>(decision.changes, 2).session.epoch == 6);
  CHECK(std::get<EnrolledAndSignedIn>(decision.outcome).recovery_codes.size() == 10);

  CHECK(std::holds_alternative<FactorRefused>(enroll(totp_at(noon, 5), active()).outcome));
  // Enrolled meanwhile by another: the ticket of somebody with the password alone is no way round that.
  const auto late = enroll(totp_at(noon), with_authenticator());
  CHECK(std::holds_alternative<TicketRefused>(late.outcome));
  CHECK(at<AppendAudit>(late.changes, 0).event.reason == "has_factor");
}

TEST_CASE("R62: a code is mailed to who gave the password, where the account has that factor and the host offers it") {
  auto account = with_authenticator();
  account.email_codes_since = noon - 24h;
  const auto ask = [&](EmailCodes offered, const Account& of) {
    auto randomness = fresh();
    return decide_factor_code(begun(), facts_of(of), client(), {.factor = {.email_codes = offered}}, randomness, noon)
        .value();
  };
  const auto decision = ask(EmailCodes::on, account);
  REQUIRE(names_of(decision.changes) == "PutLink PutMailIntent AppendAudit");
  CHECK(at<PutLink>(decision.changes, 0).purpose == LinkPurpose::factor_code);
  const auto& mail = at<PutMailIntent>(decision.changes, 1).mail;
  CHECK(mail.kind == MailKind::factor_code);
  CHECK(mail.to.as_typed() == "zoe@mail.example");
  CHECK(mail.give_up_at == noon + 20min);
  CHECK(std::holds_alternative<FactorRefused>(ask(EmailCodes::off, account).outcome));
  CHECK(std::holds_alternative<FactorRefused>(ask(EmailCodes::on, with_authenticator()).outcome));
  CHECK(std::holds_alternative<TicketRefused>(ask(EmailCodes::on, active()).outcome));
}
