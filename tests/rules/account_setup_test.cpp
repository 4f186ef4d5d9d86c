#include <ostiary/rules/account_setup.hpp>

#include <doctest/doctest.h>

#include "fixture.hpp"

using namespace ostiary;
using namespace ostiary::test;
using namespace std::chrono_literals;
using enum LinkVerdict;

namespace {

constexpr std::string_view new_hash = "$argon2id$new";
const LinkTicket ticket{.id = link_id, .generation = 1};

LinkFacts facts_of(Role role = Role::member) {
  LinkFacts facts{.link = live_link(), .account = invited(role), .organization = acme()};
  facts.link->sent_to = facts.account->addresses.front().address;
  facts.account->epochs = {.sessions = 2, .links = 1, .devices = 3};
  return facts;
}

SetupCredentials credentials() { return {.password_hash = std::string(new_hash), .sealed_pin = Bytes(8)}; }

Decision<SetupDecisionOutcome> decide(const LinkFacts& facts, std::optional<SetupCredentials> given = credentials(),
                                      Instant now = noon) {
  auto randomness = fresh();
  return decide_setup(ticket, facts, std::move(given), client(), {}, randomness, now);
}

struct Refusal {
  const char* what;
  LinkFacts facts;
  LinkVerdict verdict;
};

std::vector<Refusal> refusals() {
  std::vector<Refusal> all;
  const auto add = [&](const char* what, LinkVerdict verdict, auto edit) {
    auto facts = facts_of();
    edit(facts);
    all.push_back({what, std::move(facts), verdict});
  };
  add("superseded", superseded, [](auto& facts) { facts.link->issued = facts.link->live = 2; });
  add("used", used, [](auto& facts) { facts.link->used = 1; });
  add("expired", expired, [](auto& facts) { facts.link->expires_at = noon; });
  add("never handed over", expired, [](auto& facts) { facts.link->live = 0; });
  add("no link", expired, [](auto& facts) { facts.link.reset(); });
  add("links ended", voided, [](auto& facts) { facts.account->epochs.links = 2; });
  add("active", voided, [](auto& facts) { facts.account->status = AccountStatus::active; });
  add("suspended", voided, [](auto& facts) { facts.account->status = AccountStatus::suspended; });
  add("removed", voided, [](auto& facts) { facts.account->status = AccountStatus::removed; });
  add("organisation suspended", voided,
      [](auto& facts) { facts.organization->status = OrganizationStatus::suspended; });
  add("organisation removed", voided, [](auto& facts) { facts.organization->status = OrganizationStatus::removed; });
  add("no organisation", voided, [](auto& facts) { facts.organization.reset(); });
  return all;
}

}  // namespace

TEST_CASE("R23: setup consumes the link, saves password and PIN, and asks for a notice, in one set") {
  const auto decision = decide(facts_of());
  CHECK(std::get<SetupCompleted>(decision.outcome).account == owner_id);
  CHECK(std::get<SetupCompleted>(decision.outcome).login.as_typed() == "201@acme");
  REQUIRE(names_of(decision.changes) == "ConsumeLink PutAccount PutMailIntent AppendAudit");

  const auto& consume = at<ConsumeLink>(decision.changes, 0);
  CHECK(consume.id == link_id);
  CHECK(consume.generation == 1);
  CHECK(consume.now == noon);

  const auto& [account, expected] = at<PutAccount>(decision.changes, 1);
  CHECK(expected == 4);
  CHECK(account.id == owner_id);
  CHECK(account.status == AccountStatus::active);
  CHECK(account.role == Role::member);
  CHECK_FALSE(account.password->id.is_nil());
  CHECK(account.password->hash == new_hash);
  CHECK(account.password->set_at == noon);
  CHECK(account.pin->sealed == Bytes(8));
  CHECK(account.pin->set_at == noon);
  CHECK(account.setup_completed_at == noon);
  CHECK(account.display_name == "Zoé Bélanger");
  CHECK(account.created_at == noon - 2h);

  const auto& mail = at<PutMailIntent>(decision.changes, 2).mail;
  CHECK(mail.kind == MailKind::setup_completed);
  CHECK(mail.parts.front().account == owner_id);
  CHECK(mail.to.as_typed() == "zoe@mail.example");
  CHECK(mail.locale.tag() == "fr");
  CHECK_FALSE(mail.parts.front().link);

  CHECK(line_of(at<AppendAudit>(decision.changes, 3).event) ==
        "setup_completed reason=- actor=account/11/-/- subject=11 organization=1 from=192.0.2.1 client=portal count=1");
}

