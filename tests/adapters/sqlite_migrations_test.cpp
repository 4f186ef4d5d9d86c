#include <algorithm>

#include <doctest/doctest.h>

#include "adapters/sqlite/connection.hpp"
#include "adapters/sqlite/migrations.hpp"
#include "run_sql.hpp"
#include "sqlite_fixture.hpp"

using namespace ostiary;
using namespace ostiary::test;

namespace {

// A body of format 1: one of format 2 whose new fields, `count` bytes at its end, are all absent.
Bytes as_format_1(Bytes body, std::size_t count) {
  REQUIRE(std::all_of(body.end() - static_cast<std::ptrdiff_t>(count), body.end(),
                      [](std::byte byte) { return byte == std::byte{0}; }));
  body.resize(body.size() - count);
  body.front() = std::byte{1};
  return body;
}

}  // namespace

TEST_CASE("a file of the first schema is migrated with what is in it") {
  const TemporaryFolder folder;
  const std::string first = std::string("CREATE TABLE ostiary_schema (version INTEGER PRIMARY KEY) STRICT; ") +
                            sqlite::migrations().front() +
                            "INSERT INTO ostiary_schema VALUES (1);"
                            "INSERT INTO ostiary_budgets VALUES (x'000102030405060708090a0b0c0d0e0f', 0, 3);";
  run_sql(folder.file(), first.c_str());
  const auto store = open_store(folder.file());
  BudgetKey key{};
  for (std::size_t i = 0; i < key.size(); ++i) {
    key.at(i) = static_cast<std::byte>(i);
  }
  const Charge charge{.key = key, .budget = {.count = 1, .window = std::chrono::minutes(1)}};
  CHECK(must(store->charge({&charge, 1}, start)).lifted == 3);
  CHECK(must(store->list_devices({}, {})).records.empty());
}

TEST_CASE("a file of before recovery, jobs and search is migrated with what is in it") {
  const TemporaryFolder folder;
  IdSource ids;
  const auto organization = make_organization(ids);
  const auto account = make_account(ids, organization.id, "ada@acme");
  const auto event = make_event(ids);
  const auto live = ids.next<LinkId>();
  const auto asked = ids.next<LinkId>();
  {
    auto script = std::string("CREATE TABLE ostiary_schema (version INTEGER PRIMARY KEY) STRICT; ");
    for (std::size_t i = 0; i < 3; ++i) {
      script += sqlite::migrations()[i] + ("; INSERT INTO ostiary_schema VALUES (" + std::to_string(i + 1) + ");");
    }
    run_sql(folder.file(), script.c_str());
    auto db = must(sqlite::Connection::open(folder.file().string(), sqlite::Deadline::max(), sqlite::Access::write, 0));
    const auto body = encode(organization);
    CHECK(must(db->write("INSERT INTO ostiary_organizations VALUES (?1, 1, 1, 'acme', ?2)", organization.id, body)));
    for (const auto& [id, login] : {std::pair(account.id, "ada"), std::pair(ids.next<AccountId>(), "bob")}) {
      CHECK(must(db->write("INSERT INTO ostiary_accounts VALUES (?1, 1, ?2, ?3, ?3, NULL, 2, 1, 0, 7, 0, x'01')", id,
                           organization.id, std::string_view(login))));
      const auto link = id == account.id ? live : asked;
      CHECK(must(db->write("INSERT INTO ostiary_links VALUES (?1, ?2, 1, 2, ?3, 0, 7, 50, 60)", link, id,
                           id == account.id ? 2 : 0)));
    }
    CHECK(must(db->write("INSERT INTO ostiary_mails VALUES (?1, ?2, 1, 0, 0, x'', NULL, NULL, 60, x'01')",
                         ids.next<MailId>(), account.id)));
    CHECK(must(
        db->write("INSERT INTO ostiary_audit VALUES (?1, x'', ?2, 5, ?3)", event.id, encode(event), ByteArray<32>{})));
  }
  const auto store = open_store(folder.file());
  CHECK(must(store->find_organization(organization.id)).has_value());
  const auto link = must(store->find_link_of(account.id, LinkPurpose::setup)).value_or(Link());
  CHECK(link.id == live);
  CHECK(link.issued == 2);
  CHECK(link.live == 2);
  CHECK(link.epoch == 7);
  CHECK(!link.sent_to);
  CHECK(link.expires_at == Instant(Duration(50)));
  CHECK(link.ends_at == Instant(Duration(60)));
  const auto other = must(store->find_link(asked)).value_or(Link());
  CHECK(other.issued == 2);
  CHECK(!other.epoch);
  // A body of before does not decode, and its mail was dropped: it would stand in the way of every later one.
  CHECK(store->find_account(account.id).error() == Errc::record_unreadable);
  CHECK(must(store->claim_mail(10, start, start + Duration(9), ids.next<LeaseToken>())).empty());
  CHECK(must(store->list_mails(account.id, {})).records.empty());
  REQUIRE(must(store->list_unsealed_audit(std::nullopt, 10)).size() == 1);
  const PutAuditBlock seal{.block = {.number = 1, .events = 1}, .events = {event.id}};
  auto again = make_account(ids, organization.id, "eve@acme");
  CHECK(is_committed(store->commit(make_set(ids, {seal, PutAccount{.next = again}}))));
  CHECK(must(store->count_accounts({.organization = organization.id, .words = {"ad"}}, 9)).count == 1);
  const auto second = [&](LinkPurpose purpose) {
    return make_set(ids, {PutLink{.id = ids.next<LinkId>(), .account = account.id, .purpose = purpose}});
  };
  CHECK(is_refused(store->commit(second(LinkPurpose::setup))));
  CHECK(is_committed(store->commit(second(LinkPurpose::confirm_address))));
  CHECK(is_committed(store->commit(second(LinkPurpose::confirm_address))));
}

