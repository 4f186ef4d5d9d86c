#pragma once

#include <ostiary/base/client_context.hpp>
#include <ostiary/model/account.hpp>
#include <ostiary/model/audit_event.hpp>
#include <ostiary/model/fresh.hpp>
#include <ostiary/model/key_ring.hpp>
#include <ostiary/rules/actor.hpp>

namespace ostiary::inline v0 {

/// make_event begins the event of a decision about `account` (empty: nobody's) that a client asked for.
[[nodiscard]] OSTIARY_CORE_EXPORT AuditEvent make_event(AuditKind kind, const std::optional<Account>& account,
                                                        const ClientContext& client, Fresh& fresh, Instant now);
/// describe_actor fills in who acted.
OSTIARY_CORE_EXPORT void describe_actor(AuditEvent& event, const Actor& actor);
/// describe_client fills in from where.
OSTIARY_CORE_EXPORT void describe_client(AuditEvent& event, const ClientContext& client);

/// make_audit_mac authenticates the event's canonical form under the current key. Errors: crypto_failure.
[[nodiscard]] OSTIARY_CORE_EXPORT Result<AuditMac> make_audit_mac(const KeyRing& keys, const AuditEvent& event);
/// verify_audit_mac says whether the event is as it was written. Errors: key_unknown, crypto_failure.
[[nodiscard]] OSTIARY_CORE_EXPORT Result<bool> verify_audit_mac(const KeyRing& keys, const AuditEvent& event,
                                                                const AuditMac& mac);

}  // namespace ostiary::inline v0
