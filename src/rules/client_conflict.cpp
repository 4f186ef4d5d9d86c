#include <ostiary/rules/client_conflict.hpp>

#include <algorithm>

#include <ostiary/base/assert.hpp>

namespace ostiary::inline v0 {
namespace {

constexpr ClientRule rules[] = {
    {FactorMoment::switching_on, ClientNeed::needed, ClientVerdict::refuse},
    {FactorMoment::switching_on, ClientNeed::not_needed, ClientVerdict::warn},
    {FactorMoment::enrolling_due, ClientNeed::needed, ClientVerdict::warn},
    {FactorMoment::enrolling_due, ClientNeed::not_needed, ClientVerdict::warn},
    {FactorMoment::signing_in, ClientNeed::needed, ClientVerdict::refuse},
    {FactorMoment::signing_in, ClientNeed::not_needed, ClientVerdict::refuse},
    {FactorMoment::declaring_need, ClientNeed::needed, ClientVerdict::refuse},
    {FactorMoment::declaring_need, ClientNeed::not_needed, ClientVerdict::none},
};

ClientConflict judge(const ClientApplication& client, const Account& account, FactorMoment moment) {
  ClientConflict conflict{.id = client.id, .name = client.name};
  if (client.factor == FactorSupport::supported) {
    return conflict;
  }
  const bool is_needed = std::ranges::find(account.needed_clients, client.id) != account.needed_clients.end();
  const auto need = is_needed ? ClientNeed::needed : ClientNeed::not_needed;
  const auto* const row =
      std::ranges::find_if(rules, [&](const ClientRule& rule) { return rule.moment == moment && rule.need == need; });
  OSTIARY_ASSERT(row != std::end(rules));
  conflict.verdict = row->verdict;
  return conflict;
}

}  // namespace

std::span<const ClientRule> client_rules() noexcept { return rules; }

std::vector<ClientConflict> find_client_conflicts(const Organization& organization, const Account& account,
                                                  FactorMoment moment) {
  std::vector<ClientConflict> conflicts;
  for (const auto& client : organization.clients) {
    auto conflict = judge(client, account, moment);
    if (conflict.verdict != ClientVerdict::none) {
      conflicts.push_back(std::move(conflict));
    }
  }
  return conflicts;
}

ClientConflict judge_client(const Organization& organization, const Account& account, std::string_view client_id,
                            FactorMoment moment) {
  const auto found = std::ranges::find(organization.clients, client_id, &ClientApplication::id);
  return found == organization.clients.end() ? ClientConflict{.id = std::string(client_id)}
                                             : judge(*found, account, moment);
}

bool is_refused(const std::vector<ClientConflict>& conflicts) noexcept {
  return std::ranges::any_of(conflicts, [](const ClientConflict& one) { return one.verdict == ClientVerdict::refuse; });
}

}  // namespace ostiary::inline v0
