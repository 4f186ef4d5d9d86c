#pragma once

#include <set>

#include <ostiary/ports/mailer.hpp>
#include <ostiary/testing/fault_plan.hpp>

namespace ostiary::inline v0::testing {

/// FaultyMailer hands every mail on to another mailer, but for those that its plan lets fail. Safe from many threads.
class OSTIARY_TESTING_EXPORT FaultyMailer final : public Mailer {
 public:
  /// Both must outlive it.
  FaultyMailer(Mailer& inner, FaultPlan& plan) : inner_(inner), plan_(plan) {}

  [[nodiscard]] Result<Delivery> send(const OutgoingMail& mail) override;

  /// called has the Message-ID of each call, oldest first, whatever was answered.
  [[nodiscard]] std::vector<std::string> called() const;
  /// accepted has each Message-ID whose newest call was answered with DeliveryVerdict::accepted.
  [[nodiscard]] std::set<std::string> accepted() const;

 private:
  [[nodiscard]] Result<Delivery> answer(const OutgoingMail& mail);

  Mailer& inner_;
  FaultPlan& plan_;
  mutable std::mutex mutex_;
  std::vector<std::string> called_;
  std::set<std::string> accepted_;
};

}  // namespace ostiary::inline v0::testing
