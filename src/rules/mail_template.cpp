#include "mail_template.hpp"

#include <algorithm>
#include <array>
#include <optional>

#include "base/unicode.hpp"

namespace ostiary::inline v0 {
namespace {

constexpr std::size_t body_length_max = 16'384;
constexpr std::size_t subject_length_max = 1000;

struct SlotName {
  std::string_view name;
  MailSlot slot;
};

constexpr std::array slot_names{
    SlotName{"product", MailSlot::product},
    SlotName{"organization", MailSlot::organization},
    SlotName{"login_name", MailSlot::login_name},
    SlotName{"display_name", MailSlot::display_name},
    SlotName{"support_contact", MailSlot::support_contact},
    SlotName{"time", MailSlot::time},
    SlotName{"network", MailSlot::network},
    SlotName{"program", MailSlot::program},
    SlotName{"link", MailSlot::link},
    SlotName{"reset_link", MailSlot::reset_link},
    SlotName{"setup_link", MailSlot::setup_link},
    SlotName{"link_ends_at", MailSlot::link_ends_at},
    SlotName{"lifetime", MailSlot::lifetime},
    SlotName{"hours", MailSlot::hours},
    SlotName{"code", MailSlot::code},
    SlotName{"when_nameless", MailSlot::when_nameless},
    SlotName{"when_one", MailSlot::when_one},
    SlotName{"when_several", MailSlot::when_several},
    SlotName{"when_setup_incomplete", MailSlot::when_setup_incomplete},
    SlotName{"each", MailSlot::each},
    SlotName{"end", MailSlot::end},
};

bool is_of_several(MailKind kind) noexcept { return kind == MailKind::reset_password || kind == MailKind::login_names; }

bool has_one_link(MailKind kind) noexcept {
  return kind == MailKind::welcome || kind == MailKind::confirm_address || kind == MailKind::address_changed;
}

bool is_link(MailSlot slot) noexcept {
  return slot == MailSlot::link || slot == MailSlot::reset_link || slot == MailSlot::setup_link;
}

enum class Place : std::uint8_t { subject, letter, each };

// Whether the slot may stand in words of the kind, there.
bool belongs(MailSlot slot, MailKind kind, Place place) noexcept {
  switch (slot) {
    case MailSlot::product:
    case MailSlot::organization:
    case MailSlot::login_name:
    case MailSlot::display_name:
    case MailSlot::support_contact:
    case MailSlot::time:
    case MailSlot::network:
    case MailSlot::program:
    case MailSlot::when_nameless:
      return true;
    case MailSlot::link:
      return has_one_link(kind);
    case MailSlot::lifetime:
      return has_one_link(kind) || kind == MailKind::reset_password || kind == MailKind::factor_code;
    case MailSlot::hours:
      return has_one_link(kind) || kind == MailKind::reset_password;
    case MailSlot::code:  // a subject shows on a locked screen, to whoever holds the telephone
      return kind == MailKind::factor_code && place != Place::subject;
    case MailSlot::reset_link:
      return kind == MailKind::reset_password && place == Place::each;
    case MailSlot::setup_link:
    case MailSlot::link_ends_at:
    case MailSlot::when_setup_incomplete:
      return is_of_several(kind) && place == Place::each;
    case MailSlot::when_one:
    case MailSlot::when_several:
      return is_of_several(kind);
    case MailSlot::each:
    case MailSlot::end:
      break;  // paragraphs of their own
  }
  return false;
}

std::string_view trimmed(std::string_view text) {
  const auto begin = text.find_first_not_of(' ');
  return begin == std::string_view::npos ? std::string_view()
                                         : text.substr(begin, text.find_last_not_of(' ') - begin + 1);
}

void replace_all(std::string& text, std::string_view from, std::string_view to) {
  for (auto at = text.find(from); at != std::string::npos; at = text.find(from, at + to.size())) {
    text.replace(at, from.size(), to);
  }
}

// The spaces that French sets around its marks keep them on the line of their word.
std::string typeset(std::string text, const Locale& language) {
  if (language.language() == "fr") {
    for (const std::string_view mark : {":", ";", "!", "?", "»"}) {
      replace_all(text, " " + std::string(mark), "\u00A0" + std::string(mark));
    }
    replace_all(text, "« ", "«\u00A0");
  }
  return text;
}

class Parser {
 public:
  Parser(const MailWords& words, std::vector<MailWordsFlaw>& flaws) : words_(words), flaws_(flaws) {}

