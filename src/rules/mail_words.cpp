#include <ostiary/rules/mail_words.hpp>

#include "mail_template.hpp"

namespace ostiary::inline v0 {

std::span<const MailWords> built_in_mail_words() {
  static const std::vector<MailWords> all = [] {
    auto words = english_mail_words();
    auto french = french_mail_words();
    words.insert(words.end(), std::make_move_iterator(french.begin()), std::make_move_iterator(french.end()));
    return words;
  }();
  return all;
}

}  // namespace ostiary::inline v0
