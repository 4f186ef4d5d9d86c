#include "changes.hpp"

#include <tuple>
#include <utility>

#include "rows.hpp"

namespace host::lmdb {
namespace {

// ApplyOne applies one change. True: its guard held. There is one writer at a time, so a guard is a read and an `if`:
// nothing can come between it and the effect. Each change sees those before it, since all share one transaction.
class ApplyOne {
 public:
  explicit ApplyOne(const Transaction& db) noexcept : db_(db) {}

  Result<bool> operator()(const RequireActor& change) const;
  Result<bool> operator()(const PutOrganization& change) const;
  Result<bool> operator()(const PutAccount& change) const;
  Result<bool> operator()(const UpgradeHash& change) const;
  Result<bool> operator()(const AdvanceTotpStep& change) const;
  Result<bool> operator()(const ConsumeRecoveryCode& change) const;
  Result<bool> operator()(const PutLink& change) const;
  Result<bool> operator()(const ConsumeLink& change) const;
  Result<bool> operator()(const ConsumeOnce& change) const;
  Result<bool> operator()(const PutSession& change) const;
  Result<bool> operator()(const TouchSession& change) const;
  Result<bool> operator()(const ProveSession& change) const;
  Result<bool> operator()(const RestampSession& change) const;
  Result<bool> operator()(const EndSession& change) const;
  Result<bool> operator()(const PutDevice& change) const;
  Result<bool> operator()(const TouchDevice& change) const;
  Result<bool> operator()(const EndDevice& change) const;
  Result<bool> operator()(const PutMailIntent& change) const;
  Result<bool> operator()(const BeginHandOver& change) const;
  Result<bool> operator()(const RestoreLink& change) const;
  Result<bool> operator()(const MarkMail& change) const;
  Result<bool> operator()(const BounceMail& change) const;
  Result<bool> operator()(const PutRecoveryRequest& change) const;
  Result<bool> operator()(const SettleRecoveryRequest& change) const;
  Result<bool> operator()(const PutJob& change) const;
  Result<bool> operator()(const PutJobBatch& change) const;
  Result<bool> operator()(const EraseAccount& change) const;
  Result<bool> operator()(const AppendAudit& change) const;
  Result<bool> operator()(const PutAuditBlock& change) const;

 private:
  // Whether nobody but `id` has a key of an index that has one owner.
  template <class IdType>
  [[nodiscard]] Result<bool> is_free(ByteView index_key, const IdType& id) const {
    OSTIARY_TRY(const auto owner, owner_of<IdType>(db_, index_key));
    return !owner || *owner == id;
  }
  // Stores a record that must be new. False: it is there.
  template <class Record>
  [[nodiscard]] Result<bool> put_new(const Record& record) const {
    OSTIARY_TRY(const auto stored, find<Record>(db_, Kept<Record>::id(record)));
    if (stored) {
      return false;
    }
    OSTIARY_TRY(put(db_, stored, record));
    return true;
  }
  [[nodiscard]] Result<void> drop_surplus(const Device& newest) const;
  [[nodiscard]] Result<bool> hand_over(const PartHandOver& part) const;
  [[nodiscard]] Result<bool> make_live(const LinkHandOver& hand_over, std::uint32_t links_epoch) const;
  [[nodiscard]] Result<bool> seal(const AuditId& event, const AuditBlock& block) const;
  template <class Record>
  [[nodiscard]] Result<void> erase_all(Table index, const AccountId& account) const;

