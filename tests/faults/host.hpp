#pragma once

#include "services/world.hpp"
#include <ostiary/testing/fault_sweep.hpp>

// A whole host over the ports of a FaultWorld: real rules, real hashes (weak parameters).
namespace ostiary::test {

class FaultHost {
 public:
  explicit FaultHost(testing::FaultWorld& given, const Policies& policies = {});

  testing::FaultWorld& world;
  std::unique_ptr<StandardPasswordHasher> hasher;
  KeySource keys;
  StandardMailRenderer renderer;
  PlainLinks links;
  Environment env;
  OrganizationAdmin organizations;
  AccountSetup setup;
  SignIn sign_in;
  Sessions sessions;
  Credentials credentials;
  Outbox outbox;
  PasswordRecovery recovery;
  Housekeeping housekeeping;

  /// tick is one call of the host's timer, by default later than any lease and any pause between two tries. It succeeds when some
  /// tick found a mail, and this one left none: a mark of which nobody heard leaves nothing to find.
  bool tick(Duration step = std::chrono::minutes(70));
  bool found_mail = false;

  Actor host() const { return Actor::host("test").value(); }
  /// answered tells whether there is an answer, and logs the error where there is none.
  template <class T>
  bool answered(const Result<T>& outcome) {
    if (outcome.has_error()) {
      world.log(outcome.assume_error().message());
    }
    return outcome.has_value();
  }

  Result<CreateOrganizationOutcome> create(const std::string& domain) const;
  /// found makes the organisation `acme` with an invited manager, 100@acme.
  OrganizationCreated found();
  Result<InviteOutcome> invite(const Actor& actor, const OrganizationId& organization, const std::string& extension);
  /// deliver_all hands over everything that is due and gives the newest token that was mailed.
  std::string deliver_all();
  Result<SetupOutcome> redeem(const std::string& token);
  /// found_active is `found` with the manager's setup complete.
  OrganizationCreated found_active();
  /// try_sign_in notes `prover` as proved where there is one.
  Result<SignInOutcome> try_sign_in(std::string_view login, const std::string& password,
                                    const std::optional<AccountId>& prover);
  SignInSuccess signed_in(const AccountId& manager);
};

/// check_sweep runs the scenario over every fault, prints the report's line, and requires that nothing was violated.
void check_sweep(std::string_view name, const testing::FaultScenario& scenario,
                 const testing::FaultOptions& options = {});

}  // namespace ostiary::test
