#pragma once

#include <memory>
#include <string>

#include <ostiary/ports/link_builder.hpp>
#include <ostiary/ports/mailer.hpp>
#include <ostiary/services/account_setup.hpp>
#include <ostiary/services/organization_admin.hpp>
#include <ostiary/services/outbox.hpp>
#include <ostiary/services/sessions.hpp>
#include <ostiary/services/sign_in.hpp>
#include <ostiary/services/standard_mail_renderer.hpp>
#include <ostiary/services/standard_password_hasher.hpp>

// What both stories share: the services over whichever store, and a reader of mails who needs no mail program. How a
// real host keeps its keys and sends its mails is in ../quickstart.
namespace host {

using namespace ostiary;  // NOLINT(google-build-using-namespace): an example reads better so

/// PageLinks makes the URL in a mail, and remembers the token of the last one: the story follows it at once.
class PageLinks final : public LinkBuilder {
 public:
  [[nodiscard]] std::string url(LinkPurpose /*purpose*/, std::string_view token) const override {
    last_token_ = token;
    return "https://portal.example/setup?token=" + last_token_;
  }
  [[nodiscard]] const std::string& last_token() const { return last_token_; }

 private:
  mutable std::string last_token_;
};

/// Letterbox takes every mail, and keeps none.
class Letterbox final : public Mailer {
 public:
  Result<Delivery> send(const OutgoingMail& /*mail*/) override {
    return Delivery{.verdict = DeliveryVerdict::accepted};
  }
};

/// Portal is what a server makes once: the services, over a store that it does not know further.
struct Portal {
  Store& store;
  std::unique_ptr<StandardPasswordHasher> hasher;
  std::shared_ptr<const KeyRing> ring;

  SystemClock clock{};
  SystemRandom random{};
  StandardMailRenderer renderer{};
  PageLinks links{};
  Letterbox letterbox{};
  KeySource keys{ring};
  Environment env{.store = store, .clock = clock, .random = random, .hasher = *hasher, .keys = keys};

  OrganizationAdmin organizations{env};
  AccountSetup setup{env};
  SignIn sign_in{env};
  Sessions sessions{env};
  Outbox outbox{env,
                {.mailer = letterbox,
                 .renderer = renderer,
                 .links = links,
                 .from = EmailAddress::parse("portal@portal.example").value(),
                 .from_name = "Example Portal"}};
};

/// make_portal puts the services together over `store`, with a key ring that lives as long as the story.
Result<std::unique_ptr<Portal>> make_portal(Store& store);

/// found makes the organisation `domain` with its manager, extension 100; `host_ref` is the host's key of the manager.
Result<OrganizationCreated> found(const Portal& portal, const std::string& domain, const std::string& host_ref);

/// invite makes the account `extension`, which the host knows as `host_ref`.
Result<Invited> invite(const Portal& portal, const OrganizationId& organization, const std::string& extension,
                       const std::string& host_ref);

/// open_mail delivers what is due and gives the token of the link in the last mail.
Result<std::string> open_mail(const Portal& portal);

/// complete_setup follows a link: password and PIN, and the account is active.
Result<SetupCompleted> complete_setup(const Portal& portal, const std::string& token);

/// The password that everybody in these stories chooses.
inline constexpr std::string_view story_password = "Lake-Superior-7";

Result<SignInOutcome> sign_in(const Portal& portal, std::string_view login, std::string_view password);

void say(const std::string& line);

/// only takes the one outcome that the story goes on with. A server tells its caller about the others.
template <class Wanted, class Outcome>
Result<Wanted> only(Outcome outcome) {
  if (auto* wanted = std::get_if<Wanted>(&outcome)) {
    return std::move(*wanted);
  }
  return Errc::out_of_order;
}

}  // namespace host
