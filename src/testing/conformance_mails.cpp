#include <utility>

#include "conformance.hpp"

// PutMailIntent, claim_mail, BeginHandOver and MarkMail.
namespace ostiary::inline v0::testing::conformance {
namespace {

constexpr Instant lease_end = base_time + minutes(5);

MailIntent mail_of(Trial& trial, const MailId& id, const MailIntent& fallback) {
  auto mail = trial.value(trial.store().find_mail(id));
  trial.expect(mail.has_value(), "the mail is there");
  return mail.value_or(fallback);
}

std::vector<MailIntent> claim(Trial& trial, std::size_t limit, Instant now, const LeaseToken& token) {
  return trial.value(patiently([&] { return trial.store().claim_mail(limit, now, now + minutes(5), token); }),
                     "claim_mail");
}

void a_mail_is_queued(Trial& trial) {
  const auto world = trial.world();
  auto mail = trial.mail(world.account);
  mail.parts.front().link = MailLink{.id = trial.id<LinkId>(), .generation = 3, .epoch = 8};
  auto wrong = mail;
  wrong.lease = Lease{.token = trial.id<LeaseToken>(), .until = lease_end};
  trial.refuses("a mail with a lease", {PutMailIntent{.mail = wrong}});
  for (const auto state : {MailState::sending, MailState::sent, MailState::bounced, MailState::failed,
                           MailState::superseded, MailState::voided}) {
    wrong = mail;
    wrong.state = state;
    trial.refuses("a mail that is not queued", {PutMailIntent{.mail = wrong}});
  }
  trial.commits("a mail", {PutMailIntent{.mail = mail}});
  trial.expect(found(trial.value(trial.store().find_mail(mail.id)), mail), "every field comes back");
  trial.refuses("a mail that is present", {PutMailIntent{.mail = mail}});
  auto bare = trial.mail(world.account);
  trial.commits("a mail without a link", {PutMailIntent{.mail = bare}});
  trial.expect(found(trial.value(trial.store().find_mail(bare.id)), bare), "a mail without a link comes back");
}

void a_mail_speaks_of_nobody_who_is_gone(Trial& trial) {
  auto world = trial.world();
  auto other = trial.account(world.organization);
  trial.commits("a second account", {PutAccount{.next = other}});
  auto mail = trial.mail(world.account);
  mail.parts.push_back({.account = other.id, .organization = other.organization});
  for (auto& part : mail.parts) {
    const auto present = std::exchange(part.account, trial.id<AccountId>());
    trial.refuses("a part of an absent account", {PutMailIntent{.mail = mail}});
    part.account = present;
  }
  Version version = 1;
  for (const auto status : {AccountStatus::invited, AccountStatus::active, AccountStatus::suspended}) {
    auto one = mail;
    one.id = trial.id<MailId>();
    other.status = status;
    trial.commits("another status", {PutAccount{.next = other, .expected = version++}});
    trial.commits("a part of an account that is not removed", {PutMailIntent{.mail = one}});
  }
  other.status = AccountStatus::removed;
  trial.commits("the account is removed", {PutAccount{.next = other, .expected = version}});
  trial.refuses("a part of a removed account", {PutMailIntent{.mail = mail}});
  std::ranges::reverse(mail.parts);
  trial.refuses("a part of a removed account, first", {PutMailIntent{.mail = mail}});
  mail.parts.erase(mail.parts.begin());
  trial.commits("a mail of the other alone", {PutMailIntent{.mail = mail}});
  trial.expect_count(trial.value(trial.store().list_mails(other.id, {})).records.size(), 3,
                     "mails of the removed account: those of before");
}

void mails_are_claimed_when_due(Trial& trial) {
  const auto world = trial.world();
  std::vector<MailIntent> mails;
  for (const int due_s : {30, 10, 20, 61}) {
    mails.push_back(trial.mail(world.account));
    mails.back().due_at = base_time + seconds(due_s);
    trial.commits("a mail", {PutMailIntent{.mail = mails.back()}});
  }
  const auto first = trial.id<LeaseToken>();
  trial.expect_count(claim(trial, 10, base_time + seconds(9), first).size(), 0, "mails claimed before any is due");
  trial.expect_count(claim(trial, 0, base_time + seconds(60), first).size(), 0, "mails claimed with limit 0");
  const auto now = base_time + seconds(60);
  const auto two = claim(trial, 2, now, first);
  trial.expect(two.size() == 2 && two[0].id == mails[1].id && two[1].id == mails[2].id,
               "the earliest due come first, no more than the limit");
  auto expected = mails[1];
  expected.lease = Lease{.token = first, .until = now + minutes(5)};
  trial.expect(!two.empty() && same(two[0], expected), "a claim gives the mail under its lease, else unchanged");
  trial.expect(found(trial.value(trial.store().find_mail(mails[1].id)), expected), "the lease is stored");
  const auto rest = claim(trial, 10, now, trial.id<LeaseToken>());
  trial.expect(rest.size() == 1 && rest[0].id == mails[0].id,
               "a leased mail is not claimed again, nor one not yet due");
  const auto due = claim(trial, 10, base_time + seconds(61), trial.id<LeaseToken>());
  trial.expect(due.size() == 1 && due[0].id == mails[3].id, "a mail is claimed from the millisecond on that it is due");
}

void a_lease_ends(Trial& trial) {
  const auto world = trial.world();
  const auto first = trial.id<LeaseToken>();
  const auto second = trial.id<LeaseToken>();
  const auto mail = trial.leased_mail(world.account, first);
  trial.expect_count(claim(trial, 10, lease_end - Duration(1), second).size(), 0,
                     "mails claimed before the lease ends");
  trial.expect_count(claim(trial, 10, lease_end, second).size(), 1, "mails claimed when the lease ends");
  trial.refuses("a hand-over under the lost lease",
                {BeginHandOver{.mail = mail, .lease = first, .until = lease_end + hours(1)}});
  trial.refuses("a mark under the lost lease", {MarkMail{.mail = mail, .lease = first, .state = MailState::sent}});
  trial.commits("a hand-over under the new lease",
                {BeginHandOver{.mail = mail, .lease = second, .until = lease_end + minutes(20)}});
  const auto third = trial.id<LeaseToken>();
  trial.expect_count(claim(trial, 10, lease_end + minutes(19), third).size(), 0, "sending mails claimed under a lease");
  const auto again = claim(trial, 10, lease_end + minutes(20), third);
  trial.expect(again.size() == 1 && again[0].state == MailState::sending && again[0].attempts == 1,
               "a sending mail whose lease has ended is claimed, as it is");
}

void a_hand_over_needs_the_lease(Trial& trial) {
  const auto world = trial.world();
  const auto token = trial.id<LeaseToken>();
  const auto until = base_time + minutes(9);
  const auto unleased = trial.mail(world.account);
  const auto mail = trial.leased_mail(world.account, token);
  trial.commits("a mail that nobody claimed", {PutMailIntent{.mail = unleased}});
  trial.refuses("an absent mail", {BeginHandOver{.mail = trial.id<MailId>(), .lease = token, .until = until}});
  trial.refuses("an unclaimed mail", {BeginHandOver{.mail = unleased.id, .lease = token, .until = until}});
  trial.refuses("an unclaimed mail, with a nil lease", {BeginHandOver{.mail = unleased.id, .until = until}});
  trial.refuses("another's lease", {BeginHandOver{.mail = mail, .lease = trial.id<LeaseToken>(), .until = until}});
  trial.commits("its own lease", {BeginHandOver{.mail = mail, .lease = token, .until = until}});
  auto came = mail_of(trial, mail, unleased);
  trial.expect(came.state == MailState::sending && came.attempts == 1, "sending, one attempt more");
  trial.expect(came.lease && came.lease->token == token && came.lease->until == until, "the lease is renewed");
  trial.commits("again, from sending", {BeginHandOver{.mail = mail, .lease = token, .until = until + minutes(1)}});
  came = mail_of(trial, mail, unleased);
  trial.expect(came.attempts == 2 && came.lease && came.lease->until == until + minutes(1), "a second attempt");
}

void a_hand_over_looks_at_the_account(Trial& trial) {
  auto world = trial.world();
  const auto token = trial.id<LeaseToken>();
  const auto mail = trial.leased_mail(world.account, token);
  const BeginHandOver begin{.mail = mail, .lease = token, .until = lease_end, .parts = {{.account = world.account.id}}};
  Version version = 1;
  for (const auto status : {AccountStatus::suspended, AccountStatus::removed}) {
    world.account.status = status;
    trial.commits("another status", {PutAccount{.next = world.account, .expected = version++}});
    trial.refuses("an account that is suspended or removed", {begin});
  }
  for (const auto status : {AccountStatus::invited, AccountStatus::active}) {
    world.account.status = status;
    trial.commits("another status", {PutAccount{.next = world.account, .expected = version++}});
    trial.commits("an invited or active account", {begin});
  }
}

void a_hand_over_makes_its_link_live(Trial& trial) {
  const auto world = trial.world();
  const auto link = trial.id<LinkId>();
  const auto token = trial.id<LeaseToken>();
  trial.commits("a row of generation 2",
                {PutLink{.id = link, .account = world.account.id, .ends_at = base_time + hours(1)},
                 PutLink{.id = link, .account = world.account.id, .expected = 1, .ends_at = base_time + hours(1)}});
  const auto mail = trial.leased_mail(world.account, token);
  BeginHandOver begin{.mail = mail,
                      .lease = token,
                      .until = lease_end,
                      .parts = {{.account = world.account.id,
                                 .link = LinkHandOver{.id = link,
                                                      .generation = 2,
                                                      .epoch = world.account.epochs.links,
                                                      .expires_at = base_time + hours(24),
                                                      .ends_at = base_time + hours(48),
                                                      .sent_to = world.account.addresses.front().address}}}};
  auto wrong = begin;
  wrong.parts[0].link->id = trial.id<LinkId>();
  trial.refuses("an absent link", {wrong});
  wrong = begin;
  wrong.parts[0].link->generation = 1;
  trial.refuses("a superseded generation", {wrong});
  wrong.parts[0].link->generation = 3;
  trial.refuses("a generation not yet issued", {wrong});
  wrong = begin;
  *wrong.parts[0].link->epoch -= 1;
  trial.refuses("an older epoch than the account's", {wrong});
  *wrong.parts[0].link->epoch += 2;
  trial.refuses("a newer epoch than the account's", {wrong});
  trial.commits("the issued generation", {begin});
  const auto row = trial.value(trial.store().find_link(link)).value_or(Link());
  trial.expect(row.live == 2 && row.issued == 2 && row.used == 0 && row.epoch == world.account.epochs.links &&
                   row.sent_to == world.account.addresses.front().address && row.expires_at == base_time + hours(24) &&
                   row.ends_at == base_time + hours(48),
               "the link's live, epoch, expires_at, ends_at and sent_to are those of the hand-over");
  begin.parts[0].link->expires_at += hours(1);
  trial.commits("a second attempt", {begin});
  trial.expect(trial.value(trial.store().find_link(link)).value_or(Link()).expires_at == base_time + hours(25),
               "a second attempt moves the expiry");
  trial.commits("the link is consumed", {ConsumeLink{.id = link, .generation = 2, .now = base_time}});
  trial.refuses("a used generation", {begin});
  begin.parts[0].link.reset();
  trial.commits("a hand-over without a link", {begin});
}

void a_mail_is_marked_by_its_lease(Trial& trial) {
  const auto world = trial.world();
  const auto token = trial.id<LeaseToken>();
  const auto unleased = trial.mail(world.account);
  const auto mail = trial.leased_mail(world.account, token);
  trial.commits("a mail that nobody claimed", {PutMailIntent{.mail = unleased}});
  const MarkMail retry{
      .mail = mail, .lease = token, .state = MailState::queued, .reason = "smtp-450", .due_at = base_time + hours(2)};
  auto wrong = retry;
  wrong.mail = trial.id<MailId>();
  trial.refuses("an absent mail", {wrong});
  wrong.mail = unleased.id;
  trial.refuses("an unclaimed mail", {wrong});
  wrong.lease = LeaseToken();
  trial.refuses("an unclaimed mail, with a nil lease", {wrong});
  wrong = retry;
  wrong.lease = trial.id<LeaseToken>();
  trial.refuses("another's lease", {wrong});
  trial.commits("its own lease", {retry});
  auto came = mail_of(trial, mail, unleased);
  trial.expect(came.state == MailState::queued && came.reason == "smtp-450" && came.due_at == base_time + hours(2) &&
                   !came.lease && came.attempts == 0,
               "it has the state, reason and due time of the mark, and no lease");
  trial.refuses("a second mark under the lease that is gone", {retry});
  trial.expect_count(claim(trial, 10, base_time + hours(2), token).size(), 2, "mails due again later");
}

void a_mail_that_is_done_with_stays_so(Trial& trial) {
  const auto world = trial.world();
  for (const auto state :
       {MailState::sent, MailState::bounced, MailState::failed, MailState::superseded, MailState::voided}) {
    const auto token = trial.id<LeaseToken>();
    const auto mail = trial.leased_mail(world.account, token);
    trial.commits("a final mark", {MarkMail{.mail = mail, .lease = token, .state = state, .due_at = base_time}});
    const auto came = trial.value(trial.store().find_mail(mail));
    trial.expect(came && came->state == state && !came->lease, "a mail has the state that it was marked with");
    trial.expect_count(claim(trial, 10, base_time + hours(3), trial.id<LeaseToken>()).size(), 0,
                       "mails claimed that are done with");
  }
}

void a_mail_of_many_parts_is_every_account_s(Trial& trial) {
  const auto world = trial.world();
  auto mail = trial.mail(world.account);
  mail.kind = MailKind::reset_password;
  mail.job = trial.id<JobId>();
  mail.client = MailClient{.network = "192.0.2.1", .user_agent = "agent"};
  while (mail.parts.size() < mail_parts_count_max) {
    const auto other = trial.account(world.organization);
    trial.commits("another account", {PutAccount{.next = other}});
    mail.parts.push_back({.account = other.id,
                          .organization = world.organization.id,
                          .link = MailLink{.id = trial.id<LinkId>(), .generation = 1, .epoch = {}}});
  }
  trial.commits("a mail of many parts", {PutMailIntent{.mail = mail}});
  trial.expect(found(trial.value(trial.store().find_mail(mail.id)), mail), "every part comes back");
  for (const auto& part : mail.parts) {
    const auto rows = trial.value(trial.store().list_mails(part.account, {})).records;
    trial.expect(rows.size() == 1 && same(rows[0], mail), "it is in the list of each account");
  }
  trial.expect_count(trial.value(trial.store().list_mails(trial.id<AccountId>(), {})).records.size(), 0,
                     "mails of an account that it does not speak of");
  const auto token = trial.id<LeaseToken>();
  trial.expect_count(claim(trial, 10, base_time, token).size(), 1, "mails claimed, for all parts together");
}

// A hand-over of two accounts, each with a live-to-be link of its own.
BeginHandOver two_parts(Trial& trial, const Account& first, const Account& second, const LeaseToken& token) {
  BeginHandOver begin{.mail = trial.leased_mail(first, token), .lease = token, .until = lease_end};
  for (const auto& account : {first, second}) {
    const auto link = trial.id<LinkId>();
    trial.commits("a link", {PutLink{.id = link,
                                     .account = account.id,
                                     .purpose = LinkPurpose::confirm_address,
                                     .ends_at = base_time + hours(48)}});
    begin.parts.push_back({.account = account.id,
                           .link = LinkHandOver{.id = link,
                                                .generation = 1,
                                                .epoch = account.epochs.links,
                                                .expires_at = base_time + hours(24),
                                                .ends_at = base_time + hours(48),
                                                .sent_to = first.addresses.front().address}});
  }
  return begin;
}

void one_bad_part_refuses_the_hand_over(Trial& trial) {
  const auto world = trial.world();
  auto other = trial.account(world.organization);
  trial.commits("a second account", {PutAccount{.next = other}});
  const auto token = trial.id<LeaseToken>();
  const auto begin = two_parts(trial, world.account, other, token);
  for (std::size_t i = 0; i < 2; ++i) {
    auto wrong = begin;
    wrong.parts[i].account = trial.id<AccountId>();
    trial.refuses("a part of an absent account", {wrong});
    wrong = begin;
    wrong.parts[i].link->generation = 2;
    trial.refuses("a part with a generation that was not issued", {wrong});
    wrong = begin;
    *wrong.parts[i].link->epoch += 1;
    trial.refuses("a part with another epoch than its account's", {wrong});
  }
  other.status = AccountStatus::suspended;
  trial.commits("the second is suspended", {PutAccount{.next = other, .expected = 1}});
  trial.refuses("a part of a suspended account", {begin});
  for (const auto& part : begin.parts) {
    trial.expect(trial.value(trial.store().find_link(part.link->id)).value_or(Link()).live == 0, "no link is live");
  }
  other.status = AccountStatus::active;
  trial.commits("and restored", {PutAccount{.next = other, .expected = 2}});
  trial.commits("a hand-over of two good parts", {begin});
  for (const auto& part : begin.parts) {
    const auto row = trial.value(trial.store().find_link(part.link->id)).value_or(Link());
    trial.expect(row.live == 1 && row.epoch == part.link->epoch && row.sent_to == part.link->sent_to,
                 "each part's link is live");
  }
}

void a_link_without_an_epoch_is_ended_by_none(Trial& trial) {
  auto world = trial.world();
  const auto token = trial.id<LeaseToken>();
  auto begin = two_parts(trial, world.account, world.account, token);
  begin.parts[0].link->epoch.reset();
  ++world.account.epochs.links;
  trial.commits("the account's epoch moves", {PutAccount{.next = world.account, .expected = 1}});
  trial.refuses("a part of the epoch before", {begin});
  begin.parts.pop_back();
  trial.commits("a part without an epoch", {begin});
  const auto id = begin.parts[0].link->id;
  const auto row = trial.value(trial.store().find_link(id)).value_or(Link());
  trial.expect(row.live == 1 && !row.epoch.has_value(), "its link is live and has no epoch");
  begin.parts[0].link->epoch = world.account.epochs.links;
  begin.parts[0].link->sent_to = EmailAddress::parse("Another@example.com").value();
  trial.commits("handed over again with an epoch, to another address", {begin});
  const auto again = trial.value(trial.store().find_link(id)).value_or(Link());
  trial.expect(
      again.epoch == world.account.epochs.links && again.sent_to && again.sent_to->as_typed() == "Another@example.com",
      "the link has the epoch and the address of the last hand-over");
}

void a_mail_bounces_once_it_is_out(Trial& trial) {
  const auto world = trial.world();
  const auto put = [&] {
    const auto mail = trial.mail(world.account);
    trial.commits("a mail", {PutMailIntent{.mail = mail}});
    return mail.id;
  };
  const auto bounce = [](const MailId& mail) { return BounceMail{.mail = mail, .reason = "smtp-550"}; };
  trial.refuses("an absent mail", {bounce(trial.id<MailId>())});
  trial.refuses("a queued mail", {bounce(put())});
  for (const auto state :
       {MailState::sent, MailState::sending, MailState::failed, MailState::superseded, MailState::voided}) {
    const auto token = trial.id<LeaseToken>();
    const auto mail = trial.leased_mail(world.account, token);
    if (state == MailState::sent || state == MailState::sending) {
      trial.commits("it is with the mailer", {BeginHandOver{.mail = mail, .lease = token, .until = lease_end}});
      trial.refuses("a mail in a worker's hands", {bounce(mail)});
    }
    trial.commits("a mark", {MarkMail{.mail = mail, .lease = token, .state = state, .due_at = base_time}});
    if (state != MailState::sent && state != MailState::sending) {
      trial.refuses("a mail that never left", {bounce(mail)});
      continue;
    }
    trial.commits("a mail that left", {bounce(mail)});
    const auto came = mail_of(trial, mail, trial.mail(world.account));
    trial.expect(came.state == MailState::bounced && came.reason == "smtp-550" && came.attempts == 1 && !came.lease,
                 "it is bounced, with the reason");
    trial.refuses("a mail that bounced already", {bounce(mail)});
  }
}

constexpr NamedCheck checks[] = {
    {"PutMailIntent: absent, queued, without a lease; every field comes back", a_mail_is_queued},
    {"PutMailIntent: of accounts that are present and not removed", a_mail_speaks_of_nobody_who_is_gone},
    {"claim_mail: the earliest due, each under one lease", mails_are_claimed_when_due},
    {"claim_mail: again when the lease has ended, and the old lease is worth nothing", a_lease_ends},
    {"BeginHandOver: only under the mail's lease", a_hand_over_needs_the_lease},
    {"BeginHandOver: not for a suspended or removed account", a_hand_over_looks_at_the_account},
    {"BeginHandOver: the issued, unused link of the account's epoch becomes live", a_hand_over_makes_its_link_live},
    {"PutMailIntent: a mail of many parts is in each account's list", a_mail_of_many_parts_is_every_account_s},
    {"BeginHandOver: one part that misses refuses them all", one_bad_part_refuses_the_hand_over},
    {"BeginHandOver: a link without an epoch is ended by none", a_link_without_an_epoch_is_ended_by_none},
    {"BounceMail: a mail that left, in nobody's hands", a_mail_bounces_once_it_is_out},
    {"MarkMail: only under the mail's lease", a_mail_is_marked_by_its_lease},
    {"claim_mail: never a mail that is done with", a_mail_that_is_done_with_stays_so},
};

}  // namespace

std::span<const NamedCheck> mail_checks() { return checks; }

}  // namespace ostiary::inline v0::testing::conformance
