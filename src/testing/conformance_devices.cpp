#include <algorithm>

#include "conformance.hpp"

// PutDevice, TouchDevice, EndDevice and the reads of devices.
namespace ostiary::inline v0::testing::conformance {
namespace {

std::vector<DeviceId> devices_of(Trial& trial, const Account& account) {
  std::vector<DeviceId> ids;
  for (const auto& device : trial.value(trial.store().list_devices(account.id, {})).records) {
    ids.push_back(device.id);
  }
  return ids;
}

void a_device_is_put_on_an_active_account(Trial& trial) {
  auto world = trial.world();
  auto device = trial.device(world.account);
  device.remembered = {.proved_at = base_time - seconds(1), .until = base_time + hours(720)};
  auto wrong = device;
  wrong.account = trial.id<AccountId>();
  trial.refuses("a device of an absent account", {PutDevice{.device = wrong}});
  wrong = device;
  wrong.epoch -= 1;
  trial.refuses("a device of an older epoch", {PutDevice{.device = wrong}});
  wrong.epoch += 2;
  trial.refuses("a device of a newer epoch", {PutDevice{.device = wrong}});
  trial.expect(!trial.value(trial.store().find_device(device.id)), "no refused device is there");
  trial.commits("a device", {PutDevice{.device = device}});
  trial.expect(found(trial.value(trial.store().find_device(device.id)), device), "every field of it comes back");
  trial.refuses("a device that is present", {PutDevice{.device = device}});
  Version version = 1;
  for (const auto status : {AccountStatus::invited, AccountStatus::suspended, AccountStatus::removed}) {
    world.account.status = status;
    trial.commits("another status", {PutAccount{.next = world.account, .expected = version++}});
    trial.refuses("a device of an account that is not active", {PutDevice{.device = trial.device(world.account)}});
  }
}

// Twenty devices, of which the ones seen last are not the ones that came last.
std::vector<Device> put_all(Trial& trial, const Account& account) {
  std::vector<Device> devices;
  std::vector<Change> changes;
  for (std::size_t i = 0; i < devices_count_max; ++i) {
    devices.push_back(trial.device(account));
    devices.back().last_seen_at = base_time - minutes(i / 2);  // in pairs: the last two were seen least recently
    changes.emplace_back(PutDevice{.device = devices.back()});
  }
  trial.commits("as many devices as an account may have", std::move(changes));
  return devices;
}

void the_least_recently_seen_goes(Trial& trial) {
  const auto world = trial.world();
  const auto other = trial.account(world.organization);
  trial.commits("another account and its device",
                {PutAccount{.next = other}, PutDevice{.device = trial.device(other)}});
  auto devices = put_all(trial, world.account);
  trial.expect_count(devices_of(trial, world.account).size(), devices_count_max, "devices, all of which fit");
  auto more = trial.device(world.account);
  more.last_seen_at = base_time - hours(24);
  trial.commits("one more, seen before all others", {PutDevice{.device = more}});
  trial.expect(found(trial.value(trial.store().find_device(more.id)), more), "the new one itself never goes");
  trial.expect(!trial.value(trial.store().find_device(devices[devices_count_max - 2].id)),
               "of two seen least recently the lower id goes");
  trial.expect_count(devices_of(trial, world.account).size(), devices_count_max, "devices left");
  auto& last = devices[devices_count_max - 1];
  trial.commits("the next to go is seen", {TouchDevice{.id = last.id,
                                                       .account = world.account.id,
                                                       .last_seen_at = base_time + minutes(1),
                                                       .ends_at = last.ends_at}});
  trial.commits("two more",
                {PutDevice{.device = trial.device(world.account)}, PutDevice{.device = trial.device(world.account)}});
  trial.expect(trial.value(trial.store().find_device(last.id)).has_value(), "a device seen since then stays");
  trial.expect(!trial.value(trial.store().find_device(more.id)), "another one goes in its place");
  trial.expect(!trial.value(trial.store().find_device(devices[devices_count_max - 4].id)), "and the next after it");
  trial.expect_count(devices_of(trial, world.account).size(), devices_count_max, "devices left then");
  trial.expect_count(devices_of(trial, other).size(), 1, "devices of the other account");
}

// A client that keeps no cookie makes new devices without end: they go before any that came back.
void those_that_never_came_back_go_first(Trial& trial) {
  const auto world = trial.world();
  const auto real = trial.device(world.account);
  trial.commits("a device", {PutDevice{.device = real}});
  const auto seen_at = base_time + minutes(1);
  trial.commits(
      "it comes back",
      {TouchDevice{.id = real.id, .account = world.account.id, .last_seen_at = seen_at, .ends_at = real.ends_at}});
  std::vector<Device> others;
  for (std::size_t i = 0; i < devices_count_max; ++i) {
    others.push_back(trial.device(world.account));
    others.back().created_at = others.back().last_seen_at = base_time + hours(1) + minutes(i);
    trial.commits("a later one that does not", {PutDevice{.device = others.back()}});
  }
  const auto has = [&](const Device& device) { return trial.value(trial.store().find_device(device.id)).has_value(); };
  trial.expect_count(devices_of(trial, world.account).size(), devices_count_max, "devices left");
  trial.expect(has(real), "the device that came back stays, though it was seen before all others");
  trial.expect(!has(others.front()), "the earliest of those that never did goes");
  trial.expect(has(others[1]), "and no other");
  std::vector<Change> touches;
  for (std::size_t i = 1; i < devices_count_max; ++i) {
    touches.emplace_back(TouchDevice{.id = others[i].id,
                                     .account = world.account.id,
                                     .last_seen_at = base_time + hours(2) + minutes(i),
                                     .ends_at = others[i].ends_at});
  }
  trial.commits("all come back", std::move(touches));
  trial.commits("one more", {PutDevice{.device = trial.device(world.account)}});
  trial.expect(!has(real), "of those that came back the least recently seen goes");
  trial.commits("and another", {PutDevice{.device = trial.device(world.account)}});
  trial.expect(std::all_of(others.begin() + 1, others.end(), has), "then the one before goes, which never came back");
}

void a_device_is_touched_forward(Trial& trial) {
  const auto world = trial.world();
  auto device = trial.device(world.account);
  const auto touch = [&](Duration by) {
    return TouchDevice{.id = device.id,
                       .account = world.account.id,
                       .last_seen_at = base_time + by,
                       .ends_at = base_time + hours(180 * 24) + by};
  };
  trial.commits("a device", {PutDevice{.device = device}});
  trial.commits("a touch", {touch(minutes(9))});
  device.last_seen_at += minutes(9);
  device.ends_at += minutes(9);
  trial.expect(found(trial.value(trial.store().find_device(device.id)), device), "a touch moves both times, no more");
  trial.commits("an earlier touch", {touch(minutes(8))});
  trial.expect(found(trial.value(trial.store().find_device(device.id)), device), "an earlier touch moves nothing back");
}

void a_device_is_touched_by_its_account_and_epoch(Trial& trial) {
  auto world = trial.world();
  const auto other = trial.account(world.organization);
  const auto device = trial.device(world.account);
  trial.commits("a device, and another account", {PutAccount{.next = other}, PutDevice{.device = device}});
  const TouchDevice touch{
      .id = device.id, .account = world.account.id, .last_seen_at = base_time, .ends_at = device.ends_at};
  auto wrong = touch;
  wrong.id = trial.id<DeviceId>();
  trial.refuses("an absent device", {wrong});
  trial.expect(!trial.value(trial.store().find_device(wrong.id)), "a touch makes no device");
  wrong = touch;
  wrong.account = other.id;
  trial.refuses("another account's device", {wrong});
  world.account.epochs.devices += 1;
  trial.commits("a new epoch", {PutAccount{.next = world.account, .expected = 1}});
  trial.refuses("a device of the older epoch", {touch});
  trial.expect_count(devices_of(trial, world.account).size(), 1,
                     "devices in the list, which has those of an older epoch");
}

void a_device_is_ended_by_its_account(Trial& trial) {
  const auto world = trial.world();
  const auto other = trial.account(world.organization);
  const auto device = trial.device(world.account);
  const auto stays = trial.device(world.account);
  trial.commits("two devices, and another account",
                {PutAccount{.next = other}, PutDevice{.device = device}, PutDevice{.device = stays}});
  trial.refuses("an absent device", {EndDevice{.id = trial.id<DeviceId>(), .account = world.account.id}});
  trial.refuses("another account's device", {EndDevice{.id = device.id, .account = other.id}});
  trial.expect(trial.value(trial.store().find_device(device.id)).has_value(), "it is still there");
  const EndDevice end{.id = device.id, .account = world.account.id};
  trial.commits("the account's own", {end});
  trial.expect(!trial.value(trial.store().find_device(device.id)), "an ended device is gone");
  trial.expect(devices_of(trial, world.account) == std::vector{stays.id}, "from the list too; the other stays");
  trial.refuses("an ended device", {end});
  trial.refuses("a touch after its end", {TouchDevice{.id = device.id,
                                                      .account = world.account.id,
                                                      .last_seen_at = base_time + hours(1),
                                                      .ends_at = device.ends_at}});
}

constexpr NamedCheck checks[] = {
    {"PutDevice: absent, on an active account of its epoch", a_device_is_put_on_an_active_account},
    {"PutDevice: the least recently seen go, and no others", the_least_recently_seen_goes},
    {"PutDevice: those that never came back go first", those_that_never_came_back_go_first},
    {"TouchDevice: only forward", a_device_is_touched_forward},
    {"TouchDevice: present, the account's, of its epoch", a_device_is_touched_by_its_account_and_epoch},
    {"EndDevice: present, and the account's", a_device_is_ended_by_its_account},
};

}  // namespace

std::span<const NamedCheck> device_checks() { return checks; }

}  // namespace ostiary::inline v0::testing::conformance
