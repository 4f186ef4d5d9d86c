// expect: no match for 'operator<<' .*SecretString|invalid operands to binary expression .*SecretString
#include <ostream>
#include <string>

#include <ostiary/base/secret.hpp>

void log_attempt(std::ostream& log, const ostiary::SecretString& password, const std::string& login) {
#ifdef OSTIARY_FAULT
  log << password << login;
#else
  static_cast<void>(password);
  log << login;
#endif
}
