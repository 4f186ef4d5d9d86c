#include "changes.hpp"

#include <algorithm>
#include <limits>
#include <tuple>

#include "records.hpp"
#include <ostiary/model/password_hash.hpp>

namespace ostiary::inline v0::sqlite {
namespace {

// ApplyOne applies one change. True: its guard held. Most guards stand in the WHERE of the statement that has the
// effect, or are a key of the table (Connection::write), so that a change is one statement.
class ApplyOne {
 public:
  explicit ApplyOne(Connection& connection) noexcept : db_(connection) {}

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
  [[nodiscard]] Result<bool> put_account_row(const PutAccount& change) const;
  [[nodiscard]] Result<void> put_hash(const PutAccount& change) const;
  [[nodiscard]] Result<void> put_addresses(const PutAccount& change, std::vector<std::string> wanted) const;
  [[nodiscard]] Result<void> put_words(const PutAccount& change, const std::vector<std::string>& wanted) const;
  [[nodiscard]] Result<bool> hand_over(const PartHandOver& part) const;

  Connection& db_;
};

// A row that no guard speaks of must be written: anything else is a file that somebody changed.
Result<void> must_write(const Result<bool>& wrote) {
  if (!wrote) {
    return wrote.error();
  }
  if (!wrote.value()) {
    return Errc::store_failure;
  }
  return success();
}

// Reads a row that only has to be there.
Result<bool> is_there(const Row& /*row*/) { return true; }

// A column holds 63 bits: more than there are seconds.
bool fits(TotpStep step) { return step <= static_cast<TotpStep>(std::numeric_limits<std::int64_t>::max()); }

Result<bool> ApplyOne::operator()(const RequireActor& change) const {
  OSTIARY_TRY(
      const auto found,
      db_.first(
          "SELECT 1 FROM ostiary_accounts WHERE id = ?1 AND status = ?2 AND role = ?3 AND sessions_epoch = ?4 AND "
          "EXISTS (SELECT 1 FROM ostiary_sessions WHERE id = ?5 AND account = ?1 AND ends_at > ?6) AND "
          "EXISTS (SELECT 1 FROM ostiary_organizations o WHERE o.id = ostiary_accounts.organization AND o.status = ?7)",
          is_there, change.account, AccountStatus::active, change.role, change.epoch, change.session, change.now,
          OrganizationStatus::active));
  return found.has_value();
}

Result<bool> ApplyOne::operator()(const PutOrganization& change) const {
  const auto& next = change.next;
  const auto body = encode(next);
  if (change.expected == 0) {
    return db_.write("INSERT INTO ostiary_organizations (id, version, status, domain, body) VALUES (?1, 1, ?2, ?3, ?4)",
                     next.id, next.status, next.domain.canonical(), body);
  }
  return db_.write(
      "UPDATE ostiary_organizations SET version = version + 1, status = ?3, domain = ?4, body = ?5 "
      "WHERE id = ?1 AND version = ?2",
      next.id, change.expected, next.status, next.domain.canonical(), body);
}

Result<bool> ApplyOne::operator()(const PutAccount& change) const {
  OSTIARY_TRY(const bool is_written, put_account_row(change));
  if (!is_written) {
    return false;
  }
  auto keys = index_keys(change.next);
  OSTIARY_TRY(put_hash(change));
  OSTIARY_TRY(put_addresses(change, std::move(keys.addresses)));
  OSTIARY_TRY(put_words(change, keys.search_words));
  return true;
}

Result<bool> ApplyOne::put_account_row(const PutAccount& change) const {
  const auto& next = change.next;
  const auto body = encode_without_hash(next);
  const auto host_ref = next.host_ref.empty() ? std::nullopt : std::optional<ByteView>(as_bytes(next.host_ref));
  const auto marks = marks_of(next);
  if (!fits(marks.accepted_step)) {
    return false;
  }
  if (change.expected == 0) {
    return db_.write(
        "INSERT INTO ostiary_accounts (version, id, organization, login, login_typed, host_ref, status, role, "
        "sessions_epoch, links_epoch, devices_epoch, body, authenticator, accepted_step, recovery_codes, used_codes) "
        "VALUES (1, ?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15)",
        next.id, next.organization, next.login.canonical(), next.login.as_typed(), host_ref, next.status, next.role,
        next.epochs.sessions, next.epochs.links, next.epochs.devices, body, marks.authenticator, marks.accepted_step,
        marks.recovery_codes, marks.used_codes);
  }
  // As keep_marks: every CASE reads the row as it was.
  return db_.write(
      "UPDATE ostiary_accounts SET version = version + 1, organization = ?2, login = ?3, login_typed = ?4, "
      "host_ref = ?5, status = ?6, role = ?7, sessions_epoch = ?8, links_epoch = ?9, devices_epoch = ?10, body = ?11, "
      "accepted_step = CASE WHEN authenticator = ?13 THEN accepted_step ELSE ?14 END, authenticator = ?13, "
      "used_codes = CASE WHEN recovery_codes = ?15 THEN used_codes ELSE ?16 END, recovery_codes = ?15 "
      "WHERE id = ?1 AND version = ?12",
      next.id, next.organization, next.login.canonical(), next.login.as_typed(), host_ref, next.status, next.role,
      next.epochs.sessions, next.epochs.links, next.epochs.devices, body, change.expected, marks.authenticator,
      marks.accepted_step, marks.recovery_codes, marks.used_codes);
}

Result<void> ApplyOne::put_hash(const PutAccount& change) const {
  const auto& next = change.next;
  if (next.password) {
    const auto form = hash_form(next.password->hash);
    OSTIARY_TRY(
        db_.write("INSERT INTO ostiary_password_hashes (account, credential, hash, form) VALUES (?1, ?2, ?3, ?4) "
                  "ON CONFLICT (account) DO UPDATE SET credential = excluded.credential, hash = excluded.hash, "
                  "form = excluded.form WHERE credential <> excluded.credential",
                  next.id, next.password->id, as_bytes(next.password->hash), as_bytes(form)));
  } else if (change.expected != 0) {
    OSTIARY_TRY(db_.write("DELETE FROM ostiary_password_hashes WHERE account = ?", next.id));
  }
  return success();
}

// Writes only what differs: most changes of an account leave its addresses as they are.
Result<void> ApplyOne::put_addresses(const PutAccount& change, std::vector<std::string> wanted) const {
  const auto& id = change.next.id;
  std::ranges::sort(wanted);
  const auto repeated = std::ranges::unique(wanted);
  wanted.erase(repeated.begin(), repeated.end());
  std::vector<std::string> stored;
  if (change.expected != 0) {
    OSTIARY_TRY(stored, db_.all(
                            "SELECT address FROM ostiary_account_addresses WHERE account = ? ORDER BY address",
                            [](const Row& row) -> Result<std::string> { return row.text(0); }, id));
  }
  for (const auto& address : stored) {
    if (!std::ranges::binary_search(wanted, address)) {
      OSTIARY_TRY(must_write(
          db_.write("DELETE FROM ostiary_account_addresses WHERE address = ?1 AND account = ?2", address, id)));
    }
  }
  for (const auto& address : wanted) {
    if (!std::ranges::binary_search(stored, address)) {
      OSTIARY_TRY(must_write(
          db_.write("INSERT INTO ostiary_account_addresses (address, account) VALUES (?1, ?2)", address, id)));
    }
  }
  return success();
}

// The same for the words, which stand under the account's organisation.
Result<void> ApplyOne::put_words(const PutAccount& change, const std::vector<std::string>& wanted) const {
  const auto& [id, organization] = std::tie(change.next.id, change.next.organization);
  using Stored = std::pair<OrganizationId, std::string>;
  std::vector<Stored> stored;
  if (change.expected != 0) {
    OSTIARY_TRY(
        stored,
        db_.all(
            "SELECT organization, word FROM ostiary_account_words WHERE account = ? ORDER BY word",
            [](const Row& row) -> Result<Stored> { return Stored(row.id<OrganizationId>(0), row.text(1)); }, id));
  }
  for (const auto& [home, word] : stored) {
    if (home != organization || !std::ranges::binary_search(wanted, word)) {
      OSTIARY_TRY(must_write(
          db_.write("DELETE FROM ostiary_account_words WHERE organization = ?1 AND word = ?2 AND account = ?3", home,
                    as_bytes(word), id)));
    }
  }
  for (const auto& word : wanted) {
    if (!std::ranges::binary_search(stored, Stored(organization, word))) {
      OSTIARY_TRY(
          must_write(db_.write("INSERT INTO ostiary_account_words (organization, word, account) VALUES (?1, ?2, ?3)",
                               organization, as_bytes(word), id)));
    }
  }
  return success();
}

Result<bool> ApplyOne::operator()(const UpgradeHash& change) const {
  const auto form = hash_form(change.to);
  OSTIARY_TRY(db_.write("UPDATE ostiary_password_hashes SET hash = ?3, form = ?4 WHERE account = ?1 AND hash = ?2",
                        change.account, as_bytes(change.from), as_bytes(change.to), as_bytes(form)));
  return true;
}

Result<bool> ApplyOne::operator()(const AdvanceTotpStep& change) const {
  if (!fits(change.step)) {
    return false;
  }
  return db_.write(
      "UPDATE ostiary_accounts SET accepted_step = ?3 WHERE id = ?1 AND authenticator = ?2 AND accepted_step < ?3",
      change.account, change.authenticator, change.step);
}

Result<bool> ApplyOne::operator()(const ConsumeRecoveryCode& change) const {
  if (change.index >= recovery_codes_count_max) {
    return false;
  }
  return db_.write(
      "UPDATE ostiary_accounts SET used_codes = used_codes | ?3 "
      "WHERE id = ?1 AND recovery_codes = ?2 AND used_codes & ?3 = 0",
      change.account, change.codes, std::uint32_t{1} << change.index);
}

Result<bool> ApplyOne::operator()(const PutLink& change) const {
  if (change.expected == 0) {
    return db_.write(
        "INSERT INTO ostiary_links (id, account, purpose, issued, ends_at) SELECT ?1, id, ?3, 1, ?4 "
        "FROM ostiary_accounts WHERE id = ?2 AND status <> ?5",
        change.id, change.account, change.purpose, change.ends_at, AccountStatus::removed);
  }
  return db_.write(
      "UPDATE ostiary_links SET issued = issued + 1, ends_at = max(ends_at, ?4) WHERE id = ?1 AND issued = ?3 AND "
      "EXISTS (SELECT 1 FROM ostiary_accounts WHERE id = ?2)",
      change.id, change.account, change.expected, change.ends_at);
}

Result<bool> ApplyOne::operator()(const ConsumeLink& change) const {
  return db_.write("UPDATE ostiary_links SET used = ?2 WHERE id = ?1 AND live = ?2 AND used <> ?2 AND ?3 < expires_at",
                   change.id, change.generation, change.now);
}

Result<bool> ApplyOne::operator()(const ConsumeOnce& change) const {
  return db_.write("INSERT INTO ostiary_consumed_once (key, until) VALUES (?1, ?2)", change.key, change.until);
}

Result<bool> ApplyOne::operator()(const PutSession& change) const {
  const auto& session = change.session;
  const auto body = encode(session);
  return db_.write(
      "INSERT INTO ostiary_sessions (id, account, epoch, last_seen_at, ends_at, body, proved_at) "
      "SELECT ?1, id, ?3, ?4, ?5, ?6, ?8 FROM ostiary_accounts WHERE id = ?2 AND status = ?7 AND sessions_epoch = ?3",
      session.id, session.account, session.epoch, session.last_seen_at, session.ends_at, body, AccountStatus::active,
      session.proved_at);
}

Result<bool> ApplyOne::operator()(const TouchSession& change) const {
  OSTIARY_TRY(db_.write("UPDATE ostiary_sessions SET last_seen_at = ?2 WHERE id = ?1 AND last_seen_at < ?2", change.id,
                        change.last_seen_at));
  return true;
}

Result<bool> ApplyOne::operator()(const ProveSession& change) const {
  return db_.write("UPDATE ostiary_sessions SET proved_at = max(proved_at, ?3) WHERE id = ?1 AND account = ?2",
                   change.id, change.account, change.proved_at);
}

Result<bool> ApplyOne::operator()(const RestampSession& change) const {
  return db_.write("UPDATE ostiary_sessions SET epoch = ?2 WHERE id = ?1", change.id, change.epoch);
}

Result<bool> ApplyOne::operator()(const EndSession& change) const {
  return db_.write("DELETE FROM ostiary_sessions WHERE id = ?1 AND account = ?2", change.id, change.account);
}

Result<bool> ApplyOne::operator()(const PutDevice& change) const {
  const auto& device = change.device;
  const auto body = encode(device);
  OSTIARY_TRY(const bool is_put,
              db_.write("INSERT INTO ostiary_devices (id, account, epoch, created_at, last_seen_at, ends_at, body) "
                        "SELECT ?1, id, ?3, ?8, ?4, ?5, ?6 FROM ostiary_accounts "
                        "WHERE id = ?2 AND status = ?7 AND devices_epoch = ?3",
                        device.id, device.account, device.epoch, device.last_seen_at, device.ends_at, body,
                        AccountStatus::active, device.created_at));
  if (is_put) {
    OSTIARY_TRY(
        db_.write("DELETE FROM ostiary_devices WHERE id IN (SELECT id FROM ostiary_devices "
                  "WHERE account = ?1 AND id <> ?2 "
                  "ORDER BY last_seen_at > created_at DESC, last_seen_at DESC, id DESC LIMIT -1 OFFSET ?3)",
                  device.account, device.id, devices_count_max - 1));
  }
  return is_put;
}

Result<bool> ApplyOne::operator()(const TouchDevice& change) const {
  return db_.write(
      "UPDATE ostiary_devices SET last_seen_at = max(last_seen_at, ?3), ends_at = max(ends_at, ?4) "
      "WHERE id = ?1 AND account = ?2 AND epoch = (SELECT devices_epoch FROM ostiary_accounts WHERE id = ?2)",
      change.id, change.account, change.last_seen_at, change.ends_at);
}

Result<bool> ApplyOne::operator()(const EndDevice& change) const {
  return db_.write("DELETE FROM ostiary_devices WHERE id = ?1 AND account = ?2", change.id, change.account);
}

Result<bool> ApplyOne::operator()(const PutMailIntent& change) const {
  const auto& mail = change.mail;
  if (mail.state != MailState::queued || mail.lease) {
    return false;
  }
  const auto body = encode(mail);
  OSTIARY_TRY(const bool is_put,
              db_.write("INSERT INTO ostiary_mails (id, state, attempts, due_at, reason, ends_at, body) "
                        "VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)",
                        mail.id, mail.state, mail.attempts, mail.due_at, as_bytes(mail.reason), mail.ends_at, body));
  if (!is_put) {
    return false;
  }
  for (const auto& part : mail.parts) {
    OSTIARY_TRY(const bool holds, db_.write("INSERT INTO ostiary_mail_accounts (account, mail) SELECT id, ?2 "
                                            "FROM ostiary_accounts WHERE id = ?1 AND status <> ?3",
                                            part.account, mail.id, AccountStatus::removed));
    if (!holds) {
      return false;
    }
  }
  return true;
}

Result<bool> ApplyOne::operator()(const BeginHandOver& change) const {
  OSTIARY_TRY(const bool is_begun,
              db_.write("UPDATE ostiary_mails SET state = ?3, attempts = attempts + 1, lease_until = ?4 "
                        "WHERE id = ?1 AND lease = ?2 AND state IN (?3, ?5)",
                        change.mail, change.lease, MailState::sending, change.until, MailState::queued));
  if (!is_begun) {
    return false;
  }
  for (const auto& part : change.parts) {
    OSTIARY_TRY(const bool holds, hand_over(part));
    if (!holds) {
      return false;
    }
  }
  return true;
}

Result<bool> ApplyOne::hand_over(const PartHandOver& part) const {
  if (!part.link) {
    OSTIARY_TRY(const auto found, db_.first("SELECT 1 FROM ostiary_accounts WHERE id = ?1 AND status NOT IN (?2, ?3)",
                                            is_there, part.account, AccountStatus::suspended, AccountStatus::removed));
    return found.has_value();
  }
  const auto& link = *part.link;
  return db_.write(
      "UPDATE ostiary_links SET live = ?2, epoch = ?3, expires_at = ?4, ends_at = ?5, sent_to = ?6 "
      "WHERE id = ?1 AND issued = ?2 AND used <> ?2 AND EXISTS (SELECT 1 FROM ostiary_accounts "
      "WHERE id = ?7 AND status NOT IN (?8, ?9) AND (?3 IS NULL OR links_epoch = ?3))",
      link.id, link.generation, link.epoch, link.expires_at, link.ends_at, link.sent_to.as_typed(), part.account,
      AccountStatus::suspended, AccountStatus::removed);
}

Result<bool> ApplyOne::operator()(const RestoreLink& change) const {
  const auto sent_to = change.sent_to ? std::optional<std::string_view>(change.sent_to->as_typed()) : std::nullopt;
  OSTIARY_TRY(
      db_.write("UPDATE ostiary_links SET live = ?3, epoch = ?4, expires_at = ?5, sent_to = ?6 "
                "WHERE id = ?1 AND live = ?2 AND used <> ?2",
                change.id, change.generation, change.live, change.epoch, change.expires_at, sent_to));
  return true;
}

Result<bool> ApplyOne::operator()(const MarkMail& change) const {
  return db_.write(
      "UPDATE ostiary_mails SET state = ?3, reason = ?4, due_at = ?5, lease = NULL, lease_until = NULL "
      "WHERE id = ?1 AND lease = ?2",
      change.mail, change.lease, change.state, as_bytes(change.reason), change.due_at);
}

Result<bool> ApplyOne::operator()(const BounceMail& change) const {
  return db_.write(
      "UPDATE ostiary_mails SET state = ?2, reason = ?3 WHERE id = ?1 AND lease IS NULL AND state IN (?4, ?5)",
      change.mail, MailState::bounced, as_bytes(change.reason), MailState::sent, MailState::sending);
}

Result<bool> ApplyOne::operator()(const PutRecoveryRequest& change) const {
  if (change.request.lease) {
    return false;
  }
  const auto body = encode(change.request);
  return db_.write("INSERT INTO ostiary_recovery_requests (id, ends_at, body) VALUES (?1, ?2, ?3)", change.request.id,
                   change.request.ends_at, body);
}

Result<bool> ApplyOne::operator()(const SettleRecoveryRequest& change) const {
  return db_.write("DELETE FROM ostiary_recovery_requests WHERE id = ?1 AND lease = ?2", change.id, change.lease);
}

Result<bool> ApplyOne::operator()(const PutJob& change) const {
  const auto& next = change.next;
  const auto body = encode(next);
  if (change.expected == 0) {
    return db_.write("INSERT INTO ostiary_jobs (id, version, organization, ends_at, body) VALUES (?1, 1, ?2, ?3, ?4)",
                     next.id, next.organization, next.ends_at, body);
  }
  return db_.write(
      "UPDATE ostiary_jobs SET version = version + 1, organization = ?3, ends_at = ?4, body = ?5 "
      "WHERE id = ?1 AND version = ?2",
      next.id, change.expected, next.organization, next.ends_at, body);
}

Result<bool> ApplyOne::operator()(const PutJobBatch& change) const {
  const auto items = encode(change.items);
  return db_.write(
      "INSERT INTO ostiary_job_batches (job, number, ends_at, items) SELECT id, ?2, ends_at, ?3 FROM ostiary_jobs "
      "WHERE id = ?1 ON CONFLICT (job, number) DO UPDATE SET ends_at = excluded.ends_at, items = excluded.items",
      change.job, change.index, items);
}

Result<bool> ApplyOne::operator()(const EraseAccount& change) const {
  OSTIARY_TRY(const auto found, db_.first("SELECT 1 FROM ostiary_accounts WHERE id = ?1 AND status = ?2", is_there,
                                          change.account, AccountStatus::removed));
  if (!found) {
    return false;
  }
  OSTIARY_TRY(db_.write("DELETE FROM ostiary_sessions WHERE account = ?", change.account));
  OSTIARY_TRY(db_.write("DELETE FROM ostiary_devices WHERE account = ?", change.account));
  OSTIARY_TRY(db_.write("DELETE FROM ostiary_links WHERE account = ? AND purpose IN (1, 2, 5)", change.account));
  OSTIARY_TRY(db_.write("DELETE FROM ostiary_links WHERE account = ? AND purpose IN (3, 4)", change.account));
  OSTIARY_TRY(
      db_.write("DELETE FROM ostiary_mails WHERE id IN (SELECT mail FROM ostiary_mail_accounts x WHERE account = ?1 "
                "AND NOT EXISTS (SELECT 1 FROM ostiary_mail_accounts WHERE mail = x.mail AND account <> ?1))",
                change.account));
  return true;
}

Result<bool> ApplyOne::operator()(const AppendAudit& change) const {
  const auto& event = change.event;
  const auto body = encode(event);
  return db_.write("INSERT INTO ostiary_audit (id, stream, body, mac_key, mac) VALUES (?1, ?2, ?3, ?4, ?5)", event.id,
                   bytes_of(event.organization), body, change.mac.key_id, change.mac.value);
}

// The events go in as one value, their ids one behind the other: two statements, however many there are. A row that
// names a block that was not there before this one is in none.
Result<bool> ApplyOne::operator()(const PutAuditBlock& change) const {
  const auto& block = change.block;
  const auto body = encode(block);
  OSTIARY_TRY(const bool is_next,
              db_.write("INSERT INTO ostiary_audit_blocks (stream, number, body, mac_key, mac) "
                        "SELECT ?1, ?2, ?3, ?4, ?5 WHERE ?2 = 1 + coalesce((SELECT max(number) FROM "
                        "ostiary_audit_blocks WHERE stream = ?1), 0)",
                        bytes_of(block.stream), block.number, body, change.mac.key_id, change.mac.value));
  if (!is_next || change.events.empty()) {
    return is_next;
  }
  Bytes ids;
  ids.reserve(change.events.size() * sizeof(AuditId));
  for (const auto& event : change.events) {
    ids.insert(ids.end(), event.bytes().begin(), event.bytes().end());
  }
  OSTIARY_TRY(const auto sealed,
              db_.write_count("WITH RECURSIVE places (at) AS (SELECT 1 UNION ALL SELECT at + 16 FROM places "
                              "WHERE at + 16 <= length(?3)) "
                              "UPDATE ostiary_audit SET block = ?2 WHERE stream = ?1 AND "
                              "(block IS NULL OR block < 1 OR block >= ?2) AND "
                              "id IN (SELECT substr(?3, at, 16) FROM places)",
                              bytes_of(block.stream), block.number, ids));
  return sealed == change.events.size();
}

}  // namespace

Result<CommitAnswer> apply(Connection& connection, const ChangeSet& set, const OnCommit& on_commit) {
  OSTIARY_TRY(const bool is_new,
              connection.write("INSERT INTO ostiary_change_ids (id, at) VALUES (?1, ?2)", set.id, set.at));
  if (!is_new) {
    return CommitAnswer(Committed{});
  }
  const ApplyOne apply_one(connection);
  for (std::size_t i = 0; i < set.changes.size(); ++i) {
    OSTIARY_TRY(const bool holds, std::visit(apply_one, set.changes[i]));
    if (!holds) {
      return CommitAnswer(Refused{.index = i});
    }
  }
  if (on_commit) {
    OSTIARY_TRY(on_commit(connection.handle(), set));
    if (!connection.in_transaction()) {
      return Errc::commit_unknown;  // the host ended a transaction that is not its own
    }
  }
  return CommitAnswer(Committed{});
}

}  // namespace ostiary::inline v0::sqlite
