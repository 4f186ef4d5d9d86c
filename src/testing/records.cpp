#include "records.hpp"

#include <algorithm>

namespace ostiary::inline v0::testing {
namespace {

template <class Record, class List>
Result<void> read_pages(std::vector<Record>& out, List list) {
  PageRequest request{.after = {}, .limit = PageRequest::limit_max};
  do {
    OSTIARY_TRY(auto page, list(request));
    std::ranges::move(page.records, std::back_inserter(out));
    request.after = page.next;
  } while (!request.after.empty());
  return success();
}

Result<void> read_audit(Store& store, const std::optional<OrganizationId>& stream, Records& records) {
  std::vector<AuditRow> rows;
  OSTIARY_TRY(read_pages(rows, [&](const PageRequest& page) { return store.list_audit(stream, page); }));
  for (auto& row : rows) {
    records.audit.push_back(std::move(row.event));
  }
  OSTIARY_TRY(const auto head, store.find_audit_head(stream));
  for (std::uint64_t number = 1; head && number <= head->block.number; ++number) {
    OSTIARY_TRY(const auto found, store.find_audit_block(stream, number));
    if (found) {
      records.audit_blocks.push_back(found->block);
    }
  }
  return success();
}

// The ids that one change names.
struct Note {
  KnownIds& known;
  bool committed;

  void operator()(const PutOrganization& put) const { known.organizations.insert(put.next.id); }
  void operator()(const PutAccount& put) const {
    known.organizations.insert(put.next.organization);
    known.accounts.insert(put.next.id);
  }
  void operator()(const PutLink& put) const { known.links.insert(put.id); }
  void operator()(const ConsumeLink& consume) const { known.links.insert(consume.id); }
  void operator()(const PutSession& put) const { known.accounts.insert(put.session.account); }
  void operator()(const PutDevice& put) const { known.accounts.insert(put.device.account); }
  void operator()(const PutMailIntent& put) const {
    for (const auto& part : put.mail.parts) {
      known.accounts.insert(part.account);
    }
    if (committed) {
      known.mails.insert(put.mail.id);
    }
  }
  void operator()(const AppendAudit& append) const {
    if (append.event.organization) {
      known.organizations.insert(*append.event.organization);
    }
  }
  void operator()(const auto& /*of a record that was put*/) const {}
};

void append_bytes(std::string& out, const Bytes& bytes) {
  out.append(reinterpret_cast<const char*>(bytes.data()), bytes.size());
  out += '\n';
}

std::string number(auto value) { return std::to_string(static_cast<std::int64_t>(value)); }

// A retry may be refused again, and once more: refusals are no part of the state that it reaches.
bool is_refusal(AuditKind kind) {
  constexpr AuditKind refusals[] = {
      AuditKind::setup_refused,   AuditKind::sign_in_refused, AuditKind::throttled,
      AuditKind::throttle_lifted, AuditKind::pin_refused,     AuditKind::operation_refused,
      AuditKind::reset_refused,   AuditKind::address_refused, AuditKind::password_change_refused,
      AuditKind::factor_refused};
  return std::ranges::find(refusals, kind) != std::end(refusals);
}

class Describing {
 public:
  explicit Describing(const Records& records) : records_(records) {}

  [[nodiscard]] static std::string line(const Organization& it) {
    return "organization " + it.domain.canonical() + " name=" + it.name + " status=" + number(it.status) +
           " alphabet=" + number(it.extension_alphabet) + " locale=" + it.locale.tag() +
           " contact=" + it.support_contact + " managers=" + number(it.active_managers) +
           " factor_required=" + number(it.factor_required.size()) + " clients=" + number(it.clients.size());
  }

  [[nodiscard]] std::string line(const Account& it) const {
    std::string out =
        "account " + it.login.canonical() + " in " + name_of(it.organization) + " status=" + number(it.status) +
        " role=" + number(it.role) + " name=" + it.display_name +
        " locale=" + (it.locale ? it.locale->tag() : std::string()) + " ref=" + it.host_ref +
        " password=" + (it.password ? parameters_of(it.password->hash) : "none") +
        " temporary=" + number(it.password && it.password->temporary_until) +
        " revocable=" + number(it.revocable.size()) + " pin=" + number(it.pin.has_value()) + factor_of(it) +
        " needs=" + number(it.needed_clients.size()) + " complete=" + number(it.setup_completed_at.has_value()) +
        " epochs=" + number(it.epochs.sessions) + "," + number(it.epochs.links) + "," + number(it.epochs.devices);
    for (const auto& address : it.addresses) {
      out += " " + address.address.canonical() + ":" + number(address.purposes.bits()) + ":" +
             number(address.verified_at.has_value()) + ":" + number(address.wanted.bits());
    }
    return out;
  }

