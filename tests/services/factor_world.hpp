#pragma once

#include <algorithm>
#include <vector>

#include "services/world.hpp"
#include <ostiary/rules/otpauth_uri.hpp>
#include <ostiary/services/profile.hpp>
#include <ostiary/services/second_factor.hpp>

// What the scenarios of the second factor share: an organisation whose manager is active, and an authenticator app.
namespace ostiary::test {

/// App is an authenticator app that took the secret as a person types it.
class App {
 public:
  explicit App(const SecretString& typed, TotpParameters parameters = {})
      : secret_(parse_totp_secret(typed.reveal()).value()), parameters_(parameters) {}

  [[nodiscard]] std::string code(Instant now, int steps = 0) const {
    const auto step = totp_step(parameters_, now) + static_cast<TotpStep>(steps);
    return std::string(totp_code(secret_, parameters_, step).value().reveal());
  }
  /// wrong is a code of no step near.
  [[nodiscard]] std::string wrong(Instant now) const {
    for (int number = 0;; ++number) {
      const auto text = std::to_string(1'000'000 + number).substr(1);
      bool is_near = false;
      for (int steps = -3; steps <= 3; ++steps) {
        is_near = is_near || code(now, steps) == text;
      }
      if (!is_near) {
        return text;
      }
    }
  }
  [[nodiscard]] ByteView secret() const { return secret_.reveal(); }

 private:
  SecretBytes secret_;
  TotpParameters parameters_;
};

inline FactorProof proof_of(FactorMethod method, std::string_view code) {
  return {.method = method, .code = SecretString(code)};
}

/// Enrolled is an account's app and the codes that it was shown.
struct Enrolled {
  App app;
  std::vector<std::string> recovery_codes{};
};

struct FactorWorld : World {
  explicit FactorWorld(const Policies& policies = {}, std::unique_ptr<Store> other_store = nullptr)
      : World(policies, std::move(other_store)), factor(env), acme(found_active()), id(acme.manager.account) {
    static_cast<void>(deliver());
  }

  SecondFactor factor;
  OrganizationCreated acme;
  AccountId id;

  static FactorEntry entry(const std::string& password = good_password,
                           std::optional<FactorProof> proof = std::nullopt) {
    return {.current_password = SecretString(password), .proof = std::move(proof), .client = client()};
  }

  EnrolmentOffer begin(const SignedIn& owner) { return std::get<EnrolmentOffer>(factor.begin(owner).value()); }

  ConfirmOutcome confirm(const SignedIn& owner, const EnrolmentOffer& offer, const std::string& code,
                         const std::string& password = good_password, std::optional<FactorProof> proof = std::nullopt) {
    return factor
        .confirm(
            owner,
            {.ticket = offer.ticket.reveal(), .code = SecretString(code), .entry = entry(password, std::move(proof))})
        .value();
  }

  /// enroll switches a second factor on for who is signed in, and moves the clock on to the next code.
  Enrolled enroll(const SignedIn& owner) {
    const auto offer = begin(owner);
    Enrolled enrolled{.app = App(offer.secret)};
    auto outcome = confirm(owner, offer, enrolled.app.code(clock.now()));
    REQUIRE(std::holds_alternative<FactorEnabled>(outcome));
    for (const auto& code : std::get<FactorEnabled>(outcome).recovery_codes) {
      enrolled.recovery_codes.emplace_back(code.reveal());
    }
    next_code();
    return enrolled;
  }
  Enrolled enroll() { return enroll(signed_in("100@acme").who); }

  void next_code() { clock.advance(std::chrono::seconds(30)); }

  /// ask signs in with the password, and gives the ticket of the second step.
  std::string ask(std::string_view address = "192.0.2.1", std::string_view device_cookie = {}) {
    auto outcome = try_sign_in("100@acme", good_password, address, device_cookie);
    REQUIRE(std::holds_alternative<SecondFactorRequired>(outcome));
    return std::string(std::get<SecondFactorRequired>(outcome).ticket.reveal());
  }

  Result<WithFactorOutcome> give(std::string_view ticket, FactorProof proof, std::string_view address = "192.0.2.1",
                                 RememberDevice remember = RememberDevice::no, std::string_view device_cookie = {}) {
    return sign_in.with_factor({.ticket = ticket,
                                .proof = std::move(proof),
                                .remember = remember,
                                .client = client(address),
                                .device_cookie = device_cookie});
  }
  Result<WithFactorOutcome> give_code(std::string_view ticket, const std::string& code,
                                      std::string_view address = "192.0.2.1") {
    return give(ticket, proof_of(FactorMethod::totp, code), address);
  }

  /// owner signs in with both factors.
  SignInSuccess owner(const Enrolled& enrolled) {
    next_code();
    auto outcome = give_code(ask(), enrolled.app.code(clock.now())).value();
    REQUIRE(std::holds_alternative<SignInSuccess>(outcome));
    return std::get<SignInSuccess>(std::move(outcome));
  }
  bool lives(const SecretString& token) {
    return std::holds_alternative<SignedIn>(sessions.check(token.reveal()).value());
  }
  std::size_t count_of(const std::string& line) {
    const auto lines = kinds(acme.organization);
    return static_cast<std::size_t>(std::ranges::count(lines, line));
  }
};

template <class Expected>
bool is(const auto& outcome) {
  return std::holds_alternative<Expected>(outcome);
}

}  // namespace ostiary::test
