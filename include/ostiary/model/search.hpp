#pragma once

#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include <ostiary/model/account.hpp>

namespace ostiary::inline v0 {

inline constexpr std::size_t search_word_length_max = 64;  // bytes, once folded
inline constexpr std::size_t search_words_count_max = 16;  // of one account, and of one query
inline constexpr std::size_t search_probe_max = 1'000;     // entries of each word that are counted to choose one
inline constexpr std::size_t search_visits_max = 20'000;   // entries that one call of a search by words looks at

/// fold_words gives the words of a text as search compares them: each run of letters and digits, decomposed (NFKD),
/// without marks, case-folded, cut at `search_word_length_max` bytes between code points; ascending, each once, at most
/// `search_words_count_max` of them. Malformed UTF-8 gives none.
[[nodiscard]] OSTIARY_CORE_EXPORT std::vector<std::string> fold_words(std::string_view text);

/// AccountQuery asks for accounts of one organisation; removed ones are never found.
struct AccountQuery {
  OrganizationId organization{};
  std::vector<std::string>
      words{};  ///< Folded: each must be the beginning of a word of the account. None: every account.
  std::optional<AccountStatus> status{};
};

/// AccountCount is how many accounts a query found.
struct AccountCount {
  std::size_t count = 0;
  bool more = false;  ///< There may be others: counting stopped at its limit, or at what one call looks at.

  bool operator==(const AccountCount&) const = default;
};

/// can_match is false where no account can have one of the query's words: it is too long, or has a zero byte.
[[nodiscard]] OSTIARY_CORE_EXPORT bool can_match(const AccountQuery& query) noexcept;

/// leading_word is the word of the query that a store searches by: the one that the fewest entries of its index begin
/// with; of two alike the longest, then the first. `entries` has how many that are for each word of the query, which has
/// one, counted up to search_probe_max. So no word leads that begins another of them.
[[nodiscard]] OSTIARY_CORE_EXPORT const std::string& leading_word(const AccountQuery& query,
                                                                  std::span<const std::size_t> entries) noexcept;

/// first_match is the least of the account's words that begins with `prefix`, by which a search lists it; null where
/// there is none. `words` are AccountKeys::search_words.
[[nodiscard]] OSTIARY_CORE_EXPORT const std::string* first_match(const std::vector<std::string>& words,
                                                                 std::string_view prefix) noexcept;

/// answers says whether an account is what the query asks for, in an organisation that is the query's already.
[[nodiscard]] OSTIARY_CORE_EXPORT bool answers(const AccountKeys& keys, const AccountQuery& query) noexcept;

/// SearchCursor is where a search by words goes on: behind this word and account. Its text is `<word>.<id>`.
struct SearchCursor {
  std::string word{};
  AccountId id{};

  /// parse answers Errc::malformed_id for anything that to_string does not write on a page of `query`, which has words:
  /// one of them begins the cursor's.
  [[nodiscard]] OSTIARY_CORE_EXPORT static Result<SearchCursor> parse(std::string_view text, const AccountQuery& query);
  [[nodiscard]] OSTIARY_CORE_EXPORT std::string to_string() const;
};

/// leading_word is the word of the query that the pages up to the cursor were searched by, whatever is the rarest now.
[[nodiscard]] OSTIARY_CORE_EXPORT const std::string& leading_word(const AccountQuery& query,
                                                                  const SearchCursor& cursor) noexcept;

}  // namespace ostiary::inline v0
