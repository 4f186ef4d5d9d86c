#pragma once

#include <optional>

#include <ostiary/model/change_set.hpp>
#include <ostiary/rules/session.hpp>

namespace ostiary::inline v0 {

/// View is where in the host's pages somebody stands (R40). Own settings change in `my_account` only, others' settings
/// in the view of the role only.
enum class View : std::uint8_t { my_account = 1, manage_organization, call_centre };

/// Actor proves who asks for an operation (R67): somebody signed in, standing in a view that the role has; a named
/// member of the support staff; or the host itself. The commit that decides checks a signed-in actor's role and session
/// again.
class OSTIARY_CORE_EXPORT Actor {
 public:
  /// in_view gives the actor, or nothing where the role does not have the view: managers have manage_organization,
  /// supervisors call_centre, everybody my_account.
  [[nodiscard]] static std::optional<Actor> in_view(const SignedIn& signed_in, View view);
  /// staff stands outside every organisation. `name` (1-100 bytes) and `reason` (1-200) go into the audit of everything
  /// done. Errors: malformed_text, text_too_long.
  [[nodiscard]] static Result<Actor> staff(std::string_view name, std::string_view reason);
  /// host is the host's own program acting by itself: a job, a command line. `name` as for staff.
  [[nodiscard]] static Result<Actor> host(std::string_view name);

  [[nodiscard]] AuditActorKind kind() const noexcept { return kind_; }
  /// Set for an actor that is signed in, else empty.
  [[nodiscard]] const std::optional<AccountStanding>& account() const noexcept { return account_; }
  [[nodiscard]] const std::optional<View>& view() const noexcept { return view_; }
  [[nodiscard]] const std::string& name() const noexcept { return name_; }
  [[nodiscard]] const std::string& reason() const noexcept { return reason_; }
  /// guard begins the changes of a decision: a RequireActor, by which the commit holds only while the actor does;
  /// nothing for staff and host. Even a "no" that tells of others goes only to an actor who still is one.
  [[nodiscard]] std::vector<Change> guard(Instant now) const;

 private:
  explicit Actor(AuditActorKind kind) : kind_(kind) {}

  AuditActorKind kind_;
  std::optional<AccountStanding> account_;
  SessionId session_;
  std::optional<View> view_;
  std::string name_;
  std::string reason_;
};

}  // namespace ostiary::inline v0
