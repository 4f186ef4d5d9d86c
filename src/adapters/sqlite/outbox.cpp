#include "outbox.hpp"

#include <algorithm>
#include <tuple>

#include "records.hpp"

namespace ostiary::inline v0::sqlite {

// States 1 and 2 (queued, sending) are written out: only then does SQLite see that the partial index will do.
static_assert(static_cast<int>(MailState::queued) == 1 && static_cast<int>(MailState::sending) == 2);

Result<std::vector<MailIntent>> claim_mail(Connection& connection, std::size_t limit, Instant now, Instant until,
                                           const LeaseToken& token) {
  OSTIARY_TRY(auto mails,
              connection.all("UPDATE ostiary_mails SET lease = ?1, lease_until = ?2 WHERE id IN (SELECT id FROM ("
                             "SELECT id, due_at FROM ostiary_mails WHERE state = 1 AND due_at <= ?3 AND "
                             "(lease_until IS NULL OR lease_until <= ?3) UNION ALL "
                             "SELECT id, due_at FROM ostiary_mails WHERE state = 2 AND "
                             "(lease_until IS NULL OR lease_until <= ?3) ORDER BY due_at, id LIMIT ?4)) "
                             "RETURNING body, state, attempts, due_at, reason, lease, lease_until",
                             read_mail, token, until, now, limit));
  std::ranges::sort(mails, {}, [](const MailIntent& mail) { return std::tuple(mail.due_at, mail.id); });
  return mails;
}

Result<std::vector<RecoveryRequest>> claim_recovery_requests(Connection& connection, std::size_t limit, Instant now,
                                                             Instant until, const LeaseToken& token) {
  OSTIARY_TRY(auto requests,
              connection.all("UPDATE ostiary_recovery_requests SET lease = ?1, lease_until = ?2 WHERE id IN (SELECT id "
                             "FROM ostiary_recovery_requests WHERE lease_until IS NULL OR lease_until <= ?3 "
                             "ORDER BY id LIMIT ?4) RETURNING body, lease, lease_until",
                             read_recovery_request, token, until, now, limit));
  std::ranges::sort(requests, {}, &RecoveryRequest::id);
  return requests;
}

}  // namespace ostiary::inline v0::sqlite
