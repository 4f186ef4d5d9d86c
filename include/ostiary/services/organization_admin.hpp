#pragma once

#include <ostiary/rules/account_csv.hpp>
#include <ostiary/rules/invitation.hpp>
#include <ostiary/rules/suspension.hpp>
#include <ostiary/services/credentials.hpp>

namespace ostiary::inline v0 {

/// InputRefused has every flaw of a request, each with its field's name.
struct InputRefused {
  std::vector<InputFlaw> flaws{};
};

using CreateOrganizationOutcome = std::variant<OrganizationCreated, InputRefused, OperationRefused>;
using InviteOutcome = std::variant<Invited, InputRefused, OperationRefused, Throttled>;
enum class ImportMode : std::uint8_t { dry_run = 1, commit };

/// ImportReport is what an import would do or has done. With a flaw found before the first write, nothing is written.
struct ImportReport {
  std::vector<ImportFlaw> flaws{};  ///< Of all rows, every one, by ascending row.
  std::vector<std::size_t>
      present{};              ///< Rows that an earlier run imported (is_imported_as); they are left as they are.
  std::size_t created = 0;    ///< Accounts made.
  std::size_t rows_done = 0;  ///< The rows before this one are in the store.
  std::error_code stopped{};  ///< What stopped it at rows_done. Errc::conflict with flaws: names taken meanwhile.
};

using ImportOutcome = std::variant<ImportReport, OperationRefused>;

/// CsvReport is an ImportReport in places of a file.
struct CsvReport {
  std::vector<CsvFlaw> flaws{};        ///< Every one, by line and column.
  std::vector<std::size_t> present{};  ///< The lines whose accounts are there already.
  std::size_t rows = 0;
  std::size_t created = 0;
  std::error_code stopped{};  ///< As ImportReport::stopped; run it again with the same file.
};

using CsvOutcome = std::variant<CsvReport, OperationRefused>;
using SendWelcomeOutcome = std::variant<WelcomeQueued, WelcomeSkipped, OperationRefused, Throttled>;
using SuspendOutcome = std::variant<Suspended, StandingUnchanged, LastManager, OperationRefused>;
using RestoreOutcome = std::variant<Restored, StandingUnchanged, OperationRefused>;

/// OrganizationAdmin is a manager's work on an organisation's accounts, and the founding of one. Const and safe from
/// many threads. Who may do what is in rules/admin_rules; every refusal is audited. An actor whose session or role
/// ended since the proof was made gets Errc::actor_revoked and nothing is written.
class OSTIARY_CORE_EXPORT OrganizationAdmin {
 public:
  explicit OrganizationAdmin(const Environment& env) : env_(env) {}
  explicit OrganizationAdmin(const Environment&& env) = delete;

  /// create_organization makes an organisation with its first office manager, who is invited by mail; one commit.
  /// Flaws: as parse_new_organization; "domain" with Errc::already_taken.
  [[nodiscard]] Result<CreateOrganizationOutcome> create_organization(const Actor& actor,
                                                                      const NewOrganization& request) const;

  /// invite makes an invited account and asks for its welcome mail; one commit (R20, R21, R28).
  /// Flaws: as parse_new_account; "extension" or "host_ref" with Errc::already_taken.
  /// Budget: a mail of the organisation, and one of the address.
  [[nodiscard]] Result<InviteOutcome> invite(const Actor& actor, const OrganizationId& organization,
                                             const NewAccount& request) const;

  /// send_welcome_mail sends a new welcome mail to one account (R25). Its link takes the older one's place when it is
  /// handed over (R24). Completed and suspended accounts are skipped, with the reason.
  [[nodiscard]] Result<SendWelcomeOutcome> send_welcome_mail(const Actor& actor, const AccountId& account) const;

  /// suspend bars an account until it is restored: it cannot sign in, and its sessions, devices and pending links end,
  /// on every node at once (R68). The last active manager of an organisation stays, whoever asks (R67).
  [[nodiscard]] Result<SuspendOutcome> suspend(const Actor& actor, const AccountId& account) const;

  /// restore ends a suspension.
  [[nodiscard]] Result<RestoreOutcome> restore(const Actor& actor, const AccountId& account) const;
  /// import_accounts brings in accounts of another system (R76); for staff and host. It invites nobody and sends no
  /// mail. A dry run reports every flaw of every row and writes nothing. A commit without flaws writes up to 500
  /// accounts at a time, each batch wholly or not at all, with an audit event for each account. An error or a kill between two
  /// batches leaves the first ones: run it again with the same rows, and those that are there are `present`.
  /// Call Housekeeping::refresh_decoys afterwards.
  /// Flaws: as parse_import_row; "extension" or "host_ref" with already_taken, by the store or by an earlier row;
  /// "password_hash" with hash_parameters_refused where the hasher's limits are too low for it.
  [[nodiscard]] Result<ImportOutcome> import_accounts(const Actor& actor, const OrganizationId& organization,
                                                      std::span<const ImportRow> rows, ImportMode mode) const;

  /// import_csv is import_accounts of a file (read_csv_accounts). A file with a flaw is reported and nothing of it is
  /// loaded, whatever the mode.
  [[nodiscard]] Result<CsvOutcome> import_csv(const Actor& actor, const OrganizationId& organization,
                                              std::string_view text, ImportMode mode) const;

 private:
  const Environment& env_;
};

}  // namespace ostiary::inline v0
