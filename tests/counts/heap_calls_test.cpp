#include "counts/heap_calls.hpp"

#include <sys/resource.h>

#include <doctest/doctest.h>

#include "counts/operations.hpp"
#include <ostiary/base/random.hpp>
#include <ostiary/services/standard_password_hasher.hpp>

// What a loud machine cannot blur. Each operation is called once first, so that what is fetched or mapped once is there.
namespace ostiary::counts {
namespace {

template <class Operation>
HeapCalls warm_heap_calls_of(const Operation& operation) {
  operation();
  return heap_calls_of(operation);
}

long page_faults_so_far() {
  rusage usage{};
  ::getrusage(RUSAGE_SELF, &usage);
  return usage.ru_minflt + usage.ru_majflt;
}

template <class Operation>
long warm_page_faults_of(const Operation& operation) {
  operation();
  const long before = page_faults_so_far();
  operation();
  return page_faults_so_far() - before;
}

}  // namespace

TEST_CASE("the counters count a heap call, and OpenSSL's apart from ours") {
  const auto one = heap_calls_of([] { delete new volatile int(1); });
  CHECK(one.ours == 1);
  CHECK(one.openssl == 0);
  CHECK(warm_heap_calls_of([] { must(session_digest(SecretBytes(32)).has_value()); }).openssl >= 1);
  CHECK(heap_calls_of([] { return 1; }).ours == 0);
}

TEST_CASE("R1: the policy check of an ASCII password makes no heap call") {
  const Operations operations;
  const auto calls = warm_heap_calls_of([&] { operations.policy_check(); });
  CHECK(calls.ours == 0);
  CHECK(calls.openssl == 0);
}

TEST_CASE("S342: the session check makes no heap call but OpenSSL's, and one for each long name that SignedIn owns") {
  const Operations operations;
  CHECK(warm_heap_calls_of([&] { operations.session_check(); }).ours == 0);
  // The login name as typed, its canonical form, and the client's name.
  const Operations with_long_names("front.desk@maple-dental", "portal-of-the-provider");
  CHECK(warm_heap_calls_of([&] { with_long_names.session_check(); }).ours == 3);
}

TEST_CASE("verifying a link makes no heap call but OpenSSL's; deriving one, the returned secret's alone") {
  const Operations operations;
  CHECK(warm_heap_calls_of([&] { operations.link_verify(); }).ours == 0);
  CHECK(warm_heap_calls_of([&] { operations.link_derive(); }).ours == 1);
}

TEST_CASE("R57: matching a code of an authenticator app makes no heap call but OpenSSL's") {
  const Operations operations;
  const auto calls = warm_heap_calls_of([&] { operations.totp_match(); });
  CHECK(calls.ours == 0);
  CHECK(calls.openssl > 0);
}

TEST_CASE(
    "R57, R73: sealing an authenticator's secret and opening it make no heap call but OpenSSL's and the returned one") {
  const Operations operations;
  SystemRandom random;
  Fresh fresh = Fresh::draw(random, Instant()).value();
  const auto sealing = warm_heap_calls_of([&] { operations.totp_seal(fresh); });
  const auto opening = warm_heap_calls_of([&] { operations.totp_open(); });
  CHECK(sealing.ours == 1);
  CHECK(opening.ours == 1);
  CHECK(sealing.openssl > 0);
  CHECK(opening.openssl > 0);
}

TEST_CASE("R6: a hash in a warm arena takes no page fault and one heap call, the returned string's") {
  SystemRandom random;
  const auto hasher = StandardPasswordHasher::create({}, random).value();
  const SecretString password("Lake-Superior-7");
  const std::string stored = hasher->hash(password).value();
  const auto hash = [&] { must(hasher->hash(password).has_value()); };
  const auto verify = [&] { must(hasher->verify(password, stored).value().matches); };
  CHECK(warm_page_faults_of(hash) == 0);
  CHECK(warm_page_faults_of(verify) == 0);
  CHECK(warm_heap_calls_of(hash).ours == 1);
  CHECK(warm_heap_calls_of(verify).ours == 1);  // the verdict names its hash
}

}  // namespace ostiary::counts
