#include <algorithm>

#include "services/world.hpp"
#include <ostiary/rules/effect_table.hpp>

// Sign-in with a device cookie: budgets, notices, and what a cookie must not do.
using namespace ostiary;
using namespace ostiary::test;

namespace {

bool refused(const SignInOutcome& outcome) { return std::holds_alternative<SignInRefused>(outcome); }

// The calls of the port that one sign-in makes, in numbers by operation.
std::vector<std::size_t> calls_of(World& world, const std::function<void()>& act) {
  std::vector<std::size_t> before(testing::store_calls_count);
  for (std::size_t i = 0; i < before.size(); ++i) {
    before[i] = world.memory.calls(static_cast<testing::StoreCall>(i));
  }
  act();
  for (std::size_t i = 0; i < before.size(); ++i) {
    before[i] = world.memory.calls(static_cast<testing::StoreCall>(i)) - before[i];
  }
  return before;
}

std::string cookie_of(const SignInOutcome& outcome) {
  REQUIRE(std::holds_alternative<SignInSuccess>(outcome));
  return std::string(std::get<SignInSuccess>(outcome).device_cookie.reveal());
}

// Spends every budget that a stranger can reach: of the login, from many networks and from the owner's own.
void guess_until_throttled(World& world, std::string_view login) {
  for (int i = 0; i < 250; ++i) {
    static_cast<void>(world.try_sign_in(login, "Wrong-Password-1", "198.51.100." + std::to_string(i)));
  }
  for (int i = 0; i < 120; ++i) {
    static_cast<void>(world.try_sign_in(std::to_string(500 + i) + "@acme", "Wrong-Password-1"));
  }
}

std::vector<Device> devices_of(World& world, const AccountId& account) {
  return world.store.list_devices(account, {}).value().records;
}

void end_device(World& world, const Device& device) {
  auto fresh = Fresh::draw(world.random, world.clock.now()).value();
  const ChangeSet set{.id = fresh.id<ChangeId>(),
                      .at = world.clock.now(),
                      .changes = {EndDevice{.id = device.id, .account = device.account}}};
  REQUIRE(std::holds_alternative<Committed>(world.store.commit(set).value()));
}

std::ptrdiff_t notices_of(World& world, const AccountId& account) {
  return std::ranges::count(world.store.list_mails(account, {}).value().records, MailKind::new_device,
                            &MailIntent::kind);
}

}  // namespace

TEST_CASE("R70: nobody's guesses keep an owner out at a known device, not even from the owner's own network") {
  World world;
  world.found_active();
  const auto cookie = cookie_of(world.try_sign_in("100@acme"));
  guess_until_throttled(world, "100@acme");
  CHECK(std::holds_alternative<Throttled>(world.try_sign_in("100@acme")));
  CHECK(std::holds_alternative<Throttled>(world.try_sign_in("100@acme", good_password, "203.0.113.5")));
  CHECK(std::holds_alternative<SignInSuccess>(world.try_sign_in("100@acme", good_password, "192.0.2.1", cookie)));
  CHECK(std::holds_alternative<SignInSuccess>(world.try_sign_in("100@ACME", good_password, "203.0.113.5", cookie)));
}

TEST_CASE("R70: a known device has a budget of its own, before the hash, which nobody else's tries touch") {
  World world;
  world.found_active();
  const auto cookie = cookie_of(world.try_sign_in("100@acme"));
  for (int i = 0; i < 10; ++i) {
    const auto address = "198.51.100." + std::to_string(i);  // wherever it is carried
    CHECK(refused(world.try_sign_in("100@acme", "Wrong-Password-1", address, cookie)));
  }
  const int verifies = world.hasher.verifies;
  guess_until_throttled(world, "100@acme");
  const int stranger_verifies = world.hasher.verifies;
  CHECK(stranger_verifies > verifies);
  CHECK(std::holds_alternative<Throttled>(world.try_sign_in("100@acme", good_password, "192.0.2.1", cookie)));
  CHECK(world.hasher.verifies == stranger_verifies);
  world.clock.advance(std::chrono::minutes(1));
  CHECK(std::holds_alternative<SignInSuccess>(world.try_sign_in("100@acme", good_password, "192.0.2.1", cookie)));
}

