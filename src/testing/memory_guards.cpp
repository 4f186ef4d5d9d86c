#include <algorithm>

#include "memory_state.hpp"

namespace ostiary::inline v0::testing {
namespace {

// About records that a set of this guard does not write.
constexpr GuardClause only_reading[] = {GuardClause::require_actor_active,
                                        GuardClause::require_actor_organization,
                                        GuardClause::require_actor_role,
                                        GuardClause::require_actor_epoch,
                                        GuardClause::require_actor_session,
                                        GuardClause::require_actor_session_owner,
                                        GuardClause::require_actor_session_end,
                                        GuardClause::put_session_active,
                                        GuardClause::put_session_epoch,
                                        GuardClause::put_device_active,
                                        GuardClause::put_device_epoch,
                                        GuardClause::put_link_not_removed,
                                        GuardClause::put_mail_account_not_removed,
                                        GuardClause::touch_device_epoch,
                                        GuardClause::begin_hand_over_not_suspended,
                                        GuardClause::begin_hand_over_not_removed,
                                        GuardClause::begin_hand_over_link_epoch};

}  // namespace

bool Guards::is_off(GuardClause clause) const {
  return without_ == clause ||
         (without_ == GuardClause::set_isolated && std::ranges::find(only_reading, clause) != std::end(only_reading));
}

bool Guards::is_removed(const AccountId& account) const {
  const auto* stored = owner_of(account);
  return stored != nullptr && stored->keys.standing.status == AccountStatus::removed;
}

// A clause about a record that is absent holds here: the clause that asks for the record refuses.

bool Guards::operator()(const RequireActor& change) const {
  const auto* account = owner_of(change.account);
  const auto* session = state_.sessions.find(change.session);
  const auto* organization =
      account == nullptr ? nullptr : state_.organizations.find(account->keys.standing.organization);
  return is(GuardClause::require_actor_active,
            account != nullptr && account->keys.standing.status == AccountStatus::active) &&
         is(GuardClause::require_actor_organization,
            organization == nullptr || organization->status == OrganizationStatus::active) &&
         is(GuardClause::require_actor_role, account == nullptr || account->keys.standing.role == change.role) &&
         is(GuardClause::require_actor_epoch,
            account == nullptr || account->keys.standing.epochs.sessions == change.epoch) &&
         is(GuardClause::require_actor_session, session != nullptr) &&
         is(GuardClause::require_actor_session_owner, session == nullptr || session->account == change.account) &&
         is(GuardClause::require_actor_session_end, session == nullptr || change.now < session->ends_at);
}

bool Guards::operator()(const PutOrganization& change) const {
  const auto* stored = state_.organizations.find(change.next.id);
  const auto* holder = state_.domains.find(change.next.domain.canonical());
  return is(GuardClause::put_organization_version, (stored == nullptr ? 0 : stored->version) == change.expected) &&
         is(GuardClause::put_organization_domain, holder == nullptr || *holder == change.next.id);
}

bool Guards::operator()(const PutAccount& change) const {
  const auto* stored = owner_of(change.next.id);
  const auto* login_holder = state_.logins.find(change.next.login.canonical());
  const auto* ref_holder = change.next.host_ref.empty() ? nullptr : state_.host_refs.find(change.next.host_ref);
  return is(GuardClause::put_account_version, (stored == nullptr ? 0 : stored->version) == change.expected) &&
         is(GuardClause::put_account_login, login_holder == nullptr || *login_holder == change.next.id) &&
         is(GuardClause::put_account_host_ref, ref_holder == nullptr || *ref_holder == change.next.id) &&
         is(GuardClause::put_account_organization, state_.organizations.find(change.next.organization) != nullptr);
}

bool Guards::operator()(const UpgradeHash& /*change*/) const { return true; }

bool Guards::operator()(const AdvanceTotpStep& change) const {
  const auto* account = owner_of(change.account);
  return is(GuardClause::advance_totp_step_present, account != nullptr) &&
         is(GuardClause::advance_totp_step_authenticator,
            account == nullptr || account->marks.authenticator == change.authenticator) &&
         is(GuardClause::advance_totp_step_newer, account == nullptr || account->marks.accepted_step < change.step);
}

bool Guards::operator()(const ConsumeRecoveryCode& change) const {
  const auto* account = owner_of(change.account);
  return is(GuardClause::consume_recovery_code_present, account != nullptr) &&
         is(GuardClause::consume_recovery_code_set,
            account == nullptr || account->marks.recovery_codes == change.codes) &&
         is(GuardClause::consume_recovery_code_unused,
            account == nullptr || (account->marks.used_codes & code_bit(change.index)) == 0) &&
         is(GuardClause::consume_recovery_code_index, change.index < recovery_codes_count_max);
}

bool Guards::operator()(const PutLink& change) const {
  const auto* stored = state_.links.find(change.id);
  const auto* holder = state_.links_of.find({change.account, change.purpose});
  return is(GuardClause::put_link_issued, (stored == nullptr ? 0 : stored->issued) == change.expected) &&
         is(GuardClause::put_link_only_one,
            change.expected != 0 || !has_one_row(change.purpose) || holder == nullptr || *holder == change.id) &&
         is(GuardClause::put_link_account, owner_of(change.account) != nullptr) &&
         is(GuardClause::put_link_not_removed, change.expected != 0 || !is_removed(change.account));
}

bool Guards::operator()(const ConsumeLink& change) const {
  const auto* link = state_.links.find(change.id);
  return is(GuardClause::consume_link_present, link != nullptr) &&
         is(GuardClause::consume_link_live, link == nullptr || link->live == change.generation) &&
         is(GuardClause::consume_link_unused, link == nullptr || link->used != change.generation) &&
         is(GuardClause::consume_link_unexpired, link == nullptr || change.now < link->expires_at);
}

bool Guards::operator()(const ConsumeOnce& change) const {
  return is(GuardClause::consume_once_absent, state_.consumed.find(change.key) == nullptr);
}

bool Guards::operator()(const PutSession& change) const {
  const auto* account = owner_of(change.session.account);
  return is(GuardClause::put_session_absent, state_.sessions.find(change.session.id) == nullptr) &&
         is(GuardClause::put_session_active,
            account != nullptr && account->keys.standing.status == AccountStatus::active) &&
         is(GuardClause::put_session_epoch,
            account == nullptr || account->keys.standing.epochs.sessions == change.session.epoch);
}

bool Guards::operator()(const TouchSession& /*change*/) const { return true; }

bool Guards::operator()(const ProveSession& change) const {
  const auto* session = state_.sessions.find(change.id);
  return is(GuardClause::prove_session_present, session != nullptr) &&
         is(GuardClause::prove_session_account, session == nullptr || session->account == change.account);
}

bool Guards::operator()(const RestampSession& change) const {
  return is(GuardClause::restamp_session_present, state_.sessions.find(change.id) != nullptr);
}

bool Guards::operator()(const EndSession& change) const {
  const auto* session = state_.sessions.find(change.id);
  return is(GuardClause::end_session_present, session != nullptr) &&
         is(GuardClause::end_session_account, session == nullptr || session->account == change.account);
}

bool Guards::operator()(const PutDevice& change) const {
  const auto* account = owner_of(change.device.account);
  return is(GuardClause::put_device_absent, state_.devices.find(change.device.id) == nullptr) &&
         is(GuardClause::put_device_active,
            account != nullptr && account->keys.standing.status == AccountStatus::active) &&
         is(GuardClause::put_device_epoch,
            account == nullptr || account->keys.standing.epochs.devices == change.device.epoch);
}

bool Guards::operator()(const TouchDevice& change) const {
  const auto* device = state_.devices.find(change.id);
  const auto* account = owner_of(change.account);
  return is(GuardClause::touch_device_present, device != nullptr) &&
         is(GuardClause::touch_device_account, device == nullptr || device->account == change.account) &&
         is(GuardClause::touch_device_epoch,
            device == nullptr || account == nullptr || device->epoch == account->keys.standing.epochs.devices);
}

bool Guards::operator()(const EndDevice& change) const {
  const auto* device = state_.devices.find(change.id);
  return is(GuardClause::end_device_present, device != nullptr) &&
         is(GuardClause::end_device_account, device == nullptr || device->account == change.account);
}

bool Guards::operator()(const PutMailIntent& change) const {
  return is(GuardClause::put_mail_absent, state_.mails.find(change.mail.id) == nullptr) &&
         is(GuardClause::put_mail_queued, change.mail.state == MailState::queued) &&
         is(GuardClause::put_mail_no_lease, !change.mail.lease.has_value()) &&
         std::ranges::all_of(change.mail.parts, [&](const MailPart& part) {
           return is(GuardClause::put_mail_account_present, owner_of(part.account) != nullptr) &&
                  is(GuardClause::put_mail_account_not_removed, !is_removed(part.account));
         });
}

bool Guards::operator()(const BeginHandOver& change) const {
  const auto* mail = state_.mails.find(change.mail);
  const bool leased = mail != nullptr && mail->lease && mail->lease->token == change.lease;
  if (mail == nullptr || !is(GuardClause::begin_hand_over_lease, leased)) {
    return false;
  }
  if (mail->state != MailState::queued && mail->state != MailState::sending) {
    return false;
  }
  return std::ranges::all_of(change.parts, [&](const auto& part) { return admits(part); });
}

bool Guards::admits(const PartHandOver& part) const {
  const auto* account = owner_of(part.account);
  if (account == nullptr) {
    return false;
  }
  const auto status = account->keys.standing.status;
  return is(GuardClause::begin_hand_over_not_suspended, status != AccountStatus::suspended) &&
         is(GuardClause::begin_hand_over_not_removed, status != AccountStatus::removed) &&
         (!part.link || admits(*part.link, *account));
}

bool Guards::admits(const LinkHandOver& hand_over, const StoredAccount& account) const {
  const auto* link = state_.links.find(hand_over.id);
  return is(GuardClause::begin_hand_over_link_present, link != nullptr) &&
         is(GuardClause::begin_hand_over_link_issued, link == nullptr || link->issued == hand_over.generation) &&
         is(GuardClause::begin_hand_over_link_unused, link == nullptr || link->used != hand_over.generation) &&
         is(GuardClause::begin_hand_over_link_epoch,
            !hand_over.epoch || account.keys.standing.epochs.links == *hand_over.epoch);
}

bool Guards::operator()(const RestoreLink& /*change*/) const { return true; }

bool Guards::operator()(const MarkMail& change) const {
  const auto* mail = state_.mails.find(change.mail);
  return mail != nullptr &&
         is(GuardClause::mark_mail_lease, mail->lease.has_value() && mail->lease->token == change.lease);
}

bool Guards::operator()(const BounceMail& change) const {
  const auto* mail = state_.mails.find(change.mail);
  return mail != nullptr && is(GuardClause::bounce_mail_no_lease, !mail->lease.has_value()) &&
         is(GuardClause::bounce_mail_state, mail->state == MailState::sent || mail->state == MailState::sending);
}

bool Guards::operator()(const PutRecoveryRequest& change) const {
  return is(GuardClause::put_recovery_request_absent, state_.recovery_requests.find(change.request.id) == nullptr) &&
         is(GuardClause::put_recovery_request_no_lease, !change.request.lease.has_value());
}

bool Guards::operator()(const SettleRecoveryRequest& change) const {
  const auto* request = state_.recovery_requests.find(change.id);
  return request != nullptr && is(GuardClause::settle_recovery_request_lease,
                                  request->lease.has_value() && request->lease->token == change.lease);
}

bool Guards::operator()(const PutJob& change) const {
  const auto* job = state_.jobs.find(change.next.id);
  return is(GuardClause::put_job_version, (job == nullptr ? 0 : job->version) == change.expected);
}

bool Guards::operator()(const PutJobBatch& change) const {
  return is(GuardClause::put_job_batch_job, state_.jobs.find(change.job) != nullptr);
}

bool Guards::operator()(const EraseAccount& change) const {
  const auto* account = owner_of(change.account);
  return account != nullptr &&
         is(GuardClause::erase_account_removed, account->keys.standing.status == AccountStatus::removed);
}

bool Guards::operator()(const AppendAudit& change) const {
  return is(GuardClause::append_audit_absent, state_.audit.find(change.event.id) == nullptr);
}

bool Guards::operator()(const PutAuditBlock& change) const {
  const auto& rows = state_.audit_blocks.rows();
  const auto behind = rows.upper_bound({change.block.stream, std::numeric_limits<std::uint64_t>::max()});
  const auto* newest = behind == rows.begin() ? nullptr : &std::prev(behind)->first;
  const auto number = newest == nullptr || newest->first != change.block.stream ? 0 : newest->second;
  return is(GuardClause::put_audit_block_number, change.block.number == number + 1) &&
         std::ranges::all_of(change.events, [&](const auto& event) { return admits(event, change.block.stream); });
}

bool Guards::admits(const AuditId& event, const AuditStream& stream) const {
  const auto* row = state_.audit.find(event);
  return is(GuardClause::put_audit_block_event_present, row != nullptr && row->stream == stream) &&
         is(GuardClause::put_audit_block_event_unsealed, row == nullptr || row->block == 0);
}

}  // namespace ostiary::inline v0::testing
