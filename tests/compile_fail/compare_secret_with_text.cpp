// expect: no match for 'operator==' .*SecretString|invalid operands to binary expression .*SecretString
#include <string>

#include <ostiary/base/secret.hpp>

bool is_right(const ostiary::SecretString& typed, const std::string& expected) {
#ifdef OSTIARY_FAULT
  return typed == expected;
#else
  return typed.size() == expected.size();
#endif
}
