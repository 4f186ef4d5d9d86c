#include "conformance_races.hpp"

#include <array>

namespace ostiary::inline v0::testing::conformance {
namespace {

void organizations_race(Trial& trial) {
  in_rounds(trial, [&] {
    const auto world = trial.world();
    auto winner = race(trial, "one version of an organisation", [&](std::size_t i) -> std::vector<Change> {
      auto next = world.organization;
      next.name = std::to_string(i);
      return {PutOrganization{.next = next, .expected = 1}};
    });
    const auto came = trial.value(trial.store().find_organization(world.organization.id));
    trial.expect(came && came->version == 2 && came->name == std::to_string(winner), "the winner's is stored");
    const auto domain = Domain::parse("raced-" + trial.next_word()).value();
    winner = race(trial, "one domain", [&](std::size_t i) -> std::vector<Change> {
      auto next = trial.organization();
      next.domain = domain;
      next.name = std::to_string(i);
      return {PutOrganization{.next = next}};
    });
    const auto holder = trial.value(trial.store().find_organization_by_domain(domain));
    trial.expect(holder && holder->name == std::to_string(winner), "the domain is the winner's");
  });
}

void accounts_race(Trial& trial) {
  in_rounds(trial, [&] {
    const auto world = trial.world();
    auto winner = race(trial, "one version of an account", [&](std::size_t i) -> std::vector<Change> {
      auto next = world.account;
      next.display_name = std::to_string(i);
      return {PutAccount{.next = next, .expected = 1}};
    });
    const auto came = trial.value(trial.store().find_account(world.account.id));
    trial.expect(came && came->version == 2 && came->display_name == std::to_string(winner), "the winner's is stored");
    const auto login = trial.account(world.organization).login;
    winner = race(trial, "one login name", [&](std::size_t i) -> std::vector<Change> {
      auto next = trial.account(world.organization);
      next.login = login;
      next.display_name = std::to_string(i);
      return {PutAccount{.next = next}};
    });
    const auto holder = trial.value(trial.store().find_account_by_login(login));
    trial.expect(holder && holder->display_name == std::to_string(winner), "the login name is the winner's");
    const auto ref = trial.next_word();
    race(trial, "one host_ref", [&](std::size_t /*i*/) -> std::vector<Change> {
      auto next = trial.account(world.organization);
      next.host_ref = ref;
      return {PutAccount{.next = next}};
    });
  });
}

void links_race(Trial& trial) {
  in_rounds(trial, [&] {
    const auto world = trial.world();
    race(trial, "a first row of an account and purpose", [&](std::size_t /*i*/) -> std::vector<Change> {
      return {PutLink{.id = trial.id<LinkId>(), .account = world.account.id, .ends_at = base_time + hours(1)}};
    });
    const auto live = trial.live_link(trial.world().account);
    const auto row = trial.value(trial.store().find_link(live)).value_or(Link());
    race(trial, "one generation", [&](std::size_t /*i*/) -> std::vector<Change> {
      return {PutLink{.id = live, .account = row.account, .expected = 1, .ends_at = base_time + hours(1)}};
    });
    race(trial, "one live link", [&](std::size_t /*i*/) -> std::vector<Change> {
      return {ConsumeLink{.id = live, .generation = 1, .now = base_time}, trial.event(std::nullopt)};
    });
    const auto after = trial.value(trial.store().find_link(live)).value_or(Link());
    trial.expect(after.issued == 2 && after.used == 1, "each was raised and used once");
  });
}

void keys_and_events_race(Trial& trial) {
  in_rounds(trial, [&] {
    const auto key = trial.next<32>();
    race(trial, "one key", [&](std::size_t /*i*/) -> std::vector<Change> {
      return {ConsumeOnce{.key = key, .until = base_time + hours(1)}};
    });
    const auto append = trial.event(std::nullopt);
    race(trial, "one event", [&](std::size_t /*i*/) -> std::vector<Change> { return {append}; });
  });
}

void sessions_race(Trial& trial) {
  in_rounds(trial, [&] {
    const auto world = trial.world();
    const auto session = trial.session(world.account);
    race(trial, "one session begun",
         [&](std::size_t /*i*/) -> std::vector<Change> { return {PutSession{.session = session}}; });
    race(trial, "one session ended", [&](std::size_t /*i*/) -> std::vector<Change> {
      return {EndSession{.id = session.id, .account = world.account.id}};
    });
    trial.expect(!trial.value(trial.store().find_session(session.id)), "it is gone");
  });
}

void factors_race(Trial& trial) {
  in_rounds(trial, [&] {
    const auto world = trial.world();
    const auto& id = world.account.id;
    const AdvanceTotpStep advance{.account = id, .authenticator = world.account.authenticator->id, .step = 9'000};
    race(trial, "one step of an authenticator",
         [&](std::size_t /*i*/) -> std::vector<Change> { return {advance, trial.event(std::nullopt)}; });
    const ConsumeRecoveryCode consume{.account = id, .codes = world.account.recovery_codes->id, .index = 9};
    race(trial, "one recovery code",
         [&](std::size_t /*i*/) -> std::vector<Change> { return {consume, trial.event(std::nullopt)}; });
    auto renamed = world.account;
    renamed.display_name = "Another name";
    auto [later, other] = std::pair(advance, consume);
    ++later.step;
    ++other.index;
    const auto answers = send_at_once(
        trial, {trial.set({later}), trial.set({other}), trial.set({PutAccount{.next = renamed, .expected = 1}})});
    trial.expect(std::ranges::all_of(answers, &Sent::committed), "a step, a code and a put refuse each other nothing");
    const auto came = trial.value(trial.store().find_account(id));
    trial.expect(came && came->display_name == renamed.display_name && marks_of(*came).accepted_step == later.step &&
                     marks_of(*came).used_codes == 0b11000000100U,
                 "and none takes another's effect back");
  });
}

void devices_race(Trial& trial) {
  in_rounds(trial, [&] {
    const auto world = trial.world();
    const auto device = trial.device(world.account);
    race(trial, "one device put",
         [&](std::size_t /*i*/) -> std::vector<Change> { return {PutDevice{.device = device}}; });
    race(trial, "one device ended", [&](std::size_t /*i*/) -> std::vector<Change> {
      return {EndDevice{.id = device.id, .account = world.account.id}};
    });
    std::vector<ChangeSet> sets(threads_count(trial));
    std::ranges::generate(sets, [&] {
      std::vector<Change> changes;
      changes.reserve(devices_count_max / 2);
      for (std::size_t i = 0; i < devices_count_max / 2; ++i) {
        changes.emplace_back(PutDevice{.device = trial.device(world.account)});
      }
      return trial.set(std::move(changes));
    });
    const auto answers = send_at_once(trial, sets);
    trial.expect(std::ranges::all_of(answers, &Sent::committed), "many devices at once are all stored");
    trial.expect_count(trial.value(trial.store().list_devices(world.account.id, {})).records.size(),
                       std::min(devices_count_max, sets.size() * devices_count_max / 2), "devices left of them");
  });
}

void no_budget_is_overspent(Trial& trial) {
  constexpr std::size_t tries_each = 20;
  const auto shared = trial.next<16>();
  const auto limit = static_cast<std::uint32_t>(threads_count(trial) * tries_each / 2);
  const std::vector<Charge> charges = {{.key = shared, .budget = {.count = limit, .window = limit * seconds(60)}}};
  std::atomic<std::size_t> admitted = 0;
  std::atomic<std::size_t> errors = 0;
  at_once(trial, [&](std::size_t /*i*/, Store& store) {
    for (std::size_t i = 0; i < tries_each; ++i) {
      const auto answer = patiently([&] { return store.charge(charges, base_time); });
      errors += answer.has_error() ? 1U : 0U;
      admitted += answer.has_value() && answer.assume_value().admitted ? 1U : 0U;
    }
  });
  trial.expect_count(errors, 0, "errors of charge");
  trial.expect_count(admitted, limit, "tries admitted, of twice as many");
}

void the_same_set_is_applied_once(Trial& trial) {
  in_rounds(trial, [&] {
    const auto world = trial.world();
    const auto one =
        trial.set({ConsumeOnce{.key = trial.next<32>(), .until = base_time}, trial.event(world.organization.id)});
    const std::vector<ChangeSet> sets(threads_count(trial), one);
    for (const auto& answer : send_at_once(trial, sets)) {
      trial.expect(answer.committed(), "one set sent by every thread: Committed; came " + answer.text());
    }
    trial.expect_count(trial.value(trial.store().list_audit(world.organization.id, {})).records.size(), 1, "events");
  });
}

void strangers_refuse_nobody(Trial& trial) {
  in_rounds(trial, [&] {
    const auto world = trial.world();
    std::vector<ChangeSet> sets;
    sets.reserve(threads_count(trial));
    for (std::size_t i = 0; i < threads_count(trial); ++i) {
      const auto account = trial.account(world.organization);
      sets.push_back(trial.set({PutAccount{.next = account}, PutSession{.session = trial.session(account)},
                                trial.event(world.organization.id)}));
    }
    for (const auto& answer : send_at_once(trial, sets)) {
      trial.expect(answer.committed(), "sets that share no record: Committed; came " + answer.text());
    }
    const auto events = trial.value(trial.store().list_audit(world.organization.id, {})).records.size();
    trial.expect_count(events, threads_count(trial), "events");
  });
}

// Two sets that write no record in common, each of which takes away what the other's guard reads: a store that judges
// guards on a snapshot, and looks for conflicts among writes only, lets both through. `guard(i)` reads account i.
template <class Guard>
void race_crossed(Trial& trial, std::string_view what, const std::array<Account, 2>& accounts, Guard guard) {
  std::vector<ChangeSet> sets;
  for (std::size_t i = 0; i < accounts.size(); ++i) {
    auto other = accounts.at(1 - i);
    other.status = AccountStatus::suspended;
    ++other.epochs.sessions;
    ++other.epochs.devices;
    sets.push_back(trial.set({guard(i), PutAccount{.next = other, .expected = 1}}));
  }
  const auto winner = race(trial, what, sets);
  const auto standing = trial.value(trial.store().find_account(accounts.at(winner).id));
  trial.expect(standing && standing->status == AccountStatus::active, std::string(what) + ": the winner's is active");
}

void guards_that_only_read_race(Trial& trial) {
  in_rounds(trial, [&] {
    const auto two = [&] { return std::array{trial.world().account, trial.world().account}; };
    auto accounts = two();
    const std::array sessions = {trial.session(accounts[0]), trial.session(accounts[1])};
    trial.commits("a session of each", {PutSession{.session = sessions[0]}, PutSession{.session = sessions[1]}});
    race_crossed(trial, "two actors who suspend each other", accounts, [&](std::size_t i) {
      return RequireActor{.account = accounts.at(i).id,
                          .role = accounts.at(i).role,
                          .epoch = accounts.at(i).epochs.sessions,
                          .session = sessions.at(i).id,
                          .now = base_time};
    });
    accounts = two();
    race_crossed(trial, "a session begun, and its account suspended", accounts,
                 [&](std::size_t i) { return PutSession{.session = trial.session(accounts.at(i))}; });
    accounts = two();
    race_crossed(trial, "a device put, and its account suspended", accounts,
                 [&](std::size_t i) { return PutDevice{.device = trial.device(accounts.at(i))}; });
    accounts = two();
    const std::array devices = {trial.device(accounts[0]), trial.device(accounts[1])};
    trial.commits("a device of each", {PutDevice{.device = devices[0]}, PutDevice{.device = devices[1]}});
    race_crossed(trial, "a device touched, and its account suspended", accounts, [&](std::size_t i) {
      return TouchDevice{.id = devices.at(i).id,
                         .account = accounts.at(i).id,
                         .last_seen_at = base_time + hours(1),
                         .ends_at = devices.at(i).ends_at};
    });
    accounts = two();
    const auto token = trial.id<LeaseToken>();
    const std::array mails = {trial.leased_mail(accounts[0], token), trial.leased_mail(accounts[1], token)};
    race_crossed(trial, "a mail handed over, and its account suspended", accounts, [&](std::size_t i) {
      return BeginHandOver{
          .mail = mails.at(i), .lease = token, .until = base_time + minutes(5), .parts = {{.account = accounts[i].id}}};
    });
  });
}

// A writer moves the account's epoch and the session's in one set: no read may see one without the other.
void a_read_sees_one_state(Trial& trial) {
  constexpr std::uint32_t writes_count = 40;
  auto world = trial.world();
  const auto session = trial.session(world.account);
  trial.commits("a session", {PutSession{.session = session}});
  std::vector<ChangeSet> sets;
  sets.reserve(writes_count);
  for (std::uint32_t i = 1; i <= writes_count; ++i) {
    world.account.epochs.sessions = session.epoch + i;
    sets.push_back(trial.set({PutAccount{.next = world.account, .expected = i},
                              RestampSession{.id = session.id, .epoch = world.account.epochs.sessions}}));
  }
  std::atomic<bool> done = false;
  std::atomic<std::size_t> torn = 0;
  std::atomic<std::size_t> refused = 0;
  at_once(trial, [&](std::size_t i, Store& store) {
    if (i == 0) {
      for (const auto& set : sets) {
        refused += send(store, set).committed() ? 0U : 1U;
      }
      done = true;
      return;
    }
    do {
      const auto facts = patiently([&] { return store.find_session(session.id); });
      const bool whole = facts.has_value() && facts.assume_value() &&
                         facts.assume_value()->session.epoch == facts.assume_value()->account.epochs.sessions;
      torn += whole ? 0U : 1U;
    } while (!done);
  });
  trial.expect_count(refused, 0, "writes not committed");
  trial.expect_count(torn, 0, "reads that saw half a set");
}

void rows_are_deleted_once(Trial& trial) {
  constexpr std::size_t rows_count = 60;
  std::vector<Change> changes;
  changes.reserve(rows_count);
  for (std::size_t i = 0; i < rows_count; ++i) {
    changes.emplace_back(ConsumeOnce{.key = trial.next<32>(), .until = base_time});
  }
  trial.commits("keys", changes);
  std::atomic<std::size_t> deleted = 0;
  std::atomic<std::size_t> errors = 0;
  at_once(trial, [&](std::size_t /*i*/, Store& store) {
    for (std::size_t turn = 0; turn < rows_count; ++turn) {
      const auto kept = patiently([&] { return store.housekeep(base_time, 4); });
      errors += kept.has_error() ? 1U : 0U;
      if (kept.has_error() || !kept.assume_value().more) {
        return;
      }
      deleted += kept.assume_value().deleted;
    }
  });
  const auto rest = trial.value(trial.store().housekeep(base_time, rows_count));
  trial.expect_count(errors, 0, "errors of housekeep");
  trial.expect(deleted <= rows_count && rest.deleted == 0, "each ended row is deleted once, and none is left");
}

constexpr NamedCheck checks[] = {
    {"race: PutOrganization has one winner for a version and for a domain", organizations_race},
    {"race: PutAccount has one winner for a version, a login name and a host_ref", accounts_race},
    {"race: PutLink and ConsumeLink have one winner", links_race},
    {"race: ConsumeOnce and AppendAudit have one winner", keys_and_events_race},
    {"race: PutSession and EndSession have one winner", sessions_race},
    {"race: AdvanceTotpStep and ConsumeRecoveryCode have one winner", factors_race},
    {"race: PutDevice and EndDevice have one winner, and no account has too many", devices_race},
    {"race: charge admits exactly the budget", no_budget_is_overspent},
    {"race: one ChangeId is applied once, and answered Committed to all", the_same_set_is_applied_once},
    {"race: sets that share no record refuse nobody", strangers_refuse_nobody},
    {"race: a guard that only reads holds until its set is applied", guards_that_only_read_race},
    {"race: a read sees a set wholly or not at all", a_read_sees_one_state},
    {"race: housekeep deletes each row once", rows_are_deleted_once},
};

}  // namespace

std::span<const NamedCheck> race_checks() { return checks; }

}  // namespace ostiary::inline v0::testing::conformance
