#include "rivals.hpp"

#include <array>

#include <ostiary/rules/account_removal.hpp>

namespace ostiary::inline v0::testing {
namespace {

struct Named {
  std::string_view name;
  std::size_t rivals;
};

// In the order of the alternatives of Change.
constexpr std::array<Named, std::variant_size_v<Change>> alternatives = {
    {{"RequireActor", 1},   {"PutOrganization", 1},    {"PutAccount", 1},
     {"UpgradeHash", 0},    {"AdvanceTotpStep", 1},    {"ConsumeRecoveryCode", 1},
     {"PutLink", 1},        {"ConsumeLink", 1},        {"ConsumeOnce", 1},
     {"PutSession", 2},     {"TouchSession", 0},       {"ProveSession", 1},
     {"RestampSession", 1}, {"EndSession", 1},         {"PutDevice", 1},
     {"TouchDevice", 1},    {"EndDevice", 1},          {"PutMailIntent", 1},
     {"BeginHandOver", 3},  {"RestoreLink", 0},        {"MarkMail", 1},
     {"BounceMail", 1},     {"PutRecoveryRequest", 0}, {"SettleRecoveryRequest", 1},
     {"PutJob", 1},         {"PutJobBatch", 0},        {"EraseAccount", 0},
     {"AppendAudit", 0},    {"PutAuditBlock", 1}}};

// What a rival's write leaves in a name.
constexpr std::string_view rival_mark = ", renamed";

// Another id, the same whenever it is made from `id`: nobody draws one that differs in one bit only.
template <class Tag>
Id<Tag> twin_of(const Id<Tag>& id) {
  auto bytes = id.bytes();
  bytes.back() ^= std::byte{1};
  return Id<Tag>(bytes);
}

// A set of the rival's own. Of one world's rivals each has its own ChangeId: `number` is in it.
class RivalSet {
 public:
  RivalSet(const ChangeSet& overtaken, std::size_t number) : at_(overtaken.at) {
    auto bytes = overtaken.id.bytes();
    bytes.back() ^= std::byte{0x80};
    bytes.front() ^= static_cast<std::byte>(number + 1);
    id_ = ChangeId(bytes);
  }

  [[nodiscard]] bool commit(Store& store, std::vector<Change> changes) const {
    const auto answer = store.commit({.id = id_, .at = at_, .changes = std::move(changes)});
    return answer && std::holds_alternative<Committed>(answer.assume_value());
  }

  template <class Alter>
  [[nodiscard]] bool alter_account(Store& store, const AccountId& id, Alter alter) const {
    const auto found = store.find_account(id);
    if (!found || !found.assume_value()) {
      return false;
    }
    Account next = *found.assume_value();
    const auto expected = next.version;
    alter(next);
    return commit(store, {PutAccount{.next = std::move(next), .expected = expected}});
  }

  [[nodiscard]] bool remove_account(Store& store, const AccountId& id) const {
    const auto found = store.find_account(id);
    if (!found || !found.assume_value() || found.assume_value()->status == AccountStatus::removed) {
      return false;
    }
    const Account& account = *found.assume_value();
    return commit(store, {PutAccount{.next = erased(account), .expected = account.version}, EraseAccount{.account = id},
                          event(AuditKind::account_removed, account.organization, id)});
  }

  [[nodiscard]] bool end_session(Store& store, const SessionId& id) const {
    const auto found = store.find_session(id);
    if (!found || !found.assume_value()) {
      return false;
    }
    return commit(store, {EndSession{.id = id, .account = found.assume_value()->session.account}});
  }

  [[nodiscard]] bool raise_link(Store& store, const LinkId& id) const {
    const auto found = store.find_link(id);
    if (!found || !found.assume_value()) {
      return false;
    }
    const Link& link = *found.assume_value();
    return commit(store, {PutLink{.id = id,
                                  .account = link.account,
                                  .purpose = link.purpose,
                                  .expected = link.issued,
                                  .ends_at = link.ends_at}});
  }

  [[nodiscard]] AppendAudit event(AuditKind kind, const OrganizationId& organization,
                                  std::optional<AccountId> subject) const {
    return {.event = {.id = AuditId(id_.bytes()),
                      .at = at_,
                      .organization = organization,
                      .kind = kind,
                      .actor_kind = AuditActorKind::host,
                      .actor_name = "rival",
                      .subject = subject},
            .mac = {}};
  }

