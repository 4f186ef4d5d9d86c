#include <ostiary/model/mail.hpp>

#include <set>

#include <doctest/doctest.h>

#include "aborts.hpp"
#include "codec_sweep.hpp"

using namespace ostiary;

namespace {

Instant at(std::int64_t seconds) { return Instant(std::chrono::seconds(seconds)); }

MailIntent full_mail() {
  return {
      .id = MailId::make(at(1), ByteArray<10>{std::byte{1}}),
      .kind = MailKind::welcome,
      .parts = {{.account = AccountId::make(at(2), ByteArray<10>{std::byte{2}}),
                 .organization = OrganizationId::make(at(3), ByteArray<10>{std::byte{3}}),
                 .link =
                     MailLink{.id = LinkId::make(at(4), ByteArray<10>{std::byte{4}}), .generation = 3, .epoch = 2}}},
      .to = EmailAddress::parse("Zoe@Mail.example").value(),
      .locale = Locale::parse("fr").value(),
      .client = MailClient{.network = "192.0.2.1", .user_agent = "Browser/1"},
      .created_at = at(10),
      .give_up_at = at(11),
      .ends_at = at(12),
      .state = MailState::failed,
      .attempts = 4,
      .due_at = at(13),
      .reason = "smtp-550",
      .lease = Lease{.token = {}, .until = at(14)}};
}

Result<Bytes> reencode(ByteView body) {
  OSTIARY_TRY(const auto mail, decode_mail_intent(body));
  return encode(mail);
}

}  // namespace

TEST_CASE("a mail intent comes back as it was written, but for the outbox's fields") {
  const auto mail = full_mail();
  const auto back = decode_mail_intent(encode(mail)).value();
  CHECK(back.id == mail.id);
  CHECK(back.kind == MailKind::welcome);
  CHECK(back.parts.front().account == mail.parts.front().account);
  CHECK(back.parts.front().organization == mail.parts.front().organization);
  CHECK(back.to.as_typed() == "Zoe@Mail.example");
  CHECK(back.locale == mail.locale);
  REQUIRE(back.parts.front().link.has_value());
  CHECK(back.parts.front().link->id == mail.parts.front().link->id);
  CHECK(back.parts.front().link->purpose == LinkPurpose::setup);
  CHECK(back.parts.front().link->generation == 3);
  CHECK(back.parts.front().link->epoch == 2);
  REQUIRE(back.client.has_value());
  CHECK(back.client->network == "192.0.2.1");
  CHECK(back.client->user_agent == "Browser/1");
  CHECK(back.created_at == at(10));
  CHECK(back.give_up_at == at(11));
  CHECK(back.ends_at == at(12));
  CHECK(back.state == MailState::queued);
  CHECK(back.attempts == 0);
  CHECK(back.due_at == Instant());
  CHECK(back.reason.empty());
  CHECK_FALSE(back.lease.has_value());
}

TEST_CASE("a notice without a link comes back so") {
  auto mail = full_mail();
  mail.kind = MailKind::setup_completed;
  mail.parts.front().link.reset();
  mail.client.reset();
  const auto back = decode_mail_intent(encode(mail)).value();
  CHECK(back.kind == MailKind::setup_completed);
  CHECK_FALSE(back.parts.front().link.has_value());
  CHECK_FALSE(back.client.has_value());
}

TEST_CASE("R33: a mail of many parts comes back with each of them, and one of none or too many is not written") {
  auto mail = full_mail();
  mail.kind = MailKind::reset_password;
  mail.job = JobId::make(at(5), ByteArray<10>{std::byte{5}});
  mail.parts.front().link->epoch.reset();
  mail.parts.front().link->purpose = LinkPurpose::reset;
  mail.parts.front().link->use = LinkUse::repeated;
  while (mail.parts.size() < mail_parts_count_max) {
    mail.parts.push_back({.account = AccountId::make(at(6), ByteArray<10>{static_cast<std::byte>(mail.parts.size())})});
  }
  const auto back = decode_mail_intent(encode(mail)).value();
  REQUIRE(back.parts.size() == mail_parts_count_max);
  CHECK(back.job == mail.job);
  REQUIRE(back.parts[0].link.has_value());
  CHECK(back.parts[0].link->purpose == LinkPurpose::reset);
  CHECK(back.parts[0].link->use == LinkUse::repeated);
  CHECK_FALSE(back.parts[0].link->epoch.has_value());
  CHECK(back.parts[19].account == mail.parts[19].account);
  CHECK_FALSE(back.parts[19].link.has_value());
  mail.parts.emplace_back();
  CHECK(testing_internal::aborts([&] { static_cast<void>(encode(mail)); }));
  mail.parts.clear();
  CHECK(testing_internal::aborts([&] { static_cast<void>(encode(mail)); }));
}

TEST_CASE("a damaged mail intent is unreadable, never another mail") {
  testing_internal::sweep_record(encode(full_mail()), reencode);
}

TEST_CASE("every state of a mail has a name of its own") {
  std::set<std::string_view> names;
  int state = 1;
  for (; state <= static_cast<int>(MailState::voided); ++state) {
    names.insert(mail_state_name(static_cast<MailState>(state)));
  }
  CHECK(names.size() == 7);
  CHECK(!names.contains("unknown"));
}
