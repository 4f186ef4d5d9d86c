#pragma once

#include <algorithm>

#include "memory_state.hpp"
#include <ostiary/base/assert.hpp>

namespace ostiary::inline v0::testing {

// The id to go on after; nothing where the page is the first.
template <class Id>
[[nodiscard]] Result<std::optional<Id>> start_of(const PageRequest& request) {
  if (request.after.empty()) {
    return std::optional<Id>();
  }
  OSTIARY_TRY(const auto id, Id::parse(request.after));
  return std::optional<Id>(id);
}

[[nodiscard]] inline std::size_t limit_of(const PageRequest& request) {
  return std::clamp<std::size_t>(request.limit, 1, PageRequest::limit_max);
}

// Reads the rows of one owner in `index` whose id comes after `page.after`, one more than fits to know if it ends here.
template <class Record, class Owner, class Id, class Row>
[[nodiscard]] Result<Page<Record>> read_page(const Table<std::pair<Owner, Id>, Present>& index, const Owner& owner,
                                             const Table<Id, Row>& rows, const PageRequest& request) {
  OSTIARY_TRY(const auto start, start_of<Id>(request));
  const auto limit = limit_of(request);
  auto at = start ? index.rows().upper_bound({owner, *start}) : index.rows().lower_bound({owner, Id()});
  Id after;
  Page<Record> page;
  for (; at != index.rows().end() && at->first.first == owner; ++at) {
    if (page.records.size() == limit) {
      page.next = after.to_string();
      break;
    }
    after = at->first.second;
    const Row* row = rows.find(after);
    OSTIARY_ASSERT(row != nullptr);
    OSTIARY_TRY(auto record, read(*row));
    page.records.push_back(std::move(record));
  }
  return page;
}

}  // namespace ostiary::inline v0::testing
