// expect: no matching (function for call to|constructor for initialization of) 'ostiary::(v0::)?Actor
#include <optional>

#include <ostiary/rules/actor.hpp>

bool nobody_acts() {
#ifdef OSTIARY_FAULT
  ostiary::Actor actor;
#else
  std::optional<ostiary::Actor> actor;
#endif
  return sizeof(actor) != 0;
}
