#include <ostiary/rules/factor_proof.hpp>

#include <algorithm>

#include <ostiary/rules/authenticator.hpp>
#include <ostiary/rules/factor_code.hpp>
#include <ostiary/rules/recovery_codes.hpp>

namespace ostiary::inline v0 {
namespace {

std::string reason_of(FactorMethod method, std::string_view why) {
  return std::string(factor_method_name(method)) + ":" + std::string(why);
}

FactorVerdict wrong(FactorMethod method, std::string_view why) {
  return {.is_right = false, .reason = reason_of(method, why), .changes = {}};
}

FactorVerdict right(FactorMethod method, Change once) {
  return {.is_right = true, .reason = std::string(factor_method_name(method)), .changes = {std::move(once)}};
}

Result<FactorVerdict> judge_totp(const KeyRing& keys, const Account& account, const SecretString& typed,
                                 const FactorPolicy& policy, Instant now) {
  const auto& authenticator = *account.authenticator;
  OSTIARY_TRY(const auto secret, open_totp_secret(keys, account.id, authenticator));
  const auto code = normalize_totp_code(typed.reveal(), authenticator.parameters.digits);
  if (!code) {
    return wrong(FactorMethod::totp, "wrong");
  }
  const auto match = [&](TotpStep newer_than) {
    return match_totp(secret, authenticator.parameters, *code, now, newer_than, policy.totp.skew);
  };
  OSTIARY_TRY(const auto step, match(authenticator.accepted_step));
  if (step) {
    return right(FactorMethod::totp,
                 AdvanceTotpStep{.account = account.id, .authenticator = authenticator.id, .step = *step});
  }
  OSTIARY_TRY(const auto used, match(0));
  return wrong(FactorMethod::totp, used ? "used" : "wrong");
}

Result<FactorVerdict> judge_recovery_code(const KeyRing& keys, const Account& account, const SecretString& typed) {
  const auto& codes = *account.recovery_codes;
  OSTIARY_TRY(const auto match, match_recovery_code(keys, account.id, codes, typed.reveal()));
  if (!match || match->is_used) {
    return wrong(FactorMethod::recovery_code, match ? "used" : "wrong");
  }
  return right(FactorMethod::recovery_code,
               ConsumeRecoveryCode{.account = account.id, .codes = codes.id, .index = match->index});
}

Result<FactorVerdict> judge_email_code(const KeyRing& keys, const Account& account, const std::optional<Link>& mailed,
                                       const SecretString& typed, Instant now) {
  const bool is_live = mailed && mailed->account == account.id && mailed->purpose == LinkPurpose::factor_code &&
                       mailed->live != 0 && mailed->epoch == account.epochs.links && now < mailed->expires_at;
  if (!is_live) {
    return wrong(FactorMethod::email_code, "none_sent");
  }
  OSTIARY_TRY(const bool matches, match_factor_code(keys, mailed->id, mailed->live, typed.reveal()));
  if (!matches || mailed->used == mailed->live) {
    return wrong(FactorMethod::email_code, matches ? "used" : "wrong");
  }
  return right(FactorMethod::email_code, ConsumeLink{.id = mailed->id, .generation = mailed->live, .now = now});
}

}  // namespace

std::string_view factor_method_name(FactorMethod method) noexcept {
  switch (method) {
    case FactorMethod::totp:
      return "totp";
    case FactorMethod::email_code:
      return "email_code";
    case FactorMethod::recovery_code:
      return "recovery_code";
  }
  return "unknown";
}

std::vector<FactorMethod> find_factor_methods(const Account& account, const FactorPolicy& policy) {
  std::vector<FactorMethod> methods;
  if (account.authenticator) {
    methods.push_back(FactorMethod::totp);
  }
  if (account.email_codes_since && policy.email_codes == EmailCodes::on) {
    methods.push_back(FactorMethod::email_code);
  }
  if (has_second_factor(account) && recovery_codes_left(account.recovery_codes) > 0) {
    methods.push_back(FactorMethod::recovery_code);
  }
  return methods;
}

Result<FactorVerdict> judge_factor(const KeyRing& keys, const Account& account, const std::optional<Link>& mailed,
                                   const FactorProof& proof, const FactorPolicy& policy, Instant now) {
  const auto methods = find_factor_methods(account, policy);
  if (std::ranges::find(methods, proof.method) == methods.end()) {
    return wrong(proof.method, "not_available");
  }
  switch (proof.method) {
    case FactorMethod::totp:
      return judge_totp(keys, account, proof.code, policy, now);
    case FactorMethod::email_code:
      return judge_email_code(keys, account, mailed, proof.code, now);
    case FactorMethod::recovery_code:
      return judge_recovery_code(keys, account, proof.code);
  }
  return wrong(proof.method, "not_available");
}

bool needs_factor_reseal(const KeyRing& keys, const Account& account) noexcept {
  return (account.authenticator && !is_sealed_under_current(keys, account.authenticator->sealed)) ||
         (account.recovery_codes && !is_sealed_under_current(keys, account.recovery_codes->sealed));
}

ResealedFactor reseal_factor(const KeyRing& keys, Account& account, Fresh& fresh) {
  ResealedFactor resealed;
  const auto keep = [&](Bytes& sealed, Result<Bytes> anew) {
    if (anew) {
      sealed = std::move(anew).assume_value();
      resealed.is_changed = true;
    } else if (!resealed.error) {
      resealed.error = anew.assume_error();
    }
  };
  if (account.authenticator && !is_sealed_under_current(keys, account.authenticator->sealed)) {
    auto& authenticator = *account.authenticator;
    keep(authenticator.sealed, [&]() -> Result<Bytes> {
      OSTIARY_TRY(const auto secret, open_totp_secret(keys, account.id, authenticator));
      return seal_totp_secret(keys, account.id, authenticator.id, secret, fresh);
    }());
  }
  if (account.recovery_codes && !is_sealed_under_current(keys, account.recovery_codes->sealed)) {
    keep(account.recovery_codes->sealed, reseal_recovery_codes(keys, account.id, *account.recovery_codes, fresh));
  }
  return resealed;
}

}  // namespace ostiary::inline v0
