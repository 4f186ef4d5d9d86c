#include "records.hpp"

#include <algorithm>

namespace ostiary::inline v0::sqlite {
namespace {

// An enumerator from `first` to `last`; a row with another was changed by somebody else.
template <class Enum>
Result<Enum> choice(const Row& row, int column, Enum first, Enum last) {
  const auto value = row.number<std::int64_t>(column);
  if (value < static_cast<std::int64_t>(first) || value > static_cast<std::int64_t>(last)) {
    return Errc::record_unreadable;
  }
  return static_cast<Enum>(value);
}

Result<AccountStanding> read_standing(const Row& row, int column) {
  auto login = LoginName::parse(row.text(column + 2));
  if (!login) {
    return Errc::record_unreadable;
  }
  OSTIARY_TRY(const auto status, choice(row, column + 3, AccountStatus::invited, AccountStatus::removed));
  OSTIARY_TRY(const auto role, choice(row, column + 4, Role::member, Role::manager));
  return AccountStanding{.id = row.id<AccountId>(column),
                         .organization = row.id<OrganizationId>(column + 1),
                         .login = std::move(login).value(),
                         .status = status,
                         .role = role,
                         .epochs = {.sessions = row.number<std::uint32_t>(column + 5),
                                    .links = row.number<std::uint32_t>(column + 6),
                                    .devices = row.number<std::uint32_t>(column + 7)}};
}

std::optional<Lease> read_lease(const Row& row, int column) {
  if (row.is_null(column)) {
    return std::nullopt;
  }
  return Lease{.token = row.id<LeaseToken>(column), .until = row.instant(column + 1)};
}

SecondFactorMarks read_marks(const Row& row, int column) {
  const auto id = [&](int at) { return row.is_null(at) ? std::nullopt : std::optional(row.id<CredentialId>(at)); };
  return {.authenticator = id(column),
          .accepted_step = row.number<TotpStep>(column + 1),
          .recovery_codes = id(column + 2),
          .used_codes = row.number<std::uint32_t>(column + 3)};
}

AuditMac read_mac(const Row& row) { return {.key_id = row.number<std::uint32_t>(1), .value = row.array<32>(2)}; }

}  // namespace

Result<Organization> read_organization(const Row& row) {
  return decode_organization(row.bytes(0), row.number<Version>(1));
}

Result<Account> read_account(const Row& row) {
  OSTIARY_TRY(auto account, decode_account(row.bytes(0), row.number<Version>(1)));
  if (account.password) {
    if (row.is_null(2) || row.id<CredentialId>(2) != account.password->id) {
      return Errc::record_unreadable;
    }
    account.password->hash = row.text(3);
  }
  const auto marks = read_marks(row, 4);
  if (marks_of(account).authenticator != marks.authenticator ||
      marks_of(account).recovery_codes != marks.recovery_codes) {
    return Errc::record_unreadable;
  }
  set_marks(account, marks);
  return account;
}

Result<Link> read_link(const Row& row) {
  OSTIARY_TRY(const auto purpose, choice(row, 2, LinkPurpose::setup, LinkPurpose::factor_code));
  Link link{.id = row.id<LinkId>(0),
            .account = row.id<AccountId>(1),
            .purpose = purpose,
            .issued = row.number<Generation>(3),
            .live = row.number<Generation>(4),
            .used = row.number<Generation>(5),
            .expires_at = row.instant(7),
            .ends_at = row.instant(8)};
  if (!row.is_null(6)) {
    link.epoch = row.number<std::uint32_t>(6);
  }
  if (!row.is_null(9)) {
    auto sent_to = EmailAddress::parse(row.text(9));
    if (!sent_to) {
      return Errc::record_unreadable;
    }
    link.sent_to = std::move(sent_to).value();
  }
  return link;
}

Result<Session> read_session(const Row& row) {
  OSTIARY_TRY(auto session, decode_session(row.bytes(0)));
  session.epoch = row.number<std::uint32_t>(1);
  session.last_seen_at = row.instant(2);
  session.proved_at = row.instant(3);
  return session;
}

Result<SessionFacts> read_session_facts(const Row& row) {
  OSTIARY_TRY(auto session, read_session(row));
  OSTIARY_TRY(auto account, read_standing(row, 4));
  OSTIARY_TRY(const auto organization, choice(row, 12, OrganizationStatus::active, OrganizationStatus::removed));
  return SessionFacts{.session = std::move(session), .account = std::move(account), .organization = organization};
}

Result<Device> read_device(const Row& row) {
  OSTIARY_TRY(auto device, decode_device(row.bytes(0)));
  device.last_seen_at = row.instant(1);
  device.ends_at = row.instant(2);
  return device;
}

Result<MailIntent> read_mail(const Row& row) {
  OSTIARY_TRY(auto mail, decode_mail_intent(row.bytes(0)));
  OSTIARY_TRY(mail.state, choice(row, 1, MailState::queued, MailState::voided));
  mail.attempts = row.number<std::uint32_t>(2);
  mail.due_at = row.instant(3);
  mail.reason = row.text(4);
  mail.lease = read_lease(row, 5);
  return mail;
}

Result<RecoveryRequest> read_recovery_request(const Row& row) {
  OSTIARY_TRY(auto request, decode_recovery_request(row.bytes(0)));
  request.lease = read_lease(row, 1);
  return request;
}

Result<Job> read_job(const Row& row) { return decode_job(row.bytes(0), row.number<Version>(1)); }

Result<std::vector<JobItem>> read_job_items(const Row& row) { return decode_job_items(row.bytes(0)); }

Result<AuditRow> read_audit(const Row& row) {
  OSTIARY_TRY(auto event, decode_audit_event(row.bytes(0)));
  return AuditRow{.event = std::move(event), .mac = read_mac(row), .block = row.number<std::uint64_t>(3)};
}

Result<AuditBlockRow> read_audit_block(const Row& row) {
  OSTIARY_TRY(const auto block, decode_audit_block(row.bytes(0)));
  if (!std::ranges::equal(bytes_of(block.stream), row.bytes(3)) || block.number != row.number<std::uint64_t>(4)) {
    return Errc::record_unreadable;
  }
  return AuditBlockRow{.block = block, .mac = read_mac(row)};
}

Bytes encode_without_hash(const Account& account) {
  if (!account.password) {
    return encode(account);
  }
  auto copy = account;
  copy.password->hash.clear();
  return encode(copy);
}

}  // namespace ostiary::inline v0::sqlite
