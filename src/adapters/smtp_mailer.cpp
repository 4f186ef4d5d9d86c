#include <ostiary/adapters/smtp_mailer.hpp>

#include <algorithm>
#include <cstring>
#include <fstream>
#include <mutex>
#include <new>

#include <curl/curl.h>

#include <ostiary/base/ascii.hpp>

namespace ostiary::inline v0 {
namespace {

using namespace std::chrono_literals;

constexpr Duration timeout_max = 2min;  // twice as long, for QUIT, still ends within the outbox's lease

bool is_curl_ready() {
  static std::once_flag once;
  static bool ready = false;
  std::call_once(once, [] {
    const auto* info = curl_version_info(CURLVERSION_NOW);
    bool smtps = false;
    for (const char* const* protocol = info->protocols; *protocol != nullptr; ++protocol) {
      smtps = smtps || std::string_view(*protocol) == "smtps";
    }
    ready = smtps && curl_global_init(CURL_GLOBAL_DEFAULT) == CURLE_OK;
  });
  return ready;
}

bool is_host(std::string_view text) {
  constexpr std::size_t length_max = 253;
  const bool clean = std::ranges::all_of(
      text, [](char c) { return ascii::is_letter_or_digit(c) || c == '-' || c == '.' || c == ':'; });
  return !text.empty() && text.size() <= length_max && clean;
}

bool is_text(std::string_view text) { return std::ranges::none_of(text, ascii::is_control); }

bool is_readable(const std::filesystem::path& file) { return std::ifstream(file).is_open(); }

bool is_valid(const SmtpOptions& options) {
  const bool security = options.security == SmtpSecurity::starttls_required ||
                        options.security == SmtpSecurity::implicit_tls ||
                        options.security == SmtpSecurity::insecurely_plain;
  const bool names = is_host(options.host) && options.port != 0 &&
                     (options.local_name.empty() ||
                      (is_host(options.local_name) && options.local_name.find(':') == std::string::npos));
  const bool login = options.user_name.empty() == options.password.empty() && is_text(options.user_name) &&
                     is_text(options.password.reveal());
  const bool times =
      options.connect_timeout > 0ms && options.timeout >= options.connect_timeout && options.timeout <= timeout_max;
  return security && names && login && times && (options.ca_file.empty() || is_readable(options.ca_file));
}

std::string url_of(const SmtpOptions& options, const OutgoingMail& mail) {
  const std::string scheme = options.security == SmtpSecurity::implicit_tls ? "smtps" : "smtp";
  const bool is_ipv6 = options.host.find(':') != std::string::npos;
  const std::string host = is_ipv6 ? "[" + options.host + "]" : options.host;
  const std::string local_name = options.local_name.empty() ? std::string(mail.from.domain()) : options.local_name;
  return scheme + "://" + host + ":" + std::to_string(options.port) + "/" + local_name;
}

// What is left of the message to upload.
struct Upload {
  std::string_view rest;
  bool begun = false;
};

std::size_t read_upload(char* to, std::size_t size, std::size_t count, void* user) {
  auto& upload = *static_cast<Upload*>(user);
  upload.begun = true;
  const auto length = std::min(size * count, upload.rest.size());
  std::memcpy(to, upload.rest.data(), length);
  upload.rest.remove_prefix(length);
  return length;
}

struct FreeEasy {
  void operator()(CURL* easy) const noexcept { curl_easy_cleanup(easy); }
};
struct FreeList {
  void operator()(curl_slist* list) const noexcept { curl_slist_free_all(list); }
};

// Easy is one libcurl transfer; the first option that libcurl refuses is kept.
class Easy {
 public:
  Easy() : easy_(curl_easy_init()) {
    if (easy_ == nullptr) {
      throw std::bad_alloc();
    }
  }

  template <class T>
  Easy& set(CURLoption option, T value) {
    if (refused_ == CURLE_OK) {
      refused_ = curl_easy_setopt(easy_.get(), option, value);
    }
    return *this;
  }
  Easy& set(CURLoption option, const std::string& value) { return set(option, value.c_str()); }

  [[nodiscard]] CURLcode perform() { return refused_ == CURLE_OK ? curl_easy_perform(easy_.get()) : refused_; }
  // The last answer of the server but the one to QUIT; 0 where there was none.
  [[nodiscard]] long answer() const {
    long code = 0;
    curl_easy_getinfo(easy_.get(), CURLINFO_RESPONSE_CODE, &code);
    return code;
  }

