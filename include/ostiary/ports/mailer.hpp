#pragma once

#include <string>

#include <ostiary/base/result.hpp>
#include <ostiary/model/mail.hpp>

namespace ostiary::inline v0 {

enum class DeliveryVerdict : std::uint8_t {
  accepted = 1,  ///< The transport has taken responsibility for the mail.
  retry_later,   ///< It is not known to have, and may later (SMTP 4xx, no connection, connection lost in the middle).
  permanent,     ///< It has not, and will not (SMTP 5xx).
};

struct Delivery {
  DeliveryVerdict verdict = DeliveryVerdict::retry_later;
  std::string reason{};  ///< A code for the manager's page, such as "smtp-550"; up to 64 bytes; no text of the mail.
};

/// Mailer hands one finished message to a transport. It composes nothing.
///
/// Time:    returns well within the outbox's lease (5 minutes by default): set a time-out.
/// Doubt:   where the transport's answer was lost, say retry_later: the mail may then arrive twice, with one
///          Message-ID; and where it ends before its next try, as failed, superseded or voided, it may have arrived
///          all the same.
/// Errors:  invalid_configuration, file_unwritable, peer_protocol: the mail stays queued, `deliver` stops and returns
///          it.
/// Threads: called from as many threads as call Outbox::deliver.
/// Secrets: `mail.message` may hold a link's token. It must not reach a log.
class OSTIARY_CORE_EXPORT Mailer {
 public:
  Mailer() = default;
  Mailer(const Mailer&) = delete;
  Mailer& operator=(const Mailer&) = delete;
  virtual ~Mailer() = default;

  [[nodiscard]] virtual Result<Delivery> send(const OutgoingMail& mail) = 0;
};

}  // namespace ostiary::inline v0
