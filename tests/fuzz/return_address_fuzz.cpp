#include <algorithm>
#include <memory>
#include <string>

#include <curl/curl.h>

#include "fuzz/fuzz.hpp"
#include <ostiary/web/return_address.hpp>

namespace ostiary::fuzz {
namespace {

constexpr std::string_view default_page = "/default-page";

std::string part(CURLU* url, CURLUPart what) {
  char* text = nullptr;
  if (curl_url_get(url, what, &text, 0) != CURLUE_OK) {
    return {};
  }
  const std::unique_ptr<char, decltype(&curl_free)> owned(text, curl_free);
  return text;
}

// libcurl resolves the address as a browser would from a page of this server.
void leads_to_this_server(const std::string& address) {
  const std::unique_ptr<CURLU, decltype(&curl_url_cleanup)> url(curl_url(), curl_url_cleanup);
  must(curl_url_set(url.get(), CURLUPART_URL, "https://portal.example/account/sign-in", 0) == CURLUE_OK &&
           curl_url_set(url.get(), CURLUPART_URL, address.c_str(), 0) == CURLUE_OK,
       "a URL library can resolve it");
  must(part(url.get(), CURLUPART_SCHEME) == "https" && part(url.get(), CURLUPART_HOST) == "portal.example" &&
           part(url.get(), CURLUPART_PORT).empty() && part(url.get(), CURLUPART_USER).empty(),
       "it leads to this server");
  const auto path = address.substr(0, address.find_first_of("?#"));
  must(part(url.get(), CURLUPART_PATH) == path, "no step up changes the path");
}

int digit_of(char c) {
  const std::string digits = "0123456789abcdef";
  const auto at = digits.find(static_cast<char>(c >= 'A' && c <= 'F' ? c - 'A' + 'a' : c));
  return at == std::string::npos ? -1 : static_cast<int>(at);
}

std::string percent_decoded(std::string_view text) {
  std::string out;
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] == '%' && i + 2 < text.size() && digit_of(text[i + 1]) >= 0 && digit_of(text[i + 2]) >= 0) {
      out += static_cast<char>(digit_of(text[i + 1]) * 16 + digit_of(text[i + 2]));
      i += 2;
    } else {
      out += text[i];
    }
  }
  return out;
}

// What makes browsers and servers leave the path they were shown: WHATWG URL, RFC 3986 §5.2.4.
bool is_plain_path(const std::string& path) {
  const bool clean =
      std::ranges::none_of(path, [](char c) { return static_cast<unsigned char>(c) < 0x20 || c == 0x7f || c == '\\'; });
  const auto slashed = path + '/';
  return clean && path.starts_with('/') && path.find("//") == std::string::npos &&
         slashed.find("/./") == std::string::npos && slashed.find("/../") == std::string::npos;
}

bool is_surely_safe(std::string_view text) {
  return text.starts_with('/') && text.size() <= return_address_bytes_max &&
         text.find("//") == std::string_view::npos &&
         text.find_first_not_of("/abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_") ==
             std::string_view::npos;
}

void check_accepted(const std::string& address) {
  must(address.size() <= return_address_bytes_max, "an accepted address is short");
  must(std::ranges::all_of(address, [](char c) { return c > ' ' && c < 0x7f && c != '\\' && c != '"' && c != '<'; }),
       "an accepted address is printable ASCII");
  auto path = address.substr(0, address.find_first_of("?#"));
  for (int decodings = 0; decodings < 3; ++decodings) {
    must(is_plain_path(path), "the path stays a path, however often it is decoded");
    path = percent_decoded(path);
  }
  must(std::ranges::none_of(percent_decoded(address),
                            [](char c) { return static_cast<unsigned char>(c) < 0x20 || c == 0x7f; }),
       "no control character comes out of it");
  must(safe_return_address(address, default_page) == address, "what was accepted is accepted again");
  leads_to_this_server(address);
}

}  // namespace

bool return_address(std::string_view input) {
  const auto given = safe_return_address(input, default_page);
  const bool accepted = given == input;
  must(accepted || given == default_page, "it gives the address or the default, and nothing between");
  must(accepted || !is_surely_safe(input), "a plain path is accepted");
  if (accepted) {
    check_accepted(given);
  }
  return accepted;
}

}  // namespace ostiary::fuzz