TEST_CASE("a file of before second factors is migrated, and everything in it is as it was") {
  const TemporaryFolder folder;
  IdSource ids;
  auto organization = make_organization(ids);
  auto account = make_account(ids, organization.id, "ada@acme");
  const auto session = make_session(ids, account);
  const Device device{.id = ids.next<DeviceId>(), .account = account.id, .epoch = account.epochs.devices};
  const auto setup = ids.next<LinkId>();
  const auto confirm = ids.next<LinkId>();
  {
    auto script = std::string("CREATE TABLE ostiary_schema (version INTEGER PRIMARY KEY) STRICT; ");
    for (std::size_t i = 0; i < 4; ++i) {
      script += sqlite::migrations()[i] + ("; INSERT INTO ostiary_schema VALUES (" + std::to_string(i + 1) + ");");
    }
    run_sql(folder.file(), script.c_str());
    auto db = must(sqlite::Connection::open(folder.file().string(), sqlite::Deadline::max(), sqlite::Access::write, 0));
    CHECK(must(db->write("INSERT INTO ostiary_organizations VALUES (?1, 4, 1, 'acme', ?2)", organization.id,
                         as_format_1(encode(organization), 2))));
    auto hashless = account;
    hashless.password->hash.clear();
    CHECK(
        must(db->write("INSERT INTO ostiary_accounts VALUES (?1, 5, ?2, 'ada@acme', 'ada@acme', NULL, ?3, ?4, ?5, ?6, "
                       "?7, ?8)",
                       account.id, organization.id, account.status, account.role, account.epochs.sessions,
                       account.epochs.links, account.epochs.devices, as_format_1(encode(hashless), 4))));
    CHECK(must(db->write("INSERT INTO ostiary_password_hashes VALUES (?1, ?2, ?3, x'')", account.id,
                         account.password->id, as_bytes(account.password->hash))));
    CHECK(must(db->write("INSERT INTO ostiary_sessions VALUES (?1, ?2, ?3, ?4, ?5, ?6)", session.id, account.id,
                         session.epoch, session.last_seen_at, session.ends_at, encode(session))));
    CHECK(must(db->write("INSERT INTO ostiary_devices VALUES (?1, ?2, ?3, 0, 0, 0, ?4)", device.id, account.id,
                         device.epoch, as_format_1(encode(device), 1))));
    for (const auto& [link, purpose] :
         {std::pair(setup, LinkPurpose::setup), {confirm, LinkPurpose::confirm_address}}) {
      CHECK(must(db->write("INSERT INTO ostiary_links VALUES (?1, ?2, ?3, 1, 0, 0, NULL, NULL, 0, 60)", link,
                           account.id, purpose)));
    }
  }
  const auto store = open_store(folder.file());
  organization.version = 4;
  const auto home = must(store->find_organization(organization.id));
  REQUIRE(home.has_value());
  CHECK(encode(*home) == encode(organization));
  const auto found = must(store->find_account(account.id));
  REQUIRE(found.has_value());
  CHECK(found->version == 5);
  CHECK(encode(*found) == encode(account));
  CHECK(marks_of(*found) == SecondFactorMarks());
  const auto facts = must(store->find_session(session.id));
  REQUIRE(facts.has_value());
  CHECK(encode(facts->session) == encode(session));
  CHECK(facts->session.last_seen_at == session.last_seen_at);
  CHECK(facts->session.proved_at == Instant());  // long ago: nobody wrote down when
  const auto known = must(store->find_device(device.id));
  REQUIRE(known.has_value());
  CHECK(encode(*known) == encode(device));
  CHECK(must(store->find_link_of(account.id, LinkPurpose::setup)).value_or(Link()).id == setup);
  CHECK(must(store->find_link(confirm)).has_value());

  // And it takes a second factor.
  account.authenticator = Authenticator{.id = ids.next<CredentialId>()};
  const AdvanceTotpStep advance{.account = account.id, .authenticator = account.authenticator->id, .step = 7};
  const auto code = [&] {
    return PutLink{.id = ids.next<LinkId>(), .account = account.id, .purpose = LinkPurpose::factor_code};
  };
  CHECK(is_committed(
      store->commit(make_set(ids, {PutAccount{.next = account, .expected = 5}, advance, code(),
                                   ProveSession{.id = session.id, .account = account.id, .proved_at = start}}))));
  CHECK(is_refused(store->commit(make_set(ids, {advance}))));
  CHECK(is_refused(store->commit(make_set(ids, {code()}))));
  CHECK(must(store->find_session(session.id))->session.proved_at == start);
}
