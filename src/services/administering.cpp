#include "administering.hpp"

#include "rules/admin_event.hpp"
#include <ostiary/rules/audit.hpp>

namespace ostiary::inline v0::services {
namespace {

// What does not exist is asked about as another organisation's, so that both are answered and audited alike (R30).
OrganizationId organization_of(const LoadedSubject& subject) {
  return subject.account ? subject.account->organization : OrganizationId();
}

std::optional<OperationTarget> target_of(const LoadedSubject& subject) {
  if (!subject.account || subject.account->status == AccountStatus::removed) {
    return std::nullopt;
  }
  return OperationTarget{.id = subject.account->id, .role = subject.account->role};
}

bool is_there(const LoadedSubject& subject) {
  return subject.account && subject.account->status != AccountStatus::removed && subject.organization &&
         subject.organization->status != OrganizationStatus::removed;
}

// The changes of a "no" by the table. It goes into the actor's own stream; another organisation's account is not named
// there. Only a "no" that tells of the account's role needs the guard.
std::vector<Change> refuse_permission(const Actor& actor, Operation operation, Permission permission,
                                      const std::optional<OperationTarget>& target, Fresh& fresh, Instant now) {
  AuditEvent event{.id = fresh.id<AuditId>(), .at = now, .kind = AuditKind::operation_refused};
  describe_actor(event, actor);
  if (actor.account()) {
    event.organization = actor.account()->organization;
  }
  if (permission != Permission::not_found && target) {
    event.subject = target->id;
  }
  event.reason = std::string(operation_name(operation)) + ":" + std::string(permission_name(permission));
  auto changes = permission == Permission::target_too_high ? actor.guard(now) : std::vector<Change>();
  changes.emplace_back(AppendAudit{std::move(event), {}});
  return changes;
}

}  // namespace

Result<Permission> permit(const Environment& env, const Actor& actor, Operation operation,
                          const std::optional<OrganizationId>& organization,
                          const std::optional<OperationTarget>& target) {
  const auto permission = judge_operation(actor, operation, organization, target);
  if (permission == Permission::allowed) {
    return permission;
  }
  const Instant now = env.clock.now();
  OSTIARY_TRY(auto fresh, Fresh::draw(env.random, now));
  auto changes = refuse_permission(actor, operation, permission, target, fresh, now);
  OSTIARY_TRY(commit_changes(env, std::move(changes), fresh, now));
  return permission;
}

Result<void> confirm(const Environment& env, const Actor& actor) {
  const Instant now = env.clock.now();
  for (const Change& change : actor.guard(now)) {
    const auto& required = std::get<RequireActor>(change);
    OSTIARY_TRY(const auto found, env.store.find_session(required.session));
    const bool holds = found && found->account.id == required.account &&
                       found->account.status == AccountStatus::active && found->account.role == required.role &&
                       found->account.epochs.sessions == required.epoch &&
                       found->organization == OrganizationStatus::active && now < found->session.ends_at;
    if (!holds) {
      return Errc::actor_revoked;
    }
  }
  return success();
}

Result<void> note_reading(const Environment& env, const Actor& actor, const OrganizationId& organization) {
  if (actor.account()) {
    return confirm(env, actor);
  }
  const Instant now = env.clock.now();
  OSTIARY_TRY(auto fresh, Fresh::draw(env.random, now));
  std::vector<Change> changes;
  changes.emplace_back(AppendAudit{admin_event(AuditKind::accounts_listed, actor, organization, fresh, now), {}});
  OSTIARY_TRY(commit_changes(env, std::move(changes), fresh, now));
  return success();
}

std::optional<AccountQuery> query_of(const OrganizationId& organization, const AccountSearch& search) {
  if (search.text.size() > search_text_length_max) {
    return std::nullopt;
  }
  AccountQuery query{.organization = organization, .words = fold_words(search.text), .status = search.status};
  if (query.words.empty() && !search.text.empty()) {
    return std::nullopt;
  }
  return query;
}

Result<LoadedSubject> load_subject(const Environment& env, const AccountId& id) {
  LoadedSubject subject;
  OSTIARY_TRY(subject.account, env.store.find_account(id));
  if (subject.account) {
    OSTIARY_TRY(subject.organization, env.store.find_organization(subject.account->organization));
  }
  return subject;
}

Result<SubjectOnly> load_only_subject(const Environment& env, const AccountId& id) {
  OSTIARY_TRY(auto subject, load_subject(env, id));
  return SubjectOnly{std::move(subject)};
}

bool may(const Actor& actor, Operation operation, const LoadedSubject& subject) {
  return is_there(subject) &&
         judge_operation(actor, operation, organization_of(subject), target_of(subject)) == Permission::allowed;
}

Result<std::optional<Decision<OperationRefused>>> refuse_operation(const Actor& actor, Operation operation,
                                                                   const LoadedSubject& subject, Fresh& fresh,
                                                                   Instant now) {
  using Refusal = std::optional<Decision<OperationRefused>>;
  const auto target = target_of(subject);
  const auto permission = judge_operation(actor, operation, organization_of(subject), target);
  if (permission != Permission::allowed) {
    return Refusal(
        {.outcome = {permission}, .changes = refuse_permission(actor, operation, permission, target, fresh, now)});
  }
  if (actor.account() && subject.organization && subject.organization->status != OrganizationStatus::active) {
    return Errc::actor_revoked;
  }
  return is_there(subject) ? Refusal() : refuse_absent(actor, operation, subject, fresh, now);
}

Decision<OperationRefused> refuse_absent(const Actor& actor, Operation operation, const LoadedSubject& subject,
                                         Fresh& fresh, Instant now) {
  if (!subject.account) {
    return refuse_absent(actor, operation, std::optional<OrganizationId>(), fresh, now);
  }
  return {.outcome = {Permission::not_found},
          .changes = refuse(actor, operation, permission_name(Permission::not_found), *subject.account, fresh, now)};
}

Decision<OperationRefused> refuse_absent(const Actor& actor, Operation operation,
                                         const std::optional<OrganizationId>& organization, Fresh& fresh, Instant now) {
  return {.outcome = {Permission::not_found},
          .changes = refuse(actor, operation, permission_name(Permission::not_found), organization, fresh, now)};
}

Result<OperationRefused> reject(const Environment& env, const Actor& actor, Operation operation, Permission permission,
                                const std::optional<OrganizationId>& organization) {
  const Instant now = env.clock.now();
  OSTIARY_TRY(auto fresh, Fresh::draw(env.random, now));
  auto changes = refuse(actor, operation, permission_name(permission), organization, fresh, now);
  OSTIARY_TRY(commit_changes(env, std::move(changes), fresh, now));
  return OperationRefused{permission};
}

Result<void> note_refusal(const Environment& env, const Actor& actor, Operation operation, std::string_view why,
                          const Account& account) {
  const Instant now = env.clock.now();
  OSTIARY_TRY(auto fresh, Fresh::draw(env.random, now));
  auto changes = refuse(actor, operation, why, account, fresh, now);
  OSTIARY_TRY(commit_changes(env, std::move(changes), fresh, now));
  return success();
}

Result<std::optional<Throttled>> MailCharge::take(const EmailAddress& address, const OrganizationId& organization) {
  if (charged_ == address) {
    return std::optional<Throttled>();
  }
  OSTIARY_TRY(confirm(env_, actor_));
  OSTIARY_TRY(const auto charges, mail_charges(*env_.keys.current(), env_.policies.budgets, address, organization));
  AuditEvent about{.organization = organization, .reason = "mail"};
  describe_actor(about, actor_);
  OSTIARY_TRY(auto throttled, charge(env_, charges, about));
  if (!throttled) {
    charged_ = address;
  }
  return throttled;
}

}  // namespace ostiary::inline v0::services
