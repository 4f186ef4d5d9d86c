#include <filesystem>
#include <fstream>
#include <sstream>

#include "../temporary_folder.hpp"
#include "services/factor_world.hpp"
#include <ostiary/adapters/sqlite_store.hpp>
#include <ostiary/rules/factor_code.hpp>

using namespace ostiary;
using namespace ostiary::test;

namespace {

std::string bytes_of(const std::filesystem::path& folder) {
  std::string all;
  for (const auto& entry : std::filesystem::directory_iterator(folder)) {
    std::ifstream in(entry.path(), std::ios::binary);
    std::ostringstream out;
    out << in.rdbuf();
    all += out.str();
  }
  return all;
}

// The forms in which somebody could have stored a secret: as it is, decoded, in hexadecimal.
std::vector<std::string> forms_of(std::string_view token, std::size_t from, std::size_t size) {
  Bytes bytes(token.size() * 3 / 4);
  REQUIRE(base64url_decode(token, bytes));
  const auto secret = ByteView(bytes).subspan(from, size);
  return {std::string(token), std::string(reinterpret_cast<const char*>(secret.data()), secret.size()),
          hex_encode(secret)};
}

}  // namespace

TEST_CASE("R10, R72, S286, S311: no password, PIN, token or key is in any byte of the store's files") {
  const TemporaryFolder folder;
  World world({}, SqliteStore::open({.path = folder.path() / "accounts.sqlite"}).value());
  const auto acme = world.found();
  const auto link_token = world.deliver();
  const std::string password = "Needle-Password-31";
  const std::string pin = "902847561";
  REQUIRE(std::holds_alternative<CredentialsRefused>(world.redeem(link_token, "needle-weak", "1111")));
  REQUIRE(std::holds_alternative<SetupCompleted>(world.redeem(link_token, password, pin)));
  const std::string wrong = "Needle-Wrong-77";
  CHECK(std::holds_alternative<SignInRefused>(world.try_sign_in("100@acme", wrong)));
  const auto session = world.signed_in("100@acme", password);
  const SecretString typed_pin(pin);
  REQUIRE(world.credentials.check_pin(world.host(), acme.manager.account, typed_pin).has_value());
  // People type a password into the login field, and that must not be kept either.
  CHECK(std::holds_alternative<SignInRefused>(world.try_sign_in("Needle@typed-here", wrong)));

  std::vector<std::string> needles{password, pin, wrong, "needle-weak", "eedle@typed-here", std::string(32, '\xa1')};
  // Of a link's token the authentication code is the secret, of a session's token the 32 bytes behind its id.
  for (auto& form : forms_of(link_token, 24, 32)) {
    needles.push_back(std::move(form));
  }
  for (auto& form : forms_of(session.token.reveal(), 16, 32)) {
    needles.push_back(std::move(form));
  }
  const auto cookie = session.device_cookie.reveal();
  for (auto& form : forms_of(cookie, 17, cookie.size() * 3 / 4 - 17)) {  // behind format, key id and nonce
    needles.push_back(std::move(form));
  }
  const std::string pin_hash = "$argon2id$v=19$m=64,t=1,p=1$";

  const auto all = bytes_of(folder.path());
  REQUIRE(all.size() > 10'000);
  CHECK(all.find("100@acme") != std::string::npos);  // the search does find what is there
  for (const auto& needle : needles) {
    CHECK(all.find(needle) == std::string::npos);
  }
  // One Argon2id string is there in the open, the password's, and its form beside it; the PIN's is sealed.
  const auto stored = world.account(acme.manager.account).password->hash;
  const auto form = hash_form(stored);
  for (auto at = all.find(pin_hash); at != std::string::npos; at = all.find(pin_hash, at + 1)) {
    CHECK((all.compare(at, stored.size(), stored) == 0 || all.compare(at, form.size(), form) == 0));
  }
  // Each mail, as sent and as read: nothing but the link's own token, in the welcome mail alone.
  REQUIRE(world.outbox.deliver(10).has_value());
  const auto mails = world.mailer.mails();
  REQUIRE(mails.size() == 3);  // welcome, setup completed, new device
  for (std::size_t i = 0; i < mails.size(); ++i) {
    const auto readable = mails[i].message + decode_quoted_printable(mails[i].message);
    for (const auto& needle : needles) {
      const bool is_link = i == 0 && needle == link_token;
      CHECK((readable.find(needle) != std::string::npos) == is_link);
    }
  }
}

TEST_CASE("R62, S286: a code by e-mail, mailed, retried and replaced, is in no byte of the store's files") {
  const TemporaryFolder folder;
  World world({}, SqliteStore::open({.path = folder.path() / "accounts.sqlite"}).value());
  const auto acme = world.found_active();
  REQUIRE(world.outbox.deliver(10).has_value());
  world.mailer.answer_next(Delivery{.verdict = DeliveryVerdict::retry_later, .reason = "smtp-451"});
  std::vector<std::string> codes;
  for (const Generation generation : {1U, 2U}) {
    world.put_link(acme.manager.account, MailKind::factor_code, LinkPurpose::factor_code);
    REQUIRE(world.outbox.deliver(10).has_value());
    world.clock.advance(std::chrono::minutes(2));
    REQUIRE(world.outbox.deliver(10).has_value());
    const auto link = world.store.find_link_of(acme.manager.account, LinkPurpose::factor_code).value().value();
    codes.emplace_back(make_factor_code(*world.keys.current(), link.id, generation).value().reveal());
    CHECK(decode_quoted_printable(world.mailer.mails().back().message).find(codes.back()) != std::string::npos);
  }
  const auto all = bytes_of(folder.path());
  CHECK(all.find("smtp-451") != std::string::npos);  // the search does find what is there
  for (const auto& code : codes) {
    CHECK(all.find(code) == std::string::npos);
  }
}

TEST_CASE("S286: of a second factor no secret, code, ticket or typed text is in any byte of the store's files") {
  const TemporaryFolder folder;
  Policies policies;
  policies.factor.email_codes = EmailCodes::on;
  FactorWorld world(policies, SqliteStore::open({.path = folder.path() / "accounts.sqlite"}).value());
  std::vector<std::string> needles{"Needle-Code-11", "Needle-Code-12", "NEED-1E77-NEED-1E77-NEED-1E77"};
  const auto add = [&](std::string_view bytes) {
    needles.emplace_back(bytes);
    needles.push_back(hex_encode(as_bytes(bytes)));
    needles.push_back(base64url_encode(as_bytes(bytes)));
  };
  // What is behind format, key id, nonce and length.
  const auto add_ticket = [&](std::string_view ticket) {
    for (auto& form : forms_of(ticket, 21, ticket.size() * 3 / 4 - 21)) {
      needles.push_back(std::move(form));
    }
  };

  const auto session = world.signed_in("100@acme");
  const auto offer = world.begin(session.who);
  const App app(offer.secret);
  add({reinterpret_cast<const char*>(app.secret().data()), app.secret().size()});
  add(base32_encode(app.secret()));
  add(offer.secret.reveal());
  add(offer.uri.reveal());
  add_ticket(offer.ticket.reveal());
  CHECK(is<FactorRefused>(world.confirm(session.who, offer, needles[0])));
  auto enabled = world.confirm(session.who, offer, app.code(world.clock.now()));
  REQUIRE(is<FactorEnabled>(enabled));
  std::vector<std::string> codes;
  for (const auto& code : std::get<FactorEnabled>(enabled).recovery_codes) {
    codes.emplace_back(code.reveal());
    add(codes.back());
    auto bare = codes.back();
    std::erase(bare, '-');
    add(bare);
  }

  world.next_code();
  const auto ticket = world.ask();
  add_ticket(ticket);
  CHECK(is<FactorRefused>(world.give_code(ticket, needles[1]).value()));
  CHECK(is<FactorRefused>(world.give(ticket, proof_of(FactorMethod::recovery_code, needles[2])).value()));
  CHECK(is<SignInSuccess>(world.give_code(ticket, app.code(world.clock.now())).value()));
  const auto second = world.ask();
  add_ticket(second);
  CHECK(is<SignInSuccess>(world.give(second, proof_of(FactorMethod::recovery_code, codes.front())).value()));

  // A code by e-mail, beside the app.
  const auto owner = std::get<SignedIn>(world.sessions.check(session.token.reveal()).value());
  REQUIRE(is<FactorCodeQueued>(world.factor.send_code(owner, client()).value()));
  static_cast<void>(world.deliver());
  const auto link = world.store.find_link_of(world.id, LinkPurpose::factor_code).value().value();
  const std::string mailed(make_factor_code(*world.keys.current(), link.id, link.live).value().reveal());
  needles.push_back(mailed);
  world.next_code();
  CHECK(is<FactorEnabled>(
      world.factor
          .enable_email_codes(
              owner, SecretString(mailed),
              FactorWorld::entry(good_password, proof_of(FactorMethod::totp, app.code(world.clock.now()))))
          .value()));

  const auto all = bytes_of(folder.path());
  CHECK(all.find("100@acme") != std::string::npos);  // the search does find what is there
  CHECK(all.find("recovery_code:wrong") != std::string::npos);
  for (const auto& needle : needles) {
    CHECK(all.find(needle) == std::string::npos);
  }
  static_cast<void>(world.deliver());
  for (const auto& mail : world.mailer.mails()) {
    const auto readable = mail.message + decode_quoted_printable(mail.message);
    for (const auto& needle : needles) {
      CHECK((needle == mailed || readable.find(needle) == std::string::npos));
    }
  }
}

TEST_CASE("R10, S286: nor in the memory store, nor in the notice mail") {
  World world;
  const auto acme = world.found();
  const auto link_token = world.deliver();
  REQUIRE(std::holds_alternative<SetupCompleted>(world.redeem(link_token, "Needle-Password-31", "902847561")));
  const auto session = world.signed_in("100@acme", "Needle-Password-31");
  const auto all = world.memory.dump();
  CHECK(all.find("100@acme") != std::string::npos);
  for (const auto& needle :
       std::vector<std::string>{std::string("Needle-Password-31"), std::string("902847561"), link_token,
                                std::string(session.token.reveal()), std::string(session.device_cookie.reveal())}) {
    CHECK(all.find(needle) == std::string::npos);
  }
  static_cast<void>(world.outbox.deliver(10));
  const auto notice = world.mailer.mails().back();
  CHECK(notice.message.find("Needle-Password-31") == std::string::npos);
  CHECK(token_in(notice.message).empty());
}
