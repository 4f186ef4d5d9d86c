#include <ostiary/base/client_context.hpp>

#include <string>

#include <doctest/doctest.h>

using namespace ostiary;

namespace {
std::string network(std::string_view address) { return ClientNetwork::parse(address).value().text(); }
}  // namespace

TEST_CASE("R70: an IPv4 client is its address") {
  CHECK(network("192.0.2.1") == "192.0.2.1");
  CHECK_FALSE(network("192.0.2.1") == network("192.0.2.2"));
}

TEST_CASE("R70: an IPv6 client is its first 64 bits") {
  CHECK(network("2001:db8:0:1:a:b:c:d") == "2001:db8:0:1::/64");
  CHECK(network("2001:DB8:0:1::ffff") == "2001:db8:0:1::/64");
  CHECK(ClientNetwork::parse("2001:db8:0:1::1").value() == ClientNetwork::parse("2001:db8:0:1:9::").value());
  CHECK_FALSE(network("2001:db8:0:2::1") == network("2001:db8:0:1::1"));
  CHECK(network("::1") == "::/64");
}

TEST_CASE("R70: an IPv4 address inside IPv6 is charged as the IPv4 one") {
  CHECK(network("::ffff:192.0.2.1") == "192.0.2.1");
  CHECK(network("::ffff:c000:201") == "192.0.2.1");
}

TEST_CASE("R70: what is no address is refused") {
  for (const std::string_view text :
       {"", "192.0.2", "192.0.2.256", "192.0.2.1:80", "192.0.2.01", "192.0.2.1 ", " 192.0.2.1", "0x7f.0.0.1",
        "2130706433", "[2001:db8::1]", "2001:db8::1/64", "fe80::1%eth0", "2001:db8::1::", "unknown",
        "192.0.2.1, 192.0.2.2", "localhost"}) {
    CAPTURE(std::string(text));
    CHECK(ClientNetwork::parse(text).error() == Errc::malformed_network_address);
  }
  CHECK(ClientNetwork::parse(std::string_view("192.0.2.1\0x", 11)).error() == Errc::malformed_network_address);
  CHECK(ClientNetwork::parse(std::string(1'000'000, '1')).error() == Errc::malformed_network_address);
}
