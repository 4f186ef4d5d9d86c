#include "search.hpp"

#include "pages.hpp"
#include "records.hpp"

namespace ostiary::inline v0::sqlite {
namespace {

// Without words, accounts that are not removed are those of three statuses.
static_assert(static_cast<int>(AccountStatus::invited) == 1 && static_cast<int>(AccountStatus::active) == 2 &&
              static_cast<int>(AccountStatus::suspended) == 3 && static_cast<int>(AccountStatus::removed) == 4);

// The first word behind all that begin with `word`: no word has the byte 0xff.
Bytes end_of(const std::string& word) {
  const auto bytes = as_bytes(word);
  Bytes out(bytes.begin(), bytes.end());
  out.push_back(std::byte{0xff});
  return out;
}

// The query's words but one, a zero behind each, as a statement takes a list.
Bytes list_of(const AccountQuery& query, const std::string* without) {
  Bytes out;
  for (const auto& word : query.words) {
    if (&word != without) {
      const auto bytes = as_bytes(word);
      out.insert(out.end(), bytes.begin(), bytes.end());
      out.push_back(std::byte{0});
    }
  }
  return out;
}

Result<std::size_t> read_count(const Row& row) { return row.number<std::size_t>(0); }

Result<const std::string*> choose_leading_word(Connection& connection, const AccountQuery& query) {
  if (query.words.size() == 1) {
    return &query.words.front();
  }
  OSTIARY_TRY(
      const auto entries,
      connection.all("WITH RECURSIVE words (word, rest) AS (SELECT substr(?2, 1, instr(?2, x'00') - 1), "
                     "substr(?2, instr(?2, x'00') + 1) UNION ALL "
                     "SELECT substr(rest, 1, instr(rest, x'00') - 1), substr(rest, instr(rest, x'00') + 1) FROM words "
                     "WHERE length(rest) > 0) "
                     "SELECT (SELECT count(*) FROM (SELECT 1 FROM ostiary_account_words w WHERE w.organization = ?1 "
                     "AND w.word >= o.word AND w.word < CAST(o.word || x'ff' AS BLOB) LIMIT ?3)) FROM words o",
                     read_count, query.organization, list_of(query, nullptr), search_probe_max));
  return &leading_word(query, entries);
}

// Goes along the leading word's entries behind `after`, and gives each, as what read_account reads, word and account, to
// `on_entry`, until that answers false; one entry more than may be looked at, to know whether it ends there. What
// read_account reads is null but where the query asks for the account, at its least match: a lesser one hides the others.
template <class OnEntry>
Result<void> walk(Connection& connection, const AccountQuery& query, const std::string& leading,
                  const std::optional<SearchCursor>& after, OnEntry on_entry) {
  const auto after_id = after ? ByteView(after->id.bytes()) : ByteView();
  return connection.visit(
      "WITH RECURSIVE others (word, rest) AS (SELECT substr(?6, 1, instr(?6, x'00') - 1), "
      "substr(?6, instr(?6, x'00') + 1) WHERE length(?6) > 0 UNION ALL "
      "SELECT substr(rest, 1, instr(rest, x'00') - 1), substr(rest, instr(rest, x'00') + 1) FROM others "
      "WHERE length(rest) > 0) "
      "SELECT a.body, a.version, h.credential, h.hash, a.authenticator, a.accepted_step, a.recovery_codes, "
      "a.used_codes, w.word, w.account FROM ostiary_account_words w "
      "LEFT JOIN ostiary_accounts a ON a.id = w.account AND (?7 IS NULL OR a.status = ?7) "
      "AND NOT EXISTS (SELECT 1 FROM ostiary_account_words l "
      "WHERE l.account = w.account AND l.word >= ?2 AND l.word < w.word) "
      "AND NOT EXISTS (SELECT 1 FROM others o WHERE NOT EXISTS (SELECT 1 FROM ostiary_account_words x "
      "WHERE x.account = w.account AND x.word >= o.word AND substr(x.word, 1, length(o.word)) = o.word)) "
      "LEFT JOIN ostiary_password_hashes h ON h.account = a.id "
      "WHERE w.organization = ?1 AND (w.word, w.account) > (?4, ?5) AND w.word < ?3 "
      "ORDER BY w.word, w.account LIMIT ?8",
      on_entry, query.organization, as_bytes(leading), end_of(leading), as_bytes(after ? after->word : leading),
      after_id, list_of(query, &leading), query.status, search_visits_max + 1);
}

bool is_hit(const Row& entry) { return !entry.is_null(0); }

SearchCursor cursor_of(const Row& entry) { return {.word = entry.text(8), .id = entry.id<AccountId>(9)}; }

Result<Page<Account>> search_by_word(Connection& connection, const AccountQuery& query, const PageRequest& page) {
  std::optional<SearchCursor> after;
  if (!page.after.empty()) {
    OSTIARY_TRY(after, SearchCursor::parse(page.after, query));
  }
  Page<Account> out;
  if (!can_match(query)) {
    return out;
  }
  const std::string* leading = nullptr;
  if (after) {
    leading = &leading_word(query, *after);
  } else {
    OSTIARY_TRY(leading, choose_leading_word(connection, query));
  }
  SearchCursor last;
  std::size_t visits = 0;
  OSTIARY_TRY(walk(connection, query, *leading, after, [&](const Row& entry) -> Result<bool> {
    if (visits == search_visits_max || (is_hit(entry) && out.records.size() == limit_of(page))) {
      out.next = last.to_string();
      return false;
    }
    ++visits;
    last = cursor_of(entry);
    if (is_hit(entry)) {
      OSTIARY_TRY(auto account, read_account(entry));
      out.records.push_back(std::move(account));
    }
    return true;
  }));
  return out;
}

Result<AccountCount> count_by_word(Connection& connection, const AccountQuery& query, std::size_t limit) {
  AccountCount out{.more = limit == 0};
  if (limit == 0 || !can_match(query)) {
    return out;
  }
  OSTIARY_TRY(const auto* const leading, choose_leading_word(connection, query));
  std::size_t visits = 0;
  OSTIARY_TRY(walk(connection, query, *leading, std::nullopt, [&](const Row& entry) -> Result<bool> {
    if (visits < search_visits_max && is_hit(entry)) {
      ++out.count;
    }
    out.more = visits == search_visits_max || out.count == limit;
    ++visits;
    return !out.more;
  }));
  return out;
}

// A range for each status, merged by id: neither sorts anything. The `+` keeps SQLite from searching by that bound.
Result<Page<Account>> search_by_id(Connection& connection, const AccountQuery& query, const PageRequest& page) {
  OSTIARY_TRY(const auto after, start_of<AccountId>(page));
  const auto limit = limit_of(page) + 1;
  const auto read = [&]() -> Result<std::vector<Account>> {
    if (query.status) {
      return connection.all(
          "SELECT a.body, a.version, h.credential, h.hash, a.authenticator, a.accepted_step, a.recovery_codes, "
          "a.used_codes FROM ostiary_accounts a "
          "LEFT JOIN ostiary_password_hashes h ON h.account = a.id "
          "WHERE a.organization = ?1 AND a.status = ?2 AND +a.status < 4 AND a.id > ?3 ORDER BY a.id LIMIT ?4",
          read_account, query.organization, *query.status, after, limit);
    }
    return connection.all(
        "SELECT a.body, a.version, h.credential, h.hash, a.authenticator, a.accepted_step, a.recovery_codes, "
        "a.used_codes FROM (SELECT id FROM ostiary_accounts WHERE organization = ?1 "
        "AND status = 1 AND id > ?2 UNION ALL SELECT id FROM ostiary_accounts WHERE organization = ?1 AND status = 2 "
        "AND id > ?2 UNION ALL SELECT id FROM ostiary_accounts WHERE organization = ?1 AND status = 3 AND id > ?2 "
        "ORDER BY id LIMIT ?3) f CROSS JOIN ostiary_accounts a ON a.id = f.id "
        "LEFT JOIN ostiary_password_hashes h ON h.account = a.id",
        read_account, query.organization, after, limit);
  };
  OSTIARY_TRY(auto found, read());
  return page_of(std::move(found), page, [](const Account& account) { return account.id; });
}

// As search_by_id.
Result<AccountCount> count_by_id(Connection& connection, const AccountQuery& query, std::size_t limit) {
  const auto read = [&]() -> Result<std::optional<std::size_t>> {
    if (query.status == AccountStatus::removed) {
      return std::optional<std::size_t>();
    }
    if (query.status) {
      return connection.first(
          "SELECT count(*) FROM (SELECT 1 FROM ostiary_accounts WHERE organization = ?1 AND status = ?2 LIMIT ?3)",
          read_count, query.organization, *query.status, limit);
    }
    return connection.first(
        "SELECT count(*) FROM (SELECT 1 FROM ostiary_accounts WHERE organization = ?1 AND status IN (1, 2, 3) LIMIT "
        "?2)",
        read_count, query.organization, limit);
  };
  OSTIARY_TRY(const auto counted, read());
  const auto count = counted.value_or(0);
  return AccountCount{.count = count, .more = count == limit};
}

}  // namespace

Result<Page<Account>> search_accounts(Connection& connection, const AccountQuery& query, const PageRequest& page) {
  return query.words.empty() ? search_by_id(connection, query, page) : search_by_word(connection, query, page);
}

Result<AccountCount> count_accounts(Connection& connection, const AccountQuery& query, std::size_t limit) {
  return query.words.empty() ? count_by_id(connection, query, limit) : count_by_word(connection, query, limit);
}

}  // namespace ostiary::inline v0::sqlite
