#include <ostiary/model/mail.hpp>

#include "codec.hpp"

namespace ostiary::inline v0 {
namespace {

constexpr std::uint8_t format = 1;

MailLink read_link(codec::Reader& in) {
  MailLink link;
  link.id = in.id<LinkId>();
  link.purpose = in.choice(LinkPurpose::setup, LinkPurpose::setup);
  link.generation = in.number<Generation>();
  link.epoch = in.number<std::uint32_t>();
  return link;
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
  out.id(mail.id).number(mail.kind).id(mail.account).id(mail.organization).text(mail.to.as_typed());
  out.text(mail.locale.tag()).optional(mail.link, [&](const MailLink& link) {
    out.id(link.id).number(link.purpose).number(link.generation).number(link.epoch);
  });
  out.optional(mail.client, [&](const MailClient& client) { out.text(client.network).text(client.user_agent); });
  out.instant(mail.created_at).instant(mail.give_up_at).instant(mail.ends_at);
  return std::move(out).finish();
}

Result<MailIntent> decode_mail_intent(ByteView body) {
  codec::Reader in(body, format);
  const auto id = in.id<MailId>();
  const auto kind = in.choice(MailKind::welcome, MailKind::new_device);
  const auto account = in.id<AccountId>();
  const auto organization = in.id<OrganizationId>();
  auto to = in.parsed(EmailAddress::parse);
  if (!to) {
    return Errc::record_unreadable;
  }
  MailIntent mail{.id = id,
                  .kind = kind,
                  .account = account,
                  .organization = organization,
                  .to = std::move(to).value(),
                  .locale = {}};
  const auto locale = in.parsed(Locale::parse);
  mail.link = in.optional([&] { return read_link(in); });
  mail.client = in.optional([&] { return read_client(in); });
  mail.created_at = in.instant();
  mail.give_up_at = in.instant();
  mail.ends_at = in.instant();
  OSTIARY_TRY(in.finish());
  mail.locale = locale.value();
  return mail;
}

}  // namespace ostiary::inline v0
