// expect: 'ostiary::v0::Actor::Actor\(.*is private within this context|calling a private constructor of class 'ostiary::(v0::)?Actor'
#include <ostiary/rules/actor.hpp>

ostiary::Result<ostiary::Actor> act() {
#ifdef OSTIARY_FAULT
  return ostiary::Actor(ostiary::AuditActorKind::staff);
#else
  return ostiary::Actor::staff("Ada", "ticket 4711");
#endif
}
