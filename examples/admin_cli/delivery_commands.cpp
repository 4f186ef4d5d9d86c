#include "commands.hpp"

using namespace ostiary;  // NOLINT(google-build-using-namespace): an example reads better so

namespace admin {

Exit deliver(const Host& host, Output& output, std::size_t expected) {
  constexpr std::size_t mails_a_time = 100;
  Progress progress(output, "Delivered", expected);
  DeliveryReport sum;
  std::error_code stopped;
  std::error_code kept_back;  // a single mail
  for (;;) {
    const auto report = host.outbox.deliver(mails_a_time);
    if (!report) {
      stopped = report.error();
      break;
    }
    if (report.value().claimed == 0) {
      break;
    }
    kept_back = kept_back ? kept_back : report.value().first_error;
    sum.claimed += report.value().claimed;
    sum.sent += report.value().sent;
    sum.retried += report.value().retried;
    sum.failed += report.value().failed;
    sum.dropped += report.value().dropped;
    sum.lost += report.value().lost;
    progress.update(sum.claimed);
  }
  progress.finish();
  output.document()["delivery"] = {{"sent", sum.sent},
                                   {"retried", sum.retried},
                                   {"failed", sum.failed},
                                   {"dropped", sum.dropped},
                                   {"lost", sum.lost}};
  output.line(std::to_string(sum.sent) + " mails sent, " + std::to_string(sum.failed) + " failed, " +
              std::to_string(sum.retried + sum.lost) + " to be tried again, " + std::to_string(sum.dropped) +
              " not wanted any more");
  if (stopped) {
    output.problem("delivery stopped: " + stopped.message());
    return Exit::stopped;
  }
  if (kept_back) {
    output.problem("a mail could not be written and waits: " + kept_back.message());
  }
  if (sum.retried + sum.lost > 0 || sum.claimed < expected) {
    output.problem(
        "some mails wait: for another try, or for the lease of a worker that was killed; deliver in 5 minutes");
    return Exit::stopped;
  }
  return Exit::done;
}

void add_delivery_commands(CLI::App& app, std::vector<Command>& commands) {
  auto* const command = app.add_subcommand("deliver", "Hand over every mail that is due");
  commands.push_back({command, [](const Host& host, Output& output) { return deliver(host, output, 0); }});
}

}  // namespace admin
