#pragma once

#include <list>

#include "changes.hpp"
#include "pool.hpp"

namespace ostiary::inline v0::sqlite {

/// GroupCommit lets change sets that wait at the same time share one transaction, and so one fsync (ADR 0008).
///
/// Batch:   the first set that waits leads. Once it has the writer and the file's lock it takes in every set that waits
///          by then, or comes while it works, up to `batch_changes_max` changes. No timer, no thread of its own.
/// Verdict: each set has its own. One that is refused or fails is taken back to its savepoint. Nothing is told before
///          the COMMIT, since a later set's verdict may rest on an earlier set.
/// Unjudged: where SQLite rolled the whole transaction back, or COMMIT failed and nothing was written, nobody knows whose
///          fault it was: each set of the batch goes back to the head of the queue and is run again, alone.
/// Unknown: where COMMIT failed and may have been written, all are commit_unknown.
/// Waiting: a set whose deadline passes is contention, unless it was begun: then it waits for its answer.
/// Throws:  what a set throws (std::bad_alloc, of `on_commit` anything) reaches its own caller: the batch is unjudged.
class GroupCommit {
 public:
  static constexpr std::size_t batch_changes_max = 512;

  /// `writer` is a pool of one. It and what `on_commit` holds outlive this.
  GroupCommit(Pool& writer, OnCommit on_commit) : writer_(writer), on_commit_(std::move(on_commit)) {}

  /// commit is Store::commit. Safe from many threads.
  [[nodiscard]] Result<CommitAnswer> commit(const ChangeSet& set, Deadline deadline);

  /// count_callers counts the threads that are in `commit`. For tests.
  [[nodiscard]] std::size_t count_callers();

 private:
  enum class State : std::uint8_t { waiting, begun, answered };
  struct Waiter {
    explicit Waiter(const ChangeSet& set_given) : set(set_given) {}

    const ChangeSet& set;
    State state = State::waiting;
    bool is_alone = false;  // was in a batch that could not be judged
    Result<CommitAnswer> answer = Errc::contention;
    std::condition_variable called;
  };
  using Waiters = std::list<Waiter*>;  // spliced, so that moving a set from list to list never fails
  class Place;
  class Batch;

  [[nodiscard]] bool may_lead(const Waiter& waiter) const;
  void call_next();
  void lead(Deadline deadline);
  [[nodiscard]] bool run_in_savepoint(Connection& db, Waiter& waiter) const;

  Pool& writer_;
  OnCommit on_commit_;
  std::mutex mutex_;
  Waiters waiting_;  // in order of arrival
  std::size_t callers_count_ = 0;
  bool is_led_ = false;  // a batch is being made or run
};

}  // namespace ostiary::inline v0::sqlite
