#include <ostiary/rules/admin_recovery.hpp>

#include <doctest/doctest.h>

#include "fixture.hpp"

using namespace ostiary;
using namespace ostiary::test;
using namespace std::chrono_literals;

namespace {

AdminFacts facts_of(Account account) { return {.account = std::move(account), .organization = acme()}; }

Account with_status(AccountStatus status) {
  auto account = active();
  account.status = status;
  return account;
}

}  // namespace

TEST_CASE("R36: a reset link goes to the designated address and changes nothing else") {
  auto drawn = fresh();
  const auto decision = decide_reset_mail(manager(), facts_of(active()), std::nullopt, {}, drawn, noon);
  REQUIRE(names_of(decision.changes) == "RequireActor PutLink PutMailIntent AppendAudit");
  CHECK(at<PutLink>(decision.changes, 1).purpose == LinkPurpose::reset);
  const auto& mail = at<PutMailIntent>(decision.changes, 2).mail;
  CHECK(mail.kind == MailKind::reset_password);
  CHECK(mail.to == designated_address(active()));
  CHECK(mail.parts.front().link->epoch == active().epochs.links);
  CHECK(std::get<ResetLinkQueued>(decision.outcome).mail == mail.id);
  CHECK(line_of(at<AppendAudit>(decision.changes, 3).event) ==
        "recovery_mail_queued reason=send_reset_link actor=account/11/-/- subject=11 organization=1 from=- client=- "
        "count=1");
}

TEST_CASE("R36, S303: neither way of helping activates who is invited or suspended") {
  auto drawn = fresh();
  for (const auto status : {AccountStatus::invited, AccountStatus::suspended}) {
    const auto mail = decide_reset_mail(manager(), facts_of(with_status(status)), std::nullopt, {}, drawn, noon);
    CHECK(std::get<WrongStatus>(mail.outcome).status == status);
    CHECK(names_of(mail.changes) == "RequireActor AppendAudit");
    const auto password = decide_temporary_password(host(), facts_of(with_status(status)), "hash", {}, {}, drawn, noon);
    CHECK(std::get<WrongStatus>(password.outcome).status == status);
    REQUIRE(names_of(password.changes) == "AppendAudit");
    CHECK(at<AppendAudit>(password.changes, 0).event.reason == "set_temporary_password:wrong_status");
  }
}

TEST_CASE("R36, R68, S204: a temporary password ends everything, tells the owner, and works for a day") {
  auto drawn = fresh();
  const auto decision = decide_temporary_password(manager(), facts_of(active()), "$hash", {}, {}, drawn, noon);
  REQUIRE(names_of(decision.changes) == "RequireActor PutAccount PutMailIntent AppendAudit");
  const auto& next = at<PutAccount>(decision.changes, 1).next;
  CHECK(next.password->hash == "$hash");
  CHECK(next.password->id != active().password->id);
  CHECK(next.password->temporary_until == noon + 24h);
  CHECK(next.epochs == Epochs{.sessions = 6, .links = 7, .devices = 8});
  CHECK(next.pin->sealed == active().pin->sealed);
  const auto& notice = at<PutMailIntent>(decision.changes, 2).mail;
  CHECK(notice.kind == MailKind::temporary_password_set);
  CHECK(!notice.parts.front().link);
  const auto& outcome = std::get<TemporaryPasswordSet>(decision.outcome);
  CHECK(outcome.until == noon + 24h);
  CHECK(outcome.notice == notice.id);
  CHECK(outcome.ended.event == SecurityEvent::temporary_password_set);
  const auto longer = decide_temporary_password(manager(), facts_of(active()), "$hash",
                                                {.temporary_password_lifetime = 48h}, {}, drawn, noon);
  CHECK(std::get<TemporaryPasswordSet>(longer.outcome).until == noon + 48h);
}
