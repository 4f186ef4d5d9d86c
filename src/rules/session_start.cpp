#include "session_start.hpp"

#include <algorithm>

#include "new_session.hpp"
#include "signed_in_maker.hpp"

namespace ostiary::inline v0 {
namespace {

// What the commit of a session does about the device, and the cookie that names it from now on.
struct SeenDevice {
  std::vector<Change> changes;
  std::string_view standing;
  SecretString cookie;
};

// A device that is to be remembered is a new one under the old one's place: what it may do hangs on its id.
Device device_of(const SessionStart& start, bool is_known, const ClientContext& client, const DevicePolicy& policy,
                 Fresh& fresh, Instant now, std::vector<Change>& changes) {
  if (is_known && !start.remembered) {
    auto device = *start.device;
    device.ends_at = std::max(device.ends_at, now + policy.lifetime);
    changes.emplace_back(
        TouchDevice{.id = device.id, .account = start.account.id, .last_seen_at = now, .ends_at = device.ends_at});
    return device;
  }
  auto device = make_device(start.account, client, policy, fresh, now);
  if (is_known) {
    device.created_at = start.device->created_at;
    changes.emplace_back(EndDevice{.id = start.device->id, .account = start.account.id});
  }
  device.remembered = start.remembered;
  changes.emplace_back(PutDevice{.device = device});
  return device;
}

Result<SeenDevice> see_device(const SessionStart& start, const ClientContext& client, const SignInPolicies& policies,
                              const KeyRing& keys, Fresh& fresh, Instant now) {
  SeenDevice seen{.changes = {}, .standing = "known_device", .cookie = {}};
  const bool is_known = is_known_device(start.device, start.account, now);
  const auto device = device_of(start, is_known, client, policies.device, fresh, now, seen.changes);
  if (!is_known) {
    const bool is_due = policies.device.notice == NewDeviceNotice::mail;
    seen.standing = is_due && !start.may_notify ? "unknown_device_unnotified" : "unknown_device";
    if (is_due && start.may_notify) {
      auto mail = make_mail_intent(MailKind::new_device, start.account, start.organization, policies.mail, fresh, now);
      mail.client = MailClient{.network = device.network, .user_agent = device.user_agent};
      seen.changes.emplace_back(PutMailIntent{.mail = std::move(mail)});
    }
  }
  OSTIARY_TRY(seen.cookie,
              renew_device_cookie(keys, start.cookie, start.account.login, device.id, device.ends_at, fresh));
  return seen;
}

}  // namespace

Result<StartedSession> start_session(const SessionStart& start, const ClientContext& client,
                                     const SignInPolicies& policies, const KeyRing& keys, Fresh& fresh, Instant now) {
  OSTIARY_TRY(auto begun, make_session(start.account, client, policies.session, fresh, now));
  begun.session.proved_at = start.proved_at;
  begun.session.ends_at = std::min(begun.session.ends_at, start.enrol_by.value_or(begun.session.ends_at));
  OSTIARY_TRY(auto seen, see_device(start, client, policies, keys, fresh, now));
  StartedSession started{.success = {.token = std::move(begun.token),
                                     .who = SignedInMaker::make(standing_of(start.account), begun.session),
                                     .device_cookie = std::move(seen.cookie),
                                     .enrol_by = start.enrol_by},
                         .changes = {},
                         .standing = seen.standing};
  started.changes.emplace_back(PutSession{std::move(begun.session)});
  std::ranges::move(seen.changes, std::back_inserter(started.changes));
  return started;
}

}  // namespace ostiary::inline v0
