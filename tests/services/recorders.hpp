#pragma once

#include <string>
#include <type_traits>
#include <vector>

#include "services/world.hpp"

// Recorders of a world's ports: what an onlooker of the process could count. Each writes one line a call, with the
// sizes of what goes in and the form of each hash.
namespace ostiary::test {

using Trace = std::vector<std::string>;

class RecordingStore final : public Store {
 public:
  RecordingStore(Store& inner, Trace& trace) : inner_(inner), trace_(trace) {}

  Result<std::optional<Organization>> find_organization(const OrganizationId& id) override {
    return note("find_organization"), inner_.find_organization(id);
  }
  Result<std::optional<Organization>> find_organization_by_domain(const Domain& domain) override {
    return note("find_organization_by_domain"), inner_.find_organization_by_domain(domain);
  }
  Result<std::optional<Account>> find_account(const AccountId& id) override {
    return note("find_account"), inner_.find_account(id);
  }
  Result<std::optional<Account>> find_account_by_login(const LoginName& login) override {
    return note("find_account_by_login"), inner_.find_account_by_login(login);
  }
  Result<std::optional<Account>> find_account_by_host_ref(const std::string& host_ref) override {
    return note("find_account_by_host_ref"), inner_.find_account_by_host_ref(host_ref);
  }
  Result<Page<Account>> list_accounts(const PageRequest& page) override {
    return note("list_accounts"), inner_.list_accounts(page);
  }
  Result<Page<Account>> find_accounts_by_address(const EmailAddress& address, const PageRequest& page) override {
    return note("find_accounts_by_address"), inner_.find_accounts_by_address(address, page);
  }
  Result<std::vector<HashCount>> count_password_hashes() override {
    return note("count_password_hashes"), inner_.count_password_hashes();
  }
  Result<std::optional<Link>> find_link(const LinkId& id) override { return note("find_link"), inner_.find_link(id); }
  Result<std::optional<Link>> find_link_of(const AccountId& account, LinkPurpose purpose) override {
    return note("find_link_of"), inner_.find_link_of(account, purpose);
  }
  Result<std::optional<SessionFacts>> find_session(const SessionId& id) override {
    return note("find_session"), inner_.find_session(id);
  }
  Result<Page<Session>> list_sessions(const AccountId& account, const PageRequest& page) override {
    return note("list_sessions"), inner_.list_sessions(account, page);
  }
  Result<std::optional<Device>> find_device(const DeviceId& id) override {
    return note("find_device"), inner_.find_device(id);
  }
  Result<Page<Device>> list_devices(const AccountId& account, const PageRequest& page) override {
    return note("list_devices"), inner_.list_devices(account, page);
  }
  Result<std::optional<MailIntent>> find_mail(const MailId& id) override {
    return note("find_mail"), inner_.find_mail(id);
  }
  Result<Page<MailIntent>> list_mails(const AccountId& account, const PageRequest& page) override {
    return note("list_mails"), inner_.list_mails(account, page);
  }
  Result<Page<AuditRow>> list_audit(const std::optional<OrganizationId>& stream, const PageRequest& page) override {
    return note("list_audit"), inner_.list_audit(stream, page);
  }
  Result<CommitAnswer> commit(const ChangeSet& set) override {
    std::string line = "commit";
    for (const auto& change : set.changes) {
      line += " " + std::to_string(change.index());
    }
    return note(line), inner_.commit(set);
  }
  Result<ChargeAnswer> charge(std::span<const Charge> charges, Instant now) override {
    return note("charge " + std::to_string(charges.size())), inner_.charge(charges, now);
  }
  Result<std::vector<MailIntent>> claim_mail(std::size_t limit, Instant now, Instant until,
                                             const LeaseToken& token) override {
    return note("claim_mail"), inner_.claim_mail(limit, now, until, token);
  }
  Result<Housekept> housekeep(Instant now, std::size_t limit) override {
    return note("housekeep"), inner_.housekeep(now, limit);
  }

 private:
  void note(std::string line) { trace_.push_back(std::move(line)); }

  Store& inner_;
  Trace& trace_;
};

class RecordingHasher final : public PasswordHasher {
 public:
  RecordingHasher(const PasswordHasher& inner, Trace& trace) : inner_(inner), trace_(trace) {}

  Result<std::string> hash(const SecretString& password) const override {
    trace_.push_back("hash " + std::to_string(password.size()));
    return inner_.hash(password);
  }
  Result<PasswordVerdict> verify(const SecretString& password, std::string_view hash) const override {
    trace_.push_back("verify " + std::to_string(password.size()) + " " + hash_form(hash));
    return inner_.verify(password, hash);
  }
  Result<void> check_hash(std::string_view hash) const override { return inner_.check_hash(hash); }
  std::string decoy(std::uint64_t draw) const override {
    trace_.emplace_back("decoy");
    return inner_.decoy(draw);
  }
  void follow(std::span<const HashCount> mix) const override { inner_.follow(mix); }

 private:
  const PasswordHasher& inner_;
  Trace& trace_;
};

class RecordingRandom final : public RandomSource {
 public:
  RecordingRandom(RandomSource& inner, Trace& trace) : inner_(inner), trace_(trace) {}

  Result<void> fill(std::span<std::byte> out) override {
    trace_.push_back("fill " + std::to_string(out.size()));
    return inner_.fill(out);
  }

 private:
  RandomSource& inner_;
  Trace& trace_;
};

class RecordingClock final : public Clock {
 public:
  RecordingClock(const Clock& inner, Trace& trace) : inner_(inner), trace_(trace) {}

  Instant now() const override {
    trace_.emplace_back("now");
    return inner_.now();
  }
  void pause(Duration length) const override {
    trace_.push_back("pause " + std::to_string(length.count()));
    inner_.pause(length);
  }

 private:
  const Clock& inner_;
  Trace& trace_;
};

}  // namespace ostiary::test
