#pragma once

#include "connection.hpp"
#include <ostiary/ports/store.hpp>

namespace ostiary::inline v0::sqlite {

/// search_accounts is Store::search_accounts: one statement a page, which reads no more of the index than lies between
/// the cursor and the page's last account; before the first page of several words, one more that chooses among them.
[[nodiscard]] Result<Page<Account>> search_accounts(Connection& connection, const AccountQuery& query,
                                                    const PageRequest& page);

/// count_accounts is Store::count_accounts.
[[nodiscard]] Result<AccountCount> count_accounts(Connection& connection, const AccountQuery& query, std::size_t limit);

}  // namespace ostiary::inline v0::sqlite
