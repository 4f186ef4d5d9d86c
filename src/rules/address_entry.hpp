#pragma once

#include <algorithm>

#include <ostiary/model/account.hpp>

namespace ostiary::inline v0 {

/// find_entry is the account's entry of an address; null where it has none.
[[nodiscard]] inline AccountAddress* find_entry(Account& account, const EmailAddress& address) noexcept {
  const auto found = std::ranges::find(account.addresses, address, &AccountAddress::address);
  return found == account.addresses.end() ? nullptr : &*found;
}

/// gains_access says whether an address that had `had` and has `has` may now get somebody into the account by more than
/// before: by a reset link, or a single sign-on. Its owner is told.
[[nodiscard]] inline bool gains_access(PurposeSet had, PurposeSet has) noexcept {
  const auto gains = [&](AddressPurpose purpose) { return has.has(purpose) && !had.has(purpose); };
  return gains(AddressPurpose::recovery) || gains(AddressPurpose::sign_in);
}

}  // namespace ostiary::inline v0
