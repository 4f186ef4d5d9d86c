#include <ostiary/rules/device.hpp>

#include <doctest/doctest.h>

#include "fixture.hpp"

using namespace ostiary;
using namespace ostiary::test;
using namespace std::chrono_literals;

TEST_CASE("a device is made for the account's epoch of now, with what the client said cleaned and cut") {
  auto randomness = fresh();
  auto from = client();
  from.user_agent = "Br\now" + std::string(300, 'u');
  const auto device = make_device(active(), from, {.lifetime = 48h}, randomness, noon);
  CHECK_FALSE(device.id.is_nil());
  CHECK(device.account == owner_id);
  CHECK(device.epoch == 7);
  CHECK(device.network == "192.0.2.1");
  CHECK(device.user_agent == "Br?ow" + std::string(251, 'u'));
  CHECK(device.created_at == noon);
  CHECK(device.last_seen_at == noon);
  CHECK(device.ends_at == noon + 48h);
}

TEST_CASE("R70, S284: a device is known to its own account, in its epoch, until it ends") {
  const auto account = active();
  auto randomness = fresh();
  const auto device = make_device(account, client(), {}, randomness, noon);
  CHECK(is_known_device(device, account, noon));
  CHECK(is_known_device(device, account, noon + 180 * 24h - 1ms));
  CHECK_FALSE(is_known_device(device, account, noon + 180 * 24h));
  CHECK_FALSE(is_known_device(std::nullopt, account, noon));
  CHECK_FALSE(is_known_device(device, std::nullopt, noon));

  auto other = account;
  other.id = stranger_id;
  CHECK_FALSE(is_known_device(device, other, noon));
  auto moved = account;
  ++moved.epochs.devices;
  CHECK_FALSE(is_known_device(device, moved, noon));
}