  MailTemplate parse() {
    out_.kind = words_.kind;
    out_.language = words_.language;
    parse_subject();
    parse_body();
    return std::move(out_);
  }

 private:
  void flaw(std::string_view code, std::string_view at) {
    constexpr std::size_t shown_max = 60;
    flaws_.push_back({.code = code, .at = unicode::clean_cut(at, shown_max)});
  }

  bool is_readable(std::string_view text, std::size_t length_max, std::string_view name) {
    if (text.size() > length_max) {
      flaw("text_too_long", name);
      return false;
    }
    std::string without_breaks(text);
    std::ranges::replace(without_breaks, '\n', ' ');
    if (!unicode::is_clean(without_breaks)) {
      flaw("malformed_text", name);
      return false;
    }
    return true;
  }

  std::vector<MailPiece> parse_pieces(std::string_view text, Place place) {
    std::vector<MailPiece> pieces;
    while (!text.empty()) {
      const auto open = text.find('{');
      if (open != 0) {
        pieces.emplace_back(typeset(std::string(text.substr(0, open)), words_.language));
      }
      if (open == std::string_view::npos) {
        break;
      }
      const auto close = text.find('}', open);
      if (close == std::string_view::npos) {
        flaw("unclosed_placeholder", text.substr(open));
        break;
      }
      parse_slot(text.substr(open + 1, close - open - 1), place, pieces);
      text.remove_prefix(close + 1);
    }
    return pieces;
  }

  void parse_slot(std::string_view name, Place place, std::vector<MailPiece>& pieces) {
    const auto* const found = std::ranges::find(slot_names, name, &SlotName::name);
    if (found == slot_names.end()) {
      flaw("unknown_placeholder", name);
    } else if (!belongs(found->slot, words_.kind, place)) {
      flaw("misplaced_placeholder", name);
    } else {
      pieces.emplace_back(found->slot);
      seen_.push_back(found->slot);
    }
  }

  void parse_subject() {
    if (!is_readable(words_.subject, subject_length_max, "subject")) {
      return;
    }
    std::string_view rest = words_.subject;
    while (!rest.empty()) {
      const auto line = rest.substr(0, rest.find('\n'));
      rest.remove_prefix(std::min(rest.size(), line.size() + 1));
      if (!trimmed(line).empty()) {
        out_.subjects.push_back(parse_pieces(trimmed(line), Place::subject));
      }
    }
    if (out_.subjects.empty()) {
      flaw("subject_missing", "subject");
      return;
    }
    for (const auto& subject : out_.subjects) {
      if (std::ranges::any_of(subject, is_link_piece)) {
        flaw("link_not_in_button", "subject");
      }
    }
    const auto& last = out_.subjects.back();
    if (!std::ranges::all_of(last, [&](const MailPiece& piece) { return always_has_value(piece); })) {
      flaw("subject_may_be_empty", "subject");
    }
    seen_.clear();  // what the body must hold is not held by the subject
  }

  [[nodiscard]] bool always_has_value(const MailPiece& piece) const {
    const auto* const slot = std::get_if<MailSlot>(&piece);
    return slot == nullptr ||
           (!is_of_several(words_.kind) && (*slot == MailSlot::organization || *slot == MailSlot::login_name));
  }

  static bool is_link_piece(const MailPiece& piece) {
    const auto* const slot = std::get_if<MailSlot>(&piece);
    return slot != nullptr && is_link(*slot);
  }

