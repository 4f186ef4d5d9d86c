#pragma once

#include <string>
#include <system_error>
#include <type_traits>
#include <variant>

#include <ostiary/model/audit_event.hpp>
#include <ostiary/model/mail.hpp>

namespace ostiary::inline v0 {

// What a host may want to count or log and no outcome tells it. Enumerators, numbers and durations only: there is no
// member that could hold a name, an address or a secret (R78).

/// DecisionMade: an audit event of this kind was committed. Sign-ins, refusals and everything else are counted by it.
struct DecisionMade {
  AuditKind kind = AuditKind::operation_refused;
};

/// CommitResent: the store answered contention or commit_unknown, and the same set is sent again.
struct CommitResent {
  std::error_code reason{};
};

/// DecisionRepeated: a guard missed, and the operation decides again from fresh facts. Many of these: writers collide.
struct DecisionRepeated {};

/// AttemptThrottled: a budget refused an attempt before any costly work; each one, not the first of a window. A sign-in
/// that its device's budget refused may go on with the tries of an unknown device.
struct AttemptThrottled {
  Duration retry_after{};
};

/// PasswordHashed: one hash was made or verified, waiting for an arena included.
struct PasswordHashed {
  Duration took{};  ///< By the Clock: whole milliseconds.
};

enum class SessionAnswer : std::uint8_t { signed_in = 1, refused };

/// SessionChecked: one answer of the per-request path.
struct SessionChecked {
  SessionAnswer answer = SessionAnswer::refused;
};

/// MailHandled: the outbox is done with one claimed mail; `queued` is one that will be tried again.
struct MailHandled {
  MailState state = MailState::queued;
};

enum class SideTask : std::uint8_t {
  refund = 1,     ///< The try of a successful attempt was not given back.
  session_touch,  ///< A session's last-seen time was not written; the next request tries again.
  hash_upgrade,   ///< An outdated hash was not made anew; the next sign-in tries again.
  hash_verify,    ///< A stored hash is damaged or over the hasher's limits: its owner is refused until it is mended.
  factor_open,    ///< A second factor's secret does not open: its owner is told so until it is mended.
};

/// SideTaskFailed: something that an operation does beside its work failed, and the operation went on without it.
struct SideTaskFailed {
  SideTask task = SideTask::refund;
  std::error_code error{};
};

/// RowsHousekept: one run of housekeeping deleted so many rows.
struct RowsHousekept {
  std::size_t deleted = 0;
};

using Observation = std::variant<DecisionMade, CommitResent, DecisionRepeated, AttemptThrottled, PasswordHashed,
                                 SessionChecked, MailHandled, SideTaskFailed, RowsHousekept>;
static_assert(std::is_trivially_copyable_v<Observation>, "an observation owns no text");

/// describe is one stable line for a log: "decision_made kind=signed_in", "commit_resent reason=contention".
[[nodiscard]] OSTIARY_CORE_EXPORT std::string describe(const Observation& observation);

/// Observer is told what happens inside, for metrics and logs. Optional.
///
/// Calls:   `observe` on the thread of the operation, between its port calls. It must be quick and must not call back
///          into ostiary.
/// Threads: called from many at once.
class OSTIARY_CORE_EXPORT Observer {
 public:
  Observer() = default;
  Observer(const Observer&) = delete;
  Observer& operator=(const Observer&) = delete;
  virtual ~Observer() = default;

  virtual void observe(const Observation& observation) noexcept = 0;
};

}  // namespace ostiary::inline v0
