#include <ostiary/rules/password_policy.hpp>

#include <cstdlib>
#include <new>
#include <string>

#include <doctest/doctest.h>
#include <fmt/format.h>

using namespace ostiary;
using Code = PasswordFlawCode;

namespace {
std::size_t heap_calls = 0;
}

// Counts every heap call of this executable. The array forms call these. Inlined, g++ 12 takes them for a mismatch.
[[gnu::noinline]] void* operator new(std::size_t size) {
  ++heap_calls;
  if (void* memory = std::malloc(size != 0 ? size : 1)) {  // NOLINT(*-no-malloc): this is the allocator
    return memory;
  }
  throw std::bad_alloc();
}
[[gnu::noinline]] void operator delete(void* memory) noexcept { std::free(memory); }  // NOLINT(*-no-malloc)
[[gnu::noinline]] void operator delete(void* memory, std::size_t /*size*/) noexcept {
  std::free(memory);
}  // NOLINT(*-no-malloc)

namespace {

std::vector<PasswordFlaw> check(std::string_view text, const PasswordPolicy& policy = PasswordPolicy::portal()) {
  return check_password(policy, {.password = SecretString(text), .confirmation = SecretString(text)});
}

std::vector<PasswordFlaw> check_words(std::string_view text, std::span<const std::string_view> words) {
  return check_password(PasswordPolicy::portal(),
                        {.password = SecretString(text), .confirmation = SecretString(text), .context_words = words});
}

std::string repeat(std::string_view piece, std::size_t count) {
  std::string out;
  for (std::size_t i = 0; i < count; ++i) {
    out += piece;
  }
  return out;
}

using Flaws = std::vector<PasswordFlaw>;

std::string print(const PasswordPolicy& policy) {
  return fmt::format(
      "length_min {}\nlength_min_with_second_factor {}\nlength_max {}\ncapitals_min {}\ndigits_min {}\n"
      "refuse_blocklisted {}\nrefuse_context_words {}\n",
      policy.length_min, policy.length_min_with_second_factor, policy.length_max, policy.capitals_min,
      policy.digits_min, policy.refuse_blocklisted, policy.refuse_context_words);
}

}  // namespace

TEST_CASE("R1-R3: the portal preset is 8 characters, a capital and a digit") {
  CHECK(print(PasswordPolicy::portal()) ==
        "length_min 8\nlength_min_with_second_factor 8\nlength_max 256\ncapitals_min 1\ndigits_min 1\n"
        "refuse_blocklisted true\nrefuse_context_words true\n");
  CHECK(print(PasswordPolicy{}) == print(PasswordPolicy::portal()));
}

TEST_CASE("R4, S185: the NIST preset is 15 characters, 8 beside a second factor, without composition rules") {
  CHECK(print(PasswordPolicy::nist_800_63b()) ==
        "length_min 15\nlength_min_with_second_factor 8\nlength_max 256\ncapitals_min 0\ndigits_min 0\n"
        "refuse_blocklisted true\nrefuse_context_words true\n");
}

TEST_CASE("S184: each portal rule is broken by itself, with its numbers") {
  CHECK(check("Abcdefg1").empty());
  CHECK(check("abcdefg1") == Flaws{{Code::capitals_min, 1, 0}});
  CHECK(check("ABCDEFGH") == Flaws{{Code::digits_min, 1, 0}});
  CHECK(check("Abcdef1") == Flaws{{Code::length_min, 8, 7}});
}

TEST_CASE("R1: all broken rules are reported at once") {
  CHECK(check("abcde") == Flaws{{Code::length_min, 8, 5}, {Code::capitals_min, 1, 0}, {Code::digits_min, 1, 0}});
  CHECK(check("") == Flaws{{Code::length_min, 8, 0}, {Code::capitals_min, 1, 0}, {Code::digits_min, 1, 0}});
  const std::vector<std::string_view> words{"maple"};
  CHECK(check_password(PasswordPolicy::portal(), {.password = SecretString("maple"),
                                                  .confirmation = SecretString("maple"),
                                                  .context_words = words,
                                                  .blocklisted = true}) == Flaws{{Code::length_min, 8, 5},
                                                                                 {Code::capitals_min, 1, 0},
                                                                                 {Code::digits_min, 1, 0},
                                                                                 {Code::context_word, 0, 0},
                                                                                 {Code::blocklisted, 0, 0}});
}

