#include <ostiary/rules/factor_proof.hpp>

#include <doctest/doctest.h>

#include "fixture.hpp"
#include <ostiary/rules/authenticator.hpp>
#include <ostiary/rules/factor_code.hpp>
#include <ostiary/rules/recovery_codes.hpp>

using namespace ostiary;
using namespace ostiary::test;
using namespace std::chrono_literals;

namespace {

const auto authenticator_id = id_of<CredentialId>(61);

SecretBytes secret() { return SecretBytes(as_bytes("12345678901234567890")); }

// An account with all three: an app, codes by e-mail, recovery codes.
struct Owner {
  Account account = active();
  std::vector<SecretString> codes;
  Link mailed{.id = link_id,
              .account = owner_id,
              .purpose = LinkPurpose::factor_code,
              .issued = 2,
              .live = 2,
              .epoch = 6,
              .expires_at = noon + 10min};
  FactorPolicy policy{.email_codes = EmailCodes::on};

  Owner() {
    auto randomness = fresh(3);
    account.authenticator = Authenticator{.id = authenticator_id};
    account.authenticator->sealed =
        seal_totp_secret(*key_ring(), owner_id, authenticator_id, secret(), randomness).value();
    account.email_codes_since = noon - 24h;
    auto made = make_recovery_codes(*key_ring(), owner_id, 10, randomness, noon).value();
    account.recovery_codes = std::move(made.stored);
    codes = std::move(made.codes);
  }

  [[nodiscard]] FactorVerdict judge(FactorMethod method, std::string_view code, Instant now = noon) const {
    return judge_factor(*key_ring(), account, mailed, {.method = method, .code = SecretString(code)}, policy, now)
        .value();
  }
};

std::string totp(Instant now, int steps = 0) {
  return std::string(totp_code(secret(), {}, totp_step({}, now) + static_cast<TotpStep>(steps)).value().reveal());
}

}  // namespace

TEST_CASE("R61, S249: a code of the present step or one beside it is right, and moves the accepted step") {
  Owner owner;
  for (int steps = -1; steps <= 1; ++steps) {
    const auto verdict = owner.judge(FactorMethod::totp, totp(noon, steps));
    REQUIRE(verdict.is_right);
    CHECK(verdict.reason == "totp");
    REQUIRE(names_of(verdict.changes) == "AdvanceTotpStep");
    const auto& advance = at<AdvanceTotpStep>(verdict.changes, 0);
    CHECK(advance.account == owner_id);
    CHECK(advance.authenticator == authenticator_id);
    CHECK(advance.step == totp_step({}, noon) + static_cast<TotpStep>(steps));
  }
  for (const auto& code : {totp(noon, 2), totp(noon, -2), std::string(), std::string("abcdef"), totp(noon).substr(1)}) {
    const auto verdict = owner.judge(FactorMethod::totp, code);
    CHECK_FALSE(verdict.is_right);
    CHECK(verdict.reason == "totp:wrong");
    CHECK(verdict.changes.empty());
  }
  owner.policy.totp.skew = 2;
  CHECK(owner.judge(FactorMethod::totp, totp(noon, 2)).is_right);
}

TEST_CASE("R61, S250: a code of an accepted step, or of an older one, is said to be used in the audit alone") {
  Owner owner;
  owner.account.authenticator->accepted_step = totp_step({}, noon);
  CHECK(owner.judge(FactorMethod::totp, totp(noon)).reason == "totp:used");
  CHECK(owner.judge(FactorMethod::totp, totp(noon, -1)).reason == "totp:used");
  CHECK_FALSE(owner.judge(FactorMethod::totp, totp(noon)).is_right);
  CHECK(owner.judge(FactorMethod::totp, totp(noon, 1)).is_right);
}

TEST_CASE("R66, S276: a recovery code is right once") {
  Owner owner;
  const auto verdict = owner.judge(FactorMethod::recovery_code, owner.codes[4].reveal());
  REQUIRE(verdict.is_right);
  const auto& consume = at<ConsumeRecoveryCode>(verdict.changes, 0);
  CHECK(consume.account == owner_id);
  CHECK(consume.codes == owner.account.recovery_codes->id);
  CHECK(consume.index == 4);
  owner.account.recovery_codes->used = 1U << 4U;
  CHECK(owner.judge(FactorMethod::recovery_code, owner.codes[4].reveal()).reason == "recovery_code:used");
  CHECK(owner.judge(FactorMethod::recovery_code, "0000").reason == "recovery_code:wrong");
  CHECK_FALSE(owner.judge(FactorMethod::totp, owner.codes[5].reveal()).is_right);  // it is typed as what it is
}

