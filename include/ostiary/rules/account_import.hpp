#pragma once

#include <span>

#include <ostiary/rules/invitation.hpp>

namespace ostiary::inline v0 {

/// ImportAddress is one more address of an imported account, as typed.
struct ImportAddress {
  std::string email{};
  PurposeSet purposes{};  ///< Not `designated`.
  std::optional<Instant> verified_at{};
};

/// ImportRow is an account as another system had it (R76).
struct ImportRow {
  std::string extension{};
  std::string display_name{};
  std::string email{};                         ///< The designated address (R14).
  std::optional<Instant> email_verified_at{};  ///< Where set it may also match a single sign-on, as after a setup.
  std::vector<ImportAddress> addresses{};      ///< The others.
  Role role = Role::member;
  /// Or suspended; or invited, without a password: nobody is mailed until a manager sends the welcome mail (R25, R26).
  AccountStatus status = AccountStatus::active;
  std::string password_hash{};  ///< What import_password_hash takes, or empty: no password yet.
  std::string locale{};
  std::string host_ref{};
  std::optional<Instant> created_at{};  ///< Empty: now.
};

/// ImportFlaw names a row (its place, from 0), a field of it, and what is wrong with it.
struct ImportFlaw {
  std::size_t row = 0;
  InputFlaw flaw{};
  std::string_view hash_kind{};  ///< Of a flaw of "password_hash": password_hash_kind.
};

/// ParsedImport is an ImportRow that has the right form; its hash is in the spelling that is stored.
struct ParsedImport {
  ParsedAccount account;
  std::vector<AccountAddress> addresses{};  ///< All of them, the designated one first.
  AccountStatus status = AccountStatus::active;
  std::string password_hash{};
  Instant created_at{};
};

/// parse_import_row gives the parsed row, or every flaw. Flaws besides those of parse_new_account: "email" and
/// "addresses" (malformed; verified in the future; a second designated one, one twice, more than `addresses_count_max`:
/// value_not_allowed), "status" (removed; invited with a password: value_not_allowed), "created_at", "password_hash" (as
/// import_password_hash).
[[nodiscard]] OSTIARY_CORE_EXPORT std::variant<ParsedImport, std::vector<InputFlaw>> parse_import_row(
    const ImportRow& row, const Organization& organization, Instant now);

/// is_imported_as says whether `stored` is what an earlier run made of this row: in the same organisation, with the same
/// login name, host_ref, role, display name and designated address; and invited only where the row is. What its owner may
/// have changed since (a completed setup, the hash, other addresses) does not count.
[[nodiscard]] OSTIARY_CORE_EXPORT bool is_imported_as(const Account& stored, const ParsedImport& row,
                                                      const OrganizationId& organization);

/// decide_import makes the accounts of `rows`, each with an audit event and no mail; where managers are among the
/// active ones, the organisation counts them (R67). `fresh` has one for each row.
[[nodiscard]] OSTIARY_CORE_EXPORT std::vector<Change> decide_import(const Actor& actor,
                                                                    std::span<const ParsedImport* const> rows,
                                                                    const Organization& organization,
                                                                    std::span<Fresh> fresh, Instant now);

}  // namespace ostiary::inline v0
