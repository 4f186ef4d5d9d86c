#include <ostiary/services/outbox.hpp>

#include "committing.hpp"
#include "expansion.hpp"
#include <ostiary/rules/factor_code.hpp>
#include <ostiary/rules/hand_over.hpp>
#include <ostiary/rules/link_token.hpp>
#include <ostiary/rules/mime.hpp>

namespace ostiary::inline v0 {
namespace {

Result<PartFacts> load_part(const Environment& env, const MailPart& part) {
  PartFacts facts;
  OSTIARY_TRY(facts.account, env.store.find_account(part.account));
  OSTIARY_TRY(facts.organization, env.store.find_organization(part.organization));
  if (part.link) {
    OSTIARY_TRY(facts.link, env.store.find_link(part.link->id));
  }
  return facts;
}

Result<HandOverFacts> load_facts(const Environment& env, const MailIntent& mail) {
  HandOverFacts facts;
  for (const MailPart& part : mail.parts) {
    OSTIARY_TRY(auto loaded, load_part(env, part));
    facts.parts.push_back(std::move(loaded));
  }
  if (mail.job) {
    OSTIARY_TRY(facts.job, env.store.find_job(*mail.job));
  }
  return facts;
}

// One mail that this worker has under lease.
class Delivering {
 public:
  Delivering(const Environment& env, const OutboxParts& parts, MailIntent mail, const LeaseToken& lease)
      : env_(env), parts_(parts), mail_(std::move(mail)), lease_(lease) {}

  Result<MailState> run() {
    const auto outcome = begin();
    if (!outcome) {
      return is_of_mail(outcome.assume_error()) ? give_back("not_composed", outcome.assume_error())
                                                : outcome.assume_error();
    }
    if (const auto* settled = std::get_if<Settled>(&outcome.assume_value())) {
      return settled->state;
    }
    const auto delivery = parts_.mailer.send(*message_);
    if (!delivery) {
      mailer_failed_ = true;
      return give_back("mailer", delivery.assume_error());
    }
    return mark(state_of(delivery.assume_value().verdict), delivery.assume_value().reason);
  }

  /// mailer_failed says that the error of `run` is the mailer's own: the next mail would meet it too.
  [[nodiscard]] bool mailer_failed() const noexcept { return mailer_failed_; }

 private:
  // An unreadable record, a missing key, words that do not fit a message: this mail's fault and not the store's
  // absence.
  static bool is_of_mail(std::error_code error) { return error != ErrorKind::transient; }

  // The message is composed before the commit: a link is not superseded by a mail that cannot be written.
  Result<HandOverOutcome> begin() {
    return services::decide_and_commit(
        env_, [&] { return load_facts(env_, mail_); },
        [&](const HandOverFacts& facts, Fresh& fresh, Instant now) -> Result<Decision<HandOverOutcome>> {
          auto decision = decide_hand_over(mail_, lease_, facts, env_.policies.mail, fresh, now);
          if (const auto* hand_over = std::get_if<HandOver>(&decision.outcome)) {
            OSTIARY_TRY(message_, compose(*hand_over, facts));
            replaced_ = hand_over->replaced;
          }
          return decision;
        });
  }

  [[nodiscard]] Result<MailEntry> entry_of(const HandedPart& part, const PartFacts& facts) const {
    MailEntry entry{.login_name = facts.account->login.as_typed(),
                    .display_name = facts.account->display_name,
                    .organization_name = facts.organization->name,
                    .status = facts.account->status,
                    .link_ends_at = part.link_ends_at};
    if (!part.link) {
      return entry;
    }
    const MailLink& link = *part.link;
    entry.link_purpose = link.purpose;
    if (link.purpose == LinkPurpose::factor_code) {
      OSTIARY_TRY(const auto code, make_factor_code(*env_.keys.current(), link.id, link.generation));
      entry.code = code.reveal();
      return entry;
    }
    OSTIARY_TRY(const auto token, make_link_token(*env_.keys.current(), link.purpose, link.id, link.generation));
    entry.link_url = parts_.links.url(link.purpose, token.reveal());
    return entry;
  }

  [[nodiscard]] Result<OutgoingMail> compose(const HandOver& hand_over, const HandOverFacts& facts) const {
    MailContent content{.kind = mail_.kind,
                        .locale = mail_.locale,
                        .client = mail_.client.value_or(MailClient()),
                        .at = mail_.created_at};
    for (const HandedPart& part : hand_over.parts) {
      OSTIARY_TRY(auto entry, entry_of(part, facts.parts[part.index]));
      content.entries.push_back(std::move(entry));
      if (part.link && !part.link_ends_at) {
        const auto& times = link_times(env_.policies.mail, part.link->purpose);
        content.link_lifetime = std::chrono::floor<std::chrono::minutes>(times.lifetime);
      }
    }
    const auto& first = facts.parts[hand_over.parts.front().index];
    content.support_contact = first.organization->support_contact;
    OSTIARY_TRY(auto rendered, parts_.renderer.render(content));
    auto message_id = mail_.id.to_string() + "@" + std::string(parts_.from.domain());
    OSTIARY_TRY(auto message, compose_mime({.from = parts_.from,
                                            .from_name = parts_.from_name,
                                            .to = mail_.to,
                                            .to_name = first.account->display_name,
                                            .subject = std::move(rendered.subject),
                                            .text = std::move(rendered.text),
                                            .html = std::move(rendered.html),
                                            .message_id = message_id,
                                            .date = mail_.created_at,
                                            .language = std::move(rendered.language)}));
    return OutgoingMail{
        .from = parts_.from, .to = mail_.to, .message_id = std::move(message_id), .message = std::move(message)};
  }

