#pragma once

#include <string>

#include <ostiary/base/client_context.hpp>
#include <ostiary/model/change_set.hpp>
#include <ostiary/model/fresh.hpp>
#include <ostiary/rules/session.hpp>

// What every decision that an owner takes about the own account begins and ends with.
namespace ostiary::inline v0 {

/// guard_of is the owner's proof, checked again by the commit.
[[nodiscard]] RequireActor guard_of(const SignedIn& owner, Instant now);

/// event_of is the event of a decision that the owner took.
[[nodiscard]] AuditEvent event_of(AuditKind kind, const SignedIn& owner, const ClientContext& client, Fresh& fresh,
                                  Instant now);

/// refusal_of is the guard and the event of an owner's operation that was refused.
[[nodiscard]] std::vector<Change> refusal_of(AuditKind kind, std::string reason, const SignedIn& owner,
                                             const ClientContext& client, Fresh& fresh, Instant now);

}  // namespace ostiary::inline v0
