#include <ostiary/rules/password_choice.hpp>

#include <doctest/doctest.h>

#include "fixture.hpp"

using namespace ostiary;
using namespace ostiary::test;
using namespace std::chrono_literals;

namespace {

const std::string new_hash = "$argon2id$new";

Account temporary() {
  auto account = active();
  account.password->temporary_until = noon + 24h;
  return account;
}

PasswordChoiceFacts facts_of(Account account = temporary()) {
  return {.account = std::move(account), .organization = acme()};
}

Ceremony ceremony(Instant ends_at = noon + 10min) {
  auto randomness = fresh(5);
  return begin_ceremony(CeremonyKind::choose_password, temporary(), bind_to_client(client()).value(), ends_at,
                        randomness);
}

Decision<PasswordChoiceOutcome> decide(const PasswordChoiceFacts& facts, const std::string& hash = new_hash,
                                       const std::vector<DeviceEntry>& cookie = {}, Instant now = noon) {
  auto randomness = fresh();
  return decide_password_choice(ceremony(), facts, hash, cookie, client(), {}, *key_ring(), randomness, now).value();
}

}  // namespace

TEST_CASE("R36: a password of one's own takes the temporary one's place and signs in, in one set") {
  const auto decision = decide(facts_of());
  REQUIRE(names_of(decision.changes) ==
          "ConsumeOnce PutAccount PutMailIntent AppendAudit PutSession PutDevice AppendAudit");
  CHECK(at<ConsumeOnce>(decision.changes, 0).key == ceremony().key);

  const auto& [account, expected] = at<PutAccount>(decision.changes, 1);
  CHECK(expected == 4);
  CHECK(account.password->hash == new_hash);
  CHECK(account.password->id != temporary().password->id);
  CHECK_FALSE(account.password->temporary_until);
  CHECK(account.password->set_at == noon);
  CHECK(account.pin->sealed == temporary().pin->sealed);
  CHECK(account.epochs == Epochs{.sessions = 6, .links = 7, .devices = 8});

  const auto& session = at<PutSession>(decision.changes, 4).session;
  CHECK(session.epoch == 6);  // the new session stands under the new epoch
  CHECK(session.authenticated_at == noon);
  CHECK(at<PutDevice>(decision.changes, 5).device.epoch == 8);

  const auto& mail = at<PutMailIntent>(decision.changes, 2).mail;
  CHECK(mail.kind == MailKind::password_changed);
  CHECK(mail.to.as_typed() == "zoe@mail.example");
  CHECK(mail.client->network == "192.0.2.1");
  CHECK(line_of(at<AppendAudit>(decision.changes, 3).event) ==
        "password_changed reason=temporary_password actor=account/11/-/- subject=11 organization=1 from=192.0.2.1 "
        "client=portal count=1");
  CHECK(line_of(at<AppendAudit>(decision.changes, 6).event) ==
        "signed_in reason=password_chosen actor=account/11/-/- subject=11 organization=1 from=192.0.2.1 client=portal "
        "count=1");

  const auto& chosen = std::get<PasswordChosen>(decision.outcome);
  CHECK(chosen.ended.event == SecurityEvent::password_changed);
  CHECK(chosen.signed_in.who.session() == session.id);
  CHECK(chosen.signed_in.who.account().epochs.sessions == 6);
}

TEST_CASE("the device cookie keeps the entries of the browser's other accounts") {
  const auto keys = key_ring();
  auto randomness = fresh(9);
  const auto other = LoginName::parse("900@acme").value();
  const auto before = renew_device_cookie(*keys, {}, other, id_of<DeviceId>(77), noon + 24h, randomness).value();
  const auto decision = decide(facts_of(), new_hash, open_device_cookie(*keys, before.reveal(), noon));
  const auto& cookie = std::get<PasswordChosen>(decision.outcome).signed_in.device_cookie;
  const auto entries = open_device_cookie(*keys, cookie.reveal(), noon);
  REQUIRE(entries.size() == 2);
  CHECK(find_device_entry(entries, other).value()->device == id_of<DeviceId>(77));
}

