#include <ostiary/base/result.hpp>

#include <memory>

#include <doctest/doctest.h>

using namespace ostiary;

namespace {

Result<int> half(int number) {
  if (number % 2 != 0) {
    return Errc::malformed_text;
  }
  return number / 2;
}

Result<void> require_even(int number) {
  OSTIARY_TRY(half(number));
  return success();
}

Result<int> quarter(int number) {
  OSTIARY_TRY(const int once, half(number));
  OSTIARY_TRY(const int twice, half(once));
  return twice;
}

Result<std::unique_ptr<int>> boxed(int number) {
  OSTIARY_TRY(require_even(number));
  return std::make_unique<int>(number);
}

Result<int> unboxed(int number) {
  OSTIARY_TRY(auto box, boxed(number));  // a value that only moves
  return *box;
}

}  // namespace

TEST_CASE("OSTIARY_TRY declares the value, or returns the error as it is") {
  CHECK(quarter(8).value() == 2);
  CHECK(quarter(6).error() == Errc::malformed_text);
  CHECK(quarter(3).error() == Errc::malformed_text);
  CHECK(unboxed(4).value() == 4);
  CHECK(unboxed(5).error() == Errc::malformed_text);
}

TEST_CASE("OSTIARY_TRY of a Result<void> goes on, or returns the error") {
  CHECK(require_even(2).has_value());
  CHECK(require_even(1).error() == Errc::malformed_text);
}

TEST_CASE("a Result tells its error's kind") {
  const auto answer = half(1);
  CHECK_FALSE(answer);
  CHECK(answer.error() == ErrorKind::caller);
  CHECK(answer.error() != ErrorKind::transient);
}
