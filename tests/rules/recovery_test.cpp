#include <ostiary/rules/recovery.hpp>

#include <doctest/doctest.h>

#include "fixture.hpp"

using namespace ostiary;
using namespace ostiary::test;
using namespace std::chrono_literals;
using enum AddressPurpose;

namespace {

const std::string zoe = "zoe@mail.example";
const auto lease = id_of<LeaseToken>(61);
const std::string new_hash = "$argon2id$new";

RecoveryRequest request(RecoveryKind kind = RecoveryKind::reset_password, const std::string& address = zoe) {
  return {.id = id_of<RecoveryRequestId>(51),
          .kind = kind,
          .address = EmailAddress::parse(address).value(),
          .client = {.network = "192.0.2.1", .user_agent = "Browser/1.0"},
          .created_at = noon - 1h,
          .ends_at = noon + 5h};
}

Account numbered(Account account, std::uint8_t number) {
  account.id = id_of<AccountId>(number);
  return account;
}

RecoveryMatch match_of(Account account = active()) { return {.account = std::move(account), .organization = acme()}; }

Link setup_link() {
  auto link = live_link();
  link.sent_to = EmailAddress::parse(zoe).value();
  return link;
}

Link reset_link() {
  auto link = live_link();
  link.purpose = LinkPurpose::reset;
  link.epoch = 6;
  link.sent_to = EmailAddress::parse(zoe).value();
  return link;
}

RecoveryMatch invited_match() {
  auto match = match_of(invited());
  match.link = setup_link();
  return match;
}

Decision<ExpansionOutcome> expand(const RecoveryRequest& asked, std::vector<RecoveryMatch> matches,
                                  Instant now = noon) {
  testing::ScriptedRandom random(1);
  auto randomness = Fresh::draw(random, now, expansion_fresh_size).value();
  return decide_expansion(asked, lease, {.matches = std::move(matches)}, {}, randomness, now);
}

template <class T>
std::vector<T> all(const Decision<ExpansionOutcome>& decision) {
  std::vector<T> out;
  for (const auto& change : decision.changes) {
    if (const auto* one = std::get_if<T>(&change)) {
      out.push_back(*one);
    }
  }
  return out;
}

// What became of a request in one line: each mail as "to/locale: account+link ...", each event's reason.
std::string told(const Decision<ExpansionOutcome>& decision) {
  std::string text;
  for (const auto& [mail] : all<PutMailIntent>(decision)) {
    text += mail.to.as_typed() + "/" + mail.locale.tag() + ":";
    for (const auto& part : mail.parts) {
      text += " " + short_id(std::optional(part.account));
      if (part.link) {
        text += part.link->use == LinkUse::repeated ? "+repeated" : "+link";
      }
    }
    text += "; ";
  }
  for (const auto& [event, mac] : all<AppendAudit>(decision)) {
    text += event.reason + " ";
  }
  return text;
}

std::string told(RecoveryKind kind, RecoveryMatch match) {
  std::vector<RecoveryMatch> matches;
  matches.push_back(std::move(match));
  return told(expand(request(kind), std::move(matches)));
}

struct Row {
  const char* what;
  RecoveryMatch match;
  std::string reset, names;  // what each kind of request comes to
};

template <class Edit>
RecoveryMatch edited(RecoveryMatch match, Edit edit) {
  edit(match);
  return match;
}

std::vector<Row> rows() {
  const std::string nobody = "nobody_eligible ";
  const std::string to_zoe = "zoe@mail.example/fr: 11";
  const std::string reset = to_zoe + "+link; reset_link ";
  const std::string names = to_zoe + "; login_name ";
  const std::string setup = to_zoe + "+repeated; setup_link ";
  const std::string advice = to_zoe + "; no_setup_link ";
  const auto address = [](RecoveryMatch match, PurposeSet purposes, bool verified) {
    auto& entry = match.account.addresses.front();
    entry.purposes = purposes;
    entry.verified_at = verified ? std::optional(noon - 1h) : std::nullopt;
    return match;
  };
  return {
      {"active, designated", match_of(), reset, names},
      {"designated and verified", address(match_of(), {designated}, true), reset, names},
      {"verified for recovery", address(match_of(), {recovery}, true), reset, names},
      {"for recovery, not verified", address(match_of(), {recovery}, false), nobody, nobody},
      {"S331: verified for notifications", address(match_of(), {notification}, true), nobody, names},
      {"S331: verified for sign-in", address(match_of(), {sign_in}, true), nobody, names},
      {"S331: neither verified nor designated", address(match_of(), {notification, sign_in}, false), nobody, nobody},
      {"the address is another", edited(match_of(), [](auto& it) { it.account.addresses.clear(); }), nobody, nobody},
      {"S303: suspended", edited(match_of(), [](auto& it) { it.account.status = AccountStatus::suspended; }), nobody,
       nobody},
      {"S303: removed", edited(match_of(), [](auto& it) { it.account.status = AccountStatus::removed; }), nobody,
       nobody},
      {"organisation suspended",
       edited(match_of(), [](auto& it) { it.organization->status = OrganizationStatus::suspended; }), nobody, nobody},
      {"organisation removed",
       edited(match_of(), [](auto& it) { it.organization->status = OrganizationStatus::removed; }), nobody, nobody},
      {"no organisation", edited(match_of(), [](auto& it) { it.organization.reset(); }), nobody, nobody},
      {"R34: invited, its link lives", invited_match(), setup, setup},
      {"R34: its link is over", edited(invited_match(), [](auto& it) { it.link->expires_at = noon; }), advice, advice},
      {"its link was never handed over", edited(invited_match(), [](auto& it) { it.link->live = 0; }), advice, advice},
      {"its link was used", edited(invited_match(), [](auto& it) { it.link->used = 1; }), advice, advice},
      {"its links were ended", edited(invited_match(), [](auto& it) { it.account.epochs.links = 2; }), advice, advice},
      {"invited without a link", match_of(invited()), advice, advice},
      {"R19: its link was handed over to another address",
       edited(invited_match(), [](auto& it) { it.link->sent_to = EmailAddress::parse("b@mail.example").value(); }),
       advice, advice},
      {"its link's address is not known", edited(invited_match(), [](auto& it) { it.link->sent_to.reset(); }), advice,
       advice},
      {"R38: invited, an address that a manager added, where the link went",
       address(invited_match(), {notification}, false), setup, setup},
      {"S331: invited, an address that a manager added, and the link went elsewhere",
       edited(address(invited_match(), {notification}, false),
              [](auto& it) { it.link->sent_to = EmailAddress::parse("b@mail.example").value(); }),
       nobody, nobody},
  };
}

LinkFacts reset_facts() { return {.link = reset_link(), .account = active(), .organization = acme()}; }

Decision<ResetDecisionOutcome> reset(const LinkFacts& facts, const std::string& hash = new_hash, Instant now = noon) {
  auto randomness = fresh();
  return decide_reset({.id = link_id, .generation = 1}, facts, hash, client(), {}, randomness, now);
}

}  // namespace