  [[nodiscard]] Instant at() const noexcept { return at_; }
  [[nodiscard]] LeaseToken lease() const { return LeaseToken(id_.bytes()); }

 private:
  ChangeId id_;
  Instant at_;
};

void end_sessions(Account& account) { ++account.epochs.sessions; }
void forget_devices(Account& account) { ++account.epochs.devices; }
void suspend(Account& account) { account.status = AccountStatus::suspended; }
// A field that no act of a scenario decides on, so that a write which never read this one takes it back.
void rename(Account& account) { account.display_name += rival_mark; }

// The same decision by another request: all but the ids that each request draws for itself.
std::vector<Change> same_decision(const ChangeSet& set) {
  auto changes = set.changes;
  for (auto& change : changes) {
    if (auto* append = std::get_if<AppendAudit>(&change)) {
      append->event.id = twin_of(append->event.id);
    } else if (auto* put = std::get_if<PutMailIntent>(&change)) {
      put->mail.id = twin_of(put->mail.id);
    } else if (auto* session = std::get_if<PutSession>(&change)) {
      session->session.id = twin_of(session->session.id);
    } else if (auto* device = std::get_if<PutDevice>(&change)) {
      device->device.id = twin_of(device->device.id);
    }
  }
  return changes;
}

// Another worker, who comes when every lease of now has ended.
Rival take_over(const RivalSet& rival, Instant lease_end) {
  constexpr std::size_t limit = 100;
  constexpr auto lease = std::chrono::minutes(5);
  return [=](Store& store) {
    const auto claimed = store.claim_mail(limit, lease_end, lease_end + lease, rival.lease());
    return claimed && !claimed.assume_value().empty();
  };
}

struct MakeRival {
  Store& store;
  const ChangeSet& set;
  RivalSet rival;
  std::size_t variant = 0;  // of the rivals of this change

  Rival operator()(const RequireActor& change) const { return end(change.session); }
  Rival operator()(const ProveSession& change) const { return end(change.id); }
  Rival operator()(const RestampSession& change) const { return end(change.id); }
  Rival operator()(const EndSession& change) const { return end(change.id); }
  Rival operator()(const PutDevice& change) const { return alter(change.device.account, forget_devices); }
  Rival operator()(const TouchDevice& change) const { return end(change.id, change.account); }
  Rival operator()(const EndDevice& change) const { return end(change.id, change.account); }

  Rival operator()(const PutOrganization& change) const {
    Organization next = change.next;
    std::vector<Change> changes;
    if (change.expected == 0) {
      next.id = twin_of(next.id);
      changes.emplace_back(rival.event(AuditKind::organization_created, next.id, std::nullopt));
      changes.emplace_back(PutOrganization{.next = std::move(next), .expected = 0});
      return [rival = rival, changes](Store& to) { return rival.commit(to, changes); };
    }
    return [rival = rival, id = next.id](Store& to) {
      const auto found = to.find_organization(id);
      if (!found || !found.assume_value()) {
        return false;
      }
      Organization altered = *found.assume_value();
      const auto expected = altered.version;
      altered.name += rival_mark;
      return rival.commit(to, {PutOrganization{.next = std::move(altered), .expected = expected}});
    };
  }

  Rival operator()(const PutAccount& change) const {
    if (change.expected != 0) {
      return alter(change.next.id, rename);
    }
    Account next = change.next;
    next.id = twin_of(next.id);
    const auto event = rival.event(AuditKind::account_invited, next.organization, next.id);
    const std::vector<Change> changes{PutAccount{.next = std::move(next), .expected = 0}, event};
    return [rival = rival, changes](Store& to) { return rival.commit(to, changes); };
  }

  // Another request with the same code.
  Rival operator()(const AdvanceTotpStep& change) const {
    return [rival = rival, change](Store& to) { return rival.commit(to, {change}); };
  }
  Rival operator()(const ConsumeRecoveryCode& change) const {
    return [rival = rival, change](Store& to) { return rival.commit(to, {change}); };
  }

  Rival operator()(const PutLink& change) const {
    if (change.expected != 0) {
      return raise(change.id);
    }
    PutLink other = change;
    other.id = twin_of(other.id);
    return [rival = rival, other](Store& to) { return rival.commit(to, {other}); };
  }

  Rival operator()(const ConsumeLink& /*change*/) const {
    return [rival = rival, changes = same_decision(set)](Store& to) { return rival.commit(to, changes); };
  }

