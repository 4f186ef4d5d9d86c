#pragma once

#include <array>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include <ostiary/rules/authenticator.hpp>
#include <ostiary/rules/link_token.hpp>
#include <ostiary/rules/password_policy.hpp>
#include <ostiary/rules/session.hpp>
#include <ostiary/rules/totp.hpp>

// The small operations of every request, each prepared once and called many times: what the counts and the benchmarks
// measure.
namespace ostiary::counts {

inline void must(bool holds) {
  if (!holds) {
    std::fputs("a call that must succeed failed\n", stderr);
    std::abort();
  }
}

class Operations {
 public:
  /// `login` and `client_id` are what a SignedIn owns: up to 15 bytes each they fit into a std::string itself.
  explicit Operations(std::string_view login = "201@acme", std::string client_id = "portal")
      : facts_(SessionFacts{.account = {.login = LoginName::parse(login).value()}}) {
    const Bytes secret(32, std::byte{7});
    const SecretBytes session_secret{ByteView(secret)};
    Session& session = facts_->session;
    session.id = SessionId(detail::IdBytes{std::byte{1}});
    session.digest = session_digest(session_secret).value();
    session.client_id = std::move(client_id);
    session.ends_at = now_ + std::chrono::hours(1);
    session.created_at = session.last_seen_at = now_;
    facts_->organization = OrganizationStatus::active;
    facts_->account.status = AccountStatus::active;
    session.epoch = facts_->account.epochs.sessions;
    session_token_ = std::string(make_session_token(session.id, session_secret).reveal());

    std::vector<Key> keys;
    keys.push_back({.id = 1, .secret = SecretBytes(ByteView(secret))});
    ring_ = KeyRing::create(1, std::move(keys)).value();
    link_token_ = std::string(make_link_token(*ring_, LinkPurpose::setup, link_, 1).value().reveal());
    SystemRandom random;
    Fresh fresh = Fresh::draw(random, now_).value();
    authenticator_.id = fresh.id<CredentialId>();
    authenticator_.sealed = seal_totp_secret(*ring_, account_, authenticator_.id, totp_key_, fresh).value();
    entry_.password = SecretString("Lake-Superior-7");
    entry_.confirmation = SecretString("Lake-Superior-7");
    entry_.context_words = words_;
  }
  Operations(const Operations&) = delete;
  Operations& operator=(const Operations&) = delete;
  ~Operations() = default;

  void link_derive() const { must(make_link_token(*ring_, LinkPurpose::setup, link_, 1).has_value()); }
  void link_verify() const { must(verify_link_token(*ring_, LinkPurpose::setup, link_token_).has_value()); }
  void session_check() const {
    const auto ticket = parse_session_token(session_token_);
    must(std::holds_alternative<SignedIn>(judge_session(ticket.value(), facts_, {}, now_)));
  }
  void totp_match() const {  // a wrong code: nothing of the window may be left out
    must(!match_totp(totp_key_, {}, "000000", now_, 0, 1).value());
  }
  void totp_seal(Fresh& fresh) const {
    must(seal_totp_secret(*ring_, account_, authenticator_.id, totp_key_, fresh).has_value());
  }
  void totp_open() const { must(open_totp_secret(*ring_, account_, authenticator_).has_value()); }
  void policy_check() const { must(check_password(policy_, entry_).empty()); }

  [[nodiscard]] ByteView totp_key() const { return totp_key_.reveal(); }
  [[nodiscard]] ByteView factor_key() const { return ring_->derived_current(KeyPurpose::factor); }
  [[nodiscard]] ByteView link_key() const { return ring_->derived_current(KeyPurpose::link); }

 private:
  Instant now_{std::chrono::milliseconds(1'767'268'800'000)};
  std::shared_ptr<const KeyRing> ring_;
  LinkId link_{detail::IdBytes{std::byte{2}}};
  std::string link_token_;
  std::string session_token_;
  std::optional<SessionFacts> facts_;
  PasswordPolicy policy_;
  std::array<std::string_view, 3> words_{"201@acme", "Maple Dental", "zoe.belanger"};
  NewPassword entry_;
  SecretBytes totp_key_{std::size_t{20}};
  AccountId account_{detail::IdBytes{std::byte{3}}};
  Authenticator authenticator_;
};

}  // namespace ostiary::counts
