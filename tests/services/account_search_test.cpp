#include <algorithm>

#include "services/world.hpp"

using namespace ostiary;
using namespace ostiary::test;

namespace {

// acme with people to find; birch with one of the same name.
struct Directory {
  World world;
  OrganizationCreated acme = world.found_active("acme");
  OrganizationCreated birch = world.found_active("birch");

  Directory() {
    add(acme.organization, "201", "Noé Tremblay");
    add(acme.organization, "202", "Noël Roy");
    add(acme.organization, "210", "Ada Tremblay-Roy");
    add(birch.organization, "201", "Noé Tremblay");
  }
  void add(const OrganizationId& organization, const std::string& extension, const std::string& name) {
    const auto invited = world.organizations.invite(
        world.host(), organization,
        {.extension = extension, .display_name = name, .email = "m" + extension + "@acme.example"});
    REQUIRE(std::holds_alternative<Invited>(invited.value()));
  }
  std::vector<std::string> find(const Actor& actor, std::string_view text, std::optional<AccountStatus> status = {}) {
    std::vector<std::string> logins;
    const auto outcome =
        world.organizations.find_accounts(actor, acme.organization, {.text = text, .status = status}, {});
    for (const auto& entry : std::get<Page<AccountEntry>>(outcome.value()).records) {
      logins.push_back(entry.login.as_typed());
    }
    std::ranges::sort(logins);
    return logins;
  }
  std::size_t count(const Actor& actor, std::string_view text, std::size_t limit = 100) {
    return std::get<std::size_t>(
        world.organizations.count_accounts(actor, acme.organization, {.text = text}, limit).value());
  }
};

using Logins = std::vector<std::string>;

}  // namespace

TEST_CASE("R29: accounts are found by the beginnings of name and extension, without marks and case, in any order") {
  Directory directory;
  const auto manager = directory.world.manager();
  CHECK(directory.find(manager, "noe") == Logins{"201@acme", "202@acme"});
  CHECK(directory.find(manager, "TREM noe") == Logins{"201@acme"});
  CHECK(directory.find(manager, "roy") == Logins{"202@acme", "210@acme"});
  CHECK(directory.find(manager, "20") == Logins{"201@acme", "202@acme"});
  CHECK(directory.find(manager, "20 tremblay") == Logins{"201@acme"});
  CHECK(directory.find(manager, "emblay").empty());
  CHECK(directory.find(manager, "") == Logins{"100@acme", "201@acme", "202@acme", "210@acme"});
  CHECK(directory.find(manager, "", AccountStatus::active) == Logins{"100@acme"});
  CHECK(directory.find(manager, "noe", AccountStatus::active).empty());
  for (const auto* const text : {"!!", " ", "\xff", "%", "_"}) {
    CAPTURE(text);
    CHECK(directory.find(manager, text).empty());
    CHECK(directory.count(manager, text) == 0);
  }
}

TEST_CASE("R29: pages follow one another without a gap, and a count goes no further than asked") {
  Directory directory;
  const auto host = directory.world.host();
  for (const auto* const text : {"", "2"}) {
    CAPTURE(text);
    Logins all;
    PageRequest request{.limit = 1};
    do {
      const auto outcome =
          directory.world.organizations.find_accounts(host, directory.acme.organization, {.text = text}, request);
      const auto& page = std::get<Page<AccountEntry>>(outcome.value());
      CHECK(page.records.size() <= 1);
      for (const auto& entry : page.records) {
        all.push_back(entry.login.as_typed());
      }
      request.after = page.next;
    } while (!request.after.empty());
    std::ranges::sort(all);
    CHECK(all == directory.find(host, text));
  }
  CHECK(directory.count(host, "") == 4);
  CHECK(directory.count(host, "", 2) == 2);
  CHECK(directory.world.organizations.find_accounts(host, directory.acme.organization, {}, {.after = "nonsense"})
            .error() == Errc::malformed_id);
}

TEST_CASE("R67, R69: staff's and the host's lists are audited, a manager's are not") {
  Directory directory;
  auto& world = directory.world;
  const auto manager = world.manager();
  const auto before = world.kinds(directory.acme.organization);
  directory.find(manager, "");
  CHECK(world.kinds(directory.acme.organization) == before);
  directory.find(Actor::staff("sam", "ticket 4711").value(), "");
  directory.count(world.host(), "");
  CHECK(std::ranges::count(world.kinds(directory.acme.organization), "accounts_listed") == 2);
}
