// What SqliteStore costs: `run_store` builds and runs it.
//
// Commits are measured in wall time, since they wait for the disk; reads in processor time. Both sides of a ratio run in
// the same process, interleaved.
#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <functional>
#include <map>
#include <random>
#include <thread>

#include <benchmark/benchmark.h>

#include <ostiary/adapters/sqlite_store.hpp>

namespace {

using namespace ostiary;

constexpr Instant start{std::chrono::hours(490'000)};

void must(bool holds) {
  if (!holds) {
    std::fputs("ostiary_store_bench: a call that must succeed failed\n", stderr);
    std::abort();
  }
}

// Ids that ascend, as the library's own do.
template <class IdType>
IdType next_id() {
  static std::atomic<std::uint64_t> counter = 0;
  const auto number = ++counter;
  ByteArray<10> random{};
  for (std::size_t i = 0; i < sizeof number; ++i) {
    random.at(random.size() - 1 - i) = static_cast<std::byte>(number >> (8 * i));
  }
  return IdType::make(start, random);
}

void commit(Store& store, std::vector<Change> changes) {
  const auto answer = store.commit({.id = next_id<ChangeId>(), .at = start, .changes = std::move(changes)});
  must(answer.has_value() && std::holds_alternative<Committed>(answer.value()));
}

// A store in a folder of its own, which goes with it.
class StoreFile {
 public:
  StoreFile() {
    auto name = (std::filesystem::temp_directory_path() / "ostiary-bench-XXXXXX").string();
    must(::mkdtemp(name.data()) != nullptr);
    folder_ = name;
    auto opened = SqliteStore::open({.path = folder_ / "ostiary.db"});
    must(opened.has_value());
    store_ = std::move(opened).value();
  }
  StoreFile(const StoreFile&) = delete;
  StoreFile& operator=(const StoreFile&) = delete;
  ~StoreFile() {
    store_.reset();
    std::filesystem::remove_all(folder_);
  }
  [[nodiscard]] SqliteStore& store() { return *store_; }

 private:
  std::filesystem::path folder_;
  std::unique_ptr<SqliteStore> store_;
};

// One iteration is `commits_count` durable commits of one event each, over `threads_count` threads.
void run_commits(benchmark::State& state, std::size_t threads_count) {
  constexpr std::size_t commits_count = 512;
  static StoreFile file;
  for (auto _ : state) {
    std::vector<std::jthread> threads;
    for (std::size_t t = 0; t < threads_count; ++t) {
      threads.emplace_back([&] {
        for (std::size_t i = 0; i < commits_count / threads_count; ++i) {
          commit(file.store(), {AppendAudit{.event = {.id = next_id<AuditId>(), .at = start}}});
        }
      });
    }
  }
  state.SetItemsProcessed(static_cast<std::int64_t>(commits_count) * static_cast<std::int64_t>(state.iterations()));
}

// So many accounts of one organisation, each with a password, an address and a session.
class Population {
 public:
  explicit Population(std::size_t accounts_count) {
    constexpr std::size_t accounts_of_set = 500;
    const Organization organization{
        .id = next_id<OrganizationId>(), .domain = Domain::parse("acme").value(), .name = "Acme", .locale = {}};
    commit(file_.store(), {PutOrganization{.next = organization}});
    while (sessions_.size() < accounts_count) {
      std::vector<Change> changes;
      for (std::size_t i = 0; i < accounts_of_set; ++i) {
        add(changes, organization);
      }
      commit(file_.store(), std::move(changes));
    }
    std::mt19937_64 engine(1);  // NOLINT(cert-msc32-c,cert-msc51-cpp): the same order in each run
    std::ranges::shuffle(sessions_, engine);
    for (std::size_t i = 0; i < sessions_.size(); ++i) {  // the file is in memory then
      check_next();
    }
  }

  void check_next() {
    const auto facts = file_.store().find_session(sessions_[next_++ % sessions_.size()]);
    must(facts.has_value() && facts.value().has_value());
  }

 private:
  void add(std::vector<Change>& changes, const Organization& organization) {
    const auto name = "person" + std::to_string(sessions_.size());
    Account account{
        .id = next_id<AccountId>(), .organization = organization.id, .login = LoginName::parse(name + "@acme").value()};
    account.status = AccountStatus::active;
    account.display_name = "Ada Lovelace";
    account.addresses.push_back(
        {.address = EmailAddress::parse(name + "@mail.example").value(), .purposes = {AddressPurpose::designated}});
    account.password = {.id = next_id<CredentialId>(), .hash = "$argon2id$v=19$m=19456,t=2,p=1$c2FsdA$aGFzaA"};
    const Session session{.id = next_id<SessionId>(),
                          .account = account.id,
                          .epoch = account.epochs.sessions,
                          .client_id = "web",
                          .last_seen_at = start,
                          .ends_at = start + std::chrono::hours(10)};
    sessions_.push_back(session.id);
    changes.emplace_back(PutAccount{.next = std::move(account)});
    changes.emplace_back(PutSession{.session = session});
  }

  StoreFile file_;
  std::vector<SessionId> sessions_;
  std::size_t next_ = 0;
};

// Made when it is first asked for: a million takes a while.
void run_session_checks(benchmark::State& state, std::size_t accounts_count) {
  static std::map<std::size_t, Population> populations;
  auto& population = populations.try_emplace(accounts_count, accounts_count).first->second;
  for (auto _ : state) {
    population.check_next();
  }
}

// So many accounts of one organisation, of whom every fiftieth is a Lovelace and each is an Ada; their extensions all
// begin alike, so that a search for that beginning goes through all of them.
class Directory {
 public:
  explicit Directory(std::size_t accounts_count) {
    constexpr std::size_t accounts_of_set = 500;
    commit(file_.store(), {PutOrganization{.next = organization_}});
    while (entries_.size() < accounts_count) {
      std::vector<Change> changes;
      for (std::size_t i = 0; i < accounts_of_set; ++i) {
        add(changes);
      }
      commit(file_.store(), std::move(changes));
    }
    std::ranges::sort(entries_);
    for (const auto& account : search({"love"}, {})) {
      first_page_.push_back(account.id);
    }
    must(first_page_.size() == page_rows);
  }

  static constexpr std::size_t page_rows = 100;

  [[nodiscard]] std::vector<Account> search(std::vector<std::string> words, const std::string& after) {
    auto page =
        file_.store().search_accounts({.organization = organization_.id, .words = std::move(words), .status = {}},
                                      {.after = after, .limit = page_rows});
    must(page.has_value());
    return std::move(page.value().records);
  }
  // The page of that number, counted from 1, of all accounts by their extensions.
  [[nodiscard]] std::size_t open_page(std::size_t number) {
    const auto& [word, id] = entries_[number == 1 ? 0 : (number - 1) * page_rows - 1];
    const auto after = number == 1 ? std::string() : SearchCursor{.word = word, .id = id}.to_string();
    return search({"person"}, after).size();
  }
  [[nodiscard]] std::size_t count(std::size_t limit) {
    const auto count =
        file_.store().count_accounts({.organization = organization_.id, .words = {"love"}, .status = {}}, limit);
    must(count.has_value());
    return count.value().count;
  }
  // The first page's accounts, one by one; and as many in the order of their ids, which lie side by side.
  [[nodiscard]] std::size_t find_each() {
    for (const auto& id : first_page_) {
      const auto account = file_.store().find_account(id);
      must(account.has_value() && account.value().has_value());
    }
    return first_page_.size();
  }
  [[nodiscard]] std::size_t list() {
    const auto page = file_.store().list_accounts({.after = {}, .limit = page_rows});
    must(page.has_value());
    return page.value().records.size();
  }

 private:
  void add(std::vector<Change>& changes) {
    const auto number = std::to_string(entries_.size());
    const auto is_lovelace = entries_.size() % 50 == 0;
    Account account{.id = next_id<AccountId>(),
                    .organization = organization_.id,
                    .login = LoginName::parse("person" + number + "@acme").value()};
    account.status = AccountStatus::active;
    account.display_name = "Ada " + (is_lovelace ? "Lovelace" : "Walker" + std::to_string(entries_.size() % 50));
    account.addresses.push_back({.address = EmailAddress::parse("person" + number + "@mail.example").value(),
                                 .purposes = {AddressPurpose::designated}});
    account.password = {.id = next_id<CredentialId>(), .hash = "$argon2id$v=19$m=19456,t=2,p=1$c2FsdA$aGFzaA"};
    entries_.emplace_back("person" + number, account.id);
    changes.emplace_back(PutAccount{.next = std::move(account)});
  }

  StoreFile file_;
  Organization organization_{
      .id = next_id<OrganizationId>(), .domain = Domain::parse("acme").value(), .name = "Acme", .locale = {}};
  std::vector<std::pair<std::string, AccountId>> entries_;  // in the order of a search for "person"
  std::vector<AccountId> first_page_;
};

template <class Work>
void run_search(benchmark::State& state, std::size_t accounts_count, const Work& work) {
  static Directory directory(accounts_count);
  for (auto _ : state) {
    must(work(directory) == Directory::page_rows);
  }
}

template <class Work>
void register_search(const std::string& name, std::size_t accounts_count, Work work) {
  benchmark::RegisterBenchmark(("search: " + name).c_str(), [=](benchmark::State& state) {
    // One type for all, so that they share one directory.
    run_search<std::function<std::size_t(Directory&)>>(state, accounts_count, work);
  })->Unit(benchmark::kMicrosecond);
}

void register_searches(std::size_t accounts_count) {
  const auto pages_count = accounts_count / Directory::page_rows;
  register_search("read 100 accounts, one by one", accounts_count, [](Directory& all) { return all.find_each(); });
  register_search("read 100 accounts side by side", accounts_count, [](Directory& all) { return all.list(); });
  register_search("first page of a word", accounts_count,
                  [](Directory& all) { return all.search({"love"}, {}).size(); });
  register_search("first page of two words", accounts_count,
                  [](Directory& all) { return all.search({"ada", "love"}, {}).size(); });
  register_search("count to 100", accounts_count, [](Directory& all) { return all.count(Directory::page_rows); });
  register_search("page 1 of all", accounts_count, [](Directory& all) { return all.open_page(1); });
  register_search("last page of all", accounts_count, [=](Directory& all) { return all.open_page(pages_count); });
}

void print_searches(auto& ratios) {
  const std::string first = "search: first page of a word";
  ratios.print("first page of a word : the same 100 accounts by id, one by one, at most", first,
               "search: read 100 accounts, one by one", 3);
  ratios.print("first page of a word : 100 accounts by id, side by side in one read, at most", first,
               "search: read 100 accounts side by side", 3);
  ratios.print("last page of all accounts : page 1, at most", "search: last page of all", "search: page 1 of all", 1.5);
}

// Prints the aggregates, and at the end the ratios of lower quartiles.
class Ratios : public benchmark::ConsoleReporter {
 public:
  Ratios() : ConsoleReporter(OO_None) {}

  void ReportRuns(const std::vector<Run>& runs) override {
    for (const auto& run : runs) {
      if (run.run_type == Run::RT_Iteration) {
        times_[run.run_name.function_name].push_back(run.run_name.time_type.empty() ? run.GetAdjustedCPUTime()
                                                                                    : run.GetAdjustedRealTime());
      }
    }
    if (!runs.empty() && runs.front().run_type == Run::RT_Aggregate) {
      ConsoleReporter::ReportRuns(runs);
    }
  }

  void print(const char* what, const std::string& above, const std::string& below, double target) {
    if (times_.contains(above) && times_.contains(below)) {
      std::printf("%s: %.2f (target: %.2f)\n", what, lower_quartile(above) / lower_quartile(below), target);
    }
  }

 private:
  double lower_quartile(const std::string& name) {
    auto& times = times_.at(name);
    std::ranges::sort(times);
    return times[times.size() / 4];
  }

  std::map<std::string, std::vector<double>> times_;
};

}  // namespace

int main(int argc, char** argv) {
  const auto* const is_long = std::getenv("OSTIARY_LONG");  // NOLINT(concurrency-mt-unsafe): no bench sets one
  const std::size_t many = is_long != nullptr && std::string_view(is_long) == "1" ? 1'000'000 : 100'000;
  const auto checks = [](std::size_t count) { return "find_session of " + std::to_string(count); };
  for (const std::size_t threads_count : {1U, 8U}) {
    benchmark::RegisterBenchmark(("commits by " + std::to_string(threads_count)).c_str(),
                                 [=](benchmark::State& state) { run_commits(state, threads_count); })
        ->UseRealTime()
        ->Unit(benchmark::kMillisecond);
  }
  for (const std::size_t accounts_count : {std::size_t{1'000}, many}) {
    benchmark::RegisterBenchmark(checks(accounts_count).c_str(), [=](benchmark::State& state) {
      run_session_checks(state, accounts_count);
    })->Unit(benchmark::kMicrosecond);
  }
  register_searches(many);
  benchmark::Initialize(&argc, argv);
  if (benchmark::ReportUnrecognizedArguments(argc, argv)) {
    return 1;
  }
  Ratios ratios;
  benchmark::RunSpecifiedBenchmarks(&ratios);
  benchmark::Shutdown();
  ratios.print("durable commits a second, 8 threads : 1 thread, at least", "commits by 1", "commits by 8", 3);
  ratios.print("session check, many accounts : 1,000 accounts, at most", checks(many), checks(1'000), 2);
  print_searches(ratios);
  return 0;
}
