#include <ostiary/testing/faulty_mailer.hpp>

namespace ostiary::inline v0::testing {

Result<Delivery> FaultyMailer::send(const OutgoingMail& mail) {
  auto delivery = answer(mail);
  const std::lock_guard lock(mutex_);
  called_.push_back(mail.message_id);
  if (delivery && delivery.assume_value().verdict == DeliveryVerdict::accepted) {
    accepted_.insert(mail.message_id);
  } else {
    accepted_.erase(mail.message_id);
  }
  return delivery;
}

Result<Delivery> FaultyMailer::answer(const OutgoingMail& mail) {
  const auto fault = plan_.next({.port = Port::mailer, .name = "send", .size = mail.message.size(), .changes = {}});
  if (!fault) {
    return inner_.send(mail);
  }
  switch (fault->mode) {
    case FaultMode::answer_lost:
      static_cast<void>(inner_.send(mail));
      return Delivery{.verdict = DeliveryVerdict::retry_later, .reason = "answer-lost"};
    case FaultMode::retry_later:
      return Delivery{.verdict = DeliveryVerdict::retry_later, .reason = "smtp-451"};
    case FaultMode::permanent:
      return Delivery{.verdict = DeliveryVerdict::permanent, .reason = "smtp-550"};
    case FaultMode::before:
    case FaultMode::forever:
    case FaultMode::answer_lost_twice:
    case FaultMode::contention:
    case FaultMode::contention_thrice:
    case FaultMode::refused:
      break;
  }
  return Errc::peer_unreachable;
}

std::vector<std::string> FaultyMailer::called() const {
  const std::lock_guard lock(mutex_);
  return called_;
}

std::set<std::string> FaultyMailer::accepted() const {
  const std::lock_guard lock(mutex_);
  return accepted_;
}

}  // namespace ostiary::inline v0::testing
