#include <ostiary/model/second_factor.hpp>

#include <doctest/doctest.h>

#include <ostiary/model/account.hpp>

using namespace ostiary;

namespace {

CredentialId id(unsigned char tail) { return CredentialId::make(Instant(), ByteArray<10>{std::byte{tail}}); }

const SecondFactorMarks stored{
    .authenticator = id(1), .accepted_step = 90, .recovery_codes = id(2), .used_codes = 0b1010};

Account account_with(const SecondFactorMarks& marks) {
  Account account{.login = LoginName::parse("201@acme").value()};
  if (marks.authenticator) {
    account.authenticator = Authenticator{.id = *marks.authenticator, .accepted_step = marks.accepted_step};
  }
  if (marks.recovery_codes) {
    account.recovery_codes = RecoveryCodes{.id = *marks.recovery_codes, .count = 10, .used = marks.used_codes};
  }
  return account;
}

}  // namespace

TEST_CASE("R60, R66: while their ids stay, the stored marks stay, whatever a put names") {
  for (const TotpStep step : {TotpStep{0}, TotpStep{89}, TotpStep{91}, ~TotpStep{0}}) {
    auto next = stored;
    next.accepted_step = step;
    next.used_codes = 0b0101;
    CHECK(keep_marks(stored, next) == stored);
  }
}

TEST_CASE("R60: another authenticator brings its own step, and leaves the codes as they are") {
  auto next = stored;
  next.authenticator = id(3);
  next.accepted_step = 7;
  next.used_codes = 0;
  const auto kept = keep_marks(stored, next);
  CHECK(kept.authenticator == id(3));
  CHECK(kept.accepted_step == 7);
  CHECK(kept.recovery_codes == id(2));
  CHECK(kept.used_codes == 0b1010);
}

TEST_CASE("R66: another set of codes brings its own used ones, and leaves the step as it is") {
  auto next = stored;
  next.recovery_codes = id(4);
  next.used_codes = 0;
  next.accepted_step = 0;
  const auto kept = keep_marks(stored, next);
  CHECK(kept.recovery_codes == id(4));
  CHECK(kept.used_codes == 0);
  CHECK(kept.accepted_step == 90);
}

TEST_CASE("an id of the other kind keeps nothing, and neither does none") {
  auto next = stored;
  std::swap(next.authenticator, next.recovery_codes);
  next.accepted_step = 1;
  next.used_codes = 1;
  CHECK(keep_marks(stored, next) == next);
  CHECK(keep_marks(stored, {}) == SecondFactorMarks());
  CHECK(keep_marks({}, stored) == stored);
  // Where there was none, a step that somehow stands there is nobody's.
  const SecondFactorMarks stray{.accepted_step = 5, .used_codes = 5};
  CHECK(keep_marks(stray, {}) == SecondFactorMarks());
}

TEST_CASE("the marks of an account are those of its authenticator and its codes") {
  CHECK(marks_of(account_with(stored)) == stored);
  CHECK(marks_of(account_with({})) == SecondFactorMarks());
}

TEST_CASE("marks are put into an account only where their id is its own") {
  auto account = account_with(stored);
  SecondFactorMarks marks{.authenticator = id(1), .accepted_step = 91, .recovery_codes = id(2), .used_codes = 0b1011};
  set_marks(account, marks);
  CHECK(marks_of(account) == marks);
  set_marks(account, {.authenticator = id(3), .accepted_step = 1, .recovery_codes = id(4), .used_codes = 1});
  CHECK(marks_of(account) == marks);
  set_marks(account, {.accepted_step = 1, .used_codes = 1});
  CHECK(marks_of(account) == marks);
  auto bare = account_with({});
  set_marks(bare, marks);
  CHECK(marks_of(bare) == SecondFactorMarks());
}

TEST_CASE("R61, R62: an authenticator or codes by e-mail are a second factor; recovery codes alone are none") {
  CHECK_FALSE(has_second_factor(account_with({})));
  CHECK_FALSE(has_second_factor(account_with({.recovery_codes = id(2)})));
  CHECK(has_second_factor(account_with({.authenticator = id(1)})));
  auto account = account_with({});
  account.email_codes_since = Instant();
  CHECK(has_second_factor(account));
}
