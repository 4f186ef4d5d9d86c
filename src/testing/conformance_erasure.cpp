#include "conformance.hpp"

// EraseAccount: what a removed account leaves behind.
namespace ostiary::inline v0::testing::conformance {
namespace {

struct Rows {
  Session session;
  Device device;
  std::vector<LinkId> links;
  MailIntent mail;
};

Rows put_rows(Trial& trial, const Account& account) {
  Rows rows{
      .session = trial.session(account), .device = trial.device(account), .links = {}, .mail = trial.mail(account)};
  std::vector<Change> changes = {PutSession{.session = rows.session}, PutDevice{.device = rows.device},
                                 PutMailIntent{.mail = rows.mail}};
  for (const auto purpose : {LinkPurpose::setup, LinkPurpose::reset, LinkPurpose::confirm_address,
                             LinkPurpose::confirm_address, LinkPurpose::revoke_address_change}) {
    rows.links.push_back(trial.id<LinkId>());
    changes.emplace_back(PutLink{
        .id = rows.links.back(), .account = account.id, .purpose = purpose, .ends_at = base_time + hours(1000)});
  }
  trial.commits("one row of each kind", std::move(changes));
  return rows;
}

void check_rows(Trial& trial, const Account& account, const Rows& rows, bool there) {
  auto& store = trial.store();
  const std::string which = there ? ", another account's, stays" : ", the erased account's, is gone";
  trial.expect(trial.value(store.find_session(rows.session.id)).has_value() == there, "a session" + which);
  trial.expect_count(trial.value(store.list_sessions(account.id, {})).records.size(), there ? 1 : 0,
                     "sessions: one" + which);
  trial.expect(trial.value(store.find_device(rows.device.id)).has_value() == there, "a device" + which);
  trial.expect_count(trial.value(store.list_devices(account.id, {})).records.size(), there ? 1 : 0,
                     "devices: one" + which);
  for (const auto& link : rows.links) {
    trial.expect(trial.value(store.find_link(link)).has_value() == there, "a link" + which);
  }
  for (const auto purpose : {LinkPurpose::setup, LinkPurpose::reset}) {
    trial.expect(trial.value(store.find_link_of(account.id, purpose)).has_value() == there,
                 "a link by its account" + which);
  }
  trial.expect(trial.value(store.find_mail(rows.mail.id)).has_value() == there, "a mail" + which);
}

void an_erased_account_leaves_nothing(Trial& trial) {
  auto world = trial.world();
  const auto other = trial.account(world.organization);
  trial.commits("another account", {PutAccount{.next = other}});
  const auto rows = put_rows(trial, world.account);
  const auto others = put_rows(trial, other);
  auto shared = trial.mail(world.account);
  shared.parts.push_back({.account = other.id, .organization = other.organization});
  const auto append = trial.event(world.organization.id);
  const auto late = trial.mail(world.account);
  trial.commits("a mail that speaks of both, and an event", {PutMailIntent{.mail = shared}, append});

  world.account.status = AccountStatus::removed;
  world.account.addresses.clear();
  trial.needs_order("an account removed, then erased",
                    {PutAccount{.next = world.account, .expected = 1}, EraseAccount{.account = world.account.id}});
  world.account.version = 2;
  check_rows(trial, world.account, rows, false);
  check_rows(trial, other, others, true);
  auto& store = trial.store();
  trial.expect(found(trial.value(store.find_account(world.account.id)), world.account), "the account itself stays");
  trial.expect_count(trial.value(store.list_audit(world.organization.id, {})).records.size(), 1, "events, which stay");
  trial.expect(found(trial.value(store.find_mail(shared.id)), shared), "a mail that speaks of another account stays");
  const auto listed = trial.value(store.list_mails(world.account.id, {})).records;
  trial.expect(listed.size() == 1 && listed[0].id == shared.id, "and is all that the account's list has");
  const auto due = trial.value(
      patiently([&] { return store.claim_mail(10, base_time, base_time + minutes(5), trial.id<LeaseToken>()); }));
  trial.expect_count(due.size(), 2, "mails left to deliver");
  trial.commits("once more, with nothing left", {EraseAccount{.account = world.account.id}});
  trial.refuses("a new link", {PutLink{.id = trial.id<LinkId>(),
                                       .account = world.account.id,
                                       .purpose = LinkPurpose::confirm_address,
                                       .ends_at = base_time + hours(1)}});
  trial.refuses("a new mail", {PutMailIntent{.mail = late}});
}

void only_a_removed_account_is_erased(Trial& trial) {
  auto world = trial.world();
  const auto session = trial.session(world.account);
  trial.commits("a session", {PutSession{.session = session}});
  trial.refuses("an absent account", {EraseAccount{.account = trial.id<AccountId>()}});
  Version version = 1;
  for (const auto status : {AccountStatus::invited, AccountStatus::active, AccountStatus::suspended}) {
    world.account.status = status;
    trial.commits("another status", {PutAccount{.next = world.account, .expected = version++}});
    trial.refuses("an account that is not removed", {EraseAccount{.account = world.account.id}});
  }
  trial.expect_count(trial.value(trial.store().list_sessions(world.account.id, {})).records.size(), 1,
                     "sessions after a refused erasure");
}

constexpr NamedCheck checks[] = {
    {"EraseAccount: its sessions, devices, links, and mails that speak of nobody else",
     an_erased_account_leaves_nothing},
    {"EraseAccount: only where it is removed", only_a_removed_account_is_erased},
};

}  // namespace

std::span<const NamedCheck> erasure_checks() { return checks; }

}  // namespace ostiary::inline v0::testing::conformance
