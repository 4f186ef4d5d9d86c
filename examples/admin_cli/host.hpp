#pragma once

#include <filesystem>
#include <memory>
#include <string>

#include <ostiary/adapters/sqlite_store.hpp>
#include <ostiary/services/account_admin.hpp>
#include <ostiary/services/bulk_welcome.hpp>
#include <ostiary/services/factor_admin.hpp>
#include <ostiary/services/housekeeping.hpp>
#include <ostiary/services/organization_admin.hpp>
#include <ostiary/services/outbox.hpp>
#include <ostiary/services/standard_mail_renderer.hpp>
#include <ostiary/services/standard_password_hasher.hpp>

namespace admin {

/// HostOptions says where the host's files are and who acts.
struct HostOptions {
  std::filesystem::path folder{};  ///< accounts.sqlite, keys, mails: as the quickstart lays them out.
  std::string portal = "https://portal.example";
  std::string from = "portal@portal.example";
  std::string smtp{};        ///< HOST:PORT; empty: mails go into the folder `mails`.
  std::string smtp_plain{};  ///< HOST:PORT without TLS, for a relay on this machine.
  std::string staff{};       ///< Acts as this member of the support staff; empty: as the host.
  std::string reason{};      ///< Why; of staff.
};

class PortalLinks final : public ostiary::LinkBuilder {
 public:
  explicit PortalLinks(std::string portal) : portal_(std::move(portal)) {}
  [[nodiscard]] std::string url(ostiary::LinkPurpose purpose, std::string_view token) const override;

 private:
  std::string portal_;
};

/// Host is the library's services over one SQLite file, and who asks them.
struct Host {
  std::unique_ptr<ostiary::SqliteStore> store;
  std::unique_ptr<ostiary::StandardPasswordHasher> hasher;
  std::shared_ptr<const ostiary::KeyRing> ring;
  std::unique_ptr<ostiary::Mailer> mailer;
  PortalLinks links;
  ostiary::EmailAddress from;
  ostiary::Actor actor;

  ostiary::SystemClock clock{};
  ostiary::SystemRandom random{};
  ostiary::StandardMailRenderer renderer{};
  ostiary::KeySource keys{ring};
  ostiary::Environment env{.store = *store, .clock = clock, .random = random, .hasher = *hasher, .keys = keys};

  ostiary::OrganizationAdmin organizations{env};
  ostiary::AccountAdmin accounts{env};
  ostiary::FactorAdmin factors{env};
  ostiary::BulkWelcome bulk{env};
  ostiary::Outbox outbox{env, {.mailer = *mailer, .renderer = renderer, .links = links, .from = from}};
  ostiary::Housekeeping housekeeping{env};
};

/// make_folder makes the folder, its store and its key; Errc::already_taken where there is a key already.
ostiary::Result<void> make_folder(const std::filesystem::path& folder);

/// open_host opens what make_folder made. Errors: invalid_configuration where there is no key: nothing is made by opening.
ostiary::Result<std::unique_ptr<Host>> open_host(const HostOptions& options);

/// find_organization gives the organisation of a domain, or nothing.
ostiary::Result<std::optional<ostiary::Organization>> find_organization(const Host& host, const std::string& domain);

}  // namespace admin
