#include <ostiary/model/job.hpp>

#include <set>

#include <doctest/doctest.h>

#include "aborts.hpp"
#include "codec_sweep.hpp"

using namespace ostiary;

namespace {

Instant at(std::int64_t seconds) { return Instant(std::chrono::seconds(seconds)); }

Job full_job() {
  return {.id = JobId::make(at(1), ByteArray<10>{std::byte{1}}),
          .version = 7,
          .organization = OrganizationId::make(at(2), ByteArray<10>{std::byte{2}}),
          .state = JobState::paused,
          .planned_by = "staff Zo\u00eb",
          .items = 1'001,
          .items_to_send = 900,
          .batches_done = 1,
          .items_done = 500,
          .mails = 450,
          .created_at = at(10),
          .ends_at = at(11)};
}

std::vector<JobItem> some_items() {
  return {{.account = AccountId::make(at(3), ByteArray<10>{std::byte{3}}),
           .planned = WelcomeVerdict::suspended,
           .done = WelcomeVerdict::send,
           .mail = MailId::make(at(4), ByteArray<10>{std::byte{4}})},
          {.account = AccountId::make(at(5), ByteArray<10>{std::byte{5}})}};
}

Result<Bytes> reencode(ByteView body) {
  OSTIARY_TRY(const auto job, decode_job(body, 1));
  return encode(job);
}

Result<Bytes> reencode_items(ByteView body) {
  OSTIARY_TRY(const auto items, decode_job_items(body));
  return encode(items);
}

}  // namespace

TEST_CASE("R26: a job comes back as it was written, with the version of the row") {
  const auto job = full_job();
  const auto back = decode_job(encode(job), 9).value();
  CHECK(back.version == 9);
  CHECK(back.id == job.id);
  CHECK(back.organization == job.organization);
  CHECK(back.state == JobState::paused);
  CHECK(back.planned_by == "staff Zo\u00eb");
  CHECK(back.items == 1'001);
  CHECK(back.items_to_send == 900);
  CHECK(back.batches_done == 1);
  CHECK(back.items_done == 500);
  CHECK(back.mails == 450);
  CHECK(back.created_at == at(10));
  CHECK(back.ends_at == at(11));
}

TEST_CASE("R26: a batch comes back as it was written, what was done and what was not") {
  const auto items = some_items();
  const auto back = decode_job_items(encode(items)).value();
  REQUIRE(back.size() == 2);
  CHECK(back[0].account == items[0].account);
  CHECK(back[0].planned == WelcomeVerdict::suspended);
  CHECK(back[0].done == WelcomeVerdict::send);
  CHECK(back[0].mail == items[0].mail);
  CHECK(back[1].planned == WelcomeVerdict::send);
  CHECK(back[1].done == std::nullopt);
  CHECK(back[1].mail.is_nil());
  CHECK(decode_job_items(encode(std::vector<JobItem>())).value().empty());
}

TEST_CASE("a damaged job is unreadable, never another job; so is a batch") {
  testing_internal::sweep_record(encode(full_job()), reencode);
  testing_internal::sweep_record(encode(some_items()), reencode_items);
}

TEST_CASE("R26: a batch has up to five hundred accounts") {
  std::vector<JobItem> items(job_items_count_max);
  CHECK(decode_job_items(encode(items)).value().size() == 500);
  items.emplace_back();
  CHECK(testing_internal::aborts([&] { static_cast<void>(encode(items)); }));
}

TEST_CASE("every state of a job and every verdict has a name of its own") {
  std::set<std::string_view> names;
  for (int state = 1; state <= static_cast<int>(JobState::completed); ++state) {
    names.insert(job_state_name(static_cast<JobState>(state)));
  }
  CHECK(names.size() == 6);
  for (int verdict = 1; verdict <= static_cast<int>(WelcomeVerdict::not_found); ++verdict) {
    names.insert(welcome_verdict_name(static_cast<WelcomeVerdict>(verdict)));
  }
  CHECK(names.size() == 10);
  CHECK(!names.contains("unknown"));
}
