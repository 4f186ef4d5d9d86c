#include <ostiary/rules/recovery_codes.hpp>

#include <set>

#include <doctest/doctest.h>

#include "fixture.hpp"

using namespace ostiary;
using namespace ostiary::test;

namespace {

NewRecoveryCodes make(std::uint64_t seed = 1, std::uint8_t count = 10) {
  auto randomness = fresh(seed);
  return make_recovery_codes(*key_ring(), owner_id, count, randomness, noon).value();
}

std::optional<RecoveryCodeMatch> match(const RecoveryCodes& codes, std::string_view typed,
                                       const AccountId& account = owner_id) {
  return match_recovery_code(*key_ring(), account, codes, typed).value();
}

std::string text_of(const SecretString& code) { return std::string(code.reveal()); }

}  // namespace

TEST_CASE("R66, S275: ten codes of 120 bits in groups of four, all different, of which only digests are kept, sealed") {
  const auto made = make();
  CHECK(made.stored.count == 10);
  CHECK(made.stored.used == 0);
  CHECK(made.stored.made_at == noon);
  std::set<std::string> seen;
  for (const auto& code : made.codes) {
    const auto text = text_of(code);
    CHECK(text.size() == recovery_code_length);
    for (std::size_t i = 0; i < text.size(); ++i) {
      CHECK((i % 5 == 4
                 ? text[i] == '-'
                 : std::string_view("0123456789ABCDEFGHJKMNPQRSTVWXYZ").find(text[i]) != std::string_view::npos));
    }
    seen.insert(text);
    CHECK(std::ranges::search(made.stored.sealed, as_bytes(text)).empty());
  }
  CHECK(seen.size() == 10);
  CHECK(text_of(make(2).codes.front()) != text_of(made.codes.front()));
  CHECK(make(1, 31).codes.size() == 31);
}

TEST_CASE("R66: a code is found by its number, however people write it, and nothing else is") {
  const auto made = make();
  const auto code = text_of(made.codes[7]);
  auto lower = code;
  std::ranges::transform(lower, lower.begin(),
                         [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c; });
  auto joined = code;
  std::erase(joined, '-');
  auto misread = joined;
  std::ranges::replace(misread, '0', 'O');
  std::ranges::replace(misread, '1', 'l');
  for (const auto& typed : {code, lower, joined, misread, " " + code + "  ", "-" + code}) {
    CAPTURE(typed);
    const auto found = match(made.stored, typed);
    REQUIRE(found);
    CHECK(found->index == 7);
    CHECK_FALSE(found->is_used);
  }
  auto other = joined;
  other.back() = other.back() == 'Z' ? 'Y' : 'Z';
  for (const auto& typed : {std::string(), other, joined.substr(1), joined + "0", std::string(24, 'U'),
                            std::string(24, '0'), joined.substr(0, 23) + "\xff", std::string(1000, '-')}) {
    CAPTURE(typed);
    CHECK_FALSE(match(made.stored, typed));
  }
}

TEST_CASE("S276: a code that was used is found, and said to be used") {
  auto made = make();
  made.stored.used = 1U << 3U;
  CHECK(match(made.stored, made.codes[3].reveal())->is_used);
  CHECK_FALSE(match(made.stored, made.codes[4].reveal())->is_used);
  CHECK(recovery_codes_left(made.stored) == 9);
  CHECK(recovery_codes_left(std::nullopt) == 0);
}

TEST_CASE("S277, S279: codes that were moved to another account or set, or turned, open for nobody") {
  const auto made = make();
  const auto& code = made.codes.front();
  CHECK(match_recovery_code(*key_ring(), stranger_id, made.stored, code.reveal()).error() == Errc::sealed_value_broken);
  auto renamed = made.stored;
  renamed.id = id_of<CredentialId>(99);
  CHECK(match_recovery_code(*key_ring(), owner_id, renamed, code.reveal()).error() == Errc::sealed_value_broken);
  auto recounted = made.stored;
  recounted.count = 11;
  CHECK(match_recovery_code(*key_ring(), owner_id, recounted, code.reveal()).error() == Errc::sealed_value_broken);
  auto turned = made.stored;
  turned.sealed.back() ^= std::byte{1};
  CHECK(match_recovery_code(*key_ring(), owner_id, turned, code.reveal()).error() == Errc::sealed_value_broken);
}

TEST_CASE("R73, S280: codes are sealed anew under a new key, and lost with theirs, which is a configuration error") {
  auto made = make();
  const auto both = key_ring(2, {1, 2});
  auto randomness = fresh(5);
  CHECK(match_recovery_code(*both, owner_id, made.stored, made.codes[2].reveal()).value()->index == 2);
  made.stored.sealed = reseal_recovery_codes(*both, owner_id, made.stored, randomness).value();
  CHECK(match_recovery_code(*key_ring(2, {2}), owner_id, made.stored, made.codes[2].reveal()).value()->index == 2);
  const auto lost = match_recovery_code(*key_ring(1, {1}), owner_id, made.stored, made.codes[2].reveal());
  CHECK(lost.error() == Errc::key_unknown);
  CHECK(lost.error() == ErrorKind::configuration);
}