TEST_CASE("R70: who holds a copy of a cookie does not keep its owner out with it") {
  World world;
  const auto acme = world.found_active();
  const auto cookie = cookie_of(world.try_sign_in("100@acme"));
  // Ten tries of the device; those after them are charged as anybody's, and leave the owner those from his own network.
  for (int i = 0; i < 20; ++i) {
    CHECK(refused(world.try_sign_in("100@acme", "Wrong-Password-1", "198.51.100.7", cookie)));
  }
  CHECK(std::holds_alternative<Throttled>(world.try_sign_in("100@acme", good_password, "198.51.100.7", cookie)));
  CHECK(std::holds_alternative<SignInSuccess>(world.try_sign_in("100@acme", good_password, "192.0.2.1", cookie)));
  CHECK(notices_of(world, acme.manager.account) == 1);  // the device itself is known as before
}

TEST_CASE("R70: a device of one account buys no tries for another, and asks the store for nothing") {
  World world;
  const auto acme = world.found_active();
  world.add_active(acme.organization, "201");
  const auto cookie = cookie_of(world.try_sign_in("100@acme"));
  guess_until_throttled(world, "201@acme");
  const auto shape = calls_of(world, [&] {
    CHECK(std::holds_alternative<Throttled>(world.try_sign_in("201@acme", good_password, "203.0.113.5", cookie)));
  });
  CHECK(shape[static_cast<std::size_t>(testing::StoreCall::find_device)] == 0);
  // Once both are known, one cookie stands for both.
  world.clock.advance(std::chrono::hours(1));
  const auto both = cookie_of(world.try_sign_in("201@acme", good_password, "203.0.113.5", cookie));
  guess_until_throttled(world, "201@acme");
  CHECK(std::holds_alternative<SignInSuccess>(world.try_sign_in("201@acme", good_password, "192.0.2.1", both)));
  CHECK(std::holds_alternative<SignInSuccess>(world.try_sign_in("100@acme", good_password, "192.0.2.1", both)));
}

TEST_CASE("R66, R70: a cookie whose device was ended is charged as an unknown one, before the hash") {
  World world;
  const auto acme = world.found_active();
  const auto cookie = cookie_of(world.try_sign_in("100@acme"));
  const auto devices = devices_of(world, acme.manager.account);
  REQUIRE(devices.size() == 1);
  end_device(world, devices.front());
  guess_until_throttled(world, "100@acme");
  const int verifies = world.hasher.verifies;
  CHECK(std::holds_alternative<Throttled>(world.try_sign_in("100@acme", good_password, "203.0.113.5", cookie)));
  CHECK(world.hasher.verifies == verifies);

  SUBCASE("R69: its tries are counted with those of all unknown devices") {
    world.clock.advance(std::chrono::hours(1));
    const auto tries = [&](int count, const std::string& network, std::string_view with) {
      int admitted = 0;
      for (int i = 0; i < count; ++i) {
        admitted +=
            refused(world.try_sign_in("100@acme", "Wrong-Password-1", network + std::to_string(i), with)) ? 1 : 0;
      }
      return admitted;
    };
    // As many as the device's own budget admits, so that it is not what refuses: 10 of the login's 30.
    CHECK(tries(10, "203.0.113.", cookie) == 10);
    CHECK(tries(30, "198.51.100.", "") == 20);
    world.clock.advance(std::chrono::hours(1));
    CHECK(tries(31, "198.51.100.", "") == 30);
    CHECK(std::holds_alternative<Throttled>(world.try_sign_in("100@acme", good_password, "203.0.113.5", cookie)));
  }
  SUBCASE("with the password it becomes a new device, and its owner is told") {
    world.clock.advance(std::chrono::hours(1));
    const auto notices = notices_of(world, acme.manager.account);
    const auto renewed = cookie_of(world.try_sign_in("100@acme", good_password, "203.0.113.5", cookie));
    CHECK(notices_of(world, acme.manager.account) == notices + 1);
    CHECK(devices_of(world, acme.manager.account).front().id != devices.front().id);
    CHECK(renewed != cookie);
  }
}

