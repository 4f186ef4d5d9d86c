#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <ostiary/model/account.hpp>

namespace ostiary::inline v0 {

inline constexpr std::size_t search_word_length_max = 64;  // bytes, once folded
inline constexpr std::size_t search_words_count_max = 16;  // of one account, and of one query

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

/// leading_word is the word of the query that a store searches by: the longest, the first of two alike. The query has
/// one.
[[nodiscard]] OSTIARY_CORE_EXPORT const std::string& leading_word(const AccountQuery& query) noexcept;

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

  /// parse answers Errc::malformed_id for anything that to_string does not write on a page of `query`, which has words.
  [[nodiscard]] OSTIARY_CORE_EXPORT static Result<SearchCursor> parse(std::string_view text, const AccountQuery& query);
  [[nodiscard]] OSTIARY_CORE_EXPORT std::string to_string() const;
};

}  // namespace ostiary::inline v0