TEST_CASE("S307, R68: setup signs nobody in, and ends sessions, links and devices of the account") {
  const auto decision = decide(facts_of());
  CHECK(at<PutAccount>(decision.changes, 1).next.epochs == Epochs{.sessions = 3, .links = 2, .devices = 4});
}

TEST_CASE("R19: setup verifies the designated address and lets it sign in, and no other") {
  auto facts = facts_of();
  facts.account->addresses.push_back({.address = EmailAddress::parse("desk@mail.example").value(),
                                      .purposes = {AddressPurpose::notification},
                                      .added_at = noon - 1h});
  const auto decision = decide(facts);
  const auto& addresses = at<PutAccount>(decision.changes, 1).next.addresses;
  REQUIRE(addresses.size() == 2);
  CHECK(addresses[0].verified_at == noon);
  CHECK(addresses[0].purposes == PurposeSet{AddressPurpose::designated, AddressPurpose::sign_in});
  CHECK_FALSE(addresses[1].verified_at);
  CHECK(addresses[1].purposes == PurposeSet{AddressPurpose::notification});
}

TEST_CASE("R67: an office manager who completes setup is counted on the organisation, others are not") {
  const auto decision = decide(facts_of(Role::manager));
  REQUIRE(names_of(decision.changes) == "ConsumeLink PutOrganization PutAccount PutMailIntent AppendAudit");
  const auto& [organization, expected] = at<PutOrganization>(decision.changes, 1);
  CHECK(expected == 7);
  Organization counted = acme();
  counted.active_managers = 3;
  CHECK(encode(organization) == encode(counted));
  CHECK(names_of(decide(facts_of(Role::supervisor)).changes) == "ConsumeLink PutAccount PutMailIntent AppendAudit");
}

TEST_CASE("R22-R24, S303, S305: a link that is not good saves nothing, and leaves one event with the verdict") {
  CHECK(judge_link(ticket, facts_of(), noon) == good);
  for (const auto& [what, facts, verdict] : refusals()) {
    CAPTURE(what);
    CHECK(judge_link(ticket, facts, noon) == verdict);
    const auto decision = decide(facts);
    REQUIRE(std::holds_alternative<LinkRefused>(decision.outcome));
    CHECK(std::get<LinkRefused>(decision.outcome).verdict == verdict);
    REQUIRE(names_of(decision.changes) == "AppendAudit");
    CHECK(line_of(at<AppendAudit>(decision.changes, 0).event) ==
          fmt::format("setup_refused reason={} actor=anonymous/-/-/- subject=11 organization=1 from=192.0.2.1 "
                      "client=portal count=1",
                      link_verdict_name(verdict)));
  }
}

TEST_CASE("a link whose account is gone is expired, and its event is the system's") {
  auto facts = facts_of();
  facts.account.reset();
  const auto decision = decide(facts);
  CHECK(std::get<LinkRefused>(decision.outcome).verdict == expired);
  REQUIRE(names_of(decision.changes) == "AppendAudit");
  CHECK(line_of(at<AppendAudit>(decision.changes, 0).event) ==
        "setup_refused reason=expired actor=anonymous/-/-/- subject=- organization=- from=192.0.2.1 client=portal "
        "count=1");
}

TEST_CASE("S289, R22: a link is checked again when setup is saved") {
  const auto end = facts_of().link->expires_at;
  CHECK(std::holds_alternative<SetupCompleted>(decide(facts_of(), credentials(), end - 1ms).outcome));
  CHECK(std::holds_alternative<LinkRefused>(decide(facts_of(), credentials(), end).outcome));
}

TEST_CASE("S370: without credentials nothing is completed, though the link became good meanwhile") {
  const auto decision = decide(facts_of(), std::nullopt);
  REQUIRE(std::holds_alternative<LinkRefused>(decision.outcome));
  CHECK(std::get<LinkRefused>(decision.outcome).verdict == expired);
  REQUIRE(names_of(decision.changes) == "AppendAudit");
  CHECK(at<AppendAudit>(decision.changes, 0).event.kind == AuditKind::setup_refused);
  CHECK(at<AppendAudit>(decision.changes, 0).event.reason == "expired");
  for (const auto& [what, facts, verdict] : refusals()) {
    CAPTURE(what);
    CHECK(std::get<LinkRefused>(decide(facts, std::nullopt).outcome).verdict == verdict);
  }
}
