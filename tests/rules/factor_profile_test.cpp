#include <ostiary/rules/factor_profile.hpp>

#include "factor_owner.hpp"

using namespace ostiary;
using namespace ostiary::test;
using namespace std::chrono_literals;

namespace {

CurrentPassword right_password() { return {.matches = true, .verified_hash = std::string(stored_hash)}; }
CurrentPassword wrong_password() { return {.matches = false, .verified_hash = std::string(stored_hash)}; }

FactorFacts facts_of(Account account, std::optional<FactorVerdict> verdict = std::nullopt,
                     std::optional<CurrentPassword> current = right_password()) {
  return {.account = std::move(account),
          .organization = acme(),
          .verdict = std::move(verdict),
          .current = std::move(current)};
}

Ceremony offer() {
  auto randomness = fresh(5);
  auto ceremony =
      begin_ceremony(CeremonyKind::enrolment, active(), bind_to_session(session_id).value(), noon + 10min, randomness);
  ceremony.secret = totp_secret();
  return ceremony;
}

Decision<ConfirmFactorOutcome> confirm(FactorFacts facts, const std::string& code = totp_at(noon), Instant now = noon) {
  auto randomness = fresh();
  return decide_confirm_factor(signed_in(active()), std::move(facts), offer(), SecretString(code), client(), {},
                               *key_ring(), randomness, now)
      .value();
}

Decision<DisableFactorOutcome> disable(FactorFacts facts, FactorMethod which = FactorMethod::totp) {
  auto randomness = fresh();
  return decide_disable_factor(signed_in(active()), std::move(facts), which, client(), {}, *key_ring(), randomness,
                               noon)
      .value();
}

}  // namespace

TEST_CASE("R60, R65: confirming writes the authenticator under new epochs, keeps this session, tells the owner") {
  const auto decision = confirm(facts_of(active()));
  REQUIRE(names_of(decision.changes) ==
          "RequireActor ConsumeOnce PutAccount RestampSession ProveSession PutMailIntent AppendAudit");
  const auto& [account, expected] = at<PutAccount>(decision.changes, 2);
  CHECK(expected == 4);
  CHECK(account.epochs == Epochs{.sessions = 6, .links = 6, .devices = 8});
  REQUIRE(account.authenticator);
  CHECK(account.authenticator->accepted_step == totp_step({}, noon));
  CHECK(account.recovery_codes->count == 10);
  CHECK(at<RestampSession>(decision.changes, 3).epoch == 6);
  CHECK(at<ProveSession>(decision.changes, 4).proved_at == noon);
  CHECK(at<PutMailIntent>(decision.changes, 5).mail.kind == MailKind::factor_enabled);
  CHECK(at<AppendAudit>(decision.changes, 6).event.kind == AuditKind::factor_enabled);
}

TEST_CASE("R60: without one of the two proofs nothing is written but the event") {
  const auto refused = [](const Decision<ConfirmFactorOutcome>& decision) {
    REQUIRE(names_of(decision.changes) == "RequireActor AppendAudit");
    return at<AppendAudit>(decision.changes, 1).event.reason;
  };
  CHECK(refused(confirm(facts_of(active()), totp_at(noon, 7))) == "enrolment:wrong");
  CHECK(refused(confirm(facts_of(active(), std::nullopt, wrong_password()))) == "wrong_password");
  CHECK(refused(confirm(facts_of(active()), totp_at(noon), noon + 10min)) == "expired");
  auto stale = right_password();
  stale.verified_hash = "$argon2id$other";
  CHECK(std::holds_alternative<StaleVerdict>(confirm(facts_of(active(), std::nullopt, stale)).outcome));
  CHECK(std::holds_alternative<StaleVerdict>(confirm(facts_of(active(), std::nullopt, std::nullopt)).outcome));
}

TEST_CASE("S269: a present authenticator is replaced with a proof of it, which is used up in the same set") {
  CHECK(std::holds_alternative<FactorProofRequired>(confirm(facts_of(with_authenticator())).outcome));
  CHECK(confirm(facts_of(with_authenticator())).changes.empty());
  CHECK(std::holds_alternative<FactorRefused>(confirm(facts_of(with_authenticator(), wrong_totp())).outcome));
  const auto decision = confirm(facts_of(with_authenticator(), right_totp()));
  REQUIRE(names_of(decision.changes) ==
          "RequireActor ConsumeOnce AdvanceTotpStep PutAccount RestampSession ProveSession PutMailIntent AppendAudit");
  const auto& account = at<PutAccount>(decision.changes, 3).next;
  CHECK(account.authenticator->id != authenticator_id);
  CHECK(account.recovery_codes->id == with_authenticator().recovery_codes->id);
  CHECK(at<AppendAudit>(decision.changes, 7).event.kind == AuditKind::factor_replaced);
  CHECK(std::get<FactorEnabled>(decision.outcome).recovery_codes.empty());
}

