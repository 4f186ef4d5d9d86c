#include <doctest/doctest.h>

#include "testing/guard_clause.hpp"
#include <ostiary/testing/memory_store.hpp>
#include <ostiary/testing/store_conformance.hpp>

using namespace ostiary;
using testing::ConformancePart;
using testing::GuardClause;

TEST_CASE("MemoryStore: threads that race at a guard have exactly one winner") {
  const auto report = testing::store_conformance({.fresh = [] { return std::make_unique<testing::MemoryStore>(); }},
                                                 {.part = ConformancePart::races, .rounds = 20});
  CHECK_MESSAGE(report.passed(), report.text());
}

TEST_CASE("every race has more than one winner where its guard is switched off") {
  for (const auto clause :
       {GuardClause::put_organization_version, GuardClause::put_organization_domain, GuardClause::put_account_version,
        GuardClause::put_account_login, GuardClause::put_account_host_ref, GuardClause::put_link_issued,
        GuardClause::put_link_only_one, GuardClause::consume_link_unused, GuardClause::consume_once_absent,
        GuardClause::put_session_absent, GuardClause::end_session_present, GuardClause::put_mail_absent,
        GuardClause::begin_hand_over_lease, GuardClause::mark_mail_lease, GuardClause::append_audit_absent,
        GuardClause::set_applied_once, GuardClause::claim_lease_ended, GuardClause::charge_limit}) {
    const auto report = testing::store_conformance({.fresh = [&] { return testing::make_store_without(clause); }},
                                                   {.part = ConformancePart::races, .threads = 4, .rounds = 1});
    CHECK_MESSAGE(!report.passed(), "no race noticed the lack of ", guard_clause_name(clause));
  }
}
