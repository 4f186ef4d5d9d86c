#pragma once

#include <CLI/CLI.hpp>
#include <functional>
#include <vector>

#include "host.hpp"
#include "output.hpp"

namespace admin {

/// Command is one subcommand: `run` is called once its arguments were read and the host is open.
struct Command {
  CLI::App* app = nullptr;
  std::function<Exit(const Host& host, Output& output)> run;
};

/// Each adds a group of subcommands: their options stay alive in `run`. Another group is a file, a line here, and its
/// call in main.
void add_organization_commands(CLI::App& app, std::vector<Command>& commands);  // create-organization, import, search
void add_bulk_commands(CLI::App& app, std::vector<Command>& commands);  // welcome, resume, pause, cancel, jobs, report
void add_delivery_commands(CLI::App& app, std::vector<Command>& commands);  // deliver
void add_audit_commands(CLI::App& app, std::vector<Command>& commands);     // verify-audit, close-audit
void add_factor_commands(CLI::App& app, std::vector<Command>& commands);  // reset-factor, factor-policy, clients, needs

/// fail tells an error of the library and what to do about it: a transient one is worth another try.
Exit fail(Output& output, std::error_code error);
/// refuse tells an expected "no".
Exit refuse(Output& output, const std::string& why);
Exit refuse(Output& output, const ostiary::OperationRefused& refused);
/// flawed tells every flaw of a request, of which nothing was written.
Exit flawed(Output& output, const ostiary::InputRefused& input);

/// deliver hands over what is due, with progress towards `expected` mails, and tells what became of it.
Exit deliver(const Host& host, Output& output, std::size_t expected);

}  // namespace admin
