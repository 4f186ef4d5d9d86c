#pragma once

#include <string>
#include <variant>
#include <vector>

#include <ostiary/base/result.hpp>
#include <ostiary/model/mail.hpp>
#include <ostiary/rules/mail_words.hpp>

namespace ostiary::inline v0 {

struct Paragraph {
  std::string text{};
};

/// Fact is a label with its colon and a value, set off from the running text.
struct Fact {
  std::string label{};
  std::string value{};
};

/// Code is a label with its colon and digits to copy or to type, in one piece.
struct Code {
  std::string label{};
  std::string value{};
};

/// Action is a button and its bare address below `fallback`, which may be empty.
struct Action {
  std::string label{};
  std::string fallback{};
  std::string url{};
};

using LetterBlock = std::variant<Paragraph, Fact, Code, Action>;

/// Group is what a letter says of one account among several.
struct Group {
  std::vector<LetterBlock> blocks{};
};

/// Letter is a mail before its layout.
struct Letter {
  Locale language{};
  std::string subject{};
  std::vector<std::variant<LetterBlock, Group>> blocks{};
};

/// LetterLook is a MailBrand that was checked, with what follows from it.
struct LetterLook {
  std::string heading{};  ///< Above the letter; empty: none.
  std::string page{};
  std::string button{};
  std::string button_text{};
  std::string button_border{};
  std::string link{};
};

/// make_letter_look answers Errc::invalid_configuration for a colour that is not #rrggbb and for a text that is too long
/// or not clean.
[[nodiscard]] Result<LetterLook> make_letter_look(const MailBrand& brand);

/// lay_out makes plain text and HTML of one letter. Every text is escaped in HTML.
[[nodiscard]] RenderedMail lay_out(const Letter& letter, const LetterLook& look);

}  // namespace ostiary::inline v0
