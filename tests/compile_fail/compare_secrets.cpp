// expect: deleted function .*SecretString::operator==|selected deleted operator '=='
#include <ostiary/base/secret.hpp>

bool is_same(const ostiary::SecretString& typed, const ostiary::SecretString& stored) {
#ifdef OSTIARY_FAULT
  return typed == stored;
#else
  return typed.size() == stored.size();
#endif
}
