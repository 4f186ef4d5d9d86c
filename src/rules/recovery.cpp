#include <ostiary/rules/recovery.hpp>

#include <algorithm>

#include <ostiary/base/assert.hpp>
#include <ostiary/rules/audit.hpp>

namespace ostiary::inline v0 {
namespace {

MailKind mail_kind_of(RecoveryKind kind) noexcept {
  return kind == RecoveryKind::reset_password ? MailKind::reset_password : MailKind::login_names;
}

// A setup link proves the address that it was handed over to (R19), so it is repeated to that address alone.
std::optional<MailLink> repeat_setup_link(const RecoveryMatch& match, const EmailAddress& to, Instant now) {
  const auto& link = match.link;
  if (!link || link->purpose != LinkPurpose::setup || link->sent_to != to ||
      judge_link({.id = link->id, .generation = link->live}, link, match.account, now) != LinkVerdict::good) {
    return std::nullopt;
  }
  return MailLink{.id = link->id,
                  .purpose = link->purpose,
                  .generation = link->live,
                  .epoch = link->epoch,
                  .use = LinkUse::repeated};
}

// The mails and changes that one request comes to.
class Expanding {
 public:
  Expanding(const RecoveryRequest& request, const LeaseToken& lease, const MailPolicy& policy, Fresh& fresh,
            Instant now)
      : request_(request), policy_(policy), fresh_(fresh), now_(now) {
    decision_.changes.emplace_back(SettleRecoveryRequest{.id = request.id, .lease = lease});
  }

  void add(const RecoveryMatch& match, const EmailAddress& to) {
    auto& mail = mail_for(match, to);
    MailPart part{.account = match.account.id, .organization = match.organization->id};
    std::string_view reason = "login_name";
    if (match.account.status == AccountStatus::invited) {
      part.link = repeat_setup_link(match, to, now_);
      reason = part.link ? "setup_link" : "no_setup_link";
    } else if (request_.kind == RecoveryKind::reset_password) {
      const auto issued = issue_link(LinkPurpose::reset, match.link, match.account, mail.ends_at, fresh_);
      part.link = issued.link;
      reason = "reset_link";
      decision_.changes.emplace_back(issued.put);
    }
    auto event = event_of(AuditKind::recovery_mail_queued, reason);
    event.organization = match.organization->id;
    event.subject = match.account.id;
    decision_.changes.emplace_back(AppendAudit{std::move(event), {}});
    mail.parts.push_back(part);
    ++accounts_;
  }

  void drop(std::string_view reason) {
    decision_.changes.emplace_back(AppendAudit{event_of(AuditKind::recovery_dropped, reason), {}});
  }

  Decision<ExpansionOutcome> finish() && {
    if (accounts_ > 0) {
      decision_.outcome = RecoveryExpanded{.accounts = accounts_, .mails = mails_.size()};
    }
    for (auto& mail : mails_) {
      decision_.changes.emplace_back(PutMailIntent{std::move(mail)});
    }
    return std::move(decision_);
  }

 private:
  [[nodiscard]] AuditEvent event_of(AuditKind kind, std::string_view reason) {
    AuditEvent event{.id = fresh_.id<AuditId>(), .at = now_, .kind = kind};
    event.reason = reason;
    event.network = request_.client.network;
    return event;
  }

  // The mail of this spelling and locale that has room, or a new one. No link in it outlives the request's own end.
  MailIntent& mail_for(const RecoveryMatch& match, const EmailAddress& to) {
    const auto locale = mail_locale(match.account, *match.organization);
    const auto found = std::ranges::find_if(mails_, [&](const MailIntent& mail) {
      return mail.to.as_typed() == to.as_typed() && mail.locale.tag() == locale.tag() &&
             mail.parts.size() < mail_parts_count_max;
    });
    if (found != mails_.end()) {
      return *found;
    }
    mails_.push_back({.id = fresh_.id<MailId>(),
                      .kind = mail_kind_of(request_.kind),
                      .to = to,
                      .locale = locale,
                      .client = request_.client,
                      .created_at = request_.created_at,
                      .give_up_at = request_.ends_at,
                      .ends_at = request_.ends_at + policy_.keep_after,
                      .due_at = now_});
    return mails_.back();
  }