  void parse_body() {
    if (!is_readable(words_.body, body_length_max, "body")) {
      return;
    }
    std::string_view rest = words_.body;
    while (!rest.empty()) {
      auto paragraph = std::string(rest.substr(0, rest.find("\n\n")));
      rest.remove_prefix(std::min(rest.size(), paragraph.size() + 2));
      std::ranges::replace(paragraph, '\n', ' ');
      if (const auto text = trimmed(paragraph); !text.empty()) {
        parse_paragraph(text);
      }
    }
    if (is_in_each_ || has_each_ != is_of_several(words_.kind)) {
      flaw("unbalanced_each", "body");
    }
    require(MailKind::welcome, MailSlot::link, "link_missing");
    require(MailKind::confirm_address, MailSlot::link, "link_missing");
    require(MailKind::address_changed, MailSlot::link, "link_missing");
    require(MailKind::reset_password, MailSlot::reset_link, "link_missing");
    require(MailKind::login_names, MailSlot::setup_link, "link_missing");
    require(MailKind::factor_code, MailSlot::code, "code_missing");
    require(MailKind::welcome, MailSlot::login_name, "login_name_missing");
    require(MailKind::reset_password, MailSlot::login_name, "login_name_missing");
    require(MailKind::login_names, MailSlot::login_name, "login_name_missing");
  }

  // Of a mail about several accounts, what each must have counts in {each} alone.
  void require(MailKind kind, MailSlot slot, std::string_view code) {
    const auto& seen = is_of_several(kind) ? seen_in_each_ : seen_;
    if (words_.kind == kind && std::ranges::find(seen, slot) == seen.end()) {
      flaw(code, "body");
    }
  }

  void parse_paragraph(std::string_view text) {
    if (text == "{each}" || text == "{end}") {
      const bool begins = text == "{each}";
      if (begins == is_in_each_ || (begins && has_each_)) {
        flaw("unbalanced_each", text);
      }
      is_in_each_ = begins;
      has_each_ = has_each_ || begins;
      return;
    }
    MailParagraph paragraph{.is_of_each = is_in_each_};
    const auto whole = text;
    if (text.starts_with('[')) {
      const auto close = text.find(']');
      paragraph.button = typeset(std::string(trimmed(text.substr(1, close == std::string_view::npos ? 0 : close - 1))),
                                 words_.language);
      text = close == std::string_view::npos ? std::string_view() : trimmed(text.substr(close + 1));
    }
    const auto seen_before = seen_.size();
    paragraph.pieces = parse_pieces(text, is_in_each_ ? Place::each : Place::letter);
    if (is_in_each_) {
      seen_in_each_.insert(seen_in_each_.end(), seen_.begin() + static_cast<std::ptrdiff_t>(seen_before), seen_.end());
    }
    check_button(paragraph, whole);
    out_.paragraphs.push_back(std::move(paragraph));
  }

  void check_button(const MailParagraph& paragraph, std::string_view text) {
    const auto links = std::ranges::count_if(paragraph.pieces, is_link_piece);
    if (!text.starts_with('[')) {
      if (links > 0) {
        flaw("link_not_in_button", text);
      }
      return;
    }
    const bool is_plain = paragraph.button.find('{') == std::string::npos && !paragraph.button.empty();
    const auto slots = std::ranges::count_if(
        paragraph.pieces, [](const MailPiece& piece) { return std::holds_alternative<MailSlot>(piece); });
    if (!is_plain || links != 1 || slots != 1 || !is_link_piece(paragraph.pieces.back())) {
      flaw("malformed_button", text);
    }
  }

  const MailWords& words_;
  std::vector<MailWordsFlaw>& flaws_;
  MailTemplate out_;
  std::vector<MailSlot> seen_;
  std::vector<MailSlot> seen_in_each_;
  bool is_in_each_ = false;
  bool has_each_ = false;
};

}  // namespace

MailTemplate parse_mail_words(const MailWords& words, std::vector<MailWordsFlaw>& flaws) {
  return Parser(words, flaws).parse();
}

std::vector<MailWordsFlaw> check_mail_words(const MailWords& words) {
  std::vector<MailWordsFlaw> flaws;
  static_cast<void>(parse_mail_words(words, flaws));
  return flaws;
}

}  // namespace ostiary::inline v0
