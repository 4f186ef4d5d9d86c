#pragma once

#include <string>
#include <vector>

#include <ostiary/base/clock.hpp>
#include <ostiary/base/result.hpp>
#include <ostiary/base/secret.hpp>

namespace ostiary::inline v0 {

enum class HttpMethod : std::uint8_t { get = 1, post };

struct HttpHeader {
  std::string name{};   ///< Lower case in a response.
  std::string value{};  ///< Without CR, LF and NUL.
};

/// HttpRequest is one request of the library's own to somebody else's server: a key set, a token, a range of breached
/// passwords.
struct HttpRequest {
  HttpMethod method = HttpMethod::get;
  std::string url{};  ///< Absolute; `https` with a host and neither user nor fragment.
  std::vector<HttpHeader> headers{};
  SecretString body{};                           ///< Of a post; it may hold a code or a client's secret: never log it.
  std::size_t response_bytes_max = 65'536;       ///< Of the body, after any content coding is undone.
  Duration time_max = std::chrono::seconds(10);  ///< From the call to its answer, name look-up and handshake included.
};

/// HttpResponse is whatever the server said, a 404 or 500 as well: an answer is not an error here.
struct HttpResponse {
  int status = 0;
  std::vector<HttpHeader> headers{};
  std::string body{};  ///< May hold a token: never log it.
};

/// HttpClient sends one request and gives its one answer. Implementations keep every limit themselves, since a caller
/// sees the answer only when the harm is done.
///
/// Scheme:   https alone; the certificate's chain and its name are verified together, TLS 1.2 or newer. A client for
///           tests may admit loopback over http by a setting whose name begins with `insecurely_`.
/// Redirect: never followed; a 3xx is given as the answer, so that no credential reaches another host (S085).
/// Target:   an address that is private, loopback or link-local is refused after the name was looked up, and the
///           connection goes to the very address that was judged, unless the host lists it (S085).
/// Size:     reading stops at `response_bytes_max`, of the headers at 64 KiB: peer_protocol (S200).
/// Time:     the call returns within `time_max`: peer_unreachable.
/// Errors:   peer_unreachable — no answer; the request may have been carried out. peer_protocol — an answer that no
///           limit allows, or that is not HTTP. invalid_configuration — the request itself is against this contract.
/// Threads:  called from many. Keeps no cookies, no cache, and reads no proxy from the environment.
class OSTIARY_CORE_EXPORT HttpClient {
 public:
  HttpClient() = default;
  HttpClient(const HttpClient&) = delete;
  HttpClient& operator=(const HttpClient&) = delete;
  virtual ~HttpClient() = default;

  [[nodiscard]] virtual Result<HttpResponse> send(const HttpRequest& request) = 0;
};

}  // namespace ostiary::inline v0
