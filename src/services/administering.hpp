#pragma once

#include <optional>
#include <utility>
#include <variant>

#include "committing.hpp"
#include <ostiary/rules/admin_facts.hpp>
#include <ostiary/rules/admin_rules.hpp>
#include <ostiary/services/organization_admin.hpp>

// How an operation on somebody else's account or organisation is allowed, refused and written.
namespace ostiary::inline v0::services {

/// permit asks the table whether `actor` may, and audits a "no" in the actor's own stream.
[[nodiscard]] Result<Permission> permit(const Environment& env, const Actor& actor, Operation operation,
                                        const std::optional<OrganizationId>& organization,
                                        const std::optional<OperationTarget>& target);

/// confirm asks the store whether a signed-in actor's session and role still hold: what Actor::guard lets a commit
/// check, for an operation that only reads. Errors: actor_revoked.
[[nodiscard]] Result<void> confirm(const Environment& env, const Actor& actor);

/// note_reading goes before what a permitted actor reads about accounts of `organization`: it confirms who is signed in,
/// and leaves an event of who stands outside. Errors: as confirm.
[[nodiscard]] Result<void> note_reading(const Environment& env, const Actor& actor, const OrganizationId& organization);

/// query_of is the query for `search`, or nothing where no account can answer it.
[[nodiscard]] std::optional<AccountQuery> query_of(const OrganizationId& organization, const AccountSearch& search);

/// LoadedSubject is the account that an operation is about, and its organisation, as loaded in one pass.
struct LoadedSubject {
  std::optional<Account> account{};  ///< Empty: no such account.
  std::optional<Organization> organization{};
};

[[nodiscard]] Result<LoadedSubject> load_subject(const Environment& env, const AccountId& id);

/// may says whether the table allows `operation` on an account that is there.
[[nodiscard]] bool may(const Actor& actor, Operation operation, const LoadedSubject& subject);

/// is_open says whether the organisation of a subject that is there sends mails.
[[nodiscard]] inline bool is_open(const LoadedSubject& subject) {
  return subject.organization && subject.organization->status == OrganizationStatus::active;
}

/// refuse_operation gives the audited "no" to an operation on `subject`, or nothing where it may be decided: the account
/// is there and the actor may. Errors: actor_revoked where the actor's own organisation is not active any more.
[[nodiscard]] Result<std::optional<Decision<OperationRefused>>> refuse_operation(const Actor& actor,
                                                                                 Operation operation,
                                                                                 const LoadedSubject& subject,
                                                                                 Fresh& fresh, Instant now);
/// refuse_absent is the audited "no" for something that is not there, or not open to it.
[[nodiscard]] Decision<OperationRefused> refuse_absent(const Actor& actor, Operation operation,
                                                       const LoadedSubject& subject, Fresh& fresh, Instant now);
[[nodiscard]] Decision<OperationRefused> refuse_absent(const Actor& actor, Operation operation,
                                                       const std::optional<OrganizationId>& organization, Fresh& fresh,
                                                       Instant now);

/// reject answers an operation on an organisation that is not open to it with `permission`, guarded and audited; of the
/// system where `organization` is empty.
[[nodiscard]] Result<OperationRefused> reject(const Environment& env, const Actor& actor, Operation operation,
                                              Permission permission, const std::optional<OrganizationId>& organization);

/// note_refusal commits the event of a "no" about an account that is found before the decision.
[[nodiscard]] Result<void> note_refusal(const Environment& env, const Actor& actor, Operation operation,
                                        std::string_view why, const Account& account);

/// widen turns a rule's decision into that of a service, whose outcome has more alternatives.
template <class Outcome, class... Narrow>
[[nodiscard]] Decision<Outcome> widen(Decision<std::variant<Narrow...>> decision) {
  return {.outcome = std::visit([](auto&& one) -> Outcome { return std::forward<decltype(one)>(one); },
                                std::move(decision.outcome)),
          .changes = std::move(decision.changes)};
}
template <class Outcome, class Narrow>
[[nodiscard]] Decision<Outcome> widen(Decision<Narrow> decision) {
  return {.outcome = std::move(decision.outcome), .changes = std::move(decision.changes)};
}

/// administer runs one operation on somebody else's account. Each pass loads the facts, asks the table on these very
/// facts, and decides. `load` gives Result<Facts>, Facts with a member `subject`; `decide(facts, fresh, now)` gives a
/// Decision and is asked only where subject.account and subject.organization are set and the actor may.
template <class Outcome, class Load, class Decide>
[[nodiscard]] Result<Outcome> administer(const Environment& env, const Actor& actor, Operation operation, Load load,
                                         Decide decide) {
  return decide_and_commit(env, std::move(load),
                           [&](auto&& facts, Fresh& fresh, Instant now) -> Result<Decision<Outcome>> {
                             OSTIARY_TRY(auto refusal, refuse_operation(actor, operation, facts.subject, fresh, now));
                             if (refusal) {
                               return widen<Outcome>(*std::move(refusal));
                             }
                             return decide(std::forward<decltype(facts)>(facts), fresh, now);
                           });
}

/// SubjectOnly is the facts of an operation that needs no others.
struct SubjectOnly {
  LoadedSubject subject;
};

/// facts_of takes the facts out of a subject that is there.
[[nodiscard]] inline AdminFacts facts_of(LoadedSubject subject) {
  return {.account = *std::move(subject.account), .organization = *std::move(subject.organization)};
}

[[nodiscard]] Result<SubjectOnly> load_only_subject(const Environment& env, const AccountId& id);

/// administer_account is administer for what is decided from the account and its organisation alone:
/// `decide(facts, fresh, now)` gets AdminFacts.
template <class Outcome, class Decide>
[[nodiscard]] Result<Outcome> administer_account(const Environment& env, const Actor& actor, Operation operation,
                                                 const AccountId& account, Decide decide) {
  return administer<Outcome>(
      env, actor, operation, [&] { return load_only_subject(env, account); },
      [&](SubjectOnly facts, Fresh& fresh, Instant now) {
        return widen<Outcome>(decide(facts_of(std::move(facts.subject)), fresh, now));
      });
}

/// administer_any_organization runs one operation on an organisation, a removed one too: it asks the table, loads the
/// organisation in each pass, and decides where it is there. `decide(organization, fresh, now)` gives a Decision.
template <class Outcome, class Decide>
[[nodiscard]] Result<Outcome> administer_any_organization(const Environment& env, const Actor& actor,
                                                          Operation operation, const OrganizationId& id,
                                                          Decide decide) {
  OSTIARY_TRY(const auto permission, permit(env, actor, operation, id, std::nullopt));
  if (permission != Permission::allowed) {
    return OperationRefused{permission};
  }
  return decide_and_commit(
      env, [&] { return env.store.find_organization(id); },
      [&](std::optional<Organization> found, Fresh& fresh, Instant now) -> Result<Decision<Outcome>> {
        if (!found) {
          return widen<Outcome>(refuse_absent(actor, operation, std::nullopt, fresh, now));
        }
        return decide(*std::move(found), fresh, now);
      });
}

/// administer_organization is the same of one that is not removed: nothing but the removal itself finds it then.
template <class Outcome, class Decide>
[[nodiscard]] Result<Outcome> administer_organization(const Environment& env, const Actor& actor, Operation operation,
                                                      const OrganizationId& id, Decide decide) {
  return administer_any_organization<Outcome>(
      env, actor, operation, id, [&](Organization found, Fresh& fresh, Instant now) -> Decision<Outcome> {
        if (found.status == OrganizationStatus::removed) {
          return widen<Outcome>(refuse_absent(actor, operation, found.id, fresh, now));
        }
        return widen<Outcome>(decide(std::move(found), fresh, now));
      });
}

/// MailCharge takes the charge of one operation's mail, once for each address, however many passes it takes. An actor
/// who holds no more spends nothing. Errors: actor_revoked, and as of a charge.
class MailCharge {
 public:
  MailCharge(const Environment& env, const Actor& actor) : env_(env), actor_(actor) {}

  [[nodiscard]] Result<std::optional<Throttled>> take(const EmailAddress& address, const OrganizationId& organization);

 private:
  const Environment& env_;
  const Actor& actor_;
  std::optional<EmailAddress> charged_;
};

}  // namespace ostiary::inline v0::services