TEST_CASE("R9: a mismatch of the two entries is reported alone, before the policy") {
  const auto flaws = [](std::string_view password, std::string_view confirmation) {
    return check_password(PasswordPolicy::portal(),
                          {.password = SecretString(password), .confirmation = SecretString(confirmation)});
  };
  const Flaws mismatch{{Code::mismatch, 0, 0}};
  CHECK(flaws("Abcdefg1", "Abcdefg1").empty());
  CHECK(flaws("Abcdefg1", "Abcdefg2") == mismatch);
  CHECK(flaws("abc", "abd") == mismatch);
  CHECK(flaws("Abcdefg1", "") == mismatch);
  CHECK(flaws("Abcdefg1", "abcdefg1") == mismatch);
  CHECK(flaws("Abcdefg1", "Abcdefg1 ") == mismatch);
  CHECK(flaws("Abcdefg1\xff", "Abcdefg1") == mismatch);
  CHECK(flaws(repeat("Aa1", 5000), repeat("Aa1", 5001)) == mismatch);
  CHECK(flaws(repeat("\u00e9", 5000), repeat("e\u0301", 5000)) == mismatch);  // too long to be composed at all
}

TEST_CASE("S189: composed and decomposed entries confirm each other") {
  const auto flaws = check_password(PasswordPolicy::portal(), {.password = SecretString("Caf\u00e9caf1"),
                                                               .confirmation = SecretString("Cafe\u0301caf1")});
  CHECK(flaws.empty());
}

TEST_CASE("S187: length counts code points after NFC, not bytes") {
  const auto nist = PasswordPolicy{.length_min = 8, .capitals_min = 0, .digits_min = 0};
  CHECK(check(repeat("\u00e9", 8), nist).empty());
  CHECK(check(repeat("\u00e9", 7), nist) == Flaws{{Code::length_min, 8, 7}});
  CHECK(check(repeat("e\u0301", 7), nist) == Flaws{{Code::length_min, 8, 7}});
  CHECK(check(repeat("\U0001F44D\U0001F3FD", 4), nist).empty());
  CHECK(check(repeat("\U0001F44D\U0001F3FD", 3), nist) == Flaws{{Code::length_min, 8, 6}});
  // A mark without a composed form stays a code point of its own.
  CHECK(check("Ab1\u0335\u0335\u0335\u0335\u0335").empty());
  CHECK(check("Ab1\u0335\u0335\u0335\u0335") == Flaws{{Code::length_min, 8, 7}});
}

TEST_CASE("R2, R3: capitals and digits of every script count, look-alikes do not") {
  CHECK(check("\u00c9cole des 9").empty());                            // É
  CHECK(check("\u0416elezo-9").empty());                               // Cyrillic Zhe
  CHECK(check("\u01c5elezo-9").empty());                               // Lt: Dž
  CHECK(check("Abcdefg\u0663").empty());                               // Arabic-Indic three
  CHECK(check("Abcdefg\u00b2") == Flaws{{Code::digits_min, 1, 0}});    // superscript two is No
  CHECK(check("Abcdefg\u2168") == Flaws{{Code::digits_min, 1, 0}});    // Roman nine is Nl
  CHECK(check("\u2168bcdefg1") == Flaws{{Code::capitals_min, 1, 0}});  // and no capital
  CHECK(check("\u5bc6\u7801\u5bc6\u7801\u5bc6\u7801\u5bc6\u7801") ==   // a script without case
        Flaws{{Code::capitals_min, 1, 0}, {Code::digits_min, 1, 0}});
}

TEST_CASE("S190: spaces count and are kept; nothing is trimmed") {
  CHECK(check(" Abcde1 ").empty());
  CHECK(check("Abcdef1 ").empty());
  CHECK(normalize_password(SecretString(" Abcdefg1 ")).value().reveal() == " Abcdefg1 ");
}

TEST_CASE("S191, S192: control characters, NUL and malformed UTF-8 are one flaw, reported alone") {
  const std::vector<std::string_view> bad{std::string_view("Abcd\0efg1", 9),
                                          "Abcdefg1\n",
                                          "Abc\tdefg1",
                                          "Abcdefg1\x7f",
                                          "Abcdefg1\u0085",
                                          "Abcdefg1\u2028",
                                          "Abcdefg1\xff",
                                          "Abcdefg1\xc3",
                                          "Abcdefg1\xc0\xaf",
                                          "Abcdefg1\xe0\x80\xaf",
                                          "Abcdefg1\xed\xa0\x80",
                                          "Abcdefg1\xf4\x90\x80\x80",
                                          "Abcdefg1\ufffe",
                                          "Abcdefg1\ufdd0",
                                          "\x80"};
  for (const auto text : bad) {
    CAPTURE(std::string(text));
    CHECK(check(text) == Flaws{{Code::malformed_text, 0, 0}});
    CHECK(normalize_password(SecretString(text)).error() == Errc::malformed_text);
  }
  CHECK(check("Abcdefg1\ufffd").empty());  // the replacement character is an assigned symbol
}

