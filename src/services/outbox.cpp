#include <ostiary/services/outbox.hpp>

#include "committing.hpp"
#include <ostiary/rules/hand_over.hpp>
#include <ostiary/rules/link_token.hpp>
#include <ostiary/rules/mime.hpp>

namespace ostiary::inline v0 {
namespace {

Result<HandOverFacts> load_facts(const Environment& env, const MailIntent& mail) {
  HandOverFacts facts;
  OSTIARY_TRY(facts.account, env.store.find_account(mail.account));
  OSTIARY_TRY(facts.organization, env.store.find_organization(mail.organization));
  if (mail.link) {
    OSTIARY_TRY(facts.link, env.store.find_link(mail.link->id));
  }
  return facts;
}

// One mail that this worker has under lease.
class Delivering {
 public:
  Delivering(const Environment& env, const OutboxParts& parts, MailIntent mail, const LeaseToken& lease)
      : env_(env), parts_(parts), mail_(std::move(mail)), lease_(lease) {}

  Result<MailState> run() {
    auto outcome = begin();
    if (!outcome) {
      return std::move(outcome).as_failure();
    }
    if (const auto* settled = std::get_if<Settled>(&outcome.assume_value())) {
      return settled->state;
    }
    auto message = compose();
    if (!message) {
      return give_back("compose", message.assume_error());
    }
    const auto delivery = parts_.mailer.send(message.assume_value());
    if (!delivery) {
      return give_back("mailer", delivery.assume_error());
    }
    return mark(state_of(delivery.assume_value().verdict), delivery.assume_value().reason);
  }

 private:
  Result<HandOverOutcome> begin() {
    return services::decide_and_commit(
        env_,
        [&] {
          auto facts = load_facts(env_, mail_);
          if (facts) {
            facts_ = facts.assume_value();
          }
          return facts;
        },
        [&](const HandOverFacts& facts, Fresh& fresh, Instant now) -> Result<Decision<HandOverOutcome>> {
          return decide_hand_over(mail_, lease_, facts, env_.policies.mail, fresh, now);
        });
  }

  Result<OutgoingMail> compose() const {
    MailContent content{
        .kind = mail_.kind,
        .locale = mail_.locale,
        .login_name = facts_.account->login.as_typed(),
        .display_name = facts_.account->display_name,
        .organization_name = facts_.organization->name,
        .support_contact = facts_.organization->support_contact,
        .link_lifetime = std::chrono::floor<std::chrono::hours>(env_.policies.mail.setup_link_lifetime)};
    if (mail_.link) {
      OSTIARY_TRY(const auto token,
                  make_link_token(*env_.keys.current(), mail_.link->purpose, mail_.link->id, mail_.link->generation));
      content.link_url = parts_.links.url(mail_.link->purpose, token.reveal());
    }
    OSTIARY_TRY(auto rendered, parts_.renderer.render(content));
    auto message_id = mail_.id.to_string() + "@" + std::string(parts_.from.domain());
    OSTIARY_TRY(auto message, compose_mime({.from = parts_.from,
                                            .from_name = parts_.from_name,
                                            .to = mail_.to,
                                            .to_name = facts_.account->display_name,
                                            .subject = std::move(rendered.subject),
                                            .text = std::move(rendered.text),
                                            .html = std::move(rendered.html),
                                            .message_id = message_id,
                                            .date = mail_.created_at,
                                            .language = mail_.locale}));
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
    auto decision = decide_delivered(mail_, lease_, state, reason, env_.policies.mail, fresh, now);
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
  HandOverFacts facts_;
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

}  // namespace

Result<DeliveryReport> Outbox::deliver(std::size_t limit) const {
  const Instant now = env_.clock.now();
  OSTIARY_TRY(auto fresh, Fresh::draw(env_.random, now));
  const auto lease = fresh.id<LeaseToken>();
  OSTIARY_TRY(auto mails, env_.store.claim_mail(limit, now, now + env_.policies.mail.lease, lease));
  DeliveryReport report{.claimed = mails.size()};
  for (auto& mail : mails) {
    auto state = Delivering(env_, parts_, std::move(mail), lease).run();
    if (state) {
      count(report, state.assume_value());
    } else if (state.assume_error() == Errc::conflict) {
      ++report.lost;
    } else {
      return std::move(state).as_failure();
    }
  }
  return report;
}

}  // namespace ostiary::inline v0
