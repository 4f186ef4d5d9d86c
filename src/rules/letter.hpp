#pragma once

#include <string>
#include <variant>
#include <vector>

#include <ostiary/model/mail.hpp>

namespace ostiary::inline v0 {

struct Paragraph {
  std::string text{};
};

/// Fact is a label with its colon and a value, set off from the running text. One without a value is left out.
struct Fact {
  std::string label{};
  std::string value{};
};

/// Action is a button and its bare address below `fallback`. One without an address is left out.
struct Action {
  std::string label{};
  std::string fallback{};
  std::string url{};
};

/// Letter is a mail before its layout.
struct Letter {
  Locale language{};
  std::string subject{};
  std::vector<std::variant<Paragraph, Fact, Action>> blocks{};
};

/// lay_out makes plain text and HTML of one letter. Every text is escaped in HTML.
[[nodiscard]] RenderedMail lay_out(const Letter& letter);

}  // namespace ostiary::inline v0
