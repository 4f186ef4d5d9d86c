#pragma once

#include <algorithm>

#include <ostiary/model/account.hpp>

namespace ostiary::inline v0 {

/// find_entry is the account's entry of an address; null where it has none.
[[nodiscard]] inline AccountAddress* find_entry(Account& account, const EmailAddress& address) noexcept {
  const auto found = std::ranges::find(account.addresses, address, &AccountAddress::address);
  return found == account.addresses.end() ? nullptr : &*found;
}

}  // namespace ostiary::inline v0
