#pragma once

#include <algorithm>

#include <ostiary/ports/store.hpp>

// How a list is cut into pages.
namespace ostiary::inline v0::sqlite {

inline std::size_t limit_of(const PageRequest& page) {
  return std::clamp<std::size_t>(page.limit, 1, PageRequest::limit_max);
}

/// start_of is the id to go on after; empty bytes sort before every id.
template <class IdType>
Result<Bytes> start_of(const PageRequest& page) {
  if (page.after.empty()) {
    return Bytes();
  }
  OSTIARY_TRY(const auto id, IdType::parse(page.after));
  return Bytes(id.bytes().begin(), id.bytes().end());
}

/// page_of turns up to limit + 1 records into a page: the one too many only says that there is a next.
template <class Record, class IdOf>
Page<Record> page_of(std::vector<Record> records, const PageRequest& request, IdOf id_of) {
  Page<Record> page{.records = std::move(records)};
  if (page.records.size() > limit_of(request)) {
    page.records.pop_back();
    page.next = id_of(page.records.back()).to_string();
  }
  return page;
}

}  // namespace ostiary::inline v0::sqlite
