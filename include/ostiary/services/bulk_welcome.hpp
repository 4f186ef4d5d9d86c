#pragma once

#include <span>
#include <string>

#include <ostiary/rules/bulk_welcome.hpp>
#include <ostiary/services/organization_admin.hpp>

namespace ostiary::inline v0 {

/// BulkSelection is whom a bulk welcome is for: accounts that were ticked, where one that is there twice counts once, or
/// all that a search finds now.
using BulkSelection = std::variant<std::span<const AccountId>, AccountSearch>;

using BulkOutcome = std::variant<Job, JobUnready, OperationRefused>;
using BulkPlanOutcome = std::variant<Job, JobUnready, OperationRefused, Throttled>;
using BulkListOutcome = std::variant<Page<Job>, OperationRefused>;

/// BulkMail is how far the mail of an account is.
struct BulkMail {
  MailState state = MailState::queued;
  std::string reason{};  ///< MailIntent::reason.
};

/// BulkLine is one account of a job: what was planned, what was done, and what became of its mail.
struct BulkLine {
  JobItem item{};
  std::string login_name{};  ///< Empty where the account is not found now.
  std::string display_name{};
  std::optional<BulkMail> mail{};  ///< Empty without a mail, and once its row was deleted.
};

struct BulkReport {
  Job job{};
  std::vector<BulkLine> lines{};
};

using BulkReportOutcome = std::variant<BulkReport, OperationRefused>;

/// BulkWelcome sends the welcome mail to many accounts of one organisation, as a stored job: first a plan with a verdict
/// for each account, which sends nothing, then the run, in batches of `job_items_count_max` (R26). Const and safe from
/// many threads and processes.
///
/// Actor:   managers of the organisation, staff and host; any of them may go on with another's job. Another
///          organisation's job is answered as one that does not exist (R30), and so is one whose time is over. An actor
///          whose session or role ended gets Errc::actor_revoked and nothing is written.
/// Budget:  a plan is charged to the organisation (BudgetPolicy::bulk_per_organization); its mails are not charged to
///          mail_per_organization and mail_per_address, or no job of 50,000 could go.
/// Store:   of a plan one read an account that is ticked, and one a page of 500 that is found; of a run two reads and up to
///          three rows written an account; one commit for 500 accounts in both. Of a report two reads an account.
/// Memory:  of a batch, whatever the job's size; and 16 bytes an account that is ticked, some 64 for one that is found by
///          words.
/// Errors:  conflict — others kept changing the same accounts through every try: nothing was written; call again. Else as
///          the store's.
class OSTIARY_CORE_EXPORT BulkWelcome {
 public:
  explicit BulkWelcome(const Environment& env) : env_(env) {}
  explicit BulkWelcome(const Environment&& env) = delete;

  /// plan stores the job with a verdict for each account, and keeps it for 24 hours. It asks for no mail and issues no
  /// link. A plan that is interrupted stays `planning` until it ends; plan again. Accounts of another organisation, and
  /// those that do not exist, are `not_found` alike.
  /// Returns: the job, `planned`; JobUnready where it was cancelled meanwhile.
  [[nodiscard]] Result<BulkPlanOutcome> plan(const Actor& actor, const OrganizationId& organization,
                                             const BulkSelection& selection) const;

  /// run does the next batch of a planned or running job, in one commit: links, mails, events, and the cursor. Call it
  /// until the job is `completed`. After an error or a kill call it again: what was committed is not done again, and
  /// nobody is mailed twice by one job. Of several runners at once each batch is done by one.
  ///
  /// Verdict: taken again from what is stored now, of every account of the plan (R26). An older link works until the new
  ///          one is handed over (R24), and each account has 24 hours from then (R27).
  /// Returns: the job, with its progress. JobUnready where it is planning, paused or cancelled.
  [[nodiscard]] Result<BulkOutcome> run(const Actor& actor, const JobId& job) const;

  /// pause stops a running job; mails that were asked for already go out.
  [[nodiscard]] Result<BulkOutcome> pause(const Actor& actor, const JobId& job) const;
  /// resume lets a paused job run again; it does no batch itself.
  [[nodiscard]] Result<BulkOutcome> resume(const Actor& actor, const JobId& job) const;
  /// cancel ends a job in any state, also a completed one: mails that no mailer was handed yet go nowhere, and the links
  /// that people had still work.
  [[nodiscard]] Result<BulkOutcome> cancel(const Actor& actor, const JobId& job) const;

  /// find gives the job as it is now. It is never JobUnready.
  [[nodiscard]] Result<BulkOutcome> find(const Actor& actor, const JobId& job) const;
  /// list gives the organisation's jobs, oldest first; a page may have fewer than it was asked for.
  [[nodiscard]] Result<BulkListOutcome> list(const Actor& actor, const OrganizationId& organization,
                                             const PageRequest& page) const;
  /// report gives one batch, counted from 0, account by account; no lines behind the last. What staff and host read of
  /// `list` and `report` is audited.
  [[nodiscard]] Result<BulkReportOutcome> report(const Actor& actor, const JobId& job, std::uint32_t batch) const;

 private:
  const Environment& env_;
};

}  // namespace ostiary::inline v0
