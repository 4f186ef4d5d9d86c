#pragma once

#include <atomic>
#include <functional>
#include <memory>
#include <string>

#include <doctest/doctest.h>

#include <ostiary/services/account_admin.hpp>
#include <ostiary/services/account_setup.hpp>
#include <ostiary/services/credentials.hpp>
#include <ostiary/services/housekeeping.hpp>
#include <ostiary/services/organization_admin.hpp>
#include <ostiary/services/outbox.hpp>
#include <ostiary/services/password_recovery.hpp>
#include <ostiary/services/sessions.hpp>
#include <ostiary/services/sign_in.hpp>
#include <ostiary/services/standard_mail_renderer.hpp>
#include <ostiary/services/standard_password_hasher.hpp>
#include <ostiary/testing/manual_clock.hpp>
#include <ostiary/testing/memory_store.hpp>
#include <ostiary/testing/recording_mailer.hpp>
#include <ostiary/testing/recording_observer.hpp>
#include <ostiary/testing/scripted_random.hpp>

// A whole host for the scenarios of the services: real rules, real hashes (weak parameters), a manual clock.
namespace ostiary::test {

/// CountingHasher counts the hashes that a world makes, and lets a test act in the middle of one.
class CountingHasher final : public PasswordHasher {
 public:
  explicit CountingHasher(const PasswordHasher& inner) : inner_(inner) {}

  Result<std::string> hash(const SecretString& password) const override {
    ++hashes;
    if (fail_hash) {
      return Errc::hasher_busy;
    }
    return inner_.hash(password);
  }
  Result<PasswordVerdict> verify(const SecretString& password, std::string_view hash) const override {
    ++verifies;
    auto verdict = inner_.verify(password, hash);
    if (after_verify) {
      after_verify();
    }
    return verdict;
  }
  Result<void> check_hash(std::string_view hash) const override { return inner_.check_hash(hash); }
  std::string decoy(std::uint64_t draw) const override { return inner_.decoy(draw); }
  void follow(std::span<const HashCount> mix) const override { inner_.follow(mix); }

  mutable std::atomic<int> hashes = 0;
  mutable std::atomic<int> verifies = 0;
  bool fail_hash = false;
  std::function<void()> after_verify;

 private:
  const PasswordHasher& inner_;
};

class PlainLinks final : public LinkBuilder {
 public:
  [[nodiscard]] std::string url(LinkPurpose /*purpose*/, std::string_view token) const override {
    return "https://portal.example/setup?token=" + std::string(token);
  }
};

std::shared_ptr<const KeyRing> make_ring(std::uint32_t current = 1);
HashingPolicy weak_hashing();
ClientContext client(std::string_view address = "192.0.2.1");
/// decode_quoted_printable gives a message as a mail program would show it.
std::string decode_quoted_printable(const std::string& message);
/// token_in reads the link's token out of a message.
std::string token_in(const std::string& message);
/// tokens_in reads every link's token out of a message, in order, each once.
std::vector<std::string> tokens_in(const std::string& message);

inline const std::string good_password = "Lake-Superior-7";
inline const std::string good_pin = "4071";

struct World {
  explicit World(const Policies& policies = {}, std::unique_ptr<Store> other_store = nullptr);

  std::unique_ptr<Store> owned_store;
  testing::MemoryStore memory;
  Store& store;
  testing::ManualClock clock;
  testing::ScriptedRandom random;
  std::unique_ptr<StandardPasswordHasher> real_hasher;
  CountingHasher hasher;
  KeySource keys;
  testing::RecordingMailer mailer;
  StandardMailRenderer renderer;
  PlainLinks links;
  testing::RecordingObserver observer;
  Environment env;
  OrganizationAdmin organizations;
  AccountAdmin account_admin;
  AccountSetup setup;
  SignIn sign_in;
  Sessions sessions;
  Credentials credentials;
  Outbox outbox;
  PasswordRecovery recovery;
  Housekeeping housekeeping;

  Actor host() const { return Actor::host("test").value(); }
  /// found makes an organisation whose manager 100@<domain> is invited, and gives it.
  OrganizationCreated found(const std::string& domain = "acme");
  /// deliver hands over what is due and gives the newest token that was mailed.
  std::string deliver();
  SetupOutcome redeem(const std::string& token, const std::string& password = good_password,
                      const std::string& pin = good_pin);
  /// found_active is `found` with the manager's setup complete.
  OrganizationCreated found_active(const std::string& domain = "acme");
  /// add_active invites a member and completes the setup.
  AccountId add_active(const OrganizationId& organization, const std::string& extension, Role role = Role::member);
  SignInOutcome try_sign_in(std::string_view login, const std::string& password = good_password,
                            std::string_view address = "192.0.2.1", std::string_view device_cookie = {});
  SignInSuccess signed_in(std::string_view login, const std::string& password = good_password);
  Actor manager(std::string_view login = "100@acme");
  Account account(const AccountId& id) { return store.find_account(id).value().value(); }
  /// alter writes an account as another operation of the library would, with its version.
  void alter(const AccountId& id, const std::function<void(Account&)>& change);
  /// put_link asks for a link of the account as another operation of the library would, with its mail.
  MailId put_link(const AccountId& id, MailKind kind, LinkPurpose purpose);
  /// kinds lists the stream's audit as "kind" or "kind:reason".
  std::vector<std::string> kinds(const std::optional<OrganizationId>& stream);
};

}  // namespace ostiary::test
