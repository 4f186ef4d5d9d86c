#include <ostiary/rules/device_end.hpp>

#include <doctest/doctest.h>

#include "fixture.hpp"

using namespace ostiary;
using namespace ostiary::test;

namespace {

Device device(std::uint8_t number, const AccountId& account = owner_id) {
  return {.id = id_of<DeviceId>(number), .account = account};
}

}  // namespace

TEST_CASE("R66: an owner ends one of the own devices; another's is as one that does not exist") {
  auto drawn = fresh();
  const auto owner = signed_in(active());
  const auto own = decide_end_device(owner, device(1), client(), drawn, noon);
  CHECK(own.outcome == DeviceEnd::ended);
  REQUIRE(names_of(own.changes) == "RequireActor EndDevice AppendAudit");
  CHECK(at<EndDevice>(own.changes, 1).account == owner_id);
  CHECK(at<AppendAudit>(own.changes, 2).event.kind == AuditKind::device_ended);
  for (const auto& other : {std::optional(device(1, stranger_id)), std::optional<Device>()}) {
    const auto decision = decide_end_device(owner, other, client(), drawn, noon);
    CHECK(decision.outcome == DeviceEnd::not_found);
    CHECK(decision.changes.empty());
  }
}

TEST_CASE("R66: all devices end in one set; where there is none, nothing is written") {
  auto drawn = fresh();
  const auto owner = signed_in(active());
  const auto all = decide_end_devices(owner, {device(1), device(2)}, client(), drawn, noon);
  CHECK(all.outcome.count == 2);
  REQUIRE(names_of(all.changes) == "RequireActor EndDevice EndDevice AppendAudit");
  CHECK(at<AppendAudit>(all.changes, 3).event.count == 2);
  CHECK(decide_end_devices(owner, {}, client(), drawn, noon).changes.empty());
}
