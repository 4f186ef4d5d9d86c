#include <ostiary/testing/memory_store.hpp>

#include <doctest/doctest.h>

#include <ostiary/testing/manual_clock.hpp>
#include <ostiary/testing/scripted_random.hpp>

using namespace ostiary;
using testing::ManualClock;
using testing::MemoryStore;
using testing::ScriptedRandom;
using testing::StoreCall;

namespace {

template <class IdType>
IdType make_id(ScriptedRandom& random) {
  ByteArray<10> bytes{};
  REQUIRE(random.fill(bytes).has_value());
  return IdType::make(ManualClock::start, bytes);
}

Organization acme(ScriptedRandom& random) {
  return {.id = make_id<OrganizationId>(random),
          .domain = Domain::parse("acme").value(),
          .name = "Acme needle-organization",
          .created_at = ManualClock::start};
}

Account ann(ScriptedRandom& random, const Organization& organization) {
  return {
      .id = make_id<AccountId>(random),
      .organization = organization.id,
      .login = LoginName::parse("201@acme").value(),
      .status = AccountStatus::active,
      .display_name = "needle-name",
      .addresses = {{.address = EmailAddress::parse("needle-address@example.com").value(),
                     .purposes = {AddressPurpose::designated}}},
      .password = Password{.id = make_id<CredentialId>(random), .hash = "needle-hash", .set_at = ManualClock::start},
      .host_ref = "needle-ref"};
}

bool has(const std::string& dump, std::string_view needle) { return dump.find(needle) != std::string::npos; }

}  // namespace

TEST_CASE("MemoryStore counts every call of the port, by its name") {
  MemoryStore store;
  ScriptedRandom random;
  CHECK(store.calls() == 0);
  (void)store.find_account(make_id<AccountId>(random));
  (void)store.find_account(make_id<AccountId>(random));
  (void)store.find_link(make_id<LinkId>(random));
  (void)store.commit({.id = make_id<ChangeId>(random), .at = ManualClock::start});
  (void)store.charge({}, ManualClock::start);
  (void)store.claim_mail(1, ManualClock::start, ManualClock::start, make_id<LeaseToken>(random));
  (void)store.housekeep(ManualClock::start, 1);
  CHECK(store.calls() == 7);
  CHECK(store.calls(StoreCall::find_account) == 2);
  CHECK(store.calls(StoreCall::find_link) == 1);
  CHECK(store.calls(StoreCall::commit) == 1);
  CHECK(store.calls(StoreCall::charge) == 1);
  CHECK(store.calls(StoreCall::claim_mail) == 1);
  CHECK(store.calls(StoreCall::housekeep) == 1);
  CHECK(store.calls(StoreCall::find_session) == 0);
  (void)store.dump();
  CHECK(store.calls() == 7);
}

TEST_CASE("MemoryStore's dump has every text that is stored, hot fields too, and none that is gone") {
  MemoryStore store;
  ScriptedRandom random;
  const auto organization = acme(random);
  auto account = ann(random, organization);
  AppendAudit append;
  append.event = {.id = make_id<AuditId>(random), .actor_name = "needle-actor"};
  const BudgetKey key{std::byte{'k'}, std::byte{'e'}, std::byte{'y'}, std::byte{'-'}, std::byte{'1'}};
  const ConsumeOnce once{.key = {std::byte{'o'}, std::byte{'n'}, std::byte{'c'}, std::byte{'e'}}};
  const Session session{
      .id = make_id<SessionId>(random), .account = account.id, .epoch = 1, .user_agent = "needle-agent"};
  const PutMailIntent mail{.mail = {.id = make_id<MailId>(random),
                                    .parts = {{.account = account.id}},
                                    .to = EmailAddress::parse("needle-to@example.com").value(),
                                    .reason = "needle-reason"}};
  CHECK(store.dump().empty());
  (void)store.commit({.id = make_id<ChangeId>(random),
                      .changes = {PutOrganization{.next = organization}, PutAccount{.next = account}, append, once,
                                  PutSession{.session = session}, mail}});
  const std::vector<Charge> charges = {{.key = key, .budget = {.count = 1, .window = std::chrono::seconds(1)}}};
  (void)store.charge(charges, ManualClock::start);
  for (const auto* needle : {"needle-organization", "needle-name", "needle-address", "needle-hash", "needle-ref",
                             "needle-actor", "needle-agent", "needle-to", "needle-reason", "key-1", "once"}) {
    CHECK_MESSAGE(has(store.dump(), needle), needle);
  }
  (void)store.commit({.id = make_id<ChangeId>(random),
                      .changes = {UpgradeHash{.account = account.id, .from = "needle-hash", .to = "newer"}}});
  CHECK(has(store.dump(), "newer"));
  CHECK_FALSE(has(store.dump(), "needle-hash"));
}

TEST_CASE("MemoryStore, each test's own, shares nothing with another") {
  MemoryStore first;
  MemoryStore second;
  ScriptedRandom random;
  const auto organization = acme(random);
  (void)first.commit({.id = make_id<ChangeId>(random), .changes = {PutOrganization{.next = organization}}});
  CHECK(first.find_organization(organization.id).value().has_value());
  CHECK_FALSE(second.find_organization(organization.id).value().has_value());
}
