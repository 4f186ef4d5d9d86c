#include <ostiary/testing/memory_store.hpp>

#include <algorithm>
#include <numeric>
#include <ranges>
#include <thread>

#include "memory_pages.hpp"
#include <ostiary/base/assert.hpp>

namespace ostiary::inline v0::testing {
namespace {

template <class Record, class Row>
Result<std::optional<Record>> read_if(const Row* row) {
  if (row == nullptr) {
    return std::optional<Record>();
  }
  OSTIARY_TRY(auto record, read(*row));
  return std::optional<Record>(std::move(record));
}

template <class Row, class Key, class Id>
const Row* find_through(const Table<Key, Id>& index, const Key& key, const Table<Id, Row>& rows) {
  const Id* id = index.find(key);
  return id == nullptr ? nullptr : rows.find(*id);
}

// Judges and applies a set: wholly or not at all, but for the clause that the kit's own test switched off.
CommitAnswer apply(MemoryState& state, const ChangeSet& set, std::optional<GuardClause> without) {
  if (without != GuardClause::set_applied_once && state.applied.find(set.id) != nullptr) {
    return Committed{};
  }
  Journal journal;
  std::optional<MemoryState> before;
  if (without == GuardClause::set_sees_itself) {
    before = state;
  }
  const Guards guards(before ? *before : state, without);
  const Effects effects(state, journal, without);
  for (std::size_t i = 0; i < set.changes.size(); ++i) {
    if (!std::visit(guards, set.changes[i])) {
      if (without != GuardClause::set_atomic) {
        std::ranges::for_each(std::views::reverse(journal), [](const auto& undo) { undo(); });
      }
      if (without == GuardClause::set_refused_forgotten) {
        state.applied.put(set.id, set.at, journal);
      }
      return Refused{.index = i};
    }
    std::visit(effects, set.changes[i]);
  }
  state.applied.put(set.id, set.at, journal);
  return Committed{};
}

}  // namespace

MemoryStore::MemoryStore() : MemoryStore(std::nullopt) {}

MemoryStore::MemoryStore(std::optional<GuardClause> without)
    : state_(std::make_unique<MemoryState>()), without_(without) {}

MemoryStore::~MemoryStore() = default;

std::unique_ptr<Store> make_store_without(GuardClause clause) {
  return std::unique_ptr<Store>(new MemoryStore(clause));
}

std::unique_lock<std::mutex> MemoryStore::enter(StoreCall call) {
  std::unique_lock lock(mutex_);
  ++calls_.at(static_cast<std::size_t>(call));
  return lock;
}

std::size_t MemoryStore::calls() const {
  const std::lock_guard lock(mutex_);
  return std::accumulate(calls_.begin(), calls_.end(), std::size_t{0});
}

std::size_t MemoryStore::calls(StoreCall call) const {
  const std::lock_guard lock(mutex_);
  return calls_.at(static_cast<std::size_t>(call));
}

std::string MemoryStore::dump() const {
  const std::lock_guard lock(mutex_);
  return state_->dump();
}

Result<std::optional<Organization>> MemoryStore::find_organization(const OrganizationId& id) {
  const auto lock = enter(StoreCall::find_organization);
  return read_if<Organization>(state_->organizations.find(id));
}

Result<std::optional<Organization>> MemoryStore::find_organization_by_domain(const Domain& domain) {
  const auto lock = enter(StoreCall::find_organization_by_domain);
  return read_if<Organization>(find_through(state_->domains, domain.canonical(), state_->organizations));
}

Result<std::optional<Account>> MemoryStore::find_account(const AccountId& id) {
  const auto lock = enter(StoreCall::find_account);
  return read_if<Account>(state_->accounts.find(id));
}

Result<std::optional<Account>> MemoryStore::find_account_by_login(const LoginName& login) {
  const auto lock = enter(StoreCall::find_account_by_login);
  return read_if<Account>(find_through(state_->logins, login.canonical(), state_->accounts));
}

Result<std::optional<Account>> MemoryStore::find_account_by_host_ref(const std::string& host_ref) {
  const auto lock = enter(StoreCall::find_account_by_host_ref);
  return read_if<Account>(find_through(state_->host_refs, host_ref, state_->accounts));
}

Result<Page<Account>> MemoryStore::list_accounts(const PageRequest& page) {
  const auto lock = enter(StoreCall::list_accounts);
  OSTIARY_TRY(const auto after, start_of<AccountId>(page));
  const auto& rows = state_->accounts.rows();
  auto at = after ? rows.upper_bound(*after) : rows.begin();
  Page<Account> out;
  for (; at != rows.end() && out.records.size() < limit_of(page); ++at) {
    OSTIARY_TRY(auto account, read(at->second));
    out.records.push_back(std::move(account));
  }
  if (at != rows.end()) {
    out.next = out.records.back().id.to_string();
  }
  return out;
}

Result<Page<Account>> MemoryStore::find_accounts_by_address(const EmailAddress& address, const PageRequest& page) {
  const auto lock = enter(StoreCall::find_accounts_by_address);
  return read_page<Account>(state_->addresses, address.canonical(), state_->accounts, page);
}

Result<std::vector<HashCount>> MemoryStore::count_password_hashes() {
  const auto lock = enter(StoreCall::count_password_hashes);
  std::map<std::string, std::uint64_t> counts;
  for (const auto& [id, row] : state_->accounts.rows()) {
    if (!row.password.is_nil()) {
      ++counts[hash_form(row.hash)];
    }
  }
  std::vector<HashCount> out;
  out.reserve(counts.size());
  for (const auto& [form, count] : counts) {
    out.push_back({.form = form, .count = count});
  }
  return out;
}

Result<std::optional<Link>> MemoryStore::find_link(const LinkId& id) {
  const auto lock = enter(StoreCall::find_link);
  const Link* link = state_->links.find(id);
  return link == nullptr ? std::nullopt : std::optional<Link>(*link);
}

Result<std::optional<Link>> MemoryStore::find_link_of(const AccountId& account, LinkPurpose purpose) {
  const auto lock = enter(StoreCall::find_link_of);
  const Link* link = find_through(state_->links_of, {account, purpose}, state_->links);
  return link == nullptr ? std::nullopt : std::optional<Link>(*link);
}

Result<std::optional<SessionFacts>> MemoryStore::find_session(const SessionId& id) {
  const auto lock = enter(StoreCall::find_session);
  const auto* row = state_->sessions.find(id);
  const auto* account = row == nullptr ? nullptr : state_->accounts.find(row->account);
  if (account == nullptr) {
    return std::optional<SessionFacts>();
  }
  OSTIARY_TRY(auto session, read(*row));
  const auto* organization = state_->organizations.find(account->keys.standing.organization);
  return std::optional<SessionFacts>(
      {.session = std::move(session),
       .account = account->keys.standing,
       .organization = organization == nullptr ? OrganizationStatus::removed : organization->status});
}

Result<Page<Session>> MemoryStore::list_sessions(const AccountId& account, const PageRequest& page) {
  const auto lock = enter(StoreCall::list_sessions);
  return read_page<Session>(state_->sessions_of, account, state_->sessions, page);
}

Result<std::optional<Device>> MemoryStore::find_device(const DeviceId& id) {
  const auto lock = enter(StoreCall::find_device);
  return read_if<Device>(state_->devices.find(id));
}

Result<Page<Device>> MemoryStore::list_devices(const AccountId& account, const PageRequest& page) {
  const auto lock = enter(StoreCall::list_devices);
  return read_page<Device>(state_->devices_of, account, state_->devices, page);
}

Result<std::optional<MailIntent>> MemoryStore::find_mail(const MailId& id) {
  const auto lock = enter(StoreCall::find_mail);
  return read_if<MailIntent>(state_->mails.find(id));
}

Result<Page<MailIntent>> MemoryStore::list_mails(const AccountId& account, const PageRequest& page) {
  const auto lock = enter(StoreCall::list_mails);
  return read_page<MailIntent>(state_->mails_of, account, state_->mails, page);
}

Result<CommitAnswer> MemoryStore::commit(const ChangeSet& set) {
  auto lock = enter(StoreCall::commit);
  OSTIARY_ASSERT(set.changes.size() <= changes_count_max);
  if (without_ == GuardClause::set_isolated) {
    // As under snapshot isolation: all guards are judged on the state of before. Whoever else is about to commit may
    // take his now, so that what the two only read is checked no more.
    constexpr int yields_max = 500;
    auto snapshot = *state_;
    const auto& commits = calls_.at(static_cast<std::size_t>(StoreCall::commit));
    const auto seen = commits;
    for (int i = 0; i < yields_max && commits == seen; ++i) {
      lock.unlock();
      std::this_thread::yield();
      lock.lock();
    }
    if (const auto answer = apply(snapshot, set, std::nullopt); std::holds_alternative<Refused>(answer)) {
      return answer;
    }
  }
  return apply(*state_, set, without_);
}

}  // namespace ostiary::inline v0::testing
