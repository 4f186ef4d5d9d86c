#include <ostiary/rules/bounce.hpp>

#include "administering.hpp"
#include <ostiary/services/organization_admin.hpp>

namespace ostiary::inline v0 {
namespace {

// The mail that a Message-ID of the outbox, or a mail's own id, names.
std::optional<MailId> mail_named(std::string_view message) {
  if (message.starts_with('<')) {
    message.remove_prefix(1);
  }
  const auto id = MailId::parse(message.substr(0, message.find_first_of("@>")));
  return id ? std::optional(id.assume_value()) : std::nullopt;
}

}  // namespace

Result<ReportBounceOutcome> OrganizationAdmin::report_bounce(const Actor& actor, std::string_view message,
                                                             std::string_view reason) const {
  using Outcome = ReportBounceOutcome;
  constexpr auto operation = Operation::report_bounce;
  OSTIARY_TRY(const auto permission, services::permit(env_, actor, operation, std::nullopt, std::nullopt));
  if (permission != Permission::allowed) {
    return OperationRefused{permission};
  }
  const auto id = mail_named(message);
  if (!id) {
    OSTIARY_TRY(const auto refused, services::reject(env_, actor, operation, Permission::not_found, std::nullopt));
    return refused;
  }
  return services::decide_and_commit(
      env_, [&] { return env_.store.find_mail(*id); },
      [&](const std::optional<MailIntent>& mail, Fresh& fresh, Instant now) -> Result<Decision<Outcome>> {
        if (!mail) {
          return services::widen<Outcome>(services::refuse_absent(actor, operation, std::nullopt, fresh, now));
        }
        return services::widen<Outcome>(decide_bounce(actor, *mail, reason, fresh, now));
      });
}

}  // namespace ostiary::inline v0
