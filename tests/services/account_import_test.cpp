#include <algorithm>
#include <sys/mman.h>

#include "services/world.hpp"
#include <ostiary/rules/password_import.hpp>

using namespace ostiary;
using namespace ostiary::test;

namespace {

constexpr std::string_view battery = "correct horse battery staple";
constexpr std::string_view battery_bcrypt =
    "$2a$05$wOk7JX7v3kKGujm/uXp.EOUs5vUEj6c0NAXdhTcW2Xdc2lwN3ggJq";  // bcrypt 4.0.1
constexpr std::string_view battery_django =
    "pbkdf2_sha256$1000$RNApusFKSJmdD1RhccdsGO$s0FMm5EbZxmMJahWXTnAlrdsMyo3dbFpKHaXvK8N95Q=";

ImportRow row_of(const std::string& extension) {
  return {.extension = extension,
          .display_name = "Member " + extension,
          .email = "m" + extension + "@acme.example",
          .password_hash = std::string(battery_bcrypt),
          .host_ref = "customer-" + extension};
}

std::vector<ImportRow> rows_of(int count, int first = 1000) {
  std::vector<ImportRow> rows;
  for (int i = 0; i < count; ++i) {
    rows.push_back(row_of(std::to_string(first + i)));
  }
  return rows;
}

ImportReport run_import(World& world, const OrganizationId& organization, std::span<const ImportRow> rows,
                        ImportMode mode = ImportMode::commit) {
  return std::get<ImportReport>(world.organizations.import_accounts(world.host(), organization, rows, mode).value());
}

// Every flaw as "row field error".
std::vector<std::string> text_of(const std::vector<ImportFlaw>& flaws) {
  std::vector<std::string> out;
  for (const auto& [row, flaw, kind] : flaws) {
    out.push_back(std::to_string(row) + " " + std::string(flaw.field) + " " + std::to_string(flaw.error.value()) +
                  (kind.empty() ? "" : " " + std::string(kind)));
  }
  return out;
}

std::string line(int row, std::string_view field, Errc error, std::string_view kind = "") {
  return std::to_string(row) + " " + std::string(field) + " " + std::to_string(static_cast<int>(error)) +
         (kind.empty() ? "" : " " + std::string(kind));
}

std::optional<Account> account_named(World& world, std::string_view login) {
  return world.store.find_account_by_login(LoginName::parse(login).value()).value();
}

bool signs_in(World& world, std::string_view login, std::string_view password) {
  return std::holds_alternative<SignInSuccess>(world.try_sign_in(login, std::string(password)));
}

// Every account, by login and version.
std::vector<std::string> accounts_in(World& world) {
  std::vector<std::string> out;
  PageRequest request{.limit = PageRequest::limit_max};
  do {
    const auto page = world.store.list_accounts(request).value();
    for (const auto& account : page.records) {
      out.push_back(account.login.as_typed() + " " + std::to_string(account.version));
    }
    request.after = page.next;
  } while (!request.after.empty());
  return out;
}

std::ptrdiff_t readings_in(World& world, const OrganizationId& organization) {
  return std::ranges::count(world.kinds(organization), "accounts_listed");
}

}  // namespace

