#include <algorithm>
#include <cstdlib>
#include <map>
#include <set>

#include "services/recorders.hpp"
#include <ostiary/rules/decoy.hpp>

// The gate of R71: what a sign-in does must not tell whether its login name exists. Counted, not timed.
using namespace ostiary;
using namespace ostiary::test;

namespace {

constexpr std::string_view bcrypt_hash = "$2b$05$8.ezwZIAWJur3fTuUy/ZneNp1nCBoO7CdztZTXyGkrkiHpwiCpGEy";
constexpr std::string_view django_hash =
    "pbkdf2_sha256$1000$RNApusFKSJmdD1RhccdsGO$s0FMm5EbZxmMJahWXTnAlrdsMyo3dbFpKHaXvK8N95Q=";
const std::string right_bcrypt = "correct horse battery staple";
const std::string own_form = "$argon2id$v=19$m=64,t=1,p=1$22$43";
const std::string bcrypt_form = "$2b$05$53";
const std::string django_form = "$pbkdf2-sha256$i=1000$30$43";

// The bytes of the one event that a refusal writes.
std::size_t event_size(const Trace& trace) {
  constexpr std::string_view beginning = "commit 1 AppendAudit:";
  const auto found = std::ranges::find_if(trace, [&](const auto& line) { return line.starts_with(beginning); });
  REQUIRE(found != trace.end());
  return std::stoul(found->substr(beginning.size()));
}

Trace without_event_size(Trace trace) {
  for (auto& line : trace) {
    if (const auto at = line.find("AppendAudit:"); at != std::string::npos) {
      line.resize(at);
    }
  }
  return trace;
}

// A world with every class of account, behind recorders. 40 hashes: 20 bcrypt, 10 Django, 10 of the policy's own.
struct Gate {
  World world;
  OrganizationCreated acme = world.found_active();
  Recorder recorder;
  testing::FaultyStore store{world.store, recorder.plan};
  RecordingHasher hasher{*world.real_hasher, recorder};
  testing::FaultyRandom random{world.random, recorder.plan};
  RecordingClock clock{world.clock, recorder};
  Environment env{.store = store, .clock = clock, .random = random, .hasher = hasher, .keys = world.keys};
  SignIn sign_in{env};
  int clients = 0;

  Gate() {
    std::vector<ImportRow> rows;
    for (int i = 0; i < 30; ++i) {
      rows.push_back({.extension = std::to_string(200 + i),
                      .display_name = "Imported",
                      .email = "imported@acme.example",
                      .status = i % 10 == 0 ? AccountStatus::suspended : AccountStatus::active,
                      .password_hash = std::string(i < 20 ? bcrypt_hash : django_hash)});
    }
    const auto imported =
        world.organizations.import_accounts(world.host(), acme.organization, rows, ImportMode::commit).value();
    REQUIRE(std::get<ImportReport>(imported).created == 30);
    for (int i = 0; i < 9; ++i) {
      const auto id = world.add_active(acme.organization, std::to_string(300 + i));
      if (i >= 5) {
        world.alter(id, [](Account& account) { account.status = AccountStatus::suspended; });
      }
      world.clock.advance(std::chrono::hours(1));  // mails to one organisation and from one network are limited
    }
    for (int i = 0; i < 9; ++i) {
      const auto invited = world.organizations.invite(world.host(), acme.organization,
                                                      {.extension = std::to_string(400 + i),
                                                       .display_name = "Invited",
                                                       .email = "i" + std::to_string(i) + "@acme.example"});
      REQUIRE(std::holds_alternative<Invited>(invited.value()));
    }
  }

  // What a refused password does, each time from a client that nobody has seen. The answer is the same for all.
  Trace trace_of(const std::string& login, const std::string& password = "Wrong-Password-1") {
    const SecretString typed(password);
    // Texts of one length: the event that is written has the address.
    const auto address =
        "198.51." + std::to_string(100 + (clients / 100)) + "." + std::to_string(100 + (clients % 100));
    ++clients;
    recorder.clear();
    const auto outcome = sign_in.with_password({.login_name = login, .password = typed, .client = client(address)});
    CHECK(std::holds_alternative<SignInRefused>(outcome.value()));
    return recorder.trace();
  }

  // What a caller could measure of it: all but the bytes of the event, which the store alone sees (see below).
  std::set<Trace> traces_of(const std::vector<std::string>& logins) {
    std::set<Trace> out;
    for (const auto& login : logins) {
      out.insert(without_event_size(trace_of(login)));
    }
    return out;
  }
};

std::vector<std::string> logins(int first, int count, const std::string& domain = "acme") {
  std::vector<std::string> out;
  for (int i = first; i < first + count; ++i) {
    out.push_back(std::to_string(i) + "@" + domain);
  }
  return out;
}

// The trace with every hash's form taken out.
Trace without_forms(Trace trace) {
  for (auto& line : trace) {
    line = line.substr(0, line.find('$'));
  }
  return trace;
}

}  // namespace

