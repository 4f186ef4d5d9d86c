#include "conformance.hpp"

// PutLink, ConsumeLink and ConsumeOnce.
namespace ostiary::inline v0::testing::conformance {
namespace {

Link link_of(Trial& trial, const LinkId& id) {
  const auto link = trial.value(trial.store().find_link(id));
  trial.expect(link.has_value(), "the link is there");
  return link.value_or(Link());
}

void a_link_is_issued(Trial& trial) {
  const auto world = trial.world();
  const auto id = trial.id<LinkId>();
  trial.commits("a new row", {PutLink{.id = id, .account = world.account.id, .ends_at = base_time + hours(2)}});
  auto link = link_of(trial, id);
  trial.expect(link.id == id && link.account == world.account.id && link.purpose == LinkPurpose::setup,
               "the row is the account's, of its purpose");
  trial.expect(link.issued == 1 && link.live == 0 && link.used == 0 && !link.epoch, "issued 1, not live, not used");
  trial.expect(link.ends_at == base_time + hours(2), "its end is the one given");
  const auto of = trial.value(trial.store().find_link_of(world.account.id, LinkPurpose::setup));
  trial.expect(of && of->id == id && of->issued == 1, "it is found by account and purpose");
  const auto raise = [&](Generation expected, Instant ends_at) {
    return PutLink{.id = id, .account = world.account.id, .expected = expected, .ends_at = ends_at};
  };
  trial.commits("a raise with an earlier end", {raise(1, base_time + hours(1))});
  link = link_of(trial, id);
  trial.expect(link.issued == 2 && link.ends_at == base_time + hours(2), "issued 2; the later end stays");
  trial.commits("a raise with a later end", {raise(2, base_time + hours(3))});
  link = link_of(trial, id);
  trial.expect(link.issued == 3 && link.ends_at == base_time + hours(3), "issued 3; the later end is taken");
}

void a_link_is_put_at_its_generation(Trial& trial) {
  const auto world = trial.world();
  const auto id = trial.id<LinkId>();
  const auto put = [&](Generation expected) {
    return PutLink{.id = id, .account = world.account.id, .expected = expected, .ends_at = base_time + hours(1)};
  };
  trial.refuses("a raise of an absent row", {put(1)});
  trial.commits("a new row", {put(0)});
  trial.refuses("a new row over a present one", {put(0)});
  trial.refuses("a raise from a generation ahead", {put(2)});
  trial.commits("a raise from the generation that is there", {put(1)});
  trial.refuses("a raise from a generation behind", {put(1)});
  for (const auto purpose : {LinkPurpose::reset, LinkPurpose::factor_code}) {
    auto first = put(0);
    first.id = trial.id<LinkId>();
    first.purpose = purpose;
    trial.commits("a row of another purpose", {first});
    const auto of = trial.value(trial.store().find_link_of(world.account.id, purpose));
    trial.expect(of && of->id == first.id && of->purpose == purpose, "it is found by its purpose");
    first.id = trial.id<LinkId>();
    trial.refuses("a second row of that purpose", {first});
  }
  auto second = put(0);
  second.id = trial.id<LinkId>();
  trial.refuses("a second row of one account and purpose", {second});
  trial.expect(!trial.value(trial.store().find_link(second.id)), "the second row is not there");
  auto stray = put(0);
  stray.id = trial.id<LinkId>();
  stray.account = trial.id<AccountId>();
  trial.refuses("a row of an absent account", {stray});
}

void a_removed_account_gets_no_link(Trial& trial) {
  auto world = trial.world();
  const PutLink put{.id = trial.id<LinkId>(),
                    .account = world.account.id,
                    .purpose = LinkPurpose::confirm_address,
                    .ends_at = base_time + hours(1)};
  Version version = 1;
  for (const auto status : {AccountStatus::invited, AccountStatus::active, AccountStatus::suspended}) {
    world.account.status = status;
    auto fresh = put;
    fresh.id = trial.id<LinkId>();
    trial.commits("another status", {PutAccount{.next = world.account, .expected = version++}});
    trial.commits("a row of an account that is not removed", {fresh});
  }
  world.account.status = AccountStatus::removed;
  trial.commits("the account is removed", {PutAccount{.next = world.account, .expected = version}});
  trial.refuses("a row of a removed account", {put});
}

void a_link_is_given_back(Trial& trial) {
  const auto world = trial.world();
  const auto id = trial.live_link(world.account);
  const auto former = link_of(trial, id);
  const auto ends_at = base_time + hours(2000);
  trial.commits("a raise", {PutLink{.id = id, .account = world.account.id, .expected = 1, .ends_at = base_time}});
  const auto token = trial.id<LeaseToken>();
  const BeginHandOver begin{
      .mail = trial.leased_mail(world.account, token),
      .lease = token,
      .until = base_time + minutes(5),
      .parts = {{.account = world.account.id,
                 .link = LinkHandOver{.id = id,
                                      .generation = 2,
                                      .expires_at = base_time + hours(30),
                                      .ends_at = ends_at,
                                      .sent_to = EmailAddress::parse("New@example.com").value()}}}};
  const RestoreLink restore{.id = id,
                            .generation = 2,
                            .live = 1,
                            .epoch = former.epoch,
                            .expires_at = former.expires_at,
                            .sent_to = former.sent_to};
  auto absent = restore;
  absent.id = trial.id<LinkId>();
  auto other = restore;
  other.generation = 3;
  other.live = 2;
  trial.commits("an absent link, and a generation that is not live", {absent, other});
  trial.expect(!trial.value(trial.store().find_link(absent.id)) && link_of(trial, id).live == 1, "which do nothing");
  trial.commits("a hand-over, and what takes it back", {begin, restore});
  const auto link = link_of(trial, id);
  trial.expect(link.live == 1 && link.epoch == former.epoch && link.expires_at == former.expires_at &&
                   link.sent_to == former.sent_to,
               "live, epoch, expires_at and sent_to are the former ones");
  trial.expect(link.issued == 2 && link.used == 0 && link.ends_at == ends_at, "and all else stays");
  trial.commits("the link that works again is consumed", {ConsumeLink{.id = id, .generation = 1, .now = base_time}});
  trial.commits("the newer one is handed over after all", {begin});
  trial.commits("and consumed, and then given back",
                {ConsumeLink{.id = id, .generation = 2, .now = base_time}, restore});
  trial.expect(link_of(trial, id).live == 2 && link_of(trial, id).used == 2, "a used generation stays");
}

void some_purposes_have_many_rows(Trial& trial) {
  const auto world = trial.world();
  const auto put = [&](LinkPurpose purpose) {
    return PutLink{
        .id = trial.id<LinkId>(), .account = world.account.id, .purpose = purpose, .ends_at = base_time + hours(1)};
  };
  for (const auto purpose : {LinkPurpose::setup, LinkPurpose::reset}) {
    const auto first = put(purpose);
    trial.commits("a row of the purpose", {first});
    trial.refuses("a second row of a purpose that has one", {put(purpose)});
    const auto of = trial.value(trial.store().find_link_of(world.account.id, purpose));
    trial.expect(of && of->id == first.id && of->purpose == purpose, "each purpose finds its own row");
  }
  for (const auto purpose : {LinkPurpose::confirm_address, LinkPurpose::revoke_address_change}) {
    const auto first = put(purpose);
    auto second = put(purpose);
    trial.commits("two rows of a purpose that has many", {first, second});
    second.expected = 1;
    trial.commits("one of them is raised", {second});
    trial.expect(link_of(trial, first.id).issued == 1 && link_of(trial, second.id).issued == 2,
                 "each row has generations of its own");
    trial.expect(link_of(trial, first.id).purpose == purpose, "and its purpose");
  }
  auto again = put(LinkPurpose::reset);
  again.account = trial.account(world.organization).id;
  trial.refuses("a row of an absent account", {again});
}

void a_raise_leaves_the_live_link(Trial& trial) {
  const auto world = trial.world();
  const auto id = trial.live_link(world.account);
  trial.commits("a raise", {PutLink{.id = id, .account = world.account.id, .expected = 1, .ends_at = base_time}});
  auto link = link_of(trial, id);
  trial.expect(link.issued == 2 && link.live == 1 && link.used == 0, "the live generation stays until a hand-over");
  trial.expect(link.epoch == world.account.epochs.links && link.expires_at == base_time + hours(24),
               "so do its epoch and its expiry");
  trial.commits("the live link is consumed", {ConsumeLink{.id = id, .generation = 1, .now = base_time}});
  trial.commits("another raise", {PutLink{.id = id, .account = world.account.id, .expected = 2, .ends_at = base_time}});
  link = link_of(trial, id);
  trial.expect(link.issued == 3 && link.used == 1 && link.live == 1, "a raise leaves what is used");
}

void a_link_is_consumed_once(Trial& trial) {
  const auto world = trial.world();
  const auto id = trial.live_link(world.account);
  const ConsumeLink consume{.id = id, .generation = 1, .now = base_time};
  auto wrong = consume;
  wrong.id = trial.id<LinkId>();
  trial.refuses("an absent link", {wrong});
  wrong = consume;
  wrong.generation = 2;
  trial.refuses("a generation that is not live yet", {wrong});
  wrong.generation = 0;
  trial.refuses("generation 0", {wrong});
  wrong = consume;
  wrong.now = base_time + hours(24);
  trial.refuses("the instant of its expiry", {wrong});
  wrong.now += hours(1);
  trial.refuses("after its expiry", {wrong});
  auto last = consume;
  last.now = base_time + hours(24) - Duration(1);
  trial.commits("the last millisecond before its expiry", {last});
  trial.expect(link_of(trial, id).used == 1, "the generation is used");
  trial.refuses("a used link", {consume});
  trial.refuses("a used link, later", {last});
}

void a_link_not_handed_over_is_not_consumed(Trial& trial) {
  const auto world = trial.world();
  const auto id = trial.id<LinkId>();
  trial.commits("a new row", {PutLink{.id = id, .account = world.account.id, .ends_at = base_time + hours(1)}});
  trial.refuses("the issued generation before any hand-over",
                {ConsumeLink{.id = id, .generation = 1, .now = base_time}});
  trial.refuses("generation 0 before any hand-over",
                {ConsumeLink{.id = id, .generation = 0, .now = base_time - hours(1000000)}});
}

void a_key_is_consumed_once(Trial& trial) {
  const auto key = trial.next<32>();
  trial.commits("a new key", {ConsumeOnce{.key = key, .until = base_time + hours(1)}});
  trial.refuses("a consumed key", {ConsumeOnce{.key = key, .until = base_time + hours(2)}});
  auto near = key;
  near[0] ^= std::byte{1};
  trial.commits("a key that differs in its first bit", {ConsumeOnce{.key = near, .until = base_time + hours(1)}});
  near = key;
  near[31] ^= std::byte{0x80};
  trial.commits("a key that differs in its last byte", {ConsumeOnce{.key = near, .until = base_time + hours(1)}});
  trial.commits("a key with an end in the past", {ConsumeOnce{.key = trial.next<32>(), .until = base_time - hours(1)}});
  ByteArray<32> ended{};
  trial.commits("the key of zeros", {ConsumeOnce{.key = ended, .until = base_time - hours(1)}});
  trial.refuses("an ended key whose row is still there", {ConsumeOnce{.key = ended, .until = base_time + hours(1)}});
}

constexpr NamedCheck checks[] = {
    {"PutLink: the row, its generations and its end", a_link_is_issued},
    {"PutLink: only at the issued generation, one row of an account and purpose", a_link_is_put_at_its_generation},
    {"PutLink: no new row of a removed account", a_removed_account_gets_no_link},
    {"RestoreLink: only what is live and unused", a_link_is_given_back},
    {"PutLink: one row of setup and of reset, many of the other purposes", some_purposes_have_many_rows},
    {"PutLink: leaves what is live and used", a_raise_leaves_the_live_link},
    {"ConsumeLink: present, live, unexpired, and once", a_link_is_consumed_once},
    {"ConsumeLink: not before the hand-over", a_link_not_handed_over_is_not_consumed},
    {"ConsumeOnce: once for each key", a_key_is_consumed_once},
};

}  // namespace

std::span<const NamedCheck> link_checks() { return checks; }

}  // namespace ostiary::inline v0::testing::conformance
