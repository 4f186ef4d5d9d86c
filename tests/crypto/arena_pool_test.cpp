#include "crypto/arena_pool.hpp"

#include <algorithm>
#include <atomic>
#include <optional>
#include <sys/mman.h>
#include <thread>

#include <doctest/doctest.h>

using namespace ostiary;
using namespace ostiary::crypto;
using namespace std::chrono_literals;

namespace {

constexpr std::size_t page_size = 4096;

bool is_busy(const Result<ArenaPool::Lease>& lease) { return lease.has_error() && lease.error() == Errc::hasher_busy; }

std::size_t resident_pages(std::span<std::byte> memory) {
  std::vector<unsigned char> pages(memory.size() / page_size);
  REQUIRE(::mincore(memory.data(), memory.size(), pages.data()) == 0);
  return static_cast<std::size_t>(std::ranges::count_if(pages, [](unsigned char page) { return (page & 1U) != 0; }));
}

}  // namespace

TEST_CASE("an arena is lent to one at a time, and busy is said when all are taken") {
  ArenaPool pool(2, page_size);
  auto first = pool.acquire(0ms);
  auto second = pool.acquire(0ms);
  REQUIRE(first.has_value());
  REQUIRE(second.has_value());
  CHECK(first.value().memory().size() == page_size);
  CHECK(first.value().memory().data() != second.value().memory().data());
  CHECK(is_busy(pool.acquire(0ms)));
  CHECK(is_busy(pool.acquire(1ms)));
}

TEST_CASE("an arena that was given back is lent again, the same pages with what is in them") {
  ArenaPool pool(3, page_size);
  const std::byte* seen = nullptr;
  for (int i = 0; i < 10; ++i) {
    const auto lease = pool.acquire(0ms);
    REQUIRE(lease.has_value());
    if (seen == nullptr) {
      seen = lease.value().memory().data();
      lease.value().memory().front() = std::byte{7};
    }
    CHECK(lease.value().memory().data() == seen);
    CHECK(lease.value().memory().front() == std::byte{7});
  }
}

TEST_CASE("arenas that were never lent together take no memory") {
  constexpr std::size_t pages = 64;
  ArenaPool pool(4, pages * page_size);
  std::span<std::byte> unused;
  {
    const auto first = pool.acquire(0ms);
    const auto second = pool.acquire(0ms);
    unused = second.value().memory();
    std::ranges::fill(first.value().memory(), std::byte{1});
    CHECK(resident_pages(first.value().memory()) == pages);
  }
  CHECK(resident_pages(unused) == 0);
}

TEST_CASE("one who waits gets the arena that another gives back") {
  ArenaPool pool(1, page_size);
  std::optional<Result<ArenaPool::Lease>> held(pool.acquire(0ms));
  REQUIRE(held->has_value());
  std::atomic<bool> waiting = false;
  std::atomic<bool> got = false;
  std::thread other([&] {
    waiting = true;
    got = pool.acquire(60s).has_value();
  });
  while (!waiting) {
    std::this_thread::yield();
  }
  CHECK_FALSE(got);
  held.reset();
  other.join();
  CHECK(got);
  CHECK(pool.acquire(0ms).has_value());
}

TEST_CASE("a lease that was moved gives its arena back once") {
  ArenaPool pool(1, page_size);
  {
    auto lease = pool.acquire(0ms);
    const ArenaPool::Lease moved = std::move(lease).value();
    CHECK(is_busy(pool.acquire(0ms)));
    CHECK(moved.memory().size() == page_size);
  }
  const auto again = pool.acquire(0ms);
  CHECK(again.has_value());
  CHECK(is_busy(pool.acquire(0ms)));
}

TEST_CASE("an arena of no size can be lent: scrypt and PBKDF2 take a place, not memory") {
  ArenaPool pool(1, 0);
  const auto lease = pool.acquire(0ms);
  REQUIRE(lease.has_value());
  CHECK(lease.value().memory().empty());
  CHECK(is_busy(pool.acquire(0ms)));
}
