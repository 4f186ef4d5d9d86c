#include <ostiary/base/assert.hpp>

#include <doctest/doctest.h>

#include "aborts.hpp"
#include <ostiary/base/result.hpp>

using ostiary::testing_internal::aborts;

TEST_CASE("a broken assertion ends the process, in every build") {
  CHECK(aborts([] { OSTIARY_ASSERT(1 + 1 == 3); }));
  CHECK_FALSE(aborts([] { OSTIARY_ASSERT(1 + 1 == 2); }));
}

TEST_CASE("reading the value of a failed Result ends the process") {
  CHECK(aborts([] {
    const ostiary::Result<int> failed(ostiary::Errc::conflict);
    static_cast<void>(failed.value());
  }));
}
