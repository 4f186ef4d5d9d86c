#pragma once

#include <map>
#include <set>

#include "services/world.hpp"
#include <ostiary/services/audit_log.hpp>
#include <ostiary/testing/faulty_store.hpp>

namespace ostiary::test {

/// Tampered is a copy of one stream's audit that a test may change as whoever writes the database can, without a key.
class Tampered final : public testing::FaultyStore {
 public:
  Tampered(Store& original, const AuditStream& stream) : FaultyStore(original, plan_) {
    const auto head = original.find_audit_head(stream).value();
    for (std::uint64_t number = 1; head && number <= head->block.number; ++number) {
      blocks.emplace(number, original.find_audit_block(stream, number).value().value());
      rows.emplace(number, original.list_audit_block(stream, number).value());
    }
    rows[0] = original.list_unsealed_audit(stream, audit_block_events_max).value();
  }

  Result<std::vector<AuditRow>> list_audit_block(const AuditStream& /*stream*/, std::uint64_t number) override {
    if (unreadable_rows.contains(number)) {
      return Errc::record_unreadable;
    }
    return number != 0 && rows.contains(number) ? rows.at(number) : std::vector<AuditRow>();
  }
  Result<std::vector<AuditRow>> list_unsealed_audit(const AuditStream& /*stream*/, std::size_t limit) override {
    auto unsealed = rows.at(0);
    unsealed.resize(std::min(unsealed.size(), limit));
    return unsealed_is_unreadable ? Result<std::vector<AuditRow>>(Errc::record_unreadable) : unsealed;
  }
  Result<std::optional<AuditBlockRow>> find_audit_block(const AuditStream& /*stream*/, std::uint64_t number) override {
    if (unreadable_blocks.contains(number)) {
      return Errc::record_unreadable;
    }
    return blocks.contains(number) ? std::optional(blocks.at(number)) : std::nullopt;
  }
  Result<std::optional<AuditBlockRow>> find_audit_head(const AuditStream& stream) override {
    return blocks.empty() ? std::optional<AuditBlockRow>() : find_audit_block(stream, blocks.rbegin()->first);
  }

  std::map<std::uint64_t, std::vector<AuditRow>> rows;  // 0: in no block
  std::map<std::uint64_t, AuditBlockRow> blocks;
  std::set<std::uint64_t> unreadable_rows;
  std::set<std::uint64_t> unreadable_blocks;
  bool unsealed_is_unreadable = false;

 private:
  testing::FaultPlan plan_;
};

/// AuditWorld is an organisation whose audit has three closed blocks and some events in none.
struct AuditWorld : World {
  explicit AuditWorld(std::unique_ptr<Store> other_store = nullptr) : World({}, std::move(other_store)) {
    acme = found_active().organization;
    close();
    signed_in("100@acme");
    signed_in("100@acme");
    close();
    signed_in("100@acme");
    signed_in("100@acme");
    close();
    signed_in("100@acme");
  }

  AuditClosed close() {
    clock.advance(std::chrono::seconds(1));  // ids of one millisecond are in no order
    return housekeeping.close_audit(100).value();
  }

  OrganizationId acme;
};

inline AuditVerification verified(const Environment& env, const AuditVerifyRequest& request) {
  return std::get<AuditVerification>(AuditLog(env).verify(Actor::host("test").value(), request).value());
}

inline std::vector<std::string> names(const AuditVerification& verification) {
  std::vector<std::string> out;
  for (const auto& finding : verification.findings) {
    out.push_back(std::string(audit_finding_name(finding.kind)) + " " + std::to_string(finding.block));
  }
  return out;
}

/// found is what verify finds after `tamper` changed a copy of acme's stream.
inline std::vector<std::string> found(AuditWorld& world, const std::function<void(Tampered&)>& tamper,
                                      const std::optional<AuditCheckpoint>& checkpoint = {}) {
  Tampered store(world.store, world.acme);
  tamper(store);
  const Environment env{
      .store = store, .clock = world.clock, .random = world.random, .hasher = world.hasher, .keys = world.keys};
  return names(verified(env, {.stream = world.acme, .checkpoint = checkpoint}));
}

inline AuditCheckpoint checkpoint_in(AuditWorld& world) {
  return std::get<AuditCheckpoint>(AuditLog(world.env).checkpoint(world.host(), world.acme).value());
}

using Names = std::vector<std::string>;

}  // namespace ostiary::test