  // How often a link was asked for says nothing: what counts is whether its newest is out, and whether it was used.
  [[nodiscard]] std::string line(const Link& it) const {
    return "link of " + name_of(it.account) + " purpose=" + number(it.purpose) +
           " live=" + number(it.live == it.issued) + " used=" + number(it.used != 0) +
           " epoch=" + (it.epoch ? number(*it.epoch) : "any");
  }

  [[nodiscard]] std::string line(const Session& it) const {
    const auto account = records_.accounts.find(it.account);
    const bool lives = account != records_.accounts.end() && account->second.epochs.sessions == it.epoch;
    return "session of " + name_of(it.account) + " client=" + it.client_id + " from=" + it.network + " " +
           it.user_agent + " lives=" + number(lives) + " touched=" + number(it.last_seen_at != it.created_at) +
           " proved=" + number(it.proved_at > it.created_at);
  }

  [[nodiscard]] std::string line(const Device& it) const {
    const auto account = records_.accounts.find(it.account);
    const bool is_known = account != records_.accounts.end() && account->second.epochs.devices == it.epoch;
    return "device of " + name_of(it.account) + " from=" + it.network + " " + it.user_agent +
           " known=" + number(is_known) + " touched=" + number(it.last_seen_at != it.created_at) +
           " remembered=" + number(it.remembered.has_value());
  }

  [[nodiscard]] static std::string line(const MailIntent& it) {
    return "mail to " + it.to.canonical() + " kind=" + number(it.kind) + " locale=" + it.locale.tag() +
           " parts=" + number(it.parts.size()) +
           " links=" + number(std::ranges::count_if(it.parts, [](const auto& part) { return part.link.has_value(); })) +
           " state=" + number(it.state);
  }

  [[nodiscard]] std::string line(const AuditEvent& it) const {
    return "event " + std::string(audit_kind_name(it.kind)) + " in " +
           (it.organization ? name_of(*it.organization) : "the system") + " about " +
           (it.subject ? name_of(*it.subject) : "nobody") + " by " + number(it.actor_kind) + " " +
           (it.actor ? name_of(*it.actor) : it.actor_name);
  }

  [[nodiscard]] std::string line(const AuditBlock& it) const {
    return "block " + number(it.number) + " in " + (it.stream ? name_of(*it.stream) : "the system") +
           " events=" + number(it.events);
  }

  [[nodiscard]] bool is_superseded(const MailIntent& mail) const {
    if (mail.state == MailState::superseded || mail.state == MailState::voided) {
      return true;
    }
    return std::ranges::any_of(mail.parts, [&](const MailPart& part) {
      const auto link = part.link ? records_.links.find(part.link->id) : records_.links.end();
      return link != records_.links.end() && part.link->generation < link->second.issued;
    });
  }

 private:
  [[nodiscard]] std::string name_of(const OrganizationId& id) const {
    const auto found = records_.organizations.find(id);
    return found == records_.organizations.end() ? "?" : found->second.domain.canonical();
  }
  [[nodiscard]] std::string name_of(const AccountId& id) const {
    const auto found = records_.accounts.find(id);
    return found == records_.accounts.end() ? "?" : found->second.login.canonical();
  }
  static std::string factor_of(const Account& it) {
    std::string out = " by_email=" + number(it.email_codes_since.has_value()) + " authenticator=";
    out += it.authenticator ? number(it.authenticator->accepted_step != 0) : "none";
    out += " codes=";
    return out +
           (it.recovery_codes ? number(it.recovery_codes->count) + "," + number(it.recovery_codes->used) : "none");
  }
  // A PHC string up to its salt.
  static std::string parameters_of(const std::string& hash) {
    const auto digest = hash.rfind('$');
    return digest == std::string::npos ? "" : hash.substr(0, hash.rfind('$', digest - 1));
  }

