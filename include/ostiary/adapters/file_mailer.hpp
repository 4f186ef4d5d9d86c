#pragma once

#include <filesystem>

#include <ostiary/ports/mailer.hpp>

namespace ostiary::inline v0 {

/// FileMailer writes each mail into a folder as one `.eml` file, which any mail program opens: for trying out and for
/// hosts that send mail themselves. The folder must be there, and must be private: the files hold live links.
///
/// File:    named after the Message-ID, readable by its owner only (0600), on the disk before the answer, never seen
///          half written. The same mail sent twice is one file. A killed process may leave a hidden file behind.
/// Answers: accepted, "file".    Threads: any number, in any number of processes.
/// Errors:  file_unwritable; malformed_mail_header for a Message-ID that is empty or longer than 200 bytes when
/// escaped.
class OSTIARY_CORE_EXPORT FileMailer final : public Mailer {
 public:
  explicit FileMailer(std::filesystem::path folder) : folder_(std::move(folder)) {}

  [[nodiscard]] Result<Delivery> send(const OutgoingMail& mail) override;

 private:
  std::filesystem::path folder_;
};

}  // namespace ostiary::inline v0
