#include <ostiary/services/key_rotation.hpp>

#include "committing.hpp"
#include <ostiary/rules/ceremony.hpp>
#include <ostiary/rules/reseal.hpp>

namespace ostiary::inline v0 {

Result<ResealReport> KeyRotation::reseal(std::uint32_t to_key, const std::string& after, std::size_t limit) const {
  const auto keys = env_.keys.current();
  if (keys->current() != to_key) {
    OSTIARY_TRY(keys->derived(to_key, KeyPurpose::pin));
    return Errc::invalid_configuration;
  }
  const Instant begun = env_.clock.now();
  OSTIARY_TRY(const auto page, env_.store.list_accounts({.after = after, .limit = limit}));
  ResealReport report{.to_key = to_key, .looked_at = page.records.size(), .next = page.next};
  for (const Account& seen : page.records) {
    if (!needs_reseal(*keys, seen)) {
      continue;
    }
    OSTIARY_TRY(const auto outcome,
                services::decide_and_commit(
                    env_, [&] { return env_.store.find_account(seen.id); },
                    [&](std::optional<Account> account, Fresh& fresh, Instant now) -> Result<Decision<Resealed>> {
                      return decide_reseal(*keys, std::move(account), fresh, now);
                    }));
    report.resealed += outcome.is_changed ? 1U : 0U;
    if (outcome.unsealable) {
      report.unsealable.push_back({.account = seen.id, .error = outcome.unsealable});
    }
  }
  if (report.next.empty()) {
    const auto& mail = env_.policies.mail;
    report.links_until = begun + mail.lease +
                         std::max({mail.setup_link.lifetime, mail.reset_link.lifetime, mail.confirm_link.lifetime,
                                   mail.revoke_link.lifetime, mail.factor_code.lifetime, ceremony_lifetime});
  }
  return report;
}

}  // namespace ostiary::inline v0
