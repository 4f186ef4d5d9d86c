// What a bulk welcome costs on SqliteStore, from the plan to the last mail: `run_store bulk` builds and runs it.
//
//   ostiary_bulk_bench [accounts]
//
// Everything runs once, in one process and on one file: it is the whole work that is asked for, and long enough. Durable
// commits of one row are measured before and after the delivery, which waits for the disk as they do. Exit code 1 where
// the memory goes past its gate.
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <fstream>
#include <thread>
#include <vector>

#include <ostiary/adapters/sqlite_store.hpp>
#include <ostiary/services/bulk_welcome.hpp>
#include <ostiary/services/outbox.hpp>
#include <ostiary/services/standard_mail_renderer.hpp>
#include <ostiary/services/standard_password_hasher.hpp>

namespace {

using namespace ostiary;

constexpr std::size_t mib = 1024UL * 1024;
constexpr std::size_t memory_max = 64 * mib;

void must(bool holds) {
  if (!holds) {
    std::fputs("ostiary_bulk_bench: a call that must succeed failed\n", stderr);
    std::abort();
  }
}

// The most memory that was in use since the last call of forget_peak.
std::size_t peak_memory() {
  std::ifstream status("/proc/self/status");
  for (std::string word; status >> word;) {
    if (word == "VmHWM:") {
      std::size_t kib = 0;
      status >> kib;
      return kib * 1024;
    }
  }
  return 0;
}

void forget_peak() { std::ofstream("/proc/self/clear_refs") << "5"; }

template <class Work>
double seconds(Work work) {
  const auto begun = std::chrono::steady_clock::now();
  work();
  return std::chrono::duration<double>(std::chrono::steady_clock::now() - begun).count();
}

class NullMailer final : public Mailer {
 public:
  Result<Delivery> send(const OutgoingMail& /*mail*/) override {
    return Delivery{.verdict = DeliveryVerdict::accepted, .reason = {}};
  }
};

class Links final : public LinkBuilder {
 public:
  [[nodiscard]] std::string url(LinkPurpose /*purpose*/, std::string_view token) const override {
    return "https://portal.example/setup?token=" + std::string(token);
  }
};

std::shared_ptr<const KeyRing> make_ring() {
  std::vector<Key> keys;
  keys.push_back({.id = 1, .secret = SecretBytes(Bytes(32, std::byte{0x42}))});
  return KeyRing::create(1, std::move(keys)).value();
}

class Bench {
 public:
  explicit Bench(std::size_t accounts) : accounts_(accounts) {
    const auto created = organizations_.create_organization(
        host_, {.domain = "acme",
                .name = "Acme",
                .manager = {.extension = "100", .display_name = "Mara", .email = "m@acme.example"}});
    acme_ = std::get<OrganizationCreated>(created.value()).organization;
    constexpr std::size_t rows_of_import = 5'000;
    while (imported_ < accounts_) {
      import(std::min(rows_of_import, accounts_ - imported_));
    }
    must(outbox_.deliver(10).has_value());  // the manager's own
  }
  Bench(const Bench&) = delete;
  Bench& operator=(const Bench&) = delete;
  ~Bench() {
    store_.reset();
    std::filesystem::remove_all(folder_);
  }

  int run() {
    std::printf("%zu accounts\n", accounts_);
    static_cast<void>(commits_a_second());  // the file and its caches are warm then
    forget_peak();
    const auto start = peak_memory();
    plan();
    commit_batches();
    const auto before = commits_a_second();
    const auto of_one = deliver(1, accounts_ / 10);
    const auto of_many = deliver(workers_, accounts_ - accounts_ / 10);
    const auto after = commits_a_second();
    const auto commits = (before + after) / 2;
    std::printf("durable commits of one row, one thread: %.0f a second (%.0f before, %.0f after)\n", commits, before,
                after);
    std::printf(
        "outbox to a null mailer: %.0f mails a second by one worker (%.2f of the commits), %.0f by %zu (%.2f; "
        "target: 0.80)\n",
        of_one, of_one / commits, of_many, workers_, of_many / commits);
    const auto peak = peak_memory();
    const auto above = peak - std::min(peak, start);
    std::printf("memory: %.1f MiB above the %.1f MiB of the start (gate: %zu)\n",
                static_cast<double>(above) / static_cast<double>(mib),
                static_cast<double>(start) / static_cast<double>(mib), memory_max / mib);
    return above <= memory_max ? EXIT_SUCCESS : EXIT_FAILURE;
  }

