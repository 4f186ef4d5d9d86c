#include "housekeeping.hpp"

#include <array>

#include <ostiary/model/budget.hpp>

namespace ostiary::inline v0::sqlite {
namespace {

constexpr auto change_id_lifetime = std::chrono::hours(24);

struct Sweep {
  Sql sql;  // deletes up to ?2 rows that ended by ?1
  std::int64_t ended_by;
};

}  // namespace

Result<Housekept> housekeep(Connection& connection, Instant now, std::size_t limit) {
  const auto time = now.time_since_epoch().count();
  const auto drained_by = FineInstant(now).time_since_epoch().count();
  const auto refused_by = FineInstant(now - refused_budget_grace).time_since_epoch().count();
  const auto kept_from = (now - change_id_lifetime).time_since_epoch().count();
  const auto sweeps = std::to_array<Sweep>({
      {"DELETE FROM ostiary_links WHERE id IN (SELECT id FROM ostiary_links WHERE ends_at <= ?1 LIMIT ?2)", time},
      {"DELETE FROM ostiary_sessions WHERE id IN (SELECT id FROM ostiary_sessions WHERE ends_at <= ?1 LIMIT ?2)", time},
      {"DELETE FROM ostiary_devices WHERE id IN (SELECT id FROM ostiary_devices WHERE ends_at <= ?1 LIMIT ?2)", time},
      {"DELETE FROM ostiary_mails WHERE id IN (SELECT id FROM ostiary_mails WHERE ends_at <= ?1 LIMIT ?2)", time},
      {"DELETE FROM ostiary_recovery_requests WHERE id IN "
       "(SELECT id FROM ostiary_recovery_requests WHERE ends_at <= ?1 LIMIT ?2)",
       time},
      {"DELETE FROM ostiary_jobs WHERE id IN (SELECT id FROM ostiary_jobs WHERE ends_at <= ?1 LIMIT ?2)", time},
      {"DELETE FROM ostiary_job_batches WHERE (job, number) IN (SELECT job, number FROM ostiary_job_batches b "
       "WHERE ends_at <= ?1 AND NOT EXISTS (SELECT 1 FROM ostiary_jobs WHERE id = b.job) LIMIT ?2)",
       time},
      {"DELETE FROM ostiary_consumed_once WHERE key IN "
       "(SELECT key FROM ostiary_consumed_once WHERE until <= ?1 LIMIT ?2)",
       time},
      {"DELETE FROM ostiary_budgets WHERE key IN "
       "(SELECT key FROM ostiary_budgets WHERE refused = 0 AND tat <= ?1 LIMIT ?2)",
       drained_by},
      {"DELETE FROM ostiary_budgets WHERE key IN "
       "(SELECT key FROM ostiary_budgets WHERE refused > 0 AND tat <= ?1 LIMIT ?2)",
       refused_by},
      {"DELETE FROM ostiary_change_ids WHERE id IN (SELECT id FROM ostiary_change_ids WHERE at < ?1 LIMIT ?2)",
       kept_from},
  });
  std::size_t deleted = 0;
  for (const auto& sweep : sweeps) {
    if (deleted < limit) {
      OSTIARY_TRY(const auto rows, connection.write_count(sweep.sql, sweep.ended_by, limit - deleted));
      deleted += rows;
    }
  }
  return Housekept{.deleted = deleted, .more = deleted >= limit};
}

}  // namespace ostiary::inline v0::sqlite