TEST_CASE("R62: a code by e-mail is right while it is live, unused, of this epoch and not over") {
  Owner owner;
  const std::string code(make_factor_code(*key_ring(), link_id, 2).value().reveal());
  const auto verdict = owner.judge(FactorMethod::email_code, code);
  REQUIRE(verdict.is_right);
  const auto& consume = at<ConsumeLink>(verdict.changes, 0);
  CHECK(consume.id == link_id);
  CHECK(consume.generation == 2);
  CHECK(owner.judge(FactorMethod::email_code, code, noon + 10min - 1ms).is_right);
  CHECK(owner.judge(FactorMethod::email_code, code, noon + 10min).reason == "email_code:none_sent");
  CHECK(owner.judge(FactorMethod::email_code, make_factor_code(*key_ring(), link_id, 1).value().reveal()).reason ==
        "email_code:wrong");
  const auto reason_after = [&](auto change) {
    Owner other;
    change(other);
    return other.judge(FactorMethod::email_code, code).reason;
  };
  CHECK(reason_after([](Owner& it) { it.mailed.used = 2; }) == "email_code:used");
  CHECK(reason_after([](Owner& it) { it.mailed.live = 0; }) == "email_code:none_sent");
  CHECK(reason_after([](Owner& it) { it.mailed.epoch = 5; }) == "email_code:none_sent");
  CHECK(reason_after([](Owner& it) { it.mailed.epoch.reset(); }) == "email_code:none_sent");
  CHECK(reason_after([](Owner& it) { it.mailed.account = stranger_id; }) == "email_code:none_sent");
  CHECK(reason_after([](Owner& it) { it.mailed.purpose = LinkPurpose::reset; }) == "email_code:none_sent");
  CHECK(reason_after([](Owner& it) { it.policy.email_codes = EmailCodes::off; }) == "email_code:not_available");
  CHECK(reason_after([](Owner& it) { it.account.email_codes_since.reset(); }) == "email_code:not_available");
}

TEST_CASE("R61: what an account can prove itself by is what it has and the host offers") {
  Owner owner;
  using enum FactorMethod;
  CHECK(find_factor_methods(owner.account, owner.policy) == std::vector{FactorMethod::totp, email_code, recovery_code});
  owner.policy.email_codes = EmailCodes::off;
  CHECK(find_factor_methods(owner.account, owner.policy) == std::vector{FactorMethod::totp, recovery_code});
  owner.account.recovery_codes->used = 0x3ff;
  CHECK(find_factor_methods(owner.account, owner.policy) == std::vector{FactorMethod::totp});
  CHECK(owner.judge(recovery_code, owner.codes[0].reveal()).reason == "recovery_code:not_available");
  owner.account.authenticator.reset();
  CHECK(find_factor_methods(owner.account, owner.policy).empty());
  CHECK(find_factor_methods(active(), owner.policy).empty());
  CHECK_FALSE(owner.judge(static_cast<FactorMethod>(9), "123456").is_right);
}

TEST_CASE("R73, S280: a secret whose key is gone is an error, and never a yes") {
  Owner owner;
  const auto judge = [&](const KeyRing& keys) {
    return judge_factor(keys, owner.account, owner.mailed,
                        {.method = FactorMethod::totp, .code = SecretString(totp(noon))}, owner.policy, noon);
  };
  CHECK(judge(*key_ring(2, {1, 2})).value().is_right);
  CHECK(judge(*key_ring(2, {2})).error() == Errc::key_unknown);
  CHECK(needs_factor_reseal(*key_ring(2, {1, 2}), owner.account));
  auto randomness = fresh(8);
  CHECK(reseal_factor(*key_ring(2, {1, 2}), owner.account, randomness).is_changed);
  CHECK_FALSE(needs_factor_reseal(*key_ring(2, {1, 2}), owner.account));
  CHECK(judge(*key_ring(2, {2})).value().is_right);
  CHECK_FALSE(needs_factor_reseal(*key_ring(), active()));
}

TEST_CASE("R73: a value that does not open keeps no other from being sealed anew") {
  Owner owner;
  auto randomness = fresh(8);
  owner.account.recovery_codes->sealed.back() ^= std::byte{1};
  const auto resealed = reseal_factor(*key_ring(2, {1, 2}), owner.account, randomness);
  CHECK(resealed.is_changed);
  CHECK(resealed.error == Errc::sealed_value_broken);
  CHECK(is_sealed_under_current(*key_ring(2, {2}), owner.account.authenticator->sealed));
  const auto again = reseal_factor(*key_ring(2, {1, 2}), owner.account, randomness);
  CHECK_FALSE(again.is_changed);
  CHECK(again.error == Errc::sealed_value_broken);
}
