#pragma once

#include <algorithm>
#include <array>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

#include <doctest/doctest.h>
#include <fmt/format.h>

#include <ostiary/base/client_context.hpp>
#include <ostiary/model/fresh.hpp>
#include <ostiary/model/key_ring.hpp>
#include <ostiary/rules/actor.hpp>
#include <ostiary/rules/admin_facts.hpp>
#include <ostiary/rules/session_token.hpp>
#include <ostiary/testing/scripted_random.hpp>

// What the tests of the rules share: one organisation, its people, a time, and a change set as text.
namespace ostiary::test {

inline constexpr Instant noon{std::chrono::milliseconds(1'767'268'800'000)};  // 2026-01-01T12:00Z
inline constexpr std::string_view stored_hash = "$argon2id$v=19$m=19456,t=2,p=1$c2FsdHNhbHQ$aGFzaGhhc2g";

template <class IdType>
IdType id_of(std::uint8_t number) {
  detail::IdBytes bytes{};
  bytes.back() = static_cast<std::byte>(number);
  return IdType(bytes);
}

inline const auto acme_id = id_of<OrganizationId>(1);
inline const auto other_organization_id = id_of<OrganizationId>(2);
inline const auto owner_id = id_of<AccountId>(11);
inline const auto stranger_id = id_of<AccountId>(12);
inline const auto link_id = id_of<LinkId>(21);
inline const auto session_id = id_of<SessionId>(31);

/// fresh is the same randomness for the same seed.
inline Fresh fresh(std::uint64_t seed = 1, Instant at = noon) {
  testing::ScriptedRandom random(seed);
  return Fresh::draw(random, at).value();
}

/// key_ring has the key numbers of `ids`; the secret of a key follows from its number.
inline std::shared_ptr<const KeyRing> key_ring(std::uint32_t current = 1,
                                               std::initializer_list<std::uint32_t> ids = {1}) {
  std::vector<Key> keys;
  for (const auto id : ids) {
    const std::vector<std::byte> secret(32, static_cast<std::byte>(0x40U + id));
    keys.push_back({.id = id, .secret = SecretBytes(secret)});
  }
  return KeyRing::create(current, std::move(keys)).value();
}

inline Organization acme(OrganizationStatus status = OrganizationStatus::active) {
  Organization organization{.id = acme_id, .version = 7, .domain = Domain::parse("acme").value(), .name = "Acme"};
  organization.status = status;
  organization.locale = Locale::parse("fr").value();
  organization.support_contact = "help@acme.example";
  organization.active_managers = 2;
  organization.created_at = noon - std::chrono::days(30);
  return organization;
}

/// admin_facts are those of an account in acme with so many active managers.
inline AdminFacts admin_facts(Account account, std::uint32_t active_managers = 2) {
  auto organization = acme();
  organization.active_managers = active_managers;
  return {.account = std::move(account), .organization = std::move(organization)};
}

/// invited is an account as an invitation leaves it.
inline Account invited(Role role = Role::member) {
  Account account{.id = owner_id, .version = 4, .organization = acme_id, .login = LoginName::parse("201@acme").value()};
  account.role = role;
  account.display_name = "Zoé Bélanger";
  account.addresses.push_back({.address = EmailAddress::parse("zoe@mail.example").value(),
                               .purposes = {AddressPurpose::designated},
                               .added_at = noon - std::chrono::hours(2)});
  account.created_at = noon - std::chrono::hours(2);
  return account;
}

/// active is an account that completed its setup: password and PIN set, epochs of its own.
inline Account active(Role role = Role::member) {
  Account account = invited(role);
  account.status = AccountStatus::active;
  account.password = Password{.id = id_of<CredentialId>(41), .hash = std::string(stored_hash), .set_at = noon};
  account.pin = Pin{.sealed = Bytes(40, std::byte{0x5a}), .set_at = noon};
  account.epochs = {.sessions = 5, .links = 6, .devices = 7};
  account.setup_completed_at = noon;
  return account;
}

/// live_link was mailed once and is good for another hour.
inline Link live_link() {
  return {.id = link_id,
          .account = owner_id,
          .issued = 1,
          .live = 1,
          .epoch = 1,
          .expires_at = noon + std::chrono::hours(1),
          .ends_at = noon + std::chrono::days(31)};
}

inline ClientContext client() {
  return {.network = ClientNetwork::parse("192.0.2.1").value(), .client_id = "portal", .user_agent = "Browser/1.0"};
}

inline SessionFacts session_facts(const Account& account) {
  Session session{.id = session_id, .account = account.id, .epoch = account.epochs.sessions, .client_id = "portal"};
  session.digest.fill(std::byte{0xd1});
  session.created_at = noon - std::chrono::hours(1);
  session.authenticated_at = session.created_at;
  session.last_seen_at = noon - std::chrono::minutes(1);
  session.ends_at = noon + std::chrono::days(29);
  return {.session = session, .account = standing_of(account), .organization = OrganizationStatus::active};
}

inline SessionTicket ticket_of(const SessionFacts& facts) {
  return {.id = facts.session.id, .digest = facts.session.digest};
}

/// signed_in is the proof that `account` holds the session of session_facts.
inline SignedIn signed_in(const Account& account) {
  const auto facts = session_facts(account);
  return std::get<SignedIn>(judge_session(ticket_of(facts), facts, {}, noon));
}

inline Actor manager() { return Actor::in_view(signed_in(active(Role::manager)), View::manage_organization).value(); }
inline Actor staff() { return Actor::staff("Robin", "ticket 42").value(); }
inline Actor host() { return Actor::host("cron").value(); }

/// names_of lists the alternatives of a change set in their order.
inline std::string names_of(const std::vector<Change>& changes) {
  static constexpr std::array names{
      "RequireActor",   "PutOrganization", "PutAccount",   "UpgradeHash", "AdvanceTotpStep",    "ConsumeRecoveryCode",
      "PutLink",        "ConsumeLink",     "ConsumeOnce",  "PutSession",  "TouchSession",       "ProveSession",
      "RestampSession", "EndSession",      "PutDevice",    "TouchDevice", "EndDevice",          "PutMailIntent",
      "BeginHandOver",  "RestoreLink",     "MarkMail",     "BounceMail",  "PutRecoveryRequest", "SettleRecoveryRequest",
      "PutJob",         "PutJobBatch",     "EraseAccount", "AppendAudit", "PutAuditBlock"};
  static_assert(names.size() == std::variant_size_v<Change>);
  std::string text;
  for (const Change& change : changes) {
    text += text.empty() ? "" : " ";
    text += names.at(change.index());
  }
  return text;
}

/// at reads change number `index`, which must be a `T`.
template <class T>
const T& at(const std::vector<Change>& changes, std::size_t index) {
  REQUIRE(index < changes.size());
  REQUIRE(std::holds_alternative<T>(changes[index]));
  return std::get<T>(changes[index]);
}

template <class IdType>
std::string short_id(const std::optional<IdType>& id) {
  return id ? std::to_string(std::to_integer<int>(id->bytes().back())) : "-";
}

/// line_of writes what an event says, without its id and time; `-` stands for what is absent.
inline std::string line_of(const AuditEvent& event) {
  static constexpr std::array actors{"?", "anonymous", "account", "staff", "host"};
  const auto or_dash = [](const std::string& text) { return text.empty() ? std::string("-") : text; };
  return fmt::format("{} reason={} actor={}/{}/{}/{} subject={} organization={} from={} client={} count={}",
                     audit_kind_name(event.kind), or_dash(event.reason),
                     actors.at(static_cast<std::size_t>(event.actor_kind)), short_id(event.actor),
                     or_dash(event.actor_name), or_dash(event.actor_reason), short_id(event.subject),
                     short_id(event.organization), or_dash(event.network), or_dash(event.client_id), event.count);
}

/// flip gives `bytes` with bit `bit` turned.
template <class Container>
Container flip(Container bytes, std::size_t bit) {
  bytes[bit / 8] ^= static_cast<std::byte>(1U << (bit % 8));
  return bytes;
}

}  // namespace ostiary::test
