#include "rows.hpp"

namespace host::lmdb {
namespace {

// A row as it was read, or the error where it was not read whole.
template <class Record>
Result<Record> checked(const Reader& row, Record record) {
  if (!row.is_whole()) {
    return Errc::record_unreadable;
  }
  return record;
}

Bytes id_value(ByteView id) { return Writer().raw(id).finish(); }

Entry range_entry(Bytes prefix, ByteView id) { return {.key = Writer().raw(prefix).raw(id).finish()}; }

Entry end_entry(Instant end, Table table, ByteView id) {
  return {.key = key_in(Table::ends).time(end).choice(table).raw(id).finish()};
}

constexpr auto applied_lifetime = std::chrono::hours(24);

}  // namespace

// Keys

Writer key_in(Table table) {
  Writer key;
  key.choice(table);
  return key;
}

Bytes domain_key(const Domain& domain) {
  return key_in(Table::organization_by_domain).raw(as_bytes(domain.canonical())).finish();
}

Bytes login_key(const LoginName& login) {
  return key_in(Table::account_by_login).raw(as_bytes(login.canonical())).finish();
}

Bytes host_ref_key(const std::string& host_ref) {
  return key_in(Table::account_by_host_ref).raw(as_bytes(host_ref)).finish();
}

Bytes link_of_key(const AccountId& account, LinkPurpose purpose) {
  return key_in(Table::link_of).raw(bytes_of(account)).choice(purpose).finish();
}

// The zero ends the address, which has none in it: so one address is never the beginning of another.
Bytes address_prefix(std::string_view canonical) {
  return key_in(Table::account_by_address).raw(as_bytes(canonical)).number(std::uint8_t{0}).finish();
}

Bytes owned_prefix(Table table, const AccountId& account) { return key_in(table).raw(bytes_of(account)).finish(); }

Bytes owned_prefix(Table table, const OrganizationId& organization) {
  return key_in(table).raw(bytes_of(organization)).finish();
}

namespace {

Writer& write_stream(Writer& out, const AuditStream& stream) {
  return out.number(std::uint8_t{stream.has_value()}).raw(bytes_of(stream.value_or(OrganizationId())));
}

template <std::size_t N>
ByteArray<N> as_array(const Bytes& bytes) {
  return Reader(bytes).array<N>();
}

}  // namespace

Bytes stream_prefix(Table table, const AuditStream& stream) {
  auto key = key_in(table);
  return write_stream(key, stream).finish();
}

Bytes sealed_prefix(const AuditStream& stream, std::uint64_t block) {
  auto key = key_in(Table::sealed);
  return write_stream(key, stream).number(block).finish();
}

Bytes words_prefix(const OrganizationId& organization, std::string_view word) {
  return key_in(Table::words).raw(bytes_of(organization)).raw(as_bytes(word)).finish();
}

Bytes members_prefix(const OrganizationId& organization, const std::optional<AccountStatus>& status) {
  auto key = key_in(Table::members).raw(bytes_of(organization));
  return status ? key.choice(*status).finish() : key.number(std::uint8_t{0}).finish();
}

BatchId batch_id(const JobId& job, std::uint32_t index) {
  return as_array<sizeof(BatchId)>(Writer().raw(bytes_of(job)).number(index).finish());
}

BlockId block_id(const AuditStream& stream, std::uint64_t number) {
  Writer out;
  return as_array<sizeof(BlockId)>(write_stream(out, stream).number(number).finish());
}

// Organisations and accounts: the version, then the body. The version is the store's to count, and is not in the body.

Bytes Kept<Organization>::write(const Organization& record) {
  return Writer().number(record.version).raw(encode(record)).finish();
}

Result<Organization> Kept<Organization>::read(const Id& /*id*/, ByteView row) {
  Reader in(row);
  const auto version = in.number<Version>();
  return decode_organization(in.rest(), version);
}

std::vector<Entry> Kept<Organization>::index(const Organization& record) {
  return {{.key = domain_key(record.domain), .value = id_value(bytes_of(record.id))}};
}

// The hash stands in the body: UpgradeHash writes the same version again, and PutAccount keeps the stored hash. So do the
// marks of a second factor.
Bytes Kept<Account>::write(const Account& record) {
  return Writer().number(record.version).raw(encode(record)).finish();
}

Result<Account> Kept<Account>::read(const Id& /*id*/, ByteView row) {
  Reader in(row);
  const auto version = in.number<Version>();
  return decode_account(in.rest(), version);
}

std::vector<Entry> Kept<Account>::index(const Account& record) {
  const auto keys = index_keys(record);
  std::vector<Entry> entries{{.key = login_key(record.login), .value = id_value(bytes_of(record.id))}};
  if (!keys.host_ref.empty()) {
    entries.push_back({.key = host_ref_key(keys.host_ref), .value = id_value(bytes_of(record.id))});
  }
  for (const auto& address : keys.addresses) {
    auto entry = range_entry(address_prefix(address), bytes_of(record.id));
    if (std::ranges::find(entries, entry) == entries.end()) {
      entries.push_back(std::move(entry));
    }
  }
  for (const auto& word : keys.search_words) {
    const auto whole = Writer().raw(words_prefix(record.organization, word)).number(std::uint8_t{0}).finish();
    entries.push_back(range_entry(whole, bytes_of(record.id)));
  }
  if (record.status != AccountStatus::removed) {
    entries.push_back(range_entry(members_prefix(record.organization, std::nullopt), bytes_of(record.id)));
    entries.push_back(range_entry(members_prefix(record.organization, record.status), bytes_of(record.id)));
  }
  return entries;
}

// Links: every field is a guard's, so the store lays them out itself.

Bytes Kept<Link>::write(const Link& record) {
  Writer out;
  out.raw(bytes_of(record.account)).choice(record.purpose).number(record.issued).number(record.live);
  out.number(record.used).number(std::uint8_t{record.epoch.has_value()}).number(record.epoch.value_or(0));
  out.text(record.sent_to ? record.sent_to->as_typed() : std::string());
  return out.time(record.expires_at).time(record.ends_at).finish();
}

Result<Link> Kept<Link>::read(const Id& id, ByteView row) {
  Reader in(row);
  Link record{.id = id};
  record.account = in.id<AccountId>();
  record.purpose = in.choice(LinkPurpose::setup, LinkPurpose::factor_code);
  record.issued = in.number<Generation>();
  record.live = in.number<Generation>();
  record.used = in.number<Generation>();
  const bool has_epoch = in.number<std::uint8_t>() != 0;
  const auto epoch = in.number<std::uint32_t>();
  record.epoch = has_epoch ? std::optional(epoch) : std::nullopt;
  if (const auto sent_to = in.text(); !sent_to.empty()) {
    auto address = EmailAddress::parse(sent_to);
    if (!address) {
      return Errc::record_unreadable;
    }
    record.sent_to = std::move(address).value();
  }
  record.expires_at = in.time();
  record.ends_at = in.time();
  return checked(in, std::move(record));
}

std::vector<Entry> Kept<Link>::index(const Link& record) {
  std::vector<Entry> entries{range_entry(owned_prefix(Table::links_of, record.account), bytes_of(record.id)),
                             end_entry(record.ends_at, table, bytes_of(record.id))};
  if (has_one_row(record.purpose)) {
    entries.push_back({.key = link_of_key(record.account, record.purpose), .value = id_value(bytes_of(record.id))});
  }
  return entries;
}

// Sessions, devices and mails: the hot fields, which the body leaves out, then the body.

Bytes Kept<Session>::write(const Session& record) {
  return Writer().number(record.epoch).time(record.last_seen_at).time(record.proved_at).raw(encode(record)).finish();
}

Result<Session> Kept<Session>::read(const Id& /*id*/, ByteView row) {
  Reader in(row);
  const auto epoch = in.number<std::uint32_t>();
  const auto last_seen_at = in.time();
  const auto proved_at = in.time();
  OSTIARY_TRY(auto record, decode_session(in.rest()));
  record.epoch = epoch;
  record.last_seen_at = last_seen_at;
  record.proved_at = proved_at;
  return record;
}

Result<void> add_proofs(const Transaction& db) {
  std::vector<Bytes> keys;  // a write would move what the cursor of `visit` stands on
  const auto prefix = key_in(Table::sessions).finish();
  OSTIARY_TRY(db.visit(prefix, prefix, [&](ByteView key) -> Result<bool> {
    keys.emplace_back(key.begin(), key.end());
    return true;
  }));
  for (const auto& key : keys) {
    OSTIARY_TRY(const auto row, db.get(key));
    Reader in(row.value_or(ByteView()));
    Writer out;
    out.number(in.number<std::uint32_t>()).time(in.time()).time(Instant()).raw(in.rest());
    OSTIARY_TRY(db.put(key, out.finish()));
  }
  return success();
}

std::vector<Entry> Kept<Session>::index(const Session& record) {
  return {range_entry(owned_prefix(Table::sessions_of, record.account), bytes_of(record.id)),
          end_entry(record.ends_at, table, bytes_of(record.id))};
}

Bytes Kept<Device>::write(const Device& record) {
  return Writer().time(record.last_seen_at).time(record.ends_at).raw(encode(record)).finish();
}

Result<Device> Kept<Device>::read(const Id& /*id*/, ByteView row) {
  Reader in(row);
  const auto last_seen_at = in.time();
  const auto ends_at = in.time();
  OSTIARY_TRY(auto record, decode_device(in.rest()));
  record.last_seen_at = last_seen_at;
  record.ends_at = ends_at;
  return record;
}

std::vector<Entry> Kept<Device>::index(const Device& record) {
  return {range_entry(owned_prefix(Table::devices_of, record.account), bytes_of(record.id)),
          end_entry(record.ends_at, table, bytes_of(record.id))};
}

Bytes Kept<MailIntent>::write(const MailIntent& record) {
  Writer out;
  out.choice(record.state).number(record.attempts).time(record.due_at).text(record.reason);
  return out.lease(record.lease).raw(encode(record)).finish();
}

Result<MailIntent> Kept<MailIntent>::read(const Id& /*id*/, ByteView row) {
  Reader in(row);
  const auto state = in.choice(MailState::queued, MailState::voided);
  const auto attempts = in.number<std::uint32_t>();
  const auto due_at = in.time();
  auto reason = in.text();
  const auto lease = in.lease();
  OSTIARY_TRY(auto record, decode_mail_intent(in.rest()));
  record.state = state;
  record.attempts = attempts;
  record.due_at = due_at;
  record.reason = std::move(reason);
  record.lease = lease;
  return checked(in, std::move(record));
}

std::vector<Entry> Kept<MailIntent>::index(const MailIntent& record) {
  std::vector<Entry> entries{end_entry(record.ends_at, table, bytes_of(record.id))};
  for (const auto& part : record.parts) {
    entries.push_back(range_entry(owned_prefix(Table::mails_of, part.account), bytes_of(record.id)));
  }
  if (record.state == MailState::queued || record.state == MailState::sending) {
    entries.push_back(range_entry(key_in(Table::mails_to_send).choice(record.state).time(record.due_at).finish(),
                                  bytes_of(record.id)));
  }
  return entries;
}

Bytes Kept<RecoveryRequest>::write(const RecoveryRequest& record) {
  return Writer().lease(record.lease).raw(encode(record)).finish();
}

Result<RecoveryRequest> Kept<RecoveryRequest>::read(const Id& /*id*/, ByteView row) {
  Reader in(row);
  const auto lease = in.lease();
  OSTIARY_TRY(auto record, decode_recovery_request(in.rest()));
  record.lease = lease;
  return record;
}

std::vector<Entry> Kept<RecoveryRequest>::index(const RecoveryRequest& record) {
  return {end_entry(record.ends_at, table, bytes_of(record.id))};
}

// Jobs: as organisations. Their batches have no end of their own: housekeeping takes them with the job.

Bytes Kept<Job>::write(const Job& record) { return Writer().number(record.version).raw(encode(record)).finish(); }

Result<Job> Kept<Job>::read(const Id& /*id*/, ByteView row) {
  Reader in(row);
  const auto version = in.number<Version>();
  return decode_job(in.rest(), version);
}

std::vector<Entry> Kept<Job>::index(const Job& record) {
  return {range_entry(owned_prefix(Table::jobs_of, record.organization), bytes_of(record.id)),
          end_entry(record.ends_at, table, bytes_of(record.id))};
}

Bytes Kept<StoredBatch>::write(const StoredBatch& record) { return encode(record.items); }

Result<StoredBatch> Kept<StoredBatch>::read(const Id& id, ByteView row) {
  OSTIARY_TRY(auto items, decode_job_items(row));
  return StoredBatch{.id = id, .items = std::move(items)};
}

std::vector<Entry> Kept<StoredBatch>::index(const StoredBatch& /*record*/) { return {}; }

// Audit: the MAC, the block's number, then the event; and a block's MAC, then the block.

Bytes Kept<AuditRow>::write(const AuditRow& record) {
  Writer out;
  out.number(record.mac.key_id).raw(record.mac.value).number(record.block);
  return out.raw(encode(record.event)).finish();
}

Result<AuditRow> Kept<AuditRow>::read(const Id& /*id*/, ByteView row) {
  Reader in(row);
  AuditRow record;
  record.mac.key_id = in.number<std::uint32_t>();
  record.mac.value = in.array<32>();
  record.block = in.number<std::uint64_t>();
  OSTIARY_TRY(record.event, decode_audit_event(in.rest()));
  return record;
}

std::vector<Entry> Kept<AuditRow>::index(const AuditRow& record) {
  const auto& stream = record.event.organization;
  const auto sealing = record.block == 0 ? stream_prefix(Table::unsealed, stream) : sealed_prefix(stream, record.block);
  return {range_entry(stream_prefix(Table::audit_of, stream), bytes_of(record.event.id)),
          range_entry(sealing, bytes_of(record.event.id))};
}

Bytes Kept<StoredBlock>::write(const StoredBlock& record) {
  const auto& row = record.row;
  return Writer().number(row.mac.key_id).raw(row.mac.value).raw(encode(row.block)).finish();
}

Result<StoredBlock> Kept<StoredBlock>::read(const Id& id, ByteView row) {
  Reader in(row);
  StoredBlock record{.id = id};
  record.row.mac.key_id = in.number<std::uint32_t>();
  record.row.mac.value = in.array<32>();
  OSTIARY_TRY(record.row.block, decode_audit_block(in.rest()));
  if (block_id(record.row.block.stream, record.row.block.number) != id) {
    return Errc::record_unreadable;  // it stands under another's id
  }
  return record;
}

// The newest takes the entry over from the one before. Blocks are only ever added, in order.
std::vector<Entry> Kept<StoredBlock>::index(const StoredBlock& record) {
  return {{.key = stream_prefix(Table::audit_head, record.row.block.stream), .value = id_value(record.id)}};
}

Result<std::uint64_t> newest_block(const Transaction& db, const AuditStream& stream) {
  OSTIARY_TRY(const auto head, find_by<StoredBlock>(db, stream_prefix(Table::audit_head, stream)));
  return head ? head->row.block.number : 0;
}

// What has no record of its own in the port.

Bytes Kept<ConsumedKey>::write(const ConsumedKey& record) { return Writer().time(record.until).finish(); }

Result<ConsumedKey> Kept<ConsumedKey>::read(const Id& id, ByteView row) {
  Reader in(row);
  const ConsumedKey record{.key = id, .until = in.time()};
  return checked(in, record);
}

std::vector<Entry> Kept<ConsumedKey>::index(const ConsumedKey& record) {
  return {end_entry(record.until, table, record.key)};
}

Bytes Kept<AppliedSet>::write(const AppliedSet& record) { return Writer().time(record.at).finish(); }

Result<AppliedSet> Kept<AppliedSet>::read(const Id& id, ByteView row) {
  Reader in(row);
  const AppliedSet record{.id = id, .at = in.time()};
  return checked(in, record);
}

// "Older than 24 hours" is one millisecond past them.
std::vector<Entry> Kept<AppliedSet>::index(const AppliedSet& record) {
  return {end_entry(record.at + applied_lifetime + Duration(1), table, bytes_of(record.id))};
}

Bytes Kept<StoredBudget>::write(const StoredBudget& record) {
  const auto tat = static_cast<std::uint64_t>(record.row.tat.time_since_epoch().count());
  return Writer().number(tat).number(record.row.refused).finish();
}

Result<StoredBudget> Kept<StoredBudget>::read(const Id& id, ByteView row) {
  Reader in(row);
  StoredBudget record{.key = id};
  record.row.tat = FineInstant(FineInstant::duration(static_cast<std::int64_t>(in.number<std::uint64_t>())));
  record.row.refused = in.number<std::uint32_t>();
  return checked(in, record);
}

// `tat` counts microseconds, and `now` whole milliseconds: tat <= now exactly when tat, rounded up, is.
std::vector<Entry> Kept<StoredBudget>::index(const StoredBudget& record) {
  const auto drained_at = std::chrono::ceil<Duration>(record.row.tat);
  const auto grace = record.row.refused > 0 ? refused_budget_grace : Duration::zero();
  return {end_entry(drained_at + grace, table, record.key)};
}

}  // namespace host::lmdb
