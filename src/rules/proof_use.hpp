#pragma once

#include <functional>
#include <vector>

#include <ostiary/rules/factor_proof.hpp>
#include <ostiary/rules/mail_intent.hpp>

namespace ostiary::inline v0 {

/// ProofUse is a proof of a second factor that opens something, and what its use is told with.
struct ProofUse {
  const Account& account;  ///< As loaded.
  const Organization& organization;
  const ClientContext& client;
  const MailPolicy& mail;
  std::function<AppendAudit(AuditKind kind, std::string_view reason)> event;
};

/// use_proof appends the proof's own change, so that a code that was used meanwhile refuses the set, and of a recovery
/// code the event and the notices to its owner: `reason` says what it stood in for.
void use_proof(const ProofUse& use, FactorVerdict verdict, std::string_view reason, std::vector<Change>& changes,
               Fresh& fresh, Instant now);

}  // namespace ostiary::inline v0
