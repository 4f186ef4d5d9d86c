// A host at work on one SQLite file: it invites, delivers, completes setups and signs in, in several threads, until it
// is killed. kill_driver <folder> <round> <work|finish>: each round's clock stands six minutes after the one before, so
// that the leases of the dead have ended.
#define DOCTEST_CONFIG_IMPLEMENT
#include <cstdio>
#include <cstdlib>
#include <deque>
#include <mutex>
#include <random>
#include <thread>

#include "kill/kill_host.hpp"
#include "kill/kill_log.hpp"
#include "services/world.hpp"
#include <ostiary/adapters/sqlite_store.hpp>

namespace {

using namespace ostiary;
using namespace ostiary::test;

struct Mailed {
  std::string extension;
  std::string token;
};

// What was mailed, in this life and in earlier ones.
class Inbox {
 public:
  void add(Mailed mailed) {
    const std::lock_guard lock(mutex_);
    mails_.push_back(std::move(mailed));
  }
  std::optional<Mailed> pick(std::mt19937& engine) {
    const std::lock_guard lock(mutex_);
    if (mails_.empty()) {
      return std::nullopt;
    }
    // The newest are the likeliest to be open still.
    constexpr std::size_t recent = 40;
    const auto first = mails_.size() > recent ? mails_.size() - recent : 0;
    return mails_[first + engine() % (mails_.size() - first)];
  }

 private:
  std::mutex mutex_;
  std::vector<Mailed> mails_;
};

class LoggingMailer final : public Mailer {
 public:
  LoggingMailer(KillLog& log, Inbox& inbox, int round) : log_(log), inbox_(inbox), round_(std::to_string(round)) {}

  Result<Delivery> send(const OutgoingMail& mail) override {
    const auto to = mail.to.canonical();
    Mailed mailed{.extension = to.substr(1, to.find('@') - 1), .token = token_in(mail.message)};
    if (!log_.add(mail.message_id + " " + round_ + " " + mailed.extension + " " + mailed.token)) {
      return Errc::file_unwritable;
    }
    if (!mailed.token.empty()) {
      inbox_.add(std::move(mailed));
    }
    return Delivery{.verdict = DeliveryVerdict::accepted, .reason = {}};
  }

 private:
  KillLog& log_;
  Inbox& inbox_;
  std::string round_;
};

class Driver {
 public:
  Driver(const std::filesystem::path& folder, int round)
      : mails_(folder / mail_log),
        proofs_(folder / proof_log),
        said_(folder / said_log),
        seed_(static_cast<std::uint32_t>(round) * 16),
        store_(SqliteStore::open({.path = folder / "ostiary.db", .busy_deadline = std::chrono::minutes(1)}).value()),
        clock_(round * round_shift),
        mailer_(mails_, inbox_, round),
        hasher_(StandardPasswordHasher::create(weak_hashing(), random_).value()),
        keys_(make_ring()),
        env_{.store = *store_,
             .clock = clock_,
             .random = random_,
             .hasher = *hasher_,
             .keys = keys_,
             .policies = wide_policies()},
        organizations_(env_),
        setup_(env_),
        sign_in_(env_),
        sessions_(env_),
        outbox_(env_, {.mailer = mailer_,
                       .renderer = renderer_,
                       .links = links_,
                       .from = EmailAddress::parse("portal@portal.example").value()}),
        housekeeping_(env_) {
    for (const auto& line : read_words(folder / mail_log)) {
      if (line.size() == 4) {
        inbox_.add({.extension = line[2], .token = line[3]});
      }
    }
  }

  bool found() {
    const auto domain = Domain::parse("acme").value();
    auto stored = store_->find_organization_by_domain(domain);
    if (stored && !stored.value()) {
      static_cast<void>(organizations_.create_organization(
          host_, {.domain = "acme",
                  .name = "Maple Dental",
                  .manager = {.extension = "100", .display_name = "Mara", .email = "m100@acme.example"}}));
      stored = store_->find_organization_by_domain(domain);
    }
    if (!stored || !stored.value()) {
      return false;
    }
    acme_ = stored.value()->id;
    return true;
  }

