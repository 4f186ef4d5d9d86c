#pragma once

#include <memory>
#include <string>

#include <ostiary/adapters/file_mailer.hpp>
#include <ostiary/adapters/sqlite_store.hpp>
#include <ostiary/services/account_setup.hpp>
#include <ostiary/services/organization_admin.hpp>
#include <ostiary/services/outbox.hpp>
#include <ostiary/services/password_recovery.hpp>
#include <ostiary/services/second_factor.hpp>
#include <ostiary/services/sessions.hpp>
#include <ostiary/services/sign_in.hpp>
#include <ostiary/services/standard_mail_renderer.hpp>
#include <ostiary/services/standard_password_hasher.hpp>

// [composition]
class PageLinks final : public ostiary::LinkBuilder {
 public:
  [[nodiscard]] std::string url(ostiary::LinkPurpose purpose, std::string_view token) const override {
    return "https://portal.example/" + page_of(purpose) + "?token=" + std::string(token);
  }

 private:
  static std::string page_of(ostiary::LinkPurpose purpose) {
    switch (purpose) {
      case ostiary::LinkPurpose::setup:
        return "setup";
      case ostiary::LinkPurpose::reset:
        return "reset";
      case ostiary::LinkPurpose::confirm_address:
        return "confirm-address";
      case ostiary::LinkPurpose::revoke_address_change:
        return "revoke-address-change";
      case ostiary::LinkPurpose::factor_code:
        break;  // digits, never a link
    }
    return "";
  }
};

// What a server makes once, at start, and shares between all its threads.
struct Host {
  std::unique_ptr<ostiary::SqliteStore> store;
  std::unique_ptr<ostiary::StandardPasswordHasher> hasher;
  std::shared_ptr<const ostiary::KeyRing> ring;
  std::unique_ptr<ostiary::Mailer> mailer;

  ostiary::SystemClock clock{};
  ostiary::SystemRandom random{};
  ostiary::StandardMailRenderer renderer{};
  PageLinks links{};
  ostiary::KeySource keys{ring};
  ostiary::Environment env{.store = *store, .clock = clock, .random = random, .hasher = *hasher, .keys = keys};

  ostiary::OrganizationAdmin organizations{env};
  ostiary::AccountSetup setup{env};
  ostiary::SignIn sign_in{env};
  ostiary::PasswordRecovery recovery{env};
  ostiary::Sessions sessions{env};
  ostiary::SecondFactor second_factor{env};
  ostiary::Outbox outbox{env,
                         {.mailer = *mailer,
                          .renderer = renderer,
                          .links = links,
                          .from = ostiary::EmailAddress::parse("portal@portal.example").value(),
                          .from_name = "Example Portal"}};
};
// [composition]