TEST_CASE("R70: a sign-in from an unknown device mails its owner once; from a known one nobody is told") {
  World world;
  const auto acme = world.found_active();
  const auto& account = acme.manager.account;
  auto cookie = cookie_of(world.try_sign_in("100@acme"));
  CHECK(notices_of(world, account) == 1);
  world.clock.advance(std::chrono::days(179));
  cookie = cookie_of(world.try_sign_in("100@acme", good_password, "203.0.113.5", cookie));
  world.clock.advance(std::chrono::days(179));
  cookie = cookie_of(world.try_sign_in("100@acme", good_password, "203.0.113.5", cookie));
  CHECK(notices_of(world, account) == 1);
  CHECK(devices_of(world, account).size() == 1);
  CHECK(devices_of(world, account).front().last_seen_at == world.clock.now());
  world.clock.advance(std::chrono::days(180));
  static_cast<void>(world.try_sign_in("100@acme", good_password, "203.0.113.5", cookie));
  CHECK(notices_of(world, account) == 2);
  const auto audit = world.kinds(acme.organization);
  CHECK(std::ranges::count(audit, "signed_in:unknown_device") == 2);
  CHECK(std::ranges::count(audit, "signed_in:known_device") == 2);

  const auto before = world.mailer.mails().size();
  static_cast<void>(world.outbox.deliver(10));
  const auto mails = world.mailer.mails();
  REQUIRE(mails.size() == before + 1);  // those that wait since last year are given up
  CHECK(mails.back().to.as_typed() == "mara@acme.example");
  const auto text = decode_quoted_printable(mails.back().message);
  CHECK(text.find("203.0.113.5") != std::string::npos);
  CHECK(text.find("test browser") != std::string::npos);
  CHECK(text.find("http") == std::string::npos);
}

TEST_CASE("R70: who signs in without a cookie, again and again, sends ten notices an hour and no more") {
  World world;
  const auto acme = world.found_active();
  const auto other = world.add_active(acme.organization, "201");
  const auto signs_in = [&] { return std::holds_alternative<SignInSuccess>(world.try_sign_in("100@acme")); };
  for (int i = 0; i < 40; ++i) {
    CHECK(signs_in());
  }
  CHECK(notices_of(world, acme.manager.account) == 10);
  const auto audit = world.kinds(acme.organization);
  CHECK(std::ranges::count(audit, "signed_in:unknown_device") == 10);
  CHECK(std::ranges::count(audit, "signed_in:unknown_device_unnotified") == 30);
  // Another account has its own; wrong passwords and sign-ins from a known device take none of it.
  auto cookie = cookie_of(world.try_sign_in("201@acme"));
  for (int i = 0; i < 20; ++i) {
    CHECK(refused(world.try_sign_in("201@acme", "Wrong-Password-1", "198.51.100." + std::to_string(i))));
    cookie = cookie_of(world.try_sign_in("201@acme", good_password, "192.0.2.1", cookie));
  }
  for (int i = 0; i < 9; ++i) {
    static_cast<void>(world.try_sign_in("201@acme"));
  }
  CHECK(notices_of(world, other) == 10);
  // One comes back every six minutes.
  world.clock.advance(std::chrono::minutes(6));
  CHECK(signs_in());
  CHECK(signs_in());
  CHECK(notices_of(world, acme.manager.account) == 11);
}

