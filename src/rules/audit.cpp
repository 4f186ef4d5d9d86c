#include <ostiary/rules/audit.hpp>

#include "base/unicode.hpp"
#include "crypto/digest.hpp"

namespace ostiary::inline v0 {
namespace {

constexpr std::size_t client_id_length_max = 64;

}  // namespace

AuditEvent make_event(AuditKind kind, const std::optional<Account>& account, const ClientContext& client, Fresh& fresh,
                      Instant now) {
  AuditEvent event{.id = fresh.id<AuditId>(), .at = now, .kind = kind};
  if (account) {
    event.organization = account->organization;
    event.subject = account->id;
  }
  describe_client(event, client);
  return event;
}

void describe_actor(AuditEvent& event, const Actor& actor) {
  event.actor_kind = actor.kind();
  event.actor_name = actor.name();
  event.actor_reason = actor.reason();
  if (actor.account()) {
    event.actor = actor.account()->id;
  }
}

void describe_client(AuditEvent& event, const ClientContext& client) {
  event.network = client.network.text();
  event.client_id = unicode::clean_cut(client.client_id, client_id_length_max);
}

Result<AuditMac> make_audit_mac(const KeyRing& keys, const AuditEvent& event) {
  OSTIARY_TRY(const auto value, crypto::hmac_sha256(keys.derived_current(KeyPurpose::audit), {encode(event)}));
  return AuditMac{.key_id = keys.current(), .value = value};
}

Result<bool> verify_audit_mac(const KeyRing& keys, const AuditEvent& event, const AuditMac& mac) {
  OSTIARY_TRY(const auto key, keys.derived(mac.key_id, KeyPurpose::audit));
  OSTIARY_TRY(const auto value, crypto::hmac_sha256(key, {encode(event)}));
  return crypto::equal_constant_time(value, mac.value);
}

}  // namespace ostiary::inline v0
