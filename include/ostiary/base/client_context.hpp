#pragma once

#include <string>
#include <string_view>

#include <ostiary/base/result.hpp>

namespace ostiary::inline v0 {

/// ClientNetwork is where a request comes from, coarse enough to be one customer's line: an IPv4 address, or the first
/// 64 bits of an IPv6 one (R70). An IPv4 address inside IPv6 (`::ffff:192.0.2.1`) is the IPv4 one.
class OSTIARY_CORE_EXPORT ClientNetwork {
 public:
  /// parse reads an address as getpeername or a trusted proxy tells it, without port. Pass a forwarded header's value
  /// only where your own proxy wrote it: whoever chooses this address chooses the budget that is charged.
  [[nodiscard]] static Result<ClientNetwork> parse(std::string_view address);

  /// text is `192.0.2.1` or `2001:db8:0:1::/64`.
  [[nodiscard]] const std::string& text() const noexcept { return text_; }

  friend bool operator==(const ClientNetwork&, const ClientNetwork&) = default;

 private:
  explicit ClientNetwork(std::string text) : text_(std::move(text)) {}
  std::string text_;
};

/// ClientContext says from where, and through which client application, a request came.
struct ClientContext {
  ClientNetwork network;
  std::string
      client_id{};  ///< The host's name for the application ("portal", "mobile"), 1-64 printable ASCII bytes (R11).
  std::string user_agent{};  ///< As sent; shown to the owner in the list of sessions. Cut to 256 bytes of clean UTF-8.
};

}  // namespace ostiary::inline v0
