#include <ostiary/rules/organization_standing.hpp>

#include <doctest/doctest.h>

#include "fixture.hpp"

using namespace ostiary;
using namespace ostiary::test;

TEST_CASE("R67: an organisation is suspended and restored under its version, with name and reason in the audit") {
  auto drawn = fresh();
  const auto out = decide_organization_suspension(staff(), acme(), drawn, noon);
  CHECK(std::holds_alternative<OrganizationSuspended>(out.outcome));
  REQUIRE(names_of(out.changes) == "PutOrganization AppendAudit");
  CHECK(at<PutOrganization>(out.changes, 0).next.status == OrganizationStatus::suspended);
  CHECK(at<PutOrganization>(out.changes, 0).next.active_managers == 2);
  CHECK(at<PutOrganization>(out.changes, 0).expected == 7);
  CHECK(line_of(at<AppendAudit>(out.changes, 1).event) ==
        "organization_suspended reason=- actor=staff/-/Robin/ticket 42 subject=- organization=1 from=- client=- "
        "count=1");
  const auto back = decide_organization_restoration(host(), acme(OrganizationStatus::suspended), drawn, noon);
  CHECK(std::holds_alternative<OrganizationRestored>(back.outcome));
  REQUIRE(names_of(back.changes) == "PutOrganization AppendAudit");
  CHECK(at<PutOrganization>(back.changes, 0).next.status == OrganizationStatus::active);
}

TEST_CASE("R67: an organisation that is already so is left, and the attempt audited") {
  auto drawn = fresh();
  const auto out = decide_organization_suspension(host(), acme(OrganizationStatus::suspended), drawn, noon);
  CHECK(std::holds_alternative<StandingUnchanged>(out.outcome));
  REQUIRE(names_of(out.changes) == "AppendAudit");
  CHECK(at<AppendAudit>(out.changes, 0).event.reason == "suspend_organization:unchanged");
  const auto back = decide_organization_restoration(host(), acme(), drawn, noon);
  CHECK(std::holds_alternative<StandingUnchanged>(back.outcome));
  CHECK(names_of(back.changes) == "AppendAudit");
}

TEST_CASE("R75: a removed organisation keeps id and domain, and is marked once") {
  auto drawn = fresh();
  const auto changes = decide_organization_removal(host(), acme(), drawn, noon);
  REQUIRE(names_of(changes) == "PutOrganization AppendAudit");
  const auto& next = at<PutOrganization>(changes, 0).next;
  CHECK(next.status == OrganizationStatus::removed);
  CHECK(next.id == acme_id);
  CHECK(next.domain.canonical() == "acme");
  CHECK(next.name.empty());
  CHECK(next.support_contact.empty());
  CHECK(next.active_managers == 0);
  CHECK(decide_organization_removal(host(), next, drawn, noon).empty());
}
