#include "mail_text.hpp"

#include <ostiary/base/ascii.hpp>
#include <ostiary/base/assert.hpp>

namespace ostiary::inline v0 {

Result<MailBook> MailBook::create(const MailBrand& brand, std::span<const MailWords> words) {
  OSTIARY_TRY(auto look, make_letter_look(brand));
  MailBook book(std::move(look), brand);
  std::vector<MailWordsFlaw> flaws;
  for (const MailWords& own : words) {
    auto parsed = parse_mail_words(own, flaws);
    const auto added =
        book.templates_.emplace(std::pair(own.kind, ascii::lower(own.language.tag())), std::move(parsed));
    if (!flaws.empty() || !added.second) {
      return Errc::invalid_configuration;
    }
  }
  for (const MailWords& built_in : built_in_mail_words()) {
    book.templates_.emplace(std::pair(built_in.kind, built_in.language.tag()), parse_mail_words(built_in, flaws));
  }
  OSTIARY_ASSERT(flaws.empty());
  return book;
}

const MailTemplate& MailBook::words_for(MailKind kind, const Locale& locale) const {
  for (const auto& tag : {ascii::lower(locale.tag()), locale.language(), std::string("en")}) {
    if (const auto found = templates_.find({kind, tag}); found != templates_.end()) {
      return found->second;
    }
  }
  OSTIARY_ASSERT(false);
}

RenderedMail MailBook::render(MailContent content) const {
  OSTIARY_ASSERT(!content.entries.empty());
  if (!brand_.support_contact.empty()) {
    content.support_contact = brand_.support_contact;
  }
  return lay_out(fill_in(words_for(content.kind, content.locale), content, brand_.product_name), look_);
}

}  // namespace ostiary::inline v0
