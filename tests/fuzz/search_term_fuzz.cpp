#include <algorithm>
#include <array>
#include <cstdint>

#include "fuzz/fuzz.hpp"
#include <ostiary/model/search.hpp>

namespace ostiary::fuzz {
namespace {

// RFC 3629 §4: characters whose first byte is in a range have one length, and one range for their second byte.
struct Utf8Form {
  std::uint8_t first_min = 0;
  std::uint8_t first_max = 0;
  std::size_t size = 0;
  std::uint8_t second_min = 0x80;
  std::uint8_t second_max = 0xbf;
};

constexpr std::array<Utf8Form, 9> utf8_forms{{
    {0x00, 0x7f, 1},
    {0xc2, 0xdf, 2},
    {0xe0, 0xe0, 3, 0xa0, 0xbf},
    {0xe1, 0xec, 3},
    {0xed, 0xed, 3, 0x80, 0x9f},
    {0xee, 0xef, 3},
    {0xf0, 0xf0, 4, 0x90, 0xbf},
    {0xf1, 0xf3, 4},
    {0xf4, 0xf4, 4, 0x80, 0x8f},
}};

bool is_within(char c, std::uint8_t min, std::uint8_t max) {
  const auto byte = static_cast<std::uint8_t>(c);
  return byte >= min && byte <= max;
}

bool is_utf8(std::string_view text) {
  while (!text.empty()) {
    const auto* const form = std::ranges::find_if(
        utf8_forms, [&](const Utf8Form& each) { return is_within(text[0], each.first_min, each.first_max); });
    if (form == utf8_forms.end() || text.size() < form->size ||
        (form->size > 1 && !is_within(text[1], form->second_min, form->second_max))) {
      return false;
    }
    for (std::size_t i = 2; i < form->size; ++i) {
      if (!is_within(text[i], 0x80, 0xbf)) {
        return false;
      }
    }
    text.remove_prefix(form->size);
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
  must(cursor.value().word.starts_with(leading_word(query, cursor.value())), "a cursor is of its query");
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
  for (const auto& word : words) {
    const SearchCursor cursor{.word = word, .id = {}};
    const auto back = SearchCursor::parse(cursor.to_string(), query);
    must(back && back.value().word == cursor.word && back.value().id == cursor.id,
         "what a page ended with is read again");
    must(leading_word(query, back.value()) == word, "and the search goes on by the same word");
  }
  return true;
}

}  // namespace ostiary::fuzz
