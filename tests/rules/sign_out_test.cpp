#include <ostiary/rules/sign_out.hpp>

#include <doctest/doctest.h>

#include "fixture.hpp"

using namespace ostiary;
using namespace ostiary::test;

namespace {

Decision<SessionEnd> end(const SessionId& id, const std::optional<SessionFacts>& found) {
  auto randomness = fresh();
  return decide_end_session(signed_in(active()), id, found, randomness, noon);
}

Decision<Effects> end_all(ThisSession this_session) {
  auto randomness = fresh();
  return decide_end_all_sessions(signed_in(active()), this_session, active(), randomness, noon);
}

void check_guard(const std::vector<Change>& changes) {
  const auto& guard = at<RequireActor>(changes, 0);
  CHECK(guard.account == owner_id);
  CHECK(guard.role == Role::member);
  CHECK(guard.epoch == 5);
  CHECK(guard.session == session_id);
}

}  // namespace

TEST_CASE("S345: signing out ends this session, or another of the owner's own, while the owner's proof holds") {
  for (const auto& id : {session_id, id_of<SessionId>(32)}) {
    auto found = session_facts(active());
    found.session.id = id;
    const auto decision = end(id, found);
    CHECK(decision.outcome == SessionEnd::ended);
    REQUIRE(names_of(decision.changes) == "RequireActor EndSession AppendAudit");
    check_guard(decision.changes);
    CHECK(at<EndSession>(decision.changes, 1).id == id);
    CHECK(at<EndSession>(decision.changes, 1).account == owner_id);
    CHECK(line_of(at<AppendAudit>(decision.changes, 2).event) ==
          "signed_out reason=- actor=account/11/-/- subject=11 organization=1 from=- client=portal count=1");
  }
}

TEST_CASE("S362, R71: another's session is answered as one that does not exist, and nothing is written") {
  auto others = session_facts(active());
  others.session.account = stranger_id;
  for (const auto& found : {std::optional(others), std::optional<SessionFacts>()}) {
    const auto decision = end(session_id, found);
    CHECK(decision.outcome == SessionEnd::not_found);
    CHECK(decision.changes.empty());
  }
}

TEST_CASE("S347, R68: signing out everywhere moves the epoch, and no session is stamped anew") {
  const auto decision = end_all(ThisSession::ends);
  CHECK(decision.outcome.event == SecurityEvent::signed_out_everywhere);
  CHECK(decision.outcome.this_session == Effect::ends);
  CHECK(decision.outcome.other_sessions == Effect::ends);
  REQUIRE(names_of(decision.changes) == "RequireActor PutAccount AppendAudit");
  check_guard(decision.changes);
  CHECK(line_of(at<AppendAudit>(decision.changes, 2).event) ==
        "sessions_ended reason=- actor=account/11/-/- subject=11 organization=1 from=- client=portal count=1");
}

TEST_CASE("S347, R68: signing out elsewhere keeps this session, stamped with the account's new epoch") {
  const auto decision = end_all(ThisSession::stays);
  CHECK(decision.outcome.event == SecurityEvent::signed_out_elsewhere);
  CHECK(decision.outcome.this_session == Effect::stays);
  CHECK(decision.outcome.other_sessions == Effect::ends);
  REQUIRE(names_of(decision.changes) == "RequireActor PutAccount RestampSession AppendAudit");
  check_guard(decision.changes);
  CHECK(at<RestampSession>(decision.changes, 2).id == session_id);
  CHECK(at<RestampSession>(decision.changes, 2).epoch == 6);
}

TEST_CASE("ending all sessions changes the account's sessions epoch alone, from the version that was loaded") {
  for (const auto this_session : {ThisSession::stays, ThisSession::ends}) {
    const auto decision = end_all(this_session);
    const auto& put = at<PutAccount>(decision.changes, 1);
    CHECK(put.expected == 4);
    Account expected = active();
    expected.epochs.sessions = 6;
    CHECK(encode(put.next) == encode(expected));
  }
}
