// expect: ignoring return(ed)? value of
// The function is a host's own, without an attribute: the type alone asks to be looked at.
#include <ostiary/base/result.hpp>

ostiary::Result<void> store_it();

ostiary::Result<void> store_twice() {
#ifdef OSTIARY_FAULT
  store_it();
#else
  OSTIARY_TRY(store_it());
#endif
  return store_it();
}
