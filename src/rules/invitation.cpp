#include <ostiary/rules/invitation.hpp>

#include <algorithm>
#include <array>

#include "admin_event.hpp"
#include "input_flaws.hpp"
#include <ostiary/base/assert.hpp>

namespace ostiary::inline v0 {
namespace {

constexpr std::size_t host_ref_length_max = 64;

// The name that a field of a new account has within a new organisation. Flaws keep views, so each name is a literal.
std::string_view manager_field(std::string_view field) noexcept {
  static constexpr std::array<std::string_view, 5> names{"manager.extension", "manager.display_name", "manager.email",
                                                         "manager.locale", "manager.host_ref"};
  const auto* const name = std::ranges::find_if(names, [&](std::string_view each) { return each.ends_with(field); });
  OSTIARY_ASSERT(name != names.end());
  return *name;
}

Account invited_account(ParsedAccount parsed, const OrganizationId& organization, Fresh& fresh, Instant now) {
  Account account{.id = fresh.id<AccountId>(), .organization = organization, .login = std::move(parsed.login)};
  account.role = parsed.role;
  account.display_name = std::move(parsed.display_name);
  account.locale = std::move(parsed.locale);
  account.addresses.push_back(
      {.address = std::move(parsed.email), .purposes = {AddressPurpose::designated}, .added_at = now});
  account.host_ref = std::move(parsed.host_ref);
  account.created_at = now;
  return account;
}

}  // namespace

std::variant<ParsedAccount, std::vector<InputFlaw>> parse_new_account(const NewAccount& account, const Domain& domain,
                                                                      ExtensionAlphabet alphabet) {
  InputFlaws flaws;
  auto login = LoginName::make(account.extension, domain, alphabet);
  flaws.note("extension", login);
  flaws.note("display_name", check_name(account.display_name));
  auto email = EmailAddress::parse(account.email);
  flaws.note("email", email);
  std::optional<Locale> locale;
  if (!account.locale.empty()) {
    auto parsed = Locale::parse(account.locale);
    flaws.note("locale", parsed);
    if (parsed) {
      locale = std::move(parsed).value();
    }
  }
  flaws.note("host_ref", check_text(account.host_ref, host_ref_length_max));
  flaws.note("role", is_role(account.role) ? std::error_code() : make_error_code(Errc::value_not_allowed));
  if (!flaws.empty()) {
    return flaws.take();
  }
  return ParsedAccount{.login = std::move(login).value(),
                       .display_name = account.display_name,
                       .email = std::move(email).value(),
                       .role = account.role,
                       .locale = std::move(locale),
                       .host_ref = account.host_ref};
}

std::variant<ParsedOrganization, std::vector<InputFlaw>> parse_new_organization(const NewOrganization& request) {
  InputFlaws flaws;
  auto domain = Domain::parse(request.domain);
  flaws.note("domain", domain);
  flaws.note("name", check_name(request.name));
  flaws.note("support_contact", check_text(request.support_contact, text_length_max));
  auto locale = request.locale.empty() ? Result<Locale>(Locale()) : Locale::parse(request.locale);
  flaws.note("locale", locale);
  // The manager's fields are judged whatever the domain is: their form does not depend on it.
  auto manager = parse_new_account(request.manager, domain ? domain.value() : Domain::parse("none").value(),
                                   request.extension_alphabet);
  if (const auto* found = std::get_if<std::vector<InputFlaw>>(&manager)) {
    for (const auto& flaw : *found) {
      flaws.note(manager_field(flaw.field), flaw.error);
    }
  }
  if (!flaws.empty()) {
    return flaws.take();
  }
  auto account = std::get<ParsedAccount>(std::move(manager));
  account.role = Role::manager;
  Organization organization{.domain = std::move(domain).value(), .name = request.name};
  organization.extension_alphabet = request.extension_alphabet;
  organization.locale = std::move(locale).value();
  organization.support_contact = request.support_contact;
  return ParsedOrganization{.organization = std::move(organization), .manager = std::move(account)};
}

Decision<Invited> decide_invitation(const Actor& actor, ParsedAccount parsed, const Organization& organization,
                                    const MailPolicy& policy, Fresh& fresh, Instant now) {
  Account account = invited_account(std::move(parsed), organization.id, fresh, now);
  auto welcome =
      make_linked_mail(MailKind::welcome, LinkPurpose::setup, std::nullopt, account, organization, policy, fresh, now);
  auto invited = admin_event(AuditKind::account_invited, actor, organization.id, fresh, now);
  invited.subject = account.id;
  auto mailed = admin_event(AuditKind::welcome_mail_requested, actor, organization.id, fresh, now);
  mailed.subject = account.id;
  Decision<Invited> decision{
      .outcome = {.account = account.id, .login = account.login, .welcome_mail = welcome.mail.id},
      .changes = actor.guard(now)};
  decision.changes.emplace_back(PutAccount{.next = std::move(account), .expected = 0});
  decision.changes.emplace_back(welcome.link);
  decision.changes.emplace_back(PutMailIntent{std::move(welcome.mail)});
  decision.changes.emplace_back(AppendAudit{std::move(invited), {}});
  decision.changes.emplace_back(AppendAudit{std::move(mailed), {}});
  return decision;
}

Decision<OrganizationCreated> decide_organization(const Actor& actor, ParsedOrganization request,
                                                  const MailPolicy& policy, Fresh& fresh, Instant now) {
  Organization organization = std::move(request.organization);
  organization.id = fresh.id<OrganizationId>();
  organization.created_at = now;
  auto created = admin_event(AuditKind::organization_created, actor, organization.id, fresh, now);
  auto invitation = decide_invitation(actor, std::move(request.manager), organization, policy, fresh, now);
  Decision<OrganizationCreated> decision{
      .outcome = {.organization = organization.id, .manager = std::move(invitation.outcome)}, .changes = {}};
  decision.changes.emplace_back(PutOrganization{.next = std::move(organization), .expected = 0});
  std::ranges::move(invitation.changes, std::back_inserter(decision.changes));
  decision.changes.emplace_back(AppendAudit{std::move(created), {}});
  return decision;
}

Decision<WelcomeOutcome> decide_welcome_mail(const Actor& actor, const Account& account,
                                             const Organization& organization, const std::optional<Link>& stored,
                                             const MailPolicy& policy, Fresh& fresh, Instant now) {
  auto event = admin_event(AuditKind::welcome_mail_requested, actor, organization.id, fresh, now);
  event.subject = account.id;
  Decision<WelcomeOutcome> decision{.outcome = {}, .changes = actor.guard(now)};
  if (account.status == AccountStatus::invited) {
    auto welcome =
        make_linked_mail(MailKind::welcome, LinkPurpose::setup, stored, account, organization, policy, fresh, now);
    decision.outcome = WelcomeQueued{welcome.mail.id};
    decision.changes.emplace_back(welcome.link);
    decision.changes.emplace_back(PutMailIntent{std::move(welcome.mail)});
  } else {
    const bool complete = account.status == AccountStatus::active;
    decision.outcome = WelcomeSkipped{complete ? WelcomeSkip::setup_complete : WelcomeSkip::suspended};
    event.reason = complete ? "skipped_setup_complete" : "skipped_suspended";
  }
  decision.changes.emplace_back(AppendAudit{std::move(event), {}});
  return decision;
}

}  // namespace ostiary::inline v0
