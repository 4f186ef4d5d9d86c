#include "mail_template.hpp"

// Plain spaces before : ; ! ? become no-break spaces when the words are parsed.
namespace ostiary::inline v0 {

std::vector<MailWords> french_mail_words() {
  const Locale french = Locale::parse("fr").value();
  return {
      {MailKind::welcome, french, "Configurez votre compte {organization}", R"(Bonjour {display_name},

{when_nameless}Bonjour,

{organization} vous a créé un compte. Pour commencer à l’utiliser, choisissez un mot de passe et un code PIN.

Votre identifiant : {login_name}

[Terminer la configuration] Si le bouton ne réagit pas, ouvrez cette adresse dans votre navigateur : {link}

Ce lien ne sert qu’une fois et n’est valable que {lifetime}. S’il a expiré, ou si un message plus récent l’a remplacé,
demandez-en un autre à votre responsable.

Gardez ce message pour vous : toute personne qui ouvre le lien peut définir votre mot de passe. Si vous n’attendiez pas
de compte, vous n’avez rien à faire.

Aide et questions : {support_contact})"},

      {MailKind::setup_completed, french, "Votre compte {organization} est prêt", R"(Bonjour {display_name},

{when_nameless}Bonjour,

Votre compte chez {organization} a désormais son mot de passe et son code PIN : vous pouvez vous connecter.

Votre identifiant : {login_name}

Si ce n’était pas vous, prévenez tout de suite votre responsable : quelqu’un d’autre a peut-être lu vos messages.

Aide et questions : {support_contact})"},

      {MailKind::new_device, french, "Nouvelle connexion à votre compte {organization}", R"(Bonjour {display_name},

{when_nameless}Bonjour,

Quelqu’un s’est connecté à votre compte chez {organization} avec votre mot de passe, depuis un appareil qui n’avait pas
encore servi à cela.

Votre identifiant : {login_name}

Quand : {time}

Depuis l’adresse réseau : {network}

Avec le programme : {program}

Si c’était vous, vous n’avez rien à faire. Sinon, quelqu’un connaît votre mot de passe : changez-le tout de suite et
prévenez votre responsable.

Aide et questions : {support_contact})"},

      {MailKind::reset_password, french,
       "{when_one}Un nouveau mot de passe pour votre compte {organization}\nDe nouveaux mots de passe pour vos comptes",
       R"(Bonjour {display_name},

{when_nameless}Bonjour,

{when_one}Quelqu’un a demandé un nouveau mot de passe pour votre compte chez {organization}.

{when_several}Quelqu’un a demandé un nouveau mot de passe. Plusieurs comptes utilisent cette adresse : repérez celui
qu’il vous faut à son identifiant.

{each}

Identifiant : {login_name}

{when_several}Organisation : {organization}

[Choisir un nouveau mot de passe] {reset_link}

Ce compte n’est pas encore configuré. Le lien de son message de bienvenue est valable jusqu’au {link_ends_at} ; gardez-le pour
vous.

[Terminer la configuration] {setup_link}

{when_setup_incomplete}Ce compte n’est pas encore configuré : il n’a pas de mot de passe à remplacer. Demandez un nouveau
message de bienvenue à votre responsable.

{end}

{when_one}Le lien ne sert qu’une fois et n’est valable que {lifetime} ; un message plus récent le remplace. Gardez-le pour
vous : toute personne qui l’ouvre peut définir votre mot de passe.

{when_several}Un lien vers un nouveau mot de passe ne sert qu’une fois et n’est valable que {lifetime} ; un message plus
récent le remplace. Gardez ces liens pour vous : toute personne qui en ouvre un peut définir le mot de passe.

Demandé le : {time}

Depuis l’adresse réseau : {network}

Si la demande ne vient pas de vous, vous n’avez rien à faire et rien ne change. Si de tels messages se répètent, prévenez
votre responsable.

Aide et questions : {support_contact})"},

      {MailKind::login_names, french, "{when_one}Votre identifiant chez {organization}\nVos identifiants",
       R"(Bonjour {display_name},

{when_nameless}Bonjour,

{when_one}Quelqu’un a demandé l’identifiant lié à cette adresse.

{when_several}Quelqu’un a demandé les identifiants liés à cette adresse. Les voici.

{each}

Identifiant : {login_name}

Organisation : {organization}

Ce compte n’est pas encore configuré. Le lien de son message de bienvenue est valable jusqu’au {link_ends_at} ; gardez-le pour
vous.

[Terminer la configuration] {setup_link}

{when_setup_incomplete}Ce compte n’est pas encore configuré, et le lien de son message de bienvenue n’est plus valable.
Demandez-en un autre à votre responsable.

{end}

Si vous avez aussi oublié le mot de passe, demandez-en un nouveau sur la page de connexion.

Demandé le : {time}

Depuis l’adresse réseau : {network}

Si la demande ne vient pas de vous, vous n’avez rien à faire. Si de tels messages se répètent, prévenez votre
responsable.

Aide et questions : {support_contact})"},

      {MailKind::confirm_address, french, "Confirmez cette adresse pour votre compte {organization}",
       R"(Bonjour {display_name},

{when_nameless}Bonjour,

Cette adresse a été saisie pour votre compte chez {organization}. Confirmez qu’elle est à vous.

Votre identifiant : {login_name}

[Confirmer cette adresse] Si le bouton ne réagit pas, ouvrez cette adresse dans votre navigateur : {link}

Ce lien ne sert qu’une fois et n’est valable que {lifetime}.

Si ce compte n’est pas le vôtre, n’ouvrez pas le lien : sans lui, l’adresse ne sert à rien.

Aide et questions : {support_contact})"},

      {MailKind::address_changed, french, "L’adresse de votre compte {organization} a été changée",
       R"(Bonjour {display_name},

{when_nameless}Bonjour,

Les messages qui concernent votre compte chez {organization} vont désormais à une autre adresse, et non plus à celle-ci.

Votre identifiant : {login_name}

Quand : {time}

Depuis l’adresse réseau : {network}

Avec le programme : {program}

Si c’était vous, vous n’avez rien à faire.

Sinon, reprenez le compte : cette adresse est rétablie, toutes les sessions prennent fin et vous recevez un lien pour
choisir un nouveau mot de passe.

[Reprendre le compte] Si le bouton ne réagit pas, ouvrez cette adresse dans votre navigateur : {link}

Ce lien ne sert qu’une fois et n’est valable que {lifetime}, même si le mot de passe change entre-temps.

Aide et questions : {support_contact})"},

      {MailKind::password_changed, french, "Le mot de passe de votre compte {organization} a été changé",
       R"(Bonjour {display_name},

{when_nameless}Bonjour,

Votre compte chez {organization} a un nouveau mot de passe.

Votre identifiant : {login_name}

Quand : {time}

Depuis l’adresse réseau : {network}

Avec le programme : {program}

Si c’était vous, vous n’avez rien à faire. Sinon, demandez tout de suite un nouveau mot de passe sur la page de connexion
et prévenez votre responsable.

Aide et questions : {support_contact})"},

      {MailKind::temporary_password_set, french, "Un mot de passe provisoire pour votre compte {organization}",
       R"(Bonjour {display_name},

{when_nameless}Bonjour,

Votre compte chez {organization} a reçu un mot de passe provisoire. Il n’est pas dans ce message : la personne qui l’a
défini vous le communique.

Votre identifiant : {login_name}

Quand : {time}

Il n’est valable que peu de temps. À la première connexion, vous choisissez votre propre mot de passe. L’ancien ne
fonctionne plus.

Si vous n’avez pas demandé d’aide, prévenez tout de suite votre responsable.

Aide et questions : {support_contact})"},

      {MailKind::address_trusted, french, "Une adresse donne maintenant accès à votre compte {organization}",
       R"(Bonjour {display_name},

{when_nameless}Bonjour,

Une adresse de plus de votre compte chez {organization} peut maintenant recevoir des liens pour un nouveau mot de passe,
ou servir à la connexion.

Votre identifiant : {login_name}

Quand : {time}

Depuis l’adresse réseau : {network}

Avec le programme : {program}

Si c’était vous, vous n’avez rien à faire. Sinon, retirez cette adresse de votre profil, choisissez un nouveau mot de
passe et prévenez votre responsable.

Aide et questions : {support_contact})"},

      // Neither the subject nor the first words hold the code: see the English words.
      {MailKind::factor_code, french, "Votre connexion à {organization}", R"(Bonjour {display_name},

{when_nameless}Bonjour,

Quelqu’un qui a passé la première étape pour votre compte chez {organization} a demandé un code. Si c’est vous,
saisissez-le là où il vous est demandé.

Votre code : {code}

Ce code ne sert qu’une fois, pendant {lifetime} environ ; un message plus récent le remplace.

Votre identifiant : {login_name}

Quand : {time}

Depuis l’adresse réseau : {network}

Avec le programme : {program}

Ne communiquez jamais ce code à personne. Personne chez {organization}, ni personne qui vous aide, ne vous le demandera.

Si ce n’est pas vous, quelqu’un connaît votre mot de passe. Gardez le code pour vous, changez le mot de passe tout de
suite et prévenez votre responsable.

Aide et questions : {support_contact})"},

      {MailKind::factor_enabled, french, "Second facteur pour votre compte {organization}", R"(Bonjour {display_name},

{when_nameless}Bonjour,

La connexion à votre compte chez {organization} demande désormais un code en plus du mot de passe : un second facteur a
été activé, ou un autre l’a remplacé.

Votre identifiant : {login_name}

Quand : {time}

Depuis l’adresse réseau : {network}

Avec le programme : {program}

Si c’était vous, vous n’avez rien à faire. Sinon, prévenez tout de suite votre responsable et choisissez un nouveau mot
de passe : quelqu’un d’autre a peut-être accès à votre compte.

Aide et questions : {support_contact})"},

      {MailKind::factor_disabled, french, "Second facteur désactivé pour votre compte {organization}",
       R"(Bonjour {display_name},

{when_nameless}Bonjour,

Un second facteur de votre compte chez {organization} a été désactivé, avec le mot de passe du compte et un code. La
connexion ne le demande plus.

Votre identifiant : {login_name}

Quand : {time}

Depuis l’adresse réseau : {network}

Avec le programme : {program}

Si c’était vous, vous n’avez rien à faire. Sinon, choisissez tout de suite un nouveau mot de passe, réactivez le second
facteur et prévenez votre responsable.

Aide et questions : {support_contact})"},

      {MailKind::factor_reset, french, "Second facteur retiré de votre compte {organization}",
       R"(Bonjour {display_name},

{when_nameless}Bonjour,

Le second facteur de votre compte chez {organization} a été désactivé par un responsable ou par l’assistance, et toutes
vos sessions ont pris fin. La connexion ne demande plus que le mot de passe.

Votre identifiant : {login_name}

Quand : {time}

Si vous l’avez demandé, parce que votre téléphone est perdu ou remplacé, réactivez le second facteur dès votre prochaine
connexion.

Si vous ne l’avez pas demandé, prévenez tout de suite votre responsable et choisissez un nouveau mot de passe.

Aide et questions : {support_contact})"},

      {MailKind::recovery_code_used, french, "Codes de secours de votre compte {organization}",
       R"(Bonjour {display_name},

{when_nameless}Bonjour,

Les codes de secours de votre compte chez {organization} ont changé : l’un d’eux a servi à la place du second facteur et
n’est plus valable, ou une nouvelle série a été créée et l’ancienne n’est plus valable.

Votre identifiant : {login_name}

Quand : {time}

Depuis l’adresse réseau : {network}

Avec le programme : {program}

Si c’était vous, vous n’avez rien à faire ; s’il reste peu de codes, créez une nouvelle série dans votre profil. Sinon,
choisissez tout de suite un nouveau mot de passe, créez de nouveaux codes de secours et prévenez votre responsable.

Aide et questions : {support_contact})"},
  };
}

}  // namespace ostiary::inline v0
