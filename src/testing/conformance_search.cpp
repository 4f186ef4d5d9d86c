#include <array>
#include <utility>

#include "conformance.hpp"

// search_accounts and count_accounts.
namespace ostiary::inline v0::testing::conformance {
namespace {

struct People {
  Organization organization;
  std::vector<Account> accounts;
};

// An organisation and accounts with these names, by ascending id.
People people(Trial& trial, std::span<const std::string_view> names) {
  People out{.organization = trial.organization(), .accounts = {}};
  std::vector<Change> changes = {PutOrganization{.next = out.organization}};
  for (const auto name : names) {
    auto account = trial.account(out.organization);
    account.display_name = std::string(name);
    account.login =
        LoginName::make("9" + std::to_string(out.accounts.size()), out.organization.domain, ExtensionAlphabet::digits)
            .value();
    changes.emplace_back(PutAccount{.next = account});
    account.version = 1;
    out.accounts.push_back(std::move(account));
  }
  trial.commits("accounts", std::move(changes));
  return out;
}

AccountQuery query_of(const People& all, std::vector<std::string> words, std::optional<AccountStatus> status = {}) {
  return {.organization = all.organization.id, .words = std::move(words), .status = status};
}

// The accounts that a query gives, as indexes into `all`, by pages of every size; and their count.
std::vector<std::size_t> search(Trial& trial, const People& all, const AccountQuery& query) {
  std::vector<std::size_t> first;
  bool is_first = true;
  for (const auto limit : std::to_array<std::size_t>({500, 1, 2, 3})) {
    const auto came = walk<Account>(
        trial, [&](const PageRequest& page) { return trial.store().search_accounts(query, page); }, limit,
        "search_accounts", query.words.empty() ? Short::only_the_last : Short::any);
    std::vector<std::size_t> indexes;
    for (const auto& account : came) {
      const auto at = std::ranges::find(all.accounts, account.id, &Account::id);
      indexes.push_back(static_cast<std::size_t>(at - all.accounts.begin()));
      trial.expect(at != all.accounts.end() && same(*at, account), "search_accounts: every field of an account");
    }
    if (query.words.size() > 1) {
      std::ranges::sort(indexes);  // which of them leads is the store's choice
    }
    trial.expect(is_first || indexes == first,
                 "search_accounts: the same accounts in the same order, in pages of " + std::to_string(limit));
    first = std::move(indexes);
    is_first = false;
  }
  const auto counted = trial.value(trial.store().count_accounts(query, 1'000));
  trial.expect_count(counted.count, first.size(), "count_accounts");
  trial.expect(!counted.more, "count_accounts: all of them");
  return first;
}

void expect_found(Trial& trial, const People& all, const std::string& text, const std::vector<std::size_t>& expected) {
  const auto came = search(trial, all, query_of(all, fold_words(text)));
  std::string list;
  for (const auto index : came) {
    list += " " + std::to_string(index);
  }
  trial.expect(came == expected, "a search for \"" + text + "\" came with" + list);
}

// Seven people, whose extensions are 90 to 96.
People some_people(Trial& trial) {
  return people(trial, std::to_array<std::string_view>(
                           {"Ada Lovelace", "Bj\xC3\xB6rn \xC3\x85\x64\x61l", "ADAM Smith", "Anna Anderson",
                            "\xE6\x97\xA5\xE6\x9C\xAC \xE5\xA4\xAA\xE9\x83\x8E", "Lo", "anna-lena o'neil"}));
}

void words_are_found_by_their_beginning(Trial& trial) {
  const auto all = some_people(trial);
  const auto strangers = some_people(trial);   // of another organisation: never found below
  expect_found(trial, all, "ada", {0, 1, 2});  // ada, adal, adam
  expect_found(trial, all, "AD", {0, 1, 2});
  expect_found(trial, all, "bjor", {1});
  expect_found(trial, all, "BJ\xC3\x96RN", {1});
  expect_found(trial, all, "lo", {5, 0});  // lo, lovelace
  expect_found(trial, all, "9", {0, 1, 2, 3, 4, 5, 6});
  expect_found(trial, all, "93", {3});
  expect_found(trial, all, "\xE6\x97\xA5", {4});
  expect_found(trial, all, "o'neil", {6});
  for (const std::string_view nobody : {"x", "lovelaces", "da", "934", "\xE6\x97\xA6"}) {
    expect_found(trial, all, std::string(nobody), {});
  }
  trial.expect_count(search(trial, strangers, query_of(strangers, {"ada"})).size(), 3, "found in the other");
}

void an_account_is_listed_by_its_least_match(Trial& trial) {
  const auto all = some_people(trial);
  expect_found(trial, all, "an", {3, 6});    // anderson, not anna; anna
  expect_found(trial, all, "anna", {3, 6});  // of two alike the lower id
  expect_found(trial, all, "ander", {3});
}

void every_word_must_match(Trial& trial) {
  const auto all = some_people(trial);
  expect_found(trial, all, "ada love", {0});
  expect_found(trial, all, "anna 96", {6});
  expect_found(trial, all, "lena ann", {6});
  expect_found(trial, all, "ann and", {3});
  expect_found(trial, all, "an 9", {3, 6});
  expect_found(trial, all, "ada ada", {0, 1, 2});
  expect_found(trial, all, "\xE6\x97\xA5\xE6\x9C\xAC \xE5\xA4\xAA", {4});
  expect_found(trial, all, "ada smith", {2});  // by smith; ada begins adam
  expect_found(trial, all, "love smith", {});
  expect_found(trial, all, "ada love 90 x", {});
  const std::string_view sixteen = "a1 b1 c1 d1 e1 f1 g1 h1 i1 j1 k1 l1 m1 n1 o1";
  const auto one = people(trial, {&sixteen, 1});
  expect_found(trial, one, std::string(sixteen) + " 90", {0});
  expect_found(trial, one, std::string(sixteen) + " 91", {});
}

void many_alike_come_in_pages(Trial& trial) {
  constexpr std::size_t alike_count = 25;
  const std::vector<std::string_view> names(alike_count, "Same Saman Name");
  const auto all = people(trial, names);
  std::vector<std::size_t> expected(alike_count);
  for (std::size_t i = 0; i < alike_count; ++i) {
    expected[i] = i;
  }
  for (const std::string_view text : {"sam", "same", "name sa", ""}) {
    expect_found(trial, all, std::string(text), expected);
  }
}

void hostile_words_find_nothing(Trial& trial) {
  using namespace std::string_literals;
  const auto all = some_people(trial);
  for (const auto& word : {"%"s,
                           "_"s,
                           "a%"s,
                           "ad_"s,
                           "ad*"s,
                           "ad?"s,
                           "[a]da"s,
                           "'"s,
                           "' OR 1=1 --"s,
                           "\""s,
                           "\\"s,
                           " "s,
                           "ada lovelace"s,
                           "ADA"s,
                           "Ada"s,
                           "\xC3\xA5"s,
                           "ada\0"s,
                           "\0"s,
                           "ada\0lovelace"s,
                           "\xFF"s,
                           "ada\xFF"s,
                           std::string(65, 'a'),
                           std::string(3'000, 'a')}) {
    for (const auto& words : {std::vector{word}, std::vector{word, "ada"s}, std::vector{"lovelace"s, word, "ada"s}}) {
      trial.expect(search(trial, all, query_of(all, words)).empty(), "nothing is found by the word " + word);
    }
  }
  expect_found(trial, all, "ada", {0, 1, 2});
}

void hostile_names_are_found(Trial& trial) {
  const auto long_name = std::string(70, 'w') + " tail";
  const auto all = people(trial, std::to_array<std::string_view>(
                                     {"100% _under_ 'quo\"te' \xF0\x9F\x94\x91", long_name, "-- ; \xF0\x9F\x94\x91"}));
  expect_found(trial, all, "under", {0});
  expect_found(trial, all, "te' quo\"", {0});
  expect_found(trial, all, "%100%", {0});
  expect_found(trial, all, long_name, {1});  // cut, as the account's word is
  expect_found(trial, all, std::string(64, 'w'), {1});
  expect_found(trial, all, "92", {2});  // nothing but its extension is a word
}

void a_status_narrows_the_search(Trial& trial) {
  auto all = some_people(trial);
  const auto put = [&](std::size_t i, AccountStatus status) {
    auto& account = all.accounts[i];
    account.status = status;
    trial.commits("another status", {PutAccount{.next = account, .expected = account.version}});
    ++account.version;
  };
  put(0, AccountStatus::invited);
  put(1, AccountStatus::suspended);
  put(3, AccountStatus::suspended);
  put(6, AccountStatus::removed);
  using Indexes = std::vector<std::size_t>;
  const auto found_by = [&](std::vector<std::string> words, std::optional<AccountStatus> status) {
    return search(trial, all, query_of(all, std::move(words), status));
  };
  trial.expect(found_by({}, {}) == Indexes{0, 1, 2, 3, 4, 5}, "without words: all but the removed, by ascending id");
  trial.expect(found_by({"a"}, {}) == Indexes{0, 1, 2, 3}, "with words: all but the removed");
  trial.expect(found_by({}, AccountStatus::suspended) == Indexes{1, 3}, "without words: those of a status");
  trial.expect(found_by({"ad"}, AccountStatus::suspended) == Indexes{1}, "with words: those of a status");
  trial.expect(found_by({"9"}, AccountStatus::active) == Indexes{2, 4, 5}, "with a word of all: those of a status");
  trial.expect(found_by({}, AccountStatus::removed).empty() && found_by({"9"}, AccountStatus::removed).empty(),
               "removed ones are never found");
  put(6, AccountStatus::active);
  put(1, AccountStatus::active);
  trial.expect(found_by({"anna"}, {}) == Indexes{3, 6}, "one that is no longer removed");
  trial.expect(found_by({}, AccountStatus::suspended) == Indexes{3}, "the status of now counts");
}

void the_words_of_now_count(Trial& trial) {
  auto all = some_people(trial);
  const auto other = some_people(trial);
  auto& account = all.accounts[0];
  account.display_name = "Ada King";
  trial.commits("another name", {PutAccount{.next = account, .expected = 1}});
  account.version = 2;
  expect_found(trial, all, "lovelace", {});
  expect_found(trial, all, "king", {0});
  expect_found(trial, all, "ada", {0, 1, 2});
  account.organization = other.organization.id;
  trial.commits("another organisation", {PutAccount{.next = account, .expected = 2}});
  account.version = 3;
  expect_found(trial, all, "ada", {1, 2});
  expect_found(trial, all, "", {1, 2, 3, 4, 5, 6});
  const auto came = trial.value(trial.store().search_accounts(query_of(other, {"king"}), {})).records;
  trial.expect(came.size() == 1 && same(came[0], account), "it is found in its new organisation");
  trial.refuses("a rename that is refused",
                {PutAccount{.next = account, .expected = 3}, PutAccount{.next = account, .expected = 3}}, 1);
}

void a_search_goes_on_where_it_was(Trial& trial) {
  const auto all = some_people(trial);
  const auto unreadable = [&](const AccountQuery& query, const std::string& after) {
    const auto page = trial.store().search_accounts(query, {.after = after, .limit = 1});
    trial.expect(page.has_error() && page.assume_error() == Errc::malformed_id,
                 "malformed_id for the `after` " + after);
  };
  const auto id = all.accounts[0].id.to_string();
  for (const auto& after : {std::string("x"), "ada." + id.substr(1), "ada." + id + "0", "ada." + id.substr(1) + "g",
                            "ada" + id, "lo." + id, "." + id, "ad." + id, std::string("' OR 1=1 --")}) {
    unreadable(query_of(all, {"ada"}), after);
  }
  for (const auto& after : {std::string("x"), "ada." + id, "." + id}) {
    unreadable(query_of(all, {}), after);
  }
  const auto page = trial.value(trial.store().search_accounts(query_of(all, {"ada"}), {.after = {}, .limit = 1}));
  trial.expect(page.next == "ada." + id, "`next` is SearchCursor's text");
  auto gone = all.accounts[0];
  gone.display_name = "Zoe";
  trial.commits("the account that a page ended with has another name", {PutAccount{.next = gone, .expected = 1}});
  const auto rest = trial.value(trial.store().search_accounts(query_of(all, {"ada"}), {.after = page.next}));
  trial.expect(rest.records.size() == 2 && rest.records[0].id == all.accounts[1].id, "the next page goes on behind it");
}

void counting_stops_at_its_limit(Trial& trial) {
  const auto all = some_people(trial);
  const std::vector<std::vector<std::string>> queries = {{}, {"9"}, {"9", "9"}};
  for (const auto& words : queries) {
    for (const std::size_t limit : {0U, 1U, 6U, 7U, 8U}) {
      const auto counted = trial.value(trial.store().count_accounts(query_of(all, words), limit));
      trial.expect_count(counted.count, std::min<std::size_t>(limit, 7),
                         "accounts counted up to " + std::to_string(limit));
      trial.expect(counted.more == (limit <= 7), "that there may be more, where counting stopped");
    }
  }
  const AccountQuery nobody{.organization = trial.id<OrganizationId>(), .words = {}, .status = {}};
  trial.expect_count(trial.value(trial.store().count_accounts(nobody, 9)).count, 0,
                     "accounts of an absent organisation");
}

// More people with the same words than one call looks at entries of, the first and the last of them suspended; the last
// has one word, behind all the others'.
People very_many_people(Trial& trial) {
  constexpr std::size_t words_count = search_words_count_max - 1;  // and the extension's
  constexpr std::size_t others_count = search_visits_max / words_count + 1;
  constexpr std::size_t accounts_of_a_set = 100;
  People all{.organization = trial.organization(), .accounts = {}};
  std::string name;
  for (std::size_t i = 0; i < words_count; ++i) {
    name += std::string("an") + static_cast<char>('a' + static_cast<char>(i)) + ' ';
  }
  std::vector<Change> changes = {PutOrganization{.next = all.organization}};
  for (std::size_t i = 0; i <= others_count; ++i) {
    auto account = trial.account(all.organization);
    account.display_name = i == others_count ? "anz" : name;
    account.status = i == 0 || i == others_count ? AccountStatus::suspended : AccountStatus::active;
    changes.emplace_back(PutAccount{.next = account});
    account.version = 1;
    all.accounts.push_back(std::move(account));
    if (changes.size() >= accounts_of_a_set || i == others_count) {
      trial.commits("accounts of many words", std::exchange(changes, {}));
    }
  }
  return all;
}

void much_is_looked_at_in_parts(Trial& trial) {
  struct Case {
    std::vector<std::string> words;
    std::vector<AccountId> expected;
  };
  const auto all = very_many_people(trial);
  const auto first = all.accounts.front().id;
  const auto last = all.accounts.back().id;
  for (const auto& [words, expected] :
       {Case{{"an"}, {first, last}}, Case{{"a", "an"}, {first, last}}, Case{{"an", "ana"}, {first}},
        Case{{"an", "anz"}, {last}}, Case{{"ano", "anx"}, {}}}) {
    const auto query = query_of(all, words, AccountStatus::suspended);
    std::vector<AccountId> came;
    for (const auto& account : walk<Account>(
             trial, [&](const PageRequest& page) { return trial.store().search_accounts(query, page); }, 1,
             "search_accounts", Short::any)) {
      came.push_back(account.id);
    }
    trial.expect(came == expected, "a search among very many for " + words.back() + " comes whole");
    const auto counted = trial.value(trial.store().count_accounts(query, 9));
    trial.expect(counted.count == expected.size() || (counted.more && counted.count < expected.size()),
                 "a count among very many for " + words.back() + " is right, or says that there may be more");
  }
}

constexpr NamedCheck checks[] = {
    {"search_accounts: by the beginning of a word, in one organisation", words_are_found_by_their_beginning},
    {"search_accounts: each account once, by its least match", an_account_is_listed_by_its_least_match},
    {"search_accounts: every word of the query must match", every_word_must_match},
    {"search_accounts: many with the same words, in pages", many_alike_come_in_pages},
    {"search_accounts: hostile words find nothing", hostile_words_find_nothing},
    {"search_accounts: accounts with hostile names are found by what is a word in them", hostile_names_are_found},
    {"search_accounts: by status, and never a removed one", a_status_narrows_the_search},
    {"search_accounts: by the name and organisation of now", the_words_of_now_count},
    {"search_accounts: goes on behind a page's last account, whatever became of it", a_search_goes_on_where_it_was},
    {"count_accounts: no further than its limit", counting_stops_at_its_limit},
    {"search_accounts, count_accounts: among very many, in parts", much_is_looked_at_in_parts},
};

}  // namespace

std::span<const NamedCheck> search_checks() { return checks; }

}  // namespace ostiary::inline v0::testing::conformance
