#pragma once

#include <deque>
#include <mutex>
#include <vector>

#include <ostiary/ports/mailer.hpp>
#include <ostiary/testing_export.hpp>

namespace ostiary::inline v0::testing {

/// RecordingMailer keeps every mail that it is given and sends none. It accepts each, unless a test said otherwise.
/// Safe from many threads.
class OSTIARY_TESTING_EXPORT RecordingMailer final : public Mailer {
 public:
  [[nodiscard]] Result<Delivery> send(const OutgoingMail& mail) override;

  /// answer_next queues the answer to one call: the first queued is given first, and then each mail is accepted again.
  void answer_next(Result<Delivery> answer);

  /// mails are those of every call, oldest first, whatever was answered.
  [[nodiscard]] std::vector<OutgoingMail> mails() const;
  /// accepted are those that were answered with DeliveryVerdict::accepted, oldest first.
  [[nodiscard]] std::vector<OutgoingMail> accepted() const;

 private:
  mutable std::mutex mutex_;
  std::deque<Result<Delivery>> answers_;
  std::vector<OutgoingMail> mails_;
  std::vector<OutgoingMail> accepted_;
};

}  // namespace ostiary::inline v0::testing
