#include "search.hpp"

#include "rows.hpp"

namespace host::lmdb {
namespace {

// Hit is an account that the query asks for, and from where the walk goes on behind it.
using OnHit = std::function<Result<bool>(Account account, std::string cursor)>;

Result<Account> load(const Transaction& db, const AccountId& id) {
  OSTIARY_TRY(auto account, find<Account>(db, id));
  if (!account) {
    return Errc::record_unreadable;  // an index that names nothing
  }
  return std::move(*account);
}

Result<void> walk_by_id(const Transaction& db, const AccountQuery& query, const std::string& after, const OnHit& hit) {
  const auto prefix = members_prefix(query.organization, query.status);
  auto first = prefix;
  if (!after.empty()) {
    OSTIARY_TRY(const auto id, AccountId::parse(after));
    first = Writer().raw(prefix).raw(bytes_of(id)).finish();
  }
  return db.visit(prefix, first, [&](ByteView key) -> Result<bool> {
    const auto id = Reader(key.subspan(prefix.size())).id<AccountId>();
    if (!after.empty() && std::ranges::equal(key, first)) {
      return true;
    }
    OSTIARY_TRY(auto account, load(db, id));
    return hit(std::move(account), id.to_string());
  });
}

Result<std::size_t> count_entries(const Transaction& db, const OrganizationId& organization, const std::string& word) {
  std::size_t count = 0;
  const auto prefix = words_prefix(organization, word);
  OSTIARY_TRY(db.visit(prefix, prefix, [&](ByteView /*key*/) -> Result<bool> { return ++count < search_probe_max; }));
  return count;
}

Result<const std::string*> choose_leading_word(const Transaction& db, const AccountQuery& query) {
  std::vector<std::size_t> entries;
  for (const auto& word : query.words) {
    OSTIARY_TRY(const auto count, count_entries(db, query.organization, word));
    entries.push_back(count);
  }
  return &leading_word(query, entries);
}

// Gives the cursor of where it ended because it looked at enough, or nothing.
Result<std::string> walk_by_word(const Transaction& db, const AccountQuery& query, const std::string& after,
                                 const OnHit& hit) {
  std::optional<SearchCursor> cursor;
  if (!after.empty()) {
    OSTIARY_TRY(cursor, SearchCursor::parse(after, query));
  }
  if (!can_match(query)) {
    return std::string();
  }
  const std::string* leading = nullptr;
  if (cursor) {
    leading = &leading_word(query, *cursor);
  } else {
    OSTIARY_TRY(leading, choose_leading_word(db, query));
  }
  const auto prefix = words_prefix(query.organization, *leading);
  const auto word_at = prefix.size() - leading->size();
  auto first = prefix;
  if (cursor) {
    const auto whole = Writer().raw(words_prefix(query.organization, cursor->word)).number(std::uint8_t{0}).finish();
    first = Writer().raw(whole).raw(bytes_of(cursor->id)).finish();
  }
  std::size_t visits = 0;
  std::string last;
  std::string ended_at;
  OSTIARY_TRY(db.visit(prefix, first, [&](ByteView key) -> Result<bool> {
    if (cursor && std::ranges::equal(key, first)) {
      return true;
    }
    if (visits == search_visits_max) {
      ended_at = last;
      return false;
    }
    ++visits;
    const auto id = Reader(key.last(sizeof(AccountId))).id<AccountId>();
    const auto bytes = key.subspan(word_at).first(key.size() - word_at - sizeof(AccountId) - 1);
    const std::string word(reinterpret_cast<const char*>(bytes.data()), bytes.size());
    last = SearchCursor{.word = word, .id = id}.to_string();
    OSTIARY_TRY(auto account, load(db, id));
    const auto keys = index_keys(account);
    const auto* by = first_match(keys.search_words, *leading);
    if (by == nullptr || *by != word || !answers(keys, query)) {  // an account is listed by its least match
      return true;
    }
    return hit(std::move(account), last);
  }));
  return ended_at;
}

Result<std::string> walk(const Transaction& db, const AccountQuery& query, const std::string& after, const OnHit& hit) {
  if (!query.words.empty()) {
    return walk_by_word(db, query, after, hit);
  }
  OSTIARY_TRY(walk_by_id(db, query, after, hit));
  return std::string();
}

}  // namespace

Result<Page<Account>> search_accounts(const Transaction& db, const AccountQuery& query, const PageRequest& page) {
  const auto limit = std::clamp<std::size_t>(page.limit, 1, PageRequest::limit_max);
  Page<Account> out;
  std::string last;
  OSTIARY_TRY(auto rest, walk(db, query, page.after, [&](Account account, std::string cursor) -> Result<bool> {
                if (out.records.size() == limit) {
                  out.next = last;
                  return false;
                }
                out.records.push_back(std::move(account));
                last = std::move(cursor);
                return true;
              }));
  if (out.next.empty()) {
    out.next = std::move(rest);
  }
  return out;
}

Result<AccountCount> count_accounts(const Transaction& db, const AccountQuery& query, std::size_t limit) {
  AccountCount out{.more = limit == 0};
  if (limit > 0) {
    OSTIARY_TRY(const auto rest,
                walk(db, query, {}, [&](const Account& /*account*/, const std::string& /*cursor*/) -> Result<bool> {
                  return ++out.count < limit;
                }));
    out.more = out.count == limit || !rest.empty();
  }
  return out;
}

}  // namespace host::lmdb
