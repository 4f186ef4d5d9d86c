#pragma once

#include <condition_variable>
#include <deque>
#include <functional>
#include <mutex>

#include "connection.hpp"

namespace ostiary::inline v0::sqlite {

/// Pool lends connections, at most `count_max` at a time, to whoever asked first: a thread that commits in a loop does
/// not get in front of one that waits. A pool of one puts writers in a queue. Safe from many threads.
class Pool {
  struct GiveBack {
    Pool* pool = nullptr;
    void operator()(Connection* connection) const { pool->give_back(std::unique_ptr<Connection>(connection)); }
  };

 public:
  /// Lease lends one connection; its end gives it back. It must not outlive the pool.
  using Lease = std::unique_ptr<Connection, GiveBack>;
  using Open = std::function<Result<std::unique_ptr<Connection>>(Deadline)>;

  Pool(std::size_t count_max, Open open) : open_(std::move(open)), slots_(count_max) {}

  /// take waits until `deadline`, then answers contention. It opens a connection where none is idle.
  [[nodiscard]] Result<Lease> take(Deadline deadline);

 private:
  using Slot = std::unique_ptr<Connection>;  // empty: may be opened

  struct Waiter {
    std::condition_variable served;
    std::optional<Slot> slot;
  };

  [[nodiscard]] Result<Slot> take_slot(Deadline deadline);
  void give_back(Slot slot);

  Open open_;
  std::mutex mutex_;
  std::vector<Slot> slots_;  // idle; those that are open at the back
  std::deque<Waiter*> waiters_;
};

}  // namespace ostiary::inline v0::sqlite
