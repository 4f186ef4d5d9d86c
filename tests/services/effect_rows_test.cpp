#include <array>
#include <optional>

#include "services/factor_world.hpp"
#include "services/profile_world.hpp"
#include <ostiary/rules/effect_table.hpp>
#include <ostiary/rules/recovery_codes.hpp>
#include <ostiary/services/account_admin.hpp>
#include <ostiary/services/factor_admin.hpp>

// "2 sessions, 1 pending link, 1 remembered device: each event of the effect table ends exactly its row." The table is
// over SecurityEvent: an event that is done to an active account has its act here.
using namespace ostiary;
using namespace ostiary::test;
using enum AddressPurpose;

namespace {

const std::string home = "mara@acme.example";
const std::string second = "second@acme.example";
const std::string pending = "pending@acme.example";

// An account with another manager beside it, a revocable change of its designated address (home to second), two
// sessions, one known device, and one link that nobody has followed.
struct Stage {
  Stage() {
    world.give(second, {recovery});
    world.add_active(world.acme.organization, "101", Role::manager);
    REQUIRE(std::holds_alternative<AddressSaved>(
        world.profile.request_designated(world.owner(), ProfileWorld::entry(second, {}, good_password)).value()));
    REQUIRE(std::holds_alternative<AddressConfirmed>(world.confirm(second)));
    notice = world.token_to(home);
    mine.emplace(world.signed_in("100@acme"));
    const std::string cookie(mine->device_cookie.reveal());
    auto outcome = world.try_sign_in("100@acme", good_password, "192.0.2.1", cookie);
    other.emplace(std::get<SignInSuccess>(std::move(outcome)));
    device = world.profile.devices(mine->who).value().back().id;
    REQUIRE(std::holds_alternative<AddressSaved>(
        world.profile.add_address(mine->who, ProfileWorld::entry(pending, {notification})).value()));
    link = world.token_to(pending);
    const auto before = seen();
    REQUIRE(before.this_session == Effect::stays);
    REQUIRE(before.other_sessions == Effect::stays);
    REQUIRE(before.remembered_devices == Effect::stays);
    REQUIRE(before.pending_links == Effect::stays);
  }

  ProfileWorld world;
  std::string notice;
  std::string link;
  DeviceId device;
  std::optional<SignInSuccess> mine;
  std::optional<SignInSuccess> other;

  // Gives the account a second factor without an act that ends anything, and a recovery code of it.
  std::string give_factor() {
    auto fresh = Fresh::draw(world.random, world.clock.now()).value();
    auto made = make_recovery_codes(*world.keys.current(), world.owner_id, 1, fresh, world.clock.now()).value();
    world.alter(world.owner_id, [&](Account& account) {
      account.email_codes_since = world.clock.now();
      account.recovery_codes = made.stored;
    });
    return std::string(made.codes.front().reveal());
  }