TEST_CASE("R71, R74, S229, S244: known, unknown, invited, suspended and imported do the same, call for call") {
  Gate gate;
  REQUIRE(gate.world.store.count_password_hashes().value() ==
          std::vector<HashCount>{{bcrypt_form, 20}, {own_form, 10}, {django_form, 10}});
  REQUIRE(Housekeeping(gate.env).refresh_decoys().has_value());

  const auto own = gate.traces_of(logins(300, 5));
  const auto bcrypt = gate.traces_of(logins(201, 9));
  const auto django = gate.traces_of(logins(221, 9));
  const auto suspended = gate.traces_of(logins(305, 4));
  const auto suspended_bcrypt = gate.traces_of({"200@acme", "210@acme"});
  // Each class of known logins does one thing, and they differ in the form of the hash alone.
  REQUIRE(own.size() == 1);
  CHECK(suspended == own);
  CHECK(bcrypt.size() == 1);
  CHECK(suspended_bcrypt == bcrypt);
  CHECK(django.size() == 1);
  const auto shape = without_forms(*own.begin());
  CHECK(without_forms(*bcrypt.begin()) == shape);
  CHECK(without_forms(*django.begin()) == shape);
  CHECK(std::ranges::count(*bcrypt.begin(), "verify 16 " + bcrypt_form) == 1);

  // Unknown logins do one of just these things, and so do invited ones.
  std::set<Trace> known = own;
  known.insert(bcrypt.begin(), bcrypt.end());
  known.insert(django.begin(), django.end());
  CHECK(gate.traces_of(logins(5000, 60)) == known);
  CHECK(gate.traces_of(logins(5000, 30, "nowhere")) == known);
  const auto invited = gate.traces_of(logins(400, 9));
  CHECK(std::ranges::includes(known, invited));

  // The same login does the same again.
  for (const auto& login : logins(6000, 10)) {
    CHECK(gate.trace_of(login) == gate.trace_of(login));
  }
}

TEST_CASE("R71: of a suspended account a right password does what a wrong one does, whatever the form of its hash") {
  Gate gate;
  const std::string wrong_bcrypt = "correct horse battery stapla";
  CHECK(gate.trace_of("200@acme", right_bcrypt) == gate.trace_of("200@acme", wrong_bcrypt));
  const std::string wrong_own = "Lake-Superior-8";
  CHECK(gate.trace_of("305@acme", good_password) == gate.trace_of("305@acme", wrong_own));
}

TEST_CASE("R71: of a suspended organisation a right password does what a wrong one does, and what it does elsewhere") {
  Gate gate;
  const auto own = without_event_size(gate.trace_of("300@acme"));
  const auto bcrypt = without_event_size(gate.trace_of("201@acme"));
  REQUIRE(gate.world.organizations.suspend_organization(gate.world.host(), gate.acme.organization).has_value());
  for (const auto& password : {good_password, std::string("Lake-Superior-8")}) {
    CHECK(without_forms(without_event_size(gate.trace_of("300@acme", password))) == without_forms(own));
  }
  CHECK(without_event_size(gate.trace_of("300@acme", good_password)) ==
        without_event_size(gate.trace_of("300@acme", "Lake-Superior-8")));
  // An outdated hash of which the password is right is not renewed either: that would tell.
  CHECK(without_event_size(gate.trace_of("201@acme", right_bcrypt)) ==
        without_event_size(gate.trace_of("201@acme", "correct horse battery stapla")));
  CHECK(without_forms(without_event_size(gate.trace_of("201@acme", right_bcrypt))).size() == bcrypt.size());
}

TEST_CASE("R71: refusals differ in the bytes of the event alone: by its reason, and by the account that it is about") {
  Gate gate;
  const auto size_of = [&](const std::string& login) { return event_size(gate.trace_of(login)); };
  const auto size = [](std::string_view reason) { return reason.size(); };
  const auto wrong = size_of("300@acme");
  for (const auto* const login : {"301@acme", "201@acme", "221@acme"}) {
    CHECK(size_of(login) == wrong);
  }
  const auto bare = wrong - size("wrong_password");
  CHECK(size_of("305@acme") == bare + size("suspended"));
  CHECK(size_of("200@acme") == bare + size("suspended"));
  CHECK(size_of("400@acme") == bare + size("invited"));
  // An unknown login has no account to tell of and no organisation: two ids less.
  const auto ids = sizeof(AccountId) + sizeof(OrganizationId);
  CHECK(size_of("5000@acme") == bare - ids + size("unknown_login"));
  CHECK(size_of("5000@nowhere") == bare - ids + size("unknown_login"));
}

