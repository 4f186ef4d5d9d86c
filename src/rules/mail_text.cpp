#include "mail_text.hpp"

#include <fmt/format.h>

#include "letter.hpp"
#include <ostiary/base/assert.hpp>

namespace ostiary::inline v0 {
namespace {

// French sets a no-break space before a colon and between a number and its unit.
constexpr std::string_view no_break = "\u00A0";

std::string greeting(std::string_view hello, std::string_view name) {
  return name.empty() ? fmt::format("{},", hello) : fmt::format("{} {},", hello, name);
}

Letter welcome_en(const MailContent& content) {
  const auto hours = content.link_lifetime.count();
  return {
      .language = {},
      .subject = fmt::format("Set up your {} account", content.organization_name),
      .blocks = {
          Paragraph{greeting("Hello", content.display_name)},
          Paragraph{fmt::format("{} has made an account for you. To start using it, choose a password and a PIN.",
                                content.organization_name)},
          Fact{"Your login name:", content.login_name},
          Action{"Complete setup", "If the button does nothing, open this address in your browser:", content.link_url},
          Paragraph{fmt::format("This link works once, and for {} {} only. If it has run out, or if a newer mail "
                                "has replaced it, ask your office manager to send another.",
                                hours, hours == 1 ? "hour" : "hours")},
          Paragraph{"Keep this mail to yourself: whoever opens the link can set your password. If you did not expect "
                    "an account, you need not do anything."},
          Fact{"Help and questions:", content.support_contact},
      }};
}

Letter welcome_fr(const MailContent& content) {
  const auto hours = content.link_lifetime.count();
  return {
      .language = Locale::parse("fr").value(),
      .subject = fmt::format("Configurez votre compte {}", content.organization_name),
      .blocks = {
          Paragraph{greeting("Bonjour", content.display_name)},
          Paragraph{fmt::format("{} vous a créé un compte. Pour commencer à l’utiliser, choisissez un mot de passe et "
                                "un code PIN.",
                                content.organization_name)},
          Fact{fmt::format("Votre identifiant{}:", no_break), content.login_name},
          Action{"Terminer la configuration",
                 fmt::format("Si le bouton ne réagit pas, ouvrez cette adresse dans votre navigateur{}:", no_break),
                 content.link_url},
          Paragraph{fmt::format("Ce lien ne sert qu’une fois et n’est valable que {}{}{}. S’il a expiré, ou si un "
                                "message plus récent l’a remplacé, demandez-en un autre à votre responsable.",
                                hours, no_break, hours > 1 ? "heures" : "heure")},
          Paragraph{fmt::format("Gardez ce message pour vous{}: toute personne qui ouvre le lien peut définir votre "
                                "mot de passe. Si vous n’attendiez pas de compte, vous n’avez rien à faire.",
                                no_break)},
          Fact{fmt::format("Aide et questions{}:", no_break), content.support_contact},
      }};
}

Letter setup_completed_en(const MailContent& content) {
  return {.language = {},
          .subject = fmt::format("Your {} account is set up", content.organization_name),
          .blocks = {
              Paragraph{greeting("Hello", content.display_name)},
              Paragraph{fmt::format("Your account at {} now has its password and PIN, and you can sign in.",
                                    content.organization_name)},
              Fact{"Your login name:", content.login_name},
              Paragraph{"Was it not you who did this? Then tell your office manager at once: somebody else may have "
                        "read your mail."},
              Fact{"Help and questions:", content.support_contact},
          }};
}

Letter setup_completed_fr(const MailContent& content) {
  return {.language = Locale::parse("fr").value(),
          .subject = fmt::format("Votre compte {} est prêt", content.organization_name),
          .blocks = {
              Paragraph{greeting("Bonjour", content.display_name)},
              Paragraph{fmt::format("Votre compte chez {} a désormais son mot de passe et son code PIN{}: vous pouvez "
                                    "vous connecter.",
                                    content.organization_name, no_break)},
              Fact{fmt::format("Votre identifiant{}:", no_break), content.login_name},
              Paragraph{fmt::format("Si ce n’était pas vous, prévenez tout de suite votre responsable{}: quelqu’un "
                                    "d’autre a peut-être lu vos messages.",
                                    no_break)},
              Fact{fmt::format("Aide et questions{}:", no_break), content.support_contact},
          }};
}

Letter letter_of(const MailContent& content) {
  const bool french = content.locale.language() == "fr";
  switch (content.kind) {
    case MailKind::welcome:
      return french ? welcome_fr(content) : welcome_en(content);
    case MailKind::setup_completed:
      return french ? setup_completed_fr(content) : setup_completed_en(content);
  }
  OSTIARY_ASSERT(false);
}

}  // namespace

RenderedMail mail_text(const MailContent& content) { return lay_out(letter_of(content)); }

}  // namespace ostiary::inline v0
