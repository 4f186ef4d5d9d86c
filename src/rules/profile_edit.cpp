#include <ostiary/rules/profile_edit.hpp>

#include "input_flaws.hpp"
#include "owner.hpp"

namespace ostiary::inline v0 {

ProfilePage profile_page(const OwnerFacts& facts) {
  const Account& account = facts.account;
  ProfilePage page{.account = account.id,
                   .version = account.version,
                   .login = account.login,
                   .display_name = account.display_name,
                   .locale = account.locale,
                   .role = account.role,
                   .organization_name = facts.organization.name};
  for (const AccountAddress& each : account.addresses) {
    page.addresses.push_back({.address = each.address,
                              .purposes = each.purposes,
                              .verified_at = each.verified_at,
                              .added_at = each.added_at,
                              .wanted = each.wanted,
                              .link_asked = each.confirmation.has_value()});
  }
  if (account.password) {
    page.password_set_at = account.password->set_at;
  }
  if (account.pin) {
    page.pin_set_at = account.pin->set_at;
  }
  return page;
}

std::variant<ParsedProfileEdit, std::vector<InputFlaw>> parse_profile_edit(const ProfileEdit& edit) {
  InputFlaws flaws;
  flaws.note("display_name", check_name(edit.display_name));
  ParsedProfileEdit parsed{.version = edit.version, .display_name = edit.display_name};
  if (!edit.locale.empty()) {
    auto locale = Locale::parse(edit.locale);
    flaws.note("locale", locale);
    if (locale) {
      parsed.locale = std::move(locale).assume_value();
    }
  }
  if (!flaws.empty()) {
    return flaws.take();
  }
  return parsed;
}

Decision<ProfileEditOutcome> decide_profile_edit(const SignedIn& owner, const OwnerFacts& facts,
                                                 const ParsedProfileEdit& edit, const ClientContext& client,
                                                 Fresh& fresh, Instant now) {
  if (facts.account.version != edit.version) {
    return {.outcome = ProfileChanged{profile_page(facts)}, .changes = {guard_of(owner, now)}};
  }
  Account next = facts.account;
  next.display_name = edit.display_name;
  next.locale = edit.locale;
  return {.outcome = ProfileEdited{edit.version + 1},
          .changes = {guard_of(owner, now), PutAccount{.next = std::move(next), .expected = edit.version},
                      AppendAudit{event_of(AuditKind::profile_changed, owner, client, fresh, now), {}}}};
}

}  // namespace ostiary::inline v0
