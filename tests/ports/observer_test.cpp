#include <ostiary/ports/observer.hpp>

#include <set>

#include <doctest/doctest.h>

using namespace ostiary;

TEST_CASE("R78: each observation is one line of its own, made of names and numbers") {
  const std::pair<Observation, std::string_view> lines[] = {
      {DecisionMade{AuditKind::signed_in}, "decision_made kind=signed_in"},
      {CommitResent{Errc::contention},
       "commit_resent reason=\"the store gave way to another writer; nothing was written; try again\""},
      {DecisionRepeated{}, "decision_repeated"},
      {AttemptThrottled{.retry_after = std::chrono::seconds(60)}, "attempt_throttled retry_after_ms=60000"},
      {PasswordHashed{.took = Duration(31)}, "password_hashed took_ms=31"},
      {SessionChecked{SessionAnswer::signed_in}, "session_checked answer=signed_in"},
      {SessionChecked{SessionAnswer::refused}, "session_checked answer=refused"},
      {MailHandled{MailState::voided}, "mail_handled state=voided"},
      {SideTaskFailed{.task = SideTask::session_touch, .error = Errc::store_failure},
       "side_task_failed task=session_touch error=\"the store refused a statement; check its disk, permissions and "
       "integrity\""},
      {RowsHousekept{.deleted = 7}, "rows_housekept deleted=7"},
  };
  std::set<std::size_t> seen;
  for (const auto& [observation, line] : lines) {
    CHECK(describe(observation) == line);
    seen.insert(observation.index());
  }
  CHECK(seen.size() == std::variant_size_v<Observation>);
}

TEST_CASE("R78: every side task has a name") {
  std::set<std::string> names;
  for (const auto task : {SideTask::refund, SideTask::session_touch, SideTask::hash_upgrade, SideTask::hash_verify,
                          SideTask::factor_open}) {
    names.insert(describe(SideTaskFailed{.task = task, .error = Errc::conflict}));
  }
  CHECK(names.size() == 5);
}
