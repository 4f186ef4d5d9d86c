#include <ostiary/model/account.hpp>

#include <doctest/doctest.h>

#include "aborts.hpp"
#include "codec_sweep.hpp"

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
  CHECK_FALSE(back.locale.has_value());
  CHECK_FALSE(back.setup_completed_at.has_value());
  CHECK(back.addresses.empty());
  CHECK(back.revocable.empty());
}

TEST_CASE("a damaged account is unreadable, never another account") {
  testing_internal::sweep_record(encode(full_account()), reencode);
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
