#pragma once

#include <optional>
#include <variant>
#include <vector>

#include <ostiary/model/account.hpp>
#include <ostiary/model/audit_block.hpp>
#include <ostiary/model/device.hpp>
#include <ostiary/model/factor_changes.hpp>
#include <ostiary/model/job.hpp>
#include <ostiary/model/link.hpp>
#include <ostiary/model/mail_changes.hpp>
#include <ostiary/model/session.hpp>

namespace ostiary::inline v0 {

// Each Change, here, in factor_changes.hpp and mail_changes.hpp, states its guard, the condition under which it may be applied, and its
// effect. A guard that misses refuses the whole set. "Present" and "absent" speak of the record that the change names
// by its id.

/// Guard: the account is active, and so is its organisation; it has `role`, `epoch` is its sessions epoch, and `session`
/// is present, the account's, and now < its ends_at. Effect: none.
struct RequireActor {
  AccountId account{};
  Role role = Role::member;
  std::uint32_t epoch = 0;
  SessionId session{};
  Instant now{};
};

/// Guard: the stored version is `expected` (0: absent); no other organisation has the domain.
/// Effect: the record is `next`, its version expected + 1.
struct PutOrganization {
  Organization next;
  Version expected = 0;
};

/// Guard: the stored version is `expected` (0: absent); no other account has the login name or the non-empty host_ref;
/// the organisation is present. Effect: the record is `next`, its version expected + 1. Where `next.password` has the
/// id of the stored one, the stored hash stays; likewise the hot fields of authenticator and recovery codes (keep_marks).
struct PutAccount {
  Account next;
  Version expected = 0;
};

/// Guard: none; the account's password has the hash `from`, or there is no effect. Effect: its hash is `to`.
struct UpgradeHash {
  AccountId account{};
  std::string from{};
  std::string to{};
};

/// Guard: the stored `issued` is `expected` (0: absent, and no other row has the account and a purpose that
/// has_one_row); the account is present, and where the row is absent not removed. Effect: where absent, the row is
/// {id, account, purpose, issued 1, ends_at}; else `issued` is raised by one and `ends_at` is the later one; all else
/// stays, the row's account and purpose too.
struct PutLink {
  LinkId id{};
  AccountId account{};
  LinkPurpose purpose = LinkPurpose::setup;
  Generation expected = 0;
  Instant ends_at{};
};

/// Guard: present; `generation` is `live` and not `used`; now < expires_at. Effect: `used` is `generation`.
struct ConsumeLink {
  LinkId id{};
  Generation generation = 0;
  Instant now{};
};

/// Guard: the key was never consumed, or its row is gone; a row past its `until` that is still there counts.
/// Effect: it is consumed. `key` is unique to one ceremony.
struct ConsumeOnce {
  ByteArray<32> key{};
  Instant until{};
};

/// Guard: the session is absent; its account is active with sessions epoch `session.epoch`. Effect: it is stored.
struct PutSession {
  Session session{};
};

/// Guard: none; absent means no effect. Effect: last_seen_at is the later of the two.
struct TouchSession {
  SessionId id{};
  Instant last_seen_at{};
};

/// Guard: the session is present and is the account's. Effect: proved_at is the later of the two.
struct ProveSession {
  SessionId id{};
  AccountId account{};
  Instant proved_at{};
};

/// Guard: the session is present. Effect: its epoch is `epoch`. The session that stays when the account's epoch moves.
struct RestampSession {
  SessionId id{};
  std::uint32_t epoch = 0;
};

/// Guard: the session is present and is the account's. Effect: it is gone.
struct EndSession {
  SessionId id{};
  AccountId account{};
};

/// Guard: the device is absent; its account is active with devices epoch `device.epoch`. Effect: it is stored; of more
/// than devices_count_max another is gone: first those that never came back (last_seen_at is not after created_at), so
/// that a client without cookies drives no real device out, then the least recently seen (of two alike, the lower id).
struct PutDevice {
  Device device{};
};

/// Guard: the device is present, is the account's, and its epoch is the account's devices epoch. Effect: last_seen_at
/// and ends_at are the later ones.
struct TouchDevice {
  DeviceId id{};
  AccountId account{};
  Instant last_seen_at{};
  Instant ends_at{};
};

/// Guard: the device is present and is the account's. Effect: it is gone.
struct EndDevice {
  DeviceId id{};
  AccountId account{};
};

/// Guard: the stored version is `expected` (0: absent). Effect: the record is `next`, its version expected + 1.
struct PutJob {
  Job next{};
  Version expected = 0;
};

/// Guard: the job is present. Effect: its batch `index` is `items`.
struct PutJobBatch {
  JobId job{};
  std::uint32_t index = 0;
  std::vector<JobItem> items{};
};

/// Guard: the account is present and removed. Effect: its sessions, devices and links are gone, and so are the mails
/// that speak of no other account (R75).
struct EraseAccount {
  AccountId account{};
};

/// Guard: the event is absent. Effect: it is stored, in no block.
struct AppendAudit {
  AuditEvent event{};
  AuditMac mac{};
};

/// Guard: `block.number` is one more than the stream's newest (1: there is none); each of `events` is present, of the
/// stream, and in no block. Effect: the block is stored, and they are in it.
struct PutAuditBlock {
  AuditBlock block{};
  AuditMac mac{};
  std::vector<AuditId> events{};
};

using Change = std::variant<RequireActor, PutOrganization, PutAccount, UpgradeHash, AdvanceTotpStep,
                            ConsumeRecoveryCode, PutLink, ConsumeLink, ConsumeOnce, PutSession, TouchSession,
                            ProveSession, RestampSession, EndSession, PutDevice, TouchDevice, EndDevice, PutMailIntent,
                            BeginHandOver, RestoreLink, MarkMail, BounceMail, PutRecoveryRequest, SettleRecoveryRequest,
                            PutJob, PutJobBatch, EraseAccount, AppendAudit, PutAuditBlock>;

inline constexpr std::size_t changes_count_max = 4096;  // of one set

/// ChangeSet is applied wholly or not at all, in order; each guard sees the changes before it in the same set. Changes
/// that only require come first. A set whose id was applied in the last 24 hours is answered Committed and not again.
struct ChangeSet {
  ChangeId id{};
  Instant at{};
  std::vector<Change> changes{};
};

struct Committed {};

/// Refused names the first change whose guard missed. It is said only from durable state.
struct Refused {
  std::size_t index = 0;
};

using CommitAnswer = std::variant<Committed, Refused>;

}  // namespace ostiary::inline v0
