#include <fstream>
#include <iterator>

#include "commands.hpp"

using namespace ostiary;  // NOLINT(google-build-using-namespace): an example reads better so

namespace admin {
namespace {

std::string_view role_name(Role role) noexcept {
  switch (role) {
    case Role::member:
      return "member";
    case Role::supervisor:
      return "supervisor";
    case Role::manager:
      return "manager";
  }
  return "";
}

std::string_view status_name(AccountStatus status) noexcept {
  switch (status) {
    case AccountStatus::invited:
      return "invited";
    case AccountStatus::active:
      return "active";
    case AccountStatus::suspended:
      return "suspended";
    case AccountStatus::removed:
      return "removed";
  }
  return "";
}

Exit create(const NewOrganization& request, const Host& host, Output& output) {
  const auto outcome = host.organizations.create_organization(host.actor, request);
  if (!outcome) {
    return fail(output, outcome.error());
  }
  if (const auto* refused = std::get_if<OperationRefused>(&outcome.value())) {
    return refuse(output, *refused);
  }
  if (const auto* input = std::get_if<InputRefused>(&outcome.value())) {
    return flawed(output, *input);
  }
  const auto& created = std::get<OrganizationCreated>(outcome.value());
  output.document()["organization"] = created.organization.to_string();
  output.document()["manager"] = {{"account", created.manager.account.to_string()},
                                  {"login_name", created.manager.login.as_typed()}};
  output.line("Made " + request.domain + "; its manager " + created.manager.login.as_typed() +
              " gets a welcome mail with the next delivery.");
  return Exit::done;
}

void tell(const CsvFlaw& flaw, Output& output) {
  std::string problem(csv_problem_name(flaw.problem));
  if (flaw.problem == CsvProblem::value_refused) {
    problem = flaw.error.message() + (flaw.hash_kind.empty() ? "" : " (" + std::string(flaw.hash_kind) + ")");
  }
  const auto column = flaw.column == 0 ? std::string() : ", column " + std::to_string(flaw.column);
  output.line("line " + std::to_string(flaw.line) + column + (flaw.field.empty() ? "" : " (" + flaw.field + ")") +
              ": " + problem);
  output.document()["flaws"].push_back(
      {{"line", flaw.line}, {"column", flaw.column}, {"field", flaw.field}, {"problem", problem}});
}

Exit tell(const CsvReport& report, ImportMode mode, Output& output) {
  auto& document = output.document();
  document["rows"] = report.rows;
  document["present"] = report.present.size();
  document["created"] = report.created;
  document["loaded"] = mode == ImportMode::commit && report.flaws.empty();
  document["flaws"] = Json::array();
  for (const auto& flaw : report.flaws) {
    tell(flaw, output);
  }
  const auto present = std::to_string(report.present.size()) + " of them there already";
  if (report.stopped) {
    output.problem("stopped after " + std::to_string(report.created) + " accounts: " + report.stopped.message() +
                   "; run it again with the same file");
    return Exit::stopped;
  }
  if (!report.flaws.empty()) {
    output.problem(std::to_string(report.flaws.size()) + " flaws; nothing was loaded");
    return Exit::flawed;
  }
  if (mode == ImportMode::dry_run) {
    output.line("Dry run: " + std::to_string(report.rows) + " rows without a flaw, " + present +
                ". Nothing was loaded; --commit loads them.");
    return Exit::done;
  }
  output.line("Loaded " + std::to_string(report.created) + " accounts of " + std::to_string(report.rows) + " rows, " +
              present + ".");
  return Exit::done;
}

struct ImportArguments {
  std::string domain;
  std::string file;
  bool commit = false;
};

Exit import(const ImportArguments& arguments, const Host& host, Output& output) {
  std::ifstream in(arguments.file, std::ios::binary);
  const std::string text{std::istreambuf_iterator<char>(in), {}};
  if (!in) {
    output.problem(arguments.file + " cannot be read");
    return Exit::usage;
  }
  const auto organization = find_organization(host, arguments.domain);
  if (!organization) {
    return fail(output, organization.error());
  }
  if (!organization.value()) {
    return refuse(output, "no organisation has the domain " + arguments.domain);
  }
  const auto mode = arguments.commit ? ImportMode::commit : ImportMode::dry_run;
  const auto outcome = host.organizations.import_csv(host.actor, organization.value()->id, text, mode);
  if (!outcome) {
    return fail(output, outcome.error());
  }
  if (const auto* refused = std::get_if<OperationRefused>(&outcome.value())) {
    return refuse(output, *refused);
  }
  const auto exit = tell(std::get<CsvReport>(outcome.value()), mode, output);
  if (mode == ImportMode::commit) {
    static_cast<void>(host.housekeeping.refresh_decoys());  // the mix of hashes changed; a server does it hourly
  }
  return exit;
}

struct SearchArguments {
  std::string domain;
  std::vector<std::string> words;
  std::string after;
  std::size_t limit = 100;
};

Exit search(const SearchArguments& arguments, const Host& host, Output& output) {
  const auto organization = find_organization(host, arguments.domain);
  if (!organization) {
    return fail(output, organization.error());
  }
  if (!organization.value()) {
    return refuse(output, "no organisation has the domain " + arguments.domain);
  }
  std::string text;
  for (const auto& word : arguments.words) {
    text += (text.empty() ? "" : " ") + word;
  }
  const auto outcome = host.organizations.find_accounts(host.actor, organization.value()->id, {.text = text},
                                                        {.after = arguments.after, .limit = arguments.limit});
  if (!outcome) {
    return fail(output, outcome.error());
  }
  if (const auto* refused = std::get_if<OperationRefused>(&outcome.value())) {
    return refuse(output, *refused);
  }
  const auto& page = std::get<Page<AccountEntry>>(outcome.value());
  output.document()["accounts"] = Json::array();
  for (const auto& entry : page.records) {
    output.line(entry.id.to_string() + "  " + entry.login.as_typed() + "  " + std::string(status_name(entry.status)) +
                "  " + std::string(role_name(entry.role)) + "  " + entry.display_name + "  " + entry.email);
    output.document()["accounts"].push_back({{"account", entry.id.to_string()},
                                             {"login_name", entry.login.as_typed()},
                                             {"display_name", entry.display_name},
                                             {"email", entry.email},
                                             {"status", status_name(entry.status)},
                                             {"role", role_name(entry.role)}});
  }
  output.document()["next"] = page.next;
  if (!page.next.empty()) {
    output.line("More: --after " + page.next);
  }
  return Exit::done;
}

}  // namespace

void add_organization_commands(CLI::App& app, std::vector<Command>& commands) {
  const auto request = std::make_shared<NewOrganization>();
  auto* const found = app.add_subcommand("create-organization", "Found an organisation; its manager is invited");
  found->add_option("domain", request->domain)->required();
  found->add_option("--name", request->name)->required();
  found->add_option("--support", request->support_contact, "Shown in mails");
  found->add_option("--locale", request->locale, "A language tag, such as fr-CA");
  found->add_option("--manager-extension", request->manager.extension)->required();
  found->add_option("--manager-name", request->manager.display_name)->required();
  found->add_option("--manager-email", request->manager.email)->required();
  commands.push_back({found, [request](const Host& host, Output& output) { return create(*request, host, output); }});

  const auto file = std::make_shared<ImportArguments>();
  auto* const load = app.add_subcommand("import", "Check a CSV file of accounts; with --commit, load it");
  load->add_option("domain", file->domain)->required();
  load->add_option("file", file->file,
                   "Columns: extension, display_name, email; role, locale, status, password_hash, "
                   "host_ref")
      ->required();
  load->add_flag("--commit", file->commit, "Load it; without, nothing is written");
  commands.push_back({load, [file](const Host& host, Output& output) { return import(*file, host, output); }});

  const auto asked = std::make_shared<SearchArguments>();
  auto* const find = app.add_subcommand("search", "List accounts by the beginnings of names and extensions");
  find->add_option("domain", asked->domain)->required();
  find->add_option("words", asked->words, "None: every account");
  find->add_option("--after", asked->after, "Go on behind the page before");
  find->add_option("--limit", asked->limit)->capture_default_str()->check(CLI::Range(1, 500));
  commands.push_back({find, [asked](const Host& host, Output& output) { return search(*asked, host, output); }});
}

}  // namespace admin
