#pragma once

#include <ostiary/core_export.hpp>

namespace ostiary::inline v0::detail {
[[noreturn]] OSTIARY_CORE_EXPORT void assertion_failed(const char* condition, const char* file, int line) noexcept;
}

// OSTIARY_ASSERT ends the process on a bug of the library's own; it stays in release builds and prints no data.
#define OSTIARY_ASSERT(condition) \
  ((condition) ? static_cast<void>(0) : ::ostiary::detail::assertion_failed(#condition, __FILE__, __LINE__))
