#pragma once

#include <vector>

#include <ostiary/model/change_set.hpp>

namespace ostiary::inline v0 {

/// Decision is what a rule answers: the outcome to tell, and the changes that make it true. The outcome holds only once
/// the changes are committed. No changes means that nothing has to be written.
template <class Outcome>
struct Decision {
  Outcome outcome;
  std::vector<Change> changes{};
};

/// Changed: the record is not at the version that the page showed any more. Nothing was written; show it again.
struct Changed {
  Version current = 0;
};

/// StaleVerdict: what is stored changed while it was hashed against; start over with a new charge.
struct StaleVerdict {};

}  // namespace ostiary::inline v0
