#include "arena_pool.hpp"

#include <new>
#include <sys/mman.h>

namespace ostiary::inline v0::crypto {

Arena::Arena(std::size_t size) {
  if (size == 0) {
    return;
  }
  void* pages = ::mmap(nullptr, size, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  if (pages == MAP_FAILED) {  // NOLINT(performance-no-int-to-ptr): POSIX's own macro
    throw std::bad_alloc();
  }
  pages_ = {static_cast<std::byte*>(pages), UnmapPages{size}};
#ifdef MADV_DONTDUMP
  ::madvise(pages, size, MADV_DONTDUMP);
#endif
#ifdef MADV_HUGEPAGE
  constexpr std::size_t huge_page_size = 2UL * 1024 * 1024;  // Argon2 jumps about: fewer pages, fewer TLB misses
  if (size >= huge_page_size) {
    ::madvise(pages, size, MADV_HUGEPAGE);
  }
#endif
}

void UnmapPages::operator()(std::byte* pages) const noexcept { ::munmap(pages, size); }

ArenaPool::Lease::~Lease() {
  if (arena_ != nullptr) {
    pool_->release(*arena_);
  }
}

ArenaPool::ArenaPool(std::size_t count, std::size_t size_each) {
  arenas_.reserve(count);
  free_.reserve(count);
  for (std::size_t i = 0; i < count; ++i) {
    free_.push_back(&arenas_.emplace_back(size_each));
  }
}

Result<ArenaPool::Lease> ArenaPool::acquire(Duration wait_max) {
  std::unique_lock lock(mutex_);
  if (free_.empty() && wait_max <= Duration::zero()) {
    return Errc::hasher_busy;
  }
  if (!released_.wait_for(lock, wait_max, [this] { return !free_.empty(); })) {
    return Errc::hasher_busy;
  }
  Arena* arena = free_.back();
  free_.pop_back();
  return Lease(*this, *arena);
}

void ArenaPool::release(Arena& arena) noexcept {
  {
    const std::lock_guard lock(mutex_);
    free_.push_back(&arena);  // never allocates: there is room for all
  }
  released_.notify_one();
}

}  // namespace ostiary::inline v0::crypto
