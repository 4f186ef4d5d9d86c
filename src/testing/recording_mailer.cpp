#include <ostiary/testing/recording_mailer.hpp>

namespace ostiary::inline v0::testing {

Result<Delivery> RecordingMailer::send(const OutgoingMail& mail) {
  const std::lock_guard lock(mutex_);
  mails_.push_back(mail);
  Result<Delivery> answer = Delivery{.verdict = DeliveryVerdict::accepted, .reason = {}};
  if (!answers_.empty()) {
    answer = std::move(answers_.front());
    answers_.pop_front();
  }
  if (answer.has_value() && answer.assume_value().verdict == DeliveryVerdict::accepted) {
    accepted_.push_back(mail);
  }
  return answer;
}

void RecordingMailer::answer_next(Result<Delivery> answer) {
  const std::lock_guard lock(mutex_);
  answers_.push_back(std::move(answer));
}

std::vector<OutgoingMail> RecordingMailer::mails() const {
  const std::lock_guard lock(mutex_);
  return mails_;
}

std::vector<OutgoingMail> RecordingMailer::accepted() const {
  const std::lock_guard lock(mutex_);
  return accepted_;
}

}  // namespace ostiary::inline v0::testing
