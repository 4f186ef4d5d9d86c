
#include <ostiary/model/fresh.hpp>

#include <doctest/doctest.h>

#include "aborts.hpp"

using namespace ostiary;

namespace {

class CountingRandom final : public RandomSource {
 public:
  Result<void> fill(std::span<std::byte> out) override {
    for (auto& byte : out) {
      byte = static_cast<std::byte>(count_++ & 0xffU);
    }
    return success();
  }

 private:
  unsigned count_ = 0;
};

class DeadRandom final : public RandomSource {
 public:
  Result<void> fill(std::span<std::byte> /*out*/) override { return Errc::entropy_unavailable; }
};

constexpr Instant at{std::chrono::milliseconds(0x0102030405)};

}  // namespace

TEST_CASE("randomness is handed out from the front, each byte once") {
  CountingRandom random;
  auto fresh = Fresh::draw(random, at).value();
  CHECK(hex_encode(fresh.secret(4).reveal()) == "00010203");
  CHECK(fresh.id<SessionId>().to_string() ==
        "00010203040570008405"
        "060708090a0b");
  CHECK(hex_encode(fresh.secret(2).reveal()) == "0c0d");
  CHECK(fresh.secret(0).empty());
}

TEST_CASE("a draw is enough for 128 ids, of the time it was given, each greater than the one before") {
  SystemRandom random;
  auto fresh = Fresh::draw(random, at).value();
  AuditId last;
  for (std::size_t i = 0; i < Fresh::size / 8; ++i) {
    const auto id = fresh.id<AuditId>();
    CHECK(last < id);
    last = id;
    CHECK(id.to_string().substr(0, 12) == "000102030405");
  }
}

TEST_CASE("a dead random source is an error before anything is decided") {
  DeadRandom random;
  CHECK(Fresh::draw(random, at).error() == Errc::entropy_unavailable);
}

TEST_CASE("taking more than was drawn ends the process, rather than to repeat a byte") {
  SystemRandom random;
  auto fresh = Fresh::draw(random, at).value();
  CHECK(fresh.secret(Fresh::size).size() == Fresh::size);
  CHECK(testing_internal::aborts([&] { static_cast<void>(fresh.secret(1)); }));
  CHECK(testing_internal::aborts([&] { static_cast<void>(fresh.id<AuditId>()); }));
}
