#include <algorithm>

#include "fuzz/fuzz.hpp"
#include <ostiary/rules/ceremony.hpp>

namespace ostiary::fuzz {
namespace {

constexpr std::array kinds{CeremonyKind::choose_password, CeremonyKind::second_factor, CeremonyKind::enrolment};

// Two keys, whose secrets are 32 times the key's own number, as the corpus was made.
const KeyRing& ring() {
  static const auto keys = [] {
    std::vector<Key> made;
    for (const std::uint32_t id : {1U, 2U}) {
      const Bytes secret(32, static_cast<std::byte>(id));
      made.push_back({.id = id, .secret = SecretBytes(secret)});
    }
    return KeyRing::create(2, std::move(made)).value();
  }();
  return *keys;
}

// Randomness that is the input, over and over.
class InputRandom final : public RandomSource {
 public:
  explicit InputRandom(std::string_view input) : input_(input) {}
  Result<void> fill(std::span<std::byte> out) override {
    std::ranges::generate(out, [this] { return static_cast<std::byte>(input_[at_++ % input_.size()]); });
    return success();
  }

 private:
  std::string_view input_;
  std::size_t at_ = 0;
};

bool is_refusal(const std::error_code& error) { return error == Errc::malformed_token || error == Errc::key_unknown; }

// Any ceremony gives a ticket that says it again, to its own kind alone; with one character changed it is refused.
void seal_and_change(std::string_view input) {
  constexpr std::size_t secret_size_max = 64;
  if (input.size() < 4) {
    return;
  }
  const auto number = [&](std::size_t i) { return static_cast<unsigned char>(input[i]); };
  InputRandom random(input);
  auto fresh = Fresh::draw(random, Instant()).value();
  Ceremony ceremony{.kind = kinds.at(number(0) % kinds.size())};
  std::ranges::copy(fresh.secret(ceremony.key.size()).reveal(), ceremony.key.begin());
  ceremony.account = fresh.id<AccountId>();
  ceremony.credential = fresh.id<CredentialId>();
  ceremony.epoch = number(1);
  ceremony.ends_at = Instant(Duration(number(2)));
  ceremony.secret = fresh.secret(number(1) % (secret_size_max + 1));
  const auto sealed = seal_ceremony(ring(), ceremony, fresh).value();
  std::string ticket(sealed.reveal());
  for (const auto kind : kinds) {
    const auto opened = open_ceremony(ring(), kind, ticket);
    must(opened.has_value() == (kind == ceremony.kind), "a ticket opens as its own kind alone");
    must(!opened || (opened.value().key == ceremony.key && opened.value().account == ceremony.account &&
                     opened.value().credential == ceremony.credential && opened.value().epoch == ceremony.epoch &&
                     opened.value().ends_at == ceremony.ends_at &&
                     std::ranges::equal(opened.value().secret.reveal(), ceremony.secret.reveal())),
         "a ticket gives the ceremony that it was made of");
  }
  char& changed = ticket.at((number(2) * std::size_t{256} + number(3)) % ticket.size());
  const bool is_same = changed == input.back();
  changed = input.back();
  must(is_same || !open_ceremony(ring(), ceremony.kind, ticket), "a changed ticket is refused");
}

}  // namespace

// The first character says the kind.
bool ceremony(std::string_view input) {
  seal_and_change(input);
  if (input.empty()) {
    return false;
  }
  const auto kind = kinds.at(static_cast<unsigned char>(input.front()) % kinds.size());
  const auto ticket = input.substr(1);
  const auto opened = open_ceremony(ring(), kind, ticket);
  if (!opened) {
    must(is_refusal(opened.assume_error()), "a ticket is refused as malformed or of an unknown key");
    return false;
  }
  Bytes bytes(ticket.size() * 3 / 4);
  must(base64url_decode(ticket, bytes) && base64url_encode(bytes) == ticket, "there is one spelling of a ticket");
  return true;
}

}  // namespace ostiary::fuzz
