#include <algorithm>

#include "memory_pages.hpp"
#include <ostiary/testing/memory_store.hpp>

// The reads of what grows: search, jobs, audit.
namespace ostiary::inline v0::testing {
namespace {

bool is_of(const WordKey& key, const OrganizationId& organization, std::string_view prefix) {
  return std::get<OrganizationId>(key) == organization && std::get<std::string>(key).starts_with(prefix);
}

const std::string& choose_leading_word(const MemoryState& state, const AccountQuery& query) {
  std::vector<std::size_t> entries;
  for (const auto& word : query.words) {
    std::size_t count = 0;
    const auto& rows = state.words.rows();
    for (auto at = rows.lower_bound({query.organization, word, AccountId()});
         count < search_probe_max && at != rows.end() && is_of(at->first, query.organization, word); ++at) {
      ++count;
    }
    entries.push_back(count);
  }
  return leading_word(query, entries);
}

// Calls `found(row, cursor)` for each account that the query asks for, in its order, until that says false. Gives the
// cursor of where it ended because it looked at enough, or nothing.
template <class Found>
std::string for_each_by_word(const MemoryState& state, const AccountQuery& query,
                             const std::optional<SearchCursor>& after, Found found) {
  const auto& prefix = after ? leading_word(query, *after) : choose_leading_word(state, query);
  const auto& rows = state.words.rows();
  auto at = after ? rows.upper_bound({query.organization, after->word, after->id})
                  : rows.lower_bound({query.organization, prefix, AccountId()});
  std::string last;
  for (std::size_t visits = 0; at != rows.end() && is_of(at->first, query.organization, prefix); ++at, ++visits) {
    if (visits == search_visits_max) {
      return last;
    }
    const auto& [organization, word, id] = at->first;
    last = SearchCursor{.word = word, .id = id}.to_string();
    const auto& row = *state.accounts.find(id);
    const auto* by = first_match(row.keys.search_words, prefix);
    if (answers(row.keys, query) && by != nullptr && *by == word && !found(row, last)) {
      break;
    }
  }
  return {};
}

template <class Found>
void for_each_by_id(const MemoryState& state, const AccountQuery& query, const std::optional<AccountId>& after,
                    Found found) {
  const auto& rows = state.members.rows();
  auto at =
      after ? rows.upper_bound({query.organization, *after}) : rows.lower_bound({query.organization, AccountId()});
  for (; at != rows.end() && at->first.first == query.organization; ++at) {
    const auto& row = *state.accounts.find(at->first.second);
    if (answers(row.keys, query) && !found(row, at->first.second.to_string())) {
      return;
    }
  }
}

template <class Found>
Result<std::string> for_each(const MemoryState& state, const AccountQuery& query, const PageRequest& page,
                             Found found) {
  if (query.words.empty()) {
    OSTIARY_TRY(const auto after, start_of<AccountId>(page));
    for_each_by_id(state, query, after, found);
    return std::string();
  }
  std::optional<SearchCursor> after;
  if (!page.after.empty()) {
    OSTIARY_TRY(after, SearchCursor::parse(page.after, query));
  }
  return for_each_by_word(state, query, after, found);
}

}  // namespace

Result<Page<Account>> MemoryStore::search_accounts(const AccountQuery& query, const PageRequest& page) {
  const auto lock = enter(StoreCall::search_accounts);
  const auto limit = limit_of(page);
  std::vector<const StoredAccount*> rows;
  std::string last;
  Page<Account> out;
  OSTIARY_TRY(auto rest, for_each(*state_, query, page, [&](const StoredAccount& row, const std::string& cursor) {
                if (rows.size() == limit) {
                  out.next = last;
                  return false;
                }
                rows.push_back(&row);
                last = cursor;
                return true;
              }));
  if (out.next.empty()) {
    out.next = std::move(rest);
  }
  for (const auto* row : rows) {
    OSTIARY_TRY(auto account, read(*row));
    out.records.push_back(std::move(account));
  }
  return out;
}

Result<AccountCount> MemoryStore::count_accounts(const AccountQuery& query, std::size_t limit) {
  const auto lock = enter(StoreCall::count_accounts);
  AccountCount out{.more = limit == 0};
  if (limit > 0) {
    OSTIARY_TRY(const auto rest,
                for_each(*state_, query, {}, [&](const StoredAccount& /*row*/, const std::string& /*cursor*/) {
                  return ++out.count < limit;
                }));
    out.more = out.count == limit || !rest.empty();
  }
  return out;
}

Result<std::optional<Job>> MemoryStore::find_job(const JobId& id) {
  const auto lock = enter(StoreCall::find_job);
  const auto* row = state_->jobs.find(id);
  if (row == nullptr) {
    return std::optional<Job>();
  }
  OSTIARY_TRY(auto job, read(*row));
  return std::optional<Job>(std::move(job));
}

Result<Page<Job>> MemoryStore::list_jobs(const OrganizationId& organization, const PageRequest& page) {
  const auto lock = enter(StoreCall::list_jobs);
  return read_page<Job>(state_->jobs_of, organization, state_->jobs, page);
}

Result<std::vector<JobItem>> MemoryStore::find_job_batch(const JobId& job, std::uint32_t index) {
  const auto lock = enter(StoreCall::find_job_batch);
  const auto* body = state_->job_batches.find({job, index});
  return body == nullptr ? std::vector<JobItem>() : decode_job_items(*body);
}

Result<Page<AuditRow>> MemoryStore::list_audit(const AuditStream& stream, const PageRequest& page) {
  const auto lock = enter(StoreCall::list_audit);
  return read_page<AuditRow>(state_->audit_of, stream, state_->audit, page);
}

Result<std::vector<AuditRow>> MemoryStore::list_audit_block(const AuditStream& stream, std::uint64_t number) {
  const auto lock = enter(StoreCall::list_audit_block);
  std::vector<AuditRow> out;
  const auto& index = state_->audit_of.rows();
  for (auto at = index.lower_bound({stream, AuditId()}); at != index.end() && at->first.first == stream; ++at) {
    const auto& row = *state_->audit.find(at->first.second);
    if (number != 0 && row.block == number) {
      OSTIARY_TRY(auto event, read(row));
      out.push_back(std::move(event));
    }
  }
  return out;
}

Result<std::vector<AuditRow>> MemoryStore::list_unsealed_audit(const AuditStream& stream, std::size_t limit) {
  const auto lock = enter(StoreCall::list_unsealed_audit);
  std::vector<AuditRow> out;
  const auto& index = state_->unsealed.rows();
  for (auto at = index.lower_bound({stream, AuditId()}); at != index.end() && at->first.first == stream; ++at) {
    if (out.size() == limit) {
      break;
    }
    OSTIARY_TRY(auto event, read(*state_->audit.find(at->first.second)));
    out.push_back(std::move(event));
  }
  return out;
}

Result<std::vector<AuditStream>> MemoryStore::list_unsealed_streams(std::size_t limit) {
  const auto lock = enter(StoreCall::list_unsealed_streams);
  std::vector<AuditStream> out;
  for (const auto& [key, present] : state_->unsealed.rows()) {
    if (out.size() == limit) {
      break;
    }
    if (out.empty() || out.back() != key.first) {
      out.push_back(key.first);
    }
  }
  return out;
}

Result<std::optional<AuditBlockRow>> MemoryStore::find_audit_block(const AuditStream& stream, std::uint64_t number) {
  const auto lock = enter(StoreCall::find_audit_block);
  const auto* row = state_->audit_blocks.find({stream, number});
  if (row == nullptr) {
    return std::optional<AuditBlockRow>();
  }
  OSTIARY_TRY(const auto block, read(*row));
  return std::optional<AuditBlockRow>(block);
}

Result<std::optional<AuditBlockRow>> MemoryStore::find_audit_head(const AuditStream& stream) {
  const auto lock = enter(StoreCall::find_audit_head);
  const auto& rows = state_->audit_blocks.rows();
  const auto behind = rows.upper_bound({stream, std::numeric_limits<std::uint64_t>::max()});
  if (behind == rows.begin() || std::prev(behind)->first.first != stream) {
    return std::optional<AuditBlockRow>();
  }
  OSTIARY_TRY(const auto block, read(std::prev(behind)->second));
  return std::optional<AuditBlockRow>(block);
}

}  // namespace ostiary::inline v0::testing
