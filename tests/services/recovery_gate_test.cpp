#include <algorithm>

#include <doctest/doctest.h>

#include "services/recorders.hpp"
#include "services/recovery_world.hpp"

using namespace ostiary;
using namespace ostiary::test;

namespace {

// A world with every class of address, behind recorders. All addresses have one length.
struct Gate {
  World world{patient()};
  Recorder recorder;
  testing::FaultyStore store{world.store, recorder.plan};
  RecordingHasher hasher{*world.real_hasher, recorder};
  testing::FaultyRandom random{world.random, recorder.plan};
  RecordingClock clock{world.clock, recorder};
  Environment env{.store = store, .clock = clock, .random = random, .hasher = hasher, .keys = world.keys};
  PasswordRecovery recovery{env};
  const std::vector<std::string> addresses{"known0@acme.example", "unknow@acme.example", "suspen@acme.example",
                                           "invite@acme.example", "thirty@acme.example"};

  Gate() {
    std::vector<OrganizationId> organizations;
    for (const auto* const domain : {"acme", "birch", "cedar"}) {
      organizations.push_back(world.found(domain).organization);
    }
    import(world, organizations[0], "200", addresses[0]);
    import(world, organizations[0], "201", addresses[2], AccountStatus::suspended);
    invite(world, organizations[0], "202", addresses[3]);
    for (int i = 0; i < 30; ++i) {
      import(world, organizations[static_cast<std::size_t>(i % 3)], std::to_string(300 + i), addresses[4]);
    }
    world.deliver();
  }

  struct Seen {
    std::size_t outcome = 0;
    Duration retry_after{};
    Trace trace;
    friend bool operator==(const Seen&, const Seen&) = default;
  };

  Seen see(const std::string& address, RecoveryKind kind, const std::string& from) {
    recorder.clear();
    const auto outcome = recovery.request({.kind = kind, .address = address, .client = client(from)}).value();
    const auto* const throttled = std::get_if<Throttled>(&outcome);
    return {.outcome = outcome.index(),
            .retry_after = throttled == nullptr ? Duration() : throttled->retry_after,
            .trace = recorder.trace()};
  }
};

}  // namespace

TEST_CASE("R31, R71, S231: known, unknown, suspended, invited and 30 accounts do the same, call for call") {
  Gate gate;
  for (const auto kind : {reset_password, login_names}) {
    // The address's 5 tries, the first refusal of its window, which writes an event, and the second.
    for (int round = 0; round < 7; ++round) {
      std::vector<Gate::Seen> seen;
      for (std::size_t i = 0; i < gate.addresses.size(); ++i) {
        const auto from = "198.51." + std::to_string(100 + i) + "." + std::to_string(100 + round);
        seen.push_back(gate.see(gate.addresses[i], kind, from));
      }
      CAPTURE(round);
      CHECK(seen.front().outcome == (round < 5 ? 0 : 1));
      CHECK(std::ranges::count(seen, seen.front()) == static_cast<std::ptrdiff_t>(seen.size()));
      const auto& trace = seen.front().trace;
      CHECK(std::ranges::any_of(trace, [](const auto& line) { return line.starts_with("charge"); }));
      CHECK(std::ranges::none_of(trace, [](const auto& line) { return line.starts_with("find"); }));
    }
    gate.world.clock.advance(std::chrono::hours(3));
  }
}

TEST_CASE("R71: the throttle of a network answers for every address alike") {
  Gate gate;
  for (int i = 0; i < 30; ++i) {
    gate.see("n" + std::to_string(10 + i) + "xyz@acme.example", reset_password, "203.0.113.7");
  }
  gate.see("window@acme.example", reset_password, "203.0.113.7");  // its first refusal writes the event
  const auto first = gate.see(gate.addresses.front(), reset_password, "203.0.113.7");
  CHECK(first.outcome == 1);
  for (const auto& address : gate.addresses) {
    CHECK(gate.see(address, reset_password, "203.0.113.7") == first);
  }
}

TEST_CASE("R70: a dead link, tried over and over, keeps nobody from redeeming the one that works") {
  World world;
  world.found_active();
  const auto dead = reset_token(world);
  const auto live = reset_token(world);
  bool is_throttled = false;
  for (int i = 0; i < 40 && !is_throttled; ++i) {
    const auto answer = world.recovery
                            .redeem({.token = dead,
                                     .password = SecretString(new_password),
                                     .confirmation = SecretString(new_password),
                                     .client = client("203.0.113." + std::to_string(1 + i))})
                            .value();
    is_throttled = std::holds_alternative<Throttled>(answer);
  }
  CHECK(is_throttled);
  CHECK(std::holds_alternative<ResetCompleted>(redeem(world, live)));
}

TEST_CASE("R70: who asks for login names in an owner's place keeps no reset link from him") {
  World world;
  world.found_active();
  world.deliver();
  while (std::holds_alternative<RecoveryAccepted>(ask(world, mara, login_names).value())) {
  }
  CHECK(std::holds_alternative<Throttled>(ask(world, mara, login_names).value()));
  CHECK(std::holds_alternative<RecoveryAccepted>(ask(world, mara, reset_password).value()));
}

TEST_CASE("R31, R33: an address that strangers' managers gave to hundreds of accounts still gets its owner's link") {
  World world(patient());
  const auto birch = world.found_active("birch");
  std::vector<Account> theirs;
  for (int i = 0; i < 600; ++i) {
    theirs.push_back(world.account(birch.manager.account));
    auto& account = theirs.back();
    auto fresh = Fresh::draw(world.random, world.clock.now()).value();
    account.id = fresh.id<AccountId>();
    account.login = LoginName::parse(std::to_string(1000 + i) + "@birch").value();
    account.role = Role::member;
    account.addresses.push_back(
        {.address = EmailAddress::parse(mara).value(), .purposes = {AddressPurpose::notification}});
    REQUIRE(std::holds_alternative<Committed>(
        world.store
            .commit({.id = fresh.id<ChangeId>(), .at = world.clock.now(), .changes = {PutAccount{.next = account}}})
            .value()));
  }
  world.clock.advance(std::chrono::minutes(1));  // ids sort by time: the owner's account comes last
  const auto acme = world.found_active();
  CHECK(theirs.back().id < acme.manager.account);
  const auto token = reset_token(world);
  CHECK(std::get<ResetCompleted>(redeem(world, token)).account == acme.manager.account);
}

TEST_CASE("R34, R38: an invited account is answered where its manager had the welcome mail sent, too") {
  World world;
  const auto acme = world.found();
  world.deliver();
  const auto account = world.account(acme.manager.account);
  const auto added =
      world.account_admin.add_address(world.host(), account.id, account.version, "second@acme.example").value();
  REQUIRE(std::holds_alternative<AddressAdded>(added));
  const auto welcome = deliver(world);
  REQUIRE(welcome.size() == 1);
  REQUIRE(std::holds_alternative<RecoveryAccepted>(ask(world, "second@acme.example", login_names).value()));
  const auto mails = deliver(world);
  REQUIRE(mails.size() == 1);
  CHECK(mails.front().to.as_typed() == "second@acme.example");
  CHECK(tokens_in(mails.front().message) == tokens_in(welcome.front().message));
}
