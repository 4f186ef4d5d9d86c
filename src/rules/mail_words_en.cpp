#include "mail_template.hpp"

namespace ostiary::inline v0 {

std::vector<MailWords> english_mail_words() {
  const Locale english;
  return {
      {MailKind::welcome, english, "Set up your {organization} account", R"(Hello {display_name},

{when_nameless}Hello,

{organization} has made an account for you. To start using it, choose a password and a PIN.

Your login name: {login_name}

[Complete setup] If the button does nothing, open this address in your browser: {link}

This link works once, and for {lifetime} only. If it has run out, or if a newer mail has replaced it, ask your office
manager to send another.

Keep this mail to yourself: whoever opens the link can set your password. If you did not expect an account, you need not
do anything.

Help and questions: {support_contact})"},

      {MailKind::setup_completed, english, "Your {organization} account is set up", R"(Hello {display_name},

{when_nameless}Hello,

Your account at {organization} now has its password and PIN, and you can sign in.

Your login name: {login_name}

Was it not you who did this? Then tell your office manager at once: somebody else may have read your mail.

Help and questions: {support_contact})"},

      {MailKind::new_device, english, "A new sign-in to your {organization} account", R"(Hello {display_name},

{when_nameless}Hello,

Somebody signed in to your account at {organization} with your password, on a device that had not been used for it
before.

Your login name: {login_name}

When: {time}

From the network address: {network}

With the program: {program}

Was it you? Then you need not do anything. If it was not, somebody knows your password: change it at once, and tell your
office manager.

Help and questions: {support_contact})"},

      {MailKind::reset_password, english,
       "{when_one}A new password for your {organization} account\nNew passwords for your accounts",
       R"(Hello {display_name},

{when_nameless}Hello,

{when_one}Somebody asked for a new password for your account at {organization}.

{when_several}Somebody asked for a new password. Several accounts use this address: go by the login name to the one that
you mean.

{each}

Login name: {login_name}

{when_several}Organisation: {organization}

[Choose a new password] {reset_link}

This account is not set up yet. The link of its welcome mail works until {link_ends_at}; keep it to yourself.

[Complete setup] {setup_link}

{when_setup_incomplete}This account is not set up yet, so there is no password to replace. Ask your office manager to
send a new welcome mail.

{end}

{when_one}The link works once, and for {lifetime} only; a newer mail replaces it. Keep it to yourself: whoever opens it
can set your password.

{when_several}A link to a new password works once, and for {lifetime} only; a newer mail replaces it. Keep the links to
yourself: whoever opens one can set the password.

Asked for on: {time}

From the network address: {network}

Was it not you who asked? Then you need not do anything, and all stays as it is. If such mails keep coming, tell your
office manager.

Help and questions: {support_contact})"},

      {MailKind::login_names, english, "{when_one}Your login name at {organization}\nYour login names",
       R"(Hello {display_name},

{when_nameless}Hello,

{when_one}Somebody asked for the login name that belongs to this address.

{when_several}Somebody asked for the login names that belong to this address. Here they are.

{each}

Login name: {login_name}

Organisation: {organization}

This account is not set up yet. The link of its welcome mail works until {link_ends_at}; keep it to yourself.

[Complete setup] {setup_link}

{when_setup_incomplete}This account is not set up yet, and the link of its welcome mail works no more. Ask your office
manager to send another.

{end}

If you have forgotten the password too, ask for a new one where you sign in.

Asked for on: {time}

From the network address: {network}

Was it not you who asked? Then you need not do anything. If such mails keep coming, tell your office manager.

Help and questions: {support_contact})"},

      {MailKind::confirm_address, english, "Confirm this address for your {organization} account",
       R"(Hello {display_name},

{when_nameless}Hello,

This address was entered for your account at {organization}. Confirm that it is yours.

Your login name: {login_name}

[Confirm this address] If the button does nothing, open this address in your browser: {link}

This link works once, and for {lifetime} only.

Is the account not yours? Then do not open the link: without it, the address is not used.

Help and questions: {support_contact})"},

      {MailKind::address_changed, english, "The address of your {organization} account was changed",
       R"(Hello {display_name},

{when_nameless}Hello,

Mails about your account at {organization} now go to another address, and no longer to this one.

Your login name: {login_name}

When: {time}

From the network address: {network}

With the program: {program}

Was it you? Then you need not do anything.

Was it not? Then take the account back: this address is put back, every session ends, and you are sent a link to choose
a new password.

[Take the account back] If the button does nothing, open this address in your browser: {link}

This link works once, and for {lifetime} only, even where the password is changed meanwhile.

Help and questions: {support_contact})"},

      {MailKind::password_changed, english, "The password of your {organization} account was changed",
       R"(Hello {display_name},

{when_nameless}Hello,

Your account at {organization} has a new password.

Your login name: {login_name}

When: {time}

From the network address: {network}

With the program: {program}

Was it you? Then you need not do anything. If it was not, ask at once for a new password where you sign in, and tell
your office manager.

Help and questions: {support_contact})"},

      {MailKind::temporary_password_set, english, "A temporary password for your {organization} account",
       R"(Hello {display_name},

{when_nameless}Hello,

Your account at {organization} was given a temporary password. It is not in this mail: whoever set it tells it to you.

Your login name: {login_name}

When: {time}

It works for a short time only. When you sign in with it, you are asked to choose a password of your own. The former
password works no more.

Did you not ask for help? Then tell your office manager at once.

Help and questions: {support_contact})"},

      {MailKind::address_trusted, english, "An address can now get into your {organization} account",
       R"(Hello {display_name},

{when_nameless}Hello,

One more address of your account at {organization} may now get links for a new password, or be used to sign in.

Your login name: {login_name}

When: {time}

From the network address: {network}

With the program: {program}

Was it you? Then you need not do anything. If it was not, take the address out of your profile, choose a new password,
and tell your office manager.

Help and questions: {support_contact})"},

      // Neither the subject nor the first words hold the code: these are what a locked screen shows.
      {MailKind::factor_code, english, "Your sign-in to {organization}", R"(Hello {display_name},

{when_nameless}Hello,

Somebody who got past the first step for your account at {organization} asked for a code. Was it you? Then enter it where
you are asked for it.

Your code: {code}

The code works once, and for about {lifetime}; a newer mail replaces it.

Your login name: {login_name}

When: {time}

From the network address: {network}

With the program: {program}

Never tell the code to anybody. Nobody of {organization} and nobody who helps you ever asks for it.

Was it not you? Then somebody knows your password. Keep the code to yourself, change the password at once, and tell your
office manager.

Help and questions: {support_contact})"},

      {MailKind::factor_enabled, english, "Second factor for your {organization} account", R"(Hello {display_name},

{when_nameless}Hello,

Signing in to your account at {organization} now asks for a code as well as for the password: a second factor was
switched on, or another one took its place.

Your login name: {login_name}

When: {time}

From the network address: {network}

With the program: {program}

Was it you? Then you need not do anything. If it was not, tell your office manager at once, and choose a new password:
somebody else may have your account.

Help and questions: {support_contact})"},

      {MailKind::factor_disabled, english, "Second factor switched off for your {organization} account",
       R"(Hello {display_name},

{when_nameless}Hello,

A second factor of your account at {organization} was switched off with its password and a code. A sign-in does not ask
for it any more.

Your login name: {login_name}

When: {time}

From the network address: {network}

With the program: {program}

Was it you? Then you need not do anything. If it was not, choose a new password at once, switch the second factor on
again, and tell your office manager.

Help and questions: {support_contact})"},

      {MailKind::factor_reset, english, "Second factor taken off your {organization} account",
       R"(Hello {display_name},

{when_nameless}Hello,

The second factor of your account at {organization} was switched off by an office manager or by the support staff, and
you were signed out everywhere. Signing in now asks for the password alone.

Your login name: {login_name}

When: {time}

Did you ask for it, because your telephone is lost or new? Then switch the second factor on again as soon as you have
signed in.

Did you not ask for it? Then tell your office manager at once, and choose a new password.

Help and questions: {support_contact})"},

      {MailKind::recovery_code_used, english, "Recovery codes of your {organization} account",
       R"(Hello {display_name},

{when_nameless}Hello,

The recovery codes of your account at {organization} are not what they were: one was used in place of the second factor
and works no more, or a new set was made and the older one works no more.

Your login name: {login_name}

When: {time}

From the network address: {network}

With the program: {program}

Was it you? Then you need not do anything; where few codes are left, make a new set in your profile. If it was not you,
choose a new password at once, make new recovery codes, and tell your office manager.

Help and questions: {support_contact})"},
  };
}

}  // namespace ostiary::inline v0
