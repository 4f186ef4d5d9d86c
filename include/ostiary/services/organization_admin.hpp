#pragma once

#include <ostiary/rules/account_csv.hpp>
#include <ostiary/rules/bounce.hpp>
#include <ostiary/rules/invitation.hpp>
#include <ostiary/rules/organization_standing.hpp>
#include <ostiary/rules/suspension.hpp>
#include <ostiary/services/credentials.hpp>

namespace ostiary::inline v0 {

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
  std::vector<CsvFlaw> flaws{};        ///< By line and column; of more than csv_flaws_max the first.
  std::vector<std::size_t> present{};  ///< The lines whose accounts are there already.
  std::size_t rows = 0;
  std::size_t created = 0;
  std::error_code stopped{};  ///< As ImportReport::stopped; run it again with the same file.
};

using CsvOutcome = std::variant<CsvReport, OperationRefused>;
using SendWelcomeOutcome = std::variant<WelcomeQueued, WelcomeSkipped, OperationRefused, Throttled>;
using SuspendOutcome = std::variant<Suspended, StandingUnchanged, LastManager, OperationRefused>;
using RestoreOutcome = std::variant<Restored, StandingUnchanged, OperationRefused>;

inline constexpr std::size_t search_text_length_max = 1024;  // bytes

/// AccountSearch is what the page that lists accounts asks for.
struct AccountSearch {
  /// Names and extensions as typed, in any order; each word is the beginning of one (R29). Folded by the library. Empty:
  /// every account; without any letter or digit, or over search_text_length_max: none.
  std::string_view text{};
  std::optional<AccountStatus> status{};
};

/// AccountEntry is one line of that page.
struct AccountEntry {
  AccountId id{};
  LoginName login;
  std::string display_name{};
  std::string email{};  ///< The designated address.
  AccountStatus status = AccountStatus::invited;
  Role role = Role::member;
};

/// OrganizationErased says what one call erased.
struct OrganizationErased {
  std::size_t accounts = 0;
  bool more = false;  ///< The limit was reached: call again.
};

using FindAccountsOutcome = std::variant<Page<AccountEntry>, OperationRefused>;
using CountAccountsOutcome = std::variant<AccountCount, OperationRefused>;
using SuspendOrganizationOutcome = std::variant<OrganizationSuspended, StandingUnchanged, OperationRefused>;
using RestoreOrganizationOutcome = std::variant<OrganizationRestored, StandingUnchanged, OperationRefused>;
using RemoveOrganizationOutcome = std::variant<OrganizationErased, OperationRefused>;
using ReportBounceOutcome = std::variant<BounceRecorded, BounceIgnored, OperationRefused>;

inline constexpr std::size_t count_accounts_limit_max = 10'000;
inline constexpr std::size_t erase_limit_max = 500;  // accounts of one call

/// OrganizationAdmin is a manager's work on who belongs to an organisation, and the founding and the end of one; what is
/// done to one account's record is AccountAdmin's. Const and safe from
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

  /// find_accounts lists an organisation's accounts, page by page, in the store's own order (Store::search_accounts).
  /// A page may be short, or empty, and have a `next` all the same: go on while there is one.
  /// What staff and host read is audited, with the first page and each one after it.
  /// Errors: malformed_id for a `page.after` that is no Page::next.
  [[nodiscard]] Result<FindAccountsOutcome> find_accounts(const Actor& actor, const OrganizationId& organization,
                                                          const AccountSearch& search, const PageRequest& page) const;
  /// count_accounts says how many there are, counted no further than `limit` (at most count_accounts_limit_max) and than
  /// the store counts (Store::count_accounts): AccountCount::more says that there may be others.
  [[nodiscard]] Result<CountAccountsOutcome> count_accounts(const Actor& actor, const OrganizationId& organization,
                                                            const AccountSearch& search, std::size_t limit) const;

  /// import_accounts brings in accounts of another system (R76); for staff and host. It invites nobody and sends no
  /// mail. A dry run reports every flaw of every row and writes no account; since it tells what is there already, it
  /// leaves an event, and so does a commit that makes no account. A commit without flaws writes up to 500
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

  /// suspend_organization bars everybody of an organisation until it is restored; for staff and host. Sessions are
  /// refused at once, mails that are due are voided.
  [[nodiscard]] Result<SuspendOrganizationOutcome> suspend_organization(const Actor& actor,
                                                                        const OrganizationId& organization) const;
  [[nodiscard]] Result<RestoreOrganizationOutcome> restore_organization(const Actor& actor,
                                                                        const OrganizationId& organization) const;

  /// remove_organization ends an organisation for good (R75); for staff and host. The first call marks it removed, by
  /// which every session of it is over; each call erases up to `limit` of its accounts (1-erase_limit_max), in one
  /// commit, and says whether to call again. Calling it again is safe at any time, after a crash too; a call a minute
  /// after the last also takes an account that was being made when the mark was set.
  [[nodiscard]] Result<RemoveOrganizationOutcome> remove_organization(const Actor& actor,
                                                                      const OrganizationId& organization,
                                                                      std::size_t limit) const;

  /// report_bounce records what the mail system says of a mail later (R38); for the host. `message` is a MailId's text or
  /// a Message-ID, with or without angle brackets. `reason` as decide_bounce. Not ours: not_found.
  /// Errors: conflict while an outbox still has the mail in hand: report it again.
  [[nodiscard]] Result<ReportBounceOutcome> report_bounce(const Actor& actor, std::string_view message,
                                                          std::string_view reason) const;

 private:
  const Environment& env_;
};

}  // namespace ostiary::inline v0
