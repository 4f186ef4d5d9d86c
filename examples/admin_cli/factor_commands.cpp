#include <algorithm>
#include <array>
#include <charconv>

#include "commands.hpp"

using namespace ostiary;  // NOLINT(google-build-using-namespace): an example reads better so

// Second factors: the reset of a lost phone, who has to have one, and the applications that cannot ask for one.
namespace admin {
namespace {

constexpr std::array<std::pair<std::string_view, Role>, 3> roles{
    {{"member", Role::member}, {"supervisor", Role::supervisor}, {"manager", Role::manager}}};

// What every operation here may answer beside its "yes".
template <class Outcome>
std::optional<Exit> told(const Result<Outcome>& outcome, Output& output) {
  if (!outcome) {
    return fail(output, outcome.error());
  }
  if (const auto* refused = std::get_if<OperationRefused>(&outcome.value())) {
    return refuse(output, *refused);
  }
  return std::nullopt;
}

// Likewise of an edit: the version that it names may be one of the past.
template <class Outcome>
std::optional<Exit> told_edit(const Result<Outcome>& outcome, Output& output) {
  if (const auto exit = told(outcome, output)) {
    return exit;
  }
  if (const auto* changed = std::get_if<Changed>(&outcome.value())) {
    output.document()["version"] = changed->current;
    return refuse(output, "it was changed since: it is at version " + std::to_string(changed->current));
  }
  if (const auto* input = std::get_if<InputRefused>(&outcome.value())) {
    return flawed(output, *input);
  }
  return std::nullopt;
}

// The account's page, or what to answer without it.
std::variant<AccountView, Exit> page_of(const std::string& id, const Host& host, Output& output) {
  const auto account = AccountId::parse(id);
  if (!account) {
    return refuse(output, id + " is no account's id: search lists them");
  }
  auto outcome = host.accounts.view(host.actor, account.value());
  if (const auto exit = told(outcome, output)) {
    return *exit;
  }
  return std::get<AccountView>(std::move(outcome).value());
}

std::variant<Organization, Exit> organization_of(const std::string& domain, const Host& host, Output& output) {
  auto organization = find_organization(host, domain);
  if (!organization) {
    return fail(output, organization.error());
  }
  if (!organization.value()) {
    return refuse(output, "no organisation has the domain " + domain);
  }
  return *std::move(organization).value();
}

Exit reset(const std::string& id, const Host& host, Output& output) {
  const auto account = AccountId::parse(id);
  if (!account) {
    return refuse(output, id + " is no account's id: search lists them");
  }
  const auto outcome = host.factors.reset_second_factor(host.actor, account.value());
  if (const auto exit = told(outcome, output)) {
    return *exit;
  }
  if (std::holds_alternative<StandingUnchanged>(outcome.value())) {
    return refuse(output, "the account has no second factor");
  }
  if (std::holds_alternative<WrongStatus>(outcome.value())) {
    return refuse(output, "the account is not active, so its owner could not be told; restore a suspended one first");
  }
  if (std::holds_alternative<Throttled>(outcome.value())) {
    return refuse(output, "too many mails to this address or organisation; try again later");
  }
  output.document()["notice"] = std::get<FactorReset>(outcome.value()).notice.to_string();
  output.line(
      "The account has no second factor any more, and is signed out everywhere. Its owner gets a mail with the "
      "next delivery.");
  return Exit::done;
}

// What a command that shows or sets something was given: nothing to set means to show it.
struct EditArguments {
  std::string target;
  std::vector<std::string> entries;
  std::vector<std::string> unable;  // of `clients`
  bool none = false;
  std::optional<Version> shown;

