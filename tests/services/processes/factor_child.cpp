// One process at the second step, for factor_processes_test: factor_child <file> <clock in ms> <code> <tickets>. It reads
// the tickets, a line each, says "ready", and when its input ends gives the code with all of them at once.
#define DOCTEST_CONFIG_IMPLEMENT
#include <atomic>
#include <cstdlib>
#include <iostream>

#include "services/race/at_once.hpp"
#include "services/race/wide_factor_budgets.hpp"
#include "services/world.hpp"
#include <ostiary/adapters/sqlite_store.hpp>

using namespace ostiary;
using namespace ostiary::test;

int main(int argc, char** argv) {  // NOLINT(bugprone-exception-escape): a wrong argument ends the child, as it should
  const std::vector<std::string> arguments(argv, argv + argc);
  if (argc != 5) {
    return EXIT_FAILURE;
  }
  const auto store = SqliteStore::open({.path = arguments[1], .busy_deadline = std::chrono::minutes(1)});
  SystemRandom random;
  const auto hasher = StandardPasswordHasher::create(weak_hashing(), random);
  if (!store || !hasher) {
    return EXIT_FAILURE;
  }
  testing::ManualClock clock;
  clock.set(Instant(Duration(std::stoll(arguments[2]))));
  KeySource keys(make_ring());
  const Environment env{.store = *store.value(),
                        .clock = clock,
                        .random = random,
                        .hasher = *hasher.value(),
                        .keys = keys,
                        .policies = wide_factor_budgets()};
  const SignIn sign_in(env);

  std::vector<std::string> tickets(std::stoul(arguments[4]));
  for (auto& ticket : tickets) {
    std::getline(std::cin, ticket);
  }
  std::cout << "ready\n" << std::flush;
  std::cin.get();  // its end

  std::atomic<int> accepted = 0;
  std::atomic<int> refused = 0;
  std::atomic<int> others = 0;
  at_once(static_cast<int>(tickets.size()), [&](int i) {
    const auto outcome =
        sign_in.with_factor({.ticket = tickets.at(static_cast<std::size_t>(i)),
                             .proof = {.method = FactorMethod::totp, .code = SecretString(arguments[3])},
                             .client = client()});
    if (outcome && std::holds_alternative<SignInSuccess>(outcome.value())) {
      ++accepted;
    } else {
      ++(outcome && std::holds_alternative<FactorRefused>(outcome.value()) ? refused : others);
    }
  });
  std::cout << accepted << ' ' << refused << ' ' << others << '\n' << std::flush;
  return EXIT_SUCCESS;
}
