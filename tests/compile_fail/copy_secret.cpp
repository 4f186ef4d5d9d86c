// expect: use of deleted function .*Secret(String|Bytes)\(const|implicitly-deleted copy constructor of .*SecretString
#include <utility>

#include <ostiary/base/secret.hpp>

ostiary::SecretString keep(ostiary::SecretString& typed) {
#ifdef OSTIARY_FAULT
  ostiary::SecretString kept = typed;
#else
  ostiary::SecretString kept = std::move(typed);
#endif
  return kept;
}
