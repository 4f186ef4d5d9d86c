#include "commands.hpp"
#include <ostiary/services/audit_log.hpp>

using namespace ostiary;  // NOLINT(google-build-using-namespace): an example reads better so

namespace admin {
namespace {

struct VerifyArguments {
  std::string stream;
  std::string checkpoint;
};

// "system", or an organisation's domain.
std::variant<AuditStream, Exit> stream_of(const std::string& text, const Host& host, Output& output) {
  if (text == "system") {
    return AuditStream();
  }
  const auto organization = find_organization(host, text);
  if (!organization) {
    return fail(output, organization.error());
  }
  if (!organization.value()) {
    return refuse(output, "no organisation has the domain " + text);
  }
  return AuditStream(organization.value()->id);
}

void tell(const AuditFinding& finding, Output& output) {
  const auto event = finding.event ? finding.event->to_string() : "";
  output.line((finding.block == 0 ? "In no block" : "Block " + std::to_string(finding.block)) + ": " +
              std::string(audit_finding_name(finding.kind)) + (event.empty() ? "" : ", event " + event));
  output.document()["findings"].push_back(
      {{"kind", audit_finding_name(finding.kind)}, {"block", finding.block}, {"event", event}});
}

// Block by block to the stream's end; everything that is found is told.
Exit verify_stream(AuditVerifyRequest request, const Host& host, Output& output) {
  const AuditLog log(host.env);
  AuditVerification sum;
  std::size_t findings = 0;
  output.document()["findings"] = Json::array();
  do {
    const auto outcome = log.verify(host.actor, request);
    if (!outcome) {
      return fail(output, outcome.error());
    }
    if (const auto* refused = std::get_if<OperationRefused>(&outcome.value())) {
      return refuse(output, *refused);
    }
    const auto& part = std::get<AuditVerification>(outcome.value());
    for (const auto& finding : part.findings) {
      tell(finding, output);
    }
    findings += part.findings.size();
    sum.blocks += part.blocks;
    sum.events += part.events;
    sum.unsealed = part.unsealed;
    sum.more_unsealed = part.more_unsealed;
    request.from_block = part.next_block;
  } while (request.from_block != 0);
  output.document()["blocks"] = sum.blocks;
  output.document()["events"] = sum.events;
  output.document()["unsealed"] = sum.unsealed;
  output.line(std::to_string(sum.events) + " events in " + std::to_string(sum.blocks) + " blocks, " +
              std::to_string(sum.unsealed) + (sum.more_unsealed ? " and more" : "") +
              " in none: " + (findings == 0 ? "all is as it was written" : std::to_string(findings) + " findings"));
  return findings == 0 ? Exit::done : Exit::tampered;
}

Exit verify(const VerifyArguments& arguments, const Host& host, Output& output) {
  const auto stream = stream_of(arguments.stream, host, output);
  if (const auto* exit = std::get_if<Exit>(&stream)) {
    return *exit;
  }
  AuditVerifyRequest request{.stream = std::get<AuditStream>(stream)};
  if (!arguments.checkpoint.empty()) {
    const auto kept = parse_audit_checkpoint(arguments.checkpoint);
    if (!kept || kept.value().stream != request.stream) {
      output.problem("--checkpoint is not one of this stream: take a line that close-audit gave");
      return Exit::flawed;
    }
    request.checkpoint = kept.value();
  }
  return verify_stream(request, host, output);
}

Exit close(const Host& host, Output& output) {
  constexpr std::size_t blocks_a_time = 100;
  output.document()["checkpoints"] = Json::array();
  std::error_code kept_back;
  for (bool more = true; more;) {
    const auto closed = host.housekeeping.close_audit(blocks_a_time);
    if (!closed) {
      return fail(output, closed.error());
    }
    for (const auto& checkpoint : closed.value().checkpoints) {
      output.line(to_text(checkpoint));
      output.document()["checkpoints"].push_back(to_text(checkpoint));
    }
    kept_back = closed.value().first_error;
    more = closed.value().more && !kept_back;
  }
  return kept_back ? fail(output, kept_back) : Exit::done;
}

}  // namespace

void add_audit_commands(CLI::App& app, std::vector<Command>& commands) {
  const auto asked = std::make_shared<VerifyArguments>();
  auto* const command =
      app.add_subcommand("verify-audit", "Look for audit events that were changed, taken out or put in");
  command->add_option("stream", asked->stream, "An organisation's domain, or: system")->required();
  command->add_option("--checkpoint", asked->checkpoint,
                      "One that was kept elsewhere: without it a cut end is not seen");
  commands.push_back({command, [asked](const Host& host, Output& output) { return verify(*asked, host, output); }});

  auto* const closing = app.add_subcommand("close-audit", "Close events into blocks and print the checkpoints to keep");
  commands.push_back({closing, close});
}

}  // namespace admin
