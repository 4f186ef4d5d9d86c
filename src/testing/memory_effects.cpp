#include <algorithm>
#include <tuple>

#include "memory_state.hpp"
#include <ostiary/base/assert.hpp>

namespace ostiary::inline v0::testing {
namespace {

Bytes encode_without_hash(Account account) {
  if (account.password) {
    account.password->hash.clear();
  }
  return encode(account);
}

bool has_one_designated(const Account& account) {
  return std::ranges::count_if(account.addresses, [](const AccountAddress& address) {
           return address.purposes.has(AddressPurpose::designated);
         }) == 1;
}

}  // namespace

void Effects::operator()(const RequireActor& /*change*/) const {}

void Effects::operator()(const PutOrganization& change) const {
  if (const auto* before = state_.organizations.find(change.next.id)) {
    state_.domains.erase(std::string(before->domain), journal_);
  }
  const auto& domain = change.next.domain.canonical();
  state_.domains.put(domain, change.next.id, journal_);
  state_.organizations.put(
      change.next.id,
      {.body = encode(change.next), .version = change.expected + 1, .domain = domain, .status = change.next.status},
      journal_);
}

void Effects::operator()(const PutAccount& change) const {
  OSTIARY_ASSERT(has_one_designated(change.next) ||
                 (change.next.status == AccountStatus::removed && change.next.addresses.empty()));
  StoredAccount next{.body = encode_without_hash(change.next),
                     .version = change.expected + 1,
                     .keys = index_keys(change.next),
                     .password = {},
                     .hash = {},
                     .marks = marks_of(change.next)};
  if (change.next.password) {
    next.password = change.next.password->id;
    next.hash = change.next.password->hash;
  }
  if (const auto* before = state_.accounts.find(change.next.id)) {
    if (change.next.password && before->password == next.password && without_ != GuardClause::put_account_keeps_hash) {
      next.hash = before->hash;
    }
    next.marks = kept(before->marks, next.marks);
    drop_keys(AccountKeys(before->keys));
  }
  add_keys(next.keys);
  state_.accounts.put(change.next.id, std::move(next), journal_);
}

SecondFactorMarks Effects::kept(const SecondFactorMarks& stored, const SecondFactorMarks& next) const {
  auto marks = keep_marks(stored, next);
  if (without_ == GuardClause::put_account_keeps_step) {
    marks.accepted_step = next.accepted_step;
  }
  if (without_ == GuardClause::put_account_keeps_used_codes) {
    marks.used_codes = next.used_codes;
  }
  if (without_ == GuardClause::put_account_new_authenticator) {
    marks.accepted_step = stored.accepted_step;
  }
  if (without_ == GuardClause::put_account_new_codes) {
    marks.used_codes = stored.used_codes;
  }
  return marks;
}

void Effects::drop_keys(const AccountKeys& keys) const {
  state_.logins.erase(keys.login, journal_);
  state_.host_refs.erase(keys.host_ref, journal_);
  for (const auto& address : keys.addresses) {
    state_.addresses.erase({address, keys.standing.id}, journal_);
  }
  for (const auto& word : keys.search_words) {
    state_.words.erase({keys.standing.organization, word, keys.standing.id}, journal_);
  }
  state_.members.erase({keys.standing.organization, keys.standing.id}, journal_);
}

void Effects::add_keys(const AccountKeys& keys) const {
  state_.logins.put(keys.login, keys.standing.id, journal_);
  if (!keys.host_ref.empty()) {
    state_.host_refs.put(keys.host_ref, keys.standing.id, journal_);
  }
  for (const auto& address : keys.addresses) {
    state_.addresses.put({address, keys.standing.id}, {}, journal_);
  }
  for (const auto& word : keys.search_words) {
    state_.words.put({keys.standing.organization, word, keys.standing.id}, {}, journal_);
  }
  state_.members.put({keys.standing.organization, keys.standing.id}, {}, journal_);
}

void Effects::operator()(const UpgradeHash& change) const {
  const auto* account = state_.accounts.find(change.account);
  if (account == nullptr || account->password.is_nil() ||
      (account->hash != change.from && without_ != GuardClause::upgrade_hash_from)) {
    return;
  }
  auto next = *account;
  next.hash = change.to;
  state_.accounts.put(change.account, std::move(next), journal_);
}

void Effects::operator()(const AdvanceTotpStep& change) const {
  if (const auto* before = state_.accounts.find(change.account)) {
    auto next = *before;
    next.marks.accepted_step = change.step;
    state_.accounts.put(change.account, std::move(next), journal_);
  }
}

void Effects::operator()(const ConsumeRecoveryCode& change) const {
  if (const auto* before = state_.accounts.find(change.account)) {
    auto next = *before;
    next.marks.used_codes |= code_bit(change.index);
    state_.accounts.put(change.account, std::move(next), journal_);
  }
}

void Effects::operator()(const PutLink& change) const {
  Link next{
      .id = change.id, .account = change.account, .purpose = change.purpose, .issued = 1, .ends_at = change.ends_at};
  if (const auto* before = state_.links.find(change.id)) {
    next = *before;
    ++next.issued;
    next.ends_at = std::max(before->ends_at, change.ends_at);
  }
  if (has_one_row(next.purpose)) {
    state_.links_of.put({next.account, next.purpose}, next.id, journal_);
  }
  state_.links_by.put({next.account, next.id}, {}, journal_);
  state_.links.put(next.id, next, journal_);
}

void Effects::operator()(const ConsumeLink& change) const {
  if (const auto* before = state_.links.find(change.id)) {
    auto next = *before;
    next.used = change.generation;
    state_.links.put(change.id, next, journal_);
  }
}

void Effects::operator()(const ConsumeOnce& change) const { state_.consumed.put(change.key, change.until, journal_); }

void Effects::operator()(const PutSession& change) const {
  const auto& session = change.session;
  state_.sessions.put(session.id,
                      {.body = encode(session),
                       .account = session.account,
                       .epoch = session.epoch,
                       .proved_at = session.proved_at,
                       .last_seen_at = session.last_seen_at,
                       .ends_at = session.ends_at},
                      journal_);
  state_.sessions_of.put({session.account, session.id}, {}, journal_);
}

void Effects::operator()(const TouchSession& change) const {
  const auto* before = state_.sessions.find(change.id);
  if (before == nullptr ||
      (change.last_seen_at <= before->last_seen_at && without_ != GuardClause::touch_session_forward)) {
    return;
  }
  auto next = *before;
  next.last_seen_at = change.last_seen_at;
  state_.sessions.put(change.id, std::move(next), journal_);
}

void Effects::operator()(const ProveSession& change) const {
  if (const auto* before = state_.sessions.find(change.id)) {
    const bool has_floor = without_ != GuardClause::prove_session_forward;
    auto next = *before;
    next.proved_at = has_floor ? std::max(before->proved_at, change.proved_at) : change.proved_at;
    state_.sessions.put(change.id, std::move(next), journal_);
  }
}

void Effects::operator()(const RestampSession& change) const {
  if (const auto* before = state_.sessions.find(change.id)) {
    auto next = *before;
    next.epoch = change.epoch;
    state_.sessions.put(change.id, std::move(next), journal_);
  }
}

void Effects::operator()(const EndSession& change) const {
  if (const auto* before = state_.sessions.find(change.id)) {
    state_.sessions_of.erase({before->account, change.id}, journal_);
    state_.sessions.erase(change.id, journal_);
  }
}

void Effects::operator()(const PutDevice& change) const {
  const auto& device = change.device;
  state_.devices.put(device.id,
                     {.body = encode(device),
                      .account = device.account,
                      .epoch = device.epoch,
                      .created_at = device.created_at,
                      .last_seen_at = device.last_seen_at,
                      .ends_at = device.ends_at},
                     journal_);
  state_.devices_of.put({device.account, device.id}, {}, journal_);
  drop_surplus(device);
}

void Effects::drop_surplus(const Device& newest) const {
  std::vector<std::tuple<bool, Instant, DeviceId>> others;
  const auto& index = state_.devices_of.rows();
  for (auto at = index.lower_bound({newest.account, DeviceId()});
       at != index.end() && at->first.first == newest.account; ++at) {
    const auto id = at->first.second;
    if (id != newest.id) {
      const auto& row = *state_.devices.find(id);
      others.emplace_back(without_ != GuardClause::put_device_came_back && row.last_seen_at > row.created_at,
                          without_ == GuardClause::put_device_least_recent ? Instant() : row.last_seen_at, id);
    }
  }
  std::ranges::sort(others);
  const auto kept = without_ == GuardClause::put_device_count ? others.size() : devices_count_max - 1;
  for (std::size_t i = 0; i + kept < others.size(); ++i) {
    const auto id = std::get<DeviceId>(others[i]);
    state_.devices_of.erase({newest.account, id}, journal_);
    state_.devices.erase(id, journal_);
  }
}

void Effects::operator()(const TouchDevice& change) const {
  if (const auto* before = state_.devices.find(change.id)) {
    const bool has_floor = without_ != GuardClause::touch_device_forward;
    auto next = *before;
    next.last_seen_at = has_floor ? std::max(before->last_seen_at, change.last_seen_at) : change.last_seen_at;
    next.ends_at = has_floor ? std::max(before->ends_at, change.ends_at) : change.ends_at;
    state_.devices.put(change.id, std::move(next), journal_);
  }
}

void Effects::operator()(const EndDevice& change) const {
  if (const auto* before = state_.devices.find(change.id)) {
    state_.devices_of.erase({before->account, change.id}, journal_);
    state_.devices.erase(change.id, journal_);
  }
}

void Effects::operator()(const PutMailIntent& change) const {
  const auto& mail = change.mail;
  StoredMail stored{.body = encode(mail),
                    .accounts = {},
                    .ends_at = mail.ends_at,
                    .state = mail.state,
                    .attempts = mail.attempts,
                    .due_at = mail.due_at,
                    .reason = mail.reason,
                    .lease = mail.lease};
  for (const auto& part : mail.parts) {
    stored.accounts.push_back(part.account);
    state_.mails_of.put({part.account, mail.id}, {}, journal_);
  }
  state_.mails.put(mail.id, std::move(stored), journal_);
}

void Effects::operator()(const BeginHandOver& change) const {
  if (const auto* before = state_.mails.find(change.mail)) {
    auto next = *before;
    next.state = MailState::sending;
    ++next.attempts;
    next.lease = {.token = change.lease, .until = change.until};
    state_.mails.put(change.mail, std::move(next), journal_);
  }
  for (const auto& part : change.parts) {
    if (part.link) {
      make_live(*part.link);
    }
  }
}

void Effects::make_live(const LinkHandOver& hand_over) const {
  if (const auto* before = state_.links.find(hand_over.id)) {
    auto next = *before;
    next.live = hand_over.generation;
    next.epoch = hand_over.epoch;
    next.expires_at = hand_over.expires_at;
    next.ends_at = hand_over.ends_at;
    next.sent_to = hand_over.sent_to;
    state_.links.put(hand_over.id, next, journal_);
  }
}

void Effects::operator()(const RestoreLink& change) const {
  const auto* before = state_.links.find(change.id);
  if (before == nullptr || (before->live != change.generation && without_ != GuardClause::restore_link_live) ||
      (before->used == change.generation && without_ != GuardClause::restore_link_unused)) {
    return;
  }
  auto next = *before;
  next.live = change.live;
  next.epoch = change.epoch;
  next.expires_at = change.expires_at;
  next.sent_to = change.sent_to;
  state_.links.put(change.id, next, journal_);
}

void Effects::operator()(const MarkMail& change) const {
  if (const auto* before = state_.mails.find(change.mail)) {
    auto next = *before;
    next.state = change.state;
    next.reason = change.reason;
    next.due_at = change.due_at;
    next.lease.reset();
    state_.mails.put(change.mail, std::move(next), journal_);
  }
}

void Effects::operator()(const AppendAudit& change) const {
  const auto& event = change.event;
  state_.audit.put(event.id, {.body = encode(event), .mac = change.mac, .stream = event.organization, .block = 0},
                   journal_);
  state_.audit_of.put({event.organization, event.id}, {}, journal_);
  state_.unsealed.put({event.organization, event.id}, {}, journal_);
}

void Effects::operator()(const PutAuditBlock& change) const {
  const auto& block = change.block;
  state_.audit_blocks.put({block.stream, block.number}, {.body = encode(block), .mac = change.mac}, journal_);
  for (const auto& id : change.events) {
    if (const auto* before = state_.audit.find(id)) {
      auto next = *before;
      next.block = block.number;
      state_.audit.put(id, std::move(next), journal_);
      state_.unsealed.erase({block.stream, id}, journal_);
    }
  }
}

void Effects::operator()(const BounceMail& change) const {
  if (const auto* before = state_.mails.find(change.mail)) {
    auto next = *before;
    next.state = MailState::bounced;
    next.reason = change.reason;
    state_.mails.put(change.mail, std::move(next), journal_);
  }
}

void Effects::operator()(const PutRecoveryRequest& change) const {
  const auto& request = change.request;
  state_.recovery_requests.put(request.id,
                               {.body = encode(request), .ends_at = request.ends_at, .lease = request.lease}, journal_);
}

void Effects::operator()(const SettleRecoveryRequest& change) const {
  state_.recovery_requests.erase(change.id, journal_);
}

void Effects::operator()(const PutJob& change) const {
  const auto& job = change.next;
  state_.jobs.put(
      job.id,
      {.body = encode(job), .version = change.expected + 1, .organization = job.organization, .ends_at = job.ends_at},
      journal_);
  state_.jobs_of.put({job.organization, job.id}, {}, journal_);
}

void Effects::operator()(const PutJobBatch& change) const {
  state_.job_batches.put({change.job, change.index}, encode(change.items), journal_);
}

namespace {

// The ids under `owner` in an index.
template <class Owner, class Id>
std::vector<Id> ids_of(const Table<std::pair<Owner, Id>, Present>& index, const Owner& owner) {
  std::vector<Id> ids;
  for (auto at = index.rows().lower_bound({owner, Id()}); at != index.rows().end() && at->first.first == owner; ++at) {
    ids.push_back(at->first.second);
  }
  return ids;
}

}  // namespace

void Effects::operator()(const EraseAccount& change) const {
  for (const auto& id : ids_of(state_.sessions_of, change.account)) {
    state_.sessions_of.erase({change.account, id}, journal_);
    state_.sessions.erase(id, journal_);
  }
  for (const auto& id : ids_of(state_.devices_of, change.account)) {
    state_.devices_of.erase({change.account, id}, journal_);
    state_.devices.erase(id, journal_);
  }
  for (const auto& id : ids_of(state_.mails_of, change.account)) {
    if (state_.mails.find(id)->accounts.size() == 1) {
      state_.mails_of.erase({change.account, id}, journal_);
      state_.mails.erase(id, journal_);
    }
  }
  for (const auto& id : ids_of(state_.links_by, change.account)) {
    state_.links_of.erase({change.account, state_.links.find(id)->purpose}, journal_);
    state_.links_by.erase({change.account, id}, journal_);
    state_.links.erase(id, journal_);
  }
}

}  // namespace ostiary::inline v0::testing
