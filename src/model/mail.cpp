#include <ostiary/model/mail.hpp>

#include "codec.hpp"
#include <ostiary/base/assert.hpp>

namespace ostiary::inline v0 {
namespace {

constexpr std::uint8_t format = 1;

MailLink read_link(codec::Reader& in) {
  MailLink link;
  link.id = in.id<LinkId>();
  link.purpose = in.choice(LinkPurpose::setup, LinkPurpose::factor_code);
  link.generation = in.number<Generation>();
  link.epoch = in.optional([&] { return in.number<std::uint32_t>(); });
  link.use = in.choice(LinkUse::issued, LinkUse::repeated);
  return link;
}

std::vector<MailPart> read_parts(codec::Reader& in) {
  std::vector<MailPart> parts;
  const auto count = in.number<std::uint8_t>();
  if (count == 0 || count > mail_parts_count_max) {
    in.fail();
    return parts;
  }
  for (std::size_t i = 0; i < count; ++i) {
    MailPart part;
    part.account = in.id<AccountId>();
    part.organization = in.id<OrganizationId>();
    part.link = in.optional([&] { return read_link(in); });
    parts.push_back(part);
  }
  return parts;
}

MailClient read_client(codec::Reader& in) {
  MailClient client;
  client.network = in.text();
  client.user_agent = in.text();
  return client;
}

}  // namespace

std::string_view mail_state_name(MailState state) noexcept {
  switch (state) {
    case MailState::queued:
      return "queued";
    case MailState::sending:
      return "sending";
    case MailState::sent:
      return "sent";
    case MailState::bounced:
      return "bounced";
    case MailState::failed:
      return "failed";
    case MailState::superseded:
      return "superseded";
    case MailState::voided:
      return "voided";
  }
  return "unknown";
}

Bytes encode(const MailIntent& mail) {
  codec::Writer out(format);
  OSTIARY_ASSERT(!mail.parts.empty() && mail.parts.size() <= mail_parts_count_max);
  out.id(mail.id).number(mail.kind).number(static_cast<std::uint8_t>(mail.parts.size()));
  for (const auto& part : mail.parts) {
    out.id(part.account).id(part.organization).optional(part.link, [&](const MailLink& link) {
      out.id(link.id).number(link.purpose).number(link.generation);
      out.optional(link.epoch, [&](std::uint32_t epoch) { out.number(epoch); }).number(link.use);
    });
  }
  out.text(mail.to.as_typed()).text(mail.locale.tag());
  out.optional(mail.job, [&](const JobId& job) { out.id(job); });
  out.optional(mail.client, [&](const MailClient& client) { out.text(client.network).text(client.user_agent); });
  out.instant(mail.created_at).instant(mail.give_up_at).instant(mail.ends_at);
  return std::move(out).finish();
}

Result<MailIntent> decode_mail_intent(ByteView body) {
  codec::Reader in(body, format);
  const auto id = in.id<MailId>();
  const auto kind = in.choice(MailKind::welcome, mail_kind_last);
  auto parts = read_parts(in);
  auto to = in.parsed(EmailAddress::parse);
  if (!to) {
    return Errc::record_unreadable;
  }
  MailIntent mail{.id = id, .kind = kind, .parts = std::move(parts), .to = std::move(to).value(), .locale = {}};
  const auto locale = in.parsed(Locale::parse);
  mail.job = in.optional([&] { return in.id<JobId>(); });
  mail.client = in.optional([&] { return read_client(in); });
  mail.created_at = in.instant();
  mail.give_up_at = in.instant();
  mail.ends_at = in.instant();
  OSTIARY_TRY(in.finish());
  mail.locale = locale.value();
  return mail;
}

}  // namespace ostiary::inline v0
