#include "group_commit.hpp"

#include <algorithm>

namespace ostiary::inline v0::sqlite {
namespace {

bool is_applied(const Result<CommitAnswer>& answer) {
  return answer.has_value() && std::holds_alternative<Committed>(answer.value());
}

}  // namespace

// A caller's place in the queue, and the lock. However the caller leaves, nothing points to its set afterwards.
class GroupCommit::Place {
 public:
  Place(GroupCommit& group, Waiter& waiter) : group_(group), waiter_(waiter) {
    Waiters one{&waiter};
    lock_.lock();
    group_.waiting_.splice(group_.waiting_.end(), one);
    ++group_.callers_count_;
  }
  Place(const Place&) = delete;
  Place& operator=(const Place&) = delete;
  ~Place() {
    if (!lock_.owns_lock()) {  // `lead` threw
      lock_.lock();
    }
    --group_.callers_count_;
    if (waiter_.state != State::answered) {
      std::erase(group_.waiting_, &waiter_);
      group_.call_next();
    }
  }

  [[nodiscard]] std::unique_lock<std::mutex>& lock() noexcept { return lock_; }

 private:
  GroupCommit& group_;
  Waiter& waiter_;
  std::unique_lock<std::mutex> lock_{group_.mutex_, std::defer_lock};
};

// The sets of one transaction. However the leader leaves, those that were not answered wait again, each to be run
// alone, and the next one leads.
class GroupCommit::Batch {
 public:
  explicit Batch(GroupCommit& group) : group_(group) {}
  Batch(const Batch&) = delete;
  Batch& operator=(const Batch&) = delete;
  ~Batch() {
    const std::lock_guard lock(group_.mutex_);
    for (auto* const waiter : begun_) {
      waiter->state = State::waiting;
      waiter->is_alone = true;
      waiter->called.notify_one();
    }
    group_.waiting_.splice(group_.waiting_.begin(), begun_);
    group_.is_led_ = false;
    group_.call_next();
  }

  // Takes the next set in; null where none waits, or none may join.
  Waiter* begin_next() {
    const std::lock_guard lock(group_.mutex_);
    auto& waiting = group_.waiting_;
    if (waiting.empty() || !may_join(*waiting.front())) {
      return nullptr;
    }
    begun_.splice(begun_.end(), waiting, waiting.begin());
    auto* const waiter = begun_.back();
    waiter->state = State::begun;
    changes_count_ += waiter->set.changes.size() + 1;
    return waiter;
  }

  // Tells each set its own answer.
  void tell() {
    const std::lock_guard lock(group_.mutex_);
    for (auto* const waiter : begun_) {
      waiter->state = State::answered;
      waiter->called.notify_one();  // under the lock: the waiter may be gone once it is released
    }
    begun_.clear();
  }

  // Tells all sets that they failed so.
  void tell(std::error_code error) {
    for (auto* const waiter : begun_) {
      waiter->answer = error;
    }
    tell();
  }

  [[nodiscard]] bool is_of_one() const { return begun_.size() == 1; }

 private:
  [[nodiscard]] bool may_join(const Waiter& waiter) const {
    return begun_.empty() ||
           (!begun_.front()->is_alone && !waiter.is_alone && changes_count_ < GroupCommit::batch_changes_max);
  }

  GroupCommit& group_;
  Waiters begun_;
  std::size_t changes_count_ = 0;
};

Result<CommitAnswer> GroupCommit::commit(const ChangeSet& set, Deadline deadline) {
  Waiter self(set);
  Place place(*this, self);
  auto& lock = place.lock();
  for (;;) {
    const bool is_called =
        self.called.wait_until(lock, deadline, [&] { return self.state == State::answered || may_lead(self); });
    if (self.state == State::answered) {
      return self.answer;
    }
    if (is_called) {
      is_led_ = true;
      lock.unlock();
      lead(deadline);
      lock.lock();
    } else if (self.state == State::waiting) {
      return Errc::contention;
    } else {  // begun: whoever has begun it will answer it, or put it back
      self.called.wait(lock, [&] { return self.state != State::begun; });
    }
  }
}

std::size_t GroupCommit::count_callers() {
  const std::lock_guard lock(mutex_);
  return callers_count_;
}

bool GroupCommit::may_lead(const Waiter& waiter) const {
  return !is_led_ && waiter.state == State::waiting && waiting_.front() == &waiter;
}

void GroupCommit::call_next() {
  if (!is_led_ && !waiting_.empty()) {
    waiting_.front()->called.notify_one();
  }
}

void GroupCommit::lead(Deadline deadline) {
  Batch batch(*this);
  Waiter& first = *batch.begin_next();  // the leader's own
  const auto writer = writer_.take(deadline);
  if (!writer) {
    batch.tell(writer.error());
    return;
  }
  Connection& db = *writer.value();
  auto transaction = Transaction::begin(db, Durability::power_cut);
  if (!transaction) {
    batch.tell(transaction.error());
    return;
  }
  // The first set needs no savepoint: where it misses, the transaction is taken back, and the next set leads another.
  first.answer = apply(db, first.set, on_commit_);
  if (!is_applied(first.answer)) {
    batch.tell();
    return;
  }
  while (Waiter* const next = batch.begin_next()) {
    if (!run_in_savepoint(db, *next)) {
      return;  // unjudged
    }
  }
  const auto committed = transaction.value().commit();
  if (committed) {
    batch.tell();
  } else if (committed.error() == Errc::commit_unknown || batch.is_of_one()) {
    batch.tell(committed.error());
  }
  // Otherwise unjudged: nothing was written, and any of the sets may be why.
}

// False: the transaction is gone, or in a state that is not known.
bool GroupCommit::run_in_savepoint(Connection& db, Waiter& waiter) const {
  if (!db.set_savepoint()) {
    return false;
  }
  try {
    waiter.answer = apply(db, waiter.set, on_commit_);
  } catch (...) {
    return false;  // run alone, it throws to its own caller
  }
  if (!db.in_transaction()) {
    return false;
  }
  return is_applied(waiter.answer) ? db.release().has_value() : db.take_back().has_value();
}

}  // namespace ostiary::inline v0::sqlite
