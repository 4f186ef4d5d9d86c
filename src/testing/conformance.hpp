#pragma once

#include <algorithm>
#include <chrono>
#include <map>
#include <span>
#include <thread>

#include <ostiary/testing/manual_clock.hpp>
#include <ostiary/testing/store_conformance.hpp>

// What the checks of store_conformance share: one Trial for each, over a store of its own.
namespace ostiary::inline v0::testing::conformance {

using std::chrono::hours;
using std::chrono::minutes;
using std::chrono::seconds;

inline constexpr Instant base_time = ManualClock::start;

/// patiently makes a call again, for up to a second, while the store answers that it gave way to another writer.
template <class Call>
auto patiently(Call call) -> decltype(call()) {
  constexpr int tries_max = 1000;
  auto answer = call();
  for (int i = 0; i < tries_max && answer.has_error() && answer.assume_error() == Errc::contention; ++i) {
    std::this_thread::sleep_for(std::chrono::milliseconds(1));
    answer = call();
  }
  return answer;
}

/// Sent is how a set was answered: an error, or refused at an index, or committed.
struct Sent {
  std::error_code error{};
  std::optional<std::size_t> refused{};

  [[nodiscard]] bool committed() const { return !error && !refused; }
  [[nodiscard]] std::string text() const;
};

Sent send(Store& store, const ChangeSet& set);

/// World is one organisation with one active account.
struct World {
  Organization organization;
  Account account;
};

/// Trial is one check at work: its store, ids that no other record has, records to begin with, and what failed.
class Trial {
 public:
  Trial(const StoreFactory& stores, const ConformanceOptions& options);

  [[nodiscard]] bool has_store() const { return store_ != nullptr; }
  [[nodiscard]] Store& store() { return *store_; }
  /// second_store is another handle where the factory has one, else the same again.
  [[nodiscard]] Store& second_store() { return second_ ? *second_ : *store_; }
  /// reopen closes every handle and takes a new one; false where the factory cannot.
  [[nodiscard]] bool reopen();
  [[nodiscard]] const ConformanceOptions& options() const { return options_; }
  [[nodiscard]] std::vector<std::string> take_failures() && { return std::move(failures_); }

  void expect(bool holds, std::string_view what);
  void expect_count(std::size_t came, std::size_t expected, std::string_view what);
  /// value gives what a call answered, and an empty value, with a failure noted, where it answered an error.
  template <class T>
  T value(Result<T> answer, std::string_view what = "a call") {
    if (answer.has_error()) {
      fail(std::string(what) + " answered the error \"" + answer.assume_error().message() + "\"");
      return T();
    }
    return std::move(answer).assume_value();
  }

  /// commits sends a set, which must be committed; and once more with the same ChangeId, which must be too.
  bool commits(std::string_view what, std::vector<Change> changes);
  /// refuses sends a set behind an event that would be stored if the set were not refused whole. It must be refused at
  /// `index`, twice, and the event must not be there.
  void refuses(std::string_view what, std::vector<Change> changes, std::size_t index = 0);
  /// needs_order commits a set of two changes in which the second needs the first; in reverse it must be refused at the
  /// first of them.
  void needs_order(std::string_view what, const std::vector<Change>& changes);

  template <class IdType>
  [[nodiscard]] IdType id() {
    return IdType::make(base_time, next<10>());
  }
  /// next is a counter as bytes, so that each is new and greater than the ones before.
  template <std::size_t N>
  [[nodiscard]] ByteArray<N> next() {
    ByteArray<N> out{};
    auto rest = ++counter_;
    for (std::size_t i = N; i-- > 0 && rest != 0; rest >>= 8U) {
      out.at(i) = static_cast<std::byte>(rest & 0xffU);
    }
    return out;
  }
  [[nodiscard]] std::string next_word() { return "w" + std::to_string(++counter_); }