  Rival operator()(const ConsumeOnce& change) const {
    return [rival = rival, change](Store& to) { return rival.commit(to, {change}); };
  }

  Rival operator()(const PutSession& change) const {
    return alter(change.session.account, variant == 0 ? end_sessions : suspend);
  }

  Rival operator()(const PutMailIntent& change) const {
    return [rival = rival, id = change.mail.parts.front().account](Store& to) { return rival.remove_account(to, id); };
  }

  Rival operator()(const BeginHandOver& change) const {
    if (variant == 2) {
      return take_over(rival, change.until);
    }
    if (variant == 0) {
      const auto& link = change.parts.front().link;
      return link ? raise(link->id) : Rival();
    }
    return alter(change.parts.front().account, suspend);
  }

  Rival operator()(const MarkMail& change) const {
    const auto mail = store.find_mail(change.mail);
    const bool leased = mail && mail.assume_value() && mail.assume_value()->lease;
    return leased ? take_over(rival, mail.assume_value()->lease->until) : Rival();
  }

  Rival operator()(const BounceMail& change) const {
    return [rival = rival, change](Store& to) { return rival.commit(to, {change}); };
  }
  Rival operator()(const PutAuditBlock& change) const {
    return [rival = rival, change](Store& to) { return rival.commit(to, {change}); };
  }

  Rival operator()(const SettleRecoveryRequest& /*change*/) const {
    return [rival = rival](Store& to) {
      constexpr std::size_t limit = 100;
      constexpr auto later = std::chrono::days(1);  // every lease of now has ended
      const auto claimed = to.claim_recovery_requests(limit, rival.at() + later, rival.at() + 2 * later, rival.lease());
      return claimed && !claimed.assume_value().empty();
    };
  }

  Rival operator()(const PutJob& change) const {
    if (change.expected == 0) {
      return {};
    }
    return [rival = rival, id = change.next.id](Store& to) {
      const auto found = to.find_job(id);
      if (!found || !found.assume_value()) {
        return false;
      }
      Job next = *found.assume_value();
      const auto expected = next.version;
      next.planned_by += rival_mark;
      return rival.commit(to, {PutJob{.next = std::move(next), .expected = expected}});
    };
  }

  Rival operator()(const UpgradeHash& /*no guard*/) const { return {}; }
  Rival operator()(const RestoreLink& /*no guard*/) const { return {}; }
  Rival operator()(const TouchSession& /*no guard*/) const { return {}; }
  Rival operator()(const AppendAudit& /*a new id*/) const { return {}; }
  Rival operator()(const PutRecoveryRequest& /*a new id*/) const { return {}; }
  Rival operator()(const PutJobBatch& /*PutJob's*/) const { return {}; }
  Rival operator()(const EraseAccount& /*PutAccount's*/) const { return {}; }

 private:
  [[nodiscard]] Rival end(const SessionId& id) const {
    return [rival = rival, id](Store& to) { return rival.end_session(to, id); };
  }
  [[nodiscard]] Rival end(const DeviceId& id, const AccountId& account) const {
    return
        [rival = rival, id, account](Store& to) { return rival.commit(to, {EndDevice{.id = id, .account = account}}); };
  }
  [[nodiscard]] Rival raise(const LinkId& id) const {
    return [rival = rival, id](Store& to) { return rival.raise_link(to, id); };
  }
  [[nodiscard]] Rival alter(const AccountId& id, void (*how)(Account&)) const {
    return [rival = rival, id, how](Store& to) { return rival.alter_account(to, id, how); };
  }
};

}  // namespace

std::string_view change_name(const Change& change) { return alternatives.at(change.index()).name; }

std::size_t rival_count(const PortCall& commit) {
  std::size_t count = 0;
  for (const auto& change : commit.changes) {
    for (const auto& one : alternatives) {
      count += change.starts_with(std::string(one.name) + ":") ? one.rivals : 0;
    }
  }
  return count;
}

Rival make_rival(Store& store, const ChangeSet& set, std::size_t number) {
  std::size_t before = 0;
  for (const auto& change : set.changes) {
    const auto own = alternatives.at(change.index()).rivals;
    if (number < before + own) {
      return std::visit(
          MakeRival{.store = store, .set = set, .rival = RivalSet(set, number), .variant = number - before}, change);
    }
    before += own;
  }
  return {};
}

}  // namespace ostiary::inline v0::testing
