#include <ostiary/services/profile.hpp>

#include "new_password.hpp"
#include "owner_facts.hpp"
#include "reauthentication.hpp"
#include <ostiary/rules/sealed_pin.hpp>

namespace ostiary::inline v0 {
namespace {

using services::Need;

Result<Bytes> hash_pin(const Environment& env, const SecretString& pin, const AccountId& account) {
  OSTIARY_TRY(const auto hash, services::observe_hash(env, [&] { return env.hasher.hash(pin); }));
  OSTIARY_TRY(auto fresh, Fresh::draw(env.random, env.clock.now()));
  return seal_pin_hash(*env.keys.current(), account, hash, fresh);
}

// A store keeps no more than devices_count_max of an account: one page.
Result<std::vector<Device>> load_devices(const Environment& env, const SignedIn& owner) {
  OSTIARY_TRY(auto page, env.store.list_devices(owner.account().id, {.limit = PageRequest::limit_max}));
  return std::move(page.records);
}

std::optional<Instant> remembered_until(const Device& device, Instant now) {
  return device.remembered && now < device.remembered->until ? std::optional(device.remembered->until) : std::nullopt;
}

}  // namespace

Result<ProfilePage> Profile::view(const SignedIn& owner) const {
  OSTIARY_TRY(const auto facts, services::load_owner(env_, owner));
  return profile_page(facts);
}

Result<EditProfileOutcome> Profile::edit(const SignedIn& owner, const ProfileEdit& entry,
                                         const ClientContext& client) const {
  auto parsed = parse_profile_edit(entry);
  if (auto* const flaws = std::get_if<std::vector<InputFlaw>>(&parsed)) {
    return InputRefused{std::move(*flaws)};
  }
  OSTIARY_TRY(auto outcome,
              services::decide_and_commit(
                  env_, [&] { return services::load_owner(env_, owner); },
                  [&](const OwnerFacts& facts, Fresh& fresh, Instant now) -> Result<Decision<ProfileEditOutcome>> {
                    return decide_profile_edit(owner, facts, std::get<ParsedProfileEdit>(parsed), client, fresh, now);
                  }));
  return std::visit([](auto&& each) -> EditProfileOutcome { return std::forward<decltype(each)>(each); },
                    std::move(outcome));
}

Result<ChangePasswordOutcome> Profile::change_password(const SignedIn& owner, PasswordChange entry) const {
  using Outcome = ChangePasswordOutcome;
  services::Reauthentication proof(env_, entry.current, entry.client);
  NewPassword typed{.password = std::move(entry.password), .confirmation = std::move(entry.confirmation)};
  std::vector<PasswordFlaw> flaws;
  std::string hash;
  return services::decide_as_owner<Outcome>(
      env_, proof, [&] { return services::load_owner(env_, owner); },
      [&](const OwnerFacts& facts) -> Result<Need> {
        OSTIARY_TRY(flaws, services::check_new_password(env_, typed, facts.account, facts.organization));
        return flaws.empty() ? Need::current_password : Need::nothing;
      },
      [&](const OwnerFacts& /*facts*/) -> Result<std::optional<Outcome>> {
        if (!flaws.empty()) {
          return CredentialsRefused{.password = std::move(flaws)};
        }
        OSTIARY_TRY(hash, services::hash_new_password(env_, typed.password));
        return std::optional<Outcome>();
      },
      [&](const OwnerFacts& facts, const std::optional<CurrentPassword>& current, Fresh& fresh,
          Instant now) -> Result<Decision<PasswordChangeOutcome>> {
        return decide_password_change(owner, facts, current, hash, entry.client, env_.policies.mail, fresh, now);
      });
}

Result<ChangePinOutcome> Profile::change_pin(const SignedIn& owner, const PinChange& entry) const {
  using Outcome = ChangePinOutcome;
  services::Reauthentication proof(env_, entry.current_password, entry.client);
  auto flaws = check_pin(env_.policies.pin, entry.pin);
  Bytes sealed;
  return services::decide_as_owner<Outcome>(
      env_, proof, [&] { return services::load_owner(env_, owner); },
      [&](const OwnerFacts& /*facts*/) -> Result<Need> {
        return flaws.empty() ? Need::current_password : Need::nothing;
      },
      [&](const OwnerFacts& facts) -> Result<std::optional<Outcome>> {
        if (!flaws.empty()) {
          return CredentialsRefused{.pin = std::move(flaws)};
        }
        OSTIARY_TRY(sealed, hash_pin(env_, entry.pin, facts.account.id));
        return std::optional<Outcome>();
      },
      [&](const OwnerFacts& facts, const std::optional<CurrentPassword>& current, Fresh& fresh,
          Instant now) -> Result<Decision<PinChangeOutcome>> {
        return decide_pin_change(owner, facts, current, sealed, entry.client, fresh, now);
      });
}

Result<std::vector<DeviceView>> Profile::devices(const SignedIn& owner) const {
  OSTIARY_TRY(const auto devices, load_devices(env_, owner));
  const Instant now = env_.clock.now();
  std::vector<DeviceView> views;
  for (const Device& device : devices) {
    if (device.epoch == owner.account().epochs.devices && now < device.ends_at) {
      views.push_back({.id = device.id,
                       .network = device.network,
                       .user_agent = device.user_agent,
                       .created_at = device.created_at,
                       .last_seen_at = device.last_seen_at,
                       .remembered_until = remembered_until(device, now)});
    }
  }
  return views;
}

Result<DeviceEnd> Profile::end_device(const SignedIn& owner, const DeviceId& id, const ClientContext& client) const {
  return services::decide_and_commit(
      env_, [&] { return env_.store.find_device(id); },
      [&](const std::optional<Device>& found, Fresh& fresh, Instant now) -> Result<Decision<DeviceEnd>> {
        return decide_end_device(owner, found, client, fresh, now);
      });
}

Result<DevicesEnded> Profile::end_all_devices(const SignedIn& owner, const ClientContext& client) const {
  return services::decide_and_commit(
      env_, [&] { return load_devices(env_, owner); },
      [&](const std::vector<Device>& devices, Fresh& fresh, Instant now) -> Result<Decision<DevicesEnded>> {
        return decide_end_devices(owner, devices, client, fresh, now);
      });
}

}  // namespace ostiary::inline v0
