#include <ostiary/testing/faulty_store.hpp>

#include "testing/rivals.hpp"

namespace ostiary::inline v0::testing {
namespace {

// The bytes of a change's record.
struct CountBytes {
  std::size_t operator()(const PutOrganization& put) const { return encode(put.next).size(); }
  std::size_t operator()(const PutAccount& put) const { return encode(put.next).size(); }
  std::size_t operator()(const PutSession& put) const { return encode(put.session).size(); }
  std::size_t operator()(const PutDevice& put) const { return encode(put.device).size(); }
  std::size_t operator()(const PutMailIntent& put) const { return encode(put.mail).size(); }
  std::size_t operator()(const PutRecoveryRequest& put) const { return encode(put.request).size(); }
  std::size_t operator()(const PutJob& put) const { return encode(put.next).size(); }
  std::size_t operator()(const PutJobBatch& put) const { return encode(put.items).size(); }
  std::size_t operator()(const AppendAudit& append) const { return encode(append.event).size(); }
  std::size_t operator()(const UpgradeHash& upgrade) const { return upgrade.from.size() + upgrade.to.size(); }
  std::size_t operator()(const auto& /*of one size*/) const { return 0; }
};

PortCall describe(const ChangeSet& set) {
  PortCall call{.port = Port::store, .name = "commit", .size = set.changes.size(), .changes = {}};
  for (const auto& change : set.changes) {
    call.changes.push_back(std::string(change_name(change)) + ":" + std::to_string(std::visit(CountBytes{}, change)));
  }
  return call;
}

// A read either answers or does not: whatever the mode, nothing else can happen to it.
template <class Forward>
auto read_through(FaultPlan& plan, std::string_view name, std::size_t size, Forward forward) -> decltype(forward()) {
  if (plan.next({.port = Port::store, .name = name, .size = size, .changes = {}})) {
    return Errc::store_unavailable;
  }
  return forward();
}

// A write may also be done although nobody hears of it.
template <class Forward>
auto write_through(const std::optional<Fault>& fault, Forward forward) -> decltype(forward()) {
  if (!fault) {
    return forward();
  }
  switch (fault->mode) {
    case FaultMode::answer_lost:
    case FaultMode::answer_lost_twice: {
      const auto unheard = forward();
      return unheard ? Errc::commit_unknown : unheard.assume_error();
    }
    case FaultMode::contention:
    case FaultMode::contention_thrice:
      return Errc::contention;
    case FaultMode::before:
    case FaultMode::forever:
    case FaultMode::refused:
    case FaultMode::retry_later:
    case FaultMode::permanent:
      break;
  }
  return Errc::store_unavailable;
}

}  // namespace

Result<std::optional<Organization>> FaultyStore::find_organization(const OrganizationId& id) {
  return read_through(plan_, "find_organization", 1, [&] { return inner_.find_organization(id); });
}

Result<std::optional<Organization>> FaultyStore::find_organization_by_domain(const Domain& domain) {
  return read_through(plan_, "find_organization_by_domain", 1,
                      [&] { return inner_.find_organization_by_domain(domain); });
}

Result<std::optional<Account>> FaultyStore::find_account(const AccountId& id) {
  return read_through(plan_, "find_account", 1, [&] { return inner_.find_account(id); });
}

Result<std::optional<Account>> FaultyStore::find_account_by_login(const LoginName& login) {
  return read_through(plan_, "find_account_by_login", 1, [&] { return inner_.find_account_by_login(login); });
}

Result<std::optional<Account>> FaultyStore::find_account_by_host_ref(const std::string& host_ref) {
  return read_through(plan_, "find_account_by_host_ref", 1, [&] { return inner_.find_account_by_host_ref(host_ref); });
}

Result<Page<Account>> FaultyStore::list_accounts(const PageRequest& page) {
  return read_through(plan_, "list_accounts", page.limit, [&] { return inner_.list_accounts(page); });
}

Result<Page<Account>> FaultyStore::find_accounts_by_address(const EmailAddress& address, const PageRequest& page) {
  return read_through(plan_, "find_accounts_by_address", page.limit,
                      [&] { return inner_.find_accounts_by_address(address, page); });
}

Result<Page<Account>> FaultyStore::search_accounts(const AccountQuery& query, const PageRequest& page) {
  return read_through(plan_, "search_accounts", page.limit, [&] { return inner_.search_accounts(query, page); });
}

Result<AccountCount> FaultyStore::count_accounts(const AccountQuery& query, std::size_t limit) {
  return read_through(plan_, "count_accounts", limit, [&] { return inner_.count_accounts(query, limit); });
}

Result<std::vector<HashCount>> FaultyStore::count_password_hashes() {
  return read_through(plan_, "count_password_hashes", 0, [&] { return inner_.count_password_hashes(); });
}

Result<std::optional<Link>> FaultyStore::find_link(const LinkId& id) {
  return read_through(plan_, "find_link", 1, [&] { return inner_.find_link(id); });
}

Result<std::optional<Link>> FaultyStore::find_link_of(const AccountId& account, LinkPurpose purpose) {
  return read_through(plan_, "find_link_of", 1, [&] { return inner_.find_link_of(account, purpose); });
}

Result<std::optional<SessionFacts>> FaultyStore::find_session(const SessionId& id) {
  return read_through(plan_, "find_session", 1, [&] { return inner_.find_session(id); });
}

Result<Page<Session>> FaultyStore::list_sessions(const AccountId& account, const PageRequest& page) {
  return read_through(plan_, "list_sessions", page.limit, [&] { return inner_.list_sessions(account, page); });
}

Result<std::optional<Device>> FaultyStore::find_device(const DeviceId& id) {
  return read_through(plan_, "find_device", 1, [&] { return inner_.find_device(id); });
}

Result<Page<Device>> FaultyStore::list_devices(const AccountId& account, const PageRequest& page) {
  return read_through(plan_, "list_devices", page.limit, [&] { return inner_.list_devices(account, page); });
}

Result<std::optional<MailIntent>> FaultyStore::find_mail(const MailId& id) {
  return read_through(plan_, "find_mail", 1, [&] { return inner_.find_mail(id); });
}

Result<Page<MailIntent>> FaultyStore::list_mails(const AccountId& account, const PageRequest& page) {
  return read_through(plan_, "list_mails", page.limit, [&] { return inner_.list_mails(account, page); });
}

Result<std::optional<Job>> FaultyStore::find_job(const JobId& id) {
  return read_through(plan_, "find_job", 1, [&] { return inner_.find_job(id); });
}

Result<Page<Job>> FaultyStore::list_jobs(const OrganizationId& organization, const PageRequest& page) {
  return read_through(plan_, "list_jobs", page.limit, [&] { return inner_.list_jobs(organization, page); });
}

Result<std::vector<JobItem>> FaultyStore::find_job_batch(const JobId& job, std::uint32_t index) {
  return read_through(plan_, "find_job_batch", 1, [&] { return inner_.find_job_batch(job, index); });
}

Result<Page<AuditRow>> FaultyStore::list_audit(const AuditStream& stream, const PageRequest& page) {
  return read_through(plan_, "list_audit", page.limit, [&] { return inner_.list_audit(stream, page); });
}

Result<std::vector<AuditRow>> FaultyStore::list_audit_block(const AuditStream& stream, std::uint64_t number) {
  return read_through(plan_, "list_audit_block", 1, [&] { return inner_.list_audit_block(stream, number); });
}

Result<std::vector<AuditRow>> FaultyStore::list_unsealed_audit(const AuditStream& stream, std::size_t limit) {
  return read_through(plan_, "list_unsealed_audit", limit, [&] { return inner_.list_unsealed_audit(stream, limit); });
}

Result<std::vector<AuditStream>> FaultyStore::list_unsealed_streams(std::size_t limit) {
  return read_through(plan_, "list_unsealed_streams", limit, [&] { return inner_.list_unsealed_streams(limit); });
}

Result<std::optional<AuditBlockRow>> FaultyStore::find_audit_block(const AuditStream& stream, std::uint64_t number) {
  return read_through(plan_, "find_audit_block", 1, [&] { return inner_.find_audit_block(stream, number); });
}

Result<std::optional<AuditBlockRow>> FaultyStore::find_audit_head(const AuditStream& stream) {
  return read_through(plan_, "find_audit_head", 1, [&] { return inner_.find_audit_head(stream); });
}

Result<CommitAnswer> FaultyStore::commit(const ChangeSet& set) {
  const auto fault = plan_.next(describe(set));
  if (fault && fault->mode == FaultMode::refused) {
    const bool acted = let_rival_act(set, fault->rival);
    auto answer = hand_on(set);
    if (acted && answer && std::holds_alternative<Refused>(answer.assume_value())) {
      const std::lock_guard lock(mutex_);
      ++refusals_;
    }
    return answer;
  }
  return write_through(fault, [&] { return hand_on(set); });
}

Result<ChargeAnswer> FaultyStore::charge(std::span<const Charge> charges, Instant now) {
  const auto fault = plan_.next({.port = Port::store, .name = "charge", .size = charges.size(), .changes = {}});
  return write_through(fault, [&] { return inner_.charge(charges, now); });
}

Result<std::vector<MailIntent>> FaultyStore::claim_mail(std::size_t limit, Instant now, Instant until,
                                                        const LeaseToken& token) {
  const auto fault = plan_.next({.port = Port::store, .name = "claim_mail", .size = limit, .changes = {}});
  return write_through(fault, [&] { return inner_.claim_mail(limit, now, until, token); });
}

Result<std::vector<RecoveryRequest>> FaultyStore::claim_recovery_requests(std::size_t limit, Instant now, Instant until,
                                                                          const LeaseToken& token) {
  const auto fault = plan_.next({.port = Port::store, .name = "claim_recovery_requests", .size = limit, .changes = {}});
  return write_through(fault, [&] { return inner_.claim_recovery_requests(limit, now, until, token); });
}

Result<Housekept> FaultyStore::housekeep(Instant now, std::size_t limit) {
  const auto fault = plan_.next({.port = Port::store, .name = "housekeep", .size = limit, .changes = {}});
  return write_through(fault, [&] { return inner_.housekeep(now, limit); });
}

Result<CommitAnswer> FaultyStore::hand_on(const ChangeSet& set) {
  auto answer = inner_.commit(set);
  const bool committed = answer && std::holds_alternative<Committed>(answer.assume_value());
  const std::lock_guard lock(mutex_);
  sent_.push_back({.set = set, .committed = committed});
  return answer;
}

bool FaultyStore::let_rival_act(const ChangeSet& set, std::size_t rival) {
  auto acts = make_rival(inner_, set, rival);
  if (!acts || !acts(inner_)) {
    return false;
  }
  const std::lock_guard lock(mutex_);
  rivals_.push_back(std::move(acts));
  return true;
}

std::vector<FaultyStore::Sent> FaultyStore::sent() const {
  const std::lock_guard lock(mutex_);
  return sent_;
}

std::size_t FaultyStore::refusals() const {
  const std::lock_guard lock(mutex_);
  return refusals_;
}

std::vector<Rival> FaultyStore::rivals() const {
  const std::lock_guard lock(mutex_);
  return rivals_;
}

}  // namespace ostiary::inline v0::testing