  static MailState state_of(DeliveryVerdict verdict) noexcept {
    switch (verdict) {
      case DeliveryVerdict::accepted:
        return MailState::sent;
      case DeliveryVerdict::retry_later:
        return MailState::queued;
      case DeliveryVerdict::permanent:
        return MailState::failed;
    }
    return MailState::queued;
  }

  // Marks the mail after the mailer was called. The mark is sent again on contention and doubt, the mail never.
  Result<MailState> mark(MailState state, std::string_view reason) {
    const Instant now = env_.clock.now();
    OSTIARY_TRY(auto fresh, Fresh::draw(env_.random, now));
    auto decision = decide_delivered(mail_, lease_, state, reason, replaced_, env_.policies.mail, fresh, now);
    OSTIARY_TRY(const auto verdict, services::commit_changes(env_, std::move(decision.changes), fresh, now));
    return verdict == services::CommitVerdict::committed ? Result<MailState>(decision.outcome) : Errc::conflict;
  }

  // Queues the mail again and tells the error that kept it from the mailer.
  Result<MailState> give_back(std::string_view reason, std::error_code error) {
    OSTIARY_TRY(mark(MailState::queued, reason));
    return error;
  }

  const Environment& env_;
  const OutboxParts& parts_;
  MailIntent mail_;
  LeaseToken lease_;
  std::optional<OutgoingMail> message_;
  std::vector<RestoreLink> replaced_;
  bool mailer_failed_ = false;
};

void count(DeliveryReport& report, MailState state) {
  switch (state) {
    case MailState::sent:
      ++report.sent;
      return;
    case MailState::queued:
      ++report.retried;
      return;
    case MailState::failed:
    case MailState::bounced:
      ++report.failed;
      return;
    case MailState::superseded:
    case MailState::voided:
      ++report.dropped;
      return;
    case MailState::sending:
      ++report.lost;
      return;
  }
}

// One call of `deliver`.
class Round {
 public:
  Round(const Environment& env, const OutboxParts& parts, const LeaseToken& lease)
      : env_(env), parts_(parts), lease_(lease) {}

  Result<void> expand(std::size_t limit) {
    const Instant now = env_.clock.now();
    const auto requests = env_.store.claim_recovery_requests(limit, now, now + env_.policies.mail.lease, lease_);
    if (!requests) {
      return note(requests.assume_error());
    }
    for (const auto& request : requests.assume_value()) {
      const auto outcome = services::expand_request(env_, request, lease_);
      if (!outcome) {
        OSTIARY_TRY(note(outcome.assume_error()));
      } else if (std::holds_alternative<RecoveryExpanded>(outcome.assume_value())) {
        ++report_.requests_expanded;
      } else {
        ++report_.requests_dropped;
      }
    }
    return success();
  }

  Result<void> hand_over(std::size_t limit) {
    const Instant now = env_.clock.now();
    OSTIARY_TRY(auto mails, env_.store.claim_mail(limit, now, now + env_.policies.mail.lease, lease_));
    report_.claimed = mails.size();
    for (auto& mail : mails) {
      Delivering delivering(env_, parts_, std::move(mail), lease_);
      const auto state = delivering.run();
      if (state) {
        count(report_, state.assume_value());
        services::observe(env_, MailHandled{state.assume_value()});
      } else if (delivering.mailer_failed() && state.assume_error() != Errc::conflict) {
        return state.assume_error();
      } else {
        OSTIARY_TRY(note(state.assume_error()));
      }
    }
    return success();
  }

  [[nodiscard]] const DeliveryReport& report() const noexcept { return report_; }

 private:
  // Gives back an error that the next one would meet too.
  Result<void> note(std::error_code error) {
    if (error == Errc::conflict) {
      ++report_.lost;
      return success();
    }
    if (error == ErrorKind::transient) {
      return error;
    }
    report_.first_error = report_.first_error ? report_.first_error : error;
    return success();
  }

  const Environment& env_;
  const OutboxParts& parts_;
  LeaseToken lease_;
  DeliveryReport report_;
};

}  // namespace

Result<DeliveryReport> Outbox::deliver(std::size_t limit) const {
  OSTIARY_TRY(auto fresh, Fresh::draw(env_.random, env_.clock.now()));
  Round round(env_, parts_, fresh.id<LeaseToken>());
  OSTIARY_TRY(round.expand(limit));
  OSTIARY_TRY(round.hand_over(limit));
  return round.report();
}

}  // namespace ostiary::inline v0
