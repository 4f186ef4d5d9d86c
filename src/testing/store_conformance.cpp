#include "conformance.hpp"

namespace ostiary::inline v0::testing {
namespace {

using conformance::NamedCheck;
using conformance::Trial;

void run_all(std::span<const NamedCheck> checks, const StoreFactory& stores, const ConformanceOptions& options,
             ConformanceReport& report) {
  for (const auto& check : checks) {
    if (check.name.find(options.only) == std::string_view::npos) {
      continue;
    }
    Trial trial(stores, options);
    if (trial.has_store()) {
      check.run(trial);
    } else {
      trial.fail("the factory gave no store");
    }
    report.checks.push_back({.name = std::string(check.name), .failures = std::move(trial).take_failures()});
  }
}

}  // namespace

bool ConformanceReport::passed() const {
  return !checks.empty() && std::ranges::all_of(checks, [](const auto& check) { return check.failures.empty(); });
}

std::string ConformanceReport::text() const {
  if (passed()) {
    return "all " + std::to_string(checks.size()) + " checks hold\n";
  }
  std::string out = checks.empty() ? "no check was run\n" : "";
  for (const auto& check : checks) {
    out += (check.failures.empty() ? "holds   " : "FAILS   ") + check.name + "\n";
    for (const auto& failure : check.failures) {
      out += "        - " + failure + "\n";
    }
  }
  return out;
}

ConformanceReport store_conformance(const StoreFactory& stores, const ConformanceOptions& options) {
  ConformanceReport report;
  if (options.part != ConformancePart::races) {
    for (const auto& checks : {conformance::record_checks(), conformance::account_checks(),
                               conformance::factor_checks(), conformance::link_checks(), conformance::session_checks(),
                               conformance::device_checks(), conformance::mail_checks(), conformance::recovery_checks(),
                               conformance::job_checks(), conformance::audit_checks(), conformance::search_checks(),
                               conformance::erasure_checks(), conformance::set_checks(), conformance::page_checks(),
                               conformance::budget_checks(), conformance::housekeeping_checks()}) {
      run_all(checks, stores, options, report);
    }
  }
  if (options.part != ConformancePart::sequential) {
    run_all(conformance::race_checks(), stores, options, report);
    run_all(conformance::queue_race_checks(), stores, options, report);
  }
  return report;
}

}  // namespace ostiary::inline v0::testing
