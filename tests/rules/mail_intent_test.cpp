#include <ostiary/rules/mail_intent.hpp>

#include <doctest/doctest.h>

#include "fixture.hpp"

using namespace ostiary;
using namespace ostiary::test;
using namespace std::chrono_literals;

namespace {

LinkedMail linked(const std::optional<Link>& stored, const Account& account = invited()) {
  auto randomness = fresh();
  return make_linked_mail(MailKind::welcome, LinkPurpose::setup, stored, account, acme(), {}, randomness, noon);
}

}  // namespace

TEST_CASE("R14, S322: a mail goes to the stored designated address, queued now, without link") {
  Account account = invited();
  account.addresses.insert(account.addresses.begin(),
                           {.address = EmailAddress::parse("other@mail.example").value(),
                            .purposes = {AddressPurpose::recovery, AddressPurpose::notification},
                            .added_at = noon});
  auto randomness = fresh();
  const auto mail = make_mail_intent(MailKind::setup_completed, account, acme(), {}, randomness, noon);
  CHECK_FALSE(mail.id.is_nil());
  CHECK(mail.kind == MailKind::setup_completed);
  CHECK(mail.parts.front().account == owner_id);
  CHECK(mail.parts.front().organization == acme_id);
  CHECK(mail.to.as_typed() == "zoe@mail.example");
  CHECK_FALSE(mail.parts.front().link);
  CHECK(mail.created_at == noon);
  CHECK(mail.give_up_at == noon + 72h);
  CHECK(mail.ends_at == noon + 72h + 30 * 24h);
  CHECK(mail.state == MailState::queued);
  CHECK(mail.attempts == 0);
  CHECK(mail.due_at == noon);
  CHECK(mail.reason.empty());
  CHECK_FALSE(mail.lease);
}

TEST_CASE("a mail speaks the account's language, else its organisation's") {
  Account account = invited();
  CHECK(mail_locale(account, acme()).tag() == "fr");
  account.locale = Locale::parse("de-CH").value();
  CHECK(mail_locale(account, acme()).tag() == "de-CH");
  auto randomness = fresh();
  CHECK(make_mail_intent(MailKind::welcome, account, acme(), {}, randomness, noon).locale.tag() == "de-CH");
}

TEST_CASE("R21: the first mail with a link issues generation 1 of a new row") {
  const auto [link, mail] = linked(std::nullopt);
  CHECK_FALSE(link.id.is_nil());
  CHECK(link.account == owner_id);
  CHECK(link.purpose == LinkPurpose::setup);
  CHECK(link.expected == 0);
  CHECK(link.ends_at == mail.ends_at);
  REQUIRE(mail.parts.front().link);
  CHECK(mail.parts.front().link->id == link.id);
  CHECK(mail.parts.front().link->purpose == LinkPurpose::setup);
  CHECK(mail.parts.front().link->generation == 1);
  CHECK(mail.parts.front().link->epoch == 1);
}

TEST_CASE("R24: a later mail raises the generation of the same row, whether or not the older one was handed over") {
  Account account = invited();
  account.epochs.links = 9;
  for (const Generation live : {0U, 2U, 3U}) {
    Link stored = live_link();
    stored.issued = 3;
    stored.live = live;
    const auto [link, mail] = linked(stored, account);
    CHECK(link.id == link_id);
    CHECK(link.expected == 3);
    CHECK(mail.parts.front().link->id == link_id);
    CHECK(mail.parts.front().link->generation == 4);
    CHECK(mail.parts.front().link->epoch == 9);
  }
}

TEST_CASE("the times follow the host's policy") {
  auto randomness = fresh();
  const auto mail =
      make_mail_intent(MailKind::welcome, invited(), acme(), {.give_up_after = 5h, .keep_after = 7h}, randomness, noon);
  CHECK(mail.give_up_at == noon + 5h);
  CHECK(mail.ends_at == noon + 12h);
}

TEST_CASE("R15: the notice goes to the former designated addresses too, while their changes can be revoked") {
  auto account = active();
  const auto later = noon + std::chrono::hours(1);
  account.revocable = {
      {.link = id_of<LinkId>(1), .former = EmailAddress::parse("first@mail.example").value(), .until = later},
      {.link = id_of<LinkId>(2), .former = EmailAddress::parse("second@mail.example").value(), .until = noon},
      {.link = id_of<LinkId>(3), .former = EmailAddress::parse("First@mail.example").value(), .until = later},
      {.link = id_of<LinkId>(4), .former = EmailAddress::parse("zoe@mail.example").value(), .until = later}};
  auto drawn = fresh();
  const auto notices =
      make_owner_notices(MailKind::password_changed, account, acme(), mail_client(client()), {}, drawn, noon);
  REQUIRE(notices.size() == 2);
  CHECK(notices[0].mail.to == EmailAddress::parse("zoe@mail.example").value());
  CHECK(notices[1].mail.to == EmailAddress::parse("first@mail.example").value());
  CHECK(notices[0].mail.id != notices[1].mail.id);
}
