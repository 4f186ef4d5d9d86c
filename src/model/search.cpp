#include <ostiary/model/search.hpp>

#include <algorithm>

#include "base/unicode.hpp"
#include <ostiary/base/assert.hpp>

namespace ostiary::inline v0 {

std::vector<std::string> fold_words(std::string_view text) {
  auto words = unicode::folded_words(text);
  for (auto& word : words) {
    word.resize(unicode::clean_front(word, search_word_length_max).size());
  }
  std::ranges::sort(words);
  const auto repeated = std::ranges::unique(words);
  words.erase(repeated.begin(), repeated.end());
  if (words.size() > search_words_count_max) {
    words.resize(search_words_count_max);
  }
  return words;
}

const std::string& leading_word(const AccountQuery& query) noexcept {
  OSTIARY_ASSERT(!query.words.empty());
  return *std::ranges::max_element(query.words, {}, [](const std::string& word) { return word.size(); });
}

const std::string* first_match(const std::vector<std::string>& words, std::string_view prefix) noexcept {
  const auto at = std::ranges::lower_bound(words, prefix);
  return at != words.end() && at->starts_with(prefix) ? &*at : nullptr;
}

bool answers(const AccountKeys& keys, const AccountQuery& query) noexcept {
  const auto status = keys.standing.status;
  return status != AccountStatus::removed && (!query.status || status == *query.status) &&
         std::ranges::all_of(query.words,
                             [&](const auto& word) { return first_match(keys.search_words, word) != nullptr; });
}

Result<SearchCursor> SearchCursor::parse(std::string_view text, const AccountQuery& query) {
  const auto dot = text.rfind('.');
  if (dot == std::string_view::npos || !text.substr(0, dot).starts_with(leading_word(query))) {
    return Errc::malformed_id;
  }
  OSTIARY_TRY(const auto id, AccountId::parse(text.substr(dot + 1)));
  SearchCursor cursor{.word = std::string(text.substr(0, dot)), .id = id};
  if (cursor.to_string() != text) {  // an id is read in either case
    return Errc::malformed_id;
  }
  return cursor;
}

std::string SearchCursor::to_string() const { return word + '.' + id.to_string(); }

}  // namespace ostiary::inline v0
