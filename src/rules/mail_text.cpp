#include "mail_text.hpp"

#include <fmt/format.h>

#include "letter.hpp"
#include <ostiary/base/ascii.hpp>
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
      .subject = fmt::format("Set up your {} account", content.entries.front().organization_name),
      .blocks = {
          Paragraph{greeting("Hello", content.entries.front().display_name)},
          Paragraph{fmt::format("{} has made an account for you. To start using it, choose a password and a PIN.",
                                content.entries.front().organization_name)},
          Fact{"Your login name:", content.entries.front().login_name},
          Action{"Complete setup",
                 "If the button does nothing, open this address in your browser:", content.entries.front().link_url},
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
      .subject = fmt::format("Configurez votre compte {}", content.entries.front().organization_name),
      .blocks = {
          Paragraph{greeting("Bonjour", content.entries.front().display_name)},
          Paragraph{fmt::format("{} vous a créé un compte. Pour commencer à l’utiliser, choisissez un mot de passe et "
                                "un code PIN.",
                                content.entries.front().organization_name)},
          Fact{fmt::format("Votre identifiant{}:", no_break), content.entries.front().login_name},
          Action{"Terminer la configuration",
                 fmt::format("Si le bouton ne réagit pas, ouvrez cette adresse dans votre navigateur{}:", no_break),
                 content.entries.front().link_url},
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
          .subject = fmt::format("Your {} account is set up", content.entries.front().organization_name),
          .blocks = {
              Paragraph{greeting("Hello", content.entries.front().display_name)},
              Paragraph{fmt::format("Your account at {} now has its password and PIN, and you can sign in.",
                                    content.entries.front().organization_name)},
              Fact{"Your login name:", content.entries.front().login_name},
              Paragraph{"Was it not you who did this? Then tell your office manager at once: somebody else may have "
                        "read your mail."},
              Fact{"Help and questions:", content.support_contact},
          }};
}

Letter setup_completed_fr(const MailContent& content) {
  return {.language = Locale::parse("fr").value(),
          .subject = fmt::format("Votre compte {} est prêt", content.entries.front().organization_name),
          .blocks = {
              Paragraph{greeting("Bonjour", content.entries.front().display_name)},
              Paragraph{fmt::format("Votre compte chez {} a désormais son mot de passe et son code PIN{}: vous pouvez "
                                    "vous connecter.",
                                    content.entries.front().organization_name, no_break)},
              Fact{fmt::format("Votre identifiant{}:", no_break), content.entries.front().login_name},
              Paragraph{fmt::format("Si ce n’était pas vous, prévenez tout de suite votre responsable{}: quelqu’un "
                                    "d’autre a peut-être lu vos messages.",
                                    no_break)},
              Fact{fmt::format("Aide et questions{}:", no_break), content.support_contact},
          }};
}

std::string time_of(Instant at) {
  const auto day = std::chrono::floor<std::chrono::days>(at);
  const std::chrono::year_month_day date(day);
  const std::chrono::hh_mm_ss time(at - day);
  return fmt::format("{:04}-{:02}-{:02} {:02}:{:02} UTC", static_cast<int>(date.year()),
                     static_cast<unsigned>(date.month()), static_cast<unsigned>(date.day()), time.hours().count(),
                     time.minutes().count());
}

// A browser's name as it was sent, with blanks for all that could make an address of it: whoever has somebody's
// password must not put links into that person's mail as well.
std::string program_of(std::string_view user_agent) {
  std::string out;
  for (std::size_t i = 0; i < user_agent.size(); ++i) {
    const char c = user_agent[i];
    const bool between_digits =
        i > 0 && i + 1 < user_agent.size() && ascii::is_digit(user_agent[i - 1]) && ascii::is_digit(user_agent[i + 1]);
    const bool is_kept = ascii::is_letter_or_digit(c) || c == '(' || c == ')' || c == '/' || c == ';' || c == '-' ||
                         (c == '.' && between_digits);
    out += is_kept ? c : ' ';
  }
  return out;
}

Letter new_device_en(const MailContent& content) {
  return {.language = {},
          .subject = fmt::format("A new sign-in to your {} account", content.entries.front().organization_name),
          .blocks = {
              Paragraph{greeting("Hello", content.entries.front().display_name)},
              Paragraph{fmt::format("Somebody signed in to your account at {} with your password, on a device that had "
                                    "not been used for it before.",
                                    content.entries.front().organization_name)},
              Fact{"Your login name:", content.entries.front().login_name},
              Fact{"When:", time_of(content.at)},
              Fact{"From the network address:", content.client.network},
              Fact{"With the program:", program_of(content.client.user_agent)},
              Paragraph{"Was it you? Then you need not do anything. If it was not, somebody knows your password: "
                        "change it at once, and tell your office manager."},
              Fact{"Help and questions:", content.support_contact},
          }};
}

Letter new_device_fr(const MailContent& content) {
  return {
      .language = Locale::parse("fr").value(),
      .subject = fmt::format("Nouvelle connexion à votre compte {}", content.entries.front().organization_name),
      .blocks = {
          Paragraph{greeting("Bonjour", content.entries.front().display_name)},
          Paragraph{fmt::format("Quelqu’un s’est connecté à votre compte chez {} avec votre mot de passe, depuis un "
                                "appareil qui n’avait pas encore servi à cela.",
                                content.entries.front().organization_name)},
          Fact{fmt::format("Votre identifiant{}:", no_break), content.entries.front().login_name},
          Fact{fmt::format("Quand{}:", no_break), time_of(content.at)},
          Fact{fmt::format("Depuis l’adresse réseau{}:", no_break), content.client.network},
          Fact{fmt::format("Avec le programme{}:", no_break), program_of(content.client.user_agent)},
          Paragraph{fmt::format("Si c’était vous, vous n’avez rien à faire. Sinon, quelqu’un connaît votre mot de "
                                "passe{}: changez-le tout de suite et prévenez votre responsable.",
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
    case MailKind::new_device:
      return french ? new_device_fr(content) : new_device_en(content);
    case MailKind::reset_password:
    case MailKind::login_names:
    case MailKind::confirm_address:
    case MailKind::address_changed:
    case MailKind::password_changed:
    case MailKind::temporary_password_set:
      break;
  }
  OSTIARY_ASSERT(false);
}

}  // namespace

RenderedMail mail_text(const MailContent& content) { return lay_out(letter_of(content)); }

}  // namespace ostiary::inline v0