TEST_CASE("R64: what the account cannot do without keeps the second factor off, unless the organisation requires one") {
  auto facts = facts_of(active());
  facts.organization.clients = {{.id = "analytics", .name = "Analytics", .factor = FactorSupport::unsupported}};
  facts.account.needed_clients = {"analytics"};
  const auto refused = confirm(facts_of(facts.account));
  CHECK(std::holds_alternative<FactorEnabled>(refused.outcome));  // an application that is in no list
  auto listed = facts_of(facts.account);
  listed.organization = facts.organization;
  CHECK(std::holds_alternative<ClientsRefuse>(confirm(std::move(listed)).outcome));
  auto required = facts_of(facts.account);
  required.organization = facts.organization;
  required.organization.factor_required = {{.role = Role::member, .since = noon, .grace = 24h}};
  CHECK(std::holds_alternative<FactorEnabled>(confirm(std::move(required)).outcome));
}

TEST_CASE("R66: switching the last factor off takes the recovery codes along") {
  const auto decision = disable(facts_of(with_authenticator(), right_totp()));
  REQUIRE(names_of(decision.changes) ==
          "RequireActor AdvanceTotpStep PutAccount RestampSession ProveSession PutMailIntent AppendAudit");
  const auto& account = at<PutAccount>(decision.changes, 2).next;
  CHECK_FALSE(has_second_factor(account));
  CHECK_FALSE(account.recovery_codes);
  CHECK(at<PutMailIntent>(decision.changes, 5).mail.kind == MailKind::factor_disabled);

  CHECK(std::holds_alternative<FactorAbsent>(disable(facts_of(active())).outcome));
  CHECK(std::holds_alternative<FactorAbsent>(
      disable(facts_of(with_authenticator(), right_totp()), FactorMethod::recovery_code).outcome));
  CHECK(std::holds_alternative<FactorProofRequired>(disable(facts_of(with_authenticator())).outcome));
  CHECK(std::holds_alternative<FactorRefused>(disable(facts_of(with_authenticator(), wrong_totp())).outcome));
  CHECK(std::holds_alternative<CurrentPasswordRefused>(
      disable(facts_of(with_authenticator(), right_totp(), wrong_password())).outcome));
}

TEST_CASE("R56: the last factor of a role that must have one stays on, from the day it is required") {
  auto facts = facts_of(with_authenticator(), right_totp());
  facts.organization.factor_required = {{.role = Role::member, .since = noon, .grace = 240h}};
  const auto decision = disable(std::move(facts));
  CHECK(std::holds_alternative<FactorDemanded>(decision.outcome));
  CHECK(names_of(decision.changes) == "RequireActor AppendAudit");
}

TEST_CASE("step-up writes the proof and its event, by the factor where there is one, else by the password") {
  const auto step_up = [](FactorFacts facts) {
    auto randomness = fresh();
    return decide_step_up(signed_in(active()), std::move(facts), client(), {}, randomness, noon).value();
  };
  const auto by_code = step_up(facts_of(with_authenticator(), right_totp(), std::nullopt));
  REQUIRE(names_of(by_code.changes) == "RequireActor AdvanceTotpStep ProveSession AppendAudit");
  CHECK(at<AppendAudit>(by_code.changes, 3).event.reason == "totp");
  CHECK(names_of(step_up(facts_of(active())).changes) == "RequireActor ProveSession AppendAudit");
  // The password alone does not stand in for the factor.
  CHECK(std::holds_alternative<FactorProofRequired>(step_up(facts_of(with_authenticator())).outcome));
  CHECK(std::holds_alternative<FactorRefused>(step_up(facts_of(with_authenticator(), wrong_totp())).outcome));
  CHECK(std::holds_alternative<CurrentPasswordRefused>(
      step_up(facts_of(active(), std::nullopt, wrong_password())).outcome));
}

TEST_CASE("R66: a recovery code that stands in anywhere is told to its owner, and leaves an event") {
  const FactorVerdict verdict{
      .is_right = true,
      .reason = "recovery_code",
      .changes = {ConsumeRecoveryCode{.account = owner_id, .codes = id_of<CredentialId>(9), .index = 1}}};
  auto randomness = fresh();
  const auto proved =
      decide_step_up(signed_in(active()), facts_of(with_authenticator(), verdict), client(), {}, randomness, noon)
          .value();
  REQUIRE(names_of(proved.changes) ==
          "RequireActor ConsumeRecoveryCode PutMailIntent AppendAudit ProveSession AppendAudit");
  CHECK(at<PutMailIntent>(proved.changes, 2).mail.kind == MailKind::recovery_code_used);
  CHECK(at<AppendAudit>(proved.changes, 3).event.reason == "session_proved");
  const auto off = disable(facts_of(with_authenticator(), verdict));
  CHECK(names_of(off.changes) ==
        "RequireActor ConsumeRecoveryCode PutMailIntent AppendAudit PutAccount RestampSession ProveSession "
        "PutMailIntent AppendAudit");
}

TEST_CASE("R66: codes by e-mail that the host does not offer are no factor that is left") {
  auto both = with_authenticator();
  both.email_codes_since = noon - 24h;
  auto randomness = fresh();
  const SignInPolicies offered{.factor = {.email_codes = EmailCodes::on}};
  const auto on = decide_disable_factor(signed_in(active()), facts_of(both, right_totp()), FactorMethod::totp, client(),
                                        offered, *key_ring(), randomness, noon)
                      .value();
  CHECK(has_second_factor(at<PutAccount>(on.changes, 2).next));
  CHECK(at<PutAccount>(on.changes, 2).next.recovery_codes);
  CHECK_FALSE(has_second_factor(at<PutAccount>(disable(facts_of(both, right_totp())).changes, 2).next));
}
