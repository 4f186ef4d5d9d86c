#include <ostiary/rules/budgets.hpp>

#include <algorithm>

#include "crypto/digest.hpp"
#include "model/codec.hpp"

namespace ostiary::inline v0 {
namespace {

constexpr std::uint8_t key_format = 1;

struct Counted {
  BudgetSubject subject = BudgetSubject::password_network;
  std::initializer_list<std::string_view> parts;
  Budget budget;
};

Result<std::vector<Charge>> charges_of(const KeyRing& keys, std::initializer_list<Counted> counted) {
  std::vector<Charge> charges;
  for (const Counted& one : counted) {
    OSTIARY_TRY(const auto key, make_budget_key(keys, one.subject, one.parts));
    charges.push_back({.key = key, .budget = one.budget});
  }
  return charges;
}

}  // namespace

Result<BudgetKey> make_budget_key(const KeyRing& keys, BudgetSubject subject,
                                  std::initializer_list<std::string_view> parts) {
  codec::Writer out(key_format);
  out.number(subject);
  for (const auto part : parts) {
    out.text(part);
  }
  OSTIARY_TRY(const auto mac, crypto::hmac_sha256(keys.derived_current(KeyPurpose::budget), {std::move(out).finish()}));
  BudgetKey key{};
  std::ranges::copy(ByteView(mac).first(key.size()), key.begin());
  return key;
}

Result<std::vector<Charge>> password_charges(const KeyRing& keys, const BudgetPolicy& policy, const LoginName& login,
                                             const ClientNetwork& network) {
  return charges_of(keys, {{BudgetSubject::password_network, {network.text()}, policy.password_per_network},
                           {BudgetSubject::password_login_network,
                            {login.canonical(), network.text()},
                            policy.password_per_login_and_network},
                           {BudgetSubject::password_login, {login.canonical()}, policy.password_per_login}});
}

Result<std::vector<Charge>> device_charges(const KeyRing& keys, const BudgetPolicy& policy, const DeviceId& device) {
  return charges_of(keys, {{BudgetSubject::password_device, {device.to_string()}, policy.password_per_device}});
}

Result<std::vector<Charge>> link_charges(const KeyRing& keys, const BudgetPolicy& policy, std::string_view link,
                                         const ClientNetwork& network) {
  return charges_of(keys, {{BudgetSubject::link_network, {network.text()}, policy.link_per_network},
                           {BudgetSubject::link_account, {link}, policy.link_per_account}});
}

Result<std::vector<Charge>> pin_charges(const KeyRing& keys, const BudgetPolicy& policy, const AccountId& account) {
  return charges_of(keys, {{BudgetSubject::pin_account, {account.to_string()}, policy.pin_per_account}});
}

Result<std::vector<Charge>> mail_charges(const KeyRing& keys, const BudgetPolicy& policy, const EmailAddress& address,
                                         const OrganizationId& organization) {
  return charges_of(keys, {{BudgetSubject::mail_organization, {organization.to_string()}, policy.mail_per_organization},
                           {BudgetSubject::mail_address, {address.canonical()}, policy.mail_per_address}});
}

Result<std::vector<Charge>> recovery_charges(const KeyRing& keys, const BudgetPolicy& policy, RecoveryKind kind,
                                             const EmailAddress& address, const ClientNetwork& network) {
  return charges_of(keys, {{BudgetSubject::recovery_network, {network.text()}, policy.recovery_per_network},
                           {BudgetSubject::recovery_address,
                            {recovery_kind_name(kind), address.canonical()},
                            policy.recovery_per_address}});
}

Result<std::vector<Charge>> notice_charges(const KeyRing& keys, const BudgetPolicy& policy, const AccountId& account) {
  return charges_of(keys, {{BudgetSubject::notice_account, {account.to_string()}, policy.notice_per_account}});
}

Result<std::vector<Charge>> reauthentication_charges(const KeyRing& keys, const BudgetPolicy& policy,
                                                     const AccountId& account) {
  return charges_of(
      keys, {{BudgetSubject::reauthentication_account, {account.to_string()}, policy.reauthentication_per_account}});
}

Result<std::vector<Charge>> confirmation_charges(const KeyRing& keys, const BudgetPolicy& policy,
                                                 const EmailAddress& address, const AccountStanding& account) {
  OSTIARY_TRY(
      auto charges,
      charges_of(keys,
                 {{BudgetSubject::confirmation_account, {account.id.to_string()}, policy.confirmation_per_account}}));
  OSTIARY_TRY(const auto mail, mail_charges(keys, policy, address, account.organization));
  charges.insert(charges.end(), mail.begin(), mail.end());
  return charges;
}

Result<std::vector<Charge>> ceremony_charges(const KeyRing& keys, const BudgetPolicy& policy, ByteView ceremony,
                                             std::string_view what) {
  return charges_of(keys, {{BudgetSubject::factor_ceremony, {hex_encode(ceremony), what}, policy.factor_per_ceremony}});
}

Result<std::vector<Charge>> factor_charges(const KeyRing& keys, const BudgetPolicy& policy, const AccountId& account,
                                           const ClientNetwork& network) {
  return charges_of(keys, {{BudgetSubject::factor_account, {account.to_string()}, policy.factor_per_account},
                           {BudgetSubject::factor_network, {network.text()}, policy.factor_per_network}});
}

Result<std::vector<Charge>> factor_network_charges(const KeyRing& keys, const BudgetPolicy& policy,
                                                   const ClientNetwork& network) {
  return charges_of(keys, {{BudgetSubject::factor_network, {network.text()}, policy.factor_per_network}});
}

Result<std::vector<Charge>> known_factor_charges(const KeyRing& keys, const BudgetPolicy& policy,
                                                 std::string_view place) {
  return charges_of(keys, {{BudgetSubject::factor_device, {place}, policy.factor_per_device}});
}

Result<std::vector<Charge>> bulk_charges(const KeyRing& keys, const BudgetPolicy& policy,
                                         const OrganizationId& organization) {
  return charges_of(keys,
                    {{BudgetSubject::bulk_organization, {organization.to_string()}, policy.bulk_per_organization}});
}

bool is_valid(const Budget& budget) noexcept {
  constexpr std::uint32_t count_max = 1'000'000;
  return budget.count >= 1 && budget.count <= count_max && budget.window <= std::chrono::days(30) &&
         budget.window / budget.count >= Duration(1);
}

}  // namespace ostiary::inline v0
