#include <charconv>
#include <string>

#include "counts/operations.hpp"

// Makes one operation of the requests N times, for a tool that counts from outside: `calls NAME N`.
int main(int argc, char** argv) {
  using ostiary::counts::Operations;
  const std::string name = argc == 3 ? argv[1] : "";
  const std::string_view count_text = argc == 3 ? argv[2] : "";
  int count = 0;
  std::from_chars(count_text.data(), count_text.data() + count_text.size(), count);
  const Operations operations;
  for (int i = 0; i < count; ++i) {
    if (name == "link_derive") {
      operations.link_derive();
    } else if (name == "link_verify") {
      operations.link_verify();
    } else if (name == "session_check") {
      operations.session_check();
    } else if (name == "policy_check") {
      operations.policy_check();
    } else {
      std::fputs("calls link_derive|link_verify|session_check|policy_check N\n", stderr);
      return 2;
    }
  }
  return 0;
}
