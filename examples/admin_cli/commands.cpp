#include "commands.hpp"

namespace admin {

Exit fail(Output& output, std::error_code error) {
  const bool is_worth_a_try = error == ostiary::ErrorKind::transient;
  output.problem(error.message() + (is_worth_a_try ? "; try again" : ""));
  return Exit::failed;
}

Exit refuse(Output& output, const std::string& why) {
  output.problem("refused: " + why);
  return Exit::refused;
}

Exit refuse(Output& output, const ostiary::OperationRefused& refused) {
  return refuse(output, refused.reason == ostiary::Permission::not_found
                            ? std::string("it does not exist, or its time is over")
                            : std::string(ostiary::permission_name(refused.reason)));
}

Exit flawed(Output& output, const ostiary::InputRefused& input) {
  for (const auto& flaw : input.flaws) {
    const auto entry = flaw.entry == 0 ? std::string() : " of entry " + std::to_string(flaw.entry + 1);
    output.line(std::string(flaw.field) + entry + ": " + flaw.error.message());
    output.document()["flaws"].push_back(
        {{"field", flaw.field}, {"entry", flaw.entry}, {"problem", flaw.error.message()}});
  }
  output.problem("nothing was written");
  return Exit::flawed;
}

}  // namespace admin