  const RecoveryRequest& request_;
  const MailPolicy& policy_;
  Fresh& fresh_;
  Instant now_;
  std::vector<MailIntent> mails_;
  std::size_t accounts_ = 0;
  Decision<ExpansionOutcome> decision_{.outcome = RecoveryDropped{}, .changes = {}};
};

Account with_password(const Account& before, const std::optional<EmailAddress>& proved, const std::string& hash,
                      Fresh& fresh, Instant now) {
  Account account = before;
  account.password = Password{.id = fresh.id<CredentialId>(), .hash = hash, .set_at = now};
  account.epochs = epochs_after(SecurityEvent::password_reset, account.epochs);
  const auto address =
      std::ranges::find_if(account.addresses, [&](const auto& each) { return proved == each.address; });
  if (address != account.addresses.end() && !address->verified_at) {
    address->verified_at = now;
  }
  return account;
}

}  // namespace

const EmailAddress* find_recipient(const RecoveryRequest& request, const RecoveryMatch& match) noexcept {
  const auto& [account, organization, link] = match;
  const bool is_open = organization && organization->status == OrganizationStatus::active &&
                       (account.status == AccountStatus::active || account.status == AccountStatus::invited);
  const auto found = std::ranges::find(account.addresses, request.address, &AccountAddress::address);
  if (!is_open || found == account.addresses.end()) {
    return nullptr;
  }
  const bool is_verified = found->verified_at &&
                           (request.kind == RecoveryKind::login_names || found->purposes.has(AddressPurpose::recovery));
  // A manager may have sent the welcome mail to a second address (R38).
  const bool is_welcomed =
      account.status == AccountStatus::invited && link && link->sent_to && *link->sent_to == found->address;
  return found->purposes.has(AddressPurpose::designated) || is_verified || is_welcomed ? &found->address : nullptr;
}

Decision<RecoveryAccepted> decide_recovery_request(RecoveryKind kind, const EmailAddress& address,
                                                   const ClientContext& client, const MailPolicy& policy, Fresh& fresh,
                                                   Instant now) {
  auto event = make_event(AuditKind::recovery_requested, std::nullopt, client, fresh, now);
  event.reason = recovery_kind_name(kind);
  Decision<RecoveryAccepted> decision{.outcome = {}, .changes = {}};
  decision.changes.emplace_back(PutRecoveryRequest{{.id = fresh.id<RecoveryRequestId>(),
                                                    .kind = kind,
                                                    .address = address,
                                                    .client = mail_client(client),
                                                    .created_at = now,
                                                    .ends_at = now + policy.reset_link.give_up_after}});
  decision.changes.emplace_back(AppendAudit{std::move(event), {}});
  return decision;
}

Decision<ExpansionOutcome> decide_expansion(const RecoveryRequest& request, const LeaseToken& lease,
                                            const ExpansionFacts& facts, const MailPolicy& policy, Fresh& fresh,
                                            Instant now) {
  OSTIARY_ASSERT(facts.matches.size() <= recovery_accounts_count_max);
  Expanding expanding(request, lease, policy, fresh, now);
  if (now >= request.ends_at) {
    expanding.drop("too_late");
    return std::move(expanding).finish();
  }
  bool is_anybody = false;
  for (const auto& match : facts.matches) {
    if (const auto* const to = find_recipient(request, match)) {
      expanding.add(match, *to);
      is_anybody = true;
    }
  }
  if (facts.more) {
    expanding.drop("too_many_accounts");
  } else if (!is_anybody) {
    expanding.drop(facts.matches.empty() && facts.others == 0 ? "no_account" : "nobody_eligible");
  }
  return std::move(expanding).finish();
}

Decision<ResetDecisionOutcome> decide_reset(const LinkTicket& ticket, const LinkFacts& facts,
                                            const std::string& password_hash, const ClientContext& client,
                                            const MailPolicy& policy, Fresh& fresh, Instant now) {
  auto verdict = judge_link(ticket, facts, now);
  if (verdict == LinkVerdict::good && password_hash.empty()) {
    verdict = LinkVerdict::expired;  // handed over or opened again since the earlier look: the next try gets in
  }
  if (verdict != LinkVerdict::good) {
    auto event = make_event(AuditKind::reset_refused, facts.account, client, fresh, now);
    event.reason = link_verdict_name(verdict);
    return {.outcome = LinkRefused{verdict}, .changes = {AppendAudit{std::move(event), {}}}};
  }
  auto account = with_password(*facts.account, facts.link->sent_to, password_hash, fresh, now);
  auto notices = make_owner_notices(MailKind::password_changed, account, *facts.organization, mail_client(client),
                                    policy, fresh, now);
  auto event = make_event(AuditKind::password_reset, facts.account, client, fresh, now);
  event.actor_kind = AuditActorKind::account;
  event.actor = account.id;

  Decision<ResetDecisionOutcome> decision{.outcome = ResetCompleted{.account = account.id,
                                                                    .login = account.login,
                                                                    .ended = effects_of(SecurityEvent::password_reset)},
                                          .changes = {}};
  decision.changes.emplace_back(ConsumeLink{.id = ticket.id, .generation = ticket.generation, .now = now});
  decision.changes.emplace_back(PutAccount{std::move(account), facts.account->version});
  std::ranges::move(notices, std::back_inserter(decision.changes));
  decision.changes.emplace_back(AppendAudit{std::move(event), {}});
  return decision;
}

}  // namespace ostiary::inline v0
