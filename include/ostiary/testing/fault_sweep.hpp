#pragma once

#include <functional>
#include <memory>
#include <string>
#include <vector>

#include <ostiary/base/random.hpp>
#include <ostiary/ports/http_client.hpp>
#include <ostiary/ports/store.hpp>
#include <ostiary/testing/manual_clock.hpp>
#include <ostiary/testing/recording_mailer.hpp>

namespace ostiary::inline v0::testing {

/// FaultWorld is what a scenario works with: ports of which any call may fail, a clock that stands still, and notes for
/// what the sweep cannot see for itself. The first four fail; give them, and no others, to the code that is swept.
struct FaultWorld {
  Store& store;
  Mailer& mailer;
  RandomSource& random;
  HttpClient& http;
  ManualClock& clock;
  const RecordingMailer& mails;  ///< What reached the transport: read tokens here.

  /// proved notes that somebody is about to prove to be `account`'s holder: each proof allows one session.
  std::function<void(const AccountId& account)> proved;
  /// secret notes a password, PIN, key or token that must never be stored or logged.
  std::function<void(std::string_view secret)> secret;
  /// log takes what the host under test logs, and the messages of errors.
  std::function<void(std::string_view line)> log;
};

/// FaultAct is the operation under test: one, since what a rival may do between two is not compared. It answers whether
/// it succeeded; where not, it is called again, as a user or a timer would. It must do nothing that its first call did
/// not do.
using FaultAct = std::function<bool()>;

/// FaultScenario prepares a fresh world, in which nothing fails yet, and gives the act: a lambda that builds the host's
/// services over the world, brings it to where the operation begins, and returns another that performs it. It must do
/// the same in each world: take time and randomness from there alone.
using FaultScenario = std::function<FaultAct(FaultWorld& world)>;

enum class FaultPairs : std::uint8_t {
  none,   ///< Single faults only.
  plain,  ///< Every two calls, each with its plainest mode (a write: also its answer lost).
  all,    ///< Every two calls in every mode but the lasting ones.
};

struct FaultOptions {
  FaultPairs pairs = FaultPairs::all;
  std::size_t runs_max = 20'000;  ///< Where pairs are left out, the report does not pass.
  std::size_t tries_max = 4;      ///< Calls of the act in one run.
  /// Makes each world's store; a MemoryStore where empty. It must be empty itself.
  std::function<std::unique_ptr<Store>()> make_store{};
  /// Every byte of a store made by make_store, to search for secrets; where empty, its records and audit are searched.
  std::function<std::string(Store&)> dump{};
  /// Makes each world's HTTP client; where empty, one that reaches nobody.
  std::function<std::unique_ptr<HttpClient>()> make_http{};
};

/// FaultInvariant is what must hold after every run (design.md 4).
enum class FaultInvariant : std::uint8_t {
  session_has_proof = 1,    ///< No account has more sessions than proofs were noted.
  link_used_with_effect,    ///< A link is used exactly if its effect is there.
  subject_has_event,        ///< Each set that decides about a subject carries, and leaves, an event about it.
  retry_reaches_state,      ///< The end is that of a run that never failed, but for what nobody holds.
  mail_sent_if_called,      ///< A mail is sent, sending or bounced exactly if the mailer was called for it.
  no_secret_stored,         ///< No noted secret is in store, audit or log: as it is, in base64 or in hexadecimal.
  factor_used_with_effect,  ///< A second factor's code is used exactly if what it opened is there, and nothing opens
                            ///< without one.
};

struct FaultViolation {
  FaultInvariant invariant{};
  std::string fault{};  ///< The calls that failed and how: "call 3, charge 3: answer_lost".
  std::string seen{};
};

struct FaultReport {
  std::string name{};
  std::size_t calls = 0;  ///< Of the act, when nothing fails.
  std::size_t modes = 0;  ///< How many of the modes some call failed in.
  std::size_t runs = 0;
  std::size_t refusals = 0;  ///< Sets that the store refused because a rival was faster.
  std::size_t left_out = 0;  ///< Pairs beyond runs_max.
  std::vector<FaultViolation> violations{};

  /// passed tells whether at least one call failed in some run, no pair was left out, and nothing was violated.
  [[nodiscard]] OSTIARY_TESTING_EXPORT bool passed() const;
  /// text is one line, and one for each of the first violations.
  [[nodiscard]] OSTIARY_TESTING_EXPORT std::string text() const;
};

/// fault_sweep runs `scenario` once without faults, and then again and again on fresh worlds, with every call of its
/// act failing in every mode that it can (FaultMode), and with pairs of them, and checks the seven invariants after each
/// run. In a test of any framework: `EXPECT_TRUE(report.passed()) << report.text();`
///
/// Retry:   after a fault the act is called until it answers true, tries_max times at most; faults that last end before
///          the second call. What then differs from the run that never failed is a violation, but for: sessions and
///          events that a failed call left (no more than there were failed calls), events of refusals, mails that a
///          newer link superseded, ids, times, versions, attempts and hashes. Where no rival acted, some call of the
///          act must succeed. Budgets are not compared: the port cannot read them.
/// Mails:   the mailer may be called for one Message-ID once, and once more for each fault and each failed call.
/// Refused: the run is held against others in which the rival acted before the act, or before or after that call of it.
///          A rival of a put record renames it: an end without that name has lost its update.
/// Pairs:   the second fault is any later call of the run with the first one, its retry included.
/// Store:   records are found through the port: those of the accounts, links and organisations that some commit named.
/// Time:    a run is a world's preparation and an act; use weak hashing. An operation of 12 calls takes some 350 runs.
[[nodiscard]] OSTIARY_TESTING_EXPORT FaultReport fault_sweep(std::string_view name, const FaultScenario& scenario,
                                                             const FaultOptions& options = {});

}  // namespace ostiary::inline v0::testing