TEST_CASE("R31, R71: a request is one set of one shape, with the address in the request alone") {
  auto randomness = fresh();
  const auto address = EmailAddress::parse("Zoe@Mail.example").value();
  const auto decision = decide_recovery_request(RecoveryKind::login_names, address, client(), {}, randomness, noon);
  REQUIRE(names_of(decision.changes) == "PutRecoveryRequest AppendAudit");
  const auto& kept = at<PutRecoveryRequest>(decision.changes, 0).request;
  CHECK(kept.kind == RecoveryKind::login_names);
  CHECK(kept.address.as_typed() == "Zoe@Mail.example");
  CHECK(kept.client.network == "192.0.2.1");
  CHECK(kept.client.user_agent == "Browser/1.0");
  CHECK(kept.created_at == noon);
  CHECK(kept.ends_at == noon + 6h);
  CHECK_FALSE(kept.lease);
  CHECK(line_of(at<AppendAudit>(decision.changes, 1).event) ==
        "recovery_requested reason=login_names actor=anonymous/-/-/- subject=- organization=- from=192.0.2.1 "
        "client=portal count=1");
}

TEST_CASE("R31-R34, S303, S331: who gets what, for a forgotten password and for a forgotten name") {
  for (const auto& row : rows()) {
    CAPTURE(row.what);
    CHECK(told(RecoveryKind::reset_password, row.match) == row.reset);
    CHECK(told(RecoveryKind::login_names, row.match) == row.names);
  }
}

