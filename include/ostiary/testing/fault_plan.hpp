#pragma once

#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <ostiary/testing_export.hpp>

namespace ostiary::inline v0::testing {

enum class Port : std::uint8_t { store = 1, mailer, random, http };

/// PortCall is one call of a port, as an onlooker could measure it: which, and how large.
struct PortCall {
  Port port = Port::store;
  std::string_view name{};  ///< "find_account", "commit", "send", "fill": the port's function.
  std::size_t size = 0;     ///< Changes, charges, the limit asked for, or bytes sent or filled.
  std::vector<std::string>
      changes{};  ///< Of a commit: each change's name and the bytes of its record, "PutSession:93".

  friend bool operator==(const PortCall&, const PortCall&) = default;
};

/// text is "commit 2 PutSession:93 AppendAudit:71".
[[nodiscard]] OSTIARY_TESTING_EXPORT std::string text(const PortCall& call);

/// FaultMode says how one call fails. What a mode cannot mean for a call (contention of a read) is `before`.
enum class FaultMode : std::uint8_t {
  before = 1,         ///< No effect: store_unavailable, peer_unreachable (mailer, HTTP), entropy_unavailable.
  forever,            ///< The same, and so every later call of the port.
  answer_lost,        ///< The effect is there: commit_unknown, retry_later of a mail that left, peer_unreachable.
  answer_lost_twice,  ///< The same, and so the next call of that name: a set that is sent again.
  contention,         ///< Of a store's write: no effect.
  contention_thrice,  ///< The same, and so the next two calls of that name: more than ostiary sends again.
  refused,            ///< Of a commit: another request changes a guarded fact first, so that the store itself refuses.
  retry_later,        ///< Of a mailer: it did not take the mail (smtp-451).
  permanent,          ///< Of a mailer: it will not (smtp-550).
};
[[nodiscard]] OSTIARY_TESTING_EXPORT std::string_view fault_mode_name(FaultMode mode) noexcept;

/// Fault is one call that fails: the `call`th after FaultPlan::begin, the first being 1, over all ports.
struct Fault {
  std::size_t call = 0;
  FaultMode mode = FaultMode::before;
  std::size_t rival =
      0;  ///< Of FaultMode::refused: which of the set's rivals, from 0; where there is none, the call does not fail.
};

/// FaultPlan is shared by the faulty doubles of one world: it counts and records their calls, and says which of them
/// fail and how. Without faults it is a recorder. Safe from many threads; which call has which number is then chance.
class OSTIARY_TESTING_EXPORT FaultPlan {
 public:
  /// begin forgets the calls so far and lets `faults` happen from now on.
  void begin(std::vector<Fault> faults = {});
  /// end_lasting ends what goes on since an earlier call; faults of calls to come stay.
  void end_lasting();
  /// recover ends every fault: calls are recorded still, and none fails.
  void recover();

  /// next is for the doubles: it records `call` and gives the mode in which it fails.
  [[nodiscard]] std::optional<Fault> next(PortCall call);

  /// calls are those since `begin`, oldest first.
  [[nodiscard]] std::vector<PortCall> calls() const;

 private:
  struct Lasting {
    Port port;
    std::string_view name;  // empty: every call of the port
    FaultMode mode;
    std::size_t left;
  };
  [[nodiscard]] std::optional<Fault> lasting(const PortCall& call);

  mutable std::mutex mutex_;
  std::vector<PortCall> calls_;
  std::vector<Fault> faults_;
  std::vector<Lasting> lasting_;
};

}  // namespace ostiary::inline v0::testing
