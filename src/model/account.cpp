#include <ostiary/model/account.hpp>

#include <algorithm>

#include "codec.hpp"
#include <ostiary/base/assert.hpp>
#include <ostiary/model/search.hpp>

namespace ostiary::inline v0 {
namespace {

constexpr std::uint8_t format = 2;  // 2: second factor, needed clients
constexpr std::uint8_t purpose_bits_max = 2 * static_cast<unsigned>(AddressPurpose::notification) - 1;

void write(codec::Writer& out, const AccountAddress& address) {
  out.text(address.address.as_typed()).number(address.purposes.bits());
  out.optional(address.verified_at, [&](Instant at) { out.instant(at); }).instant(address.added_at);
  out.number(address.wanted.bits()).optional(address.confirmation, [&](const LinkId& link) { out.id(link); });
}

PurposeSet read_purposes(codec::Reader& in) {
  const auto bits = in.number<std::uint8_t>();
  if (bits > purpose_bits_max) {
    in.fail();
  }
  return PurposeSet::from_bits(bits);
}

std::optional<AccountAddress> read_address(codec::Reader& in) {
  const auto address = in.parsed(EmailAddress::parse);
  if (!address) {
    return std::nullopt;
  }
  AccountAddress out{.address = address.value(), .purposes = {}, .verified_at = {}, .added_at = {}};
  out.purposes = read_purposes(in);
  out.verified_at = in.optional([&] { return in.instant(); });
  out.added_at = in.instant();
  out.wanted = read_purposes(in);
  out.confirmation = in.optional([&] { return in.id<LinkId>(); });
  return out;
}

std::vector<AccountAddress> read_addresses(codec::Reader& in) {
  std::vector<AccountAddress> out;
  const auto count = in.number<std::uint8_t>();
  if (count > addresses_count_max) {
    in.fail();
  }
  for (std::size_t i = 0; i < count; ++i) {
    auto address = read_address(in);
    if (!address) {
      break;
    }
    out.push_back(std::move(*address));
  }
  return out;
}

std::vector<RevocableChange> read_revocable(codec::Reader& in) {
  std::vector<RevocableChange> out;
  const auto count = in.number<std::uint8_t>();
  if (count > revocable_changes_count_max) {
    in.fail();
  }
  for (std::size_t i = 0; i < count; ++i) {
    const auto link = in.id<LinkId>();
    auto former = in.parsed(EmailAddress::parse);
    const auto until = in.instant();
    if (!former) {
      break;
    }
    out.push_back({.link = link, .former = std::move(former).value(), .until = until});
  }
  return out;
}

Password read_password(codec::Reader& in) {
  Password password;
  password.id = in.id<CredentialId>();
  password.hash = in.text();
  password.set_at = in.instant();
  password.temporary_until = in.optional([&] { return in.instant(); });
  return password;
}

Pin read_pin(codec::Reader& in) {
  Pin pin;
  const auto sealed = in.bytes();
  pin.sealed.assign(sealed.begin(), sealed.end());
  pin.set_at = in.instant();
  return pin;
}

Authenticator read_authenticator(codec::Reader& in) {
  Authenticator authenticator{.id = in.id<CredentialId>()};
  auto& parameters = authenticator.parameters;
  parameters.algorithm = in.choice(TotpAlgorithm::sha1, TotpAlgorithm::sha512);
  parameters.digits = in.number<std::uint8_t>();
  parameters.period = std::chrono::seconds(in.number<std::uint16_t>());
  const auto sealed = in.bytes();
  authenticator.sealed.assign(sealed.begin(), sealed.end());
  authenticator.enrolled_at = in.instant();
  authenticator.accepted_step = in.number<TotpStep>();
  if (parameters.digits < 6 || parameters.digits > 8 || parameters.period < std::chrono::seconds(15) ||
      parameters.period > std::chrono::seconds(120)) {
    in.fail();
  }
  return authenticator;
}

RecoveryCodes read_recovery_codes(codec::Reader& in) {
  RecoveryCodes codes{.id = in.id<CredentialId>()};
  const auto sealed = in.bytes();
  codes.sealed.assign(sealed.begin(), sealed.end());
  codes.count = in.number<std::uint8_t>();
  codes.made_at = in.instant();
  codes.used = in.number<std::uint32_t>();
  if (codes.count > recovery_codes_count_max) {
    in.fail();
  }
  return codes;
}

void write_second_factor(codec::Writer& out, const Account& account) {
  out.optional(account.authenticator, [&](const Authenticator& authenticator) {
    out.id(authenticator.id).number(authenticator.parameters.algorithm).number(authenticator.parameters.digits);
    out.number(static_cast<std::uint16_t>(authenticator.parameters.period.count())).bytes(authenticator.sealed);
    out.instant(authenticator.enrolled_at).number(authenticator.accepted_step);
  });
  out.optional(account.email_codes_since, [&](Instant at) { out.instant(at); });
  out.optional(account.recovery_codes, [&](const RecoveryCodes& codes) {
    out.id(codes.id).bytes(codes.sealed).number(codes.count).instant(codes.made_at).number(codes.used);
  });
  OSTIARY_ASSERT(account.needed_clients.size() <= needed_clients_count_max);
  out.number(static_cast<std::uint8_t>(account.needed_clients.size()));
  for (const auto& client : account.needed_clients) {
    out.text(client);
  }
}

void read_second_factor(codec::Reader& in, Account& account) {
  account.authenticator = in.optional([&] { return read_authenticator(in); });
  account.email_codes_since = in.optional([&] { return in.instant(); });
  account.recovery_codes = in.optional([&] { return read_recovery_codes(in); });
  const auto count = in.number<std::uint8_t>();
  if (count > needed_clients_count_max) {
    in.fail();
    return;
  }
  for (std::size_t i = 0; i < count; ++i) {
    account.needed_clients.push_back(in.text());
  }
}

}  // namespace

SecondFactorMarks marks_of(const Account& account) noexcept {
  SecondFactorMarks marks;
  if (account.authenticator) {
    marks.authenticator = account.authenticator->id;
    marks.accepted_step = account.authenticator->accepted_step;
  }
  if (account.recovery_codes) {
    marks.recovery_codes = account.recovery_codes->id;
    marks.used_codes = account.recovery_codes->used;
  }
  return marks;
}

void set_marks(Account& account, const SecondFactorMarks& marks) noexcept {
  if (account.authenticator && account.authenticator->id == marks.authenticator) {
    account.authenticator->accepted_step = marks.accepted_step;
  }
  if (account.recovery_codes && account.recovery_codes->id == marks.recovery_codes) {
    account.recovery_codes->used = marks.used_codes;
  }
}

const EmailAddress& designated_address(const Account& account) noexcept {
  const auto found = std::ranges::find_if(
      account.addresses, [](const AccountAddress& a) { return a.purposes.has(AddressPurpose::designated); });
  OSTIARY_ASSERT(found != account.addresses.end());
  return found->address;
}

AccountStanding standing_of(const Account& account) {
  return {.id = account.id,
          .organization = account.organization,
          .login = account.login,
          .status = account.status,
          .role = account.role,
          .epochs = account.epochs};
}

namespace {

// The extension's words come first: a long name may lose words, but nobody becomes unfindable by extension (R29).
std::vector<std::string> search_words_of(const Account& account) {
  auto words = fold_words(account.login.extension());
  for (auto& word : fold_words(account.display_name)) {
    if (words.size() < search_words_count_max && std::ranges::find(words, word) == words.end()) {
      words.push_back(std::move(word));
    }
  }
  std::ranges::sort(words);
  return words;
}

}  // namespace

AccountKeys index_keys(const Account& account) {
  AccountKeys keys{.standing = standing_of(account),
                   .login = account.login.canonical(),
                   .host_ref = account.host_ref,
                   .addresses = {}};
  for (const auto& address : account.addresses) {
    keys.addresses.push_back(address.address.canonical());
  }
  if (account.status != AccountStatus::removed) {
    keys.search_words = search_words_of(account);
  }
  return keys;
}

Bytes encode(const Account& account) {
  codec::Writer out(format);
  out.id(account.id).id(account.organization).text(account.login.as_typed());
  out.number(account.status).number(account.role).text(account.display_name);
  out.optional(account.locale, [&](const Locale& locale) { out.text(locale.tag()); });
  OSTIARY_ASSERT(account.addresses.size() <= addresses_count_max);
  out.number(static_cast<std::uint8_t>(account.addresses.size()));
  for (const auto& address : account.addresses) {
    write(out, address);
  }
  OSTIARY_ASSERT(account.revocable.size() <= revocable_changes_count_max);
  out.number(static_cast<std::uint8_t>(account.revocable.size()));
  for (const auto& change : account.revocable) {
    out.id(change.link).text(change.former.as_typed()).instant(change.until);
  }
  out.optional(account.password, [&](const Password& password) {
    out.id(password.id).text(password.hash).instant(password.set_at);
    out.optional(password.temporary_until, [&](Instant until) { out.instant(until); });
  });
  out.optional(account.pin, [&](const Pin& pin) { out.bytes(pin.sealed).instant(pin.set_at); });
  out.number(account.epochs.sessions).number(account.epochs.links).number(account.epochs.devices);
  out.text(account.host_ref).instant(account.created_at);
  out.optional(account.setup_completed_at, [&](Instant at) { out.instant(at); });
  write_second_factor(out, account);
  return std::move(out).finish();
}

Result<Account> decode_account(ByteView body, Version version) {
  codec::Reader in(body, format);
  const auto id = in.id<AccountId>();
  const auto organization = in.id<OrganizationId>();
  auto login = in.parsed(LoginName::parse);
  if (!login) {
    return Errc::record_unreadable;
  }
  Account account{.id = id, .version = version, .organization = organization, .login = std::move(login).value()};
  account.status = in.choice(AccountStatus::invited, AccountStatus::removed);
  account.role = in.choice(Role::member, Role::manager);
  account.display_name = in.text();
  const auto locale = in.optional([&] { return in.parsed(Locale::parse); });
  if (locale && *locale) {
    account.locale = locale->value();
  }
  account.addresses = read_addresses(in);
  account.revocable = read_revocable(in);
  account.password = in.optional([&] { return read_password(in); });
  account.pin = in.optional([&] { return read_pin(in); });
  account.epochs.sessions = in.number<std::uint32_t>();
  account.epochs.links = in.number<std::uint32_t>();
  account.epochs.devices = in.number<std::uint32_t>();
  account.host_ref = in.text();
  account.created_at = in.instant();
  account.setup_completed_at = in.optional([&] { return in.instant(); });
  if (in.format() >= 2) {
    read_second_factor(in, account);
  }
  OSTIARY_TRY(in.finish());
  return account;
}

}  // namespace ostiary::inline v0
