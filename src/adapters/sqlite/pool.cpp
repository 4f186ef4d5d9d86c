#include "pool.hpp"

#include <algorithm>

namespace ostiary::inline v0::sqlite {

Result<Pool::Lease> Pool::take(Deadline deadline) {
  OSTIARY_TRY(auto slot, take_slot(deadline));
  if (!slot) {
    auto opened = open_(deadline);
    if (!opened) {
      give_back(nullptr);
      return opened.error();
    }
    slot = std::move(opened).value();
  }
  slot->set_deadline(deadline);
  return Lease(slot.release(), GiveBack{this});
}

Result<Pool::Slot> Pool::take_slot(Deadline deadline) {
  std::unique_lock lock(mutex_);
  if (!slots_.empty()) {  // then nobody waits
    auto slot = std::move(slots_.back());
    slots_.pop_back();
    return slot;
  }
  Waiter self;
  waiters_.push_back(&self);
  if (!self.served.wait_until(lock, deadline, [&] { return self.slot.has_value(); })) {
    std::erase(waiters_, &self);
    return Errc::contention;
  }
  return std::move(*self.slot);
}

void Pool::give_back(Slot slot) {
  if (slot && slot->in_transaction()) {
    slot.reset();
  }
  const std::lock_guard lock(mutex_);
  if (!waiters_.empty()) {
    auto* const first = waiters_.front();
    waiters_.pop_front();
    first->slot.emplace(std::move(slot));
    first->served.notify_one();  // under the lock: the waiter may be gone once it is released
    return;
  }
  slots_.insert(slot ? slots_.end() : slots_.begin(), std::move(slot));
}

}  // namespace ostiary::inline v0::sqlite
