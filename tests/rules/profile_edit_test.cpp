#include <ostiary/rules/profile_edit.hpp>

#include <doctest/doctest.h>

#include "fixture.hpp"

using namespace ostiary;
using namespace ostiary::test;

namespace {

std::string flaws_of(const ProfileEdit& edit) {
  const auto parsed = parse_profile_edit(edit);
  std::string text;
  if (const auto* const flaws = std::get_if<std::vector<InputFlaw>>(&parsed)) {
    for (const auto& flaw : *flaws) {
      text += std::string(flaw.field) + ":" + flaw.error.message() + ";";
    }
  }
  return text;
}

std::string message(Errc code) { return make_error_code(code).message(); }

}  // namespace

TEST_CASE("R40: the page shows the account, and no secret of it") {
  const auto page = profile_page({.account = active(), .organization = acme()});
  CHECK(page.account == owner_id);
  CHECK(page.version == 4);
  CHECK(page.login.as_typed() == "201@acme");
  CHECK(page.display_name == "Zoé Bélanger");
  CHECK(!page.locale);
  CHECK(page.organization_name == "Acme");
  CHECK(page.password_set_at == noon);
  CHECK(page.pin_set_at == noon);
  REQUIRE(page.addresses.size() == 1);
  CHECK(page.addresses[0].purposes == PurposeSet{AddressPurpose::designated});
  CHECK(!page.addresses[0].verified_at);
  CHECK(!page.addresses[0].link_asked);
}

TEST_CASE("R40: every flaw of an edit is told; a name of 200 bytes and an empty locale have none") {
  CHECK(flaws_of({.display_name = std::string(200, 'x'), .locale = ""}).empty());
  CHECK(flaws_of({.display_name = "Zoé", .locale = "fr-CA"}).empty());
  CHECK(flaws_of({.display_name = "", .locale = "1"}) ==
        "display_name:" + message(Errc::malformed_text) + ";locale:" + message(Errc::malformed_locale) + ";");
  CHECK(flaws_of({.display_name = std::string(201, 'x')}) == "display_name:" + message(Errc::text_too_long) + ";");
  CHECK(flaws_of({.display_name = "a\nb"}) == "display_name:" + message(Errc::malformed_text) + ";");
}

TEST_CASE("R40: an edit is written at the version that its page showed; at another nothing is, and the owner is told") {
  const auto owner = signed_in(active());
  auto drawn = fresh();
  ParsedProfileEdit edit{.version = 4, .display_name = "Zoé B.", .locale = Locale::parse("en").value()};
  const auto done = decide_profile_edit(owner, {active(), acme()}, edit, client(), drawn, noon);
  REQUIRE(names_of(done.changes) == "RequireActor PutAccount AppendAudit");
  CHECK(at<PutAccount>(done.changes, 1).next.display_name == "Zoé B.");
  CHECK(at<PutAccount>(done.changes, 1).next.locale == Locale::parse("en").value());
  CHECK(at<PutAccount>(done.changes, 1).expected == 4);
  CHECK(at<PutAccount>(done.changes, 1).next.epochs == active().epochs);
  CHECK(at<AppendAudit>(done.changes, 2).event.kind == AuditKind::profile_changed);
  CHECK(std::get<ProfileEdited>(done.outcome).version == 5);

  for (const Version version : {Version{3}, Version{5}, Version{0}}) {
    edit.version = version;
    const auto old = decide_profile_edit(owner, {active(), acme()}, edit, client(), drawn, noon);
    REQUIRE(std::holds_alternative<ProfileChanged>(old.outcome));
    CHECK(std::get<ProfileChanged>(old.outcome).current.version == 4);
    CHECK(names_of(old.changes) == "RequireActor");
  }
}