TEST_CASE("R32: the mail of a forgotten password issues the next link and is given up with the request") {
  auto match = match_of();
  SUBCASE("the account's first") {
    const auto decision = expand(request(), {match});
    REQUIRE(names_of(decision.changes) == "SettleRecoveryRequest PutLink AppendAudit PutMailIntent");
    const auto& settled = at<SettleRecoveryRequest>(decision.changes, 0);
    CHECK(settled.id == request().id);
    CHECK(settled.lease == lease);
    const auto& put = at<PutLink>(decision.changes, 1);
    CHECK(put.account == owner_id);
    CHECK(put.purpose == LinkPurpose::reset);
    CHECK(put.expected == 0);
    CHECK(line_of(at<AppendAudit>(decision.changes, 2).event) ==
          "recovery_mail_queued reason=reset_link actor=anonymous/-/-/- subject=11 organization=1 from=192.0.2.1 "
          "client=- count=1");
    const auto& mail = at<PutMailIntent>(decision.changes, 3).mail;
    CHECK(mail.kind == MailKind::reset_password);
    CHECK(mail.created_at == noon - 1h);
    CHECK(mail.give_up_at == noon + 5h);
    CHECK(mail.due_at == noon);
    CHECK(mail.client->user_agent == "Browser/1.0");
    const auto& link = mail.parts.front().link.value();
    CHECK(link.id == put.id);
    CHECK(link.generation == 1);
    CHECK(link.epoch == 6);
    CHECK(link.use == LinkUse::issued);
    CHECK(put.ends_at == mail.ends_at);
    const auto& expanded = std::get<RecoveryExpanded>(decision.outcome);
    CHECK(expanded.accounts == 1);
    CHECK(expanded.mails == 1);
  }
  SUBCASE("S300: after an older one") {
    match.link = reset_link();
    match.link->issued = 3;
    const auto decision = expand(request(), {match});
    const auto& put = at<PutLink>(decision.changes, 1);
    CHECK(put.id == link_id);
    CHECK(put.expected == 3);
    CHECK(all<PutMailIntent>(decision).front().mail.parts.front().link->generation == 4);
  }
}

TEST_CASE("R34: a repeated setup link keeps its row, generation and epoch, and nothing is issued") {
  const auto decision = expand(request(RecoveryKind::login_names), {invited_match()});
  REQUIRE(names_of(decision.changes) == "SettleRecoveryRequest AppendAudit PutMailIntent");
  const auto& mail = at<PutMailIntent>(decision.changes, 2).mail;
  CHECK(mail.kind == MailKind::login_names);
  const auto& link = mail.parts.front().link.value();
  CHECK(link.id == link_id);
  CHECK(link.purpose == LinkPurpose::setup);
  CHECK(link.generation == 1);
  CHECK(link.epoch == 1);
}

TEST_CASE("S322, S333: mail goes to each account's own spelling, never to what was typed, and to no look-alike") {
  auto capital = match_of();
  capital.account.id = stranger_id;
  capital.account.addresses.front().address = EmailAddress::parse("Zoe@mail.example").value();
  const auto typed = request(RecoveryKind::login_names, "ZOE@MAIL.EXAMPLE");
  CHECK(told(expand(typed, {match_of(), capital, match_of(numbered(active(), 13))})) ==
        "zoe@mail.example/fr: 11 13; Zoe@mail.example/fr: 12; login_name login_name login_name ");
  CHECK(told(expand(request(RecoveryKind::login_names, "z0e@mail.example"), {match_of()})) == "nobody_eligible ");
}

