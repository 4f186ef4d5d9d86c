#pragma once

#include "connection.hpp"
#include <ostiary/model/change_set.hpp>
#include <ostiary/ports/store.hpp>

// How rows become records. Each reader names the columns that it expects, in order.
namespace ostiary::inline v0::sqlite {

/// body, version
[[nodiscard]] Result<Organization> read_organization(const Row& row);
/// body, version, credential, hash, authenticator, accepted_step, recovery_codes, used_codes: the hot hash and marks are
/// laid over the body
[[nodiscard]] Result<Account> read_account(const Row& row);
/// id, account, purpose, issued, live, used, epoch, expires_at, ends_at, sent_to
[[nodiscard]] Result<Link> read_link(const Row& row);
/// body, epoch, last_seen_at, proved_at
[[nodiscard]] Result<Session> read_session(const Row& row);
/// body, epoch, last_seen_at, proved_at, then of the account id, organization, login_typed, status, role, sessions_epoch,
/// links_epoch, devices_epoch, and the organisation's status
[[nodiscard]] Result<SessionFacts> read_session_facts(const Row& row);
/// body, last_seen_at, ends_at
[[nodiscard]] Result<Device> read_device(const Row& row);
/// body, state, attempts, due_at, reason, lease, lease_until
[[nodiscard]] Result<MailIntent> read_mail(const Row& row);
/// body, lease, lease_until
[[nodiscard]] Result<RecoveryRequest> read_recovery_request(const Row& row);
/// body, version
[[nodiscard]] Result<Job> read_job(const Row& row);
/// items
[[nodiscard]] Result<std::vector<JobItem>> read_job_items(const Row& row);
/// body, mac_key, mac, block
[[nodiscard]] Result<AuditRow> read_audit(const Row& row);
/// body, mac_key, mac, stream, number: Errc::record_unreadable where the body is another block's
[[nodiscard]] Result<AuditBlockRow> read_audit_block(const Row& row);

/// bytes_of is a stream as it is stored: the organisation, or empty for the system's own.
[[nodiscard]] inline ByteView bytes_of(const AuditStream& stream) noexcept {
  return stream ? ByteView(stream->bytes()) : ByteView();
}

/// encode_without_hash is the body of an account as it is stored: without the hot hash.
[[nodiscard]] Bytes encode_without_hash(const Account& account);

}  // namespace ostiary::inline v0::sqlite
