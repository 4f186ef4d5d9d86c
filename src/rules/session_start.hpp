#pragma once

#include <ostiary/rules/sign_in.hpp>

namespace ostiary::inline v0 {

/// SessionStart is what a session begins from once all that its account asks for was proved.
struct SessionStart {
  const Account& account;
  const Organization& organization;
  const std::optional<Device>& device;     ///< The row that the cookie's entry for the login name points at.
  const std::vector<DeviceEntry>& cookie;  ///< All entries of the device cookie.
  bool may_notify = true;                  ///< The account's budget of notices admits one.
  Instant proved_at{};                     ///< Of the session.
  std::optional<Instant> enrol_by{};       ///< No such session outlives the day when a second factor is due (R56).
  std::optional<RememberedFactor> remembered{};  ///< Where the device is to go without the second factor from now on.
};

/// StartedSession is the answer, and the changes that make it true: the session, the device, and the notice of an
/// unknown one.
struct StartedSession {
  SignInSuccess success;
  std::vector<Change> changes{};
  std::string_view standing{};  ///< For the audit: "known_device", "unknown_device", "unknown_device_unnotified".
};

/// start_session begins the session of every way to sign in. Errors: crypto_failure.
[[nodiscard]] Result<StartedSession> start_session(const SessionStart& start, const ClientContext& client,
                                                   const SignInPolicies& policies, const KeyRing& keys, Fresh& fresh,
                                                   Instant now);

}  // namespace ostiary::inline v0