TEST_CASE("R33: accounts of one locale share mails of up to 20, in order, and one of another locale is in its own") {
  std::vector<RecoveryMatch> matches;
  for (std::uint8_t i = 0; i < 30; ++i) {
    auto match = match_of(numbered(active(), static_cast<std::uint8_t>(100 + i)));
    match.organization->id = id_of<OrganizationId>(static_cast<std::uint8_t>(1 + (i % 3)));
    if (i == 7) {
      match.account.locale = Locale::parse("en-CA").value();
    }
    matches.push_back(std::move(match));
  }
  const auto decision = expand(request(), matches);
  const auto mails = all<PutMailIntent>(decision);
  REQUIRE(mails.size() == 3);
  CHECK(mails[0].mail.parts.size() == 20);
  CHECK(mails[0].mail.locale.tag() == "fr");
  CHECK(mails[1].mail.parts.size() == 1);
  CHECK(mails[1].mail.locale.tag() == "en-CA");
  CHECK(mails[2].mail.parts.size() == 9);
  CHECK(all<PutLink>(decision).size() == 30);
  CHECK(all<AppendAudit>(decision).size() == 30);
  std::vector<std::string> accounts;
  for (const auto& part : mails[0].mail.parts) {
    accounts.push_back(short_id(std::optional(part.account)));
  }
  CHECK(std::ranges::is_sorted(accounts));
  CHECK(std::get<RecoveryExpanded>(decision.outcome).accounts == 30);
}

TEST_CASE("nobody, too late and too many are told by an event of the system's stream, and settle the request") {
  const auto check_dropped = [](const Decision<ExpansionOutcome>& decision, std::string_view reason) {
    CHECK(std::holds_alternative<RecoveryDropped>(decision.outcome));
    REQUIRE(names_of(decision.changes) == "SettleRecoveryRequest AppendAudit");
    const auto& event = at<AppendAudit>(decision.changes, 1).event;
    CHECK(event.kind == AuditKind::recovery_dropped);
    CHECK_FALSE(event.organization);
    CHECK_FALSE(event.subject);
    CHECK(event.reason == reason);
  };
  check_dropped(expand(request(), {}), "no_account");
  check_dropped(expand(request(), {match_of()}, noon + 5h), "too_late");
  CHECK(std::holds_alternative<RecoveryExpanded>(expand(request(), {match_of()}, noon + 5h - 1ms).outcome));

  testing::ScriptedRandom random(1);
  auto randomness = Fresh::draw(random, noon, expansion_fresh_size).value();
  check_dropped(decide_expansion(request(), lease, {.others = 1}, {}, randomness, noon), "nobody_eligible");
  ExpansionFacts facts{.matches = {match_of()}, .more = true};
  const auto decision = decide_expansion(request(), lease, facts, {}, randomness, noon);
  CHECK(told(decision) == "zoe@mail.example/fr: 11+link; reset_link too_many_accounts ");
}

TEST_CASE("the most accounts of the most locales stay within a set's changes and what is drawn for them") {
  std::vector<RecoveryMatch> matches;
  for (std::size_t i = 0; i < recovery_accounts_count_max; ++i) {
    auto match = match_of();
    detail::IdBytes bytes{};
    bytes[14] = static_cast<std::byte>(i / 256);
    bytes[15] = static_cast<std::byte>(i % 256);
    match.account.id = AccountId(bytes);
    auto tag = std::string("aa-AA");
    tag[0] = static_cast<char>('a' + (i % 26));
    tag[1] = static_cast<char>('a' + (i / 26));
    match.account.locale = Locale::parse(tag).value();
    matches.push_back(std::move(match));
  }
  testing::ScriptedRandom random(1);
  auto randomness = Fresh::draw(random, noon, expansion_fresh_size).value();
  ExpansionFacts facts{.matches = std::move(matches), .more = true};
  const auto decision = decide_expansion(request(), lease, facts, {}, randomness, noon);
  CHECK_FALSE(randomness.id<ChangeId>().is_nil());
  CHECK(all<PutMailIntent>(decision).size() == recovery_accounts_count_max);
  CHECK(decision.changes.size() < changes_count_max);
}

