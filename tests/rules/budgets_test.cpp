#include <ostiary/rules/budgets.hpp>

#include <set>

#include <doctest/doctest.h>

#include "fixture.hpp"

using namespace ostiary;
using namespace ostiary::test;
using namespace std::chrono_literals;
using namespace std::string_view_literals;
using enum BudgetSubject;

namespace {

BudgetKey key_of(BudgetSubject subject, std::initializer_list<std::string_view> parts,
                 const std::shared_ptr<const KeyRing>& keys = key_ring()) {
  return make_budget_key(*keys, subject, parts).value();
}

ClientNetwork network(std::string_view address = "192.0.2.1") { return ClientNetwork::parse(address).value(); }
LoginName login_of(std::string_view name = "201@acme") { return LoginName::parse(name).value(); }

std::string budgets_of(const std::vector<Charge>& charges) {
  std::string text;
  for (const Charge& charge : charges) {
    text += fmt::format("{}/{}min{} ", charge.budget.count,
                        std::chrono::duration_cast<std::chrono::minutes>(charge.budget.window).count(),
                        charge.direction == ChargeDirection::spend ? "" : " refund");
  }
  return text;
}

}  // namespace

TEST_CASE("a budget's key differs by subject and by every part, and is the same for the same") {
  std::set<BudgetKey> keys;
  std::size_t made = 0;
  for (const auto subject : {password_network, password_login_network, password_login, link_network, link_account,
                             pin_account, mail_address, mail_organization, password_device, notice_account}) {
    for (const std::string_view part : {"", "a", "b"}) {
      keys.insert(key_of(subject, {part}));
      ++made;
    }
  }
  CHECK(keys.size() == made);
  CHECK(key_of(link_account, {"a"}) == key_of(link_account, {"a"}));
}

TEST_CASE("parts cannot be shifted into one another") {
  const std::set<BudgetKey> keys{
      key_of(password_login, {"a", "bc"}), key_of(password_login, {"ab", "c"}),
      key_of(password_login, {"abc"}),     key_of(password_login, {"abc", ""}),
      key_of(password_login, {"", "abc"}), key_of(password_login, {"a", "b", "c"}),
      key_of(password_login, {"bc", "a"}), key_of(password_login, {"a\0\0\0\2bc"sv}),
  };
  CHECK(keys.size() == 8);
}

TEST_CASE("a budget's key says nothing without the ring, and starts anew under a new current key") {
  CHECK(key_of(password_login, {"201@acme"}, key_ring(1, {1, 2})) ==
        key_of(password_login, {"201@acme"}, key_ring(1, {1})));
  CHECK(key_of(password_login, {"201@acme"}, key_ring(2, {1, 2})) !=
        key_of(password_login, {"201@acme"}, key_ring(1, {1, 2})));
}

TEST_CASE("R70: a password try is charged to the network, the login from there, the login from anywhere") {
  const auto charges = password_charges(*key_ring(), {}, login_of(), network()).value();
  CHECK(budgets_of(charges) == "100/10min 10/10min 30/30min ");
  CHECK(charges.at(0).key == key_of(password_network, {"192.0.2.1"}));
  CHECK(charges.at(1).key == key_of(password_login_network, {"201@acme", "192.0.2.1"}));
  CHECK(charges.at(2).key == key_of(password_login, {"201@acme"}));

  const auto same = password_charges(*key_ring(), {}, login_of("201@ACME"), network("::ffff:192.0.2.1")).value();
  const auto other_login = password_charges(*key_ring(), {}, login_of("202@acme"), network()).value();
  const auto other_network = password_charges(*key_ring(), {}, login_of(), network("192.0.2.2")).value();
  for (std::size_t i = 0; i < 3; ++i) {
    CAPTURE(i);
    CHECK(same.at(i).key == charges.at(i).key);
    CHECK((other_login.at(i).key == charges.at(i).key) == (i == 0));
    CHECK((other_network.at(i).key == charges.at(i).key) == (i == 2));
  }
}

TEST_CASE("R70: a try from a device that is known is charged to that device alone, wherever it is") {
  const auto device = id_of<DeviceId>(51);
  const auto charges = device_charges(*key_ring(), {}, device).value();
  CHECK(budgets_of(charges) == "10/10min ");
  CHECK(charges.at(0).key == key_of(password_device, {device.to_string()}));
  CHECK(charges.at(0).key != device_charges(*key_ring(), {}, id_of<DeviceId>(52)).value().at(0).key);
}

