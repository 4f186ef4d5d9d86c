// A host that keeps its own user table beside ostiary's, in one SQLite file: a seat of the telephone company becomes
// active exactly when the setup of its account completes, or neither happens.
// Usage: own_tables FOLDER

#include <cstdlib>
#include <iostream>
#include <span>

#include "../portal.hpp"
#include "seats.hpp"

namespace {

using namespace host;  // NOLINT(google-build-using-namespace): an example reads better so

constexpr auto birch = "Birch Dental";

Result<void> say_seat(const Seats& seats, const std::string& seat) {
  OSTIARY_TRY(const auto state, seats.state_of(seat));
  OSTIARY_TRY(const auto summary, seats.summary(birch));
  say("  the company's tables: " + seat + " is " + state + "; " + summary);
  return success();
}

Result<void> say_account(const Portal& portal, const std::string& host_ref) {
  OSTIARY_TRY(const auto account, portal.store.find_account_by_host_ref(host_ref));
  if (!account) {
    return Errc::out_of_order;
  }
  say("  ostiary's: the account of " + host_ref + ", " + account->login.as_typed() + ", is " +
      (account->status == AccountStatus::active ? "active" : "not active"));
  return success();
}

Result<void> show_refusal(const Portal& portal, const Seats& seats, const std::string& token) {
  const auto refused = complete_setup(portal, token);
  if (refused) {
    return Errc::out_of_order;
  }
  say("  the setup is refused: " + refused.error().message());
  OSTIARY_TRY(say_seat(seats, "seat-3"));
  OSTIARY_TRY(say_account(portal, "seat-3"));
  OSTIARY_TRY(auto page, portal.setup.inspect(token));
  OSTIARY_TRY(only<SetupPage>(std::move(page)));
  say("  the link is not used: it still works");
  return success();
}

Result<void> tell_story(const Portal& portal, Seats& seats) {
  say("1. The telephone company has a customer, who bought 2 seats; 3 people are to have one.");
  OSTIARY_TRY(seats.add_customer(birch, 2));
  for (const auto* const seat : {"seat-1", "seat-2", "seat-3"}) {
    OSTIARY_TRY(seats.add_seat(seat, birch));
  }
  OSTIARY_TRY(const auto organization, found(portal, "birch", "seat-1"));
  OSTIARY_TRY(say_seat(seats, "seat-1"));

  say("2. The manager completes the setup. Her seat becomes active in the same transaction.");
  OSTIARY_TRY(const auto first, open_mail(portal));
  OSTIARY_TRY(complete_setup(portal, first));
  OSTIARY_TRY(say_seat(seats, "seat-1"));
  OSTIARY_TRY(say_account(portal, "seat-1"));

  say("3. So does a colleague.");
  OSTIARY_TRY(invite(portal, organization.organization, "201", "seat-2"));
  OSTIARY_TRY(const auto second, open_mail(portal));
  OSTIARY_TRY(complete_setup(portal, second));
  OSTIARY_TRY(say_seat(seats, "seat-2"));

  say("4. For the third, the company's table says no, and nothing of ostiary's is written either.");
  OSTIARY_TRY(invite(portal, organization.organization, "202", "seat-3"));
  OSTIARY_TRY(const auto third, open_mail(portal));
  OSTIARY_TRY(show_refusal(portal, seats, third));

  say("5. The customer buys one more seat. The same link works now.");
  OSTIARY_TRY(seats.buy_seat(birch));
  OSTIARY_TRY(complete_setup(portal, third));
  OSTIARY_TRY(say_seat(seats, "seat-3"));
  OSTIARY_TRY(say_account(portal, "seat-3"));

  say("6. An account that is suspended gives its seat back.");
  OSTIARY_TRY(const auto company, Actor::host("billing"));
  OSTIARY_TRY(const auto account, portal.store.find_account_by_host_ref("seat-2"));
  OSTIARY_TRY(const auto outcome, portal.organizations.suspend(company, account->id));
  OSTIARY_TRY(only<Suspended>(outcome));
  return say_seat(seats, "seat-2");
}

Result<void> run(const std::filesystem::path& folder) {
  const auto file = folder / "portal.sqlite";
  // [own-tables]
  OSTIARY_TRY(const auto store, SqliteStore::open({.path = file, .on_commit = keep_seats}));
  // [own-tables]
  OSTIARY_TRY(auto seats, Seats::open(file));  // after the store, which makes the file for its owner alone
  OSTIARY_TRY(const auto portal, make_portal(*store));
  return tell_story(*portal, seats);
}

}  // namespace

int main(int argc, char** argv) {
  const std::span arguments(argv, static_cast<std::size_t>(argc));
  if (arguments.size() != 2) {
    std::cerr << "usage: own_tables FOLDER\n";
    return EXIT_FAILURE;
  }
  if (const auto told = run(arguments[1]); !told) {
    std::cerr << "own_tables: stopped: " << told.error().message() << '\n';
    return EXIT_FAILURE;
  }
  return EXIT_SUCCESS;
}
