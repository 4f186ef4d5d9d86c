#include <ostiary/services/profile.hpp>

#include "faults/host.hpp"

using namespace ostiary;
using namespace ostiary::test;
using enum AddressPurpose;
using testing::FaultAct;
using testing::FaultWorld;

namespace {

const std::string next_password = "Lake-Ontario-8";
const std::string second = "second@maple.example";

// A manager in My Account, with a second address that is verified and `recovery`.
struct ProfileHost : FaultHost {
  explicit ProfileHost(FaultWorld& given)
      : FaultHost(given), profile(env), acme(found_active()), owner(signed_in(acme.manager.account).who) {
    world.secret(next_password);
    REQUIRE(profile.add_address(owner, entry(second, {recovery})).has_value());
    REQUIRE(std::holds_alternative<AddressConfirmed>(profile.confirm_address(deliver_all(), client()).value()));
  }

  Profile profile;
  OrganizationCreated acme;
  SignedIn owner;

  static AddressEntry entry(std::string_view address, PurposeSet purposes = {},
                            const std::string& password = good_password) {
    return {.address = address, .purposes = purposes, .current_password = SecretString(password), .client = client()};
  }
  // A change of the password spends its proof: after one of which nobody heard, actor_revoked is the answer.
  bool change_password(const std::string& current) {
    const auto outcome = profile.change_password(owner, {.current = SecretString(current),
                                                         .password = SecretString(next_password),
                                                         .confirmation = SecretString(next_password),
                                                         .client = client()});
    return answered(outcome) || outcome.assume_error() == Errc::actor_revoked;
  }
  // An owner whose session a rival ended is told so, and asks no more.
  template <class T>
  bool told(const Result<T>& outcome) {
    return answered(outcome) || outcome.assume_error() == Errc::actor_revoked;
  }
  std::string designated_token() {
    REQUIRE(profile.request_designated(owner, entry(second)).has_value());
    return deliver_all();
  }
};

// A sweep over one operation of an owner.
void sweep(std::string_view name, const std::function<bool(ProfileHost& host)>& act) {
  check_sweep(name, [&](FaultWorld& world) -> FaultAct {
    auto host = std::make_shared<ProfileHost>(world);
    return [host, act] { return act(*host); };
  });
}

}  // namespace

TEST_CASE("R39: changing password and PIN hold under every fault, also refused") {
  sweep("change_password", [](ProfileHost& host) { return host.change_password(good_password); });
  sweep("change_password, wrong", [](ProfileHost& host) { return host.change_password("Wrong-Lake-77"); });
  sweep("change_pin", [](ProfileHost& host) {
    return host.told(host.profile.change_pin(
        host.owner,
        {.current_password = SecretString(good_password), .pin = SecretString("58203914"), .client = client()}));
  });
}

TEST_CASE("R40: viewing and editing the profile hold under every fault") {
  sweep("profile view", [](ProfileHost& host) { return host.answered(host.profile.view(host.owner)); });
  check_sweep("profile edit", [](FaultWorld& world) -> FaultAct {
    auto host = std::make_shared<ProfileHost>(world);
    return [host, version = host->profile.view(host->owner).value().version] {
      return host->told(
          host->profile.edit(host->owner, {.version = version, .display_name = "Mara L.", .locale = "fr"}, client()));
    };
  });
}

TEST_CASE("R16, R19: adding, changing and removing addresses hold under every fault") {
  sweep("add_address", [](ProfileHost& host) {
    return host.told(host.profile.add_address(host.owner, ProfileHost::entry("third@maple.example", {notification})));
  });
  sweep("add_address, wrong password", [](ProfileHost& host) {
    return host.told(
        host.profile.add_address(host.owner, ProfileHost::entry("third@maple.example", {recovery}, "Wrong-Lake-77")));
  });
  sweep("request_designated", [](ProfileHost& host) {
    return host.told(host.profile.request_designated(host.owner, ProfileHost::entry(second)));
  });
  sweep("set_purposes", [](ProfileHost& host) {
    return host.told(host.profile.set_purposes(host.owner, ProfileHost::entry(second, {sign_in})));
  });
  sweep("remove_address", [](ProfileHost& host) {
    return host.told(host.profile.remove_address(host.owner, ProfileHost::entry(second)));
  });
  check_sweep("send_confirmation", [](FaultWorld& world) -> FaultAct {
    auto host = std::make_shared<ProfileHost>(world);
    const auto third = ProfileHost::entry("third@maple.example", {notification});
    REQUIRE(host->profile.add_address(host->owner, third).has_value());
    host->deliver_all();
    return [host] {
      return host->told(host->profile.send_confirmation(host->owner, ProfileHost::entry("third@maple.example")));
    };
  });
}

TEST_CASE("R15: the links that confirm and revoke hold under every fault") {
  check_sweep("inspect_address_link", [](FaultWorld& world) -> FaultAct {
    auto host = std::make_shared<ProfileHost>(world);
    return
        [host, token = host->designated_token()] { return host->answered(host->profile.inspect_address_link(token)); };
  });
  check_sweep("confirm_address, designated", [](FaultWorld& world) -> FaultAct {
    auto host = std::make_shared<ProfileHost>(world);
    return [host, token = host->designated_token()] {
      return host->answered(host->profile.confirm_address(token, client()));
    };
  });
  check_sweep("confirm_address, used", [](FaultWorld& world) -> FaultAct {
    auto host = std::make_shared<ProfileHost>(world);
    const auto token = host->designated_token();
    REQUIRE(host->profile.confirm_address(token, client()).has_value());
    return [host, token] { return host->answered(host->profile.confirm_address(token, client())); };
  });
  check_sweep("revoke_address_change", [](FaultWorld& world) -> FaultAct {
    auto host = std::make_shared<ProfileHost>(world);
    REQUIRE(host->profile.confirm_address(host->designated_token(), client()).has_value());
    const auto notice = host->deliver_all();
    REQUIRE(std::holds_alternative<AddressLinkPage>(host->profile.inspect_address_change(notice).value()));
    return [host, notice] { return host->answered(host->profile.revoke_address_change(notice, client())); };
  });
}

TEST_CASE("R66: seeing and ending devices hold under every fault") {
  sweep("devices", [](ProfileHost& host) { return host.answered(host.profile.devices(host.owner)); });
  check_sweep("end_device", [](FaultWorld& world) -> FaultAct {
    auto host = std::make_shared<ProfileHost>(world);
    return [host, id = host->profile.devices(host->owner).value().front().id] {
      return host->told(host->profile.end_device(host->owner, id, client()));
    };
  });
  sweep("end_all_devices",
        [](ProfileHost& host) { return host.told(host.profile.end_all_devices(host.owner, client())); });
}
