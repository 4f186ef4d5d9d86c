#include <ostiary/rules/actor.hpp>

#include "base/unicode.hpp"
#include <ostiary/model/search.hpp>

namespace ostiary::inline v0 {
namespace {

constexpr std::size_t name_length_max = 100;
constexpr std::size_t reason_length_max = 200;

bool has_view(Role role, View view) noexcept {
  switch (view) {
    case View::my_account:
      return true;
    case View::manage_organization:
      return role == Role::manager;
    case View::call_centre:
      return role == Role::supervisor;
  }
  return false;
}

Result<std::string> checked(std::string_view text, std::size_t length_max) {
  if (text.empty() || !unicode::is_clean(text)) {
    return Errc::malformed_text;
  }
  if (text.size() > length_max) {
    return Errc::text_too_long;
  }
  return std::string(text);
}

}  // namespace

std::optional<Actor> Actor::in_view(const SignedIn& signed_in, View view) {
  if (!has_view(signed_in.account().role, view)) {
    return std::nullopt;
  }
  Actor actor(AuditActorKind::account);
  actor.account_ = signed_in.account();
  actor.session_ = signed_in.session();
  actor.view_ = view;
  return actor;
}

Result<Actor> Actor::staff(std::string_view name, std::string_view reason) {
  Actor actor(AuditActorKind::staff);
  OSTIARY_TRY(actor.name_, checked(name, name_length_max));
  OSTIARY_TRY(actor.reason_, checked(reason, reason_length_max));
  if (fold_words(reason).empty()) {
    return Errc::malformed_text;  // blanks say nothing
  }
  return actor;
}

Result<Actor> Actor::host(std::string_view name) {
  Actor actor(AuditActorKind::host);
  OSTIARY_TRY(actor.name_, checked(name, name_length_max));
  return actor;
}

std::vector<Change> Actor::guard(Instant now) const {
  if (!account_) {
    return {};
  }
  return {RequireActor{.account = account_->id,
                       .role = account_->role,
                       .epoch = account_->epochs.sessions,
                       .session = session_,
                       .now = now}};
}

}  // namespace ostiary::inline v0
