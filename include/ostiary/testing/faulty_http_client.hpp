#pragma once

#include <ostiary/ports/http_client.hpp>
#include <ostiary/testing/fault_plan.hpp>

namespace ostiary::inline v0::testing {

/// FaultyHttpClient hands every request on to another client, but for those that its plan lets fail.
class OSTIARY_TESTING_EXPORT FaultyHttpClient final : public HttpClient {
 public:
  /// Both must outlive it.
  FaultyHttpClient(HttpClient& inner, FaultPlan& plan) : inner_(inner), plan_(plan) {}

  [[nodiscard]] Result<HttpResponse> send(const HttpRequest& request) override;

 private:
  HttpClient& inner_;
  FaultPlan& plan_;
};

}  // namespace ostiary::inline v0::testing
