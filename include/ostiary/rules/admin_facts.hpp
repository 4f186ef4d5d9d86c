#pragma once

#include <ostiary/model/account.hpp>
#include <ostiary/model/organization.hpp>

namespace ostiary::inline v0 {

/// AdminFacts is what an operation on one account is decided from, both loaded in this pass. The account is not removed
/// but where a rule says so.
struct AdminFacts {
  Account account;
  Organization organization;
};

/// StandingUnchanged: the account or organisation is already as it was asked to be. Audited, no more.
struct StandingUnchanged {};

/// LastManager: the account is the only active manager that its organisation has, and stays (R67). Audited.
struct LastManager {};

/// WrongStatus: an account of this status has no such operation. Audited.
struct WrongStatus {
  AccountStatus status = AccountStatus::invited;
};

}  // namespace ostiary::inline v0
