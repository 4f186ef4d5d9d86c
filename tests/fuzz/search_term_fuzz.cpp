#include <algorithm>
#include <cstdint>

#include "fuzz/fuzz.hpp"
#include <ostiary/model/search.hpp>

namespace ostiary::fuzz {
namespace {

// RFC 3629 §4 as a table: how long a character is that begins so, and from where to where its second byte goes.
bool is_utf8(std::string_view text) {
  while (!text.empty()) {
    const auto byte = [&](std::size_t i) { return static_cast<std::uint8_t>(text[i]); };
    const auto first = byte(0);
    const std::size_t size = first < 0x80   ? 1
                             : first < 0xc2 ? 0
                             : first < 0xe0 ? 2
                             : first < 0xf0 ? 3
                             : first < 0xf5 ? 4
                                            : 0;
    if (size == 0 || text.size() < size) {
      return false;
    }
    const auto low = first == 0xe0 ? 0xa0 : first == 0xf0 ? 0x90 : 0x80;
    const auto high = first == 0xed ? 0x9f : first == 0xf4 ? 0x8f : 0xbf;
    if (size > 1 && (byte(1) < low || byte(1) > high)) {
      return false;
    }
    for (std::size_t i = 2; i < size; ++i) {
      if (byte(i) < 0x80 || byte(i) > 0xbf) {
        return false;
      }
    }
    text.remove_prefix(size);
  }
  return true;
}

void check_words(const std::vector<std::string>& words) {
  must(words.size() <= search_words_count_max, "there are not too many words");
  must(std::ranges::is_sorted(words) && std::ranges::adjacent_find(words) == words.end(), "ascending, each once");
  std::string joined;
  for (const auto& word : words) {
    must(!word.empty() && word.size() <= search_word_length_max, "a word has 1 to 64 bytes");
    must(is_utf8(word), "a word is cut between code points");
    must(
        std::ranges::none_of(word, [](char c) { return static_cast<unsigned char>(c) <= ' ' || c == '.' || c == '%'; }),
        "a word has letters and digits only");
    must(fold_words(word) == std::vector{word}, "a folded word folds to itself");
    must(first_match(words, word) != nullptr && *first_match(words, word) == word, "a word begins with itself");
    joined += word + ' ';
  }
  must(fold_words(joined) == words, "the words say what the text says");
}

void check_cursor(std::string_view text, const AccountQuery& query) {
  const auto cursor = SearchCursor::parse(text, query);
  if (!cursor) {
    must(cursor.assume_error() == Errc::malformed_id, "a cursor is refused as malformed");
    return;
  }
  must(cursor.value().to_string() == text, "a cursor has one spelling");
  must(cursor.value().word.starts_with(leading_word(query)), "a cursor is of its query");
}

}  // namespace

// The input is what somebody typed to search, and the cursor of a page.
bool search_term(std::string_view input) {
  const auto words = fold_words(input);
  check_words(words);
  must(words.empty() || is_utf8(input), "malformed UTF-8 has no words");
  for (const std::string_view leading : {"", "a", "ada"}) {
    check_cursor(input, {.organization = {}, .words = {std::string(leading)}, .status = {}});
  }
  if (words.empty()) {
    return false;
  }
  const AccountQuery query{.organization = {}, .words = words, .status = {}};
  const SearchCursor cursor{.word = leading_word(query), .id = {}};
  const auto back = SearchCursor::parse(cursor.to_string(), query);
  must(back && back.value().word == cursor.word && back.value().id == cursor.id,
       "what a page ended with is read again");
  return true;
}

}  // namespace ostiary::fuzz
