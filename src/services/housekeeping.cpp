#include <ostiary/services/housekeeping.hpp>

namespace ostiary::inline v0 {

Result<Housekept> Housekeeping::run(std::size_t limit) const { return env_.store.housekeep(env_.clock.now(), limit); }

}  // namespace ostiary::inline v0