TEST_CASE("R36: a ticket that works no more is refused, for one outcome, with the reason in the audit") {
  struct Row {
    std::string_view reason;
    PasswordChoiceFacts facts;
    Instant now = noon;
  };
  std::vector<Row> rows;
  const auto add = [&](std::string_view reason, auto edit, Instant now = noon) {
    auto facts = facts_of();
    edit(facts);
    rows.push_back({reason, std::move(facts), now});
  };
  add("expired", [](auto&) {}, noon + 10min);
  add("account_inactive", [](auto& facts) { facts.account.reset(); });
  add("account_inactive", [](auto& facts) { facts.account->status = AccountStatus::suspended; });
  add("account_inactive", [](auto& facts) { facts.account->status = AccountStatus::invited; });
  add("account_inactive", [](auto& facts) { facts.account->status = AccountStatus::removed; });
  add("organization_inactive", [](auto& facts) { facts.organization.reset(); });
  add("organization_inactive", [](auto& facts) { facts.organization->status = OrganizationStatus::suspended; });
  add("password_replaced", [](auto& facts) { facts.account->password->id = id_of<CredentialId>(42); });
  add("password_replaced", [](auto& facts) { facts.account->password.reset(); });
  add("sessions_ended", [](auto& facts) { facts.account->epochs.sessions = 6; });
  for (const auto& row : rows) {
    CAPTURE(row.reason);
    const auto decision = decide(row.facts, new_hash, {}, row.now);
    CHECK(std::holds_alternative<TicketRefused>(decision.outcome));
    REQUIRE(names_of(decision.changes) == "AppendAudit");
    const auto& event = at<AppendAudit>(decision.changes, 0).event;
    CHECK(event.kind == AuditKind::password_change_refused);
    CHECK(event.reason == row.reason);
  }
  CHECK(std::holds_alternative<PasswordChosen>(decide(facts_of(), new_hash, {}, noon + 10min - 1ms).outcome));
}

TEST_CASE("a ticket that an earlier look refused stays refused, whatever it has become since") {
  const auto decision = decide(facts_of(), "");
  CHECK(std::holds_alternative<TicketRefused>(decision.outcome));
  CHECK(names_of(decision.changes) == "AppendAudit");
}

TEST_CASE("R36, S273: a password chosen by an account with a second factor is set, and opens no session by itself") {
  auto account = temporary();
  account.email_codes_since = noon - 24h;
  const auto decision = decide(facts_of(account));
  REQUIRE(names_of(decision.changes) == "ConsumeOnce PutAccount PutMailIntent AppendAudit AppendAudit");
  const auto& required = std::get<SecondFactorRequired>(decision.outcome);
  const auto next = open_ceremony(*key_ring(), CeremonyKind::second_factor, required.ticket.reveal()).value();
  const auto& stored = at<PutAccount>(decision.changes, 1).next;
  CHECK(next.credential == stored.password->id);
  CHECK(next.epoch == stored.epochs.sessions);
  CHECK(stored.email_codes_since == account.email_codes_since);
}

TEST_CASE("R56, R64: a chosen password meets a due second factor, and an application that cannot ask for one") {
  auto facts = facts_of();
  facts.organization->factor_required = {{.role = Role::member, .since = noon - 48h, .grace = 0h}};
  facts.account->setup_completed_at = noon - 48h;
  CHECK(std::holds_alternative<EnrolmentRequired>(decide(facts).outcome));
  facts.organization->clients = {{.id = "portal", .name = "Portal", .factor = FactorSupport::unsupported}};
  const auto decision = decide(facts);
  CHECK(std::get<FactorUnsupported>(decision.outcome).application == "Portal");
  CHECK(names_of(decision.changes) == "ConsumeOnce PutAccount PutMailIntent AppendAudit AppendAudit");
}
