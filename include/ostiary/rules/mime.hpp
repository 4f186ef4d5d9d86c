#pragma once

#include <string>

#include <ostiary/base/clock.hpp>
#include <ostiary/base/email_address.hpp>
#include <ostiary/base/locale.hpp>
#include <ostiary/base/result.hpp>

namespace ostiary::inline v0 {

/// MimeMessage is what compose_mime lays out: a header of single-line texts, and one message twice.
struct MimeMessage {
  EmailAddress from;
  std::string from_name{};  ///< May be empty, as may `to_name`.
  EmailAddress to;
  std::string to_name{};
  std::string subject{};
  std::string text{};  ///< Lines end in LF or CRLF, here and in `html`.
  std::string html{};
  std::string message_id{};  ///< `left@right`, without angle brackets; the same in every try.
  Instant date{};            ///< For equal bytes in every try: when the mail was asked for, not when it is sent.
  Locale language{};         ///< Of the words.
};

/// compose_mime returns the whole message, header and body, with CRLF lines in ASCII.
///
/// Shape:   multipart/alternative of text and HTML in UTF-8, quoted-printable, with `Auto-Submitted: auto-generated`.
///          No line is longer than 78 characters, but for one that an address or the Message-ID alone fills. No line
///          begins with a dot or with "From ".
/// Repeats: equal input gives equal bytes; the boundary is a digest of the Message-ID and cannot occur in a body.
/// Errors:  malformed_mail_header: a name or the subject is not clean UTF-8 (CR, LF, NUL, U+2028, any control
///          character; S315) or longer than 998 bytes; the Message-ID is not of that form; the date is not in the years
///          1900-9999. malformed_text: a body is not UTF-8, or has a control character that is neither a tab nor a
///          line's end. crypto_failure. Pure function.
/// Source:  RFC 5322, RFC 2045-2047, RFC 3282, RFC 3834.
[[nodiscard]] OSTIARY_CORE_EXPORT Result<std::string> compose_mime(const MimeMessage& message);

}  // namespace ostiary::inline v0
