#include <ostiary/rules/client_conflict.hpp>

#include <doctest/doctest.h>

#include "fixture.hpp"

using namespace ostiary;
using namespace ostiary::test;

namespace {

Organization with_clients() {
  auto organization = acme();
  organization.clients = {{.id = "analytics", .name = "Analytics", .factor = FactorSupport::unsupported},
                          {.id = "phone", .name = "Phone", .factor = FactorSupport::unsupported},
                          {.id = "portal", .name = "Portal", .factor = FactorSupport::supported}};
  return organization;
}

Account needing(std::vector<std::string> clients) {
  auto account = active();
  account.needed_clients = std::move(clients);
  return account;
}

}  // namespace

TEST_CASE("R64: the table has one row for each moment and need") {
  struct Row {
    FactorMoment moment;
    ClientVerdict needed;
    ClientVerdict not_needed;
  };
  const Row expected[] = {
      {FactorMoment::switching_on, ClientVerdict::refuse, ClientVerdict::warn},
      {FactorMoment::enrolling_due, ClientVerdict::warn, ClientVerdict::warn},
      {FactorMoment::signing_in, ClientVerdict::refuse, ClientVerdict::refuse},
      {FactorMoment::declaring_need, ClientVerdict::refuse, ClientVerdict::none},
  };
  CHECK(client_rules().size() == 2 * std::size(expected));
  for (const auto& row : expected) {
    CAPTURE(static_cast<int>(row.moment));
    CHECK(judge_client(with_clients(), needing({"analytics"}), "analytics", row.moment).verdict == row.needed);
    CHECK(judge_client(with_clients(), needing({}), "analytics", row.moment).verdict == row.not_needed);
    for (const auto& client : {"portal", "in-no-list", ""}) {
      CHECK(judge_client(with_clients(), needing({"portal", "in-no-list"}), client, row.moment).verdict ==
            ClientVerdict::none);
    }
  }
}

TEST_CASE("R64, S274: every application that does not go with a second factor is named, with what follows") {
  const auto conflicts = find_client_conflicts(with_clients(), needing({"phone"}), FactorMoment::switching_on);
  REQUIRE(conflicts.size() == 2);
  CHECK(conflicts[0].name == "Analytics");
  CHECK(conflicts[0].verdict == ClientVerdict::warn);
  CHECK(conflicts[1].id == "phone");
  CHECK(conflicts[1].verdict == ClientVerdict::refuse);
  CHECK(is_refused(conflicts));
  CHECK_FALSE(is_refused(find_client_conflicts(with_clients(), needing({"phone"}), FactorMoment::enrolling_due)));
  CHECK(find_client_conflicts(acme(), needing({"phone"}), FactorMoment::switching_on).empty());
}