TEST_CASE("R33: a reset consumes the link, sets the password and asks for a notice, in one set") {
  auto facts = reset_facts();
  facts.account->password->temporary_until = noon + 1h;
  const auto decision = reset(facts);
  REQUIRE(names_of(decision.changes) == "ConsumeLink PutAccount PutMailIntent AppendAudit");
  CHECK(at<ConsumeLink>(decision.changes, 0).id == link_id);
  const auto& [account, expected] = at<PutAccount>(decision.changes, 1);
  CHECK(expected == 4);
  CHECK(account.status == AccountStatus::active);
  CHECK(account.password->hash == new_hash);
  CHECK(account.password->id != facts.account->password->id);
  CHECK_FALSE(account.password->temporary_until);
  CHECK(account.pin->sealed == facts.account->pin->sealed);
  CHECK(account.epochs == Epochs{.sessions = 6, .links = 7, .devices = 8});
  const auto& mail = at<PutMailIntent>(decision.changes, 2).mail;
  CHECK(mail.kind == MailKind::password_changed);
  CHECK(mail.client->network == "192.0.2.1");
  CHECK(line_of(at<AppendAudit>(decision.changes, 3).event) ==
        "password_reset reason=- actor=account/11/-/- subject=11 organization=1 from=192.0.2.1 client=portal count=1");
  const auto& completed = std::get<ResetCompleted>(decision.outcome);
  CHECK(completed.account == owner_id);
  CHECK(completed.ended.event == SecurityEvent::password_reset);
  CHECK(completed.ended.this_session == Effect::ends);
}

TEST_CASE("R19: a reset verifies the address that the link was handed over to, and no other, and gives it nothing") {
  auto facts = reset_facts();
  facts.account->addresses.push_back({.address = EmailAddress::parse("b@mail.example").value(),
                                      .purposes = {recovery},
                                      .verified_at = noon - 48h,
                                      .added_at = noon - 50h});
  facts.link->sent_to = EmailAddress::parse("B@mail.example").value();
  const auto by_recovery = reset(facts);
  const auto& kept = at<PutAccount>(by_recovery.changes, 1).next.addresses;
  CHECK_FALSE(kept[0].verified_at);
  CHECK(kept[1].verified_at == noon - 48h);
  const auto by_designated = reset(reset_facts());
  const auto& proved = at<PutAccount>(by_designated.changes, 1).next.addresses;
  CHECK(proved[0].verified_at == noon);
  CHECK(proved[0].purposes == PurposeSet{designated});
}

TEST_CASE("R33, S303, S304: no link that is not good resets anything") {
  struct Refusal {
    LinkVerdict verdict;
    LinkFacts facts;
  };
  std::vector<Refusal> refusals;
  const auto add = [&](LinkVerdict verdict, auto edit) {
    auto facts = reset_facts();
    edit(facts);
    refusals.push_back({verdict, std::move(facts)});
  };
  using enum LinkVerdict;
  add(superseded, [](auto& it) { it.link->issued = it.link->live = 2; });
  add(used, [](auto& it) { it.link->used = 1; });
  add(expired, [](auto& it) { it.link->expires_at = noon; });
  add(expired, [](auto& it) { it.link->live = 0; });
  add(expired, [](auto& it) { it.link.reset(); });
  add(voided, [](auto& it) { it.account->epochs.links = 7; });
  add(voided, [](auto& it) { it.account->status = AccountStatus::invited; });
  add(voided, [](auto& it) { it.account->status = AccountStatus::suspended; });
  add(voided, [](auto& it) { it.account->status = AccountStatus::removed; });
  add(voided, [](auto& it) { it.organization->status = OrganizationStatus::suspended; });
  add(voided, [](auto& it) { it.organization.reset(); });
  for (const auto& refusal : refusals) {
    CAPTURE(link_verdict_name(refusal.verdict));
    const auto decision = reset(refusal.facts);
    CHECK(std::get<LinkRefused>(decision.outcome).verdict == refusal.verdict);
    REQUIRE(names_of(decision.changes) == "AppendAudit");
    CHECK(at<AppendAudit>(decision.changes, 0).event.kind == AuditKind::reset_refused);
    CHECK(at<AppendAudit>(decision.changes, 0).event.reason == link_verdict_name(refusal.verdict));
  }
  CHECK(std::holds_alternative<LinkRefused>(reset(reset_facts(), "").outcome));
}
