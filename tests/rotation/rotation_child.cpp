// One process of a fleet, for rotation_test: it does what standard input says, a command a line, and answers a line.
#include <charconv>
#include <iostream>
#include <sstream>

#include <ostiary/adapters/sqlite_store.hpp>
#include <ostiary/services/account_setup.hpp>
#include <ostiary/services/credentials.hpp>
#include <ostiary/services/key_rotation.hpp>
#include <ostiary/services/organization_admin.hpp>
#include <ostiary/services/outbox.hpp>
#include <ostiary/services/sessions.hpp>
#include <ostiary/services/sign_in.hpp>
#include <ostiary/services/standard_mail_renderer.hpp>
#include <ostiary/services/standard_password_hasher.hpp>

namespace {

using namespace ostiary;

constexpr std::string_view password = "Lake-Superior-7";
constexpr std::string_view pin = "4071";

// Keeps the newest link's token: what a person would read in the mail.
class TokenLinks final : public LinkBuilder {
 public:
  std::string url(LinkPurpose /*purpose*/, std::string_view token) const override {
    newest_ = token;
    return "https://portal.example/setup?token=" + std::string(token);
  }
  [[nodiscard]] const std::string& newest() const { return newest_; }

 private:
  mutable std::string newest_;
};

class AcceptingMailer final : public Mailer {
 public:
  Result<Delivery> send(const OutgoingMail& /*mail*/) override { return Delivery{DeliveryVerdict::accepted}; }
};

HashingPolicy weak_hashing() {
  return {.argon2 = {.memory_kib = 64, .passes = 1}, .arena_count = 2, .insecurely_allow_weak_parameters = true};
}

Policies patient() {
  Policies policies;
  const Budget many{.count = 100'000, .window = std::chrono::hours(1)};
  policies.budgets.link_per_network = many;
  policies.budgets.mail_per_address = many;
  return policies;
}

// "2 1,2" is the ring of keys 1 and 2 with 2 current.
Result<std::shared_ptr<const KeyRing>> ring_of(std::istream& words) {
  std::uint32_t current = 0;
  words >> current;
  std::vector<Key> keys;
  for (std::uint32_t id = 0; words >> id; words.ignore(1, ',')) {
    SecretBytes secret(32);
    std::ranges::fill(secret.writable(), static_cast<std::byte>(0xa0 + id));
    keys.push_back({.id = id, .secret = std::move(secret)});
  }
  return KeyRing::create(current, std::move(keys));
}

template <class Outcome>
std::string said(const Result<Outcome>& outcome, const std::pair<std::size_t, std::string_view>& yes) {
  if (!outcome) {
    return "error " + std::to_string(outcome.error().value());
  }
  return outcome.assume_value().index() == yes.first ? std::string(yes.second) : "refused";
}

class Process {
 public:
  Process(Store& store, KeySource& keys, RandomSource& random, const PasswordHasher& hasher)
      : keys_(keys),
        env_{.store = store, .clock = clock_, .random = random, .hasher = hasher, .keys = keys, .policies = patient()} {
  }

  std::string run(const std::string& line) {
    std::istringstream words(line);
    std::string verb;
    words >> verb;
    if (verb == "ring") {
      auto ring = ring_of(words);
      if (ring) {
        keys_.swap(std::move(ring).value());
      }
      return "ok";
    }
    std::string subject;
    words >> subject;
    return verb == "found" || verb == "invite" ? link_for(verb, subject) : try_it(verb, subject);
  }

 private:
  // The token of the link that a new account is mailed.
  std::string link_for(const std::string& verb, const std::string& extension) {
    const OrganizationAdmin admin(env_);
    const auto host = Actor::host("test").value();
    const NewAccount account{.extension = extension, .display_name = "M", .email = "m@acme.example"};
    if (verb == "found") {
      const auto made = admin.create_organization(host, {.domain = "acme", .name = "Acme", .manager = account});
      if (!made) {
        return "error " + std::to_string(made.error().value());
      }
    } else {
      const auto acme = env_.store.find_organization_by_domain(Domain::parse("acme").value()).value();
      const auto made = admin.invite(host, acme->id, account);
      if (!made) {
        return "error " + std::to_string(made.error().value());
      }
    }
    const Outbox outbox(env_, {.mailer = mailer_,
                               .renderer = renderer_,
                               .links = links_,
                               .from = EmailAddress::parse("portal@portal.example").value()});
    const auto report = outbox.deliver(100);
    return report ? links_.newest() : "error " + std::to_string(report.error().value());
  }

  std::string try_it(const std::string& verb, const std::string& subject) {
    const ClientContext client{.network = ClientNetwork::parse("192.0.2.1").value(), .client_id = "portal"};
    if (verb == "inspect") {
      return said(AccountSetup(env_).inspect(subject), {0, "good"});
    }
    if (verb == "redeem") {
      return said(AccountSetup(env_).redeem({.token = subject,
                                             .password = SecretString(password),
                                             .confirmation = SecretString(password),
                                             .pin = SecretString(pin),
                                             .client = client}),
                  {0, "completed"});
    }
    if (verb == "check") {
      return said(Sessions(env_).check(subject), {0, "signed_in"});
    }
    if (verb == "sign_in") {
      const SecretString typed(password);
      const auto outcome = SignIn(env_).with_password({.login_name = subject, .password = typed, .client = client});
      const auto* const success = outcome ? std::get_if<SignInSuccess>(&outcome.assume_value()) : nullptr;
      return success != nullptr ? std::string(success->token.reveal()) : said(outcome, {0, ""});
    }
    if (verb == "pin") {
      return check_pin(subject);
    }
    const auto to_key = static_cast<std::uint32_t>(std::stoul(subject));
    const auto report = KeyRotation(env_).reseal(to_key, "", 500);
    return report ? "resealed " + std::to_string(report.value().resealed)
                  : "error " + std::to_string(report.error().value());
  }

  std::string check_pin(const std::string& login) {
    const auto account = env_.store.find_account_by_login(LoginName::parse(login).value()).value();
    const auto outcome = Credentials(env_).check_pin(Actor::host("phones").value(), account->id, SecretString(pin));
    if (!outcome) {
      return "error " + std::to_string(outcome.error().value());
    }
    const auto* const answer = std::get_if<PinCheck>(&outcome.assume_value());
    return answer != nullptr && *answer == PinCheck::accepted ? "accepted" : "refused";
  }

  SystemClock clock_;
  TokenLinks links_;
  AcceptingMailer mailer_;
  StandardMailRenderer renderer_;
  KeySource& keys_;
  Environment env_;
};

}  // namespace

int main(int argc, char** argv) {
  if (argc != 2) {
    return EXIT_FAILURE;
  }
  const auto store = SqliteStore::open({.path = argv[1], .busy_deadline = std::chrono::minutes(1)});
  SystemRandom random;
  const auto hasher = StandardPasswordHasher::create(weak_hashing(), random);
  std::istringstream first("1 1");
  auto ring = ring_of(first);
  if (!store || !hasher || !ring) {
    return EXIT_FAILURE;
  }
  KeySource keys(std::move(ring).value());
  Process process(*store.value(), keys, random, *hasher.value());
  std::cout << "ready\n" << std::flush;
  for (std::string line; std::getline(std::cin, line);) {
    std::cout << process.run(line) << '\n' << std::flush;
  }
  return EXIT_SUCCESS;
}
