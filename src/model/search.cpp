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

namespace {

// The longest of the query's words that `word` begins with, or null.
const std::string* longest_beginning(const AccountQuery& query, std::string_view word) noexcept {
  const std::string* longest = nullptr;
  for (const auto& each : query.words) {
    if (word.starts_with(each) && (longest == nullptr || each.size() > longest->size())) {
      longest = &each;
    }
  }
  return longest;
}

}  // namespace

bool can_match(const AccountQuery& query) noexcept {
  return std::ranges::all_of(query.words, [](const std::string& word) {
    return word.size() <= search_word_length_max && word.find('\0') == std::string::npos;
  });
}

const std::string& leading_word(const AccountQuery& query, std::span<const std::size_t> entries) noexcept {
  OSTIARY_ASSERT(!query.words.empty() && entries.size() == query.words.size());
  std::size_t leading = 0;
  for (std::size_t i = 1; i < entries.size(); ++i) {
    const bool is_longer = query.words[i].size() > query.words[leading].size();
    if (entries[i] < entries[leading] || (entries[i] == entries[leading] && is_longer)) {
      leading = i;
    }
  }
  return query.words[leading];
}

const std::string& leading_word(const AccountQuery& query, const SearchCursor& cursor) noexcept {
  const auto* const leading = longest_beginning(query, cursor.word);
  OSTIARY_ASSERT(leading != nullptr);
  return *leading;
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
  if (dot == std::string_view::npos || longest_beginning(query, text.substr(0, dot)) == nullptr) {
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
