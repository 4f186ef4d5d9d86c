#pragma once

#include <latch>
#include <thread>
#include <vector>

namespace ostiary::test {

/// at_once starts `count` threads at one moment and waits for all.
template <class Act>
void at_once(int count, Act act) {
  std::latch start(count);
  std::vector<std::thread> threads;
  for (int i = 0; i < count; ++i) {
    threads.emplace_back([&, i] {
      start.arrive_and_wait();
      act(i);
    });
  }
  for (auto& thread : threads) {
    thread.join();
  }
}

}  // namespace ostiary::test
