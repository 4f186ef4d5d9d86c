#include <ostiary/model/account.hpp>

#include <algorithm>

#include <doctest/doctest.h>

#include "aborts.hpp"
#include "codec_sweep.hpp"
#include "model/codec.hpp"

using namespace ostiary;

namespace {

Instant at(std::int64_t seconds) { return Instant(std::chrono::seconds(seconds)); }

template <class IdType>
IdType id(unsigned char tail) {
  return IdType::make(at(1'700'000'000), ByteArray<10>{std::byte{tail}});
}

Account full_account() {
  Account account{.id = id<AccountId>(1),
                  .version = 7,
                  .organization = id<OrganizationId>(2),
                  .login = LoginName::parse("201@Acme").value(),
                  .status = AccountStatus::active,
                  .role = Role::manager,
                  .display_name = "Zo\u00eb Rivers",
                  .locale = Locale::parse("fr-CA").value()};
  account.addresses.push_back({.address = EmailAddress::parse("Zoe@Mail.example").value(),
                               .purposes = {AddressPurpose::designated, AddressPurpose::sign_in},
                               .verified_at = at(1'700'000'100),
                               .added_at = at(1'700'000'000)});
  account.addresses.push_back({.address = EmailAddress::parse("copies@mail.example").value(),
                               .purposes = {AddressPurpose::notification},
                               .added_at = at(1'700'000'050),
                               .wanted = {AddressPurpose::recovery},
                               .confirmation = id<LinkId>(4)});
  account.revocable.push_back({.link = id<LinkId>(5),
                               .former = EmailAddress::parse("Former@Mail.example").value(),
                               .until = at(1'700'000'200)});
  account.password = Password{.id = id<CredentialId>(3),
                              .hash = "$argon2id$v=19$...",
                              .set_at = at(1'700'000'100),
                              .temporary_until = at(1'700'000'300)};
  account.pin = Pin{.sealed = {std::byte{9}, std::byte{0}, std::byte{7}}, .set_at = at(1'700'000'100)};
  account.authenticator =
      Authenticator{.id = id<CredentialId>(6),
                    .parameters = {.algorithm = TotpAlgorithm::sha256, .digits = 8, .period = std::chrono::seconds(60)},
                    .sealed = {std::byte{0xaa}, std::byte{0}, std::byte{0xbb}},
                    .enrolled_at = at(1'700'000'400),
                    .accepted_step = 0x0102030405060708};
  account.email_codes_since = at(1'700'000'500);
  account.recovery_codes = RecoveryCodes{.id = id<CredentialId>(7),
                                         .sealed = {std::byte{0xcc}, std::byte{0xdd}, std::byte{0}, std::byte{1}},
                                         .count = 10,
                                         .made_at = at(1'700'000'600),
                                         .used = 0x201};
  account.needed_clients = {"portal", "kiosk"};
  account.epochs = {.sessions = 2, .links = 3, .devices = 0xffffffff};
  account.host_ref = "row 42";
  account.created_at = at(1'700'000'000);
  account.setup_completed_at = at(1'700'000'100);
  return account;
}

Result<Bytes> reencode(ByteView body) {
  OSTIARY_TRY(const auto account, decode_account(body, 1));
  return encode(account);
}

}  // namespace

TEST_CASE("an account comes back as it was written, with the version of the row") {
  const auto account = full_account();
  const auto back = decode_account(encode(account), 9).value();
  CHECK(back.version == 9);
  CHECK(back.id == account.id);
  CHECK(back.organization == account.organization);
  CHECK(back.login.as_typed() == "201@Acme");
  CHECK(back.status == AccountStatus::active);
  CHECK(back.role == Role::manager);
  CHECK(back.display_name == "Zo\u00eb Rivers");
  CHECK(back.locale == account.locale);
  REQUIRE(back.addresses.size() == 2);
  CHECK(back.addresses[0].address.as_typed() == "Zoe@Mail.example");
  CHECK(back.addresses[0].purposes == PurposeSet{AddressPurpose::designated, AddressPurpose::sign_in});
  CHECK(back.addresses[0].verified_at == at(1'700'000'100));
  CHECK(back.addresses[1].verified_at == std::nullopt);
  CHECK(back.addresses[1].added_at == at(1'700'000'050));
  CHECK(back.addresses[0].wanted == PurposeSet());
  CHECK(back.addresses[0].confirmation == std::nullopt);
  CHECK(back.addresses[1].wanted == PurposeSet{AddressPurpose::recovery});
  CHECK(back.addresses[1].confirmation == id<LinkId>(4));
  REQUIRE(back.revocable.size() == 1);
  CHECK(back.revocable[0].link == id<LinkId>(5));
  CHECK(back.revocable[0].former.as_typed() == "Former@Mail.example");
  CHECK(back.revocable[0].until == at(1'700'000'200));
  CHECK(back.password->temporary_until == at(1'700'000'300));
  CHECK(back.password->id == account.password->id);
  CHECK(back.password->hash == account.password->hash);
  CHECK(back.password->set_at == account.password->set_at);
  CHECK(back.pin->sealed == account.pin->sealed);
  CHECK(back.authenticator->id == account.authenticator->id);
  CHECK(back.authenticator->parameters == account.authenticator->parameters);
  CHECK(back.authenticator->sealed == account.authenticator->sealed);
  CHECK(back.authenticator->enrolled_at == at(1'700'000'400));
  CHECK(back.email_codes_since == at(1'700'000'500));
  CHECK(back.recovery_codes->sealed == account.recovery_codes->sealed);
  CHECK(back.recovery_codes->count == 10);
  CHECK(back.recovery_codes->made_at == at(1'700'000'600));
  CHECK(marks_of(back) == marks_of(account));
  CHECK(back.needed_clients == std::vector<std::string>{"portal", "kiosk"});
  CHECK(back.epochs == account.epochs);
  CHECK(back.host_ref == "row 42");
  CHECK(back.created_at == account.created_at);
  CHECK(back.setup_completed_at == account.setup_completed_at);
}

TEST_CASE("an invited account without password, PIN and locale comes back so") {
  const Account account{.id = id<AccountId>(1), .login = LoginName::parse("201@acme").value()};
  const auto back = decode_account(encode(account), 1).value();
  CHECK(back.status == AccountStatus::invited);
  CHECK_FALSE(back.password.has_value());
  CHECK_FALSE(back.pin.has_value());
  CHECK_FALSE(back.authenticator.has_value());
  CHECK_FALSE(back.email_codes_since.has_value());
  CHECK_FALSE(back.recovery_codes.has_value());
  CHECK_FALSE(has_second_factor(back));
  CHECK(back.needed_clients.empty());
  CHECK_FALSE(back.locale.has_value());
  CHECK_FALSE(back.setup_completed_at.has_value());
  CHECK(back.addresses.empty());
  CHECK(back.revocable.empty());
}

TEST_CASE("a damaged account is unreadable, never another account") {
  testing_internal::sweep_record(encode(full_account()), reencode);
}

TEST_CASE("an account of before second factors has none") {
  auto account = full_account();
  codec::Writer before(1);
  before.id(account.id).id(account.organization).text("201@Acme").number(account.status).number(account.role);
  before.text(account.display_name).number(std::uint8_t{0});  // no locale
  before.number(std::uint8_t{0}).number(std::uint8_t{0});     // no address, no change to take back
  before.number(std::uint8_t{0}).number(std::uint8_t{0});     // no password, no PIN
  before.number(std::uint32_t{2}).number(std::uint32_t{3}).number(std::uint32_t{0xffffffff});
  before.text("row 42").instant(account.created_at).number(std::uint8_t{0});  // not set up
  const auto body = std::move(before).finish();
  account.locale.reset();
  account.addresses.clear();
  account.revocable.clear();
  account.password.reset();
  account.pin.reset();
  account.setup_completed_at.reset();
  account.authenticator.reset();
  account.email_codes_since.reset();
  account.recovery_codes.reset();
  account.needed_clients.clear();
  CHECK(reencode(body).value() == encode(account));
}

TEST_CASE("a length that is longer than the account is unreadable") {
  const auto account = full_account();
  const auto body = encode(account);
  for (const auto& sealed : {account.authenticator->sealed, account.recovery_codes->sealed}) {
    const auto found = std::ranges::search(body, sealed).begin() - body.begin();
    for (const auto length : {std::byte{0xff}, std::byte{0x7f}, std::byte{1}}) {
      auto changed = body;
      changed[static_cast<std::size_t>(found) - 4] = length;  // its most significant byte
      CHECK(decode_account(changed, 1).error() == Errc::record_unreadable);
    }
  }
}

TEST_CASE("R64, R66: an account needs sixteen clients and has 31 recovery codes, and no more") {
  auto account = full_account();
  account.needed_clients.resize(needed_clients_count_max, "portal");
  account.recovery_codes->count = recovery_codes_count_max;
  const auto back = decode_account(encode(account), 1).value();
  CHECK(back.needed_clients.size() == 16);
  CHECK(back.recovery_codes->count == 31);
  account.recovery_codes->count = recovery_codes_count_max + 1;
  CHECK(decode_account(encode(account), 1).error() == Errc::record_unreadable);
  account = full_account();
  account.needed_clients.clear();
  for (const unsigned count : {1U, 16U, 17U, 255U}) {  // clients that are not there
    auto body = encode(account);
    body.back() = static_cast<std::byte>(count);
    CHECK(decode_account(body, 1).error() == Errc::record_unreadable);
  }
  account.needed_clients.resize(needed_clients_count_max + 1, "portal");
  CHECK(testing_internal::aborts([&] { static_cast<void>(encode(account)); }));
}

TEST_CASE("R58: an authenticator of an algorithm that does not exist is unreadable") {
  auto account = full_account();
  for (const unsigned algorithm : {0U, 4U, 255U}) {
    account.authenticator->parameters.algorithm = static_cast<TotpAlgorithm>(algorithm);
    CHECK(decode_account(encode(account), 1).error() == Errc::record_unreadable);
  }
}

TEST_CASE("R19: an address of purposes that do not exist is unreadable") {
  auto account = full_account();
  account.addresses[1].purposes = PurposeSet::from_bits(0x10);
  CHECK(decode_account(encode(account), 1).error() == Errc::record_unreadable);
  account.addresses[1].purposes = PurposeSet::from_bits(0x0f);
  CHECK(decode_account(encode(account), 1).has_value());
  account.addresses[1].wanted = PurposeSet::from_bits(0x10);
  CHECK(decode_account(encode(account), 1).error() == Errc::record_unreadable);
}

TEST_CASE("R15: an account holds five changes that can be taken back") {
  auto account = full_account();
  while (account.revocable.size() < revocable_changes_count_max) {
    account.revocable.push_back(account.revocable.front());
  }
  CHECK(decode_account(encode(account), 1).value().revocable.size() == 5);
  account.revocable.push_back(account.revocable.front());
  CHECK(testing_internal::aborts([&] { static_cast<void>(encode(account)); }));
}

TEST_CASE("R18: an account holds twenty addresses") {
  auto account = full_account();
  while (account.addresses.size() < addresses_count_max) {
    account.addresses.push_back(account.addresses.front());
  }
  CHECK(decode_account(encode(account), 1).value().addresses.size() == 20);
  account.addresses.push_back(account.addresses.front());
  CHECK(testing_internal::aborts([&] { static_cast<void>(encode(account)); }));
}

TEST_CASE("R14: the designated address is where mails go, wherever it stands") {
  auto account = full_account();
  CHECK(designated_address(account).canonical() == "zoe@mail.example");
  std::swap(account.addresses[0], account.addresses[1]);
  CHECK(designated_address(account).canonical() == "zoe@mail.example");
  account.addresses.pop_back();
  CHECK(testing_internal::aborts([&] { static_cast<void>(designated_address(account)); }));
}

TEST_CASE("a store finds an account by canonical keys") {
  const auto account = full_account();
  const auto keys = index_keys(account);
  CHECK(keys.login == "201@acme");
  CHECK(keys.host_ref == "row 42");
  CHECK(keys.addresses == std::vector<std::string>{"zoe@mail.example", "copies@mail.example"});
  CHECK(keys.standing.id == account.id);
  CHECK(keys.standing.organization == account.organization);
  CHECK(keys.standing.status == AccountStatus::active);
  CHECK(keys.standing.role == Role::manager);
  CHECK(keys.standing.epochs == account.epochs);
}

TEST_CASE("R19: purposes are a set") {
  PurposeSet set{AddressPurpose::recovery};
  CHECK(set.has(AddressPurpose::recovery));
  CHECK_FALSE(set.has(AddressPurpose::designated));
  set.add(AddressPurpose::sign_in);
  set.add(AddressPurpose::sign_in);
  set.remove(AddressPurpose::recovery);
  set.remove(AddressPurpose::notification);
  CHECK(set == PurposeSet{AddressPurpose::sign_in});
  CHECK(PurposeSet::from_bits(set.bits()) == set);
}
