#include <memory>

#include "bench/pair.hpp"
#include "counts/operations.hpp"
#include <ostiary/base/random.hpp>
#include <ostiary/services/sessions.hpp>
#include <ostiary/services/sign_in.hpp>
#include <ostiary/services/standard_password_hasher.hpp>
#include <ostiary/testing/manual_clock.hpp>
#include <ostiary/testing/memory_store.hpp>

// A whole sign-in on the memory store, beside the hash that it cannot do without.
namespace ostiary::bench {
namespace {

using counts::must;

constexpr std::string_view typed = "Lake-Superior-7";

std::shared_ptr<const KeyRing> ring() {
  std::vector<Key> keys;
  keys.push_back({.id = 1, .secret = SecretBytes(32)});
  return KeyRing::create(1, std::move(keys)).value();
}

// A host with one active account, 201@acme.
struct Host {
  Host() {
    const OrganizationId acme(detail::IdBytes{std::byte{1}});
    Account account{.id = AccountId(detail::IdBytes{std::byte{2}}),
                    .organization = acme,
                    .login = LoginName::parse("201@acme").value()};
    account.status = AccountStatus::active;
    account.addresses.push_back(
        {.address = EmailAddress::parse("zoe@maple.example").value(), .purposes = {AddressPurpose::designated}});
    account.password = Password{.id = CredentialId(detail::IdBytes{std::byte{3}}), .hash = stored};
    const ChangeSet set{
        .id = ChangeId(detail::IdBytes{std::byte{4}}),
        .at = clock.now(),
        .changes = {PutOrganization{.next = {.id = acme, .domain = Domain::parse("acme").value(), .name = "Acme"}},
                    PutAccount{.next = account}}};
    must(std::holds_alternative<Committed>(store.commit(set).value()));
  }

  void sign_in() {
    const auto outcome = service.with_password({.login_name = "201@acme", .password = password, .client = client});
    must(std::holds_alternative<SignInSuccess>(outcome.value()));
    // What a host's housekeeping does: a store that grows with every call would be measured at its size.
    if (++calls % 64 == 0) {
      clock.advance(std::chrono::days(31));
      must(store.housekeep(clock.now(), 1000).has_value());
    }
  }
  void verify() const { must(hasher->verify(password, stored).value().matches); }

  SystemRandom random;
  testing::ManualClock clock;
  testing::MemoryStore store;
  std::unique_ptr<StandardPasswordHasher> hasher = StandardPasswordHasher::create({}, random).value();
  KeySource keys{ring()};
  Environment env{.store = store, .clock = clock, .random = random, .hasher = *hasher, .keys = keys};
  SignIn service{env};
  SecretString password{typed};
  ClientContext client{.network = ClientNetwork::parse("192.0.2.1").value(), .client_id = "portal"};
  std::string stored = hasher->hash(password).value();
  int calls = 0;
};

}  // namespace

void add_sign_in_pairs() {
  static Host host;
  add_pair({.name = "sign-in on MemoryStore : verify", .ours = [] { host.sign_in(); }, .raw = [] { host.verify(); }});
}

}  // namespace ostiary::bench