TEST_CASE("S194: 256 code points are accepted, 257 are not, and megabytes are refused before they are composed") {
  CHECK(check("Abcdefg1" + std::string(248, 'x')).empty());
  CHECK(check("Abcdefg1" + std::string(249, 'x')) == Flaws{{Code::length_max, 256, 257}});
  CHECK(check("Abcdefg1" + repeat("\u00e9", 248)).empty());
  CHECK(check("Abcdefg1" + repeat("\u1f82", 248)).empty());
  CHECK(check("Abcdefg1" + repeat("\u03b1\u0313\u0300\u0345", 248)).empty());  // the same, typed in four code points
  CHECK(check("Abcdefg1" + repeat("\U0001F44D", 248)).empty());
  CHECK(check("Abcdefg1" + repeat("\U0001F44D", 249)) == Flaws{{Code::length_max, 256, 257}});
  CHECK(check("Abcdefg1" + std::string(1'000'000, 'x')) == Flaws{{Code::length_max, 256, 1'000'008}});
  CHECK(normalize_password(SecretString(std::string(password_bytes_max, 'x'))).has_value());
  CHECK(normalize_password(SecretString(std::string(password_bytes_max + 1, 'x'))).error() == Errc::text_too_long);
}

TEST_CASE("S185: the NIST preset takes a phrase and asks less beside a second factor") {
  const auto nist = PasswordPolicy::nist_800_63b();
  CHECK(check("correct horse battery staple", nist).empty());
  CHECK(check("fourteen chars", nist) == Flaws{{Code::length_min, 15, 14}});
  const auto beside = [&](std::string_view text) {
    return check_password(nist,
                          {.password = SecretString(text), .confirmation = SecretString(text), .second_factor = true});
  };
  CHECK(beside("eight ch").empty());
  CHECK(beside("seven c") == Flaws{{Code::length_min, 8, 7}});
}

TEST_CASE("R4, S197: a context word is refused as a whole without case, and inside from 5 code points on") {
  const std::vector<std::string_view> words{"201@acme", "jo", "Maple Dental", "Zo\u00eb\u00df", ""};
  const Flaws refused{{Code::context_word, 0, 0}};
  CHECK(check_words("My201@ACME", words) == refused);
  CHECK(check_words("mapLE dental1", words) == refused);
  CHECK(check_words("xMaple Dental9x", words) == refused);
  CHECK(check_words("Mapledental1", words).empty());
  CHECK(check_words("Jo-Jo-Jo-1", words).empty());  // a short word only as a whole
  CHECK(check_words("Zo\u00cbss9999", words) == refused);
  CHECK(check_words("Zoe\u0308\u1e9e9999", words) == refused);
  CHECK(check_words("ZOESS9999", words).empty());  // without its mark it is another word
  CHECK(check_words("Abcdefg1", words).empty());
  auto off = PasswordPolicy::portal();
  off.refuse_context_words = false;
  CHECK(check_password(off, {.password = SecretString("Maple Dental1"),
                             .confirmation = SecretString("Maple Dental1"),
                             .context_words = words})
            .empty());
}

TEST_CASE("R4: a word of 4 code points is refused as a whole only, whatever its bytes") {
  const PasswordPolicy lax{.length_min = 1, .capitals_min = 0, .digits_min = 0};
  const std::vector<std::string_view> words{"\u00e9\u00e9\u00e9\u00e9", "acme"};
  const auto refused = [&](std::string_view text) {
    return !check_password(lax,
                           {.password = SecretString(text), .confirmation = SecretString(text), .context_words = words})
                .empty();
  };
  CHECK(refused("\u00c9\u00e9\u00c9\u00e9"));
  CHECK_FALSE(refused("\u00e9\u00e9\u00e9\u00e9x"));
  CHECK(refused("ACME"));
  CHECK_FALSE(refused("ACME1"));
}

TEST_CASE("R4: malformed and empty context words match nothing") {
  const std::vector<std::string_view> words{"\xff\xff\xff\xff\xff\xff", "\xc3"};
  CHECK(check_words("Abcdefg1", words).empty());
  CHECK(check_words("\u00c9bcdefg1", words).empty());
  const std::vector<std::string_view> nothing{""};
  CHECK(check_words("", nothing) == check(""));
}

