#include <algorithm>
#include <iterator>
#include <map>
#include <set>
#include <tuple>

#include "administering.hpp"
#include "committing.hpp"
#include "rules/csv.hpp"
#include <ostiary/rules/password_import.hpp>
#include <ostiary/services/organization_admin.hpp>

namespace ostiary::inline v0 {
namespace {

constexpr std::size_t batch_size_max = 500;  // accounts of one commit

using Rows = std::map<std::size_t, ParsedImport>;

// Every row that has the right form; of the others, and of those that another row forestalls, the flaws.
Rows parse_rows(const Environment& env, std::span<const ImportRow> rows, const Organization& organization,
                ImportReport& report) {
  const Instant now = env.clock.now();
  Rows parsed;
  std::set<std::string> logins;
  std::set<std::string> host_refs;
  for (std::size_t i = 0; i < rows.size(); ++i) {
    auto one = parse_import_row(rows[i], organization, now);
    if (const auto* flaws = std::get_if<std::vector<InputFlaw>>(&one)) {
      for (const auto& flaw : *flaws) {
        const bool is_of_hash = flaw.field == "password_hash";
        report.flaws.push_back(
            {.row = i, .flaw = flaw, .hash_kind = is_of_hash ? password_hash_kind(rows[i].password_hash) : ""});
      }
    }
    // The names of a row that is flawed otherwise count too: two reports do not differ in what they say of others.
    const auto login = LoginName::make(rows[i].extension, organization.domain, organization.extension_alphabet);
    if (login && !logins.insert(login.assume_value().canonical()).second) {
      report.flaws.push_back({.row = i, .flaw = {.field = "extension", .error = Errc::already_taken}});
    }
    if (!rows[i].host_ref.empty() && !host_refs.insert(rows[i].host_ref).second) {
      report.flaws.push_back({.row = i, .flaw = {.field = "host_ref", .error = Errc::already_taken}});
    }
    if (auto* row = std::get_if<ParsedImport>(&one)) {
      parsed.emplace(i, std::move(*row));
    }
  }
  return parsed;
}

// What the store has to say of one row: flaws, or that it is there already, or neither.
Result<void> compare(const Environment& env, const OrganizationId& organization, std::size_t i, const ParsedImport& row,
                     ImportReport& report) {
  OSTIARY_TRY(const auto same_login, env.store.find_account_by_login(row.account.login));
  if (same_login && is_imported_as(*same_login, row, organization)) {
    report.present.push_back(i);
    return success();
  }
  if (same_login) {
    report.flaws.push_back({.row = i, .flaw = {.field = "extension", .error = Errc::already_taken}});
  }
  if (!row.account.host_ref.empty()) {
    OSTIARY_TRY(const auto same_ref, env.store.find_account_by_host_ref(row.account.host_ref));
    if (same_ref) {
      report.flaws.push_back({.row = i, .flaw = {.field = "host_ref", .error = Errc::already_taken}});
    }
  }
  return success();
}

// A hash that asks for more than the hasher's limits could never be verified.
void check_hash(const Environment& env, std::size_t i, const ParsedImport& row, ImportReport& report) {
  if (row.password_hash.empty()) {
    return;
  }
  if (const auto checked = env.hasher.check_hash(row.password_hash); !checked) {
    report.flaws.push_back({.row = i,
                            .flaw = {.field = "password_hash", .error = checked.assume_error()},
                            .hash_kind = password_hash_kind(row.password_hash)});
  }
}

struct BatchFacts {
  Organization organization;
  ImportReport seen;
  std::vector<const ParsedImport*> missing;
  std::vector<Fresh> fresh;
};

Result<BatchFacts> load_batch(const Environment& env, const OrganizationId& id, const Rows& rows, std::size_t begin,
                              std::size_t end) {
  OSTIARY_TRY(auto organization, env.store.find_organization(id));
  if (!organization || organization->status != OrganizationStatus::active) {
    return Errc::organization_unknown;
  }
  BatchFacts facts{.organization = std::move(*organization), .seen = {}, .missing = {}, .fresh = {}};
  for (auto i = begin; i < end; ++i) {
    const auto known = facts.seen.present.size() + facts.seen.flaws.size();
    OSTIARY_TRY(compare(env, id, i, rows.at(i), facts.seen));
    if (facts.seen.present.size() + facts.seen.flaws.size() == known) {
      facts.missing.push_back(&rows.at(i));
      OSTIARY_TRY(auto fresh, Fresh::draw(env.random, env.clock.now()));
      facts.fresh.push_back(std::move(fresh));
    }
  }
  return facts;
}

// Gives what the store said of the batch; with flaws, nothing of it was written.
Result<ImportReport> write_batch(const Environment& env, const Actor& actor, const OrganizationId& organization,
                                 const Rows& rows, std::size_t begin, std::size_t end) {
  return services::decide_and_commit(
      env, [&] { return load_batch(env, organization, rows, begin, end); },
      [&](BatchFacts facts, Fresh& /*fresh*/, Instant now) -> Result<Decision<ImportReport>> {
        Decision<ImportReport> decision{.outcome = std::move(facts.seen), .changes = {}};
        if (decision.outcome.flaws.empty()) {
          decision.outcome.created = facts.missing.size();
          decision.changes = decide_import(actor, facts.missing, facts.organization, facts.fresh, now);
        }
        return decision;
      });
}

// By ascending row, those of one row in the order in which they were found: a multimap keeps it.
std::vector<ImportFlaw> by_row(std::vector<ImportFlaw> flaws) {
  std::multimap<std::size_t, ImportFlaw> rows;
  for (const auto& flaw : flaws) {
    rows.emplace(flaw.row, flaw);
  }
  flaws.clear();
  for (const auto& [row, flaw] : rows) {
    flaws.push_back(flaw);
  }
  return flaws;
}

using Admission = std::variant<Organization, OperationRefused>;

// The organisation to import into, or the audited refusal.
Result<Admission> admit(const Environment& env, const Actor& actor, const OrganizationId& organization) {
  constexpr auto operation = Operation::import_accounts;
  OSTIARY_TRY(const auto permission, services::permit(env, actor, operation, organization, std::nullopt));
  if (permission != Permission::allowed) {
    return OperationRefused{permission};
  }
  OSTIARY_TRY(auto found, env.store.find_organization(organization));
  if (!found || found->status != OrganizationStatus::active) {
    OSTIARY_TRY(const auto refused, services::reject(env, actor, operation, Permission::not_found,
                                                     found ? std::optional(organization) : std::nullopt));
    return refused;
  }
  return *std::move(found);
}

// Writes batch by batch, and says in the report how far it came.
void write_rows(const Environment& env, const Actor& actor, const OrganizationId& organization, const Rows& parsed,
                ImportReport& report) {
  for (std::size_t begin = 0; begin < parsed.size(); begin += batch_size_max) {
    const auto end = std::min(parsed.size(), begin + batch_size_max);
    auto batch = write_batch(env, actor, organization, parsed, begin, end);
    if (!batch) {
      report.stopped = batch.assume_error();
      return;
    }
    auto& written = batch.assume_value();
    std::ranges::move(written.flaws, std::back_inserter(report.flaws));
    if (!report.flaws.empty()) {  // somebody took a name since it was looked up
      report.stopped = Errc::conflict;
      return;
    }
    std::ranges::move(written.present, std::back_inserter(report.present));
    report.created += written.created;
    report.rows_done = end;
  }
}

Result<ImportReport> import_rows(const Environment& env, const Actor& actor, const Organization& organization,
                                 std::span<const ImportRow> rows, ImportMode mode) {
  ImportReport report;
  const auto parsed = parse_rows(env, rows, organization, report);
  for (const auto& [i, row] : parsed) {
    check_hash(env, i, row, report);
    OSTIARY_TRY(compare(env, organization.id, i, row, report));
  }
  report.flaws = by_row(std::move(report.flaws));
  if (mode == ImportMode::commit && report.flaws.empty()) {
    report.present.clear();
    write_rows(env, actor, organization.id, parsed, report);
  }
  // It tells which names are taken, and no account's event says that it did.
  if (report.created == 0 && !report.stopped) {
    OSTIARY_TRY(services::note_reading(env, actor, organization.id));
  }
  return report;
}

// The flaws of the file and of its rows, in their order, as many as a report has.
std::vector<CsvFlaw> merge_flaws(const CsvAccounts& accounts, const std::vector<ImportFlaw>& imported) {
  auto flaws = accounts.flaws;
  for (std::size_t i = 0; i < std::min(imported.size(), csv_flaws_max); ++i) {
    flaws.push_back(locate(accounts, imported[i]));
  }
  std::ranges::sort(flaws, {}, [](const CsvFlaw& flaw) {
    return std::tuple(flaw.line, flaw.column, flaw.problem, flaw.error.value());
  });
  bound_flaws(flaws);
  return flaws;
}

}  // namespace

Result<ImportOutcome> OrganizationAdmin::import_accounts(const Actor& actor, const OrganizationId& organization,
                                                         std::span<const ImportRow> rows, ImportMode mode) const {
  OSTIARY_TRY(const auto admission, admit(env_, actor, organization));
  if (const auto* refused = std::get_if<OperationRefused>(&admission)) {
    return *refused;
  }
  OSTIARY_TRY(auto report, import_rows(env_, actor, std::get<Organization>(admission), rows, mode));
  return report;
}

Result<CsvOutcome> OrganizationAdmin::import_csv(const Actor& actor, const OrganizationId& organization,
                                                 std::string_view text, ImportMode mode) const {
  OSTIARY_TRY(const auto admission, admit(env_, actor, organization));  // before the work that a file can ask for
  if (const auto* refused = std::get_if<OperationRefused>(&admission)) {
    return *refused;
  }
  const auto accounts = read_csv_accounts(text);
  OSTIARY_TRY(const auto imported, import_rows(env_, actor, std::get<Organization>(admission), accounts.rows,
                                               accounts.flaws.empty() ? mode : ImportMode::dry_run));
  CsvReport report{.flaws = merge_flaws(accounts, imported.flaws),
                   .present = {},
                   .rows = accounts.rows.size(),
                   .created = imported.created,
                   .stopped = imported.stopped};
  for (const std::size_t row : imported.present) {
    report.present.push_back(accounts.lines[row]);
  }
  return report;
}

}  // namespace ostiary::inline v0