  const Records& records_;
};

}  // namespace

KnownIds ids_named_by(std::span<const FaultyStore::Sent> sent) {
  KnownIds known;
  for (const auto& one : sent) {
    for (const auto& change : one.set.changes) {
      std::visit(Note{.known = known, .committed = one.committed}, change);
    }
  }
  return known;
}

namespace {

// An account with all that hangs on it; also the rows that only a rival named. A mail may speak of several accounts.
Result<void> read_account(Store& store, const AccountId& id, std::set<MailId>& seen, Records& records) {
  OSTIARY_TRY(auto found, store.find_account(id));
  if (!found) {
    return success();
  }
  records.accounts.emplace(id, std::move(*found));
  for (const auto purpose : {LinkPurpose::setup, LinkPurpose::reset, LinkPurpose::factor_code}) {
    OSTIARY_TRY(auto link, store.find_link_of(id, purpose));
    if (link) {
      records.links.emplace(link->id, std::move(*link));
    }
  }
  OSTIARY_TRY(read_pages(records.sessions, [&](const PageRequest& page) { return store.list_sessions(id, page); }));
  OSTIARY_TRY(read_pages(records.devices, [&](const PageRequest& page) { return store.list_devices(id, page); }));
  std::vector<MailIntent> mails;
  OSTIARY_TRY(read_pages(mails, [&](const PageRequest& page) { return store.list_mails(id, page); }));
  for (auto& mail : mails) {
    if (seen.insert(mail.id).second) {
      records.mails.push_back(std::move(mail));
    }
  }
  return success();
}

// The known links, and those that a rival's mail names.
std::set<LinkId> links_of(const KnownIds& known, const std::vector<MailIntent>& mails) {
  std::set<LinkId> links(known.links.begin(), known.links.end());
  for (const auto& mail : mails) {
    for (const auto& part : mail.parts) {
      if (part.link) {
        links.insert(part.link->id);
      }
    }
  }
  return links;
}

}  // namespace

Result<Records> read_records(Store& store, const KnownIds& known) {
  Records records;
  OSTIARY_TRY(read_audit(store, std::nullopt, records));
  for (const auto& id : known.organizations) {
    OSTIARY_TRY(auto found, store.find_organization(id));
    if (found) {
      records.organizations.emplace(id, std::move(*found));
    }
    OSTIARY_TRY(read_audit(store, id, records));
  }
  std::set<MailId> seen;
  for (const auto& id : known.accounts) {
    OSTIARY_TRY(read_account(store, id, seen, records));
  }
  for (const auto& id : links_of(known, records.mails)) {
    OSTIARY_TRY(auto found, store.find_link(id));
    if (found) {
      records.links.emplace(id, *found);
    }
  }
  return records;
}

std::string bytes_of(const Records& records) {
  std::string out;
  for (const auto& [id, organization] : records.organizations) {
    append_bytes(out, encode(organization));
  }
  for (const auto& [id, account] : records.accounts) {
    append_bytes(out, encode(account));
  }
  for (const auto& session : records.sessions) {
    append_bytes(out, encode(session));
  }
  for (const auto& device : records.devices) {
    append_bytes(out, encode(device));
  }
  for (const auto& mail : records.mails) {
    append_bytes(out, encode(mail));
    out += mail.reason + '\n';
  }
  for (const auto& event : records.audit) {
    append_bytes(out, encode(event));
  }
  return out;
}

Described describe(const Records& records) {
  const Describing describing(records);
  Described out;
  for (const auto& [id, organization] : records.organizations) {
    out.records.insert(Describing::line(organization));
  }
  for (const auto& [id, account] : records.accounts) {
    out.records.insert(describing.line(account));
  }
  for (const auto& [id, link] : records.links) {
    out.records.insert(describing.line(link));
  }
  for (const auto& block : records.audit_blocks) {
    out.records.insert(describing.line(block));
  }
  for (const auto& session : records.sessions) {
    out.sessions.insert(describing.line(session));
  }
  for (const auto& device : records.devices) {
    out.sessions.insert(describing.line(device));
  }
  for (const auto& mail : records.mails) {
    if (!describing.is_superseded(mail)) {
      (mail.kind == MailKind::new_device ? out.sessions : out.mails).insert(Describing::line(mail));
    }
  }
  for (const auto& event : records.audit) {
    if (!is_refusal(event.kind)) {
      out.decisions.insert(describing.line(event));
    }
  }
  return out;
}

}  // namespace ostiary::inline v0::testing
