#include "letter.hpp"

#include <algorithm>
#include <cmath>
#include <string_view>

#include <fmt/format.h>

#include "base/unicode.hpp"
#include <ostiary/base/assert.hpp>
#include <ostiary/base/encoding.hpp>

namespace ostiary::inline v0 {
namespace {

// Mail programs drop most of a style sheet, so what matters stands on each element; the sheet adds the dark colours.
constexpr std::string_view head = R"(<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<meta name="supported-color-schemes" content="light dark">
<style>
:root { color-scheme: light dark; }
@media (max-width: 480px) {
  .inside { padding: 24px 16px 8px !important; }
  .inside-group { padding: 12px 12px 0 !important; }
}
@media (prefers-color-scheme: dark) {
  .page { background: #14171a !important; }
  .card { background: #1f2429 !important; border-color: #3a424a !important; }
  .card, .card h1, .card p, .card strong { color: #e8eaed !important; }
  .card .quiet { color: #b4bbc3 !important; }
  .card .quiet a { color: #9cc0ff !important; }
  .card .brand { color: #e8eaed !important; }
  .card .group { border-color: #3a424a !important; }
  .card .button { border-color: #6b7680 !important; }
}
</style>
)";
std::string html_escaped(std::string_view text) {
  std::string out;
  out.reserve(text.size());
  for (const char c : text) {
    switch (c) {
      case '&':
        out += "&amp;";
        break;
      case '<':
        out += "&lt;";
        break;
      case '>':
        out += "&gt;";
        break;
      case '"':
        out += "&quot;";
        break;
      case '\'':
        out += "&#39;";
        break;
      default:
        out += c;
    }
  }
  return out;
}

// The relative luminance and the contrast of WCAG 2.2.
double luminance(std::string_view colour) {
  const auto digits = colour.substr(1);
  ByteArray<3> parts{};
  OSTIARY_ASSERT(hex_decode(digits, parts));
  const auto linear = [&](std::size_t i) {
    const double part = std::to_integer<int>(parts.at(i)) / 255.0;
    return part <= 0.04045 ? part / 12.92 : std::pow((part + 0.055) / 1.055, 2.4);
  };
  return 0.2126 * linear(0) + 0.7152 * linear(1) + 0.0722 * linear(2);
}

double contrast(std::string_view a, std::string_view b) {
  const auto [darker, lighter] = std::minmax({luminance(a), luminance(b)});
  return (lighter + 0.05) / (darker + 0.05);
}

constexpr std::string_view card_colour = "#ffffff";
constexpr std::string_view text_colour = "#1f2933";
constexpr double text_contrast_min = 4.5;   // WCAG 2.2, 1.4.3
constexpr double shape_contrast_min = 3.0;  // WCAG 2.2, 1.4.11

bool is_colour(std::string_view text) {
  ByteArray<3> parts{};
  return text.starts_with('#') && hex_decode(text.substr(1), parts);
}

bool is_shown(std::string_view text, std::size_t length_max) {
  return text.size() <= length_max && unicode::is_clean(text);
}

// Writes a letter twice at once. Facts that follow one another are lines of one paragraph.
class Layout {
 public:
  explicit Layout(const LetterLook& look) : look_(look) {}

  void operator()(const Paragraph& paragraph) {
    begin_block();
    text += paragraph.text + "\n";
    html += fmt::format("<p style=\"margin:0 0 16px\">{}</p>\n", html_escaped(paragraph.text));
  }

  void operator()(const Fact& fact) {
    if (is_in_facts_) {
      html += "<br>\n";
    } else {
      begin_block();
      html += "<p style=\"margin:0 0 16px\">";
      is_in_facts_ = true;
    }
    text += fact.label + " " + fact.value + "\n";
    html += fmt::format(R"({} <strong style="overflow-wrap:anywhere">{}</strong>)", html_escaped(fact.label),
                        html_escaped(fact.value));
  }

  void operator()(const Code& code) {
    begin_block();
    text += code.label + " " + code.value + "\n";
    html += fmt::format(
        R"(<p style="margin:0 0 8px">{}</p>
<p class="group" style="margin:0 0 16px;padding:12px 16px;border:1px solid #d9dee3;border-radius:6px;font-size:28px;)"
        R"(line-height:1.3;letter-spacing:2px"><strong style="-webkit-user-select:all;user-select:all">{}</strong></p>
)",
        html_escaped(code.label), html_escaped(code.value));
  }

  void operator()(const Action& action) {
    begin_block();
    text += action.label + "\n" + action.url + "\n";
    html += fmt::format(
        R"(<p style="margin:{3} 0 12px"><a class="button" href="{0}" style="display:inline-block;padding:12px 20px;)"
        R"(border:1px solid {4};border-radius:6px;background:{5};color:{6};font-weight:600;text-decoration:none">{1}</a></p>
<p class="quiet" style="margin:0 0 {3};font-size:14px;color:#52606d">{2}
<a href="{0}" style="color:{7};word-break:break-all;overflow-wrap:anywhere">{0}</a></p>
)",
        html_escaped(action.url), html_escaped(action.label),
        action.fallback.empty() ? std::string() : html_escaped(action.fallback) + "<br>",
        is_in_group_ ? "16px" : "24px", look_.button_border, look_.button, look_.button_text, look_.link);
  }

  void operator()(const LetterBlock& block) {
    end_groups();
    std::visit(*this, block);
  }

  void operator()(const Group& group) {
    begin_block();
    text += std::string(rule) + "\n";
    html += group_begin;
    is_in_group_ = true;
    for (const LetterBlock& block : group.blocks) {
      std::visit(*this, block);
    }
    end_facts();
    html += group_end;
    has_open_rule_ = true;
  }

  void finish() {
    end_groups();
    end_facts();
  }

  std::string text{};
  std::string html{};

 private:
  static constexpr std::string_view rule = "----------------------------------------";
  static constexpr std::string_view group_begin =
      R"(<table class="group" role="presentation" width="100%" cellpadding="0" cellspacing="0")"
      R"( style="margin:0 0 16px;border:1px solid #d9dee3;border-radius:6px"><tr><td class="inside-group" style="padding:16px 16px 0">
)";
  static constexpr std::string_view group_end = "</td></tr></table>\n";

  void begin_block() {
    end_facts();
    text += text.empty() ? "" : "\n";
  }
  void end_facts() {
    html += is_in_facts_ ? "</p>\n" : "";
    is_in_facts_ = false;
  }
  void end_groups() {
    if (has_open_rule_) {
      begin_block();
      text += std::string(rule) + "\n";
      has_open_rule_ = false;
    }
    is_in_group_ = false;
  }

  const LetterLook& look_;
  bool is_in_facts_ = false;
  bool is_in_group_ = false;
  bool has_open_rule_ = false;
};

}  // namespace

Result<LetterLook> make_letter_look(const MailBrand& brand) {
  constexpr std::size_t name_length_max = 100;
  constexpr std::size_t contact_length_max = 200;
  if (!is_colour(brand.accent_colour) || !is_colour(brand.page_colour) ||
      !is_shown(brand.product_name, name_length_max) || !is_shown(brand.logo_text, name_length_max) ||
      !is_shown(brand.support_contact, contact_length_max)) {
    return Errc::invalid_configuration;
  }
  const std::string_view accent = brand.accent_colour;
  const auto label = contrast(accent, card_colour) >= contrast(accent, text_colour) ? card_colour : text_colour;
  const bool stands_out = contrast(accent, card_colour) >= shape_contrast_min;
  const bool is_readable = contrast(accent, card_colour) >= text_contrast_min;
  return LetterLook{.heading = brand.logo_text.empty() ? brand.product_name : brand.logo_text,
                    .page = brand.page_colour,
                    .button = brand.accent_colour,
                    .button_text = std::string(label),
                    .button_border = std::string(stands_out ? accent : text_colour),
                    .link = std::string(is_readable ? accent : text_colour)};
}

RenderedMail lay_out(const Letter& letter, const LetterLook& look) {
  Layout layout(look);
  for (const auto& block : letter.blocks) {
    std::visit(layout, block);
  }
  layout.finish();
  const std::string subject = html_escaped(letter.subject);
  const std::string heading =
      look.heading.empty()
          ? std::string()
          : fmt::format(R"(<p class="brand" style="margin:0 0 20px;font-size:18px;font-weight:700;color:{}">{}</p>
)",
                        look.link, html_escaped(look.heading));
  std::string html = fmt::format(R"(<!DOCTYPE html>
<html lang="{0}">
{1}<title>{2}</title>
</head>
<body class="page" style="margin:0;background:{3}">
<table class="page" role="presentation" width="100%" cellpadding="0" cellspacing="0" style="background:{3}">
<tr><td align="center" style="padding:24px 12px">
<table class="card" role="presentation" width="100%" cellpadding="0" cellspacing="0"
 style="max-width:560px;background:{4};border:1px solid #d9dee3;border-radius:8px">
<tr><td class="inside" style="padding:32px 28px 16px;text-align:left;font-family:'Segoe UI',Roboto,Helvetica,Arial,sans-serif;)"
                                 R"(font-size:16px;line-height:1.5;color:{5};overflow-wrap:anywhere">
{6}<h1 style="margin:0 0 20px;font-size:22px;line-height:1.3">{2}</h1>
{7}</td></tr></table>
</td></tr></table>
</body>
</html>
)",
                                 html_escaped(letter.language.tag()), head, subject, look.page, card_colour,
                                 text_colour, heading, layout.html);
  return {
      .subject = letter.subject, .text = std::move(layout.text), .html = std::move(html), .language = letter.language};
}

}  // namespace ostiary::inline v0