  [[nodiscard]] Organization organization();
  [[nodiscard]] Account account(const Organization& organization);
  [[nodiscard]] Session session(const Account& account);
  [[nodiscard]] Device device(const Account& account);
  [[nodiscard]] MailIntent mail(const Account& account);
  [[nodiscard]] RecoveryRequest recovery_request();
  [[nodiscard]] Job job(const Organization& organization);
  [[nodiscard]] AppendAudit event(const std::optional<OrganizationId>& stream);
  [[nodiscard]] ChangeSet set(std::vector<Change> changes) {
    return {.id = id<ChangeId>(), .at = base_time, .changes = std::move(changes)};
  }
  /// world stores an organisation and an account, both at version 1.
  [[nodiscard]] World world();
  /// live_link stores a row of the account, and hands generation 1 over until `expires_at`.
  [[nodiscard]] LinkId live_link(const Account& account, Instant expires_at = base_time + hours(24));
  /// leased_mail stores a mail and claims it, with `token`, until base_time + 5 minutes.
  [[nodiscard]] MailId leased_mail(const Account& account, const LeaseToken& token);

  void fail(std::string what) { failures_.push_back(std::move(what)); }

 private:
  [[nodiscard]] bool has_system_event(const AuditId& id);

  const StoreFactory& stores_;
  const ConformanceOptions& options_;
  std::unique_ptr<Store> store_;
  std::unique_ptr<Store> second_;
  std::vector<std::string> failures_;
  std::uint64_t counter_ = 0;
};

struct NamedCheck {
  std::string_view name;
  void (*run)(Trial&);
};

// One list for each part of the contract, in the file of its name.
std::span<const NamedCheck> record_checks();
std::span<const NamedCheck> account_checks();
std::span<const NamedCheck> factor_checks();
std::span<const NamedCheck> link_checks();
std::span<const NamedCheck> session_checks();
std::span<const NamedCheck> device_checks();
std::span<const NamedCheck> mail_checks();
std::span<const NamedCheck> recovery_checks();
std::span<const NamedCheck> job_checks();
std::span<const NamedCheck> audit_checks();
std::span<const NamedCheck> search_checks();
std::span<const NamedCheck> erasure_checks();
std::span<const NamedCheck> set_checks();
std::span<const NamedCheck> page_checks();
std::span<const NamedCheck> budget_checks();
std::span<const NamedCheck> housekeeping_checks();
std::span<const NamedCheck> race_checks();
std::span<const NamedCheck> queue_race_checks();

/// same tells whether two records are equal in every field.
bool same(const Organization& a, const Organization& b);
bool same(const Account& a, const Account& b);
bool same(const Session& a, const Session& b);
bool same(const Device& a, const Device& b);
bool same(const MailIntent& a, const MailIntent& b);
bool same(const RecoveryRequest& a, const RecoveryRequest& b);
bool same(const Job& a, const Job& b);
bool same(const AuditRow& a, const AuditRow& b);
bool same(const AuditBlockRow& a, const AuditBlockRow& b);

/// found tells whether a read gave exactly `expected`.
template <class Record>
bool found(const std::optional<Record>& came, const Record& expected) {
  return came.has_value() && same(*came, expected);
}

/// Short says whether a page may have fewer records than its limit and a `next` all the same.
enum class Short : std::uint8_t { only_the_last = 1, any };

/// walk collects the pages of `list`, checking each one's size and that the last has no `next`.
template <class Record, class List>
std::vector<Record> walk(Trial& trial, List list, std::size_t limit, std::string_view what,
                         Short may_be_short = Short::only_the_last) {
  constexpr std::size_t pages_max = 2000;
  std::vector<Record> all;
  PageRequest request{.after = {}, .limit = limit};
  for (std::size_t i = 0; i < pages_max; ++i) {
    auto page = trial.value(list(request), what);
    trial.expect(page.records.size() <= limit, std::string(what) + ": a page has no more than its limit");
    trial.expect(page.next.empty() || page.records.size() == limit || may_be_short == Short::any,
                 std::string(what) + ": only the last page is short");
    std::ranges::move(page.records, std::back_inserter(all));
    if (page.next.empty()) {
      return all;
    }
    request.after = page.next;
  }
  trial.fail(std::string(what) + ": the pages have an end");
  return all;
}

}  // namespace ostiary::inline v0::testing::conformance
