#include <ostiary/model/password_hash.hpp>

namespace ostiary::inline v0 {

std::string hash_form(std::string_view hash) {
  const int fields = hash.starts_with("$2b") ? 1 : 2;  // bcrypt's salt and digest stand in one
  std::string lengths;
  for (int i = 0; i < fields; ++i) {
    const auto at = hash.rfind('$');
    if (at == std::string_view::npos) {
      return {};
    }
    lengths.insert(0, "$" + std::to_string(hash.size() - at - 1));
    hash = hash.substr(0, at);
  }
  return std::string(hash) + lengths;
}

}  // namespace ostiary::inline v0
