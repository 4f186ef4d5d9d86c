#pragma once

#include <atomic>
#include <latch>

#include "conformance.hpp"

// Threads against each other. Everything that a thread sends is made before it starts; what it saw is judged after it
// has ended.
namespace ostiary::inline v0::testing::conformance {

// Runs `work(i, store)` on `count` threads at once, over two handles in turn where there are two.
template <class Work>
void at_once(Trial& trial, std::size_t count, Work work) {
  std::latch start(static_cast<std::ptrdiff_t>(count));
  std::vector<std::jthread> threads;
  threads.reserve(count);
  for (std::size_t i = 0; i < count; ++i) {
    Store& store = i % 2 == 0 ? trial.store() : trial.second_store();
    threads.emplace_back([&start, &work, &store, i] {
      start.arrive_and_wait();
      work(i, store);
    });
  }
}

inline std::size_t threads_count(const Trial& trial) { return std::max<std::size_t>(trial.options().threads, 2); }

template <class Work>
void at_once(Trial& trial, Work work) {
  at_once(trial, threads_count(trial), std::move(work));
}

// Sends each set from a thread of its own at once, and gives the answers.
inline std::vector<Sent> send_at_once(Trial& trial, const std::vector<ChangeSet>& sets) {
  std::vector<Sent> answers(sets.size());
  at_once(trial, sets.size(), [&](std::size_t i, Store& store) { answers[i] = send(store, sets[i]); });
  return answers;
}

// Races sets of which one can win, and gives the winner's index.
inline std::size_t race(Trial& trial, std::string_view what, const std::vector<ChangeSet>& sets) {
  const auto answers = send_at_once(trial, sets);
  std::size_t winners = 0;
  std::size_t winner = 0;
  for (std::size_t i = 0; i < answers.size(); ++i) {
    if (answers[i].error) {
      trial.fail(std::string(what) + ": a thread got " + answers[i].text());
    }
    if (answers[i].committed()) {
      ++winners;
      winner = i;
    }
  }
  trial.expect_count(winners, 1, std::string(what) + ": winners");
  return winner;
}

// The same with a set from every thread: `make(i)` makes the changes of thread i.
template <class Make>
std::size_t race(Trial& trial, std::string_view what, Make make) {
  std::vector<ChangeSet> sets;
  sets.reserve(threads_count(trial));
  for (std::size_t i = 0; i < threads_count(trial); ++i) {
    sets.push_back(trial.set(make(i)));
  }
  return race(trial, what, sets);
}

inline std::vector<LeaseToken> tokens_of_threads(Trial& trial) {
  std::vector<LeaseToken> tokens(threads_count(trial));
  std::ranges::generate(tokens, [&] { return trial.id<LeaseToken>(); });
  return tokens;
}

template <class Round>
void in_rounds(Trial& trial, Round round) {
  for (std::size_t i = 0; i < std::max<std::size_t>(trial.options().rounds, 1); ++i) {
    round();
  }
}

}  // namespace ostiary::inline v0::testing::conformance
