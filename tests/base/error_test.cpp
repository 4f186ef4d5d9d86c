#include <ostiary/base/error.hpp>

#include <set>
#include <string>

#include <doctest/doctest.h>

using namespace ostiary;

namespace {

// Every number at which an Errc can stand; whether one does stand there, its message tells.
constexpr int number_max = 999;
const std::string unknown = "unknown error";

struct Range {
  Errc first;
  Errc last;
  ErrorKind kind;
};
// The last of each kind is named here: a new enumerator fails the count below until this table knows it.
constexpr Range ranges[] = {{Errc::malformed_login_name, Errc::value_not_allowed, ErrorKind::caller},
                            {Errc::store_unavailable, Errc::entropy_unavailable, ErrorKind::transient},
                            {Errc::key_unknown, Errc::file_unwritable, ErrorKind::configuration},
                            {Errc::peer_unreachable, Errc::peer_protocol, ErrorKind::peer}};

}  // namespace

TEST_CASE("every Errc has a message of its own, and no other number has one") {
  std::set<std::string> messages;
  int expected = 0;
  for (const auto& range : ranges) {
    for (int code = static_cast<int>(range.first); code <= static_cast<int>(range.last); ++code) {
      CAPTURE(code);
      ++expected;
      CHECK(error_category().message(code) != unknown);
      CHECK(messages.insert(error_category().message(code)).second);
    }
  }
  int found = 0;
  for (int code = -1; code <= number_max; ++code) {
    found += error_category().message(code) != unknown ? 1 : 0;
  }
  CHECK(found == expected);
}

TEST_CASE("every Errc equals its kind and no other") {
  for (const auto& range : ranges) {
    for (int code = static_cast<int>(range.first); code <= static_cast<int>(range.last); ++code) {
      const std::error_code error = static_cast<Errc>(code);
      for (const auto kind : {ErrorKind::caller, ErrorKind::transient, ErrorKind::configuration, ErrorKind::peer}) {
        CAPTURE(code);
        CHECK((error == kind) == (kind == range.kind));
      }
      CHECK(error);  // no Errc is 0, which would be no error
    }
  }
}

TEST_CASE("an unknown number and a foreign error have no kind") {
  for (const auto kind : {ErrorKind::caller, ErrorKind::transient, ErrorKind::configuration, ErrorKind::peer}) {
    CHECK(std::error_code(number_max, error_category()) != kind);
    CHECK(std::error_code(-1, error_category()) != kind);
    CHECK(std::error_code(0, error_category()) != kind);
    CHECK(std::make_error_code(std::errc::permission_denied) != kind);
  }
}

TEST_CASE("the two categories are distinct, named, and one object each") {
  CHECK(error_category() != error_kind_category());
  CHECK(std::string(error_category().name()) == "ostiary");
  CHECK(std::string(error_kind_category().name()) == "ostiary.kind");
  CHECK(&error_category() == &error_category());
  CHECK(error_category() != std::generic_category());
}

TEST_CASE("every kind has a message of its own") {
  std::set<std::string> messages{error_kind_category().message(0)};
  for (const auto kind : {ErrorKind::caller, ErrorKind::transient, ErrorKind::configuration, ErrorKind::peer}) {
    CHECK(messages.insert(make_error_condition(kind).message()).second);
  }
}
