#include <ostiary/ports/password_hasher.hpp>

namespace ostiary::inline v0 {

Result<void> PasswordHasher::check_hash(std::string_view /*hash*/) const { return success(); }

void PasswordHasher::follow(std::span<const HashCount> /*mix*/) const {}

}  // namespace ostiary::inline v0
