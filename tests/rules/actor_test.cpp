#include <ostiary/rules/actor.hpp>

#include <type_traits>

#include <doctest/doctest.h>

#include "fixture.hpp"

using namespace ostiary;
using namespace ostiary::test;

// R67: an actor is a proof; nobody makes one from parts.
static_assert(!std::is_default_constructible_v<Actor>);
static_assert(!std::is_aggregate_v<Actor>);
static_assert(!std::is_constructible_v<Actor, AuditActorKind>);
static_assert(!std::is_constructible_v<Actor, AccountStanding>);

namespace {

// The error of making a member of the staff, or none.
std::error_code staff_error(std::string_view name, std::string_view reason) {
  const auto actor = Actor::staff(name, reason);
  return actor ? std::error_code() : actor.error();
}

std::error_code host_error(std::string_view name) {
  const auto actor = Actor::host(name);
  return actor ? std::error_code() : actor.error();
}

}  // namespace

TEST_CASE("R40: managers have the organisation's view, supervisors the call centre's, everybody their own") {
  struct Row {
    Role role;
    View view;
    bool has;
  };
  static constexpr Row rows[] = {
      {Role::member, View::my_account, true},
      {Role::member, View::manage_organization, false},
      {Role::member, View::call_centre, false},
      {Role::supervisor, View::my_account, true},
      {Role::supervisor, View::manage_organization, false},
      {Role::supervisor, View::call_centre, true},
      {Role::manager, View::my_account, true},
      {Role::manager, View::manage_organization, true},
      {Role::manager, View::call_centre, false},
  };
  for (const Row& row : rows) {
    CAPTURE(static_cast<int>(row.role));
    CAPTURE(static_cast<int>(row.view));
    CHECK(Actor::in_view(signed_in(active(row.role)), row.view).has_value() == row.has);
  }
  CHECK_FALSE(Actor::in_view(signed_in(active(Role::manager)), static_cast<View>(0)));  // NOLINT(clang-analyzer-*)
}

TEST_CASE("R67: somebody signed in acts as the account, in the view, while role and session hold") {
  const auto actor = Actor::in_view(signed_in(active(Role::supervisor)), View::call_centre).value();
  CHECK(actor.kind() == AuditActorKind::account);
  CHECK(actor.account()->id == owner_id);
  CHECK(actor.account()->organization == acme_id);
  CHECK(actor.view() == View::call_centre);
  CHECK(actor.name().empty());
  CHECK(actor.reason().empty());
  const auto changes = actor.guard(noon);
  REQUIRE(names_of(changes) == "RequireActor");
  const auto& guard = at<RequireActor>(changes, 0);
  CHECK(guard.account == owner_id);
  CHECK(guard.role == Role::supervisor);
  CHECK(guard.epoch == 5);
  CHECK(guard.session == session_id);
}

TEST_CASE("R67: staff and host have a name and no account, and no session that could end") {
  CHECK(staff().kind() == AuditActorKind::staff);
  CHECK(staff().name() == "Robin");
  CHECK(staff().reason() == "ticket 42");
  CHECK(host().kind() == AuditActorKind::host);
  CHECK(host().name() == "cron");
  CHECK(host().reason().empty());
  for (const auto& actor : {staff(), host()}) {
    CHECK_FALSE(actor.account());
    CHECK_FALSE(actor.view());
    CHECK(actor.guard(noon).empty());
  }
}

TEST_CASE("R67: a reason without a letter or digit is none") {
  for (const auto* const blank : {" ", "\u00a0", "\u200b", "-", "..."}) {
    CHECK(staff_error("Sam", blank) == Errc::malformed_text);
  }
  CHECK_FALSE(staff_error("Sam", "7"));
}

TEST_CASE("S368: names and reasons go into the audit, so they are clean text of bounded length") {
  CHECK_FALSE(staff_error("Zoé Bélanger", "réinitialisé à sa demande"));
  CHECK_FALSE(staff_error(std::string(100, 'n'), std::string(200, 'r')));
  CHECK(staff_error(std::string(101, 'n'), "r") == Errc::text_too_long);
  CHECK(staff_error("n", std::string(201, 'r')) == Errc::text_too_long);
  CHECK_FALSE(host_error(std::string(100, 'n')));
  CHECK(host_error(std::string(101, 'n')) == Errc::text_too_long);
  using namespace std::string_view_literals;
  for (const auto hostile : {""sv, "a\nb"sv, "a\rb"sv, "a\0b"sv, "\x1b[31m"sv, "\x7f"sv, "\xc3"sv, "\xff"sv, "\u2028"sv,
                             "\xed\xa0\x80"sv, "\u0085"sv}) {
    CAPTURE(hostile);
    CHECK(staff_error(hostile, "reason") == Errc::malformed_text);
    CHECK(staff_error("name", hostile) == Errc::malformed_text);
    CHECK(host_error(hostile) == Errc::malformed_text);
  }
}
