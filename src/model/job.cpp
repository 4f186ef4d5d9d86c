#include <ostiary/model/job.hpp>

#include "codec.hpp"
#include <ostiary/base/assert.hpp>

namespace ostiary::inline v0 {
namespace {

constexpr std::uint8_t format = 1;

WelcomeVerdict read_verdict(codec::Reader& in) { return in.choice(WelcomeVerdict::send, WelcomeVerdict::not_found); }

}  // namespace

std::string_view job_state_name(JobState state) noexcept {
  switch (state) {
    case JobState::planning:
      return "planning";
    case JobState::planned:
      return "planned";
    case JobState::running:
      return "running";
    case JobState::paused:
      return "paused";
    case JobState::cancelled:
      return "cancelled";
    case JobState::completed:
      return "completed";
  }
  return "unknown";
}

std::string_view welcome_verdict_name(WelcomeVerdict verdict) noexcept {
  switch (verdict) {
    case WelcomeVerdict::send:
      return "send";
    case WelcomeVerdict::setup_complete:
      return "setup_complete";
    case WelcomeVerdict::suspended:
      return "suspended";
    case WelcomeVerdict::not_found:
      return "not_found";
  }
  return "unknown";
}

Bytes encode(const Job& job) {
  codec::Writer out(format);
  out.id(job.id).id(job.organization).number(job.state).text(job.planned_by);
  out.number(job.items).number(job.items_to_send).number(job.batches_done).number(job.items_done).number(job.mails);
  out.instant(job.created_at).instant(job.ends_at);
  return std::move(out).finish();
}

Result<Job> decode_job(ByteView body, Version version) {
  codec::Reader in(body, format);
  Job job{.version = version};
  job.id = in.id<JobId>();
  job.organization = in.id<OrganizationId>();
  job.state = in.choice(JobState::planning, JobState::completed);
  job.planned_by = in.text();
  job.items = in.number<std::uint32_t>();
  job.items_to_send = in.number<std::uint32_t>();
  job.batches_done = in.number<std::uint32_t>();
  job.items_done = in.number<std::uint32_t>();
  job.mails = in.number<std::uint32_t>();
  job.created_at = in.instant();
  job.ends_at = in.instant();
  OSTIARY_TRY(in.finish());
  return job;
}

Bytes encode(const std::vector<JobItem>& items) {
  OSTIARY_ASSERT(items.size() <= job_items_count_max);
  codec::Writer out(format);
  out.number(static_cast<std::uint16_t>(items.size()));
  for (const auto& item : items) {
    out.id(item.account).number(item.planned);
    out.optional(item.done, [&](WelcomeVerdict done) { out.number(done); }).id(item.mail);
  }
  return std::move(out).finish();
}

Result<std::vector<JobItem>> decode_job_items(ByteView body) {
  codec::Reader in(body, format);
  const auto count = in.number<std::uint16_t>();
  if (count > job_items_count_max) {
    in.fail();
  }
  std::vector<JobItem> items(count <= job_items_count_max ? count : 0);
  for (auto& item : items) {
    item.account = in.id<AccountId>();
    item.planned = read_verdict(in);
    item.done = in.optional([&] { return read_verdict(in); });
    item.mail = in.id<MailId>();
  }
  OSTIARY_TRY(in.finish());
  return items;
}

}  // namespace ostiary::inline v0
