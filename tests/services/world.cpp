#include "services/world.hpp"

#include <algorithm>
#include <charconv>

namespace ostiary::test {

std::shared_ptr<const KeyRing> make_ring(std::uint32_t current) {
  std::vector<Key> keys;
  for (std::uint32_t id = 1; id <= current; ++id) {
    SecretBytes secret(32);
    std::ranges::fill(secret.writable(), static_cast<std::byte>(0xa0 + id));
    keys.push_back({.id = id, .secret = std::move(secret)});
  }
  return KeyRing::create(current, std::move(keys)).value();
}

HashingPolicy weak_hashing() {
  return {.argon2 = {.memory_kib = 64, .passes = 1},
          .arena_count = 4,
          .wait_max = std::chrono::seconds(30),
          .insecurely_allow_weak_parameters = true};
}

ClientContext client(std::string_view address) {
  return {.network = ClientNetwork::parse(address).value(), .client_id = "portal", .user_agent = "test browser"};
}

std::string decode_quoted_printable(const std::string& message) {
  std::string text;
  for (std::size_t i = 0; i < message.size(); ++i) {
    if (message[i] != '=') {
      text += message[i];
    } else if (message.compare(i, 3, "=\r\n") == 0) {
      i += 2;
    } else {
      int code = 0;
      std::from_chars(message.data() + i + 1, message.data() + std::min(i + 3, message.size()), code, 16);
      text += static_cast<char>(code);
      i += 2;
    }
  }
  return text;
}

std::string token_in(const std::string& message) {
  const auto text = decode_quoted_printable(message);
  const auto at = text.find("token=");
  return at == std::string::npos ? std::string() : text.substr(at + 6, link_token_length);
}

std::vector<std::string> tokens_in(const std::string& message) {
  const auto text = decode_quoted_printable(message);
  std::vector<std::string> tokens;
  for (auto at = text.find("token="); at != std::string::npos; at = text.find("token=", at + 1)) {
    auto token = text.substr(at + 6, link_token_length);
    if (std::ranges::find(tokens, token) == tokens.end()) {
      tokens.push_back(std::move(token));
    }
  }
  return tokens;
}

World::World(const Policies& policies, std::unique_ptr<Store> other_store)
    : owned_store(std::move(other_store)),
      store(owned_store ? *owned_store : memory),
      real_hasher(StandardPasswordHasher::create(weak_hashing(), random).value()),
      hasher(*real_hasher),
      keys(make_ring()),
      env{.store = store,
          .clock = clock,
          .random = random,
          .hasher = hasher,
          .keys = keys,
          .observer = &observer,
          .policies = policies},
      organizations(env),
      account_admin(env),
      setup(env),
      sign_in(env),
      sessions(env),
      credentials(env),
      outbox(env, {.mailer = mailer,
                   .renderer = renderer,
                   .links = links,
                   .from = EmailAddress::parse("portal@portal.example").value()}),
      recovery(env),
      housekeeping(env) {}

OrganizationCreated World::found(const std::string& domain) {
  const NewOrganization request{
      .domain = domain,
      .name = "Maple Dental",
      .support_contact = "extension 611",
      .manager = {.extension = "100", .display_name = "Mara Lindqvist", .email = "mara@" + domain + ".example"}};
  return std::get<OrganizationCreated>(organizations.create_organization(host(), request).value());
}

std::string World::deliver() {
  REQUIRE(outbox.deliver(100).has_value());
  const auto mails = mailer.mails();
  std::string token;
  for (auto mail = mails.rbegin(); mail != mails.rend() && token.empty(); ++mail) {
    token = token_in(mail->message);
  }
  return token;
}

SetupOutcome World::redeem(const std::string& token, const std::string& password, const std::string& pin) {
  return setup
      .redeem({.token = token,
               .password = SecretString(password),
               .confirmation = SecretString(password),
               .pin = SecretString(pin),
               .client = client()})
      .value();
}

OrganizationCreated World::found_active(const std::string& domain) {
  auto created = found(domain);
  REQUIRE(std::holds_alternative<SetupCompleted>(redeem(deliver())));
  return created;
}

AccountId World::add_active(const OrganizationId& organization, const std::string& extension, Role role) {
  const auto invited = std::get<Invited>(organizations
                                             .invite(host(), organization,
                                                     {.extension = extension,
                                                      .display_name = "Member " + extension,
                                                      .email = "m" + extension + "@acme.example",
                                                      .role = role})
                                             .value());
  // The notice of an earlier setup may still be due: the welcome mail is the newest.
  REQUIRE(std::holds_alternative<SetupCompleted>(redeem(deliver())));
  return invited.account;
}

SignInOutcome World::try_sign_in(std::string_view login, const std::string& password, std::string_view address,
                                 std::string_view device_cookie) {
  const SecretString typed(password);
  return sign_in
      .with_password(
          {.login_name = login, .password = typed, .client = client(address), .device_cookie = device_cookie})
      .value();
}

SignInSuccess World::signed_in(std::string_view login, const std::string& password) {
  auto outcome = try_sign_in(login, password);
  REQUIRE(std::holds_alternative<SignInSuccess>(outcome));
  return std::get<SignInSuccess>(std::move(outcome));
}

Actor World::manager(std::string_view login) {
  return Actor::in_view(signed_in(login).who, View::manage_organization).value();
}

void World::alter(const AccountId& id, const std::function<void(Account&)>& change) {
  auto next = account(id);
  const auto version = next.version;
  change(next);
  auto fresh = Fresh::draw(random, clock.now()).value();
  const ChangeSet set{
      .id = fresh.id<ChangeId>(), .at = clock.now(), .changes = {PutAccount{.next = next, .expected = version}}};
  REQUIRE(std::holds_alternative<Committed>(store.commit(set).value()));
}

MailId World::put_link(const AccountId& id, MailKind kind, LinkPurpose purpose) {
  auto fresh = Fresh::draw(random, clock.now()).value();
  const auto owner = account(id);
  const auto linked = make_linked_mail(kind, purpose, store.find_link_of(id, purpose).value(), owner,
                                       store.find_organization(owner.organization).value().value(), env.policies.mail,
                                       fresh, clock.now());
  const ChangeSet set{
      .id = fresh.id<ChangeId>(), .at = clock.now(), .changes = {linked.link, PutMailIntent{linked.mail}}};
  REQUIRE(std::holds_alternative<Committed>(store.commit(set).value()));
  return linked.mail.id;
}

std::vector<std::string> World::kinds(const std::optional<OrganizationId>& stream) {
  std::vector<std::string> out;
  PageRequest request{.limit = PageRequest::limit_max};
  do {
    const auto page = store.list_audit(stream, request).value();
    for (const auto& row : page.records) {
      std::string line(audit_kind_name(row.event.kind));
      if (!row.event.reason.empty()) {
        line += ":" + row.event.reason;
      }
      out.push_back(std::move(line));
    }
    request.after = page.next;
  } while (!request.after.empty());
  return out;
}

}  // namespace ostiary::test
