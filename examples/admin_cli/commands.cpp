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

}  // namespace admin
