#include <ostiary/base/client_context.hpp>

#include <algorithm>
#include <arpa/inet.h>
#include <array>
#include <cstring>

namespace ostiary::inline v0 {

Result<ClientNetwork> ClientNetwork::parse(std::string_view address) {
  const std::string terminated(address);
  if (terminated.find('\0') != std::string::npos) {
    return Errc::malformed_network_address;
  }
  std::array<char, INET6_ADDRSTRLEN> text{};
  if (in_addr v4{}; ::inet_pton(AF_INET, terminated.c_str(), &v4) == 1) {
    return ClientNetwork(::inet_ntop(AF_INET, &v4, text.data(), text.size()));
  }
  in6_addr v6{};
  if (::inet_pton(AF_INET6, terminated.c_str(), &v6) != 1) {
    return Errc::malformed_network_address;
  }
  if (IN6_IS_ADDR_V4MAPPED(&v6) != 0) {
    constexpr std::size_t v4_offset = 12;
    return ClientNetwork(::inet_ntop(AF_INET, &v6.s6_addr[v4_offset], text.data(), text.size()));
  }
  constexpr std::size_t prefix_bytes = 8;
  std::memset(&v6.s6_addr[prefix_bytes], 0, sizeof(v6.s6_addr) - prefix_bytes);
  return ClientNetwork(std::string(::inet_ntop(AF_INET6, &v6, text.data(), text.size())) + "/64");
}

}  // namespace ostiary::inline v0