TEST_CASE("R70: a link is charged to the network and to itself, wherever it is used") {
  const auto charges = link_charges(*key_ring(), {}, link_id.to_string(), network()).value();
  CHECK(budgets_of(charges) == "60/10min 20/60min ");
  CHECK(charges.at(0).key == key_of(link_network, {"192.0.2.1"}));
  CHECK(charges.at(1).key == key_of(link_account, {link_id.to_string()}));
}

TEST_CASE("R10: a PIN try is charged to the account, ten an hour") {
  const auto charges = pin_charges(*key_ring(), {}, owner_id).value();
  CHECK(budgets_of(charges) == "10/60min ");
  CHECK(charges.at(0).key == key_of(pin_account, {owner_id.to_string()}));
  CHECK(charges.at(0).key != pin_charges(*key_ring(), {}, stranger_id).value().at(0).key);
}

TEST_CASE("R70: a mail is charged to the organisation and the address") {
  const auto address = EmailAddress::parse("Zoe@Mail.example").value();
  const auto charges = mail_charges(*key_ring(), {}, address, acme_id).value();
  CHECK(budgets_of(charges) == "2000/60min 10/60min ");
  CHECK(charges.at(0).key == key_of(mail_organization, {acme_id.to_string()}));
  CHECK(charges.at(1).key == key_of(mail_address, {"zoe@mail.example"}));
}

TEST_CASE("R31, R70: a request for a forgotten password is charged to the network and to the address as typed") {
  const auto address = EmailAddress::parse("Zoe@Mail.example").value();
  const auto charges = recovery_charges(*key_ring(), {}, RecoveryKind::reset_password, address, network()).value();
  CHECK(budgets_of(charges) == "30/10min 5/60min ");
  CHECK(charges.at(0).key == key_of(recovery_network, {"192.0.2.1"}));
  CHECK(charges.at(1).key == key_of(recovery_address, {"reset_password", "zoe@mail.example"}));
  const auto names = recovery_charges(*key_ring(), {}, RecoveryKind::login_names, address, network()).value();
  CHECK(names.at(0).key == charges.at(0).key);
  CHECK(names.at(1).key != charges.at(1).key);  // who asks for names keeps no reset link from the owner
}

TEST_CASE("R70: a notice is charged to the account that it goes to, ten an hour") {
  const auto charges = notice_charges(*key_ring(), {}, owner_id).value();
  CHECK(budgets_of(charges) == "10/60min ");
  CHECK(charges.at(0).key == key_of(notice_account, {owner_id.to_string()}));
  CHECK(charges.at(0).key != pin_charges(*key_ring(), {}, owner_id).value().at(0).key);
}

TEST_CASE("R70: a current password is charged to its account, ten in ten minutes") {
  const auto charges = reauthentication_charges(*key_ring(), {}, owner_id).value();
  CHECK(budgets_of(charges) == "10/10min ");
  CHECK(charges.at(0).key == key_of(reauthentication_account, {owner_id.to_string()}));
  CHECK(charges.at(0).key != pin_charges(*key_ring(), {}, owner_id).value().at(0).key);
}

TEST_CASE("the charges take the host's own numbers") {
  const BudgetPolicy policy{.pin_per_account = {.count = 3, .window = 5min}};
  CHECK(budgets_of(pin_charges(*key_ring(), policy, owner_id).value()) == "3/5min ");
}

TEST_CASE("a budget is valid from 1 to a million tries, a millisecond a try to 30 days") {
  CHECK(is_valid({.count = 1, .window = 1ms}));
  CHECK_FALSE(is_valid({.count = 0, .window = 1min}));
  CHECK_FALSE(is_valid({}));
  CHECK(is_valid({.count = 1'000'000, .window = 1'000'000ms}));
  CHECK_FALSE(is_valid({.count = 1'000'000, .window = 999'999ms}));
  CHECK_FALSE(is_valid({.count = 1'000'001, .window = 24h}));
  CHECK(is_valid({.count = 1, .window = 30 * 24h}));
  CHECK_FALSE(is_valid({.count = 1, .window = 30 * 24h + 1ms}));
  CHECK_FALSE(is_valid({.count = 1, .window = 0ms}));
  CHECK_FALSE(is_valid({.count = 1, .window = -1min}));
}

TEST_CASE("every default budget is valid") {
  const BudgetPolicy policy;
  for (const Budget& budget :
       {policy.password_per_network, policy.password_per_login_and_network, policy.password_per_login,
        policy.password_per_device, policy.link_per_network, policy.link_per_account, policy.pin_per_account,
        policy.mail_per_address, policy.mail_per_organization, policy.notice_per_account}) {
    CHECK(is_valid(budget));
  }
}
