#include <ostiary/rules/account_import.hpp>

#include <algorithm>

#include <ostiary/base/assert.hpp>
#include <ostiary/rules/audit.hpp>
#include <ostiary/rules/password_import.hpp>

namespace ostiary::inline v0 {
namespace {

using Flaws = std::vector<InputFlaw>;

void note(Flaws& flaws, std::string_view field, std::error_code error) {
  // One line for a field and an error, however many addresses have it.
  if (error &&
      std::ranges::none_of(flaws, [&](const auto& each) { return each.field == field && each.error == error; })) {
    flaws.push_back({.field = field, .error = error});
  }
}

bool is_in_future(const std::optional<Instant>& at, Instant now) { return at && *at > now; }

AccountAddress designated_of(const EmailAddress& email, const ImportRow& row, Instant created_at) {
  AccountAddress address{.address = email,
                         .purposes = {AddressPurpose::designated},
                         .verified_at = row.email_verified_at,
                         .added_at = created_at};
  if (row.email_verified_at) {
    address.purposes.add(AddressPurpose::sign_in);
  }
  return address;
}

void parse_addresses(const ImportRow& row, Instant created_at, Instant now, std::vector<AccountAddress>& out,
                     Flaws& flaws) {
  if (out.size() + row.addresses.size() > addresses_count_max) {
    note(flaws, "addresses", Errc::value_not_allowed);
    return;
  }
  for (const auto& each : row.addresses) {
    auto email = EmailAddress::parse(each.email);
    if (!email) {
      note(flaws, "addresses", email.assume_error());
      continue;
    }
    const bool is_repeated =
        std::ranges::any_of(out, [&](const AccountAddress& other) { return other.address == email.assume_value(); });
    if (is_repeated || each.purposes.has(AddressPurpose::designated) || is_in_future(each.verified_at, now)) {
      note(flaws, "addresses", Errc::value_not_allowed);
      continue;
    }
    out.push_back({.address = std::move(email).value(),
                   .purposes = each.purposes,
                   .verified_at = each.verified_at,
                   .added_at = created_at});
  }
}

std::string_view reason_of(AccountStatus status) noexcept {
  if (status == AccountStatus::invited) {
    return "invited";
  }
  return status == AccountStatus::suspended ? "suspended" : "active";
}

Account account_of(const ParsedImport& row, const OrganizationId& organization, Fresh& fresh, Instant now) {
  Account account{.id = fresh.id<AccountId>(), .organization = organization, .login = row.account.login};
  account.status = row.status;
  account.role = row.account.role;
  account.display_name = row.account.display_name;
  account.locale = row.account.locale;
  account.addresses = row.addresses;
  if (!row.password_hash.empty()) {
    account.password = Password{.id = fresh.id<CredentialId>(), .hash = row.password_hash, .set_at = row.created_at};
  }
  account.host_ref = row.account.host_ref;
  account.created_at = row.created_at;
  if (row.status != AccountStatus::invited) {
    account.setup_completed_at = now;
  }
  return account;
}

}  // namespace

std::variant<ParsedImport, std::vector<InputFlaw>> parse_import_row(const ImportRow& row,
                                                                    const Organization& organization, Instant now) {
  auto base = parse_new_account({.extension = row.extension,
                                 .display_name = row.display_name,
                                 .email = row.email,
                                 .role = row.role,
                                 .locale = row.locale,
                                 .host_ref = row.host_ref},
                                organization.domain, organization.extension_alphabet);
  Flaws flaws;
  if (auto* found = std::get_if<Flaws>(&base)) {
    flaws = std::move(*found);
  }
  const Instant created_at = row.created_at.value_or(now);
  if (created_at > now) {
    note(flaws, "created_at", Errc::value_not_allowed);
  }
  if (is_in_future(row.email_verified_at, now)) {
    note(flaws, "email", Errc::value_not_allowed);
  }
  if (row.status == AccountStatus::removed || (row.status == AccountStatus::invited && !row.password_hash.empty())) {
    note(flaws, "status", Errc::value_not_allowed);
  }
  auto hash = row.password_hash.empty() ? Result<std::string>(std::string()) : import_password_hash(row.password_hash);
  if (!hash) {
    note(flaws, "password_hash", hash.assume_error());
  }
  std::vector<AccountAddress> addresses;
  if (const auto email = EmailAddress::parse(row.email)) {
    addresses.push_back(designated_of(email.assume_value(), row, created_at));
  }
  parse_addresses(row, created_at, now, addresses, flaws);
  if (!flaws.empty()) {
    return flaws;
  }
  return ParsedImport{.account = std::get<ParsedAccount>(std::move(base)),
                      .addresses = std::move(addresses),
                      .status = row.status,
                      .password_hash = std::move(hash).value(),
                      .created_at = created_at};
}

bool is_imported_as(const Account& stored, const ParsedImport& row, const OrganizationId& organization) {
  const bool is_in = stored.status == AccountStatus::active || stored.status == AccountStatus::suspended ||
                     (stored.status == AccountStatus::invited && row.status == AccountStatus::invited);
  return is_in && stored.organization == organization && stored.login == row.account.login &&
         stored.host_ref == row.account.host_ref && stored.role == row.account.role &&
         stored.display_name == row.account.display_name && designated_address(stored) == row.account.email;
}

std::vector<Change> decide_import(const Actor& actor, std::span<const ParsedImport* const> rows,
                                  const Organization& organization, std::span<Fresh> fresh, Instant now) {
  OSTIARY_ASSERT(fresh.size() == rows.size());
  std::vector<Change> changes;
  const auto managers = std::ranges::count_if(rows, [](const ParsedImport* row) {
    return row->account.role == Role::manager && row->status == AccountStatus::active;
  });
  if (managers > 0) {
    Organization next = organization;
    next.active_managers += static_cast<std::uint32_t>(managers);
    changes.emplace_back(PutOrganization{std::move(next), organization.version});
  }
  for (std::size_t i = 0; i < rows.size(); ++i) {
    auto account = account_of(*rows[i], organization.id, fresh[i], now);
    AuditEvent event{.id = fresh[i].id<AuditId>(),
                     .at = now,
                     .organization = organization.id,
                     .kind = AuditKind::account_imported,
                     .subject = account.id,
                     .reason = std::string(reason_of(account.status))};
    describe_actor(event, actor);
    changes.emplace_back(PutAccount{std::move(account), 0});
    changes.emplace_back(AppendAudit{std::move(event), {}});
  }
  return changes;
}

}  // namespace ostiary::inline v0
