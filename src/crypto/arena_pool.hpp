#pragma once

#include <condition_variable>
#include <memory>
#include <mutex>
#include <utility>
#include <vector>

#include <ostiary/base/clock.hpp>
#include <ostiary/base/encoding.hpp>
#include <ostiary/base/result.hpp>

namespace ostiary::inline v0::crypto {

struct UnmapPages {
  std::size_t size = 0;
  void operator()(std::byte* pages) const noexcept;
};

/// Arena is memory of its own pages, zero at first, given back to the system at the end and left out of core dumps. A
/// page costs a fault at its first use only. Throws std::bad_alloc.
class Arena {
 public:
  explicit Arena(std::size_t size);

  [[nodiscard]] std::span<std::byte> memory() const noexcept { return {pages_.get(), pages_.get_deleter().size}; }

 private:
  std::unique_ptr<std::byte, UnmapPages> pages_;
};

/// ArenaPool keeps `count` arenas and lends each to one caller at a time. Whoever borrows one leaves it zero. The one
/// used last is lent first, so a pool that is never full never touches the others' pages.
class ArenaPool {
 public:
  /// Lease gives the arena back when it ends. It must not outlive the pool.
  class Lease {
   public:
    Lease(Lease&& other) noexcept : pool_(other.pool_), arena_(std::exchange(other.arena_, nullptr)) {}
    Lease(const Lease&) = delete;
    Lease& operator=(Lease&&) = delete;
    Lease& operator=(const Lease&) = delete;
    ~Lease();

    [[nodiscard]] std::span<std::byte> memory() const noexcept { return arena_->memory(); }

   private:
    friend class ArenaPool;
    Lease(ArenaPool& pool, Arena& arena) noexcept : pool_(&pool), arena_(&arena) {}
    ArenaPool* pool_;
    Arena* arena_;
  };

  ArenaPool(std::size_t count, std::size_t size_each);

  /// acquire waits up to `wait_max` for an arena, else Errc::hasher_busy. With 0 it never blocks.
  [[nodiscard]] Result<Lease> acquire(Duration wait_max);

 private:
  void release(Arena& arena) noexcept;

  std::vector<Arena> arenas_;
  std::mutex mutex_;
  std::condition_variable released_;
  std::vector<Arena*> free_;
};

}  // namespace ostiary::inline v0::crypto
