#include "conformance.hpp"

// Organisations, and the look-up of every record by its keys, compared as bytes.
namespace ostiary::inline v0::testing::conformance {
namespace {

void an_empty_store_has_nothing(Trial& trial) {
  auto& store = trial.store();
  const PageRequest page;
  trial.expect(!trial.value(store.find_organization(trial.id<OrganizationId>())), "no organisation");
  trial.expect(!trial.value(store.find_organization_by_domain(Domain::parse("acme").value())), "no domain");
  trial.expect(!trial.value(store.find_account(trial.id<AccountId>())), "no account");
  trial.expect(!trial.value(store.find_account_by_login(LoginName::parse("201@acme").value())), "no login name");
  trial.expect(!trial.value(store.find_account_by_host_ref("ref")), "no host_ref");
  trial.expect(!trial.value(store.find_account_by_host_ref("")), "no account by an empty host_ref");
  trial.expect(!trial.value(store.find_link(trial.id<LinkId>())), "no link");
  trial.expect(!trial.value(store.find_link_of(trial.id<AccountId>(), LinkPurpose::setup)), "no link of an account");
  trial.expect(!trial.value(store.find_session(trial.id<SessionId>())), "no session");
  trial.expect(!trial.value(store.find_device(trial.id<DeviceId>())), "no device");
  trial.expect(!trial.value(store.find_mail(trial.id<MailId>())), "no mail");
  const auto address = EmailAddress::parse("a@example.com").value();
  trial.expect_count(trial.value(store.find_accounts_by_address(address, page)).records.size(), 0, "by address");
  trial.expect_count(trial.value(store.list_sessions(trial.id<AccountId>(), page)).records.size(), 0, "sessions");
  trial.expect_count(trial.value(store.list_devices(trial.id<AccountId>(), page)).records.size(), 0, "devices");
  trial.expect_count(trial.value(store.list_mails(trial.id<AccountId>(), page)).records.size(), 0, "mails");
  trial.expect_count(trial.value(store.list_audit(std::nullopt, page)).records.size(), 0, "system's events");
  trial.expect_count(trial.value(store.list_audit(trial.id<OrganizationId>(), page)).records.size(), 0, "events");
  trial.expect_count(trial.value(store.claim_mail(10, base_time, base_time, trial.id<LeaseToken>())).size(), 0, "due");
  trial.expect(!trial.value(store.find_job(trial.id<JobId>())), "no job");
  trial.expect_count(trial.value(store.list_jobs(trial.id<OrganizationId>(), page)).records.size(), 0, "jobs");
  trial.expect_count(trial.value(store.find_job_batch(trial.id<JobId>(), 0)).size(), 0, "items");
  trial.expect(!trial.value(store.find_audit_head(std::nullopt)), "no block");
  trial.expect(std::ranges::count(trial.value(store.list_unsealed_streams(500)), AuditStream()) == 0,
               "no unsealed event of the system");
  trial.expect_count(
      trial.value(store.claim_recovery_requests(10, base_time, base_time, trial.id<LeaseToken>())).size(), 0,
      "recovery requests");
  const auto kept = trial.value(store.housekeep(base_time, 10));
  trial.expect(kept.deleted == 0 && !kept.more, "nothing to delete");
}

void an_organization_is_kept_whole(Trial& trial) {
  auto next = trial.organization();
  trial.commits("a new organisation", {PutOrganization{.next = next}});
  next.version = 1;
  trial.expect(found(trial.value(trial.store().find_organization(next.id)), next), "every field, at version 1");
  next.name = "Another name";
  next.status = OrganizationStatus::suspended;
  next.active_managers = 1;
  next.factor_required = {{.role = Role::manager, .since = base_time, .grace = hours(336)}};
  next.clients = {{.id = "portal", .name = "Portal"},
                  {.id = "kiosk", .name = "Kiosk at the desk", .factor = FactorSupport::unsupported}};
  trial.commits("its second version", {PutOrganization{.next = next, .expected = 1}});
  next.version = 2;
  trial.expect(found(trial.value(trial.store().find_organization(next.id)), next), "every field, at version 2");
  trial.expect(found(trial.value(trial.store().find_organization_by_domain(next.domain)), next), "by its domain");
}

void an_organization_is_put_at_its_version(Trial& trial) {
  const auto next = trial.organization();
  trial.refuses("version 1 of an absent organisation", {PutOrganization{.next = next, .expected = 1}});
  trial.commits("a new organisation", {PutOrganization{.next = next}});
  trial.refuses("a new one over a present one", {PutOrganization{.next = next}});
  trial.refuses("a version ahead", {PutOrganization{.next = next, .expected = 2}});
  trial.commits("the version that is there", {PutOrganization{.next = next, .expected = 1}});
  trial.refuses("a version behind", {PutOrganization{.next = next, .expected = 1}});
}

void a_domain_has_one_organization(Trial& trial) {
  auto first = trial.organization();
  auto second = trial.organization();
  const auto second_domain = second.domain;
  trial.commits("an organisation", {PutOrganization{.next = first}});
  second.domain = first.domain;
  trial.refuses("its domain for another", {PutOrganization{.next = second}});
  second.domain = Domain::parse(first.domain.canonical()).value();
  trial.refuses("its domain in other case for another", {PutOrganization{.next = second}});
  second.domain = second_domain;
  trial.commits("another domain", {PutOrganization{.next = second}});
  second.domain = first.domain;
  trial.refuses("a move to a taken domain", {PutOrganization{.next = second, .expected = 1}});
  first.domain = Domain::parse("moved-away").value();
  trial.commits("the first moves away", {PutOrganization{.next = first, .expected = 1}});
  trial.commits("the freed domain", {PutOrganization{.next = second, .expected = 1}});
  const auto holder = trial.value(trial.store().find_organization_by_domain(second.domain));
  trial.expect(holder && holder->id == second.id, "the freed domain finds its new organisation");
  trial.expect(!trial.value(trial.store().find_organization_by_domain(second_domain)), "the domain left finds nothing");
}

std::string repeated(std::string_view piece, std::size_t bytes_max) {
  std::string out;
  while (out.size() + piece.size() <= bytes_max) {
    out += piece;
  }
  return out;
}

std::vector<std::string> hostile_texts(std::size_t bytes_max) {
  using namespace std::string_literals;
  return {"'; DROP TABLE account; --",
          R"(100% _under_ \back\ "double" `tick`)",
          "\xF0\x9F\x9A\xAA\xF0\x9F\x94\x91 \xE6\x97\xA5\xE6\x9C\xAC \xC3\xA9",
          "e\xCC\x81 is not \xC3\xA9",
          "null NULL ${x} {{y}} %s%n ?1 :a $1 @b",
          "trailing space ",
          " leading space",
          "nul\0inside"s,
          "\xFF\xFE not UTF-8"s,
          repeated("\xF0\x9F\x9A\xAA", bytes_max)};
}

// What is a code or a PHC string by its contract is printable ASCII, and may be kept in a column that takes no more.
std::string printable(const std::string& text) {
  return std::ranges::all_of(text, [](char c) { return c >= ' ' && c <= '~'; }) ? text : "plain";
}

void texts_come_back_byte_for_byte(Trial& trial) {
  const auto world = trial.world();
  Version version = 1;
  for (const auto& text : hostile_texts(200)) {
    auto next = world.account;
    next.display_name = text;
    next.host_ref = text.substr(0, 64);
    next.password->id = trial.id<CredentialId>();
    next.password->hash = printable(text);
    next.pin = Pin{.sealed = Bytes(as_bytes(text).begin(), as_bytes(text).end()), .set_at = base_time};
    trial.commits("an account with a hostile text", {PutAccount{.next = next, .expected = version}});
    next.version = ++version;
    const auto came = trial.value(trial.store().find_account_by_host_ref(next.host_ref));
    trial.expect(found(came, next), "an account's texts come back, found by host_ref: " + text);
    auto organization = trial.organization();
    organization.name = text;
    organization.support_contact = text;
    trial.commits("an organisation with one", {PutOrganization{.next = organization}});
    organization.version = 1;
    trial.expect(found(trial.value(trial.store().find_organization(organization.id)), organization),
                 "an organisation's texts come back: " + text);
  }
}

void other_texts_come_back_byte_for_byte(Trial& trial) {
  const auto world = trial.world();
  for (const auto& text : hostile_texts(64)) {
    auto session = trial.session(world.account);
    session.client_id = text;
    session.user_agent = text;
    auto append = trial.event(world.organization.id);
    append.event.actor_name = text;
    append.event.reason = printable(text);
    const auto token = trial.id<LeaseToken>();
    const auto mail = trial.leased_mail(world.account, token);
    trial.commits("a session, an event and a mail's mark with a hostile text",
                  {PutSession{.session = session}, append,
                   MarkMail{.mail = mail, .lease = token, .state = MailState::failed, .reason = printable(text)}});
    const auto facts = trial.value(trial.store().find_session(session.id));
    trial.expect(facts && same(facts->session, session), "a session's texts come back: " + text);
    const auto marked = trial.value(trial.store().find_mail(mail));
    trial.expect(marked && marked->reason == printable(text), "a mail's reason comes back: " + text);
    const PageRequest page{.after = {}, .limit = 500};
    const auto rows = trial.value(trial.store().list_audit(world.organization.id, page)).records;
    trial.expect(!rows.empty() && same(rows.back(), {.event = append.event, .mac = append.mac}),
                 "an event's texts come back: " + text);
  }
}

// S334: no collation, no trimming, no case folding beyond what the canonical forms do.
void keys_are_compared_as_bytes(Trial& trial) {
  using namespace std::string_literals;
  auto world = trial.world();
  Version version = 1;
  const std::vector<std::pair<std::string, std::string>> near_misses = {
      {"ref-Abc", "ref-abc"}, {"ref-abc", "ref-abc "}, {"ref-abc ", "ref-abc"},
      {"ref-%", "ref-x"},     {"ref_x", "ref-x"},      {"ref-\xC3\xA9", "ref-e"},
      {"123", "0123"},        {"1e3", "1000"},         {"ref-\xC3\xA9", "ref-e\xCC\x81"},
      {"ref\0a"s, "ref\0b"s}, {"ref\0a"s, "ref"},      {"\xEF\xBD\x85", "e"}};
  for (const auto& [stored, asked] : near_misses) {
    world.account.host_ref = stored;
    trial.commits("a host_ref", {PutAccount{.next = world.account, .expected = version++}});
    trial.expect(trial.value(trial.store().find_account_by_host_ref(stored)).has_value(), "found by: " + stored);
    trial.expect(!trial.value(trial.store().find_account_by_host_ref(asked)), "not found by: " + asked);
    auto other = trial.account(world.organization);
    other.host_ref = asked;
    trial.commits("another account with a host_ref that only looks alike", {PutAccount{.next = other}});
    other.host_ref.clear();
    trial.commits("which it drops", {PutAccount{.next = other, .expected = 1}});
  }
}

void addresses_are_compared_as_bytes(Trial& trial) {
  auto world = trial.world();
  world.account.addresses.front().address = EmailAddress::parse("Jo_e+a@Example.com").value();
  trial.commits("an address", {PutAccount{.next = world.account, .expected = 1}});
  const auto count = [&](std::string_view text) {
    return trial.value(trial.store().find_accounts_by_address(EmailAddress::parse(text).value(), {})).records.size();
  };
  trial.expect_count(count("jo_E+A@example.COM"), 1, "the address in other ASCII case");
  for (const std::string_view other : {"joxe+a@example.com", "jo%e+a@example.com", "jo_e@example.com",
                                       "jo_e+a@example.co", "o_e+a@example.com", "%@example.com"}) {
    trial.expect_count(count(other), 0, "the address " + std::string(other));
  }
}

constexpr NamedCheck checks[] = {
    {"an empty store answers every read with nothing", an_empty_store_has_nothing},
    {"PutOrganization: every field comes back, with its version", an_organization_is_kept_whole},
    {"PutOrganization: only at the stored version", an_organization_is_put_at_its_version},
    {"PutOrganization: a domain has one organisation, and is freed when left", a_domain_has_one_organization},
    {"texts of accounts and organisations come back byte for byte", texts_come_back_byte_for_byte},
    {"texts of sessions, events and mails come back byte for byte", other_texts_come_back_byte_for_byte},
    {"S334: host_refs are compared as bytes", keys_are_compared_as_bytes},
    {"S334: addresses are compared as bytes", addresses_are_compared_as_bytes},
};

}  // namespace

std::span<const NamedCheck> record_checks() { return checks; }

}  // namespace ostiary::inline v0::testing::conformance
