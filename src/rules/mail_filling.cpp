#include <algorithm>
#include <optional>

#include <fmt/format.h>

#include "mail_template.hpp"
#include <ostiary/base/ascii.hpp>
#include <ostiary/base/assert.hpp>

namespace ostiary::inline v0 {
namespace {

using Value = std::optional<std::string>;  // empty: its paragraph is left out

Value text_value(std::string_view text) { return text.empty() ? Value() : Value(text); }
Value condition(bool holds) { return holds ? Value("") : Value(); }

std::string time_text(Instant at) {
  const auto day = std::chrono::floor<std::chrono::days>(at);
  const std::chrono::year_month_day date(day);
  const std::chrono::hh_mm_ss time(at - day);
  return fmt::format("{:04}-{:02}-{:02} {:02}:{:02} UTC", static_cast<int>(date.year()),
                     static_cast<unsigned>(date.month()), static_cast<unsigned>(date.day()), time.hours().count(),
                     time.minutes().count());
}

// A browser's name as it was sent, with blanks for all that could make an address of it: whoever has somebody's
// password must not put links into that person's mail as well.
std::string program_text(std::string_view user_agent) {
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

constexpr std::int64_t whole_hours(std::chrono::minutes lifetime) noexcept {
  return std::chrono::floor<std::chrono::hours>(lifetime).count();
}

// A number and its unit stay on one line.
std::string lifetime_text(std::chrono::minutes lifetime, const Locale& language) {
  const bool in_hours = lifetime >= std::chrono::hours(1);
  const auto count = in_hours ? whole_hours(lifetime) : lifetime.count();
  if (language.language() == "fr") {
    return fmt::format("{}\u00A0{}{}", count, in_hours ? "heure" : "minute", count > 1 ? "s" : "");
  }
  if (language.language() == "en") {
    return fmt::format("{} {}{}", count, in_hours ? "hour" : "minute", count == 1 ? "" : "s");
  }
  return fmt::format("{}\u00A0{}", count, in_hours ? "h" : "min");
}

class Filler {
 public:
  Filler(const MailTemplate& words, const MailContent& content, std::string_view product)
      : words_(words), content_(content), product_(product) {}

  [[nodiscard]] Letter letter() const {
    Letter letter{.language = words_.language, .subject = subject()};
    auto paragraph = words_.paragraphs.begin();
    while (paragraph != words_.paragraphs.end()) {
      if (!paragraph->is_of_each) {
        if (auto block = block_of(*paragraph, nullptr)) {
          letter.blocks.emplace_back(std::move(*block));
        }
        ++paragraph;
        continue;
      }
      const auto end = std::ranges::find_if_not(paragraph, words_.paragraphs.end(), &MailParagraph::is_of_each);
      for (const MailEntry& entry : content_.entries) {
        add_group(letter, group_of({paragraph, end}, entry));
      }
      paragraph = end;
    }
    return letter;
  }

 private:
  [[nodiscard]] std::string subject() const {
    for (const auto& pieces : words_.subjects) {
      if (auto text = filled(pieces, nullptr)) {
        return *text;
      }
    }
    OSTIARY_ASSERT(false);
  }

  // What is said of the only account needs no frame.
  void add_group(Letter& letter, Group group) const {
    if (content_.entries.size() > 1) {
      letter.blocks.emplace_back(std::move(group));
      return;
    }
    for (auto& block : group.blocks) {
      letter.blocks.emplace_back(std::move(block));
    }
  }

  [[nodiscard]] Group group_of(std::span<const MailParagraph> paragraphs, const MailEntry& entry) const {
    Group group;
    for (const MailParagraph& paragraph : paragraphs) {
      if (auto block = block_of(paragraph, &entry)) {
        group.blocks.push_back(std::move(*block));
      }
    }
    return group;
  }

  [[nodiscard]] std::optional<LetterBlock> block_of(const MailParagraph& paragraph, const MailEntry* entry) const {
    const std::span<const MailPiece> pieces = paragraph.pieces;
    const auto text = filled(pieces, entry);
    if (!text) {
      return std::nullopt;
    }
    const auto* const last = pieces.empty() ? nullptr : std::get_if<MailSlot>(&pieces.back());
    const bool ends_with_value = last != nullptr && pieces.size() > 1 && *last < MailSlot::when_nameless;
    if (!ends_with_value && paragraph.button.empty()) {
      return Paragraph{*text};
    }
    auto front = filled(pieces.first(pieces.size() - 1), entry).value();
    auto value = filled(pieces.last(1), entry).value();
    front.erase(front.find_last_not_of(' ') + 1);
    if (!paragraph.button.empty()) {
      return Action{.label = paragraph.button, .fallback = std::move(front), .url = std::move(value)};
    }
    if (front.empty()) {
      return Paragraph{*text};
    }
    if (*last == MailSlot::code) {
      return Code{.label = std::move(front), .value = std::move(value)};
    }
    return Fact{.label = std::move(front), .value = std::move(value)};
  }

  [[nodiscard]] Value filled(std::span<const MailPiece> pieces, const MailEntry* entry) const {
    std::string out;
    for (const MailPiece& piece : pieces) {
      if (const auto* const text = std::get_if<std::string>(&piece)) {
        out += *text;
        continue;
      }
      const auto value =
          entry != nullptr ? value_in(std::get<MailSlot>(piece), *entry) : value_of(std::get<MailSlot>(piece));
      if (!value) {
        return std::nullopt;
      }
      out += *value;
    }
    return out;
  }

  // Of the whole letter: a text that is not the same in every entry has no value.
  [[nodiscard]] Value common(std::string MailEntry::* field) const {
    const auto& first = content_.entries.front().*field;
    const bool is_common =
        std::ranges::all_of(content_.entries, [&](const MailEntry& entry) { return entry.*field == first; });
    return is_common ? Value(first) : Value();
  }

  [[nodiscard]] Value common_display_name() const { return text_value(common(&MailEntry::display_name).value_or("")); }

  [[nodiscard]] Value value_in(MailSlot slot, const MailEntry& entry) const {
    const auto link_for = [&](LinkPurpose purpose) {
      return entry.link_purpose == purpose ? text_value(entry.link_url) : Value();
    };
    switch (slot) {
      case MailSlot::organization:
        return entry.organization_name;
      case MailSlot::login_name:
        return entry.login_name;
      case MailSlot::display_name:
        return text_value(entry.display_name);
      case MailSlot::when_nameless:
        return condition(entry.display_name.empty());
      case MailSlot::reset_link:
        return link_for(LinkPurpose::reset);
      case MailSlot::setup_link:
        return link_for(LinkPurpose::setup);
      case MailSlot::link_ends_at:
        return entry.link_ends_at ? Value(time_text(*entry.link_ends_at)) : Value();
      case MailSlot::when_setup_incomplete:
        return condition(entry.status == AccountStatus::invited && entry.link_url.empty());
      case MailSlot::product:
      case MailSlot::support_contact:
      case MailSlot::time:
      case MailSlot::network:
      case MailSlot::program:
      case MailSlot::link:
      case MailSlot::lifetime:
      case MailSlot::hours:
      case MailSlot::code:
      case MailSlot::when_one:
      case MailSlot::when_several:
      case MailSlot::each:
      case MailSlot::end:
        break;
    }
    return value_of(slot);
  }

  [[nodiscard]] Value value_of(MailSlot slot) const {
    switch (slot) {
      case MailSlot::product:
        return text_value(product_);
      case MailSlot::organization:
        return common(&MailEntry::organization_name);
      case MailSlot::login_name:
        return common(&MailEntry::login_name);
      case MailSlot::display_name:
        return common_display_name();
      case MailSlot::when_nameless:
        return condition(!common_display_name());
      case MailSlot::support_contact:
        return text_value(content_.support_contact);
      case MailSlot::time:
        return time_text(content_.at);
      case MailSlot::network:
        return text_value(content_.client.network);
      case MailSlot::program:
        return text_value(program_text(content_.client.user_agent));
      case MailSlot::link:
        return text_value(content_.entries.front().link_url);
      case MailSlot::lifetime:
        return content_.link_lifetime > std::chrono::minutes(0)
                   ? Value(lifetime_text(content_.link_lifetime, words_.language))
                   : Value();
      case MailSlot::hours:
        return content_.link_lifetime >= std::chrono::hours(1)
                   ? Value(fmt::format("{}", whole_hours(content_.link_lifetime)))
                   : Value();
      case MailSlot::code:
        return text_value(content_.entries.front().code);
      case MailSlot::when_one:
        return condition(content_.entries.size() == 1);
      case MailSlot::when_several:
        return condition(content_.entries.size() > 1);
      case MailSlot::reset_link:
      case MailSlot::setup_link:
      case MailSlot::link_ends_at:
      case MailSlot::when_setup_incomplete:
      case MailSlot::each:
      case MailSlot::end:
        break;
    }
    return std::nullopt;
  }

  const MailTemplate& words_;
  const MailContent& content_;
  std::string_view product_;
};

}  // namespace

Letter fill_in(const MailTemplate& words, const MailContent& content, std::string_view product) {
  return Filler(words, content, product).letter();
}

}  // namespace ostiary::inline v0
