#include <ostiary/services/housekeeping.hpp>

#include "committing.hpp"

namespace ostiary::inline v0 {

Result<Housekept> Housekeeping::run(std::size_t limit) const {
  OSTIARY_TRY(const auto housekept, env_.store.housekeep(env_.clock.now(), limit));
  services::observe(env_, RowsHousekept{housekept.deleted});
  return housekept;
}

}  // namespace ostiary::inline v0
