// The library on a store that the host wrote itself, on LMDB: the same services, the same story, no SQL.
// Usage: own_store FOLDER

#include <cstdlib>
#include <iostream>
#include <span>

#include "../portal.hpp"
#include "lmdb_store.hpp"

namespace {

using namespace host;  // NOLINT(google-build-using-namespace): an example reads better so

Result<std::string> sign_up_and_in(const Portal& portal) {
  say("1. An organisation is founded; its manager completes the setup from the welcome mail.");
  OSTIARY_TRY(const auto organization, found(portal, "birch", "customer-7"));
  OSTIARY_TRY(const auto token, open_mail(portal));
  OSTIARY_TRY(const auto completed, complete_setup(portal, token));
  say("  " + completed.login.as_typed() + " has completed the setup");

  say("2. What must be refused is refused by a guard in one write transaction:");
  OSTIARY_TRY(const auto again, portal.setup.inspect(token));
  const auto* const link = std::get_if<LinkRefused>(&again);
  say("  the link, followed again: " + std::string(link != nullptr ? link_verdict_name(link->verdict) : "GOOD"));
  OSTIARY_TRY(const auto wrong, sign_in(portal, "100@birch", "Wrong-Password-1"));
  say("  a wrong password: " + std::string(std::holds_alternative<SignInRefused>(wrong) ? "refused" : "ACCEPTED"));

  say("3. She signs in.");
  OSTIARY_TRY(auto outcome, sign_in(portal, "100@birch", story_password));
  OSTIARY_TRY(const auto signed_in, only<SignInSuccess>(std::move(outcome)));
  say("  " + signed_in.who.account().login.as_typed() + " is signed in");
  return std::string(signed_in.token.reveal());
}

Result<void> tell_story(const std::filesystem::path& file) {
  OSTIARY_TRY(auto store, LmdbStore::open({.path = file}));
  OSTIARY_TRY(const auto portal, make_portal(*store));
  OSTIARY_TRY(const auto token, sign_up_and_in(*portal));

  say("4. Everything is in the file: another store on it knows the session.");
  OSTIARY_TRY(const auto second, LmdbStore::open({.path = file}));
  const Environment env{.store = *second,
                        .clock = portal->clock,
                        .random = portal->random,
                        .hasher = *portal->hasher,
                        .keys = portal->keys};
  OSTIARY_TRY(auto verdict, Sessions(env).check(token));
  OSTIARY_TRY(const auto who, only<SignedIn>(std::move(verdict)));
  OSTIARY_TRY(const auto account, second->find_account_by_host_ref("customer-7"));
  say("  the session is " + who.account().login.as_typed() + "'s, which the host knows as customer-7: " +
      (account && account->id == who.account().id ? "the same account" : "ANOTHER ACCOUNT"));
  return success();
}

}  // namespace

int main(int argc, char** argv) {
  const std::span arguments(argv, static_cast<std::size_t>(argc));
  if (arguments.size() != 2) {
    std::cerr << "usage: own_store FOLDER\n";
    return EXIT_FAILURE;
  }
  if (const auto told = tell_story(std::filesystem::path(arguments[1]) / "portal.lmdb"); !told) {
    std::cerr << "own_store: stopped: " << told.error().message() << '\n';
    return EXIT_FAILURE;
  }
  return EXIT_SUCCESS;
}
