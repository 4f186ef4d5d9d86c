#include "letter.hpp"

#include <string_view>

#include <fmt/format.h>

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
@media (prefers-color-scheme: dark) {
  .page { background: #14171a !important; }
  .card { background: #1f2429 !important; border-color: #3a424a !important; }
  .card, .card h1, .card p, .card strong { color: #e8eaed !important; }
  .card .quiet { color: #b4bbc3 !important; }
  .card .quiet a { color: #9cc0ff !important; }
}
</style>
)";
constexpr std::string_view page_begin =
    R"(<body class="page" style="margin:0;background:#f3f5f7">
<table class="page" role="presentation" width="100%" cellpadding="0" cellspacing="0" style="background:#f3f5f7">
<tr><td align="center" style="padding:24px 12px">
<table class="card" role="presentation" width="100%" cellpadding="0" cellspacing="0"
 style="max-width:560px;background:#ffffff;border:1px solid #d9dee3;border-radius:8px">
<tr><td style="padding:32px 28px 16px;text-align:left;font-family:'Segoe UI',Roboto,Helvetica,Arial,sans-serif;)"
    R"(font-size:16px;line-height:1.5;color:#1f2933">
)";
constexpr std::string_view page_end = R"(</td></tr></table>
</td></tr></table>
</body>
</html>
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

struct ToText {
  std::string operator()(const Paragraph& paragraph) const { return paragraph.text + "\n"; }
  std::string operator()(const Fact& fact) const {
    return fact.value.empty() ? std::string() : fact.label + " " + fact.value + "\n";
  }
  std::string operator()(const Action& action) const {
    return action.url.empty() ? std::string() : action.label + "\n" + action.url + "\n";
  }
};

struct ToHtml {
  std::string operator()(const Paragraph& paragraph) const {
    return fmt::format(R"(<p style="margin:0 0 16px">{}</p>
)",
                       html_escaped(paragraph.text));
  }
  std::string operator()(const Fact& fact) const {
    if (fact.value.empty()) {
      return {};
    }
    return fmt::format(R"(<p style="margin:0 0 16px">{} <strong style="overflow-wrap:anywhere">{}</strong></p>
)",
                       html_escaped(fact.label), html_escaped(fact.value));
  }
  std::string operator()(const Action& action) const {
    if (action.url.empty()) {
      return {};
    }
    return fmt::format(
        R"(<p style="margin:24px 0 12px"><a href="{0}" style="display:inline-block;padding:12px 24px;)"
        R"(border-radius:6px;background:#1d4fb8;color:#ffffff;font-weight:600;text-decoration:none">{1}</a></p>
<p class="quiet" style="margin:0 0 24px;font-size:14px;color:#52606d">{2}<br>
<a href="{0}" style="color:#1d4fb8;word-break:break-all;overflow-wrap:anywhere">{0}</a></p>
)",
        html_escaped(action.url), html_escaped(action.label), html_escaped(action.fallback));
  }
};

}  // namespace

RenderedMail lay_out(const Letter& letter) {
  RenderedMail mail{.subject = letter.subject, .text = {}, .html = {}, .language = letter.language};
  const std::string subject = html_escaped(letter.subject);
  mail.html = fmt::format(R"(<!DOCTYPE html>
<html lang="{}">
{}<title>{}</title>
</head>
{}<h1 style="margin:0 0 20px;font-size:22px;line-height:1.3">{}</h1>
)",
                          letter.language.tag(), head, subject, page_begin, subject);
  for (const auto& block : letter.blocks) {
    const std::string text = std::visit(ToText{}, block);
    if (!mail.text.empty() && !text.empty()) {
      mail.text += '\n';
    }
    mail.text += text;
    mail.html += std::visit(ToHtml{}, block);
  }
  mail.html += page_end;
  return mail;
}

}  // namespace ostiary::inline v0
