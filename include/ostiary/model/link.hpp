#pragma once

#include <cstdint>
#include <optional>

#include <ostiary/base/email_address.hpp>
#include <ostiary/base/id.hpp>

namespace ostiary::inline v0 {

enum class LinkPurpose : std::uint8_t {
  setup = 1,
  reset,                  ///< Of a forgotten password (R31).
  confirm_address,        ///< AccountAddress::confirmation names the row.
  revoke_address_change,  ///< RevocableChange::link names the row (R15).
  factor_code,            ///< Of a code by e-mail: what is mailed are digits derived from the token (R62).
};

/// has_one_row says whether an account has one row of the purpose, whose newer links take the place of the older. Of the
/// other purposes each address and each change has a row of its own.
[[nodiscard]] constexpr bool has_one_row(LinkPurpose purpose) noexcept {
  return purpose == LinkPurpose::setup || purpose == LinkPurpose::reset || purpose == LinkPurpose::factor_code;
}

/// Generation counts the links of one row. 0 stands for none.
using Generation = std::uint32_t;

/// Link is the row behind every link of one purpose that an account was ever mailed. The secret is not in it: a token
/// is derived from the row's id and a generation. Only the `live` generation can be redeemed. There is no `encode`: each
/// field is a guard's or a change's, so a store keeps all of them itself.
struct Link {
  LinkId id{};
  AccountId account{};
  LinkPurpose purpose = LinkPurpose::setup;
  Generation issued = 0;  ///< The newest generation asked for (PutLink).
  Generation live = 0;    ///< The newest generation handed to a mailer (BeginHandOver).
  Generation used = 0;    ///< The newest generation consumed (ConsumeLink).
  std::optional<std::uint32_t>
      epoch{};  ///< The account's links epoch when `live` was handed over; empty: no epoch ends it.
  std::optional<EmailAddress> sent_to{};  ///< To whom `live` was handed over: it proves this address alone.
  Instant expires_at{};                   ///< Of `live`: it works while now < expires_at.
  Instant ends_at{};                      ///< The row may be deleted from here on.
};

}  // namespace ostiary::inline v0