  const Transaction& db_;
};

template <class Record>
Version version_of(const std::optional<Record>& stored) {
  return stored ? stored->version : 0;
}

Result<bool> ApplyOne::operator()(const RequireActor& change) const {
  OSTIARY_TRY(const auto account, find<Account>(db_, change.account));
  OSTIARY_TRY(const auto session, find<Session>(db_, change.session));
  if (!account) {
    return false;
  }
  OSTIARY_TRY(const auto organization, find<Organization>(db_, account->organization));
  return organization && organization->status == OrganizationStatus::active &&
         account->status == AccountStatus::active && account->role == change.role &&
         account->epochs.sessions == change.epoch && session && session->account == change.account &&
         change.now < session->ends_at;
}

Result<bool> ApplyOne::operator()(const PutOrganization& change) const {
  OSTIARY_TRY(const auto stored, find<Organization>(db_, change.next.id));
  OSTIARY_TRY(const bool is_domain_free, is_free(domain_key(change.next.domain), change.next.id));
  if (version_of(stored) != change.expected || !is_domain_free) {
    return false;
  }
  auto next = change.next;
  next.version = change.expected + 1;
  OSTIARY_TRY(put(db_, stored, next));
  return true;
}

Result<bool> ApplyOne::operator()(const PutAccount& change) const {
  auto next = change.next;
  OSTIARY_TRY(const auto stored, find<Account>(db_, next.id));
  OSTIARY_TRY(const auto organization, find<Organization>(db_, next.organization));
  OSTIARY_TRY(const bool is_login_free, is_free(login_key(next.login), next.id));
  OSTIARY_TRY(const bool is_ref_free, is_free(host_ref_key(next.host_ref), next.id));  // an empty one has no key
  if (version_of(stored) != change.expected || !organization || !is_login_free || !is_ref_free) {
    return false;
  }
  next.version = change.expected + 1;
  if (stored && stored->password && next.password && stored->password->id == next.password->id) {
    next.password->hash = stored->password->hash;  // hot: `next` may have been read before an UpgradeHash
  }
  if (stored) {
    set_marks(next, keep_marks(marks_of(*stored), marks_of(next)));  // hot likewise
  }
  OSTIARY_TRY(put(db_, stored, next));
  return true;
}

Result<bool> ApplyOne::operator()(const UpgradeHash& change) const {
  OSTIARY_TRY(const auto stored, find<Account>(db_, change.account));
  if (stored && stored->password && stored->password->hash == change.from) {
    auto next = *stored;  // its version too: a hot field moves none
    next.password->hash = change.to;
    OSTIARY_TRY(put(db_, stored, next));
  }
  return true;
}

Result<bool> ApplyOne::operator()(const AdvanceTotpStep& change) const {
  OSTIARY_TRY(const auto stored, find<Account>(db_, change.account));
  if (!stored || !stored->authenticator || stored->authenticator->id != change.authenticator ||
      change.step <= stored->authenticator->accepted_step) {
    return false;
  }
  auto next = *stored;
  next.authenticator->accepted_step = change.step;
  OSTIARY_TRY(put(db_, stored, next));
  return true;
}

Result<bool> ApplyOne::operator()(const ConsumeRecoveryCode& change) const {
  OSTIARY_TRY(const auto stored, find<Account>(db_, change.account));
  if (!stored || !stored->recovery_codes || stored->recovery_codes->id != change.codes ||
      change.index >= recovery_codes_count_max) {
    return false;
  }
  const auto code = std::uint32_t{1} << change.index;
  if ((stored->recovery_codes->used & code) != 0) {
    return false;
  }
  auto next = *stored;
  next.recovery_codes->used |= code;
  OSTIARY_TRY(put(db_, stored, next));
  return true;
}

Result<bool> ApplyOne::operator()(const PutLink& change) const {
  OSTIARY_TRY(const auto stored, find<Link>(db_, change.id));
  OSTIARY_TRY(const auto account, find<Account>(db_, change.account));
  OSTIARY_TRY(const bool is_only_one, is_free(link_of_key(change.account, change.purpose), change.id));
  const bool is_second = !stored && has_one_row(change.purpose) && !is_only_one;
  const bool is_late = !stored && account && account->status == AccountStatus::removed;
  if ((stored ? stored->issued : 0) != change.expected || !account || is_second || is_late) {
    return false;
  }
  Link next{.id = change.id, .account = change.account, .purpose = change.purpose, .ends_at = change.ends_at};
  if (stored) {
    next = *stored;
    next.ends_at = std::max(stored->ends_at, change.ends_at);
  }
  ++next.issued;
  OSTIARY_TRY(put(db_, stored, next));
  return true;
}

// [guard]
Result<bool> ApplyOne::operator()(const ConsumeLink& change) const {
  OSTIARY_TRY(const auto stored, find<Link>(db_, change.id));
  if (!stored || stored->live != change.generation || stored->used == change.generation ||
      change.now >= stored->expires_at) {
    return false;
  }
  auto next = *stored;
  next.used = change.generation;
  OSTIARY_TRY(put(db_, stored, next));
  return true;
}
// [guard]

Result<bool> ApplyOne::operator()(const ConsumeOnce& change) const {
  return put_new(ConsumedKey{.key = change.key, .until = change.until});
}

Result<bool> ApplyOne::operator()(const PutSession& change) const {
  const auto& session = change.session;
  OSTIARY_TRY(const auto account, find<Account>(db_, session.account));
  if (!account || account->status != AccountStatus::active || account->epochs.sessions != session.epoch) {
    return false;
  }
  return put_new(session);
}

Result<bool> ApplyOne::operator()(const TouchSession& change) const {
  OSTIARY_TRY(const auto stored, find<Session>(db_, change.id));
  if (stored && stored->last_seen_at < change.last_seen_at) {
    auto next = *stored;
    next.last_seen_at = change.last_seen_at;
    OSTIARY_TRY(put(db_, stored, next));
  }
  return true;
}

Result<bool> ApplyOne::operator()(const ProveSession& change) const {
  OSTIARY_TRY(const auto stored, find<Session>(db_, change.id));
  if (!stored || stored->account != change.account) {
    return false;
  }
  auto next = *stored;
  next.proved_at = std::max(stored->proved_at, change.proved_at);
  OSTIARY_TRY(put(db_, stored, next));
  return true;
}

Result<bool> ApplyOne::operator()(const RestampSession& change) const {
  OSTIARY_TRY(const auto stored, find<Session>(db_, change.id));
  if (!stored) {
    return false;
  }
  auto next = *stored;
  next.epoch = change.epoch;
  OSTIARY_TRY(put(db_, stored, next));
  return true;
}

Result<bool> ApplyOne::operator()(const EndSession& change) const {
  OSTIARY_TRY(const auto stored, find<Session>(db_, change.id));
  if (!stored || stored->account != change.account) {
    return false;
  }
  OSTIARY_TRY(erase(db_, *stored));
  return true;
}

Result<bool> ApplyOne::operator()(const PutDevice& change) const {
  const auto& device = change.device;
  OSTIARY_TRY(const auto account, find<Account>(db_, device.account));
  if (!account || account->status != AccountStatus::active || account->epochs.devices != device.epoch) {
    return false;
  }
  OSTIARY_TRY(const bool is_put, put_new(device));
  if (is_put) {
    OSTIARY_TRY(drop_surplus(device));
  }
  return is_put;
}

Result<void> ApplyOne::drop_surplus(const Device& newest) const {
  OSTIARY_TRY(const auto ids, ids_of<DeviceId>(db_, owned_prefix(Table::devices_of, newest.account)));
  std::vector<Device> others;
  for (const auto& id : ids) {
    OSTIARY_TRY(auto device, find<Device>(db_, id));
    if (device && id != newest.id) {
      others.push_back(std::move(*device));
    }
  }
  std::ranges::sort(others, {}, [](const Device& device) {
    return std::tuple(device.last_seen_at > device.created_at, device.last_seen_at, device.id);
  });
  for (std::size_t i = 0; i + devices_count_max - 1 < others.size(); ++i) {
    OSTIARY_TRY(erase(db_, others[i]));
  }
  return success();
}

Result<bool> ApplyOne::operator()(const TouchDevice& change) const {
  OSTIARY_TRY(const auto stored, find<Device>(db_, change.id));
  OSTIARY_TRY(const auto account, find<Account>(db_, change.account));
  if (!stored || !account || stored->account != change.account || stored->epoch != account->epochs.devices) {
    return false;
  }
  auto next = *stored;
  next.last_seen_at = std::max(stored->last_seen_at, change.last_seen_at);
  next.ends_at = std::max(stored->ends_at, change.ends_at);
  OSTIARY_TRY(put(db_, stored, next));
  return true;
}

Result<bool> ApplyOne::operator()(const EndDevice& change) const {
  OSTIARY_TRY(const auto stored, find<Device>(db_, change.id));
  if (!stored || stored->account != change.account) {
    return false;
  }
  OSTIARY_TRY(erase(db_, *stored));
  return true;
}

Result<bool> ApplyOne::operator()(const PutMailIntent& change) const {
  if (change.mail.state != MailState::queued || change.mail.lease) {
    return false;
  }
  for (const auto& part : change.mail.parts) {
    OSTIARY_TRY(const auto account, find<Account>(db_, part.account));
    if (!account || account->status == AccountStatus::removed) {
      return false;
    }
  }
  return put_new(change.mail);
}

bool is_leased_by(const std::optional<MailIntent>& mail, const LeaseToken& token) {
  return mail && mail->lease && mail->lease->token == token;
}

Result<bool> ApplyOne::operator()(const BeginHandOver& change) const {
  OSTIARY_TRY(const auto stored, find<MailIntent>(db_, change.mail));
  if (!is_leased_by(stored, change.lease) ||
      (stored->state != MailState::queued && stored->state != MailState::sending)) {
    return false;
  }
  auto next = *stored;
  next.state = MailState::sending;
  ++next.attempts;
  next.lease = Lease{.token = change.lease, .until = change.until};
  OSTIARY_TRY(put(db_, stored, next));
  for (const auto& part : change.parts) {
    OSTIARY_TRY(const bool holds, hand_over(part));
    if (!holds) {
      return false;
    }
  }
  return true;
}

Result<bool> ApplyOne::hand_over(const PartHandOver& part) const {
  OSTIARY_TRY(const auto account, find<Account>(db_, part.account));
  if (!account || account->status == AccountStatus::suspended || account->status == AccountStatus::removed) {
    return false;
  }
  return part.link ? make_live(*part.link, account->epochs.links) : true;
}

Result<bool> ApplyOne::make_live(const LinkHandOver& hand_over, std::uint32_t links_epoch) const {
  OSTIARY_TRY(const auto stored, find<Link>(db_, hand_over.id));
  if (!stored || stored->issued != hand_over.generation || stored->used == hand_over.generation ||
      (hand_over.epoch && links_epoch != *hand_over.epoch)) {
    return false;
  }
  auto next = *stored;
  next.live = hand_over.generation;
  next.epoch = hand_over.epoch;
  next.expires_at = hand_over.expires_at;
  next.ends_at = hand_over.ends_at;
  next.sent_to = hand_over.sent_to;
  OSTIARY_TRY(put(db_, stored, next));
  return true;
}

Result<bool> ApplyOne::operator()(const RestoreLink& change) const {
  OSTIARY_TRY(const auto stored, find<Link>(db_, change.id));
  if (stored && stored->live == change.generation && stored->used != change.generation) {
    auto next = *stored;
    next.live = change.live;
    next.epoch = change.epoch;
    next.expires_at = change.expires_at;
    next.sent_to = change.sent_to;
    OSTIARY_TRY(put(db_, stored, next));
  }
  return true;
}

Result<bool> ApplyOne::operator()(const MarkMail& change) const {
  OSTIARY_TRY(const auto stored, find<MailIntent>(db_, change.mail));
  if (!is_leased_by(stored, change.lease)) {
    return false;
  }
  auto next = *stored;
  next.state = change.state;
  next.reason = change.reason;
  next.due_at = change.due_at;
  next.lease.reset();
  OSTIARY_TRY(put(db_, stored, next));
  return true;
}

Result<bool> ApplyOne::operator()(const BounceMail& change) const {
  OSTIARY_TRY(const auto stored, find<MailIntent>(db_, change.mail));
  if (!stored || stored->lease || (stored->state != MailState::sent && stored->state != MailState::sending)) {
    return false;
  }
  auto next = *stored;
  next.state = MailState::bounced;
  next.reason = change.reason;
  OSTIARY_TRY(put(db_, stored, next));
  return true;
}

Result<bool> ApplyOne::operator()(const PutRecoveryRequest& change) const {
  return change.request.lease ? false : put_new(change.request);
}

Result<bool> ApplyOne::operator()(const SettleRecoveryRequest& change) const {
  OSTIARY_TRY(const auto stored, find<RecoveryRequest>(db_, change.id));
  if (!stored || !stored->lease || stored->lease->token != change.lease) {
    return false;
  }
  OSTIARY_TRY(erase(db_, *stored));
  return true;
}

Result<bool> ApplyOne::operator()(const PutJob& change) const {
  OSTIARY_TRY(const auto stored, find<Job>(db_, change.next.id));
  if (version_of(stored) != change.expected) {
    return false;
  }
  auto next = change.next;
  next.version = change.expected + 1;
  OSTIARY_TRY(put(db_, stored, next));
  return true;
}

Result<bool> ApplyOne::operator()(const PutJobBatch& change) const {
  OSTIARY_TRY(const auto job, find<Job>(db_, change.job));
  if (!job) {
    return false;
  }
  const StoredBatch next{.id = batch_id(change.job, change.index), .items = change.items};
  OSTIARY_TRY(put(db_, std::optional<StoredBatch>(), next));
  return true;
}

template <class Record>
Result<void> ApplyOne::erase_all(Table index, const AccountId& account) const {
  OSTIARY_TRY(const auto ids, ids_of<typename Kept<Record>::Id>(db_, owned_prefix(index, account)));
  for (const auto& id : ids) {
    OSTIARY_TRY(const auto record, find<Record>(db_, id));
    if (!record) {
      return Errc::record_unreadable;
    }
    if constexpr (std::is_same_v<Record, MailIntent>) {
      if (record->parts.size() > 1) {
        continue;  // it speaks of others too
      }
    }
    OSTIARY_TRY(erase(db_, *record));
  }
  return success();
}

Result<bool> ApplyOne::operator()(const EraseAccount& change) const {
  OSTIARY_TRY(const auto account, find<Account>(db_, change.account));
  if (!account || account->status != AccountStatus::removed) {
    return false;
  }
  OSTIARY_TRY(erase_all<Session>(Table::sessions_of, change.account));
  OSTIARY_TRY(erase_all<Device>(Table::devices_of, change.account));
  OSTIARY_TRY(erase_all<Link>(Table::links_of, change.account));
  OSTIARY_TRY(erase_all<MailIntent>(Table::mails_of, change.account));
  return true;
}

Result<bool> ApplyOne::operator()(const AppendAudit& change) const {
  return put_new(AuditRow{.event = change.event, .mac = change.mac});
}

Result<bool> ApplyOne::operator()(const PutAuditBlock& change) const {
  const auto& block = change.block;
  OSTIARY_TRY(const auto newest, newest_block(db_, block.stream));
  if (block.number != newest + 1) {
    return false;
  }
  OSTIARY_TRY(put(db_, std::optional<StoredBlock>(),
                  StoredBlock{.id = block_id(block.stream, block.number), .row = {.block = block, .mac = change.mac}}));
  for (const auto& event : change.events) {
    OSTIARY_TRY(const bool holds, seal(event, block));
    if (!holds) {
      return false;
    }
  }
  return true;
}

Result<bool> ApplyOne::seal(const AuditId& event, const AuditBlock& block) const {
  OSTIARY_TRY(const auto stored, find<AuditRow>(db_, event));
  const bool is_in_block = stored && stored->block != 0 && stored->block < block.number;  // others name none
  if (!stored || stored->event.organization != block.stream || is_in_block) {
    return false;
  }
  auto next = *stored;
  next.block = block.number;
  OSTIARY_TRY(put(db_, stored, next));
  return true;
}

}  // namespace

// The id goes in with the changes: either all of it is in the file or nothing is, so a repeat can tell.
Result<CommitAnswer> apply(const Transaction& db, const ChangeSet& set) {
  OSTIARY_TRY(const auto applied, find<AppliedSet>(db, set.id));
  if (applied) {
    return CommitAnswer(Committed{});
  }
  const ApplyOne apply_one(db);
  for (std::size_t i = 0; i < set.changes.size(); ++i) {
    OSTIARY_TRY(const bool holds, std::visit(apply_one, set.changes[i]));
    if (!holds) {
      return CommitAnswer(Refused{.index = i});
    }
  }
  OSTIARY_TRY(put(db, applied, AppliedSet{.id = set.id, .at = set.at}));
  return CommitAnswer(Committed{});
}

}  // namespace host::lmdb
