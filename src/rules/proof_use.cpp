#include "proof_use.hpp"

#include <algorithm>

namespace ostiary::inline v0 {

void use_proof(const ProofUse& use, FactorVerdict verdict, std::string_view reason, std::vector<Change>& changes,
               Fresh& fresh, Instant now) {
  const bool is_recovery_code = std::ranges::any_of(
      verdict.changes, [](const Change& change) { return std::holds_alternative<ConsumeRecoveryCode>(change); });
  std::ranges::move(verdict.changes, std::back_inserter(changes));
  if (is_recovery_code) {
    std::ranges::move(make_owner_notices(MailKind::recovery_code_used, use.account, use.organization,
                                         mail_client(use.client), use.mail, fresh, now),
                      std::back_inserter(changes));
    changes.emplace_back(use.event(AuditKind::recovery_code_used, reason));
  }
}

}  // namespace ostiary::inline v0
