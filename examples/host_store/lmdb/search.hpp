#pragma once

#include "environment.hpp"
#include <ostiary/ports/store.hpp>

// The search of the port: a walk along one index, from the page's cursor on, as long as words begin as they must.
namespace host::lmdb {

[[nodiscard]] Result<Page<Account>> search_accounts(const Transaction& db, const AccountQuery& query,
                                                    const PageRequest& page);

[[nodiscard]] Result<AccountCount> count_accounts(const Transaction& db, const AccountQuery& query, std::size_t limit);

}  // namespace host::lmdb
