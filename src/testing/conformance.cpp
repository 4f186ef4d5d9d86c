#include "conformance.hpp"

namespace ostiary::inline v0::testing::conformance {
namespace {

// The kit's own names parse by construction; should one not, reading the value ends the process.
EmailAddress address_of(const std::string& word) { return EmailAddress::parse(word + "@example.com").value(); }

}  // namespace

std::string Sent::text() const {
  if (error) {
    return "the error \"" + error.message() + "\"";
  }
  return refused ? "Refused{" + std::to_string(*refused) + "}" : "Committed";
}

Sent send(Store& store, const ChangeSet& set) {
  const auto answer = patiently([&] { return store.commit(set); });
  if (answer.has_error()) {
    return {.error = answer.assume_error()};
  }
  if (const auto* refused = std::get_if<Refused>(&answer.assume_value())) {
    return {.refused = refused->index};
  }
  return {};
}

Trial::Trial(const StoreFactory& stores, const ConformanceOptions& options)
    : stores_(stores), options_(options), store_(stores.fresh ? stores.fresh() : nullptr) {
  if (store_ && stores.another) {
    second_ = stores.another();
  }
}

bool Trial::reopen() {
  if (!stores_.another) {
    return false;
  }
  store_.reset();
  second_.reset();
  store_ = stores_.another();
  if (!store_) {
    fail("the factory's `another` gave no handle");
  }
  return store_ != nullptr;
}

void Trial::expect(bool holds, std::string_view what) {
  if (!holds) {
    fail("expected: " + std::string(what));
  }
}

void Trial::expect_count(std::size_t came, std::size_t expected, std::string_view what) {
  if (came != expected) {
    fail(std::string(what) + ": expected " + std::to_string(expected) + ", came " + std::to_string(came));
  }
}

bool Trial::commits(std::string_view what, std::vector<Change> changes) {
  const auto sent_set = set(std::move(changes));
  const auto first = send(store(), sent_set);
  if (!first.committed()) {
    fail(std::string(what) + ": expected Committed, came " + first.text());
    return false;
  }
  if (const auto again = send(store(), sent_set); !again.committed()) {
    fail(std::string(what) + ": a repeated ChangeId: expected Committed, came " + again.text());
  }
  return true;
}

void Trial::refuses(std::string_view what, std::vector<Change> changes, std::size_t index) {
  const auto canary = event(std::nullopt);
  changes.insert(changes.begin(), canary);
  const auto sent_set = set(std::move(changes));
  for (const std::string_view which : {"", ", sent again"}) {
    const auto sent = send(store(), sent_set);
    if (sent.error || sent.refused != index + 1) {
      fail(std::string(what) + std::string(which) + ": expected Refused{" + std::to_string(index + 1) + "}, came " +
           sent.text());
    }
  }
  expect(!has_system_event(canary.event.id), std::string(what) + ": the refused set wrote nothing");
}

void Trial::needs_order(std::string_view what, const std::vector<Change>& changes) {
  refuses(std::string(what) + ", in reverse", {changes.rbegin(), changes.rend()});
  commits(what, changes);
}

bool Trial::has_system_event(const AuditId& id) {
  const auto rows = walk<AuditRow>(
      *this, [&](const PageRequest& page) { return store().list_audit(std::nullopt, page); }, PageRequest::limit_max,
      "list_audit of the system's stream");
  return std::ranges::any_of(rows, [&](const AuditRow& row) { return row.event.id == id; });
}

Organization Trial::organization() {
  const auto word = next_word();
  return {.id = id<OrganizationId>(),
          .domain = Domain::parse("Domain-" + word).value(),
          .name = "Maple Dental " + word,
          .status = OrganizationStatus::active,
          .extension_alphabet = ExtensionAlphabet::letters_digits,
          .locale = Locale::parse("fr-CA").value(),
          .support_contact = "desk " + word,
          .active_managers = 3,
          .created_at = base_time};
}

Account Trial::account(const Organization& organization) {
  const auto word = next_word();
  return {.id = id<AccountId>(),
          .organization = organization.id,
          .login = LoginName::make("X" + word, organization.domain, ExtensionAlphabet::letters_digits).value(),
          .status = AccountStatus::active,
          .role = Role::supervisor,
          .display_name = "Name " + word,
          .addresses = {{.address = address_of("First." + word),
                         .purposes = {AddressPurpose::designated, AddressPurpose::recovery},
                         .verified_at = base_time,
                         .added_at = base_time}},
          .password = Password{.id = id<CredentialId>(), .hash = "$hash$of$" + word, .set_at = base_time},
          .authenticator = Authenticator{.id = id<CredentialId>(),
                                         .sealed = Bytes(48, std::byte{0xa5}),
                                         .enrolled_at = base_time,
                                         .accepted_step = 1'000},
          .recovery_codes = RecoveryCodes{.id = id<CredentialId>(),
                                          .sealed = Bytes(200, std::byte{0}),
                                          .count = recovery_codes_count_max,
                                          .made_at = base_time,
                                          .used = 0b100},
          .epochs = {.sessions = 7, .links = 8, .devices = 9},
          .created_at = base_time};
}

Session Trial::session(const Account& account) {
  return {.id = id<SessionId>(),
          .account = account.id,
          .digest = next<32>(),
          .epoch = account.epochs.sessions,
          .client_id = "portal",
          .network = "192.0.2.1",
          .user_agent = "agent " + next_word(),
          .created_at = base_time,
          .authenticated_at = base_time,
          .proved_at = base_time + seconds(1),
          .last_seen_at = base_time,
          .ends_at = base_time + hours(12)};
}

Device Trial::device(const Account& account) {
  return {.id = id<DeviceId>(),
          .account = account.id,
          .epoch = account.epochs.devices,
          .network = "192.0.2.1",
          .user_agent = "agent " + next_word(),
          .created_at = base_time,
          .last_seen_at = base_time,
          .ends_at = base_time + hours(180 * 24)};
}

MailIntent Trial::mail(const Account& account) {
  return {.id = id<MailId>(),
          .kind = MailKind::welcome,
          .parts = {{.account = account.id, .organization = account.organization}},
          .to = account.addresses.front().address,
          .locale = Locale::parse("fr").value(),
          .created_at = base_time,
          .give_up_at = base_time + hours(72),
          .ends_at = base_time + hours(1000),
          .due_at = base_time};
}

RecoveryRequest Trial::recovery_request() {
  const auto word = next_word();
  return {.id = id<RecoveryRequestId>(),
          .kind = RecoveryKind::login_names,
          .address = address_of("Somebody." + word),
          .client = {.network = "192.0.2.9", .user_agent = "agent " + word},
          .created_at = base_time,
          .ends_at = base_time + hours(1)};
}

Job Trial::job(const Organization& organization) {
  return {.id = id<JobId>(),
          .organization = organization.id,
          .state = JobState::paused,
          .planned_by = "staff " + next_word(),
          .items = 9,
          .items_to_send = 8,
          .batches_done = 7,
          .items_done = 6,
          .mails = 5,
          .created_at = base_time,
          .ends_at = base_time + hours(1000)};
}

AppendAudit Trial::event(const std::optional<OrganizationId>& stream) {
  AppendAudit append;
  append.event = {.id = id<AuditId>(),
                  .at = base_time,
                  .organization = stream,
                  .kind = AuditKind::account_invited,
                  .actor_kind = AuditActorKind::staff,
                  .actor_name = "staff " + next_word(),
                  .actor_reason = "asked by phone",
                  .subject = id<AccountId>(),
                  .reason = "invited",
                  .network = "192.0.2.7",
                  .client_id = "portal",
                  .count = 4};
  append.mac = {.key_id = 5, .value = next<32>()};
  return append;
}

World Trial::world() {
  const auto home = organization();
  World world{.organization = home, .account = account(home)};
  commits("an organisation and an account",
          {PutOrganization{.next = world.organization}, PutAccount{.next = world.account}});
  world.organization.version = 1;
  world.account.version = 1;
  return world;
}

LinkId Trial::live_link(const Account& account, Instant expires_at) {
  const auto link = id<LinkId>();
  const auto token = id<LeaseToken>();
  const auto ends_at = base_time + hours(1000);
  commits("a link's row", {PutLink{.id = link, .account = account.id, .ends_at = ends_at}});
  const auto mail = leased_mail(account, token);
  commits("a hand-over with a link",
          {BeginHandOver{.mail = mail,
                         .lease = token,
                         .until = base_time + minutes(5),
                         .parts = {{.account = account.id,
                                    .link = LinkHandOver{.id = link,
                                                         .generation = 1,
                                                         .epoch = account.epochs.links,
                                                         .expires_at = expires_at,
                                                         .ends_at = ends_at,
                                                         .sent_to = account.addresses.front().address}}}},
           MarkMail{.mail = mail, .lease = token, .state = MailState::sent, .due_at = base_time}});
  return link;
}

MailId Trial::leased_mail(const Account& account, const LeaseToken& token) {
  auto intent = mail(account);
  intent.due_at = base_time - hours(1);  // earlier than any other mail of a check
  commits("a mail", {PutMailIntent{.mail = intent}});
  const auto claimed =
      value(patiently([&] { return store().claim_mail(1, base_time, base_time + minutes(5), token); }), "claim_mail");
  expect(claimed.size() == 1 && claimed.front().id == intent.id, "claim_mail leases the mail that is due");
  return intent.id;
}

bool same(const Organization& a, const Organization& b) { return a.version == b.version && encode(a) == encode(b); }

bool same(const Account& a, const Account& b) { return a.version == b.version && encode(a) == encode(b); }

bool same(const Session& a, const Session& b) {
  return a.epoch == b.epoch && a.proved_at == b.proved_at && a.last_seen_at == b.last_seen_at && encode(a) == encode(b);
}

bool same(const Device& a, const Device& b) {
  return a.last_seen_at == b.last_seen_at && a.ends_at == b.ends_at && encode(a) == encode(b);
}

namespace {

bool same(const std::optional<Lease>& a, const std::optional<Lease>& b) {
  return a.has_value() == b.has_value() && (!a || (a->token == b->token && a->until == b->until));
}

bool same(const AuditMac& a, const AuditMac& b) { return a.key_id == b.key_id && a.value == b.value; }

}  // namespace

bool same(const MailIntent& a, const MailIntent& b) {
  return same(a.lease, b.lease) && a.state == b.state && a.attempts == b.attempts && a.due_at == b.due_at &&
         a.reason == b.reason && encode(a) == encode(b);
}

bool same(const RecoveryRequest& a, const RecoveryRequest& b) {
  return same(a.lease, b.lease) && encode(a) == encode(b);
}

bool same(const Job& a, const Job& b) { return a.version == b.version && encode(a) == encode(b); }

bool same(const AuditRow& a, const AuditRow& b) {
  return same(a.mac, b.mac) && a.block == b.block && encode(a.event) == encode(b.event);
}

bool same(const AuditBlockRow& a, const AuditBlockRow& b) {
  return same(a.mac, b.mac) && encode(a.block) == encode(b.block);
}

}  // namespace ostiary::inline v0::testing::conformance
