#pragma once

#include "faults/host.hpp"
#include <ostiary/rules/factor_code.hpp>
#include <ostiary/rules/otpauth_uri.hpp>
#include <ostiary/services/second_factor.hpp>

namespace ostiary::test {

inline const std::string wrong_password = "Wrong-Lake-77";

inline Policies with_email_codes() {
  Policies policies;
  policies.factor.email_codes = EmailCodes::on;
  return policies;
}

/// FactorHost has a manager, and an authenticator app in which nothing is yet.
struct FactorHost : FaultHost {
  explicit FactorHost(testing::FaultWorld& given)
      : FaultHost(given, with_email_codes()), factor(env), acme(found_active()), id(acme.manager.account) {
    deliver_all();
    world.secret(wrong_password);
  }

  SecondFactor factor;
  OrganizationCreated acme;
  AccountId id;
  std::optional<SecretBytes> secret{};
  std::vector<std::string> recovery_codes{};

  void next_code() { world.clock.advance(std::chrono::seconds(30)); }
  void take(const SecretString& typed) {
    secret = parse_totp_secret(typed.reveal());
    const auto raw = secret->reveal();
    world.secret({reinterpret_cast<const char*>(raw.data()), raw.size()});
    world.secret(base32_encode(raw));
    world.secret(typed.reveal());
  }
  void take(const std::vector<SecretString>& codes) {
    for (const auto& code : codes) {
      recovery_codes.emplace_back(code.reveal());
      world.secret(code.reveal());
      auto bare = recovery_codes.back();
      std::erase(bare, '-');
      world.secret(bare);
    }
  }
  std::string code() const {
    return std::string(totp_code(*secret, {}, totp_step({}, world.clock.now())).value().reveal());
  }
  // A code that no step near has: of the many, one is none of five.
  std::string wrong_code() const {
    for (int number = 0;; ++number) {
      auto text = std::to_string(1'000'000 + number).substr(1);
      if (!match_totp(*secret, {}, text, world.clock.now(), 0, 2).value()) {
        return text;
      }
    }
  }
  FactorProof totp(const std::string& typed) const {
    return {.method = FactorMethod::totp, .code = SecretString(typed)};
  }
  FactorProof recovery_code(std::size_t index = 0) const {
    return {.method = FactorMethod::recovery_code, .code = SecretString(recovery_codes.at(index))};
  }
  static FactorEntry entry(std::optional<FactorProof> proof = std::nullopt,
                           const std::string& password = good_password) {
    return {.current_password = SecretString(password), .proof = std::move(proof), .client = client()};
  }
  // An owner whose session a rival ended is told so, and asks no more.
  template <class T>
  bool told(const Result<T>& outcome) {
    return answered(outcome) || outcome.assume_error() == Errc::actor_revoked;
  }

  EnrolmentOffer begin(const SignedIn& owner) {
    auto offer = std::get<EnrolmentOffer>(factor.begin(owner).value());
    take(offer.secret);
    world.secret(offer.ticket.reveal());
    next_code();  // so that a session that is proved by it is proved later than it began
    return offer;
  }
  Result<ConfirmOutcome> confirm(const SignedIn& owner, const EnrolmentOffer& offer, const std::string& typed,
                                 FactorEntry with) {
    auto outcome =
        factor.confirm(owner, {.ticket = offer.ticket.reveal(), .code = SecretString(typed), .entry = std::move(with)});
    if (outcome) {
      if (auto* enabled = std::get_if<FactorEnabled>(&outcome.assume_value())) {
        take(enabled->recovery_codes);
      }
    }
    return outcome;
  }
  // Switches the second factor on in a session that goes on, looked up anew since its epoch moved, and waits for the
  // next code.
  SignedIn enrolled() {
    const auto session = signed_in(id);
    const auto offer = begin(session.who);
    REQUIRE(std::holds_alternative<FactorEnabled>(confirm(session.who, offer, code(), entry()).value()));
    next_code();
    deliver_all();
    return std::get<SignedIn>(sessions.check(session.token.reveal()).value());
  }
  // The password alone: whatever follows, nobody has proved anything.
  std::string ask(std::string_view device_cookie = {}) {
    const SecretString typed(good_password);
    auto outcome =
        sign_in
            .with_password(
                {.login_name = "100@acme", .password = typed, .client = client(), .device_cookie = device_cookie})
            .value();
    REQUIRE(std::holds_alternative<SecondFactorRequired>(outcome));
    std::string ticket(std::get<SecondFactorRequired>(outcome).ticket.reveal());
    world.secret(ticket);
    return ticket;
  }
  Result<WithFactorOutcome> give(std::string_view ticket, FactorProof proof,
                                 RememberDevice remember = RememberDevice::no, std::string_view device_cookie = {}) {
    auto outcome = sign_in.with_factor({.ticket = ticket,
                                        .proof = std::move(proof),
                                        .remember = remember,
                                        .client = client(),
                                        .device_cookie = device_cookie});
    if (outcome) {
      if (const auto* success = std::get_if<SignInSuccess>(&outcome.assume_value())) {
        world.secret(success->token.reveal());
      }
    }
    return outcome;
  }
  // A browser that this account signed in from, with both factors.
  std::string known_device(RememberDevice remember) {
    world.proved(id);
    auto outcome = give(ask(), totp(code()), remember).value();
    REQUIRE(std::holds_alternative<SignInSuccess>(outcome));
    next_code();
    return std::string(std::get<SignInSuccess>(outcome).device_cookie.reveal());
  }
  void require_factor() {
    auto organization = world.store.find_organization(acme.organization).value().value();
    organization.factor_required = {
        {.role = Role::manager, .since = world.clock.now(), .grace = std::chrono::hours(24)}};
    auto fresh = Fresh::draw(world.random, world.clock.now()).value();
    const AppendAudit event{.event = {.id = fresh.id<AuditId>(),
                                      .at = world.clock.now(),
                                      .organization = acme.organization,
                                      .kind = AuditKind::factor_policy_changed,
                                      .actor_kind = AuditActorKind::host,
                                      .actor_name = "test"}};
    const auto expected = organization.version;
    REQUIRE(std::holds_alternative<Committed>(
        world.store
            .commit({.id = fresh.id<ChangeId>(),
                     .at = world.clock.now(),
                     .changes = {PutOrganization{.next = std::move(organization), .expected = expected}, event}})
            .value()));
    world.clock.advance(std::chrono::hours(24));
  }
  // The code in the newest mail.
  std::string mailed_code() {
    next_code();
    deliver_all();
    const auto link = world.store.find_link_of(id, LinkPurpose::factor_code).value().value();
    std::string made(make_factor_code(*keys.current(), link.id, link.live).value().reveal());
    world.secret(made);
    return made;
  }
};

}  // namespace ostiary::test
