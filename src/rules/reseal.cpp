#include <ostiary/rules/reseal.hpp>

#include <algorithm>

#include <ostiary/rules/factor_proof.hpp>
#include <ostiary/rules/sealed_pin.hpp>

namespace ostiary::inline v0 {
namespace {

bool needs_pin_reseal(const KeyRing& keys, const Account& account) noexcept {
  return account.pin && pin_key_id(account.pin->sealed) != keys.current();
}

AppendAudit event_of(AuditKind kind, const Account& account, Fresh& fresh, Instant now) {
  return {.event = {.id = fresh.id<AuditId>(),
                    .at = now,
                    .organization = account.organization,
                    .kind = kind,
                    .actor_kind = AuditActorKind::host,
                    .actor_name = "key_rotation",
                    .subject = account.id},
          .mac = {}};
}

}  // namespace

bool needs_reseal(const KeyRing& keys, const Account& account) noexcept {
  return needs_pin_reseal(keys, account) || needs_factor_reseal(keys, account);
}

Result<Decision<ResealOutcome>> decide_reseal(const KeyRing& keys, std::optional<Account> account, Fresh& fresh,
                                              Instant now) {
  if (!account || !needs_reseal(keys, *account)) {
    return Decision<ResealOutcome>{.outcome = ResealOutcome::up_to_date, .changes = {}};
  }
  std::vector<Change> events;
  if (needs_pin_reseal(keys, *account)) {
    OSTIARY_TRY(const auto hash, open_pin_hash(keys, account->id, account->pin->sealed));
    OSTIARY_TRY(account->pin->sealed, seal_pin_hash(keys, account->id, hash.reveal(), fresh));
    events.emplace_back(event_of(AuditKind::pin_resealed, *account, fresh, now));
  }
  if (needs_factor_reseal(keys, *account)) {
    OSTIARY_TRY(reseal_factor(keys, *account, fresh));
    events.emplace_back(event_of(AuditKind::factor_resealed, *account, fresh, now));
  }
  const Version version = account->version;
  Decision<ResealOutcome> decision{.outcome = ResealOutcome::resealed, .changes = {}};
  decision.changes.emplace_back(PutAccount{*std::move(account), version});
  std::ranges::move(events, std::back_inserter(decision.changes));
  return decision;
}

}  // namespace ostiary::inline v0
