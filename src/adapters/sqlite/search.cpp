#include "search.hpp"

#include "pages.hpp"
#include "records.hpp"

namespace ostiary::inline v0::sqlite {
namespace {

// Without words, accounts that are not removed are those of three statuses.
static_assert(static_cast<int>(AccountStatus::invited) == 1 && static_cast<int>(AccountStatus::active) == 2 &&
              static_cast<int>(AccountStatus::suspended) == 3 && static_cast<int>(AccountStatus::removed) == 4);

// ByWord is a query with words as the statements take it.
struct ByWord {
  Bytes from;    // the leading word,
  Bytes to;      // and the first that does not begin with it: no word has the byte 0xff
  Bytes others;  // the rest of the words, a zero behind each

  bool can_match = true;
};

ByWord by_word(const AccountQuery& query) {
  const auto& leading = leading_word(query);
  const auto from = as_bytes(leading);
  ByWord out{.from = {from.begin(), from.end()}, .to = {from.begin(), from.end()}, .others = {}};
  out.to.push_back(std::byte{0xff});
  for (const auto& word : query.words) {
    out.can_match = out.can_match && word.find('\0') == std::string::npos;  // no word of an account has one
    if (&word != &leading) {
      out.others.insert(out.others.end(), as_bytes(word).begin(), as_bytes(word).end());
      out.others.push_back(std::byte{0});
    }
  }
  return out;
}

struct Found {
  Account account;
  std::string word;
};

Result<Found> read_found(const Row& row) {
  OSTIARY_TRY(auto account, read_account(row));
  return Found{.account = std::move(account), .word = row.text(4)};
}

Result<Page<Account>> search_by_word(Connection& connection, const AccountQuery& query, const PageRequest& page) {
  const auto words = by_word(query);
  SearchCursor after{.word = leading_word(query), .id = {}};
  if (!page.after.empty()) {
    OSTIARY_TRY(after, SearchCursor::parse(page.after, query));
  }
  if (!words.can_match) {
    return Page<Account>();
  }
  const auto after_id = page.after.empty() ? ByteView() : ByteView(after.id.bytes());
  // Each account is listed by its least match: a lesser one hides the others.
  OSTIARY_TRY(
      auto found,
      connection.all(
          "WITH RECURSIVE others (word, rest) AS (SELECT substr(?6, 1, instr(?6, x'00') - 1), "
          "substr(?6, instr(?6, x'00') + 1) WHERE length(?6) > 0 UNION ALL "
          "SELECT substr(rest, 1, instr(rest, x'00') - 1), substr(rest, instr(rest, x'00') + 1) FROM others "
          "WHERE length(rest) > 0) "
          "SELECT a.body, a.version, h.credential, h.hash, w.word FROM ostiary_account_words w "
          "CROSS JOIN ostiary_accounts a ON a.id = w.account LEFT JOIN ostiary_password_hashes h ON h.account = a.id "
          "WHERE w.organization = ?1 AND (w.word, w.account) > (?4, ?5) AND w.word < ?3 "
          "AND (?7 IS NULL OR a.status = ?7) AND NOT EXISTS (SELECT 1 FROM ostiary_account_words l "
          "WHERE l.account = w.account AND l.word >= ?2 AND l.word < w.word) "
          "AND NOT EXISTS (SELECT 1 FROM others o WHERE NOT EXISTS (SELECT 1 FROM ostiary_account_words x "
          "WHERE x.account = w.account AND x.word >= o.word AND substr(x.word, 1, length(o.word)) = o.word)) "
          "ORDER BY w.word, w.account LIMIT ?8",
          read_found, query.organization, words.from, words.to, as_bytes(after.word), after_id, words.others,
          query.status, limit_of(page) + 1));
  Page<Account> out;
  if (found.size() > limit_of(page)) {
    found.pop_back();
    out.next = SearchCursor{.word = found.back().word, .id = found.back().account.id}.to_string();
  }
  for (auto& one : found) {
    out.records.push_back(std::move(one.account));
  }
  return out;
}

// A range for each status, merged by id: neither sorts anything.
Result<Page<Account>> search_by_id(Connection& connection, const AccountQuery& query, const PageRequest& page) {
  OSTIARY_TRY(const auto after, start_of<AccountId>(page));
  const auto limit = limit_of(page) + 1;
  const auto read = [&]() -> Result<std::vector<Account>> {
    if (query.status) {
      return connection.all(
          "SELECT a.body, a.version, h.credential, h.hash FROM ostiary_accounts a "
          "LEFT JOIN ostiary_password_hashes h ON h.account = a.id "
          "WHERE a.organization = ?1 AND a.status = ?2 AND a.status < 4 AND a.id > ?3 ORDER BY a.id LIMIT ?4",
          read_account, query.organization, *query.status, after, limit);
    }
    return connection.all(
        "SELECT a.body, a.version, h.credential, h.hash FROM (SELECT id FROM ostiary_accounts WHERE organization = ?1 "
        "AND status = 1 AND id > ?2 UNION ALL SELECT id FROM ostiary_accounts WHERE organization = ?1 AND status = 2 "
        "AND id > ?2 UNION ALL SELECT id FROM ostiary_accounts WHERE organization = ?1 AND status = 3 AND id > ?2 "
        "ORDER BY id LIMIT ?3) f CROSS JOIN ostiary_accounts a ON a.id = f.id "
        "LEFT JOIN ostiary_password_hashes h ON h.account = a.id",
        read_account, query.organization, after, limit);
  };
  OSTIARY_TRY(auto found, read());
  return page_of(std::move(found), page, [](const Account& account) { return account.id; });
}

Result<std::size_t> read_count(const Row& row) { return row.number<std::size_t>(0); }

}  // namespace

Result<Page<Account>> search_accounts(Connection& connection, const AccountQuery& query, const PageRequest& page) {
  return query.words.empty() ? search_by_id(connection, query, page) : search_by_word(connection, query, page);
}

Result<std::size_t> count_accounts(Connection& connection, const AccountQuery& query, std::size_t limit) {
  if (query.words.empty()) {
    OSTIARY_TRY(const auto count,
                connection.first("SELECT count(*) FROM (SELECT 1 FROM ostiary_accounts WHERE organization = ?1 AND "
                                 "status IN (1, 2, 3) AND (?2 IS NULL OR status = ?2) LIMIT ?3)",
                                 read_count, query.organization, query.status, limit));
    return count.value_or(0);
  }
  const auto words = by_word(query);
  if (!words.can_match) {
    return std::size_t{0};
  }
  OSTIARY_TRY(
      const auto count,
      connection.first(
          "WITH RECURSIVE others (word, rest) AS (SELECT substr(?4, 1, instr(?4, x'00') - 1), "
          "substr(?4, instr(?4, x'00') + 1) WHERE length(?4) > 0 UNION ALL "
          "SELECT substr(rest, 1, instr(rest, x'00') - 1), substr(rest, instr(rest, x'00') + 1) FROM others "
          "WHERE length(rest) > 0) "
          "SELECT count(*) FROM (SELECT 1 FROM ostiary_account_words w WHERE w.organization = ?1 AND w.word >= ?2 "
          "AND w.word < ?3 AND (?5 IS NULL OR EXISTS (SELECT 1 FROM ostiary_accounts a WHERE a.id = w.account AND "
          "a.status = ?5)) AND NOT EXISTS (SELECT 1 FROM ostiary_account_words l "
          "WHERE l.account = w.account AND l.word >= ?2 AND l.word < w.word) "
          "AND NOT EXISTS (SELECT 1 FROM others o WHERE NOT EXISTS (SELECT 1 FROM ostiary_account_words x "
          "WHERE x.account = w.account AND x.word >= o.word AND substr(x.word, 1, length(o.word)) = o.word)) LIMIT ?6)",
          read_count, query.organization, words.from, words.to, words.others, query.status, limit));
  return count.value_or(0);
}

}  // namespace ostiary::inline v0::sqlite
