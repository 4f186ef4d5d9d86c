#include <ostiary/services/environment.hpp>

#include <algorithm>
#include <array>

namespace ostiary::inline v0 {
namespace {

bool are_valid(const BudgetPolicy& budgets) {
  const std::array all{budgets.password_per_network,
                       budgets.password_per_login_and_network,
                       budgets.password_per_login,
                       budgets.password_per_device,
                       budgets.link_per_network,
                       budgets.link_per_account,
                       budgets.pin_per_account,
                       budgets.mail_per_address,
                       budgets.mail_per_organization,
                       budgets.notice_per_account,
                       budgets.recovery_per_network,
                       budgets.recovery_per_address,
                       budgets.reauthentication_per_account,
                       budgets.bulk_per_organization,
                       budgets.confirmation_per_account,
                       budgets.factor_per_ceremony,
                       budgets.factor_per_account,
                       budgets.factor_per_device,
                       budgets.factor_per_network};
  return std::ranges::all_of(all, [](const Budget& budget) { return is_valid(budget); });
}

// Positive, and far from where adding it to a time would overflow.
bool is_sane(Duration duration) { return duration > Duration::zero() && duration <= std::chrono::years(10); }

bool is_valid(const SessionPolicy& session) { return is_sane(session.idle_limit) && is_sane(session.absolute_limit); }

bool is_valid(const DevicePolicy& device) { return is_sane(device.lifetime); }

bool is_valid(const MailPolicy& mail) {
  constexpr Duration lease_min = std::chrono::minutes(5);  // the longest that a mailer of ours takes, and a margin
  const std::array positive{mail.give_up_after, mail.lease, mail.retry_first, mail.retry_max, mail.keep_after};
  const std::array links{mail.setup_link, mail.reset_link, mail.confirm_link, mail.revoke_link, mail.factor_code};
  return std::ranges::all_of(positive, is_sane) && mail.lease >= lease_min && mail.lease < mail.give_up_after &&
         std::ranges::all_of(
             links,
             [&](const LinkTimes& link) {
               return is_sane(link.lifetime) && is_sane(link.give_up_after) &&
                      mail.lease + link.lifetime < link.give_up_after;
             });
}

}  // namespace

Result<void> validate(const Policies& policies) {
  OSTIARY_TRY(validate(policies.password));
  OSTIARY_TRY(validate(policies.pin));
  OSTIARY_TRY(validate(policies.factor));
  if (!is_valid(policies.session) || !is_valid(policies.device) || !are_valid(policies.budgets) ||
      !is_valid(policies.mail) || !is_sane(policies.admin.temporary_password_lifetime)) {
    return Errc::invalid_configuration;
  }
  return success();
}

}  // namespace ostiary::inline v0
