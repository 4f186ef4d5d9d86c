#include <ostiary/rules/link.hpp>

#include <doctest/doctest.h>

#include "fixture.hpp"

using namespace ostiary;
using namespace ostiary::test;
using namespace std::chrono_literals;
using enum LinkVerdict;

namespace {

struct Row {
  const char* what;
  Generation token;
  Generation issued, live, used;
  LinkVerdict verdict;
};

std::string judged(const LinkTicket& ticket, const std::optional<Link>& link, const std::optional<Account>& account,
                   Instant now = noon) {
  return std::string(link_verdict_name(judge_link(ticket, link, account, now)));
}

}  // namespace

TEST_CASE("R22, R24: only the generation that was handed over last, and was not used, is good") {
  static constexpr Row rows[] = {
      {"handed over", 1, 1, 1, 0, good},
      {"R24: a newer mail still waits in the queue", 1, 2, 1, 0, good},
      {"never handed over", 1, 1, 0, 0, expired},
      {"the waiting newer one is not good yet", 2, 2, 1, 0, expired},
      {"a generation that nobody asked for", 9, 2, 1, 0, expired},
      {"R24: a newer mail was handed over", 1, 2, 2, 0, superseded},
      {"the newer one", 2, 2, 2, 0, good},
      {"much older", 1, 5, 5, 0, superseded},
      {"used", 1, 1, 1, 1, used},
      {"used, then a newer one was asked for", 1, 2, 1, 1, used},
      {"used, then a newer one was handed over", 1, 2, 2, 1, used},
      {"the newer one after a used one", 2, 2, 2, 1, good},
      {"older than the used one", 1, 2, 2, 2, superseded},
      {"no generation", 0, 0, 0, 0, used},
      {"no generation, though a link lives", 0, 1, 1, 0, used},
  };
  for (const Row& row : rows) {
    CAPTURE(row.what);
    Link link = live_link();
    link.issued = row.issued;
    link.live = row.live;
    link.used = row.used;
    CHECK(judged({link_id, row.token}, link, invited()) == link_verdict_name(row.verdict));
  }
}

TEST_CASE("S289, R22: a link is good one millisecond before its expiry and expired at it") {
  const Link link = live_link();
  CHECK(judged({link_id, 1}, link, invited(), link.expires_at - 1ms) == "good");
  CHECK(judged({link_id, 1}, link, invited(), link.expires_at) == "expired");
  CHECK(judged({link_id, 1}, link, invited(), link.expires_at + 1ms) == "expired");
}

TEST_CASE("S302, S303, S305: a setup link works for an invited account under the epoch it was handed over in") {
  for (const auto status : {AccountStatus::active, AccountStatus::suspended, AccountStatus::removed}) {
    CAPTURE(static_cast<int>(status));
    Account account = invited();
    account.status = status;
    CHECK(judged({link_id, 1}, live_link(), account) == "voided");
  }
  Account account = invited();
  account.epochs.sessions = 9;
  account.epochs.devices = 9;
  CHECK(judged({link_id, 1}, live_link(), account) == "good");
  account.epochs.links = 2;
  CHECK(judged({link_id, 1}, live_link(), account) == "voided");
  account.epochs.links = 0;
  CHECK(judged({link_id, 1}, live_link(), account) == "voided");
}

TEST_CASE("a link whose row or account was cleaned away is expired") {
  CHECK(judged({link_id, 1}, std::nullopt, invited()) == "expired");
  CHECK(judged({link_id, 1}, live_link(), std::nullopt) == "expired");
  CHECK(judged({link_id, 1}, std::nullopt, std::nullopt) == "expired");
}

TEST_CASE("of several reasons the one that tells the reader most is said") {
  Account suspended = invited();
  suspended.status = AccountStatus::suspended;
  Link link = live_link();
  CHECK(judged({link_id, 1}, link, suspended, link.expires_at) == "voided");
  link.used = 1;
  CHECK(judged({link_id, 1}, link, suspended, link.expires_at) == "used");
  link = live_link();
  link.issued = link.live = 2;
  CHECK(judged({link_id, 1}, link, suspended, link.expires_at) == "superseded");
}

TEST_CASE("each verdict has a name of its own") {
  std::vector<std::string_view> names;
  for (const auto verdict : {good, superseded, used, voided, expired}) {
    names.push_back(link_verdict_name(verdict));
  }
  CHECK(names == std::vector<std::string_view>{"good", "superseded", "used", "voided", "expired"});
}
