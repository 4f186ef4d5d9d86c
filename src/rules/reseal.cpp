#include <ostiary/rules/reseal.hpp>

#include <ostiary/rules/sealed_pin.hpp>

namespace ostiary::inline v0 {

bool needs_reseal(const KeyRing& keys, const Account& account) noexcept {
  return account.pin && pin_key_id(account.pin->sealed) != keys.current();
}

Result<Decision<ResealOutcome>> decide_reseal(const KeyRing& keys, std::optional<Account> account, Fresh& fresh,
                                              Instant now) {
  if (!account || !needs_reseal(keys, *account)) {
    return Decision<ResealOutcome>{.outcome = ResealOutcome::up_to_date, .changes = {}};
  }
  OSTIARY_TRY(const auto hash, open_pin_hash(keys, account->id, account->pin->sealed));
  OSTIARY_TRY(account->pin->sealed, seal_pin_hash(keys, account->id, hash.reveal(), fresh));
  AuditEvent event{.id = fresh.id<AuditId>(),
                   .at = now,
                   .organization = account->organization,
                   .kind = AuditKind::pin_resealed,
                   .actor_kind = AuditActorKind::host,
                   .actor_name = "key_rotation",
                   .subject = account->id};
  const Version version = account->version;
  Decision<ResealOutcome> decision{.outcome = ResealOutcome::resealed, .changes = {}};
  decision.changes.emplace_back(PutAccount{*std::move(account), version});
  decision.changes.emplace_back(AppendAudit{std::move(event), {}});
  return decision;
}

}  // namespace ostiary::inline v0