 private:
  static constexpr std::size_t workers_ = 8;

  static std::filesystem::path make_folder() {
    auto name = (std::filesystem::temp_directory_path() / "ostiary-bench-XXXXXX").string();
    must(::mkdtemp(name.data()) != nullptr);
    return name;
  }

  void import(std::size_t count) {
    std::vector<ImportRow> rows;
    for (std::size_t i = 0; i < count; ++i) {
      const auto extension = std::to_string(1'000'000 + imported_ + i);
      rows.push_back({.extension = extension,
                      .display_name = "Ada Lovelace " + extension,
                      .email = "m" + extension + "@mail.example",
                      .status = AccountStatus::invited});
    }
    const auto outcome = organizations_.import_accounts(host_, acme_, rows, ImportMode::commit).value();
    must(std::get<ImportReport>(outcome).created == count);
    imported_ += count;
  }

  void plan() {
    const auto took =
        seconds([&] { job_ = std::get<Job>(bulk_.plan(host_, acme_, AccountSearch{.text = "lovelace"}).value()); });
    must(job_.items == accounts_);
    std::printf("plan: %.2f s (target: 3 s for 100,000), %.0f accounts a second\n", took,
                static_cast<double>(accounts_) / took);
  }

  void commit_batches() {
    const auto took = seconds([&] {
      while (job_.state != JobState::completed) {
        job_ = std::get<Job>(bulk_.run(host_, job_.id).value());
      }
    });
    must(job_.mails == accounts_);
    std::printf("run in batches of %zu: %.2f s, %.0f accounts a second (target: 20,000)\n", job_items_count_max, took,
                static_cast<double>(accounts_) / took);
  }

  // Mails a second.
  double deliver(std::size_t workers, std::size_t mails) {
    std::atomic<std::size_t> sent = 0;
    const auto took = seconds([&] {
      std::vector<std::jthread> threads;
      for (std::size_t i = 0; i < workers; ++i) {
        threads.emplace_back([&] {
          constexpr std::size_t mails_a_time = 100;
          while (sent < mails) {
            const auto report = outbox_.deliver(std::min(mails_a_time, mails));
            must(report.has_value() && report.value().sent == report.value().claimed);
            if (report.value().claimed == 0) {
              return;
            }
            sent += report.value().sent;
          }
        });
      }
    });
    return static_cast<double>(sent) / took;
  }

  double commits_a_second() {
    constexpr int commits_count = 2'000;
    const auto took = seconds([&] {
      for (int i = 0; i < commits_count; ++i) {
        auto fresh = Fresh::draw(random_, clock_.now()).value();
        const auto answer = store_->commit(
            {.id = fresh.id<ChangeId>(),
             .at = clock_.now(),
             .changes = {AppendAudit{.event = {.id = fresh.id<AuditId>(), .at = clock_.now()}, .mac = {}}}});
        must(answer.has_value());
      }
    });
    return commits_count / took;
  }

  std::size_t accounts_;
  std::size_t imported_ = 0;
  std::filesystem::path folder_ = make_folder();
  std::unique_ptr<SqliteStore> store_ =
      SqliteStore::open({.path = folder_ / "ostiary.db", .busy_deadline = std::chrono::minutes(1)}).value();
  SystemClock clock_;
  SystemRandom random_;
  std::unique_ptr<StandardPasswordHasher> hasher_ = StandardPasswordHasher::create({}, random_).value();
  KeySource keys_{make_ring()};
  NullMailer mailer_;
  StandardMailRenderer renderer_;
  Links links_;
  Environment env_{.store = *store_, .clock = clock_, .random = random_, .hasher = *hasher_, .keys = keys_};
  OrganizationAdmin organizations_{env_};
  BulkWelcome bulk_{env_};
  Outbox outbox_{env_,
                 {.mailer = mailer_,
                  .renderer = renderer_,
                  .links = links_,
                  .from = EmailAddress::parse("portal@portal.example").value()}};
  Actor host_ = Actor::host("bench").value();
  OrganizationId acme_;
  Job job_;
};

}  // namespace

int main(int argc, char** argv) {
  const std::size_t accounts = argc > 1 ? std::strtoul(argv[1], nullptr, 10) : 100'000;
  must(accounts >= 10);
  return Bench(accounts).run();
}
