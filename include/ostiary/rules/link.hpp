#pragma once

#include <optional>

#include <ostiary/model/account.hpp>
#include <ostiary/rules/link_token.hpp>

namespace ostiary::inline v0 {

enum class LinkVerdict : std::uint8_t {
  good = 1,
  superseded,  ///< A newer mail's link took its place (R24).
  used,
  voided,   ///< What it was for came to an end: the account was completed otherwise, suspended, its links ended.
  expired,  ///< Its time is over, or it was never mailed.
};

/// judge_link says whether the link of a genuine ticket works now. `link` and `account` are the stored ones; absent
/// means that the row was cleaned away after its end.
///
/// Expiry:  good while now < expires_at (R22).
/// Purpose: a setup link works for an invited account only; one that resets for an active one,
///          one that revokes for a suspended one too.
[[nodiscard]] OSTIARY_CORE_EXPORT LinkVerdict judge_link(const LinkTicket& ticket, const std::optional<Link>& link,
                                                         const std::optional<Account>& account, Instant now);

/// LinkFacts is what the bearer of a link is weighed against, all loaded in one pass; absent is what is not stored.
struct LinkFacts {
  std::optional<Link> link{};
  std::optional<Account> account{};
  std::optional<Organization> organization{};
};

struct LinkRefused {
  LinkVerdict verdict = LinkVerdict::expired;  ///< Never `good`.
};

/// judge_link of LinkFacts is judge_link, and voided where the organisation is not active.
[[nodiscard]] OSTIARY_CORE_EXPORT LinkVerdict judge_link(const LinkTicket& ticket, const LinkFacts& facts, Instant now);

/// link_verdict_name is the stable text form, for audit and logs.
[[nodiscard]] OSTIARY_CORE_EXPORT std::string_view link_verdict_name(LinkVerdict verdict) noexcept;

}  // namespace ostiary::inline v0
