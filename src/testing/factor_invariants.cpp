#include "invariants.hpp"

// A code of a second factor is used exactly if what it opened is there (R61, R66).
namespace ostiary::inline v0::testing {
namespace {

// Until when each remembered device goes without a code; one that has ended since did so then.
using Remembered = std::map<DeviceId, Instant>;

Remembered remembered_by(std::span<const FaultyStore::Sent> sent) {
  Remembered remembered;
  for (const auto& one : sent) {
    for (const auto& change : one.set.changes) {
      const auto* const put = std::get_if<PutDevice>(&change);
      if (one.committed && put != nullptr && put->device.remembered) {
        remembered.emplace(put->device.id, put->device.remembered->until);
      }
    }
  }
  return remembered;
}

// What one set does with second factors: whose codes it uses, and for whom it opens or changes something.
struct Uses {
  const Records& records;
  const Remembered& remembered;
  Instant at;
  std::set<AccountId> used{};
  std::set<AccountId> changed{};
  std::set<AccountId> proved{};          // a session began as proved now, or an older one was proved
  std::set<AccountId> begun_unproved{};  // a session began that says it was proved earlier
  std::set<AccountId> seen_devices{};    // of a device that is remembered now

  void operator()(const AdvanceTotpStep& advance) { used.insert(advance.account); }
  void operator()(const ConsumeRecoveryCode& consume) { used.insert(consume.account); }
  void operator()(const ConsumeLink& consume) {
    const auto link = records.links.find(consume.id);
    if (link != records.links.end() && link->second.purpose == LinkPurpose::factor_code) {
      used.insert(link->second.account);
    }
  }
  void operator()(const PutAccount& put) { changed.insert(put.next.id); }
  void operator()(const PutSession& put) {
    (put.session.proved_at < at ? begun_unproved : proved).insert(put.session.account);
  }
  void operator()(const ProveSession& prove) { proved.insert(prove.account); }
  void operator()(const TouchDevice& touch) {
    const auto device = remembered.find(touch.id);
    if (device != remembered.end() && at < device->second) {
      seen_devices.insert(touch.account);
    }
  }
  void operator()(const auto& /*nothing of a second factor*/) {}
};

// Whether the account as it stands had a second factor before `at`: one that was switched on or replaced at `at` itself
// says nothing about the moment before.
bool had_factor(const Records& records, const AccountId& id, Instant at) {
  const auto found = records.accounts.find(id);
  if (found == records.accounts.end()) {
    return false;
  }
  const Account& account = found->second;
  return (account.authenticator && account.authenticator->enrolled_at < at) ||
         (account.email_codes_since && *account.email_codes_since < at);
}

void check_uses(const Records& records, const Remembered& remembered, const ChangeSet& set, Findings& findings) {
  Uses uses{.records = records, .remembered = remembered, .at = set.at};
  for (const auto& change : set.changes) {
    std::visit(uses, change);
  }
  const auto report = [&](std::string_view what, const AccountId& account) {
    findings.push_back(
        {FaultInvariant::factor_used_with_effect, std::string(what) + " of account " + account.to_string()});
  };
  for (const auto& account : uses.used) {
    if (!uses.changed.contains(account) && !uses.proved.contains(account)) {
      report("a code is used, and opens nothing,", account);
    }
  }
  for (const auto& account : uses.proved) {
    if (had_factor(records, account, set.at) && !uses.used.contains(account)) {
      report("a session is proved without a code", account);
    }
  }
  for (const auto& account : uses.begun_unproved) {
    if (had_factor(records, account, set.at) && !uses.seen_devices.contains(account)) {
      report("a session began without a code and without a remembered device", account);
    }
  }
}

// What committed sets used of the account's present authenticator and codes.
struct Spent {
  std::set<TotpStep> steps;
  std::uint32_t codes = 0;
};

Spent spent_of(const Account& account, std::span<const FaultyStore::Sent> sent) {
  Spent spent;
  const auto& authenticator = account.authenticator;
  for (const auto& one : sent) {
    for (const auto& change : one.set.changes) {
      const auto* const advance = std::get_if<AdvanceTotpStep>(&change);
      const auto* const put = std::get_if<PutAccount>(&change);
      const auto* const consume = std::get_if<ConsumeRecoveryCode>(&change);
      if (!one.committed) {
        continue;
      }
      if (advance != nullptr && authenticator && advance->authenticator == authenticator->id) {
        spent.steps.insert(advance->step);
      }
      if (put != nullptr && authenticator && put->next.authenticator &&
          put->next.authenticator->id == authenticator->id) {
        spent.steps.insert(put->next.authenticator->accepted_step);  // the code that enrolled
      }
      if (consume != nullptr && account.recovery_codes && consume->codes == account.recovery_codes->id) {
        spent.codes |= std::uint32_t{1} << consume->index;
      }
    }
  }
  return spent;
}

void check_marks(const Account& account, std::span<const FaultyStore::Sent> sent, bool is_alone, Findings& findings) {
  const auto spent = spent_of(account, sent);
  const auto report = [&](std::string_view what) {
    findings.push_back(
        {FaultInvariant::factor_used_with_effect, std::string(what) + " of account " + account.id.to_string()});
  };
  if (account.authenticator) {
    const auto step = account.authenticator->accepted_step;
    if (!spent.steps.empty() && step < *spent.steps.rbegin()) {
      report("a used code of the authenticator app works again");
    } else if (is_alone && !spent.steps.contains(step)) {
      report("a code of the authenticator app is used for nothing");
    }
  }
  if (account.recovery_codes) {
    const auto used = account.recovery_codes->used;
    if ((spent.codes & ~used) != 0) {
      report("a used recovery code works again");
    } else if (is_alone && used != spent.codes) {
      report("a recovery code is used for nothing");
    }
  }
}

}  // namespace

void check_factors(const Records& records, std::span<const FaultyStore::Sent> sent, bool is_alone, Findings& findings) {
  const auto remembered = remembered_by(sent);
  for (const auto& one : sent) {
    if (one.committed) {
      check_uses(records, remembered, one.set, findings);
    }
  }
  for (const auto& [id, account] : records.accounts) {
    check_marks(account, sent, is_alone, findings);
  }
}

}  // namespace ostiary::inline v0::testing
