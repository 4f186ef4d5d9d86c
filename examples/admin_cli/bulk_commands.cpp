#include <map>

#include "commands.hpp"

using namespace ostiary;  // NOLINT(google-build-using-namespace): an example reads better so

namespace admin {
namespace {

void tell(const Job& job, Output& output) {
  output.document()["job"] = {{"id", job.id.to_string()},        {"state", job_state_name(job.state)},
                              {"accounts", job.items},           {"to_send", job.items_to_send},
                              {"accounts_done", job.items_done}, {"mails", job.mails},
                              {"planned_by", job.planned_by}};
}

std::string line_of(const Job& job) {
  return "Job " + job.id.to_string() + " is " + std::string(job_state_name(job.state)) + ": " +
         std::to_string(job.items_done) + " of " + std::to_string(job.items) + " accounts done, " +
         std::to_string(job.mails) + " mails asked for";
}

// The job of an outcome that has one; else what there is to say.
template <class Outcome>
std::variant<Job, Exit> job_of(const Result<Outcome>& outcome, Output& output) {
  if (!outcome) {
    return fail(output, outcome.error());
  }
  if (const auto* job = std::get_if<Job>(&outcome.value())) {
    return *job;
  }
  if (const auto* unready = std::get_if<JobUnready>(&outcome.value())) {
    return refuse(output, "the job is " + std::string(job_state_name(unready->state)));
  }
  if constexpr (std::is_same_v<Outcome, BulkPlanOutcome>) {
    if (const auto* throttled = std::get_if<Throttled>(&outcome.value())) {
      const auto minutes = std::chrono::ceil<std::chrono::minutes>(throttled->retry_after).count();
      return refuse(output, "too many bulk welcomes; another one in " + std::to_string(minutes) + " minutes");
    }
  }
  return refuse(output, std::get<OperationRefused>(outcome.value()));
}

// Counts of a whole job, read page by page.
struct Summary {
  std::map<std::string, std::size_t> planned;
  std::map<std::string, std::size_t> done;
  std::map<std::string, std::size_t> mails;
  std::size_t waiting = 0;  // mails that are neither sent nor given up
};

enum class Lines : std::uint8_t { none = 1, problems, all };

bool is_problem(const BulkLine& line) {
  return line.item.planned != WelcomeVerdict::send || line.item.done != WelcomeVerdict::send || !line.mail ||
         line.mail->state != MailState::sent;
}

void tell(const BulkLine& line, Output& output) {
  const auto done = line.item.done ? std::string(welcome_verdict_name(*line.item.done)) : "";
  const auto mail = line.mail ? std::string(mail_state_name(line.mail->state)) : "";
  const auto reason = line.mail ? line.mail->reason : "";
  output.line(line.item.account.to_string() + "  " + (line.login_name.empty() ? "-" : line.login_name) + "  planned: " +
              std::string(welcome_verdict_name(line.item.planned)) + (done.empty() ? "" : "  done: " + done) +
              (mail.empty() ? "" : "  mail: " + mail) + (reason.empty() ? "" : " (" + reason + ")"));
  output.document()["lines"].push_back({{"account", line.item.account.to_string()},
                                        {"login_name", line.login_name},
                                        {"display_name", line.display_name},
                                        {"planned", welcome_verdict_name(line.item.planned)},
                                        {"done", done},
                                        {"mail", mail},
                                        {"reason", reason}});
}

void count(const BulkLine& line, Summary& summary) {
  ++summary.planned[std::string(welcome_verdict_name(line.item.planned))];
  if (line.item.done) {
    ++summary.done[std::string(welcome_verdict_name(*line.item.done))];
  }
  if (line.mail) {
    ++summary.mails[std::string(mail_state_name(line.mail->state))];
    summary.waiting += line.mail->state == MailState::queued || line.mail->state == MailState::sending ? 1U : 0U;
  }
}

std::variant<Summary, Exit> summarise(const Host& host, const JobId& id, Lines lines, Output& output) {
  Summary summary;
  for (std::uint32_t batch = 0;; ++batch) {
    const auto outcome = host.bulk.report(host.actor, id, batch);
    if (!outcome) {
      return fail(output, outcome.error());
    }
    if (const auto* refused = std::get_if<OperationRefused>(&outcome.value())) {
      return refuse(output, *refused);
    }
    const auto& report = std::get<BulkReport>(outcome.value());
    tell(report.job, output);
    if (report.lines.empty()) {
      output.line(line_of(report.job));
      return summary;
    }
    for (const auto& line : report.lines) {
      count(line, summary);
      if (lines == Lines::all || (lines == Lines::problems && is_problem(line))) {
        tell(line, output);
      }
    }
  }
}

void tell(std::string_view what, const std::map<std::string, std::size_t>& counts, Output& output) {
  std::string text;
  for (const auto& [name, number] : counts) {
    text += (text.empty() ? "" : ", ") + std::to_string(number) + " " + name;
  }
  output.line(std::string(what) + ": " + (text.empty() ? "none" : text));
  output.document()[std::string(what)] = counts;
}

Exit report(const Host& host, const JobId& id, Lines lines, Output& output) {
  if (lines != Lines::none) {
    output.document()["lines"] = Json::array();
  }
  const auto summary = summarise(host, id, lines, output);
  if (const auto* exit = std::get_if<Exit>(&summary)) {
    return *exit;
  }
  tell("planned", std::get<Summary>(summary).planned, output);
  tell("done", std::get<Summary>(summary).done, output);
  tell("mails", std::get<Summary>(summary).mails, output);
  return Exit::done;
}

// Does what is left of a job, batch by batch, and then delivers. A kill at any point leaves what is done; `resume`
// comes back here.
Exit run_to_end(const Host& host, Job job, Output& output) {
  Progress progress(output, "Asked for", job.items);
  do {
    auto next = job_of(host.bulk.run(host.actor, job.id), output);
    if (const auto* exit = std::get_if<Exit>(&next)) {
      progress.finish();
      return *exit == Exit::failed ? Exit::stopped : *exit;
    }
    job = std::get<Job>(std::move(next));
    progress.update(job.items_done);
  } while (job.state != JobState::completed);
  progress.finish();
  const auto summary = summarise(host, job.id, Lines::none, output);
  if (const auto* exit = std::get_if<Exit>(&summary)) {
    return *exit;
  }
  return deliver(host, output, std::get<Summary>(summary).waiting);
}

struct WelcomeArguments {
  std::string domain;
  std::string search;
  std::vector<std::string> accounts;
  bool plan_only = false;
};

Exit welcome(const WelcomeArguments& arguments, const Host& host, Output& output) {
  const auto organization = find_organization(host, arguments.domain);
  if (!organization) {
    return fail(output, organization.error());
  }
  if (!organization.value()) {
    return refuse(output, "no organisation has the domain " + arguments.domain);
  }
  std::vector<AccountId> ticked;
  for (const auto& text : arguments.accounts) {
    const auto id = AccountId::parse(text);
    if (!id) {
      output.problem("--account " + text + " is no account's id: take those that search gives");
      return Exit::flawed;
    }
    ticked.push_back(id.value());
  }
  const auto selection =
      ticked.empty() ? BulkSelection(AccountSearch{.text = arguments.search}) : BulkSelection(std::span(ticked));
  auto planned = job_of(host.bulk.plan(host.actor, organization.value()->id, selection), output);
  if (const auto* exit = std::get_if<Exit>(&planned)) {
    return *exit;
  }
  const auto& job = std::get<Job>(planned);
  tell(job, output);
  output.line("Planned job " + job.id.to_string() + ": " + std::to_string(job.items) + " accounts, " +
              std::to_string(job.items_to_send) + " of them to be sent a mail.");
  if (arguments.plan_only) {
    output.line("Nothing is sent; within 24 hours, run `resume " + job.id.to_string() + "`.");
    return Exit::done;
  }
  return run_to_end(host, job, output);
}

// A job's id from the command line; what is none is answered as a job that does not exist.
JobId id_of(const std::string& text) {
  const auto id = JobId::parse(text);
  return id ? id.value() : JobId();
}

Exit resume(const std::string& id, const Host& host, Output& output) {
  auto found = job_of(host.bulk.find(host.actor, id_of(id)), output);
  if (const auto* job = std::get_if<Job>(&found); job != nullptr && job->state == JobState::paused) {
    found = job_of(host.bulk.resume(host.actor, job->id), output);
  }
  const auto* exit = std::get_if<Exit>(&found);
  return exit != nullptr ? *exit : run_to_end(host, std::get<Job>(found), output);
}

using Change = Result<BulkOutcome> (BulkWelcome::*)(const Actor& actor, const JobId& job) const;

Exit change(Change how, const std::string& id, const Host& host, Output& output) {
  const auto changed = job_of((host.bulk.*how)(host.actor, id_of(id)), output);
  if (const auto* exit = std::get_if<Exit>(&changed)) {
    return *exit;
  }
  tell(std::get<Job>(changed), output);
  output.line(line_of(std::get<Job>(changed)));
  return Exit::done;
}

Exit list(const std::string& domain, const Host& host, Output& output) {
  const auto organization = find_organization(host, domain);
  if (!organization) {
    return fail(output, organization.error());
  }
  if (!organization.value()) {
    return refuse(output, "no organisation has the domain " + domain);
  }
  output.document()["jobs"] = Json::array();
  PageRequest request{.limit = PageRequest::limit_max};
  do {
    const auto outcome = host.bulk.list(host.actor, organization.value()->id, request);
    if (!outcome) {
      return fail(output, outcome.error());
    }
    if (const auto* refused = std::get_if<OperationRefused>(&outcome.value())) {
      return refuse(output, *refused);
    }
    const auto& page = std::get<Page<Job>>(outcome.value());
    for (const auto& job : page.records) {
      output.line(line_of(job));
      output.document()["jobs"].push_back({{"id", job.id.to_string()}, {"state", job_state_name(job.state)}});
    }
    request.after = page.next;
  } while (!request.after.empty());
  return Exit::done;
}

// A subcommand that takes one job.
template <class Run>
void add_job_command(CLI::App& app, std::vector<Command>& commands, const char* name, const char* what, Run run) {
  const auto id = std::make_shared<std::string>();
  auto* const command = app.add_subcommand(name, what);
  command->add_option("job", *id)->required();
  commands.push_back({command, [id, run](const Host& host, Output& output) { return run(*id, host, output); }});
}

}  // namespace

void add_bulk_commands(CLI::App& app, std::vector<Command>& commands) {
  const auto asked = std::make_shared<WelcomeArguments>();
  auto* const command = app.add_subcommand("welcome", "Plan a bulk welcome, run it and deliver its mails");
  command->add_option("domain", asked->domain)->required();
  auto* const text = command->add_option("--search", asked->search, "Those that search finds; without, every account");
  command->add_option("--account", asked->accounts, "These ones, by id")->excludes(text);
  command->add_flag("--plan-only", asked->plan_only, "Send nothing yet");
  commands.push_back({command, [asked](const Host& host, Output& output) { return welcome(*asked, host, output); }});

  add_job_command(app, commands, "resume", "Go on with a job that is planned, was paused, or was interrupted", resume);
  add_job_command(app, commands, "pause", "Stop a running job until it is resumed",
                  [](const std::string& id, const Host& host, Output& output) {
                    return change(&BulkWelcome::pause, id, host, output);
                  });
  add_job_command(app, commands, "cancel", "End a job; mails that did not leave yet go nowhere",
                  [](const std::string& id, const Host& host, Output& output) {
                    return change(&BulkWelcome::cancel, id, host, output);
                  });

  const auto domain = std::make_shared<std::string>();
  auto* const jobs = app.add_subcommand("jobs", "List an organisation's jobs");
  jobs->add_option("domain", *domain)->required();
  commands.push_back({jobs, [domain](const Host& host, Output& output) { return list(*domain, host, output); }});

  const auto lines = std::make_shared<Lines>(Lines::none);
  const auto id = std::make_shared<std::string>();
  auto* const told = app.add_subcommand("report", "What was planned and done, and what became of the mails");
  told->add_option("job", *id)->required();
  auto* const all = told->add_flag_callback("--lines", [lines] { *lines = Lines::all; }, "Account by account");
  told->add_flag_callback(
          "--problems", [lines] { *lines = Lines::problems; }, "Those whose mail was not sent")
      ->excludes(all);
  commands.push_back(
      {told, [id, lines](const Host& host, Output& output) { return report(host, id_of(*id), *lines, output); }});
}

}  // namespace admin
