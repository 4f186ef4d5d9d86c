#include <ostiary/model/search.hpp>

#include <algorithm>

#include <doctest/doctest.h>

#include "aborts.hpp"

using namespace ostiary;

namespace {

using Words = std::vector<std::string>;

struct Folding {
  std::string_view text;
  Words words;
};

AccountId account_id() { return AccountId::make(Instant(std::chrono::seconds(1'700'000'000)), ByteArray<10>{}); }

AccountKeys keys_of(std::string_view name, AccountStatus status = AccountStatus::active) {
  return index_keys({.id = account_id(),
                     .login = LoginName::parse("201@acme").value(),
                     .status = status,
                     .display_name = std::string(name)});
}

}  // namespace

TEST_CASE("R29: words are folded alike, whatever accents, case and form they were typed in") {
  const Folding table[] = {
      {"Zo\u00eb Rivers", {"rivers", "zoe"}},
      {"Zoe\u0308 RIVERS", {"rivers", "zoe"}},  // a mark of its own
      {"Stra\u00dfe", {"strasse"}},             // ß
      {"STRASSE", {"strasse"}},
      {"\u1e9e", {"ss"}},                                // capital ß
      {"\u0141\u00f3d\u017a", {"\u0142odz"}},            // Ł is a letter of its own, ó and ź are not
      {"\u0130stanbul", {"istanbul"}},                   // İ
      {"\u00c5ngstr\u00f6m \u212b", {"a", "angstrom"}},  // Å, and the sign for it
      {"\u0410\u043d\u0434\u0440\u0435\u0439", {"\u0430\u043d\u0434\u0440\u0435\u0438"}},  // Андрей: й is и with a mark
      {"\u03a3\u0399\u03a3", {"\u03c3\u03b9\u03c3"}},                                      // ΣΙΣ
      {"\u03c3\u03b9\u03c2", {"\u03c3\u03b9\u03c3"}},                                      // σις, with a final sigma
      {"\u65e5\u672c \u592a\u90ce", {"\u592a\u90ce", "\u65e5\u672c"}},  // 日本 太郎: ascending as bytes
      {"\uff71\uff72", {"\u30a2\u30a4"}},                               // half-width katakana
      {"\uff21\uff22\uff11", {"ab1"}},                                  // full-width letters and digit
      {"\ufb01n", {"fin"}},                                             // a ligature
      {"x\u00b2", {"x2"}},
      {"\u0663\u0661", {"\u0663\u0661"}},  // Arabic-Indic digits
      {"201", {"201"}},
      {"o'Neil-Smith_jones.B", {"b", "jones", "neil", "o", "smith"}},
      {"ada Ada ADA", {"ada"}},
      {"  ada\t\n", {"ada"}},
      {"ada\u00a0lovelace\u3000king", {"ada", "king", "lovelace"}},  // other blanks
  };
  for (const auto& row : table) {
    CAPTURE(row.text);
    CHECK(fold_words(row.text) == row.words);
    for (const auto& word : row.words) {
      CHECK(fold_words(word) == Words{word});
    }
  }
}

TEST_CASE("R29: what was typed so far begins the word, also where one sign holds several letters") {
  const auto begins = [](std::string_view so_far, std::string_view whole) {
    return fold_words(whole).front().starts_with(fold_words(so_far).front());
  };
  CHECK(begins("\ud558", "\ud55c\uad6d"));  // 하 of 한국
  CHECK(begins("stras", "Stra\u00dfe"));
  CHECK(begins("STRAS", "stra\u00dfe"));
  CHECK(begins("zoe", "Zo\u00eb"));
  CHECK_FALSE(begins("zoa", "Zo\u00eb"));
}

TEST_CASE("R29: a text without letters and digits has no words, nor has malformed UTF-8") {
  using namespace std::string_literals;
  for (const auto& text : {""s, " "s, R"(%_'"\-.;)"s, "\u0301"s, "\U0001f511 \u2603"s, "\0"s, "\xff"s, "ada \xc3"s,
                           "ada\xed\xa0\x80"s, "\xc0\x80"s, "\xf4\x90\x80\x80"s}) {
    CAPTURE(text);
    CHECK(fold_words(text).empty());
  }
  CHECK(fold_words("ada\0king"s) == Words{"ada", "king"});
}

TEST_CASE("R29: a word is cut at 64 bytes, between code points") {
  const auto cut = [](const std::string& text) { return fold_words(text).front(); };
  CHECK(cut(std::string(64, 'a')) == std::string(64, 'a'));
  CHECK(cut(std::string(65, 'a')) == std::string(64, 'a'));
  CHECK(cut(std::string(62, 'a') + "\u044f") == std::string(62, 'a') + "\u044f");
  CHECK(cut(std::string(63, 'a') + "\u044f") == std::string(63, 'a'));
  CHECK(cut(std::string(63, 'a') + "\u00e9" + "b") == std::string(63, 'a') + "e");  // folded first, then cut
  CHECK(cut(std::string(61, 'a') + "\u65e5\u672c") == std::string(61, 'a') + "\u65e5");
  CHECK(cut(std::string(62, 'a') + "\u65e5") == std::string(62, 'a'));
  CHECK(fold_words(std::string(64, 'a') + "b " + std::string(64, 'a') + "c") == Words{std::string(64, 'a')});
}

TEST_CASE("R29: of many words the first sixteen by order are kept") {
  std::string text;
  Words expected;
  for (char c = 't'; c >= 'a'; --c) {
    text += std::string(1, c) + " ";
    if (c <= 'p') {
      expected.insert(expected.begin(), std::string(1, c));
    }
  }
  CHECK(expected.size() == search_words_count_max);
  CHECK(fold_words(text) == expected);
}

TEST_CASE("R29: an account is found by the words of its name and its extension, a removed one by none") {
  CHECK(keys_of("Zo\u00eb Rivers").search_words == Words{"201", "rivers", "zoe"});
  CHECK(keys_of("Zo\u00eb Rivers", AccountStatus::suspended).search_words == Words{"201", "rivers", "zoe"});
  CHECK(keys_of("Zo\u00eb Rivers", AccountStatus::removed).search_words.empty());
  CHECK(keys_of("\xff").search_words == Words{"201"});
}

TEST_CASE("R29: however many words a name has, the account is found by its extension") {
  const auto words = keys_of("00 01 02 03 04 05 06 07 08 09 10 11 12 13 14 15 16").search_words;
  CHECK(words.size() == search_words_count_max);
  CHECK(std::ranges::is_sorted(words));
  CHECK(std::ranges::binary_search(words, "201"));
  CHECK(std::ranges::binary_search(words, "14"));
  CHECK_FALSE(std::ranges::binary_search(words, "15"));  // of the name's the first fifteen
  CHECK(keys_of("201 Ada 201").search_words == Words{"201", "ada"});
}

TEST_CASE("R29: every word of a query must begin a word of the account") {
  const auto keys = keys_of("Anna Anderson");
  const auto is_found = [&](Words words, std::optional<AccountStatus> status = {}) {
    return answers(keys, {.organization = {}, .words = std::move(words), .status = status});
  };
  CHECK(is_found({}));
  CHECK(is_found({"an"}));
  CHECK(is_found({"201", "anders", "anna"}));
  CHECK(is_found({"an"}, AccountStatus::active));
  CHECK_FALSE(is_found({"an"}, AccountStatus::invited));
  CHECK_FALSE(is_found({"an", "x"}));
  CHECK_FALSE(is_found({"nna"}));
  CHECK_FALSE(is_found({"annas"}));
  const auto removed = keys_of("Anna", AccountStatus::removed);
  CHECK_FALSE(answers(removed, {}));
  CHECK_FALSE(answers(removed, {.organization = {}, .words = {}, .status = AccountStatus::removed}));
}

TEST_CASE("R29: a search lists an account by its least match of one word, the rarest") {
  const Words words{"201", "anderson", "anna"};
  REQUIRE(first_match(words, "an") != nullptr);
  CHECK(*first_match(words, "an") == "anderson");
  CHECK(*first_match(words, "ann") == "anna");
  CHECK(first_match(words, "anz") == nullptr);
  CHECK(first_match(words, "z") == nullptr);
  CHECK(first_match({}, "a") == nullptr);
  const auto leading = [](Words of, const std::vector<std::size_t>& entries) {
    return leading_word({.organization = {}, .words = std::move(of), .status = {}}, entries);
  };
  CHECK(leading({"a", "bbb", "cc"}, {5, 5, 4}) == "cc");
  CHECK(leading({"a", "bbb", "cc"}, {0, 5, 4}) == "a");
  CHECK(leading({"a", "bbb", "cc"}, {5, 5, 5}) == "bbb");  // of two alike the longest,
  CHECK(leading({"bb", "aa"}, {7, 7}) == "bb");            // then the first
  CHECK(leading({"a", "aa"}, {1000, 1000}) == "aa");
  CHECK(testing_internal::aborts([&] { static_cast<void>(leading({}, {})); }));
  CHECK(testing_internal::aborts([&] { static_cast<void>(leading({"a", "b"}, {1})); }));
}

TEST_CASE("R29: a search goes on by the word that it began with") {
  const AccountQuery query{.organization = {}, .words = {"ad", "ada", "lo"}, .status = {}};
  const auto leading = [&](std::string word) {
    return leading_word(query, SearchCursor{.word = std::move(word), .id = {}});
  };
  CHECK(leading("adam") == "ada");  // "ad" begins another word of the query, so it never leads
  CHECK(leading("lovelace") == "lo");
  CHECK(testing_internal::aborts([&] { static_cast<void>(leading("x")); }));
  const auto id = account_id().to_string();
  CHECK(SearchCursor::parse("lovelace." + id, query).has_value());
  CHECK(SearchCursor::parse("l." + id, query).error() == Errc::malformed_id);
}

TEST_CASE("R29: a word that no account can have is known before anything is read") {
  const auto can = [](Words words) { return can_match({.organization = {}, .words = std::move(words), .status = {}}); };
  CHECK(can({}));
  CHECK(can({"ada", std::string(search_word_length_max, 'a')}));
  CHECK_FALSE(can({"ada", std::string(search_word_length_max + 1, 'a')}));
  CHECK_FALSE(can({std::string("ada\0", 4)}));
}

TEST_CASE("R29: a cursor is the word and the account that a page ended with, and of its own query only") {
  const auto id = account_id();
  const AccountQuery query{.organization = {}, .words = {"ad"}, .status = {}};
  const SearchCursor cursor{.word = "adam", .id = id};
  CHECK(cursor.to_string() == "adam." + id.to_string());
  const auto back = SearchCursor::parse(cursor.to_string(), query);
  REQUIRE(back.has_value());
  CHECK(back.value().word == "adam");
  CHECK(back.value().id == id);
  CHECK(SearchCursor::parse("ad." + id.to_string(), query).has_value());
  CHECK(SearchCursor::parse("ad.018BCFE568007000800000000000000A", query).error() == Errc::malformed_id);
  CHECK(SearchCursor::parse("ad.018bcfe568007000800000000000000a", query).has_value());
  for (const auto& text :
       {std::string(), std::string("."), std::string("adam."), std::string("adam.x"), id.to_string(),
        "adam" + id.to_string(), "a." + id.to_string(), "." + id.to_string(), "bad." + id.to_string(),
        "adam." + id.to_string() + "0", "adam." + id.to_string().substr(1)}) {
    CAPTURE(text);
    CHECK(SearchCursor::parse(text, query).error() == Errc::malformed_id);
  }
}
