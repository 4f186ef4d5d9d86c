// expect: use of deleted function .*SignedIn|implicitly-deleted default constructor of .*SessionVerdict
#include <ostiary/rules/session.hpp>

bool is_refused() {
#ifdef OSTIARY_FAULT
  ostiary::SessionVerdict verdict;
#else
  ostiary::SessionVerdict verdict = ostiary::SessionRefused{};
#endif
  return verdict.index() != 0;
}
