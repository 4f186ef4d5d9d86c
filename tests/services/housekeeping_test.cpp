#include <ostiary/services/housekeeping.hpp>

#include "services/world.hpp"

using namespace ostiary;
using namespace ostiary::test;

TEST_CASE("Housekeeping deletes what has ended, in bounded batches, and nothing that lives") {
  World world;
  const auto acme = world.found_active();
  const auto old = world.signed_in("100@acme");
  world.clock.advance(world.env.policies.session.absolute_limit);
  const auto fresh = world.signed_in("100@acme");
  Housekept done;
  std::size_t runs = 0;
  do {
    done = world.housekeeping.run(3).value();
    CHECK(done.deleted <= 3);
    ++runs;
  } while (done.more && runs < 100);
  CHECK(runs > 1);
  CHECK(!world.store.find_session(old.who.session()).value());
  CHECK(world.store.find_session(fresh.who.session()).value());
  CHECK(world.store.find_account(acme.manager.account).value());
  CHECK(!world.kinds(acme.organization).empty());  // audit stays
}

TEST_CASE("R24: a link whose row was cleaned away is expired, and a new mail makes a new one") {
  World world;
  const auto acme = world.found();
  const auto token = world.deliver();
  world.clock.advance(std::chrono::days(60));
  while (world.housekeeping.run(100).value().more) {
  }
  CHECK(!world.store.find_link_of(acme.manager.account, LinkPurpose::setup).value());
  CHECK(std::get<LinkRefused>(world.setup.inspect(token).value()).verdict == LinkVerdict::expired);
  REQUIRE(world.organizations.send_welcome_mail(world.host(), acme.manager.account).has_value());
  const auto newer = world.deliver();
  CHECK(newer != token);
  CHECK(std::holds_alternative<SetupCompleted>(world.redeem(newer)));
}
