#include "invariants.hpp"

#include <algorithm>

namespace ostiary::inline v0::testing {
namespace {

using Kinds = std::map<std::pair<AccountId, AuditKind>, std::size_t>;

Kinds count_kinds(const Records& records) {
  Kinds kinds;
  for (const auto& event : records.audit) {
    if (event.subject) {
      ++kinds[{*event.subject, event.kind}];
    }
  }
  return kinds;
}

std::size_t count_of(const Kinds& kinds, const AccountId& account, AuditKind kind) {
  const auto found = kinds.find({account, kind});
  return found == kinds.end() ? 0 : found->second;
}

// Whether a reset is told of, and the password is no older than it.
bool was_reset(const Records& records, const Account& account) {
  return std::ranges::any_of(records.audit, [&](const AuditEvent& event) {
    return event.kind == AuditKind::password_reset && event.subject == account.id && account.password &&
           account.password->set_at >= event.at;
  });
}

// What a set decides about: accounts, and organisations.
struct Subjects {
  std::set<AccountId> accounts;
  std::set<OrganizationId> organizations;

  void operator()(const PutOrganization& put) { organizations.insert(put.next.id); }
  void operator()(const PutAccount& put) { accounts.insert(put.next.id); }
  void operator()(const AdvanceTotpStep& advance) { accounts.insert(advance.account); }
  void operator()(const ConsumeRecoveryCode& consume) { accounts.insert(consume.account); }
  void operator()(const PutLink& put) { accounts.insert(put.account); }
  void operator()(const PutSession& put) { accounts.insert(put.session.account); }
  void operator()(const ProveSession& prove) { accounts.insert(prove.account); }
  void operator()(const EndSession& end) { accounts.insert(end.account); }
  void operator()(const PutDevice& put) { accounts.insert(put.device.account); }
  void operator()(const EndDevice& end) { accounts.insert(end.account); }
  void operator()(const PutMailIntent& put) {
    for (const auto& part : put.mail.parts) {
      accounts.insert(part.account);
    }
  }
  void operator()(const auto& /*no decision about anybody, or of a set with one of those*/) {}
};

void check_set(const ChangeSet& set, const std::set<AuditId>& stored, Findings& findings) {
  Subjects subjects;
  std::vector<const AuditEvent*> events;
  for (const auto& change : set.changes) {
    std::visit(subjects, change);
    if (const auto* append = std::get_if<AppendAudit>(&change)) {
      events.push_back(&append->event);
      if (!stored.contains(append->event.id)) {
        findings.push_back({FaultInvariant::subject_has_event, "a committed set's event is not stored: " +
                                                                   std::string(audit_kind_name(append->event.kind))});
      }
    }
  }
  for (const auto& account : subjects.accounts) {
    if (std::ranges::none_of(events, [&](const auto* event) { return event->subject == account; })) {
      findings.push_back(
          {FaultInvariant::subject_has_event, "a committed set has no event about account " + account.to_string()});
    }
  }
  for (const auto& organization : subjects.organizations) {
    if (std::ranges::none_of(events, [&](const auto* event) { return event->organization == organization; })) {
      findings.push_back({FaultInvariant::subject_has_event,
                          "a committed set has no event in organisation " + organization.to_string()});
    }
  }
}

std::set<MailId> ids_of(const auto& message_ids) {
  std::set<MailId> ids;
  for (const auto& message_id : message_ids) {
    if (const auto id = MailId::parse(message_id.substr(0, message_id.find('@')))) {
      ids.insert(id.assume_value());
    }
  }
  return ids;
}

std::string with_form(std::string_view secret, std::string_view form) {
  return "a secret of " + std::to_string(secret.size()) + " bytes, " + std::string(form);
}

// base64 with the alphabet of RFC 4648 §4, without padding.
std::string base64_of(std::string_view bytes) {
  auto out = base64url_encode(as_bytes(bytes));
  std::ranges::replace(out, '-', '+');
  std::ranges::replace(out, '_', '/');
  return out;
}

std::string first_missing(const std::multiset<std::string>& from, const std::multiset<std::string>& in) {
  for (const auto& line : from) {
    if (from.count(line) > in.count(line)) {
      return line;
    }
  }
  return {};
}

std::string same(const std::multiset<std::string>& came, const std::multiset<std::string>& expected) {
  if (const auto line = first_missing(expected, came); !line.empty()) {
    return "missing: " + line;
  }
  const auto line = first_missing(came, expected);
  return line.empty() ? line : "too many: " + line;
}

// Every expected line, and no other; each up to `spare` times more. An import whose answer was lost is, tried again, one
// that only reads, and says so.
std::string same_but_repeated(const std::multiset<std::string>& came, const std::multiset<std::string>& expected,
                              std::size_t spare) {
  if (const auto line = first_missing(expected, came); !line.empty()) {
    return "missing: " + line;
  }
  for (const auto& line : came) {
    const auto usual = expected.count(line);
    const bool may_come = usual > 0 || line.starts_with("event accounts_listed ");
    if (!may_come || came.count(line) > usual + spare) {
      return "too many: " + line;
    }
  }
  return {};
}

// A mail that was refused for good has failed, and its event says so. Its link may not be live: the one before is then.
std::multiset<std::string> without_verdict(const std::multiset<std::string>& lines) {
  std::multiset<std::string> out;
  for (const auto& line : lines) {
    if (line.starts_with("event mail_")) {
      out.insert("event mail_settled");
    } else if (const auto live = line.find(" live="); live != std::string::npos) {
      out.insert(line.substr(0, live) + line.substr(line.find(" used=", live)));
    } else {
      out.insert(line.substr(0, line.find(" state=")));
    }
  }
  return out;
}

}  // namespace

void check_sessions(const Records& records, const std::map<AccountId, std::size_t>& proofs, Findings& findings) {
  std::map<AccountId, std::size_t> sessions;
  for (const auto& session : records.sessions) {
    ++sessions[session.account];
  }
  const auto kinds = count_kinds(records);
  for (const auto& [account, count] : sessions) {
    const auto proved = proofs.find(account);
    const auto allowed = proved == proofs.end() ? 0 : proved->second;
    if (count > allowed) {
      findings.push_back({FaultInvariant::session_has_proof, std::to_string(count) + " sessions of account " +
                                                                 account.to_string() + " for " +
                                                                 std::to_string(allowed) + " proofs"});
    }
    if (count > count_of(kinds, account, AuditKind::signed_in)) {
      findings.push_back(
          {FaultInvariant::subject_has_event, "a session without signed_in of account " + account.to_string()});
    }
  }
}

void check_links(const Records& records, Findings& findings) {
  const auto kinds = count_kinds(records);
  for (const auto& [id, link] : records.links) {
    const auto account = records.accounts.find(link.account);
    if (account == records.accounts.end() ||
        (link.purpose != LinkPurpose::setup && link.purpose != LinkPurpose::reset)) {
      continue;
    }
    const bool is_setup = link.purpose == LinkPurpose::setup;
    const bool used = link.used != 0;
    // A revoked change of the designated address takes the password away again (R15).
    const bool has_password =
        account->second.password || count_of(kinds, link.account, AuditKind::address_change_revoked) > 0;
    const bool effect =
        is_setup ? account->second.setup_completed_at && has_password : was_reset(records, account->second);
    if (used != effect) {
      const std::string name = is_setup ? "setup" : "reset";
      findings.push_back({FaultInvariant::link_used_with_effect,
                          used ? "a " + name + " link is used without its effect: " + link.account.to_string()
                               : "a " + name + " is done, and its link is not used: " + link.account.to_string()});
    }
  }
}

void check_standing_events(const Records& records, Findings& findings) {
  const auto kinds = count_kinds(records);
  std::set<AccountId> with_link;
  for (const auto& [id, link] : records.links) {
    if (link.purpose == LinkPurpose::setup) {
      with_link.insert(link.account);
    }
  }
  const auto expect = [&](bool holds, std::string_view what, const AccountId& account) {
    if (!holds) {
      findings.push_back({FaultInvariant::subject_has_event, std::string(what) + " of account " + account.to_string()});
    }
  };
  for (const auto& account : with_link) {
    const auto begun =
        count_of(kinds, account, AuditKind::account_invited) + count_of(kinds, account, AuditKind::account_imported);
    expect(begun == 1, "a link without one account_invited or account_imported", account);
  }
  for (const auto& [id, account] : records.accounts) {
    expect(
        !account.setup_completed_at || !with_link.contains(id) || count_of(kinds, id, AuditKind::setup_completed) == 1,
        "a setup without one setup_completed", id);
  }
  std::map<AccountId, std::size_t> sent;
  for (const auto& mail : records.mails) {
    for (const auto& part : mail.parts) {
      sent[part.account] += mail.state == MailState::sent ? 1 : 0;
    }
  }
  for (const auto& [account, count] : sent) {
    expect(count_of(kinds, account, AuditKind::mail_handed_over) >= count, "a sent mail without mail_handed_over",
           account);
  }
}

void check_committed_events(const Records& records, std::span<const FaultyStore::Sent> sent, Findings& findings) {
  std::set<AuditId> stored;
  for (const auto& event : records.audit) {
    stored.insert(event.id);
  }
  for (const auto& one : sent) {
    if (one.committed) {
      check_set(one.set, stored, findings);
    }
  }
}

void check_mails(const Records& records, const MailerCalls& calls, const std::set<MailId>& asked_for,
                 Findings& findings) {
  const auto called = ids_of(calls.called);
  const auto accepted = ids_of(calls.accepted);
  std::set<MailId> stored;
  for (const auto& mail : records.mails) {
    stored.insert(mail.id);
    const bool says_called =
        mail.state == MailState::sent || mail.state == MailState::sending || mail.state == MailState::bounced;
    // A call that was answered "later" or "never" shows as a try that was counted.
    const bool shows_call = says_called || mail.attempts > 0;
    const bool was_called = called.contains(mail.id);
    const bool was_taken = accepted.contains(mail.id);
    const bool holds_if_called = was_taken ? says_called : shows_call;
    if (was_called || was_taken ? !holds_if_called : says_called) {
      const std::string_view not_taken = was_called ? "was called" : "was not called";
      findings.push_back({FaultInvariant::mail_sent_if_called, "mail " + mail.id.to_string() + " is in state " +
                                                                   std::to_string(static_cast<int>(mail.state)) +
                                                                   ", and the mailer " +
                                                                   std::string(was_taken ? "took it" : not_taken)});
    }
  }
  for (const auto& id : called) {
    if (!stored.contains(id) && !asked_for.contains(id)) {
      findings.push_back(
          {FaultInvariant::mail_sent_if_called, "a mail left that nothing asked for: " + id.to_string()});
    }
  }
}

void check_mailer_calls(std::span<const std::string> called, std::size_t calls_max, Findings& findings) {
  std::map<std::string_view, std::size_t> counts;
  for (const auto& message_id : called) {
    ++counts[message_id];
  }
  for (const auto& [message_id, count] : counts) {
    if (count > calls_max) {
      findings.push_back({FaultInvariant::mail_sent_if_called, "the mailer was called " + std::to_string(count) +
                                                                   " times for one mail; at most " +
                                                                   std::to_string(calls_max) + " are due"});
    }
  }
}

void check_secrets(std::string_view bytes, std::string_view where, std::span<const std::string> secrets,
                   Findings& findings) {
  for (const auto& secret : secrets) {
    std::string decoded(secret.size() * 3 / 4, '\0');
    const bool is_token = base64url_decode(secret, std::as_writable_bytes(std::span(decoded)));
    const std::pair<std::string_view, std::string> forms[] = {{"as it is", secret},
                                                              {"in base64url", base64url_encode(as_bytes(secret))},
                                                              {"in base64", base64_of(secret)},
                                                              {"in hexadecimal", hex_encode(as_bytes(secret))},
                                                              {"decoded", is_token ? decoded : secret}};
    for (const auto& [form, needle] : forms) {
      if (!needle.empty() && bytes.find(needle) != std::string_view::npos) {
        findings.push_back(
            {FaultInvariant::no_secret_stored, with_form(secret, form) + ", is in the " + std::string(where)});
        break;
      }
    }
  }
}

std::string difference(const Described& came, const Described& expected, const Comparison& comparison) {
  const auto settled = [&](const auto& lines) { return comparison.mail_refused ? without_verdict(lines) : lines; };
  const std::string parts[] = {
      same(settled(came.records), settled(expected.records)), same(settled(came.mails), settled(expected.mails)),
      same_but_repeated(came.sessions, expected.sessions, comparison.failed_calls),
      same_but_repeated(settled(came.decisions), settled(expected.decisions), comparison.failed_calls)};
  for (const auto& part : parts) {
    if (!part.empty()) {
      return part;
    }
  }
  return {};
}

}  // namespace ostiary::inline v0::testing
