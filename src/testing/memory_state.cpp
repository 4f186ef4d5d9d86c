#include "memory_state.hpp"

namespace ostiary::inline v0::testing {
namespace {

void append(std::string& out, ByteView bytes) { out.append(reinterpret_cast<const char*>(bytes.data()), bytes.size()); }
void append(std::string& out, std::string_view text) { out.append(text); }
template <class Tag>
void append(std::string& out, const Id<Tag>& id) {
  append(out, ByteView(id.bytes()));
}
void append(std::string& out, std::int64_t number) { out.append(std::to_string(number)); }
template <class Span>
void append(std::string& out, std::chrono::sys_time<Span> at) {
  append(out, static_cast<std::int64_t>(at.time_since_epoch().count()));
}

template <class... Fields>
void append_row(std::string& out, const Fields&... fields) {
  ((append(out, fields), out.push_back('\n')), ...);
}

void append_mail(std::string& out, const MailId& id, const StoredMail& mail) {
  append_row(out, id, ByteView(mail.body), mail.ends_at, static_cast<std::int64_t>(mail.state),
             std::int64_t{mail.attempts}, mail.due_at, std::string_view(mail.reason));
  if (mail.lease) {
    append_row(out, mail.lease->token, mail.lease->until);
  }
}

}  // namespace

Result<Account> read(const StoredAccount& row) {
  OSTIARY_TRY(auto account, decode_account(row.body, row.version));
  if (account.password) {
    account.password->hash = row.hash;
  }
  set_marks(account, row.marks);
  return account;
}

Result<Organization> read(const StoredOrganization& row) { return decode_organization(row.body, row.version); }

Result<Session> read(const StoredSession& row) {
  OSTIARY_TRY(auto session, decode_session(row.body));
  session.epoch = row.epoch;
  session.proved_at = row.proved_at;
  session.last_seen_at = row.last_seen_at;
  return session;
}

Result<Device> read(const StoredDevice& row) {
  OSTIARY_TRY(auto device, decode_device(row.body));
  device.last_seen_at = row.last_seen_at;
  device.ends_at = row.ends_at;
  return device;
}

Result<MailIntent> read(const StoredMail& row) {
  OSTIARY_TRY(auto mail, decode_mail_intent(row.body));
  mail.state = row.state;
  mail.attempts = row.attempts;
  mail.due_at = row.due_at;
  mail.reason = row.reason;
  mail.lease = row.lease;
  return mail;
}

Result<AuditRow> read(const StoredAudit& row) {
  OSTIARY_TRY(auto event, decode_audit_event(row.body));
  return AuditRow{.event = std::move(event), .mac = row.mac, .block = row.block};
}

Result<RecoveryRequest> read(const StoredRecoveryRequest& row) {
  OSTIARY_TRY(auto request, decode_recovery_request(row.body));
  request.lease = row.lease;
  return request;
}

Result<Job> read(const StoredJob& row) { return decode_job(row.body, row.version); }

Result<AuditBlockRow> read(const StoredAuditBlock& row) {
  OSTIARY_TRY(auto block, decode_audit_block(row.body));
  return AuditBlockRow{.block = block, .mac = row.mac};
}

std::string MemoryState::dump() const {
  std::string out;
  for (const auto& [id, row] : organizations.rows()) {
    append_row(out, id, ByteView(row.body), std::string_view(row.domain), static_cast<std::int64_t>(row.version));
  }
  for (const auto& [id, row] : accounts.rows()) {
    append_row(out, id, ByteView(row.body), std::string_view(row.keys.login), std::string_view(row.keys.host_ref),
               row.password, std::string_view(row.hash), static_cast<std::int64_t>(row.version),
               static_cast<std::int64_t>(row.marks.accepted_step), std::int64_t{row.marks.used_codes});
  }
  for (const auto& [key, row] : addresses.rows()) {
    append_row(out, std::string_view(key.first), key.second);
  }
  for (const auto& [id, row] : links.rows()) {
    append_row(out, id, row.account, std::int64_t{row.issued}, std::int64_t{row.live}, std::int64_t{row.used},
               std::int64_t{row.epoch.value_or(0)}, row.expires_at, row.ends_at);
    append(out, row.sent_to ? std::string_view(row.sent_to->as_typed()) : std::string_view());
  }
  for (const auto& [id, row] : sessions.rows()) {
    append_row(out, id, ByteView(row.body), std::int64_t{row.epoch}, row.proved_at, row.last_seen_at);
  }
  for (const auto& [id, row] : devices.rows()) {
    append_row(out, id, ByteView(row.body), row.last_seen_at, row.ends_at);
  }
  for (const auto& [id, row] : mails.rows()) {
    append_mail(out, id, row);
  }
  for (const auto& [id, row] : audit.rows()) {
    append_row(out, id, ByteView(row.body), std::int64_t{row.mac.key_id}, ByteView(row.mac.value));
  }
  for (const auto& [id, row] : recovery_requests.rows()) {
    append_row(out, id, ByteView(row.body));
  }
  for (const auto& [id, row] : jobs.rows()) {
    append_row(out, id, ByteView(row.body), static_cast<std::int64_t>(row.version));
  }
  for (const auto& [key, items] : job_batches.rows()) {
    append_row(out, key.first, std::int64_t{key.second}, ByteView(items));
  }
  for (const auto& [key, row] : audit_blocks.rows()) {
    append_row(out, ByteView(row.body), std::int64_t{row.mac.key_id}, ByteView(row.mac.value));
  }
  for (const auto& [key, present] : words.rows()) {
    append_row(out, std::string_view(std::get<std::string>(key)), std::get<AccountId>(key));
  }
  for (const auto& [key, until] : consumed.rows()) {
    append_row(out, ByteView(key), until);
  }
  for (const auto& [id, at] : applied.rows()) {
    append_row(out, id, at);
  }
  for (const auto& [key, row] : budgets.rows()) {
    append_row(out, ByteView(key), row.tat, std::int64_t{row.refused});
  }
  return out;
}

}  // namespace ostiary::inline v0::testing
