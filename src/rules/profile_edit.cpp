#include <ostiary/rules/profile_edit.hpp>

#include "base/unicode.hpp"
#include "owner.hpp"

namespace ostiary::inline v0 {
namespace {

constexpr std::size_t name_length_max = 200;

}  // namespace

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
  std::vector<InputFlaw> flaws;
  if (edit.display_name.empty() || !unicode::is_clean(edit.display_name)) {
    flaws.push_back({.field = "display_name", .error = Errc::malformed_text});
  } else if (edit.display_name.size() > name_length_max) {
    flaws.push_back({.field = "display_name", .error = Errc::text_too_long});
  }
  ParsedProfileEdit parsed{.version = edit.version, .display_name = edit.display_name};
  if (!edit.locale.empty()) {
    const auto locale = Locale::parse(edit.locale);
    if (locale) {
      parsed.locale = locale.assume_value();
    } else {
      flaws.push_back({.field = "locale", .error = locale.assume_error()});
    }
  }
  if (!flaws.empty()) {
    return flaws;
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