  // What has ended.
  Effects seen() {
    const auto ended = [](bool stays) { return stays ? Effect::stays : Effect::ends; };
    return {.this_session = ended(world.is_live(*mine)),
            .other_sessions = ended(world.is_live(*other)),
            .remembered_devices =
                ended(is_known_device(world.store.find_device(device).value(), world.own(), world.clock.now())),
            .pending_links = ended(refusal_of(world.profile.inspect_address_link(link).value()) == LinkVerdict::good)};
  }
};

using Act = void (*)(Stage& stage);

// Null: an active account does not meet it; an invited one has no session, and one link, which is consumed by it.
Act act_of(SecurityEvent event) {
  switch (event) {
    case SecurityEvent::signed_out:
      return [](Stage& s) {
        REQUIRE(s.world.sessions.end(s.mine->who, s.mine->who.session()).value() == SessionEnd::ended);
      };
    case SecurityEvent::signed_out_elsewhere:
      return [](Stage& s) { REQUIRE(s.world.sessions.end_all(s.mine->who, ThisSession::stays).has_value()); };
    case SecurityEvent::signed_out_everywhere:
      return [](Stage& s) { REQUIRE(s.world.sessions.end_all(s.mine->who, ThisSession::ends).has_value()); };
    case SecurityEvent::suspended:
      return [](Stage& s) {
        REQUIRE(
            std::holds_alternative<Suspended>(s.world.organizations.suspend(s.world.host(), s.world.owner_id).value()));
      };
    case SecurityEvent::password_changed:
      return [](Stage& s) {
        REQUIRE(std::holds_alternative<PasswordChanged>(
            s.world.change_password(s.mine->who, good_password, "Lake-Ontario-8")));
      };
    case SecurityEvent::designated_changed:
      return [](Stage& s) {
        REQUIRE(std::holds_alternative<AddressSaved>(
            s.world.profile.request_designated(s.mine->who, ProfileWorld::entry(home, {}, good_password)).value()));
        REQUIRE(std::holds_alternative<AddressConfirmed>(s.world.confirm(home)));
      };
    case SecurityEvent::address_removed:
      return [](Stage& s) {
        REQUIRE(std::holds_alternative<AddressSaved>(
            s.world.profile.remove_address(s.mine->who, ProfileWorld::entry(home, {}, good_password)).value()));
      };
    case SecurityEvent::address_purposes_changed:
      return [](Stage& s) {
        REQUIRE(std::holds_alternative<AddressSaved>(
            s.world.profile.set_purposes(s.mine->who, ProfileWorld::entry(home, {notification}, good_password))
                .value()));
      };
    case SecurityEvent::address_change_revoked:
      return [](Stage& s) {
        REQUIRE(std::holds_alternative<AddressChangeRevoked>(
            s.world.profile.revoke_address_change(s.notice, client()).value()));
      };
    case SecurityEvent::password_reset:
      return [](Stage& s) {
        s.world.put_link(MailKind::reset_password, LinkPurpose::reset);
        REQUIRE(std::holds_alternative<ResetCompleted>(s.world.reset(s.world.token_to(second), "Lake-Ontario-8")));
      };
    case SecurityEvent::temporary_password_set:
      return [](Stage& s) {
        REQUIRE(std::holds_alternative<TemporaryPasswordSet>(
            AccountAdmin(s.world.env)
                .set_temporary_password(
                    s.world.host(), s.world.owner_id,
                    {.password = SecretString("Lake-Ontario-8"), .confirmation = SecretString("Lake-Ontario-8")})
                .value()));
      };
    case SecurityEvent::role_changed:
      return [](Stage& s) {
        REQUIRE(std::holds_alternative<RoleChanged>(
            AccountAdmin(s.world.env)
                .change_role(s.world.host(), s.world.owner_id, s.world.own().version, Role::supervisor)
                .value()));
      };
    case SecurityEvent::removed:
      return [](Stage& s) {
        REQUIRE(std::holds_alternative<AccountRemoved>(
            AccountAdmin(s.world.env).remove(s.world.host(), s.world.owner_id, s.world.own().version).value()));
      };
    case SecurityEvent::factor_enabled:
      return [](Stage& s) {
        const SecondFactor factor(s.world.env);
        const auto offer = std::get<EnrolmentOffer>(factor.begin(s.mine->who).value());
        const App app(offer.secret);
        REQUIRE(is<FactorEnabled>(factor
                                      .confirm(s.mine->who, {.ticket = offer.ticket.reveal(),
                                                             .code = SecretString(app.code(s.world.clock.now())),
                                                             .entry = FactorWorld::entry()})
                                      .value()));
      };
    case SecurityEvent::factor_disabled:
      return [](Stage& s) {
        const auto code = s.give_factor();
        REQUIRE(is<FactorDisabled>(
            SecondFactor(s.world.env)
                .disable(s.mine->who, FactorMethod::email_code,
                         FactorWorld::entry(good_password, proof_of(FactorMethod::recovery_code, code)))
                .value()));
      };
    case SecurityEvent::recovery_codes_made:
      return [](Stage& s) {
        const auto code = s.give_factor();
        REQUIRE(is<RecoveryCodesMade>(
            SecondFactor(s.world.env)
                .make_recovery_codes(s.mine->who,
                                     FactorWorld::entry(good_password, proof_of(FactorMethod::recovery_code, code)))
                .value()));
      };
    case SecurityEvent::factor_reset:
      return [](Stage& s) {
        static_cast<void>(s.give_factor());
        REQUIRE(
            is<FactorReset>(FactorAdmin(s.world.env).reset_second_factor(s.world.host(), s.world.owner_id).value()));
      };
    case SecurityEvent::setup_completed:
      return nullptr;
  }
  return nullptr;
}

}  // namespace

TEST_CASE("R68: 2 sessions, 1 pending link, 1 remembered device: each event ends exactly its row") {
  std::size_t acts = 0;
  for (const Effects& row : effect_table) {
    const auto act = act_of(row.event);
    if (act == nullptr) {
      continue;
    }
    ++acts;
    Stage stage;
    act(stage);
    const auto seen = stage.seen();
    INFO(std::string(security_event_name(row.event)));
    CHECK(seen.this_session == row.this_session);
    CHECK(seen.other_sessions == row.other_sessions);
    CHECK(seen.remembered_devices == row.remembered_devices);
    CHECK(seen.pending_links == row.pending_links);
  }
  CHECK(acts == effect_table.size() - 1);
}
