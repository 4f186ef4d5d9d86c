#pragma once

#include <algorithm>

#include "world.hpp"
#include <ostiary/services/password_recovery.hpp>

// What the scenarios of a forgotten password share.
namespace ostiary::test {

using enum RecoveryKind;

inline const std::string new_password = "River-Thames-8";
inline const std::string mara = "mara@acme.example";

// Leaves the rest of the budgets out of a scenario that needs many tries.
inline Policies patient() {
  Policies policies;
  const Budget ample{.count = 1000, .window = std::chrono::hours(1)};
  policies.budgets.link_per_account = policies.budgets.link_per_network = ample;
  policies.budgets.recovery_per_address = policies.budgets.recovery_per_network = ample;
  policies.budgets.password_per_network = policies.budgets.password_per_login = ample;
  policies.budgets.password_per_login_and_network = policies.budgets.mail_per_address = ample;
  return policies;
}

inline Result<RecoveryOutcome> ask(World& world, const std::string& address, RecoveryKind kind = reset_password) {
  return world.recovery.request({.kind = kind, .address = address, .client = client()});
}

// The mails that left since, the newest last.
inline std::vector<OutgoingMail> deliver(World& world) {
  const auto before = world.mailer.mails().size();
  REQUIRE(world.outbox.deliver(100).has_value());
  auto mails = world.mailer.mails();
  mails.erase(mails.begin(), mails.begin() + static_cast<std::ptrdiff_t>(before));
  return mails;
}

// Asks for a reset and gives the token of the mail that comes.
inline std::string reset_token(World& world, const std::string& address = mara) {
  world.deliver();  // what is still due of the setup
  REQUIRE(std::holds_alternative<RecoveryAccepted>(ask(world, address).value()));
  const auto mails = deliver(world);
  REQUIRE(mails.size() == 1);
  const auto tokens = tokens_in(mails.front().message);
  REQUIRE(tokens.size() == 1);
  return tokens.front();
}

inline ResetOutcome redeem(World& world, const std::string& token, const std::string& password = new_password) {
  return world.recovery
      .redeem({.token = token,
               .password = SecretString(password),
               .confirmation = SecretString(password),
               .client = client()})
      .value();
}

template <class Outcome>
LinkVerdict verdict_of(const Outcome& outcome) {
  const auto* const refused = std::get_if<LinkRefused>(&outcome);
  return refused == nullptr ? LinkVerdict::good : refused->verdict;
}

inline LinkVerdict inspected(World& world, const std::string& token) {
  return verdict_of(world.recovery.inspect(token).value());
}

inline std::string text_of(const OutgoingMail& mail) { return decode_quoted_printable(mail.message); }

inline std::size_t count_of(World& world, const std::optional<OrganizationId>& stream, const std::string& line) {
  const auto kinds = world.kinds(stream);
  return static_cast<std::size_t>(std::ranges::count(kinds, line));
}

inline AccountId invite(World& world, const OrganizationId& organization, const std::string& extension,
                        const std::string& email) {
  return std::get<Invited>(world.organizations
                               .invite(world.host(), organization,
                                       {.extension = extension, .display_name = "Member " + extension, .email = email})
                               .value())
      .account;
}

// An active account of an address, without mails.
inline AccountId import(World& world, const OrganizationId& organization, const std::string& extension,
                        const std::string& email, AccountStatus status = AccountStatus::active) {
  const std::vector<ImportRow> rows{{.extension = extension,
                                     .display_name = "Member " + extension,
                                     .email = email,
                                     .status = status,
                                     .password_hash = world.real_hasher->hash(SecretString(good_password)).value()}};
  const auto report = world.organizations.import_accounts(world.host(), organization, rows, ImportMode::commit).value();
  REQUIRE(std::get<ImportReport>(report).created == 1);
  const auto domain = world.store.find_organization(organization).value()->domain.canonical();
  return world.store.find_account_by_login(LoginName::parse(extension + "@" + domain).value()).value()->id;
}

}  // namespace ostiary::test
