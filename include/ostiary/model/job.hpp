#pragma once

#include <string>
#include <vector>

#include <ostiary/model/organization.hpp>

namespace ostiary::inline v0 {

/// JobState is how far a bulk welcome is (R26).
enum class JobState : std::uint8_t {
  planning = 1,  ///< Its batches are being written; one that is left so was interrupted, and ends unused.
  planned,       ///< Complete; no mail was asked for yet.
  running,
  paused,
  cancelled,  ///< What no mailer was handed yet goes nowhere; older links still work.
  completed,
};

/// job_state_name is the stable text form, "planned" of JobState::planned.
OSTIARY_CORE_EXPORT std::string_view job_state_name(JobState state) noexcept;

/// WelcomeVerdict says what a bulk welcome does with one account, and why not.
enum class WelcomeVerdict : std::uint8_t {
  send = 1,
  setup_complete,  ///< R24
  suspended,
  not_found,  ///< Removed, of another organisation, or never there: not told apart (R30).
};

OSTIARY_CORE_EXPORT std::string_view welcome_verdict_name(WelcomeVerdict verdict) noexcept;

/// JobItem is one account of a job: what was planned and, once its batch was committed, what was done.
struct JobItem {
  AccountId account{};
  WelcomeVerdict planned = WelcomeVerdict::send;
  std::optional<WelcomeVerdict> done{};
  MailId mail{};  ///< Nil unless a mail was asked for.
};

inline constexpr std::size_t job_items_count_max = 500;  // of one batch

/// Job is a bulk welcome of one organisation's accounts, planned as a set that does not change (R26). Its accounts stand
/// in batches of up to `job_items_count_max`, numbered from 0; all but the last are full.
struct Job {
  JobId id{};
  Version version = 0;  ///< Set by the store on read.
  OrganizationId organization{};
  JobState state = JobState::planning;
  std::string planned_by{};  ///< Who planned it, as the audit names an actor; up to 100 bytes.
  std::uint32_t items = 0;
  std::uint32_t items_to_send = 0;  ///< As planned.
  std::uint32_t batches_done = 0;   ///< The cursor: batches below it are committed.
  std::uint32_t items_done = 0;
  std::uint32_t mails = 0;  ///< Asked for so far.
  Instant created_at{};
  Instant ends_at{};  ///< The row may be deleted from here on, and its batches after it.
};

OSTIARY_CORE_EXPORT Bytes encode(const Job& job);  // every field but `version`
OSTIARY_CORE_EXPORT Result<Job> decode_job(ByteView body, Version version);
OSTIARY_CORE_EXPORT Bytes encode(const std::vector<JobItem>& items);
OSTIARY_CORE_EXPORT Result<std::vector<JobItem>> decode_job_items(ByteView body);

}  // namespace ostiary::inline v0
