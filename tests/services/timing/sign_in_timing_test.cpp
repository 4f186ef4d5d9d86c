#include <algorithm>
#include <cmath>
#include <cstdio>
#include <cstdlib>
#include <random>

#include "services/world.hpp"
#include <ostiary/rules/decoy.hpp>

// Beside the gate (sign_in_gate_test): Welch's t of the times of refused sign-ins, class against class, many samples
// interleaved. It prints figures and judges none of them, for a loud machine moves them; it asserts that it would see a
// leak, by a sign-in with one. OSTIARY_LONG=1 takes 20,000 samples of each class instead of 300.
using namespace ostiary;
using namespace ostiary::test;

namespace {

constexpr double t_suspicious = 4.5;  // of dudect
constexpr double t_control_min = 20;

std::size_t samples_count() {
  const char* const is_long = std::getenv("OSTIARY_LONG");  // NOLINT(concurrency-mt-unsafe): no test sets one
  return is_long != nullptr && std::string_view(is_long) == "1" ? 20'000 : 300;
}

// The known-bad control: no decoy, so that an unknown login costs no hash.
class SkippingHasher final : public PasswordHasher {
 public:
  explicit SkippingHasher(const PasswordHasher& inner) : inner_(inner) {}

  Result<std::string> hash(const SecretString& password) const override { return inner_.hash(password); }
  Result<PasswordVerdict> verify(const SecretString& password, std::string_view hash) const override {
    return hash.empty() ? Result<PasswordVerdict>(PasswordVerdict{}) : inner_.verify(password, hash);
  }
  std::string decoy(std::uint64_t /*draw*/) const override { return {}; }

 private:
  const PasswordHasher& inner_;
};

Policies without_limits() {
  Policies policies;
  const Budget ample{.count = 1'000'000, .window = std::chrono::hours(24)};
  policies.budgets.password_per_network = ample;
  policies.budgets.password_per_login_and_network = ample;
  policies.budgets.password_per_login = ample;
  return policies;
}

struct Class {
  const char* name = "";
  const SignIn* sign_in = nullptr;
  std::vector<std::string> logins{};
  std::vector<double> times{};  // in microseconds
};

void measure(std::vector<Class>& classes, std::size_t count) {
  const SecretString typed("Wrong-Password-1");
  const auto from = client();
  std::mt19937 engine(1);  // NOLINT(cert-msc32-c,cert-msc51-cpp): an order, no secret
  std::vector<std::size_t> order(classes.size());
  for (std::size_t i = 0; i < order.size(); ++i) {
    order[i] = i;
  }
  for (std::size_t round = 0; round < count; ++round) {
    std::ranges::shuffle(order, engine);
    for (const auto i : order) {
      auto& each = classes[i];
      const auto& login = each.logins[round % each.logins.size()];
      const auto begin = std::chrono::steady_clock::now();
      const auto outcome = each.sign_in->with_password({.login_name = login, .password = typed, .client = from});
      const std::chrono::duration<double, std::micro> time = std::chrono::steady_clock::now() - begin;
      REQUIRE(std::holds_alternative<SignInRefused>(outcome.value()));
      each.times.push_back(time.count());
    }
  }
}

struct Moments {
  double mean = 0;
  double variance = 0;
  double count = 0;
};

// Of the times up to `cut`: what the machine did in between tells nothing of the code.
Moments moments_of(const std::vector<double>& times, double cut) {
  Moments out;
  for (const double time : times) {
    if (time <= cut) {
      out.count += 1;
      const double step = time - out.mean;
      out.mean += step / out.count;
      out.variance += step * (time - out.mean);
    }
  }
  out.variance /= out.count - 1;
  return out;
}

double welch_t(const Class& one, const Class& other) {
  std::vector<double> all = one.times;
  all.insert(all.end(), other.times.begin(), other.times.end());
  const auto at = all.begin() + static_cast<std::ptrdiff_t>(all.size() * 9 / 10);
  std::ranges::nth_element(all, at);
  const auto a = moments_of(one.times, *at);
  const auto b = moments_of(other.times, *at);
  const double t = (a.mean - b.mean) / std::sqrt(a.variance / a.count + b.variance / b.count);
  std::printf("%-44s %-26s |t| %8.2f   %9.2f us %9.2f us   n %zu\n", one.name, other.name, std::abs(t), a.mean, b.mean,
              one.times.size());
  return t;
}

// The first login names from `first` on that draw a decoy of this form.
std::vector<std::string> drawing(const World& world, const std::string& form, int first, std::size_t count) {
  std::vector<std::string> out;
  for (int i = first; out.size() < count; ++i) {
    const auto login = std::to_string(i) + "@acme";
    const auto draw = decoy_draw(*world.keys.current(), LoginName::parse(login).value()).value();
    if (hash_form(world.real_hasher->decoy(draw)) == form) {
      out.push_back(login);
    }
  }
  return out;
}

}  // namespace