  [[noreturn]] void work() {
    std::vector<std::jthread> threads;
    threads.emplace_back([this] { forever(1, [&](std::mt19937& engine) { invite(engine); }); });
    threads.emplace_back([this] { forever(2, [&](std::mt19937& engine) { complete(engine); }); });
    threads.emplace_back([this] { forever(3, [&](std::mt19937& engine) { begin_session(engine); }); });
    for (std::uint32_t worker = 0; worker < kill_workers; ++worker) {
      threads.emplace_back([this, worker] {
        forever(4 + worker, [&](std::mt19937& /*engine*/) {
          static_cast<void>(outbox_.deliver(3));
          static_cast<void>(housekeeping_.run(10));
        });
      });
    }
    threads.clear();
    std::abort();
  }

  // Delivers until nothing is due.
  bool finish() {
    for (;;) {
      const auto report = outbox_.deliver(100);
      if (!report || report.value().lost > 0 || report.value().retried > 0) {
        return false;
      }
      if (report.value().claimed == 0) {
        return true;
      }
    }
  }

 private:
  template <class Step>
  [[noreturn]] void forever(std::uint32_t number, Step step) const {
    std::mt19937 engine(seed_ + number);
    for (;;) {
      step(engine);
    }
  }

  void invite(std::mt19937& engine) {
    const auto extension = std::to_string(1'000'000 + engine() % 9'000'000);
    const auto invited = organizations_.invite(
        host_, acme_, {.extension = extension, .display_name = "Member", .email = "m" + extension + "@acme.example"});
    if (!invited) {
      return;
    }
    if (const auto* account = std::get_if<Invited>(&invited.value())) {
      said_.add("invited " + extension + "@acme");
      if (engine() % 4 == 0) {
        static_cast<void>(organizations_.send_welcome_mail(host_, account->account));
      }
    }
  }

  void complete(std::mt19937& engine) {
    const auto mailed = inbox_.pick(engine);
    if (!mailed) {
      std::this_thread::yield();
      return;
    }
    const auto outcome = setup_.redeem({.token = mailed->token,
                                        .password = SecretString(good_password),
                                        .confirmation = SecretString(good_password),
                                        .pin = SecretString("90284756"),
                                        .client = client()});
    if (outcome && std::holds_alternative<SetupCompleted>(outcome.value())) {
      said_.add("set-up " + mailed->extension + "@acme");
    }
  }

  void begin_session(std::mt19937& engine) {
    const auto mailed = inbox_.pick(engine);
    if (!mailed) {
      std::this_thread::yield();
      return;
    }
    const auto login = mailed->extension + "@acme";
    proofs_.add(login);
    const SecretString password(good_password);
    const auto outcome = sign_in_.with_password({.login_name = login, .password = password, .client = client()});
    const auto* success = outcome ? std::get_if<SignInSuccess>(&outcome.value()) : nullptr;
    if (success == nullptr) {
      return;
    }
    if (engine() % 3 != 0) {
      said_.add("session " + success->who.session().to_string());
      return;
    }
    static_cast<void>(sessions_.end(success->who, success->who.session()));
  }

  KillLog mails_;
  KillLog proofs_;
  KillLog said_;
  std::uint32_t seed_;
  std::unique_ptr<SqliteStore> store_;
  ShiftedClock clock_;
  SystemRandom random_;
  Inbox inbox_;
  LoggingMailer mailer_;
  std::unique_ptr<StandardPasswordHasher> hasher_;
  KeySource keys_;
  StandardMailRenderer renderer_;
  PlainLinks links_;
  Environment env_;
  OrganizationAdmin organizations_;
  AccountSetup setup_;
  SignIn sign_in_;
  Sessions sessions_;
  Outbox outbox_;
  Housekeeping housekeeping_;
  Actor host_ = Actor::host("kill").value();
  OrganizationId acme_;
};

}  // namespace

int main(int argc, char** argv) {
  const std::vector<std::string> arguments(argv, argv + argc);
  if (argc != 4) {
    return EXIT_FAILURE;
  }
  Driver driver(arguments[1], std::stoi(arguments[2]));
  if (!driver.found()) {
    return EXIT_FAILURE;
  }
  std::puts("ready");
  std::fflush(stdout);
  if (arguments[3] == "finish") {
    return driver.finish() ? EXIT_SUCCESS : EXIT_FAILURE;
  }
  driver.work();
}
