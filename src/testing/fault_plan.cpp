#include <ostiary/testing/fault_plan.hpp>

#include <algorithm>
#include <limits>

namespace ostiary::inline v0::testing {

std::string text(const PortCall& call) {
  std::string out(call.name);
  out += ' ' + std::to_string(call.size);
  for (const auto& change : call.changes) {
    out += ' ' + change;
  }
  return out;
}

std::string_view fault_mode_name(FaultMode mode) noexcept {
  switch (mode) {
    case FaultMode::before:
      return "before";
    case FaultMode::forever:
      return "forever";
    case FaultMode::answer_lost:
      return "answer_lost";
    case FaultMode::answer_lost_twice:
      return "answer_lost_twice";
    case FaultMode::contention:
      return "contention";
    case FaultMode::contention_thrice:
      return "contention_thrice";
    case FaultMode::refused:
      return "refused";
    case FaultMode::retry_later:
      return "retry_later";
    case FaultMode::permanent:
      return "permanent";
  }
  return "";
}

void FaultPlan::begin(std::vector<Fault> faults) {
  const std::lock_guard lock(mutex_);
  calls_.clear();
  lasting_.clear();
  faults_ = std::move(faults);
}

void FaultPlan::end_lasting() {
  const std::lock_guard lock(mutex_);
  lasting_.clear();
}

void FaultPlan::recover() {
  const std::lock_guard lock(mutex_);
  lasting_.clear();
  faults_.clear();
}

std::optional<Fault> FaultPlan::lasting(const PortCall& call) {
  for (auto& one : lasting_) {
    if (one.left > 0 && one.port == call.port && (one.name.empty() || one.name == call.name)) {
      --one.left;
      return Fault{.call = calls_.size(), .mode = one.mode};
    }
  }
  return std::nullopt;
}

std::optional<Fault> FaultPlan::next(PortCall call) {
  const std::lock_guard lock(mutex_);
  calls_.push_back(std::move(call));
  const PortCall& now = calls_.back();
  const auto found = std::ranges::find(faults_, calls_.size(), &Fault::call);
  if (found == faults_.end()) {
    return lasting(now);
  }
  Fault fault = *found;
  switch (fault.mode) {
    case FaultMode::forever:
      lasting_.push_back({now.port, {}, FaultMode::before, std::numeric_limits<std::size_t>::max()});
      fault.mode = FaultMode::before;
      break;
    case FaultMode::answer_lost_twice:
      lasting_.push_back({now.port, now.name, FaultMode::answer_lost, 1});
      fault.mode = FaultMode::answer_lost;
      break;
    case FaultMode::contention_thrice:
      lasting_.push_back({now.port, now.name, FaultMode::contention, 2});
      fault.mode = FaultMode::contention;
      break;
    case FaultMode::before:
    case FaultMode::answer_lost:
    case FaultMode::contention:
    case FaultMode::refused:
    case FaultMode::retry_later:
    case FaultMode::permanent:
      break;
  }
  return fault;
}

std::vector<PortCall> FaultPlan::calls() const {
  const std::lock_guard lock(mutex_);
  return calls_;
}

}  // namespace ostiary::inline v0::testing
