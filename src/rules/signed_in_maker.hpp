#pragma once

#include <ostiary/rules/session.hpp>

namespace ostiary::inline v0 {

/// SignedInMaker is the one door to a SignedIn, private to the rules that check.
class SignedInMaker {
 public:
  static SignedIn make(AccountStanding account, const Session& session) { return {std::move(account), session}; }
};

}  // namespace ostiary::inline v0