TEST_CASE("R76: an imported account signs in with its old password, and is re-hashed by it (R74)") {
  World world;
  const auto acme = world.found_active();
  const auto mails = world.mailer.mails().size();
  const Instant long_ago = world.clock.now() - std::chrono::years(5);
  auto row = row_of("201");
  row.email_verified_at = long_ago;
  row.created_at = long_ago;
  row.locale = "fr-CA";
  row.role = Role::supervisor;
  row.addresses = {{.email = "home@example.com", .purposes = {AddressPurpose::recovery}, .verified_at = long_ago},
                   {.email = "copy@example.com", .purposes = {AddressPurpose::notification}}};
  const auto report = run_import(world, acme.organization, {{row}});
  CHECK(report.flaws.empty());
  CHECK(report.created == 1);
  CHECK(report.rows_done == 1);
  CHECK_FALSE(report.stopped);

  const auto account = account_named(world, "201@acme").value();
  CHECK(account.status == AccountStatus::active);
  CHECK(account.role == Role::supervisor);
  CHECK(account.display_name == "Member 201");
  CHECK(account.host_ref == "customer-201");
  CHECK(account.locale->tag() == "fr-CA");
  CHECK(account.created_at == long_ago);
  CHECK(account.setup_completed_at == world.clock.now());
  REQUIRE(account.addresses.size() == 3);
  CHECK(designated_address(account).canonical() == "m201@acme.example");
  CHECK(account.addresses[0].purposes == PurposeSet{AddressPurpose::designated, AddressPurpose::sign_in});
  CHECK(account.addresses[1].verified_at == long_ago);
  CHECK(account.addresses[2].purposes == PurposeSet{AddressPurpose::notification});
  CHECK_FALSE(account.addresses[2].verified_at);
  CHECK(account.password->hash == import_password_hash(battery_bcrypt).value());

  // It invites nobody: no mail is queued or sent.
  static_cast<void>(world.deliver());
  CHECK(world.mailer.mails().size() == mails + 1);  // the manager's own notice of an earlier setup
  CHECK(world.store.list_mails(account.id, {}).value().records.empty());

  CHECK_FALSE(signs_in(world, "201@acme", "correct horse battery stapl"));
  CHECK(account_named(world, "201@acme")->password->hash == account.password->hash);
  CHECK(signs_in(world, "201@acme", battery));
  CHECK(account_named(world, "201@acme")->password->hash.starts_with("$argon2id$"));
  CHECK(signs_in(world, "201@acme", battery));
}

TEST_CASE("R76: suspended stays suspended, and an account without a hash waits for its first password") {
  World world;
  const auto acme = world.found_active();
  auto suspended = row_of("201");
  suspended.status = AccountStatus::suspended;
  auto bare = row_of("202");
  bare.password_hash = "";
  REQUIRE(run_import(world, acme.organization, {{suspended, bare}}).created == 2);
  CHECK(account_named(world, "201@acme")->status == AccountStatus::suspended);
  CHECK_FALSE(signs_in(world, "201@acme", battery));
  CHECK_FALSE(account_named(world, "202@acme")->password);
  CHECK_FALSE(signs_in(world, "202@acme", ""));
  CHECK_FALSE(signs_in(world, "202@acme", battery));
}

TEST_CASE("R76: a CSV file is loaded whole, or reported line by line and column by column and not loaded at all") {
  World world;
  const auto acme = world.found_active();
  const auto load = [&](const std::string& text, ImportMode mode = ImportMode::commit) {
    return std::get<CsvReport>(world.organizations.import_csv(world.host(), acme.organization, text, mode).value());
  };
  const auto places = [](const CsvReport& report) {
    std::vector<std::string> out;
    for (const auto& flaw : report.flaws) {
      out.push_back(std::to_string(flaw.line) + ":" + std::to_string(flaw.column) + " " + flaw.field + " " +
                    (flaw.problem == CsvProblem::value_refused ? flaw.error.message().substr(0, 12)
                                                               : std::string(csv_problem_name(flaw.problem))));
    }
    return out;
  };
  const std::string head = "email,extension,display_name,role\r\n";
  const std::string good = "m201@acme.example,201,\"Tremblay, Noé\",manager\r\nm202@acme.example,202,Ada,\r\n";
  const auto before = accounts_in(world);
  const auto bad = head + good + "nowhere,2x3,\"\",boss\r\nm201@acme.example,201,Bo,\r\nx,100\r\n" +
                   "m205@acme.example,205,\"Bo\"by,\r\nm100@acme.example,100,Mara,\r\n";
  for (const auto mode : {ImportMode::dry_run, ImportMode::commit}) {
    const auto report = load(bad, mode);
    CHECK(report.created == 0);
    CHECK(places(report) == std::vector<std::string>{
                                "4:1 email " + make_error_code(Errc::malformed_email_address).message().substr(0, 12),
                                "4:2 extension " + make_error_code(Errc::malformed_extension).message().substr(0, 12),
                                "4:3 display_name " + make_error_code(Errc::malformed_text).message().substr(0, 12),
                                "4:4 role " + make_error_code(Errc::value_not_allowed).message().substr(0, 12),
                                "5:2 extension " + make_error_code(Errc::already_taken).message().substr(0, 12),
                                "6:0  field_count", "7:3 display_name text_after_quote",
                                "8:2 extension " + make_error_code(Errc::already_taken).message().substr(0, 12)});
    CHECK(accounts_in(world) == before);
  }
  const auto dry = load(head + good, ImportMode::dry_run);
  CHECK(dry.flaws.empty());
  CHECK(dry.rows == 2);
  CHECK(dry.created == 0);
  CHECK(accounts_in(world) == before);
  CHECK(load(head + good).created == 2);
  CHECK(account_named(world, "201@acme")->display_name == "Tremblay, Noé");
  CHECK(account_named(world, "201@acme")->role == Role::manager);
  CHECK(account_named(world, "202@acme")->status == AccountStatus::invited);
  const auto again = load(head + good);
  CHECK(again.created == 0);
  CHECK(again.present == std::vector<std::size_t>{2, 3});
  // It is import_accounts: for staff and host only.
  CHECK(std::get<OperationRefused>(
            world.organizations.import_csv(world.manager(), acme.organization, head + good, ImportMode::commit).value())
            .reason == Permission::role_too_low);
}

