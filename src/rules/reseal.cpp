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

Result<Bytes> reseal_pin(const KeyRing& keys, const Account& account, Fresh& fresh) {
  OSTIARY_TRY(const auto hash, open_pin_hash(keys, account.id, account.pin->sealed));
  return seal_pin_hash(keys, account.id, hash.reveal(), fresh);
}

}  // namespace

bool needs_reseal(const KeyRing& keys, const Account& account) noexcept {
  return needs_pin_reseal(keys, account) || needs_factor_reseal(keys, account);
}

Decision<Resealed> decide_reseal(const KeyRing& keys, std::optional<Account> account, Fresh& fresh, Instant now) {
  Decision<Resealed> decision{.outcome = {}, .changes = {}};
  if (!account || !needs_reseal(keys, *account)) {
    return decision;
  }
  std::vector<Change> events;
  if (needs_pin_reseal(keys, *account)) {
    if (auto sealed = reseal_pin(keys, *account, fresh)) {
      account->pin->sealed = std::move(sealed).assume_value();
      events.emplace_back(event_of(AuditKind::pin_resealed, *account, fresh, now));
    } else {
      decision.outcome.unsealable = sealed.assume_error();
    }
  }
  if (needs_factor_reseal(keys, *account)) {
    const auto resealed = reseal_factor(keys, *account, fresh);
    if (resealed.is_changed) {
      events.emplace_back(event_of(AuditKind::factor_resealed, *account, fresh, now));
    }
    if (!decision.outcome.unsealable) {
      decision.outcome.unsealable = resealed.error;
    }
  }
  if (events.empty()) {
    return decision;
  }
  decision.outcome.is_changed = true;
  const Version version = account->version;
  decision.changes.emplace_back(PutAccount{*std::move(account), version});
  std::ranges::move(events, std::back_inserter(decision.changes));
  return decision;
}

}  // namespace ostiary::inline v0
