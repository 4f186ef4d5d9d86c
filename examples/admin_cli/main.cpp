// Founds organisations, imports and searches accounts, and welcomes them in bulk, over the files of one host.
#include <cstdio>
#include <cstdlib>
#include <exception>

#include "commands.hpp"

namespace {

using namespace admin;  // NOLINT(google-build-using-namespace): an example reads better so

Exit make(const HostOptions& options, Output& output) {
  const auto made = make_folder(options.folder);
  if (!made && made.error() == ostiary::Errc::already_taken) {
    return refuse(output, options.folder.string() + " has a key already, which is never written over");
  }
  if (!made) {
    return fail(output, made.error());
  }
  output.document()["folder"] = options.folder.string();
  output.line("Made " + options.folder.string() + ". Keep its file `keys` safe: without it no link works.");
  return Exit::done;
}

Exit run(const HostOptions& options, const std::vector<Command>& commands, Output& output) {
  const auto host = open_host(options);
  if (!host) {
    output.problem(options.folder.string() +
                   " cannot be opened, or an option is wrong (init makes a folder): " + host.error().message());
    return Exit::failed;
  }
  for (const auto& command : commands) {
    if (command.app->parsed()) {
      return command.run(*host.value(), output);
    }
  }
  return Exit::usage;
}

void add_host_options(CLI::App& app, HostOptions& options) {
  app.add_option("--folder", options.folder, "The host's folder: accounts.sqlite, keys, mails")->required();
  app.add_option("--portal", options.portal, "Where links lead")->capture_default_str();
  app.add_option("--from", options.from, "The sender of every mail")->capture_default_str();
  auto* const smtp = app.add_option("--smtp", options.smtp, "HOST:PORT of a relay with STARTTLS; else mails are files");
  app.add_option("--smtp-insecurely-plain", options.smtp_plain, "HOST:PORT of a relay without TLS")->excludes(smtp);
  auto* const staff = app.add_option("--staff", options.staff, "Act as this member of the support staff");
  auto* const reason = app.add_option("--reason", options.reason, "Why, for the audit")->needs(staff);
  staff->needs(reason);
}

int run_command_line(int argc, char** argv) {
  CLI::App app("Administration of an ostiary host", "admin_cli");
  app.footer(exit_codes_text);
  app.require_subcommand(1);
  HostOptions options;
  add_host_options(app, options);
  bool json = false;
  app.add_flag("--json", json, "One JSON document on standard output instead of text");
  const auto* const init = app.add_subcommand("init", "Make the folder's store and key");
  std::vector<Command> commands;
  add_organization_commands(app, commands);
  add_bulk_commands(app, commands);
  add_delivery_commands(app, commands);
  add_audit_commands(app, commands);
  add_factor_commands(app, commands);
  try {
    app.parse(argc, argv);
  } catch (const CLI::ParseError& error) {
    return app.exit(error) == 0 ? EXIT_SUCCESS : static_cast<int>(Exit::usage);
  }
  Output output(json ? Format::json : Format::text);
  return static_cast<int>(output.finish(init->parsed() ? make(options, output) : run(options, commands, output)));
}

}  // namespace

int main(int argc, char** argv) {
  try {
    return run_command_line(argc, argv);
  } catch (const std::exception& error) {
    static_cast<void>(std::fprintf(stderr, "admin_cli: %s\n", error.what()));
    return static_cast<int>(Exit::failed);
  }
}
