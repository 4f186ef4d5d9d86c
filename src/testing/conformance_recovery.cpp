#include "conformance.hpp"

// PutRecoveryRequest, claim_recovery_requests and SettleRecoveryRequest.
namespace ostiary::inline v0::testing::conformance {
namespace {

constexpr Instant lease_end = base_time + minutes(5);

std::vector<RecoveryRequest> claim(Trial& trial, std::size_t limit, Instant now, const LeaseToken& token) {
  return trial.value(
      patiently([&] { return trial.store().claim_recovery_requests(limit, now, now + minutes(5), token); }),
      "claim_recovery_requests");
}

void a_request_is_kept_whole(Trial& trial) {
  auto request = trial.recovery_request();
  request.client.user_agent = "'; DROP TABLE request; -- \xF0\x9F\x94\x91 \xFF";
  auto wrong = request;
  wrong.lease = Lease{.token = trial.id<LeaseToken>(), .until = lease_end};
  trial.refuses("a request with a lease", {PutRecoveryRequest{.request = wrong}});
  trial.commits("a request", {PutRecoveryRequest{.request = request}});
  trial.refuses("a request that is present", {PutRecoveryRequest{.request = request}});
  const auto token = trial.id<LeaseToken>();
  const auto claimed = claim(trial, 10, base_time, token);
  request.lease = Lease{.token = token, .until = lease_end};
  trial.expect(claimed.size() == 1 && same(claimed[0], request), "every field comes back, under the claimer's lease");
  request.lease.reset();
  trial.refuses("a request that is claimed", {PutRecoveryRequest{.request = request}});
}

void requests_are_claimed_oldest_first(Trial& trial) {
  std::vector<RecoveryRequest> requests;
  requests.reserve(4);
  for (std::size_t i = 0; i < 4; ++i) {
    requests.push_back(trial.recovery_request());
  }
  for (const std::size_t i : {2U, 0U, 3U, 1U}) {
    trial.commits("a request", {PutRecoveryRequest{.request = requests[i]}});
  }
  const auto first = trial.id<LeaseToken>();
  trial.expect_count(claim(trial, 0, base_time, first).size(), 0, "requests claimed with limit 0");
  const auto two = claim(trial, 2, base_time, first);
  trial.expect(two.size() == 2 && two[0].id == requests[0].id && two[1].id == requests[1].id,
               "the oldest come first, no more than the limit");
  const auto rest = claim(trial, 10, base_time, trial.id<LeaseToken>());
  trial.expect(rest.size() == 2 && rest[0].id == requests[2].id && rest[1].id == requests[3].id,
               "a leased request is not claimed again");
  trial.expect_count(claim(trial, 10, lease_end - Duration(1), trial.id<LeaseToken>()).size(), 0,
                     "requests claimed before their leases end");
  trial.expect_count(claim(trial, 10, lease_end, trial.id<LeaseToken>()).size(), 4, "requests whose leases have ended");
}

void a_request_is_settled_by_its_lease(Trial& trial) {
  const auto request = trial.recovery_request();
  const auto other = trial.recovery_request();
  trial.commits("two requests", {PutRecoveryRequest{.request = request}, PutRecoveryRequest{.request = other}});
  const auto settle = [&](const LeaseToken& lease) { return SettleRecoveryRequest{.id = request.id, .lease = lease}; };
  const auto first = trial.id<LeaseToken>();
  const auto second = trial.id<LeaseToken>();
  trial.refuses("a request that nobody claimed, with a nil lease", {settle(LeaseToken())});
  trial.refuses("a request that nobody claimed", {settle(first)});
  trial.expect_count(claim(trial, 1, base_time, first).size(), 1, "claimed");
  trial.refuses("an absent request", {SettleRecoveryRequest{.id = trial.id<RecoveryRequestId>(), .lease = first}});
  trial.refuses("another's lease", {settle(second)});
  trial.expect_count(claim(trial, 1, lease_end, second).size(), 1, "claimed when the lease has ended");
  trial.refuses("the lost lease", {settle(first)});
  trial.commits("its own lease", {settle(second)});
  trial.refuses("a request that is gone", {settle(second)});
  const auto rest = claim(trial, 10, lease_end + hours(1), second);
  trial.expect(rest.size() == 1 && rest[0].id == other.id, "the other stays");
  trial.commits("the id of a request that is gone", {PutRecoveryRequest{.request = request}});
}

constexpr NamedCheck checks[] = {
    {"PutRecoveryRequest: absent, without a lease; every field comes back", a_request_is_kept_whole},
    {"claim_recovery_requests: the oldest first, each under one lease", requests_are_claimed_oldest_first},
    {"SettleRecoveryRequest: only under the request's lease", a_request_is_settled_by_its_lease},
};

}  // namespace

std::span<const NamedCheck> recovery_checks() { return checks; }

}  // namespace ostiary::inline v0::testing::conformance