TEST_CASE("R68, S284: what ends the remembered devices in the effect table makes a device unknown") {
  CHECK(effects_of(SecurityEvent::setup_completed).remembered_devices == Effect::ends);
  CHECK(effects_of(SecurityEvent::signed_out_everywhere).remembered_devices == Effect::stays);
  World world;
  const auto acme = world.found_active();
  const auto cookie = cookie_of(world.try_sign_in("100@acme"));
  world.alter(acme.manager.account, [](Account& account) {
    account.epochs = epochs_after(SecurityEvent::signed_out_everywhere, account.epochs);
  });
  static_cast<void>(world.try_sign_in("100@acme", good_password, "192.0.2.1", cookie));
  CHECK(notices_of(world, acme.manager.account) == 1);
  world.alter(acme.manager.account,
              [](Account& account) { account.epochs = epochs_after(SecurityEvent::setup_completed, account.epochs); });
  const auto renewed = cookie_of(world.try_sign_in("100@acme", good_password, "192.0.2.1", cookie));
  CHECK(notices_of(world, acme.manager.account) == 2);
  static_cast<void>(world.try_sign_in("100@acme", good_password, "192.0.2.1", renewed));
  CHECK(notices_of(world, acme.manager.account) == 2);
}

TEST_CASE("R71: with one cookie that names them all, unknown, wrong, invited and suspended are the same calls") {
  World world;
  const auto acme = world.found_active();
  const auto suspended = world.add_active(acme.organization, "300");
  REQUIRE(std::holds_alternative<Invited>(
      world.organizations
          .invite(world.host(), acme.organization,
                  {.extension = "400", .display_name = "Invited", .email = "i@acme.example"})
          .value()));
  const std::vector<std::string> logins{"100@acme", "300@acme", "400@acme", "999@acme", "999@nowhere"};
  std::vector<DeviceEntry> entries;
  auto fresh = Fresh::draw(world.random, world.clock.now()).value();
  const auto add = [&](const std::string& login, const DeviceId& device) {
    const auto ends_at = world.clock.now() + std::chrono::hours(1);
    return renew_device_cookie(*world.keys.current(), entries, LoginName::parse(login).value(), device, ends_at, fresh)
        .value();
  };
  SecretString cookie;
  for (const auto& login : logins) {
    cookie = add(login, fresh.id<DeviceId>());
    entries = open_device_cookie(*world.keys.current(), cookie.reveal(), world.clock.now());
  }
  const auto shape_of = [&](const std::string& login) {
    const int verifies = world.hasher.verifies;
    auto shape = calls_of(
        world, [&] { CHECK(refused(world.try_sign_in(login, "Wrong-Password-1", "192.0.2.1", cookie.reveal()))); });
    CHECK(world.hasher.verifies == verifies + 1);
    return shape;
  };
  world.alter(suspended, [](Account& account) { account.status = AccountStatus::suspended; });
  const auto shape = shape_of(logins.front());
  CHECK(shape[static_cast<std::size_t>(testing::StoreCall::charge)] == 2);
  CHECK(shape[static_cast<std::size_t>(testing::StoreCall::find_device)] == 2);
  CHECK(std::ranges::all_of(logins, [&](const auto& login) { return shape_of(login) == shape; }));

  // Two devices that do hold: the account that is active and the one that was suspended since are alike too.
  world.alter(suspended, [](Account& account) { account.status = AccountStatus::active; });
  for (const auto* const login : {"100@acme", "300@acme"}) {
    const auto outcome = world.try_sign_in(login, good_password, "192.0.2.1", cookie.reveal());
    cookie = SecretString(cookie_of(outcome));
  }
  world.alter(suspended, [](Account& account) { account.status = AccountStatus::suspended; });
  const auto known = shape_of("100@acme");
  CHECK(known[static_cast<std::size_t>(testing::StoreCall::charge)] == 1);
  CHECK(shape_of("300@acme") == known);
}

