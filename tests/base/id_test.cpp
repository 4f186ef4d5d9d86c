#include <ostiary/base/id.hpp>

#include <set>
#include <type_traits>
#include <unordered_set>

#include <doctest/doctest.h>

#include <ostiary/base/random.hpp>

using namespace ostiary;

namespace {

ByteArray<10> filled(unsigned char value) {
  ByteArray<10> out{};
  out.fill(std::byte{value});
  return out;
}

Instant at(std::int64_t milliseconds) { return Instant(Duration(milliseconds)); }

}  // namespace

TEST_CASE("RFC 9562 §5.7: an id is laid out as UUID version 7") {
  // Appendix A.6 of the RFC: 2022-02-22T19:22:22Z, rand_a 0xCC3, rand_b 0x18C4DC0C0C07398F, where the variant bits
  // stand in for the two upper ones. The expected text is the RFC's.
  const ByteArray<10> random{std::byte{0x0c}, std::byte{0xc3}, std::byte{0x18}, std::byte{0xc4}, std::byte{0xdc},
                             std::byte{0x0c}, std::byte{0x0c}, std::byte{0x07}, std::byte{0x39}, std::byte{0x8f}};
  CHECK(AccountId::make(at(0x017F22E279B0), random).to_string() == "017f22e279b07cc398c4dc0c0c07398f");
}

TEST_CASE("version and variant stand whatever the random bytes are") {
  CHECK(AccountId::make(at(0), filled(0)).to_string() == "00000000000070008000000000000000");
  CHECK(AccountId::make(at(0), filled(0xff)).to_string() == "0000000000007fffbfffffffffffffff");
  CHECK_FALSE(AccountId::make(at(0), filled(0)).is_nil());
}

TEST_CASE("ids made later sort later, and so do their texts") {
  const auto early = AccountId::make(at(1'700'000'000'000), filled(0xff));
  const auto late = AccountId::make(at(1'700'000'000'001), filled(0));
  CHECK(early < late);
  CHECK(early.to_string() < late.to_string());
}

TEST_CASE("an id's text is read back, and nothing else is read") {
  const auto id = SessionId::make(at(1'700'000'000'000), filled(0x5a));
  CHECK(SessionId::parse(id.to_string()).value() == id);
  CHECK(SessionId::parse("00000000000000000000000000000000").value().is_nil());
  for (const std::string_view text : {"", "018bcfe568007a5a9a5a5a5a5a5a5a5", "018bcfe568007a5a9a5a5a5a5a5a5a5a5",
                                      "018bcfe5-6800-7a5a-9a5a-5a5a5a5a5a5a", "018bcfe568007a5a9a5a5a5a5a5a5a5g",
                                      " 18bcfe568007a5a9a5a5a5a5a5a5a5a", "{18bcfe568007a5a9a5a5a5a5a5a5a5}"}) {
    CAPTURE(std::string(text));
    CHECK(SessionId::parse(text).error() == Errc::malformed_id);
  }
}

TEST_CASE("ids of two kinds do not mix") {
  CHECK_FALSE(std::is_convertible_v<AccountId, SessionId>);
  CHECK_FALSE(std::is_constructible_v<AccountId, SessionId>);
  CHECK_FALSE(std::is_assignable_v<AccountId&, SessionId>);
}

TEST_CASE("ids hash and order by their bytes") {
  SystemRandom random;
  std::unordered_set<AccountId> hashed;
  std::set<AccountId> ordered;
  for (int i = 0; i < 1000; ++i) {
    ByteArray<10> bytes{};
    REQUIRE(random.fill(bytes).has_value());
    const auto id = AccountId::make(at(1), bytes);
    hashed.insert(id);
    ordered.insert(id);
  }
  CHECK(hashed.size() == 1000);
  CHECK(ordered.size() == 1000);
  CHECK(AccountId().is_nil());
  CHECK(AccountId() == AccountId());
}
