#include "conformance.hpp"

// PutAccount, UpgradeHash and RequireActor.
namespace ostiary::inline v0::testing::conformance {
namespace {

void an_account_is_kept_whole(Trial& trial) {
  auto world = trial.world();
  auto& next = world.account;
  trial.expect(found(trial.value(trial.store().find_account(next.id)), next), "every field, at version 1");
  next.locale = Locale::parse("de-CH").value();
  next.pin = Pin{.sealed = Bytes(64, std::byte{0}), .set_at = base_time + seconds(1)};
  next.authenticator->parameters = {.algorithm = TotpAlgorithm::sha512, .digits = 8, .period = seconds(120)};
  next.authenticator->sealed.clear();
  next.email_codes_since = base_time + seconds(6);
  next.recovery_codes->sealed = Bytes(1'000, std::byte{0xff});
  next.recovery_codes->count = 1;
  next.needed_clients = {"portal", "Kiosk"};
  next.host_ref = "host-ref-1";
  next.setup_completed_at = base_time + seconds(2);
  next.status = AccountStatus::suspended;
  next.role = Role::manager;
  next.addresses.push_back({.address = EmailAddress::parse("second@example.com").value(),
                            .purposes = {AddressPurpose::notification, AddressPurpose::sign_in},
                            .verified_at = std::nullopt,
                            .added_at = base_time + seconds(3),
                            .wanted = {AddressPurpose::designated},
                            .confirmation = trial.id<LinkId>()});
  next.revocable.push_back({.link = trial.id<LinkId>(),
                            .former = EmailAddress::parse("Former@example.com").value(),
                            .until = base_time + seconds(4)});
  next.password->temporary_until = base_time + seconds(5);
  trial.commits("its second version", {PutAccount{.next = next, .expected = 1}});
  next.version = 2;
  trial.expect(found(trial.value(trial.store().find_account(next.id)), next), "every field, at version 2");
  trial.expect(found(trial.value(trial.store().find_account_by_login(next.login)), next), "by its login name");
  trial.expect(found(trial.value(trial.store().find_account_by_host_ref(next.host_ref)), next), "by its host_ref");
  next.password.reset();
  next.pin.reset();
  next.authenticator.reset();
  next.email_codes_since.reset();
  next.recovery_codes.reset();
  next.needed_clients.clear();
  next.locale.reset();
  trial.commits("without its password", {PutAccount{.next = next, .expected = 2}});
  next.version = 3;
  trial.expect(found(trial.value(trial.store().find_account(next.id)), next), "fields that were taken away are gone");
}

void an_account_is_put_at_its_version(Trial& trial) {
  const auto world = trial.world();
  const auto fresh = trial.account(world.organization);
  trial.refuses("version 1 of an absent account", {PutAccount{.next = fresh, .expected = 1}});
  trial.refuses("a new one over a present one", {PutAccount{.next = world.account}});
  trial.refuses("a version ahead", {PutAccount{.next = world.account, .expected = 2}});
  trial.commits("the version that is there", {PutAccount{.next = world.account, .expected = 1}});
  trial.refuses("a version behind", {PutAccount{.next = world.account, .expected = 1}});
}

void an_account_has_an_organization(Trial& trial) {
  const auto world = trial.world();
  auto stray = trial.account(world.organization);
  stray.organization = trial.id<OrganizationId>();
  trial.refuses("an account of an absent organisation", {PutAccount{.next = stray}});
  stray.organization = world.organization.id;
  trial.commits("of a present one", {PutAccount{.next = stray}});
}

void a_login_name_has_one_account(Trial& trial) {
  auto world = trial.world();
  auto other = trial.account(world.organization);
  const auto left = world.account.login;
  other.login = left;
  trial.refuses("a taken login name", {PutAccount{.next = other}});
  other.login = LoginName::parse(left.canonical()).value();
  trial.refuses("a taken login name in other case", {PutAccount{.next = other}});
  world.account.login = LoginName::parse("another.name@acme").value();
  trial.commits("the first takes another", {PutAccount{.next = world.account, .expected = 1}});
  trial.commits("the freed login name", {PutAccount{.next = other}});
  const auto came = trial.value(trial.store().find_account_by_login(left));
  trial.expect(came && came->id == other.id, "the freed login name finds its new account");
  other.login = world.account.login;
  trial.refuses("a move to a taken login name", {PutAccount{.next = other, .expected = 1}});
}

void a_host_ref_has_one_account(Trial& trial) {
  auto world = trial.world();
  auto other = trial.account(world.organization);
  trial.commits("a second account with no host_ref either", {PutAccount{.next = other}});
  world.account.host_ref = "ref-1";
  trial.commits("a host_ref", {PutAccount{.next = world.account, .expected = 1}});
  other.host_ref = "ref-1";
  trial.refuses("a taken host_ref", {PutAccount{.next = other, .expected = 1}});
  trial.commits("the same again by its own account", {PutAccount{.next = world.account, .expected = 2}});
  world.account.host_ref.clear();
  trial.commits("the first drops it", {PutAccount{.next = world.account, .expected = 3}});
  trial.expect(!trial.value(trial.store().find_account_by_host_ref("ref-1")), "a dropped host_ref finds nothing");
  trial.commits("the freed host_ref", {PutAccount{.next = other, .expected = 1}});
  const auto came = trial.value(trial.store().find_account_by_host_ref("ref-1"));
  trial.expect(came && came->id == other.id, "the freed host_ref finds its new account");
}

void addresses_are_shared_and_freed(Trial& trial) {
  auto world = trial.world();
  auto other = trial.account(world.organization);
  const auto shared = world.account.addresses.front().address;
  const auto ids = [&](const EmailAddress& address) {
    std::vector<AccountId> out;
    for (const auto& account : trial.value(trial.store().find_accounts_by_address(address, {})).records) {
      out.push_back(account.id);
    }
    return out;
  };
  const auto own = other.addresses.front().address;
  other.addresses.push_back({.address = EmailAddress::parse(shared.canonical()).value(),
                             .purposes = {AddressPurpose::notification},
                             .verified_at = std::nullopt,
                             .added_at = base_time});
  trial.commits("another account with the same address", {PutAccount{.next = other}});
  trial.expect(ids(shared) == std::vector{world.account.id, other.id},
               "a shared address gives both, verified or not, by ascending id");
  trial.expect(ids(own) == std::vector{other.id}, "an address of one account gives that one");
  other.addresses.pop_back();
  trial.commits("the other drops it", {PutAccount{.next = other, .expected = 1}});
  trial.expect(ids(shared) == std::vector{world.account.id}, "a dropped address no longer gives the account");
}

std::string hash_of(Trial& trial, const AccountId& id) {
  const auto account = trial.value(trial.store().find_account(id));
  return account && account->password ? account->password->hash : "";
}

void a_hash_is_upgraded_from_what_it_was(Trial& trial) {
  const auto world = trial.world();
  const auto old_hash = world.account.password->hash;
  trial.commits("an upgrade from another hash",
                {UpgradeHash{.account = world.account.id, .from = "$other", .to = "$wrong"}});
  trial.expect(hash_of(trial, world.account.id) == old_hash, "an upgrade from another hash has no effect");
  trial.commits("an upgrade of an absent account",
                {UpgradeHash{.account = trial.id<AccountId>(), .from = old_hash, .to = "$wrong"}});
  trial.commits("an upgrade", {UpgradeHash{.account = world.account.id, .from = old_hash, .to = "$new"}});
  trial.expect(hash_of(trial, world.account.id) == "$new", "an upgrade from the stored hash takes effect");
  const auto account = trial.value(trial.store().find_account(world.account.id));
  trial.expect(account && account->version == 1, "an upgrade moves no version");
  auto bare = trial.account(world.organization);
  bare.password.reset();
  trial.commits("an account without a password, and an upgrade from an empty hash",
                {PutAccount{.next = bare}, UpgradeHash{.account = bare.id, .from = "", .to = "$wrong"}});
  const auto came = trial.value(trial.store().find_account(bare.id));
  trial.expect(came && !came->password, "an upgrade makes no password");
}

void hashes_are_counted_by_form(Trial& trial) {
  const auto world = trial.world();
  // Of forms that nobody else has: another process may have accounts of its own in the store meanwhile.
  const auto counts = [&] {
    auto all = trial.value(trial.store().count_password_hashes(), "count_password_hashes");
    std::erase_if(all, [](const HashCount& each) {
      return !each.form.starts_with("$2b$0") && !each.form.starts_with("$pbkdf2-sha1$i=10$");
    });
    return all;
  };
  const auto upgrade = [&](const Account& account, const std::string& from, const std::string& to) {
    trial.commits("an upgrade", {UpgradeHash{.account = account.id, .from = from, .to = to}});
  };
  const std::string salt_and_digest = "8.ezwZIAWJur3fTuUy/ZneNp1nCBoO7CdztZTXyGkrkiHpwiCpGEy";
  upgrade(world.account, world.account.password->hash, "$2b$05$" + salt_and_digest);
  trial.expect(counts() == std::vector<HashCount>{{.form = "$2b$05$53", .count = 1}}, "an upgraded hash has its form");
  auto other = trial.account(world.organization);
  other.password->hash = "$pbkdf2-sha1$i=10$AAAAAAAAAAA$BBBBBBBBBBBBBBBBBBBBBBB";
  auto bare = trial.account(world.organization);
  bare.password.reset();
  trial.commits("an account with another hash, and one without", {PutAccount{.next = other}, PutAccount{.next = bare}});
  const std::vector<HashCount> both{{.form = "$2b$05$53", .count = 1}, {.form = "$pbkdf2-sha1$i=10$11$23", .count = 1}};
  trial.expect(counts() == both, "each form once, by ascending form; an account without password is not counted");
  upgrade(world.account, "$2b$05$other", other.password->hash);
  trial.expect(counts() == both, "an upgrade without effect moves no count");
  upgrade(world.account, "$2b$05$" + salt_and_digest, other.password->hash);
  trial.expect(counts() == std::vector<HashCount>{{.form = "$pbkdf2-sha1$i=10$11$23", .count = 2}},
               "a form that no hash has any more is not there");
  other.password = Password{.id = trial.id<CredentialId>(), .hash = "$2b$06$" + salt_and_digest, .set_at = base_time};
  trial.commits("a new password", {PutAccount{.next = other, .expected = 1}});
  trial.expect(counts() == std::vector<HashCount>{{.form = "$2b$06$53", .count = 1},
                                                  {.form = "$pbkdf2-sha1$i=10$11$23", .count = 1}},
               "a new password is counted by its own form");
  other.password.reset();
  trial.commits("no password any more", {PutAccount{.next = other, .expected = 2}});
  trial.expect(counts() == std::vector<HashCount>{{.form = "$pbkdf2-sha1$i=10$11$23", .count = 1}},
               "a password that is gone is not counted");
}

void an_upgraded_hash_is_never_written_back(Trial& trial) {
  auto world = trial.world();
  const auto old_hash = world.account.password->hash;
  trial.commits("an upgrade", {UpgradeHash{.account = world.account.id, .from = old_hash, .to = "$new"}});
  world.account.display_name = "Another name";
  trial.commits("a put of what was read before", {PutAccount{.next = world.account, .expected = 1}});
  trial.expect(hash_of(trial, world.account.id) == "$new", "a PutAccount with the same password id keeps the hash");
  const auto account = trial.value(trial.store().find_account(world.account.id));
  trial.expect(account && account->display_name == "Another name", "and writes every other field");
  world.account.password = Password{.id = trial.id<CredentialId>(), .hash = "$fresh", .set_at = base_time};
  trial.commits("a new password", {PutAccount{.next = world.account, .expected = 2}});
  trial.expect(hash_of(trial, world.account.id) == "$fresh", "a new password id inherits nothing");
  trial.commits("an upgrade from the old password's hash",
                {UpgradeHash{.account = world.account.id, .from = "$new", .to = "$wrong"}});
  trial.expect(hash_of(trial, world.account.id) == "$fresh", "an upgrade of the old password touches no new one");
}

void an_actor_is_required(Trial& trial) {
  auto world = trial.world();
  const auto session = trial.session(world.account);
  trial.commits("a session", {PutSession{.session = session}});
  const RequireActor actor{.account = world.account.id,
                           .role = world.account.role,
                           .epoch = world.account.epochs.sessions,
                           .session = session.id,
                           .now = session.ends_at - Duration(1)};
  trial.commits("an actor as required", {actor});
  auto other = actor;
  other.account = trial.id<AccountId>();
  trial.refuses("an absent account", {other});
  other = actor;
  other.role = Role::manager;
  trial.refuses("a role below the required one", {other});
  other.role = Role::member;
  trial.refuses("a role above the required one", {other});
  other = actor;
  other.epoch -= 1;
  trial.refuses("an older epoch", {other});
  other.epoch += 2;
  trial.refuses("a newer epoch", {other});
  other = actor;
  other.session = trial.id<SessionId>();
  trial.refuses("an absent session", {other});
  auto stranger = trial.account(world.organization);
  const auto foreign = trial.session(stranger);
  trial.commits("another account and its session", {PutAccount{.next = stranger}, PutSession{.session = foreign}});
  other.session = foreign.id;
  trial.refuses("another account's session", {other});
  other = actor;
  other.now = session.ends_at;
  trial.refuses("a session that has ended", {other});
  Version version = 1;
  for (const auto status : {AccountStatus::invited, AccountStatus::suspended, AccountStatus::removed}) {
    world.account.status = status;
    trial.commits("another status", {PutAccount{.next = world.account, .expected = version++}});
    trial.refuses("an account that is not active", {actor});
  }
  world.account.status = AccountStatus::active;
  trial.commits("active again", {PutAccount{.next = world.account, .expected = version}});
  version = 1;
  for (const auto status : {OrganizationStatus::suspended, OrganizationStatus::removed}) {
    world.organization.status = status;
    trial.commits("another status", {PutOrganization{.next = world.organization, .expected = version++}});
    trial.refuses("an organisation that is not active", {actor});
  }
  world.organization.status = OrganizationStatus::active;
  trial.commits("active again", {PutOrganization{.next = world.organization, .expected = version}});
  trial.commits("an actor as required, again", {actor});
}

void many_accounts_go_into_one_set(Trial& trial) {
  const auto organization = trial.organization();
  const auto count = std::min<std::size_t>(trial.options().accounts, 1000);
  std::vector<Change> changes = {PutOrganization{.next = organization}};
  std::vector<Account> accounts;
  accounts.reserve(count);
  for (std::size_t i = 0; i < count; ++i) {
    accounts.push_back(trial.account(organization));
    changes.emplace_back(PutAccount{.next = accounts.back()});
    changes.emplace_back(
        PutLink{.id = trial.id<LinkId>(), .account = accounts.back().id, .ends_at = base_time + hours(1)});
    changes.emplace_back(PutMailIntent{.mail = trial.mail(accounts.back())});
    changes.emplace_back(trial.event(organization.id));
  }
  auto refused = changes;
  refused.emplace_back(PutAccount{.next = accounts.back()});
  trial.refuses("a set of many accounts whose last change is refused", refused, changes.size());
  trial.commits("a set of many accounts", changes);
  std::size_t found_count = 0;
  for (auto& account : accounts) {
    account.version = 1;
    found_count += found(trial.value(trial.store().find_account_by_login(account.login)), account) ? 1U : 0U;
  }
  trial.expect_count(found_count, count, "accounts of the set");
}

constexpr NamedCheck checks[] = {
    {"PutAccount: every field comes back, with its version", an_account_is_kept_whole},
    {"PutAccount: only at the stored version", an_account_is_put_at_its_version},
    {"PutAccount: only in a present organisation", an_account_has_an_organization},
    {"PutAccount: a login name has one account, and is freed when left", a_login_name_has_one_account},
    {"PutAccount: a host_ref has one account, and is freed when dropped", a_host_ref_has_one_account},
    {"PutAccount: addresses are shared, and freed when dropped", addresses_are_shared_and_freed},
    {"UpgradeHash: takes effect only on the hash it names", a_hash_is_upgraded_from_what_it_was},
    {"count_password_hashes: every hash once, by its form", hashes_are_counted_by_form},
    {"PutAccount: a stale one writes no older hash back", an_upgraded_hash_is_never_written_back},
    {"RequireActor: active account, role, epoch and session", an_actor_is_required},
    {"many accounts go into one set, or none does", many_accounts_go_into_one_set},
};

}  // namespace

std::span<const NamedCheck> account_checks() { return checks; }

}  // namespace ostiary::inline v0::testing::conformance
