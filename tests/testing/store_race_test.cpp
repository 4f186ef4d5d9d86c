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
  for (const auto clause : {GuardClause::put_organization_version,
                            GuardClause::put_organization_domain,
                            GuardClause::put_account_version,
                            GuardClause::put_account_login,
                            GuardClause::put_account_host_ref,
                            GuardClause::put_link_issued,
                            GuardClause::put_link_only_one,
                            GuardClause::consume_link_unused,
                            GuardClause::consume_once_absent,
                            GuardClause::advance_totp_step_newer,
                            GuardClause::consume_recovery_code_unused,
                            GuardClause::put_session_absent,
                            GuardClause::end_session_present,
                            GuardClause::put_mail_absent,
                            GuardClause::begin_hand_over_lease,
                            GuardClause::mark_mail_lease,
                            GuardClause::append_audit_absent,
                            GuardClause::set_applied_once,
                            GuardClause::claim_lease_ended,
                            GuardClause::charge_limit}) {
    const auto report = testing::store_conformance({.fresh = [&] { return testing::make_store_without(clause); }},
                                                   {.part = ConformancePart::races, .threads = 4, .rounds = 1});
    CHECK_MESSAGE(!report.passed(), "no race noticed the lack of ", guard_clause_name(clause));
  }
}

TEST_CASE("a store that judges guards on a snapshot keeps every sentence for one thread, and fails the race for that") {
  const testing::StoreFactory snapshots{.fresh = [] { return testing::make_store_without(GuardClause::set_isolated); }};
  const auto alone = testing::store_conformance(snapshots, {.part = ConformancePart::sequential, .accounts = 20});
  CHECK_MESSAGE(alone.passed(), alone.text());
  const auto raced = testing::store_conformance(
      snapshots, {.part = ConformancePart::races, .rounds = 20, .only = "a guard that only reads"});
  REQUIRE(raced.checks.size() == 1);
  for (const auto* const pair : {"two actors who suspend each other", "a session begun", "a device put",
                                 "a device touched", "a mail handed over"}) {
    CHECK_MESSAGE(raced.text().find(pair) != std::string::npos, "no winners too many: ", pair);
  }
}
