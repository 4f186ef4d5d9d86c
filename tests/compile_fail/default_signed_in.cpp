// expect: no matching (function for call to|constructor for initialization of) 'ostiary::(v0::)?SignedIn
#include <optional>

#include <ostiary/rules/session.hpp>

bool nobody_is_signed_in() {
#ifdef OSTIARY_FAULT
  ostiary::SignedIn who;
#else
  std::optional<ostiary::SignedIn> who;
#endif
  return sizeof(who) != 0;
}