TEST_CASE("R74: unknown logins have each form in the share that the store has it, in every process, after a restart") {
  Gate gate;
  const auto form_of = [&](const PasswordHasher& hasher, const KeyRing& keys, const std::string& login) {
    return hash_form(hasher.decoy(decoy_draw(keys, LoginName::parse(login).value()).value()));
  };
  REQUIRE(gate.world.housekeeping.refresh_decoys().has_value());
  testing::ScriptedRandom other_random(99);
  const auto restarted = StandardPasswordHasher::create(weak_hashing(), other_random).value();
  restarted->follow(gate.world.store.count_password_hashes().value());
  const auto keys = gate.world.keys.current();
  const auto rotated = make_ring(2);  // a second key, current
  std::map<std::string, int> counts;
  for (const auto& login : logins(10'000, 4000)) {
    const auto form = form_of(*gate.world.real_hasher, *keys, login);
    ++counts[form];
    CHECK(form_of(*restarted, *keys, login) == form);
    CHECK(form_of(*restarted, *rotated, login) == form);
  }
  CHECK(counts.size() == 3);
  CHECK(std::abs(counts[bcrypt_form] - 2000) < 160);  // five deviations of 32
  CHECK(std::abs(counts[django_form] - 1000) < 140);
  CHECK(std::abs(counts[own_form] - 1000) < 140);
}

TEST_CASE("R71: the gate notices a sign-in whose decoys do not follow the store") {
  Gate gate;
  const auto bcrypt = without_event_size(gate.trace_of("201@acme"));
  const auto unknown = gate.traces_of(logins(5000, 60));
  CHECK_FALSE(unknown.contains(bcrypt));  // never told of the mix: an imported account stands out
  CHECK(unknown == gate.traces_of(logins(300, 1)));
}

TEST_CASE("R71, R74: as imported accounts sign in, unknown logins move to the new form with them") {
  Gate gate;
  const auto unknown = logins(10'000, 3000);
  const auto decoys = [&] {
    REQUIRE(Housekeeping(gate.env).refresh_decoys().has_value());
    std::vector<std::string> forms;
    for (const auto& login : unknown) {
      const auto draw = decoy_draw(*gate.world.keys.current(), LoginName::parse(login).value()).value();
      forms.push_back(hash_form(gate.world.real_hasher->decoy(draw)));
    }
    return forms;
  };
  const auto before = decoys();
  const SecretString battery(right_bcrypt);
  for (const auto& login : logins(201, 9)) {
    const auto outcome =
        gate.sign_in.with_password({.login_name = login, .password = battery, .client = client("203.0.113.7")});
    REQUIRE(std::holds_alternative<SignInSuccess>(outcome.value()));
  }
  CHECK(gate.world.store.count_password_hashes().value() ==
        std::vector<HashCount>{{bcrypt_form, 11}, {own_form, 19}, {django_form, 10}});
  const auto after = decoys();
  CHECK(std::abs(std::ranges::count(before, own_form) - 750) < 120);  // of 3000 a quarter; five deviations of 24
  CHECK(std::abs(std::ranges::count(after, own_form) - 1425) < 140);  // 19 of 40; of 27
  for (std::size_t i = 0; i < unknown.size(); ++i) {
    CHECK((before[i] != own_form || after[i] == own_form));  // nobody moves back
  }
}

TEST_CASE("R36, R71: a temporary password, right after its end or wrong at any time, does what any wrong one does") {
  Gate gate;
  const auto own = gate.traces_of(logins(300, 1));
  const std::string login = "301@acme";
  const auto set = [&](Duration lifetime) {
    const auto id = gate.world.store.find_account_by_login(LoginName::parse(login).value()).value()->id;
    gate.world.alter(id,
                     [&](Account& account) { account.password->temporary_until = gate.world.clock.now() + lifetime; });
  };
  const auto trace = [&](const std::string& password) {
    return std::set<Trace>{without_event_size(gate.trace_of(login, password))};
  };
  const std::string wrong = "Lake-Superior-8";  // of the right one's length
  set(std::chrono::hours(1));
  CHECK(trace("Wrong-Password-1") == own);
  const auto wrong_shape = trace(wrong);
  set(Duration(-1));
  CHECK(trace("Wrong-Password-1") == own);
  CHECK(trace(wrong) == wrong_shape);
  CHECK(trace(good_password) == wrong_shape);  // right, and over
}

TEST_CASE("R36, R71: nor does an outdated hash of a temporary password that has ended tell that it is right") {
  Gate gate;
  const auto wrong = without_event_size(gate.trace_of("201@acme", "correct horse battery stapla"));
  const auto id = gate.world.store.find_account_by_login(LoginName::parse("201@acme").value()).value()->id;
  gate.world.alter(id, [&](Account& account) { account.password->temporary_until = gate.world.clock.now(); });
  CHECK(without_event_size(gate.trace_of("201@acme", right_bcrypt)) == wrong);
}