TEST_CASE("R4: the context is the login name, every address's local part and the organisation's name") {
  const auto domain = Domain::parse("acme").value();
  Account account{.login = LoginName::make("201", domain).value()};
  account.addresses.push_back({.address = EmailAddress::parse("J.Rivers@mail.example").value()});
  account.addresses.push_back({.address = EmailAddress::parse("jo@home.example").value()});
  const Organization organization{.domain = domain, .name = "Maple Dental"};
  CHECK(password_context(account, organization) ==
        std::vector<std::string_view>{"201@acme", "Maple Dental", "j.rivers", "jo"});
}

TEST_CASE("R4: a blocklisted password is refused where the policy asks") {
  const auto flaws = [](const PasswordPolicy& policy) {
    return check_password(
        policy,
        {.password = SecretString("Password1"), .confirmation = SecretString("Password1"), .blocklisted = true});
  };
  CHECK(flaws(PasswordPolicy::portal()) == Flaws{{Code::blocklisted, 0, 0}});
  CHECK(flaws({.refuse_blocklisted = false}).empty());
}

TEST_CASE("S189: normalisation composes and folds nothing else") {
  const auto normal = [](std::string_view text) {
    return std::string(normalize_password(SecretString(text)).value().reveal());
  };
  CHECK(normal("e\u0301") == "\u00e9");
  CHECK(normal("\u00e9") == "\u00e9");
  CHECK(normal("\u212b") == "\u00c5");                // the Angstrom sign is canonically Å
  CHECK(normal("\u1112\u1161\u11ab") == "\ud55c");    // Hangul jamo
  CHECK(normal("q\u0307\u0323") == "q\u0323\u0307");  // canonical order
  for (const std::string_view text : {"\uff21", "\ufb01", "\u0131", "\u00df", "ABC", "\u00a0", "\u3000", "\u200b"}) {
    CHECK(normal(text) == text);
  }
}

TEST_CASE("every flaw has a name of its own") {
  std::vector<std::string_view> names;
  for (int code = 1; code <= static_cast<int>(Code::unchanged); ++code) {
    const auto name = password_flaw_name(static_cast<Code>(code));
    CHECK(name != "unknown");
    CHECK(std::ranges::count(names, name) == 0);
    names.push_back(name);
  }
  CHECK(password_flaw_name(static_cast<Code>(static_cast<int>(Code::unchanged) + 1)) == "unknown");
}

TEST_CASE("a policy that no password can meet is refused") {
  CHECK(validate(PasswordPolicy::portal()).has_value());
  CHECK(validate(PasswordPolicy::nist_800_63b()).has_value());
  CHECK(validate({.length_min = 256, .length_max = 256}).has_value());
  CHECK(validate({.length_max = 64}).has_value());
  CHECK(validate({.length_max = 64, .capitals_min = 32, .digits_min = 32}).has_value());
  for (const PasswordPolicy& policy :
       {PasswordPolicy{.length_min = 0}, PasswordPolicy{.length_min_with_second_factor = 0},
        PasswordPolicy{.length_min = 257}, PasswordPolicy{.length_min = 65, .length_max = 64},
        PasswordPolicy{.length_max = 63}, PasswordPolicy{.length_max = 257},
        PasswordPolicy{.length_max = 64, .capitals_min = 33, .digits_min = 32}, PasswordPolicy{.capitals_min = 257},
        PasswordPolicy{.digits_min = static_cast<std::size_t>(-1)}}) {
    CHECK(validate(policy).error() == Errc::invalid_configuration);
  }
}

TEST_CASE("an accepted ASCII password costs no heap call") {
  const std::vector<std::string_view> words{"201@acme", "j.rivers", "Maple Dental"};
  const NewPassword entry{.password = SecretString("Harbour-lights-42"),
                          .confirmation = SecretString("Harbour-lights-42"),
                          .context_words = words};
  const auto before = heap_calls;
  const auto flaws = check_password(PasswordPolicy::portal(), entry);
  const auto after = heap_calls;
  CHECK(after - before == 0);
  CHECK(flaws.empty());
  const auto counted_before = heap_calls;  // the counter does count
  const auto refused = check_password(PasswordPolicy{.length_min = 20}, entry);
  CHECK(heap_calls > counted_before);
  CHECK(refused.size() == 1);
}
