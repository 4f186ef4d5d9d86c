#include <algorithm>

#include "fuzz/fuzz.hpp"
#include <ostiary/base/ascii.hpp>
#include <ostiary/rules/recovery_codes.hpp>

namespace ostiary::fuzz {
namespace {

// One account's codes, the same in each run, as the corpus was made.
struct Owner {
  Owner() {
    Bytes secret(32, std::byte{1});
    std::vector<Key> made_keys;
    made_keys.push_back({.id = 1, .secret = SecretBytes(secret)});
    keys = KeyRing::create(1, std::move(made_keys)).value();
    FixedRandom random;
    auto fresh = Fresh::draw(random, Instant()).value();
    made = make_recovery_codes(*keys, account, 10, fresh, Instant()).value();
    made.stored.used = 1;  // the first one was used
  }

  // A counter: each byte drawn is one more than the byte before it.
  class FixedRandom final : public RandomSource {
   public:
    Result<void> fill(std::span<std::byte> out) override {
      std::ranges::generate(out, [this] { return static_cast<std::byte>(next_++); });
      return success();
    }

   private:
    unsigned char next_ = 0;
  };

  AccountId account{detail::IdBytes{std::byte{11}}};
  std::shared_ptr<const KeyRing> keys;
  NewRecoveryCodes made;
};

const Owner& owner() {
  static const Owner made;
  return made;
}

// What a person means by a text: its symbols, with the ones that look alike read as the digits that they stand for.
std::string meant_by(std::string_view typed) {
  std::string out;
  for (const char c : typed) {
    if (c == ' ' || c == '-') {
      continue;
    }
    const char upper = ascii::is_lower(c) ? static_cast<char>(c - 'a' + 'A') : c;
    const char look = upper == 'O' ? '0' : upper;
    out += look == 'I' || look == 'L' ? '1' : look;
  }
  return out;
}

// The input says how to write a code: in which case, with which blanks, hyphens and look-alikes.
void write_in_any_way(std::string_view input) {
  if (input.empty()) {
    return;
  }
  const std::size_t index = static_cast<unsigned char>(input.front()) % owner().made.codes.size();
  std::string typed;
  std::size_t at = 0;
  const auto how = [&] { return static_cast<unsigned char>(input[at++ % input.size()]); };
  for (const char c : owner().made.codes[index].reveal()) {
    const auto bits = how();
    typed.append(bits % 4U, (bits & 4U) != 0 ? ' ' : '-');
    if (c == '-') {
      continue;
    }
    const bool lower = (bits & 8U) != 0;
    const bool alike = (bits & 16U) != 0;
    char symbol = c;
    if (alike && c == '0') {
      symbol = 'O';
    } else if (alike && c == '1') {
      symbol = (bits & 32U) != 0 ? 'L' : 'I';
    }
    typed += lower && ascii::is_upper(symbol) ? static_cast<char>(symbol - 'A' + 'a') : symbol;
  }
  const auto match = match_recovery_code(*owner().keys, owner().account, owner().made.stored, typed).value();
  must(match && match->index == index && match->is_used == (index == 0), "a code matches in any writing");
  typed.back() = typed.back() == 'Z' || typed.back() == 'z' ? 'Y' : 'Z';
  must(!match_recovery_code(*owner().keys, owner().account, owner().made.stored, typed).value(),
       "a code with another last symbol is none");
}

}  // namespace

// Whatever the bytes: what matches means one of the codes, and every other text is none.
bool recovery_code(std::string_view input) {
  write_in_any_way(input);
  const auto match = match_recovery_code(*owner().keys, owner().account, owner().made.stored, input).value();
  const auto meant = meant_by(input);
  const auto& codes = owner().made.codes;
  const auto found =
      std::ranges::find_if(codes, [&](const SecretString& code) { return meant_by(code.reveal()) == meant; });
  must(match.has_value() == (found != codes.end()), "a text matches exactly if it means a code");
  must(!match || match->index == found - codes.begin(), "and the code that it means");
  return match && !match->is_used;
}

}  // namespace ostiary::fuzz