 private:
  std::unique_ptr<CURL, FreeEasy> easy_;
  CURLcode refused_ = CURLE_OK;
};

void set_session(Easy& easy, const SmtpOptions& options) {
  const auto milliseconds = [](Duration duration) { return static_cast<long>(duration.count()); };
  easy.set(CURLOPT_PROTOCOLS_STR, "smtp,smtps")
      .set(CURLOPT_NOSIGNAL, 1L)
      .set(CURLOPT_PROXY, "")  // or libcurl asks the environment
      .set(CURLOPT_CONNECTTIMEOUT_MS, milliseconds(options.connect_timeout))
      .set(CURLOPT_TIMEOUT_MS, milliseconds(options.timeout))
      // The answer to QUIT is awaited after the transfer's time: by this option, or libcurl's own 2 minutes.
      .set(CURLOPT_SERVER_RESPONSE_TIMEOUT, milliseconds(options.timeout) / 1000 + 1);
  if (options.security == SmtpSecurity::insecurely_plain) {
    easy.set(CURLOPT_USE_SSL, static_cast<long>(CURLUSESSL_NONE));
    return;
  }
  easy.set(CURLOPT_USE_SSL, static_cast<long>(CURLUSESSL_ALL))
      .set(CURLOPT_SSLVERSION, static_cast<long>(CURL_SSLVERSION_TLSv1_2))
      .set(CURLOPT_SSL_VERIFYPEER, 1L)
      .set(CURLOPT_SSL_VERIFYHOST, 2L);
  if (!options.ca_file.empty()) {
    easy.set(CURLOPT_CAINFO, options.ca_file.string()).set(CURLOPT_CAPATH, static_cast<const char*>(nullptr));
  }
}

void set_login(Easy& easy, const SmtpOptions& options) {
  if (options.user_name.empty()) {
    return;
  }
  SecretBytes terminated(options.password.size() + 1);
  std::ranges::copy(as_bytes(options.password.reveal()), terminated.writable().begin());
  easy.set(CURLOPT_USERNAME, options.user_name)
      .set(CURLOPT_PASSWORD, reinterpret_cast<const char*>(terminated.reveal().data()));
}

Delivery retry_later(std::string reason) {
  return {.verdict = DeliveryVerdict::retry_later, .reason = std::move(reason)};
}

// What ended a transfer that the server did not refuse by a code.
Result<Delivery> judge_transport(CURLcode code) {
  switch (static_cast<int>(code)) {  // a foreign enum, which grows
    case CURLE_COULDNT_RESOLVE_HOST:
    case CURLE_COULDNT_CONNECT:
      return retry_later("smtp-connect");
    case CURLE_OPERATION_TIMEDOUT:
      return retry_later("smtp-timeout");
    case CURLE_SEND_ERROR:
    case CURLE_RECV_ERROR:
    case CURLE_GOT_NOTHING:
      return retry_later("smtp-lost");
    case CURLE_OUT_OF_MEMORY:
      throw std::bad_alloc();
    case CURLE_LOGIN_DENIED:
    case CURLE_SSL_CACERT_BADFILE:
    case CURLE_NOT_BUILT_IN:
    case CURLE_UNKNOWN_OPTION:
    case CURLE_UNSUPPORTED_PROTOCOL:
      return Errc::invalid_configuration;
    default:
      return Errc::peer_protocol;
  }
}

bool asks_for_login(long answer) { return answer == 530 || answer == 534 || answer == 535 || answer == 538; }

Result<Delivery> judge(CURLcode code, long answer, bool upload_begun) {
  const std::string reason = "smtp-" + std::to_string(answer);
  if (code == CURLE_OK) {
    return Delivery{.verdict = DeliveryVerdict::accepted, .reason = reason};
  }
  if (answer >= 400 && answer < 500) {
    return retry_later(reason);
  }
  if (asks_for_login(answer) || code == CURLE_LOGIN_DENIED) {
    return Errc::invalid_configuration;
  }
  // libcurl answers SEND_ERROR for a refused MAIL, RCPT or DATA. A refused greeting, EHLO or STARTTLS is no verdict on
  // this mail.
  if (answer >= 500 && (upload_begun || code == CURLE_SEND_ERROR)) {
    return Delivery{.verdict = DeliveryVerdict::permanent, .reason = reason};
  }
  return judge_transport(code);
}

}  // namespace

Result<std::unique_ptr<SmtpMailer>> SmtpMailer::create(SmtpOptions options) {
  if (!is_curl_ready() || !is_valid(options)) {
    return Errc::invalid_configuration;
  }
  return std::unique_ptr<SmtpMailer>(new SmtpMailer(std::move(options)));
}

Result<Delivery> SmtpMailer::send(const OutgoingMail& mail) {
  const std::unique_ptr<curl_slist, FreeList> to(curl_slist_append(nullptr, mail.to.as_typed().c_str()));
  if (to == nullptr) {
    throw std::bad_alloc();
  }
  Upload upload{.rest = mail.message};
  Easy easy;
  set_session(easy, options_);
  set_login(easy, options_);
  easy.set(CURLOPT_URL, url_of(options_, mail))
      .set(CURLOPT_MAIL_FROM, mail.from.as_typed())
      .set(CURLOPT_MAIL_RCPT, to.get())
      .set(CURLOPT_UPLOAD, 1L)
      .set(CURLOPT_INFILESIZE_LARGE, static_cast<curl_off_t>(mail.message.size()))
      .set(CURLOPT_READFUNCTION, &read_upload)
      .set(CURLOPT_READDATA, static_cast<void*>(&upload));
  const auto code = easy.perform();
  return judge(code, easy.answer(), upload.begun);
}

}  // namespace ostiary::inline v0
