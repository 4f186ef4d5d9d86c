#include <ostiary/rules/factor_enrolment.hpp>

#include <algorithm>

#include <ostiary/rules/authenticator.hpp>
#include <ostiary/rules/factor_requirement.hpp>
#include <ostiary/rules/otpauth_uri.hpp>
#include <ostiary/rules/recovery_codes.hpp>

namespace ostiary::inline v0 {
namespace {

// An organisation's name may have a colon; a label may not.
std::string issuer_of(const FactorPolicy& policy, const Organization& organization) {
  auto issuer = policy.issuer.empty() ? organization.name : policy.issuer;
  std::ranges::replace(issuer, ':', ' ');
  return issuer;
}

}  // namespace

Result<EnrolmentOffer> make_enrolment(const KeyRing& keys, const Account& account, const Organization& organization,
                                      const FactorPolicy& policy, const ByteArray<16>& bound_to, Fresh& fresh,
                                      Instant now) {
  auto ceremony = begin_ceremony(CeremonyKind::enrolment, account, bound_to, now + ceremony_lifetime, fresh);
  ceremony.secret = make_totp_secret(policy.totp.parameters.algorithm, fresh);
  EnrolmentOffer offer{.secret = format_totp_secret(ceremony.secret), .expires_at = ceremony.ends_at};
  OSTIARY_TRY(offer.uri,
              make_otpauth_uri({.issuer = issuer_of(policy, organization), .account_name = account.login.as_typed()},
                               ceremony.secret, policy.totp.parameters));
  OSTIARY_TRY(offer.ticket, seal_ceremony(keys, ceremony, fresh));
  const auto moment = factor_due(organization, account) ? FactorMoment::enrolling_due : FactorMoment::switching_on;
  offer.warnings = find_client_conflicts(organization, account, moment);
  return offer;
}

Result<std::optional<TotpStep>> match_enrolment(const Ceremony& ceremony, const SecretString& code,
                                                const FactorPolicy& policy, Instant now) {
  const auto typed = normalize_totp_code(code.reveal(), policy.totp.parameters.digits);
  if (!typed) {
    return std::optional<TotpStep>();
  }
  return match_totp(ceremony.secret, policy.totp.parameters, *typed, now, 0, policy.totp.skew);
}

Result<std::vector<SecretString>> enrol(const KeyRing& keys, Account& account, const Ceremony& ceremony, TotpStep step,
                                        const FactorPolicy& policy, Fresh& fresh, Instant now) {
  std::vector<SecretString> shown;
  if (!has_second_factor(account)) {
    OSTIARY_TRY(auto made, make_recovery_codes(keys, account.id, policy.recovery_codes_count, fresh, now));
    account.recovery_codes = std::move(made.stored);
    shown = std::move(made.codes);
  }
  Authenticator authenticator{
      .id = fresh.id<CredentialId>(), .parameters = policy.totp.parameters, .enrolled_at = now, .accepted_step = step};
  OSTIARY_TRY(authenticator.sealed, seal_totp_secret(keys, account.id, authenticator.id, ceremony.secret, fresh));
  account.authenticator = std::move(authenticator);
  return shown;
}

}  // namespace ostiary::inline v0
