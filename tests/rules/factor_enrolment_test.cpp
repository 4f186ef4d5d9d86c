#include <ostiary/rules/factor_enrolment.hpp>

#include "factor_owner.hpp"
#include <ostiary/rules/otpauth_uri.hpp>

using namespace ostiary;
using namespace ostiary::test;
using namespace std::chrono_literals;

namespace {

EnrolmentOffer offer_of(const Organization& organization, const FactorPolicy& policy = {}) {
  auto randomness = fresh();
  return make_enrolment(*key_ring(), active(), organization, policy, bind_to_session(session_id).value(), randomness,
                        noon)
      .value();
}

Ceremony ceremony_of(const EnrolmentOffer& offer) {
  return open_ceremony(*key_ring(), CeremonyKind::enrolment, offer.ticket.reveal()).value();
}

}  // namespace

TEST_CASE("R58, R59: the offer shows one secret as URI and as text, and its ticket holds the same") {
  const auto offer = offer_of(acme());
  const auto ceremony = ceremony_of(offer);
  CHECK(offer.expires_at == noon + 10min);
  CHECK(ceremony.ends_at == offer.expires_at);
  CHECK(offer.secret.reveal() == format_totp_secret(ceremony.secret).reveal());
  CHECK(offer.uri.reveal() ==
        "otpauth://totp/Acme:201%40acme?secret=" + base32_encode(ceremony.secret.reveal()) + "&issuer=Acme");
  CHECK(offer.warnings.empty());
}

TEST_CASE("R59: the issuer is the host's, else the organisation's name, whose colon no label can have") {
  CHECK(offer_of(acme(), {.issuer = "Maple Portal"}).uri.reveal().starts_with("otpauth://totp/Maple%20Portal:"));
  auto organization = acme();
  organization.name = "Acme: Dental";
  CHECK(offer_of(organization).uri.reveal().starts_with("otpauth://totp/Acme%20%20Dental:201"));
}

TEST_CASE("R60: the first code is of the offer's own secret, near the present step") {
  auto ceremony = ceremony_of(offer_of(acme()));
  const auto step = totp_step({}, noon);
  const auto code = [&](TotpStep of) { return totp_code(ceremony.secret, {}, of).value(); };
  CHECK(match_enrolment(ceremony, code(step), {}, noon).value() == step);
  CHECK(match_enrolment(ceremony, code(step + 1), {}, noon).value() == step + 1);
  CHECK_FALSE(match_enrolment(ceremony, code(step + 2), {}, noon).value());
  CHECK_FALSE(match_enrolment(ceremony, SecretString("12345"), {}, noon).value());
  ceremony.secret = totp_secret();
  CHECK(match_enrolment(ceremony, SecretString(totp_at(noon)), {}, noon).value() == step);
}

TEST_CASE(
    "R60, R66: who had no second factor gets recovery codes with it, who had one keeps the codes and loses the app") {
  const auto ceremony = ceremony_of(offer_of(acme()));
  auto randomness = fresh(9);
  auto account = active();
  const auto shown = enrol(*key_ring(), account, ceremony, 77, {.recovery_codes_count = 3}, randomness, noon).value();
  CHECK(shown.size() == 3);
  CHECK(account.authenticator->accepted_step == 77);
  CHECK(account.authenticator->enrolled_at == noon);
  CHECK(std::ranges::equal(open_totp_secret(*key_ring(), owner_id, *account.authenticator).value().reveal(),
                           ceremony.secret.reveal()));

  auto other = with_authenticator();
  CHECK(enrol(*key_ring(), other, ceremony, 78, {}, randomness, noon).value().empty());
  CHECK(other.recovery_codes->id == with_authenticator().recovery_codes->id);
  CHECK(other.authenticator->id != authenticator_id);
}
