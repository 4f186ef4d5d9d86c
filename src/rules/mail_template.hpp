#pragma once

#include <variant>

#include "letter.hpp"
#include <ostiary/rules/mail_words.hpp>

namespace ostiary::inline v0 {

/// MailSlot is a placeholder of MailWords.
enum class MailSlot : std::uint8_t {
  product,
  organization,
  login_name,
  display_name,
  support_contact,
  time,
  network,
  program,
  link,
  reset_link,
  setup_link,
  link_ends_at,
  lifetime,
  hours,
  code,
  when_nameless,
  when_one,
  when_several,
  when_setup_incomplete,
  each,
  end,
};

using MailPiece = std::variant<std::string, MailSlot>;

struct MailParagraph {
  std::string button{};  ///< Its label; empty: none.
  std::vector<MailPiece> pieces{};
  bool is_of_each = false;
};

/// MailTemplate is MailWords taken apart.
struct MailTemplate {
  MailKind kind = MailKind::welcome;
  Locale language{};
  std::vector<std::vector<MailPiece>> subjects{};
  std::vector<MailParagraph> paragraphs{};
};

// The built-in words of every kind, each language in a file of its own.
[[nodiscard]] std::vector<MailWords> english_mail_words();
[[nodiscard]] std::vector<MailWords> french_mail_words();

/// parse_mail_words takes words apart and adds what is wrong with them to `flaws`.
[[nodiscard]] MailTemplate parse_mail_words(const MailWords& words, std::vector<MailWordsFlaw>& flaws);

/// fill_in writes the letter. `words` had no flaws.
[[nodiscard]] Letter fill_in(const MailTemplate& words, const MailContent& content, std::string_view product);

}  // namespace ostiary::inline v0