TEST_CASE("R69, R76: an import that makes no account tells which names are there, and leaves an event of who asked") {
  World world;
  const auto acme = world.found_active();
  const auto staff = Actor::staff("Robin", "ticket 42").value();
  const auto run = [&](std::span<const ImportRow> rows, ImportMode mode) {
    const auto before = readings_in(world, acme.organization);
    REQUIRE(world.organizations.import_accounts(staff, acme.organization, rows, mode).has_value());
    return readings_in(world, acme.organization) - before;
  };
  const auto rows = rows_of(2);
  CHECK(run(rows, ImportMode::dry_run) == 1);
  CHECK(run(rows, ImportMode::commit) == 0);  // each account has its event
  CHECK(std::ranges::count(world.kinds(acme.organization), "account_imported:active") == 2);
  CHECK(run(rows, ImportMode::commit) == 1);  // all are there already
  auto taken = rows;
  taken.front().display_name = "Another";
  CHECK(run(taken, ImportMode::commit) == 1);
  CHECK(run(taken, ImportMode::dry_run) == 1);
  const auto events = world.store.list_audit(acme.organization, {.limit = 500}).value().records;
  CHECK(std::ranges::count_if(events, [](const AuditRow& row) {
          return row.event.kind == AuditKind::accounts_listed && row.event.actor_kind == AuditActorKind::staff;
        }) == 4);

  const auto load = [&](const std::string& text, ImportMode mode) {
    const auto before = readings_in(world, acme.organization);
    REQUIRE(world.organizations.import_csv(staff, acme.organization, text, mode).has_value());
    return readings_in(world, acme.organization) - before;
  };
  const std::string file = "extension,display_name,email\n301,Ada,m301@acme.example\n";
  CHECK(load(file, ImportMode::dry_run) == 1);
  CHECK(load("x" + file, ImportMode::commit) == 1);
  CHECK(load(file, ImportMode::commit) == 0);
  CHECK(load(file, ImportMode::commit) == 1);
  // Without the event there is no answer.
  world.random.fail_from_call(world.random.calls() + 1);
  CHECK(world.organizations.import_csv(staff, acme.organization, file, ImportMode::dry_run).error() ==
        Errc::entropy_unavailable);
}

