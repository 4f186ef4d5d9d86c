#include <ostiary/rules/password_change.hpp>

#include <doctest/doctest.h>

#include "fixture.hpp"

using namespace ostiary;
using namespace ostiary::test;

namespace {

OwnerFacts facts_of(Account account) { return {.account = std::move(account), .organization = acme()}; }

CurrentPassword verdict(bool matches) { return {.matches = matches, .verified_hash = std::string(stored_hash)}; }

Decision<PasswordChangeOutcome> change(const OwnerFacts& facts, const std::optional<CurrentPassword>& current) {
  auto drawn = fresh();
  return decide_password_change(signed_in(active()), facts, current, "$new", client(), {}, drawn, noon);
}

EmailAddress address(std::string_view text) { return EmailAddress::parse(text).value(); }

}  // namespace

TEST_CASE("R39, R68: a changed password ends everything but the session that asked, and tells the owner") {
  const auto decision = change(facts_of(active()), verdict(true));
  REQUIRE(names_of(decision.changes) == "RequireActor PutAccount RestampSession PutMailIntent AppendAudit");
  const auto& guard = at<RequireActor>(decision.changes, 0);
  CHECK(guard.session == session_id);
  CHECK(guard.epoch == 5);
  const auto& put = at<PutAccount>(decision.changes, 1);
  CHECK(put.expected == 4);
  CHECK(put.next.password->hash == "$new");
  CHECK(put.next.password->id != active().password->id);
  CHECK(!put.next.password->temporary_until);
  CHECK(put.next.epochs == Epochs{.sessions = 6, .links = 7, .devices = 8});
  CHECK(at<RestampSession>(decision.changes, 2).id == session_id);
  CHECK(at<RestampSession>(decision.changes, 2).epoch == 6);
  const auto& mail = at<PutMailIntent>(decision.changes, 3).mail;
  CHECK(mail.kind == MailKind::password_changed);
  CHECK(mail.to == address("zoe@mail.example"));
  CHECK(mail.client->network == "192.0.2.1");
  CHECK(
      line_of(at<AppendAudit>(decision.changes, 4).event) ==
      "password_changed reason=- actor=account/11/-/- subject=11 organization=1 from=192.0.2.1 client=portal count=1");
  CHECK(std::get<PasswordChanged>(decision.outcome).ended.event == SecurityEvent::password_changed);
}

TEST_CASE("R39: a wrong current password writes the event of it and no more; a stale verdict writes nothing") {
  const auto wrong = change(facts_of(active()), verdict(false));
  CHECK(std::holds_alternative<CurrentPasswordRefused>(wrong.outcome));
  REQUIRE(names_of(wrong.changes) == "RequireActor AppendAudit");
  CHECK(at<AppendAudit>(wrong.changes, 1).event.kind == AuditKind::password_change_refused);
  CHECK(at<AppendAudit>(wrong.changes, 1).event.reason == "wrong_password");
  const auto stale = change(facts_of(active()), CurrentPassword{.matches = true, .verified_hash = "$older"});
  CHECK(std::holds_alternative<StaleVerdict>(stale.outcome));
  CHECK(stale.changes.empty());
}

TEST_CASE("R39: a PIN changes with the current password, and ends nothing") {
  auto drawn = fresh();
  const auto decide = [&](const std::optional<CurrentPassword>& current) {
    return decide_pin_change(signed_in(active()), facts_of(active()), current, Bytes(3, std::byte{7}), client(), drawn,
                             noon + std::chrono::minutes(1));
  };
  const auto changed = decide(verdict(true));
  REQUIRE(names_of(changed.changes) == "RequireActor PutAccount AppendAudit");
  const auto& next = at<PutAccount>(changed.changes, 1).next;
  CHECK(next.pin->sealed == Bytes(3, std::byte{7}));
  CHECK(next.pin->set_at == noon + std::chrono::minutes(1));
  CHECK(next.epochs == active().epochs);
  CHECK(at<AppendAudit>(changed.changes, 2).event.kind == AuditKind::pin_changed);

  const auto wrong = decide(verdict(false));
  REQUIRE(names_of(wrong.changes) == "RequireActor AppendAudit");
  CHECK(at<AppendAudit>(wrong.changes, 1).event.reason == "change_pin:wrong_password");
  CHECK(decide(std::nullopt).changes.empty());
}
