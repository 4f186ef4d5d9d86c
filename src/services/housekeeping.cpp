#include <ostiary/services/housekeeping.hpp>

#include "committing.hpp"

namespace ostiary::inline v0 {

Result<Housekept> Housekeeping::run(std::size_t limit) const {
  OSTIARY_TRY(const auto housekept, env_.store.housekeep(env_.clock.now(), limit));
  services::observe(env_, RowsHousekept{housekept.deleted});
  return housekept;
}

Result<void> Housekeeping::refresh_decoys() const {
  OSTIARY_TRY(const auto mix, env_.store.count_password_hashes());
  env_.hasher.follow(mix);
  return success();
}

}  // namespace ostiary::inline v0
