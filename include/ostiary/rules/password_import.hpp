#pragma once

#include <string>
#include <string_view>

#include <ostiary/base/result.hpp>

namespace ostiary::inline v0 {

/// import_password_hash turns a password hash as another system wrote it into the one spelling that ostiary stores, or
/// says why it cannot. The password itself is not needed: the hash is verified, and made anew, when its owner signs in.
///
/// Takes:   PHC strings of Argon2id and Argon2i (version 19), scrypt, PBKDF2 (SHA-1, -256, -512; passlib's spelling
///          too); bcrypt `$2a$`, `$2b$`, `$2y$`; Django's `pbkdf2_sha256$`, `pbkdf2_sha1$`, `scrypt$`, `argon2$`,
///          `bcrypt$`, `bcrypt_sha256$`; ASP.NET Core Identity's base64, versions 2 and 3.
/// Errors:  unsupported_hash — another kind, see password_hash_kind. malformed_password_hash — of a kind that
///          is taken, but damaged, or with a salt under 8 or a digest under 16 bytes. The cost is not judged here: see
///          PasswordHasher::check_hash.
[[nodiscard]] OSTIARY_CORE_EXPORT Result<std::string> import_password_hash(std::string_view text);

/// password_hash_kind names the kind of a hash for whoever has to mend an import: "bcrypt", "MD5-crypt", "Django
/// unsalted MD5", "unknown". Never a part of `text`.
[[nodiscard]] OSTIARY_CORE_EXPORT std::string_view password_hash_kind(std::string_view text);

}  // namespace ostiary::inline v0
