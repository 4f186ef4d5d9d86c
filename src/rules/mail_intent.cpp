#include <ostiary/rules/mail_intent.hpp>

#include <algorithm>

#include "base/unicode.hpp"

namespace ostiary::inline v0 {

const LinkTimes& link_times(const MailPolicy& policy, LinkPurpose purpose) noexcept {
  switch (purpose) {
    case LinkPurpose::setup:
      return policy.setup_link;
    case LinkPurpose::reset:
      return policy.reset_link;
    case LinkPurpose::confirm_address:
      return policy.confirm_link;
    case LinkPurpose::revoke_address_change:
      return policy.revoke_link;
    case LinkPurpose::factor_code:
      break;
  }
  return policy.factor_code;
}

Locale mail_locale(const Account& account, const Organization& organization) {
  return account.locale.value_or(organization.locale);
}

MailClient mail_client(const ClientContext& client) {
  constexpr std::size_t user_agent_length_max = 256;
  return {.network = client.network.text(), .user_agent = unicode::clean_cut(client.user_agent, user_agent_length_max)};
}

MailIntent make_mail_intent(MailKind kind, const Account& account, const Organization& organization,
                            const MailPolicy& policy, Fresh& fresh, Instant now) {
  return {.id = fresh.id<MailId>(),
          .kind = kind,
          .parts = {{.account = account.id, .organization = organization.id}},
          .to = designated_address(account),
          .locale = mail_locale(account, organization),
          .created_at = now,
          .give_up_at = now + policy.give_up_after,
          .ends_at = now + policy.give_up_after + policy.keep_after,
          .due_at = now};
}

std::vector<PutMailIntent> make_owner_notices(MailKind kind, const Account& account, const Organization& organization,
                                              const std::optional<MailClient>& client, const MailPolicy& policy,
                                              Fresh& fresh, Instant now) {
  std::vector<EmailAddress> told{designated_address(account)};
  for (const RevocableChange& change : account.revocable) {
    if (now < change.until && std::ranges::find(told, change.former) == told.end()) {
      told.push_back(change.former);
    }
  }
  std::vector<PutMailIntent> notices;
  for (EmailAddress& address : told) {
    auto mail = make_mail_intent(kind, account, organization, policy, fresh, now);
    mail.to = std::move(address);
    mail.client = client;
    notices.push_back({std::move(mail)});
  }
  return notices;
}

IssuedLink issue_link(LinkPurpose purpose, const std::optional<Link>& stored, const Account& account, Instant ends_at,
                      Fresh& fresh) {
  const PutLink put{.id = stored ? stored->id : fresh.id<LinkId>(),
                    .account = account.id,
                    .purpose = purpose,
                    .expected = stored ? stored->issued : 0,
                    .ends_at = ends_at};
  MailLink link{.id = put.id, .purpose = purpose, .generation = put.expected + 1};
  if (purpose != LinkPurpose::revoke_address_change) {
    link.epoch = account.epochs.links;
  }
  return {.put = put, .link = link};
}

LinkedMail make_linked_mail(MailKind kind, LinkPurpose purpose, const std::optional<Link>& stored,
                            const Account& account, const Organization& organization, const MailPolicy& policy,
                            Fresh& fresh, Instant now) {
  auto mail = make_mail_intent(kind, account, organization, policy, fresh, now);
  mail.give_up_at = now + link_times(policy, purpose).give_up_after;
  mail.ends_at = mail.give_up_at + policy.keep_after;
  const auto issued = issue_link(purpose, stored, account, mail.ends_at, fresh);
  mail.parts.front().link = issued.link;
  return {.link = issued.put, .mail = std::move(mail)};
}

}  // namespace ostiary::inline v0
