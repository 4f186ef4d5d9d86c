#pragma once

#include <boost/outcome/std_result.hpp>

#include <ostiary/base/error.hpp>

namespace ostiary::inline v0 {

/// Result holds a T, or the `std::error_code` of what the world did wrong (see Errc). Reading the value of a failed
/// Result ends the process: there is no way to go on with a value that is not there. Build the application and ostiary
/// against the same Boost.
template <class T>
using Result = boost::outcome_v2::std_result<T, std::error_code, boost::outcome_v2::policy::terminate>;

/// success is the value of a Result<void> that holds.
inline auto success() noexcept { return boost::outcome_v2::success(); }

}  // namespace ostiary::inline v0

// NOLINTBEGIN(bugprone-macro-parentheses): a declaration cannot stand in parentheses

// OSTIARY_TRY(declaration, expression) declares the value of a Result, or returns its error from this function.
// OSTIARY_TRY(expression) does the same for a Result<void>.
#define OSTIARY_TRY(...) \
  OSTIARY_DETAIL_TRY_PICK(__VA_ARGS__, OSTIARY_DETAIL_TRY_VALUE, OSTIARY_DETAIL_TRY_VOID, )(__VA_ARGS__)
#define OSTIARY_DETAIL_TRY_PICK(a, b, macro, ...) macro
#define OSTIARY_DETAIL_CAT2(a, b) a##b
#define OSTIARY_DETAIL_CAT(a, b) OSTIARY_DETAIL_CAT2(a, b)
#define OSTIARY_DETAIL_TRY_VOID(expression) OSTIARY_DETAIL_TRY_ERROR(OSTIARY_DETAIL_CAT(try_, __COUNTER__), expression)
#define OSTIARY_DETAIL_TRY_VALUE(declaration, expression) \
  OSTIARY_DETAIL_TRY_ASSIGN(OSTIARY_DETAIL_CAT(try_, __COUNTER__), declaration, expression)
#define OSTIARY_DETAIL_TRY_ERROR(name, expression)   \
  if (auto name = (expression); !name.has_value()) { \
    return std::move(name).as_failure();             \
  }                                                  \
  static_assert(true)
#define OSTIARY_DETAIL_TRY_ASSIGN(name, declaration, expression) \
  auto name = (expression);                                      \
  if (!name.has_value()) {                                       \
    return std::move(name).as_failure();                         \
  }                                                              \
  declaration = std::move(name).assume_value()

// NOLINTEND(bugprone-macro-parentheses)
