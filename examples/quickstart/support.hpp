#pragma once

#include <filesystem>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "host.hpp"

// What the story needs besides the library: options, a reader of mails, and words on the screen.

struct Options {
  std::filesystem::path folder{};
  std::string smtp_host{};  ///< Empty: mails go into the folder only.
  std::uint16_t smtp_port = 0;
  bool smtp_plain = false;
};

std::optional<Options> parse_options(const std::vector<std::string>& arguments);

/// make_host opens the store in the folder, makes or reads its key file, and puts the parts together.
ostiary::Result<std::unique_ptr<Host>> make_host(const Options& options);

/// deliver_and_read runs the outbox once, opens the newest mail with a link as its reader would, and gives its token.
ostiary::Result<std::string> deliver_and_read(const Host& host, const std::filesystem::path& mails);

/// Phone is what the owner's authenticator app does.
class Phone {
 public:
  void scan(const ostiary::EnrolmentOffer& offer);
  /// next_code is the code of now, and later ones when asked again: each works once.
  ostiary::SecretString next_code();

 private:
  ostiary::SecretBytes secret_;
  ostiary::TotpStep shown_ = 0;
};

void say(const std::string& line);
void show(const ostiary::CredentialsRefused& flaws);

/// only takes the one outcome that the story goes on with. A server tells its caller about the others.
template <class Wanted, class Outcome>
ostiary::Result<Wanted> only(Outcome outcome) {
  if (auto* wanted = std::get_if<Wanted>(&outcome)) {
    return std::move(*wanted);
  }
  return ostiary::Errc::out_of_order;
}
