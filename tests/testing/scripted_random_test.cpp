#include <ostiary/testing/scripted_random.hpp>

#include <set>
#include <thread>
#include <vector>

#include <doctest/doctest.h>

using namespace ostiary;
using testing::ScriptedRandom;

namespace {

using Value = std::array<std::byte, 10>;

Value draw(ScriptedRandom& random) {
  Value value{};
  REQUIRE(random.fill(value).has_value());
  return value;
}

}  // namespace

TEST_CASE("ScriptedRandom gives the same stream for a seed, and another one for another seed") {
  ScriptedRandom a(7);
  ScriptedRandom b(7);
  ScriptedRandom c(8);
  for (int i = 0; i < 100; ++i) {
    const auto value = draw(a);
    CHECK(value == draw(b));
    CHECK(value != draw(c));
  }
}

TEST_CASE("ScriptedRandom gives no value twice, to any thread") {
  ScriptedRandom random;
  std::vector<std::vector<Value>> drawn(8);
  {
    std::vector<std::jthread> threads;
    for (auto& mine : drawn) {
      threads.emplace_back([&] {
        for (int i = 0; i < 1000; ++i) {
          Value value{};
          if (random.fill(value).has_value()) {
            mine.push_back(value);
          }
        }
      });
    }
  }
  std::set<Value> all;
  for (const auto& mine : drawn) {
    all.insert(mine.begin(), mine.end());
  }
  CHECK(all.size() == 8000);
  CHECK(random.calls() == 8000);
}

TEST_CASE("ScriptedRandom fills every byte of a large buffer, and nothing of an empty one") {
  ScriptedRandom random;
  std::vector<std::byte> bytes(4096);
  REQUIRE(random.fill(bytes).has_value());
  CHECK(std::set<std::byte>(bytes.begin(), bytes.end()).size() == 256);
  CHECK(std::set<std::byte>(bytes.end() - 64, bytes.end()).size() > 1);
  CHECK(random.fill({}).has_value());
}

TEST_CASE("ScriptedRandom fails from the call it was told, until it recovers") {
  ScriptedRandom random(3);
  ScriptedRandom twin(3);
  random.fail_from_call(3);
  CHECK(draw(random) == draw(twin));
  const auto second = draw(random);
  CHECK(second == draw(twin));
  Value value{};
  CHECK(random.fill(value).error() == Errc::entropy_unavailable);
  CHECK(random.fill(value).error() == Errc::entropy_unavailable);
  CHECK(value == Value{});
  random.recover();
  CHECK(draw(random) == draw(twin));
  CHECK(random.calls() == 5);
}
