#pragma once

#include <span>
#include <string>
#include <vector>

#include <ostiary/model/mail.hpp>

namespace ostiary::inline v0 {

/// MailBrand is the host's own look. A mail holds no remote content, so there is no picture: `logo_text` stands in its
/// place. The colour of a button's label and of links is chosen for contrast.
struct MailBrand {
  std::string product_name{};             ///< {product}; up to 100 bytes of clean UTF-8.
  std::string logo_text{};                ///< Shown on top; where empty, the product's name is.
  std::string accent_colour = "#1d4fb8";  ///< Buttons; "#rrggbb".
  std::string page_colour = "#f3f5f7";    ///< Around the letter; "#rrggbb".
  std::string support_contact{};          ///< In place of every organisation's own (R37); up to 200 bytes.
};

/// MailWords replaces the words of one kind of mail in one language (R72): subject and body, as people write them.
///
/// Subject: lines; the first that has all its values is taken. The last one always has them: it holds no placeholder
///          but {organization} and {login_name}, and those only of a mail of one account.
/// Body:    paragraphs, with an empty line between them; a single line break is a space.
/// Values:  a placeholder stands for a value. A paragraph that names one without a value is left out.
///          Always:     {product} {organization} {login_name} {display_name} {support_contact} {time} {network} {program}.
///          With links: {link} of welcome, confirm_address and address_changed; {lifetime} and {hours} of these and of
///                      reset_password: how long the mail's own links work.
///          Of factor_code: {code}, in the body alone, since a subject shows on locked screens; {lifetime}.
///          Of reset_password and login_names, between the paragraphs {each} and {end}, which are repeated for each
///          account: {reset_link} (of reset_password), {setup_link}, {link_ends_at}.
/// When:    {when_nameless} prints nothing; its paragraph is left out unless there is no {display_name}. Of
///          reset_password and login_names {when_one} and {when_several} ask how many accounts there are, and, for each,
///          {when_setup_incomplete} whether its setup is not complete and it has no link.
/// Button:  a paragraph "[Label] text {link}"; links stand there alone, and no other placeholder with them. Below the
///          button stand text and bare address; the plain part has label and address, so `text` says how to use it.
/// Fact:    a paragraph "Label: {value}" that ends with a value sets it off, and a {code} most of all.
/// Braces:  "{" begins a placeholder, always. Values are text, never words of this form.
/// French:  in words whose language is `fr`, a space before : ; ! ? » and after « does not break.
struct MailWords {
  MailKind kind = MailKind::welcome;
  Locale language{};
  std::string subject{};
  std::string body{};
};

/// MailWordsFlaw says why words cannot be used, and where: a placeholder or the beginning of a paragraph.
struct MailWordsFlaw {
  std::string_view code{};  ///< "unknown_placeholder", "link_missing", ...
  std::string at{};
};

/// check_mail_words finds the flaws of a host's words. Codes: malformed_text, text_too_long, subject_missing,
/// subject_may_be_empty, unclosed_placeholder, unknown_placeholder, misplaced_placeholder (not of this kind, or not
/// here), malformed_button, link_not_in_button, unbalanced_each, link_missing, login_name_missing (R13, R35),
/// code_missing (R62).
[[nodiscard]] OSTIARY_CORE_EXPORT std::vector<MailWordsFlaw> check_mail_words(const MailWords& words);

/// built_in_mail_words are the library's own, in English and French: a start for a host's. They obey the same rules.
[[nodiscard]] OSTIARY_CORE_EXPORT std::span<const MailWords> built_in_mail_words();

}  // namespace ostiary::inline v0
