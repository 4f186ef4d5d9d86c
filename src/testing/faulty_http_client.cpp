#include <ostiary/testing/faulty_http_client.hpp>

namespace ostiary::inline v0::testing {

Result<HttpResponse> FaultyHttpClient::send(const HttpRequest& request) {
  const auto fault = plan_.next({.port = Port::http, .name = "send", .size = request.body.size(), .changes = {}});
  if (!fault) {
    return inner_.send(request);
  }
  if (fault->mode == FaultMode::answer_lost) {
    static_cast<void>(inner_.send(request));
  }
  return Errc::peer_unreachable;
}

}  // namespace ostiary::inline v0::testing