  [[nodiscard]] bool is_edit() const { return none || !entries.empty() || !unable.empty(); }
};

void tell(const std::vector<FactorRequirement>& required, Output& output) {
  output.document()["required"] = Json::array();
  for (const auto& [role, since, grace] : required) {
    const auto* const named = std::ranges::find(roles, role, [](const auto& one) { return one.second; });
    const auto days = std::chrono::floor<std::chrono::days>(grace).count();
    output.line(std::string(named->first) + "  " + std::to_string(days) + " days of grace");
    output.document()["required"].push_back({{"role", named->first}, {"grace_days", days}});
  }
  if (required.empty()) {
    output.line("Nobody has to have a second factor.");
  }
}

// "manager=14", or "manager" for at once.
std::optional<FactorDemand> demand_of(std::string_view text) {
  const auto equals = text.find('=');
  const auto* const named = std::ranges::find(roles, text.substr(0, equals), [](const auto& one) { return one.first; });
  if (named == roles.end()) {
    return std::nullopt;
  }
  int days = 0;
  if (equals != std::string_view::npos) {
    const std::string number(text.substr(equals + 1));
    const auto* const end = number.c_str() + number.size();
    const auto [read_to, error] = std::from_chars(number.c_str(), end, days);
    if (error != std::errc() || read_to != end) {
      return std::nullopt;
    }
  }
  return FactorDemand{.role = named->second, .grace = std::chrono::days(days)};
}

Exit policy(const EditArguments& arguments, const Host& host, Output& output) {
  const auto found = organization_of(arguments.target, host, output);
  if (const auto* exit = std::get_if<Exit>(&found)) {
    return *exit;
  }
  const auto& organization = std::get<Organization>(found);
  output.document()["version"] = organization.version;
  if (!arguments.is_edit()) {
    tell(organization.factor_required, output);
    return Exit::done;
  }
  std::vector<FactorDemand> wanted;
  for (const auto& entry : arguments.entries) {
    const auto demand = demand_of(entry);
    if (!demand) {
      output.problem(entry + " is not ROLE or ROLE=DAYS");
      return Exit::usage;
    }
    wanted.push_back(*demand);
  }
  const auto outcome = host.factors.set_factor_policy(host.actor, organization.id,
                                                      arguments.shown.value_or(organization.version), wanted);
  if (const auto exit = told_edit(outcome, output)) {
    return *exit;
  }
  output.document()["version"] = std::get<FactorPolicySet>(outcome.value()).current;
  output.line("Set. Who has none yet is asked to enrol at the first sign-in after the grace.");
  return Exit::done;
}

void tell(const std::vector<ClientApplication>& clients, Output& output) {
  output.document()["clients"] = Json::array();
  for (const auto& [id, name, factor] : clients) {
    const bool can_ask = factor == FactorSupport::supported;
    output.line(std::string(id).append("  ").append(name).append(can_ask ? "" : "  cannot ask for a second factor"));
    output.document()["clients"].push_back({{"id", id}, {"name", name}, {"second_factor", can_ask}});
  }
}

// "portal=The portal"; a name is asked for.
void add_client(std::vector<ClientApplication>& clients, std::string_view text, FactorSupport factor) {
  const auto equals = text.find('=');
  const auto name = equals == std::string_view::npos ? std::string_view() : text.substr(equals + 1);
  clients.push_back({.id = std::string(text.substr(0, equals)), .name = std::string(name), .factor = factor});
}

Exit clients(const EditArguments& arguments, const Host& host, Output& output) {
  const auto found = organization_of(arguments.target, host, output);
  if (const auto* exit = std::get_if<Exit>(&found)) {
    return *exit;
  }
  const auto& organization = std::get<Organization>(found);
  output.document()["version"] = organization.version;
  if (!arguments.is_edit()) {
    tell(organization.clients, output);
    return Exit::done;
  }
  std::vector<ClientApplication> wanted;
  for (const auto& entry : arguments.entries) {
    add_client(wanted, entry, FactorSupport::supported);
  }
  for (const auto& entry : arguments.unable) {
    add_client(wanted, entry, FactorSupport::unsupported);
  }
  const auto outcome = host.factors.set_client_applications(host.actor, organization.id,
                                                            arguments.shown.value_or(organization.version), wanted);
  if (const auto exit = told_edit(outcome, output)) {
    return *exit;
  }
  output.document()["version"] = std::get<ClientsSet>(outcome.value()).current;
  output.line("Set: " + std::to_string(wanted.size()) + " applications.");
  return Exit::done;
}

void tell(const std::vector<ClientConflict>& conflicts, Output& output) {
  output.document()["conflicts"] = Json::array();
  for (const auto& [id, name, verdict] : conflicts) {
    output.line(std::string(id).append("  ").append(name).append("  does not go with a second factor"));
    output.document()["conflicts"].push_back(
        {{"id", id}, {"name", name}, {"verdict", verdict == ClientVerdict::refuse ? "refuse" : "warn"}});
  }
}

Exit needs(const EditArguments& arguments, const Host& host, Output& output) {
  const auto found = page_of(arguments.target, host, output);
  if (const auto* exit = std::get_if<Exit>(&found)) {
    return *exit;
  }
  const auto& page = std::get<AccountView>(found);
  output.document()["version"] = page.version;
  if (!arguments.is_edit()) {
    output.document()["needed"] = page.factor.needed_clients;
    for (const auto& id : page.factor.needed_clients) {
      output.line("needs " + id);
    }
    tell(page.factor.conflicts, output);
    return Exit::done;
  }
  const auto outcome =
      host.factors.set_needed_clients(host.actor, page.id, arguments.shown.value_or(page.version), arguments.entries);
  if (const auto exit = told_edit(outcome, output)) {
    return *exit;
  }
  if (const auto* refused = std::get_if<ClientsRefuse>(&outcome.value())) {
    tell(refused->conflicts, output);
    return refuse(output, "the account has a second factor, which such an application cannot ask for");
  }
  output.document()["version"] = std::get<NeededClientsSet>(outcome.value()).current;
  output.line("Set: " + std::to_string(arguments.entries.size()) + " applications.");
  return Exit::done;
}

// The options of a command that shows what there is, or sets it.
std::shared_ptr<EditArguments> add_edit(CLI::App& command, const std::string& target) {
  auto arguments = std::make_shared<EditArguments>();
  command.add_option(target, arguments->target)->required();
  command.add_flag("--none", arguments->none, "Set it to nothing");
  command.add_option("--version", arguments->shown, "Write only where it is at this version, which was shown");
  return arguments;
}

}  // namespace

void add_factor_commands(CLI::App& app, std::vector<Command>& commands) {
  const auto account = std::make_shared<std::string>();
  auto* const resetting = app.add_subcommand("reset-factor", "Switch the second factor of a lost phone off");
  resetting->add_option("account", *account, "Its id")->required();
  commands.push_back(
      {resetting, [account](const Host& host, Output& output) { return reset(*account, host, output); }});

  auto* const requiring = app.add_subcommand("factor-policy", "Show or set who has to have a second factor");
  const auto required = add_edit(*requiring, "domain");
  requiring->add_option("roles", required->entries, "ROLE or ROLE=DAYS of grace; none: show it")
      ->excludes(requiring->get_option("--none"));
  commands.push_back(
      {requiring, [required](const Host& host, Output& output) { return policy(*required, host, output); }});

  auto* const registering = app.add_subcommand("clients", "Show or set the client applications; none given: show them");
  const auto registry = add_edit(*registering, "domain");
  registering->add_option("--asks", registry->entries, "ID=NAME: it can ask for a second factor")
      ->excludes(registering->get_option("--none"));
  registering->add_option("--cannot-ask", registry->unable, "ID=NAME: it cannot")
      ->excludes(registering->get_option("--none"));
  commands.push_back(
      {registering, [registry](const Host& host, Output& output) { return clients(*registry, host, output); }});

  auto* const needing = app.add_subcommand("needs", "Show or set the applications that an account cannot do without");
  const auto needed = add_edit(*needing, "account");
  needing->add_option("ids", needed->entries, "Of `clients`; none: show them")->excludes(needing->get_option("--none"));
  commands.push_back({needing, [needed](const Host& host, Output& output) { return needs(*needed, host, output); }});
}

}  // namespace admin
