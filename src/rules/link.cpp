#include <ostiary/rules/link.hpp>

namespace ostiary::inline v0 {
namespace {

bool serves(LinkPurpose purpose, const Account& account) {
  switch (purpose) {
    case LinkPurpose::setup:
      return account.status == AccountStatus::invited;
    case LinkPurpose::reset:
    case LinkPurpose::factor_code:
      return account.status == AccountStatus::active;
    case LinkPurpose::revoke_address_change:  // a suspension must not let a thief keep the address
      return account.status == AccountStatus::active || account.status == AccountStatus::suspended;
    case LinkPurpose::confirm_address:
      return account.status == AccountStatus::active || account.status == AccountStatus::invited;
  }
  return false;
}

}  // namespace

LinkVerdict judge_link(const LinkTicket& ticket, const std::optional<Link>& link, const std::optional<Account>& account,
                       Instant now) {
  if (!link || !account || ticket.generation > link->live) {
    return LinkVerdict::expired;
  }
  if (ticket.generation == link->used) {
    return LinkVerdict::used;
  }
  if (ticket.generation < link->live) {
    return LinkVerdict::superseded;
  }
  if ((link->epoch && *link->epoch != account->epochs.links) || !serves(link->purpose, *account)) {
    return LinkVerdict::voided;
  }
  return now < link->expires_at ? LinkVerdict::good : LinkVerdict::expired;
}

LinkVerdict judge_link(const LinkTicket& ticket, const LinkFacts& facts, Instant now) {
  const auto verdict = judge_link(ticket, facts.link, facts.account, now);
  const bool open = facts.organization && facts.organization->status == OrganizationStatus::active;
  return verdict == LinkVerdict::good && !open ? LinkVerdict::voided : verdict;
}

std::string_view link_verdict_name(LinkVerdict verdict) noexcept {
  switch (verdict) {
    case LinkVerdict::good:
      return "good";
    case LinkVerdict::superseded:
      return "superseded";
    case LinkVerdict::used:
      return "used";
    case LinkVerdict::voided:
      return "voided";
    case LinkVerdict::expired:
      return "expired";
  }
  return "unknown";
}

}  // namespace ostiary::inline v0
