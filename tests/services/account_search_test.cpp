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
    return std::get<AccountCount>(
               world.organizations.count_accounts(actor, acme.organization, {.text = text}, limit).value())
        .count;
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

TEST_CASE("R29: of a name that has more words than are kept, the extension is none that is lost") {
  Directory directory;
  directory.add(directory.acme.organization, "777", "00 01 02 03 04 05 06 07 08 09 10 11 12 13 14 15");
  CHECK(directory.find(directory.world.manager(), "777") == Logins{"777@acme"});
  CHECK(directory.find(directory.world.manager(), "77 00") == Logins{"777@acme"});
}

TEST_CASE("R29: a text of over a kibibyte is not folded, and finds nobody") {
  Directory directory;
  const auto manager = directory.world.manager();
  const auto padded = [](std::size_t size) { return "tremblay" + std::string(size - 8, ' '); };
  CHECK(directory.find(manager, padded(search_text_length_max)) == Logins{"201@acme", "210@acme"});
  CHECK(directory.find(manager, padded(search_text_length_max + 1)).empty());
  CHECK(directory.count(manager, padded(search_text_length_max)) == 2);
  CHECK(directory.count(manager, padded(search_text_length_max + 1)) == 0);
}

TEST_CASE("R29: a count says where there may be more") {
  Directory directory;
  const auto count = [&](std::string_view text, std::size_t limit) {
    return std::get<AccountCount>(
        directory.world.organizations
            .count_accounts(directory.world.host(), directory.acme.organization, {.text = text}, limit)
            .value());
  };
  CHECK(count("tremblay", 3) == AccountCount{.count = 2, .more = false});
  CHECK(count("tremblay", 2) == AccountCount{.count = 2, .more = true});
  CHECK(count("!!", 2) == AccountCount{.count = 0, .more = false});
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