TEST_CASE("R30, R69, R76: who may not import is refused before the file is read, with the event of the refusal") {
  World world;
  const auto acme = world.found_active();
  // A file that cannot be read at all: whoever looks at it ends the process.
  void* const page = ::mmap(nullptr, csv_size_max, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  REQUIRE(page != MAP_FAILED);
  const std::string_view hostile(static_cast<const char*>(page), csv_size_max);
  CHECK(std::get<OperationRefused>(
            world.organizations.import_csv(world.manager(), acme.organization, hostile, ImportMode::dry_run).value())
            .reason == Permission::role_too_low);
  CHECK(std::ranges::count(world.kinds(acme.organization), "operation_refused:import_accounts:role_too_low") == 1);
  CHECK(readings_in(world, acme.organization) == 0);
  CHECK(std::get<OperationRefused>(
            world.organizations.import_csv(world.host(), OrganizationId(), hostile, ImportMode::dry_run).value())
            .reason == Permission::not_found);
  ::munmap(page, csv_size_max);
}

TEST_CASE("R76: of more flaws than a report has, the last says that there are others") {
  World world;
  const auto acme = world.found_active();
  std::string text = "extension,display_name,email\n";
  for (std::size_t i = 0; i < csv_flaws_max / 2; ++i) {
    text += "!,,!\n";  // three flaws each
  }
  const auto report = std::get<CsvReport>(
      world.organizations.import_csv(world.host(), acme.organization, text, ImportMode::commit).value());
  CHECK(report.flaws.size() == csv_flaws_max);
  CHECK(report.flaws.back().problem == CsvProblem::too_many_flaws);
  CHECK(report.flaws.front().line == 2);
  CHECK(report.created == 0);
}

TEST_CASE("R20, R76: an account can come in invited: no password, no mail, nothing until it is welcomed") {
  World world;
  const auto acme = world.found_active();
  auto row = row_of("201");
  row.status = AccountStatus::invited;
  const auto refused = run_import(world, acme.organization, {{row}});  // with a password it was never invited
  CHECK(text_of(refused.flaws) == std::vector<std::string>{line(0, "status", Errc::value_not_allowed)});
  row.password_hash = "";
  REQUIRE(run_import(world, acme.organization, {{row}}).created == 1);
  const auto account = account_named(world, "201@acme").value();
  CHECK(account.status == AccountStatus::invited);
  CHECK_FALSE(account.setup_completed_at);
  CHECK(world.store.list_mails(account.id, {}).value().records.empty());
  CHECK_FALSE(signs_in(world, "201@acme", battery));
  CHECK(run_import(world, acme.organization, {{row}}).present.size() == 1);
  // Once it is set up the row is still there: what its owner did since does not count.
  REQUIRE(
      std::holds_alternative<WelcomeQueued>(world.organizations.send_welcome_mail(world.host(), account.id).value()));
  REQUIRE(std::holds_alternative<SetupCompleted>(world.redeem(world.deliver())));
  CHECK(run_import(world, acme.organization, {{row}}).present.size() == 1);
  row.status = AccountStatus::active;
  CHECK(run_import(world, acme.organization, {{row}}).present.size() == 1);
  // An account that somebody invited is none that was imported as active.
  REQUIRE(std::holds_alternative<Invited>(world.organizations
                                              .invite(world.host(), acme.organization,
                                                      {.extension = "202",
                                                       .display_name = "Member 202",
                                                       .email = "m202@acme.example",
                                                       .host_ref = "customer-202"})
                                              .value()));
  CHECK(text_of(run_import(world, acme.organization, {{row_of("202")}}).flaws).size() == 2);
}

TEST_CASE(
    "R76: a dry run reports every flaw of every row, and writes nothing; a commit with flaws writes nothing too") {
  World world;
  const auto acme = world.found_active();
  REQUIRE(run_import(world, acme.organization, {{row_of("299")}}).created == 1);
  std::vector<ImportRow> rows = rows_of(3);
  auto bad = row_of("2x1");  // 3
  bad.display_name = "";
  bad.email = "nowhere";
  bad.locale = "french";
  bad.host_ref = std::string(65, 'r');
  bad.status = AccountStatus::invited;
  bad.password_hash = "$1$gBHQP2DB$NQ2eT7t3/xAMDnbO6l8xX0";
  bad.created_at = world.clock.now() + std::chrono::hours(1);
  rows.push_back(bad);
  rows.push_back(rows_of(1).front());  // 4: as row 0
  auto taken = row_of("100");          // 5: the manager's
  taken.host_ref = "customer-299";     //    and another's key
  rows.push_back(taken);
  auto costly = row_of("300");  // 6
  costly.password_hash = "$2b$31$8.ezwZIAWJur3fTuUy/ZneNp1nCBoO7CdztZTXyGkrkiHpwiCpGEy";
  rows.push_back(costly);
  auto addressed = row_of("301");  // 7
  addressed.addresses = {{.email = "a@example.com", .purposes = {AddressPurpose::designated}},
                         {.email = "A@example.com"},
                         {.email = "m301@ACME.example"},
                         {.email = "no address"}};
  addressed.email_verified_at = world.clock.now() + std::chrono::hours(1);
  rows.push_back(addressed);
  auto crowded = row_of("302");  // 8
  for (std::size_t i = 0; i < addresses_count_max; ++i) {
    crowded.addresses.push_back({.email = "a" + std::to_string(i) + "@example.com"});
  }
  rows.push_back(crowded);

  const std::vector<std::string> expected{line(3, "extension", Errc::malformed_extension),
                                          line(3, "display_name", Errc::malformed_text),
                                          line(3, "email", Errc::malformed_email_address),
                                          line(3, "locale", Errc::malformed_locale),
                                          line(3, "host_ref", Errc::text_too_long),
                                          line(3, "created_at", Errc::value_not_allowed),
                                          line(3, "status", Errc::value_not_allowed),
                                          line(3, "password_hash", Errc::unsupported_hash, "MD5-crypt"),
                                          line(4, "extension", Errc::already_taken),
                                          line(4, "host_ref", Errc::already_taken),
                                          line(5, "extension", Errc::already_taken),
                                          line(5, "host_ref", Errc::already_taken),
                                          line(6, "password_hash", Errc::hash_parameters_refused, "bcrypt"),
                                          line(7, "email", Errc::value_not_allowed),
                                          line(7, "addresses", Errc::value_not_allowed),
                                          line(7, "addresses", Errc::malformed_email_address),
                                          line(8, "addresses", Errc::value_not_allowed)};
  const auto before = accounts_in(world);
  for (const auto mode : {ImportMode::dry_run, ImportMode::commit}) {
    const auto report = run_import(world, acme.organization, rows, mode);
    CHECK(text_of(report.flaws) == expected);
    CHECK(report.created == 0);
    CHECK(report.rows_done == 0);
    CHECK(accounts_in(world) == before);
  }
  // The dry run of good rows says nothing and writes nothing.
  CHECK(run_import(world, acme.organization, rows_of(3), ImportMode::dry_run).flaws.empty());
  CHECK(accounts_in(world) == before);
}

TEST_CASE("R76: a thousand and one accounts go in three commits, each with its event, and again as nothing") {
  World world;
  const auto acme = world.found_active();
  const auto rows = rows_of(1001);
  const auto commits = world.memory.calls(testing::StoreCall::commit);
  const auto report = run_import(world, acme.organization, rows);
  CHECK(report.created == 1001);
  CHECK(report.present.empty());
  CHECK(world.memory.calls(testing::StoreCall::commit) == commits + 3);
  CHECK(std::ranges::count(world.kinds(acme.organization), "account_imported:active") == 1001);
  CHECK(account_named(world, "2000@acme"));

  // Whoever signed in meanwhile has another hash: still the same account.
  CHECK(signs_in(world, "1500@acme", battery));
  const auto again = run_import(world, acme.organization, rows);
  CHECK(again.created == 0);
  CHECK(again.rows_done == 1001);
  CHECK(again.present.size() == 1001);
  CHECK(world.memory.calls(testing::StoreCall::commit) == commits + 5);  // the sign-in's, and the event of the reading
}

TEST_CASE("R76: an import that a dead store stops says how far it came, and is finished by running it again") {
  World world;
  const auto acme = world.found_active();
  const auto rows = rows_of(1200);
  world.random.fail_from_call(world.random.calls() + 700);  // one draw an account: in the second batch
  const auto report = run_import(world, acme.organization, rows);
  CHECK(report.stopped == Errc::entropy_unavailable);
  CHECK(report.rows_done == 500);
  CHECK(report.created == 500);
  CHECK(account_named(world, "1499@acme"));
  CHECK_FALSE(account_named(world, "1500@acme"));

  world.random.recover();
  const auto rest = run_import(world, acme.organization, rows);
  CHECK(rest.flaws.empty());
  CHECK(rest.present.size() == 500);
  CHECK(rest.created == 700);
  CHECK(std::ranges::count(world.kinds(acme.organization), "account_imported:active") == 1200);
}

TEST_CASE("R76: an account that is there and is not this row's is a flaw, never taken over") {
  World world;
  const auto acme = world.found_active();
  const auto rows = rows_of(1, 201);
  REQUIRE(run_import(world, acme.organization, rows).created == 1);
  const auto refused = [&](const std::function<void(ImportRow&)>& change) {
    auto other = rows;
    change(other.front());
    return !run_import(world, acme.organization, other).flaws.empty();
  };
  CHECK_FALSE(refused([](auto& row) { row.password_hash = battery_django; }));  // as it may have been upgraded
  CHECK(account_named(world, "201@acme")->password->hash.starts_with("$2b$"));
  CHECK(refused([](auto& row) { row.host_ref = "customer-other"; }));
  CHECK(refused([](auto& row) { row.display_name = "Another"; }));
  CHECK(refused([](auto& row) { row.email = "another@acme.example"; }));
  CHECK(refused([](auto& row) { row.role = Role::manager; }));
  world.alter(account_named(world, "201@acme")->id, [](Account& account) { account.status = AccountStatus::removed; });
  CHECK(run_import(world, acme.organization, rows).flaws.size() == 2);
}

TEST_CASE("R67, R76: imported managers that are active are counted, by version, with what others do meanwhile") {
  World world;
  const auto acme = world.found_active();
  auto rows = rows_of(4, 201);
  rows[0].role = Role::manager;
  rows[1].role = Role::manager;
  rows[2].role = Role::manager;
  rows[2].status = AccountStatus::suspended;
  REQUIRE(run_import(world, acme.organization, rows).created == 4);
  const auto organization = world.store.find_organization(acme.organization).value().value();
  CHECK(organization.active_managers == 3);
  const auto version = organization.version;
  REQUIRE(run_import(world, acme.organization, rows_of(2, 301)).created == 2);
  CHECK(world.store.find_organization(acme.organization).value()->version == version);
  CHECK(run_import(world, acme.organization, rows).present.size() == 4);
  CHECK(world.store.find_organization(acme.organization).value()->active_managers == 3);
}

TEST_CASE("R30, R67, R76: only staff and the host import, and only into an active organisation") {
  World world;
  const auto acme = world.found_active();
  const auto rows = rows_of(1);
  const auto refused = [&](const Actor& actor, const OrganizationId& organization) {
    const auto outcome = world.organizations.import_accounts(actor, organization, rows, ImportMode::commit).value();
    REQUIRE(std::holds_alternative<OperationRefused>(outcome));
    return std::get<OperationRefused>(outcome).reason;
  };
  CHECK(refused(world.manager(), acme.organization) == Permission::role_too_low);
  CHECK(std::ranges::count(world.kinds(acme.organization), "operation_refused:import_accounts:role_too_low") == 1);
  CHECK(refused(world.host(), OrganizationId()) == Permission::not_found);
  CHECK_FALSE(account_named(world, "1000@acme"));
  const auto staff = Actor::staff("Robin", "ticket 42").value();
  REQUIRE(world.organizations.import_accounts(staff, acme.organization, rows, ImportMode::commit).has_value());
  CHECK(account_named(world, "1000@acme"));
}

TEST_CASE("R10, R72, R76: an imported hash is in the store's hash field alone: not in audit, flaws or errors") {
  World world;
  const auto acme = world.found_active();
  auto row = row_of("201");
  const std::string needle = "needle-of-a-hash";
  auto bad = row_of("202");
  bad.password_hash = "$6$" + needle;
  const auto flawed = run_import(world, acme.organization, {{row, bad}}, ImportMode::dry_run);
  REQUIRE(flawed.flaws.size() == 1);
  CHECK(flawed.flaws.front().hash_kind == "SHA-512-crypt");
  CHECK(flawed.flaws.front().flaw.error.message().find(needle) == std::string::npos);
  REQUIRE(run_import(world, acme.organization, {{row}}).created == 1);
  const std::string digest = "Us5vUEj6c0NAXdhTcW2Xdc2lwN3ggJq";
  const auto all = world.memory.dump();
  CHECK(all.find(needle) == std::string::npos);
  const auto at = all.find(digest);
  REQUIRE(at != std::string::npos);
  CHECK(all.find(digest, at + 1) == std::string::npos);  // once
  const auto events = world.store.list_audit(acme.organization, {.limit = 500}).value();
  for (const auto& each : events.records) {
    const auto body = encode(each.event);
    CHECK(std::string(reinterpret_cast<const char*>(body.data()), body.size()).find(digest) == std::string::npos);
  }
}
