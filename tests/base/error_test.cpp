#include <doctest/doctest.h>

#include <ostiary/base/error.hpp>

TEST_CASE("x") { CHECK(ostiary::make_error_code(ostiary::Errc::conflict) == ostiary::ErrorKind::transient); }
