#include <ostiary/ports/observer.hpp>

#include <fmt/format.h>

namespace ostiary::inline v0 {
namespace {

std::string_view name_of(SessionAnswer answer) noexcept {
  return answer == SessionAnswer::signed_in ? "signed_in" : "refused";
}

std::string_view name_of(SideTask task) noexcept {
  switch (task) {
    case SideTask::refund:
      return "refund";
    case SideTask::session_touch:
      return "session_touch";
    case SideTask::hash_upgrade:
      return "hash_upgrade";
    case SideTask::hash_verify:
      return "hash_verify";
    case SideTask::factor_open:
      return "factor_open";
  }
  return "unknown";
}

struct Describe {
  std::string operator()(const DecisionMade& seen) const {
    return fmt::format("decision_made kind={}", audit_kind_name(seen.kind));
  }
  std::string operator()(const CommitResent& seen) const {
    return fmt::format("commit_resent reason=\"{}\"", seen.reason.message());
  }
  std::string operator()(const DecisionRepeated& /*seen*/) const { return "decision_repeated"; }
  std::string operator()(const AttemptThrottled& seen) const {
    return fmt::format("attempt_throttled retry_after_ms={}", seen.retry_after.count());
  }
  std::string operator()(const PasswordHashed& seen) const {
    return fmt::format("password_hashed took_ms={}", seen.took.count());
  }
  std::string operator()(const SessionChecked& seen) const {
    return fmt::format("session_checked answer={}", name_of(seen.answer));
  }
  std::string operator()(const MailHandled& seen) const {
    return fmt::format("mail_handled state={}", mail_state_name(seen.state));
  }
  std::string operator()(const SideTaskFailed& seen) const {
    return fmt::format("side_task_failed task={} error=\"{}\"", name_of(seen.task), seen.error.message());
  }
  std::string operator()(const RowsHousekept& seen) const {
    return fmt::format("rows_housekept deleted={}", seen.deleted);
  }
};

}  // namespace

std::string describe(const Observation& observation) { return std::visit(Describe(), observation); }

}  // namespace ostiary::inline v0
