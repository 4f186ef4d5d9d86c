#pragma once

#include <array>
#include <memory>

#include <ostiary/ports/store.hpp>
#include <ostiary/testing_export.hpp>

namespace ostiary::inline v0::testing {

/// GuardClause names everything that a store can get wrong about a guard: one enumerator for each clause that
/// change_set.hpp and store.hpp state. MemoryStore with one of them switched off is the proof that the kit looks.
/// BeginHandOver's "in state queued or sending" has none: no sequence of calls leases a mail in another state.
enum class GuardClause : std::uint8_t {
  require_actor_active,
  require_actor_organization,
  require_actor_role,
  require_actor_epoch,
  require_actor_session,
  require_actor_session_owner,
  require_actor_session_end,
  put_organization_version,
  put_organization_domain,
  put_account_version,
  put_account_login,
  put_account_host_ref,
  put_account_organization,
  put_account_keeps_hash,
  put_account_keeps_step,
  put_account_keeps_used_codes,
  put_account_new_authenticator,  ///< Its accepted step is its own.
  put_account_new_codes,          ///< Those that are used are its own.
  upgrade_hash_from,
  advance_totp_step_present,
  advance_totp_step_authenticator,
  advance_totp_step_newer,
  consume_recovery_code_present,
  consume_recovery_code_set,
  consume_recovery_code_unused,
  consume_recovery_code_index,  ///< Below recovery_codes_count_max.
  put_link_issued,
  put_link_only_one,
  put_link_account,
  put_link_not_removed,
  consume_link_present,
  consume_link_live,
  consume_link_unused,
  consume_link_unexpired,
  consume_once_absent,
  put_session_absent,
  put_session_active,
  put_session_epoch,
  touch_session_forward,
  prove_session_present,
  prove_session_account,
  prove_session_forward,
  restamp_session_present,
  end_session_present,
  end_session_account,
  put_device_absent,
  put_device_active,
  put_device_epoch,
  put_device_count,         ///< No more than devices_count_max are kept.
  put_device_came_back,     ///< Those that never came back go first.
  put_device_least_recent,  ///< The one that goes was seen least recently.
  touch_device_present,
  touch_device_account,
  touch_device_epoch,
  touch_device_forward,
  end_device_present,
  end_device_account,
  put_mail_absent,
  put_mail_queued,
  put_mail_no_lease,
  put_mail_account_present,
  put_mail_account_not_removed,
  begin_hand_over_lease,
  begin_hand_over_not_suspended,
  begin_hand_over_not_removed,
  begin_hand_over_link_present,
  begin_hand_over_link_issued,
  begin_hand_over_link_unused,
  begin_hand_over_link_epoch,
  restore_link_live,
  restore_link_unused,
  mark_mail_lease,
  bounce_mail_state,
  bounce_mail_no_lease,
  put_recovery_request_absent,
  put_recovery_request_no_lease,
  settle_recovery_request_lease,
  put_job_version,
  put_job_batch_job,
  erase_account_removed,
  append_audit_absent,
  put_audit_block_number,
  put_audit_block_event_present,  ///< Present, and of the stream.
  put_audit_block_event_unsealed,
  set_applied_once,            ///< A repeated ChangeId is not applied again.
  set_atomic,                  ///< A refused set takes its earlier changes back.
  set_sees_itself,             ///< A guard sees the changes before it in the set.
  set_refused_forgotten,       ///< A refused ChangeId may be sent again.
  set_isolated,                ///< What a guard only reads stays so until its set is applied. Only a race sees it.
  claim_lease_ended,           ///< A leased mail is not claimed until its lease ends.
  claim_due,                   ///< A mail is not claimed before it is due.
  claim_state,                 ///< A mail that is done with is not claimed.
  claim_recovery_lease_ended,  ///< A leased request is not claimed until its lease ends.
  charge_limit,                ///< No more than the budget is admitted.
  charge_stops,                ///< Nothing behind the first refusal is charged.
  charge_refund_floor,         ///< A refund gives no more than was spent.
  charge_clock_back,           ///< A tat from a clock that ran ahead refuses nobody for long.
  charge_lifted_when_drained,  ///< Refusals are lifted once the key has drained, not by each admission.
  housekeep_ended,             ///< Only what has ended is deleted.
  housekeep_limit,             ///< No more than `limit` rows are deleted.
  housekeep_change_ids,        ///< Change ids stay for 24 hours.
  housekeep_refused_budgets,   ///< A budget with refusals stays for its grace.
};
inline constexpr std::size_t guard_clauses_count = 102;

/// make_store_without makes a MemoryStore that keeps every clause but one. For the kit's own test.
[[nodiscard]] OSTIARY_TESTING_EXPORT std::unique_ptr<Store> make_store_without(GuardClause clause);

/// guard_clause_name is the enumerator's text, for that test's messages.
[[nodiscard]] OSTIARY_TESTING_EXPORT std::string_view guard_clause_name(GuardClause clause) noexcept;

}  // namespace ostiary::inline v0::testing