TEST_CASE("R71: Welch's t over refused sign-ins, class against class, and a leak that the rig must see") {
  World world(without_limits());
  const auto acme = world.found_active();
  const auto suspended = world.add_active(acme.organization, "1300");
  world.alter(suspended, [](Account& account) { account.status = AccountStatus::suspended; });
  static_cast<void>(world.add_active(acme.organization, "1301"));
  for (int i = 0; i < 8; ++i) {
    const auto text = std::to_string(1400 + i);
    const NewAccount request{.extension = text, .display_name = "Invited", .email = "i" + text + "@acme.example"};
    REQUIRE(
        std::holds_alternative<Invited>(world.organizations.invite(world.host(), acme.organization, request).value()));
  }
  const ImportRow imported{.extension = "1200",
                           .display_name = "Imported",
                           .email = "imported@acme.example",
                           .password_hash = "$2b$04$oczjBaon3bVCxbqBgYLmHuOxfAEykP7cwPAbTMj/0ep02shIaf6Uy"};
  REQUIRE(world.organizations.import_accounts(world.host(), acme.organization, {&imported, 1}, ImportMode::commit)
              .has_value());
  REQUIRE(world.housekeeping.refresh_decoys().has_value());
  const auto own_form = hash_form(world.real_hasher->decoy(PasswordHasher::decoy_draw_own));
  const SkippingHasher skipping(*world.real_hasher);
  const Environment leaky_env{.store = world.store,
                              .clock = world.clock,
                              .random = world.random,
                              .hasher = skipping,
                              .keys = world.keys,
                              .policies = world.env.policies};
  const SignIn leaky(leaky_env);

  const auto unknown = drawing(world, own_form, 5000, 8);
  std::vector<Class> classes{
      {.name = "wrong password", .sign_in = &world.sign_in, .logins = {"1301@acme"}},
      {.name = "wrong password, again", .sign_in = &world.sign_in, .logins = {"1301@acme"}},
      {.name = "unknown login", .sign_in = &world.sign_in, .logins = unknown},
      {.name = "invited", .sign_in = &world.sign_in, .logins = drawing(world, own_form, 1400, 1)},
      {.name = "suspended", .sign_in = &world.sign_in, .logins = {"1300@acme"}},
      {.name = "imported with bcrypt", .sign_in = &world.sign_in, .logins = {"1200@acme"}},
      {.name = "unknown login with a decoy of bcrypt",
       .sign_in = &world.sign_in,
       .logins = drawing(world, "$2b$04$53", 5000, 8)},
      {.name = "CONTROL unknown login, hash skipped", .sign_in = &leaky, .logins = unknown}};
  measure(classes, samples_count());

  std::printf("\nWelch's t of refused sign-ins (over %.1f is suspicious; fastest 90 %% of each pair)\n", t_suspicious);
  for (const std::size_t i : {1U, 2U, 3U, 4U}) {
    static_cast<void>(welch_t(classes[i], classes[0]));
  }
  static_cast<void>(welch_t(classes[6], classes[5]));
  CHECK(std::abs(welch_t(classes[7], classes[0])) > t_control_min);
}