TEST_CASE("R73, S358: a cookie that is broken, foreign or of a key that is gone is an unknown device, never an error") {
  World world;
  const auto acme = world.found_active();
  const auto cookie = cookie_of(world.try_sign_in("100@acme"));
  auto forged = cookie;
  forged.back() = forged.back() == 'A' ? 'B' : 'A';
  auto other_key = cookie;
  other_key[2] = other_key[2] == 'A' ? 'B' : 'A';
  const auto hostile =
      std::vector<std::string>{forged, other_key, "x", std::string(100'000, 'A'), std::string("\0;\xff", 3)};
  for (const auto& text : hostile) {
    const auto shape = calls_of(world, [&] {
      CHECK(std::holds_alternative<SignInSuccess>(world.try_sign_in("100@acme", good_password, "192.0.2.1", text)));
    });
    CHECK(shape[static_cast<std::size_t>(testing::StoreCall::find_device)] == 0);
  }
  CHECK(notices_of(world, acme.manager.account) == 1 + static_cast<std::ptrdiff_t>(hostile.size()));

  world.keys.swap(make_ring(2));
  const auto renewed = cookie_of(world.try_sign_in("100@acme", good_password, "192.0.2.1", cookie));
  CHECK(notices_of(world, acme.manager.account) == 1 + static_cast<std::ptrdiff_t>(hostile.size()));
  std::vector<Key> only_new;
  SecretBytes secret(32);
  std::ranges::fill(secret.writable(), std::byte{0xa2});
  only_new.push_back({.id = 2, .secret = std::move(secret)});
  world.keys.swap(KeyRing::create(2, std::move(only_new)).value());
  static_cast<void>(world.try_sign_in("100@acme", good_password, "192.0.2.1", renewed));
  CHECK(notices_of(world, acme.manager.account) == 1 + static_cast<std::ptrdiff_t>(hostile.size()));
  static_cast<void>(world.try_sign_in("100@acme", good_password, "192.0.2.1", cookie));
  CHECK(notices_of(world, acme.manager.account) == 2 + static_cast<std::ptrdiff_t>(hostile.size()));
}

TEST_CASE("a device that is ended while its owner's password is being hashed is a new one, and the owner is told") {
  World world;
  const auto acme = world.found_active();
  const auto cookie = cookie_of(world.try_sign_in("100@acme"));
  world.hasher.after_verify = [&] {
    end_device(world, devices_of(world, acme.manager.account).front());
    world.hasher.after_verify = nullptr;
  };
  CHECK(std::holds_alternative<SignInSuccess>(world.try_sign_in("100@acme", good_password, "192.0.2.1", cookie)));
  CHECK(notices_of(world, acme.manager.account) == 2);
}

TEST_CASE("an account has twenty devices, of which the newest stays known") {
  World world;
  const auto acme = world.found_active();
  std::string cookie;
  for (int i = 0; i < 25; ++i) {
    world.clock.advance(std::chrono::minutes(6));  // a notice comes back
    cookie = cookie_of(world.try_sign_in("100@acme"));
  }
  CHECK(devices_of(world, acme.manager.account).size() == 20);
  static_cast<void>(world.try_sign_in("100@acme", good_password, "192.0.2.1", cookie));
  CHECK(notices_of(world, acme.manager.account) == 25);
}

TEST_CASE("R70: a client that keeps no cookie does not drive the owner's devices out") {
  World world;
  const auto acme = world.found_active();
  auto cookie = cookie_of(world.try_sign_in("100@acme"));
  world.clock.advance(std::chrono::minutes(1));
  cookie = cookie_of(world.try_sign_in("100@acme", good_password, "192.0.2.1", cookie));
  const auto owners = devices_of(world, acme.manager.account).front().id;
  for (int i = 0; i < 60; ++i) {
    world.clock.advance(std::chrono::minutes(1));
    static_cast<void>(world.try_sign_in("100@acme"));
  }
  const auto devices = devices_of(world, acme.manager.account);
  CHECK(devices.size() == 20);
  CHECK(std::ranges::count(devices, owners, &Device::id) == 1);
}
