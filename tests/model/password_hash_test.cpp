#include <ostiary/model/password_hash.hpp>

#include <doctest/doctest.h>

using namespace ostiary;

TEST_CASE("R74: a form has the parameters and lengths of a hash, and nothing of its salt and digest") {
  CHECK(
      hash_form("$argon2id$v=19$m=19456,t=2,p=1$c29tZXNhbHQxNmJ5dGVzIQ$W2/hNMtQKxyFQI3cOFyMdL9hfH0kK/3DKouGLtcZUyw") ==
      "$argon2id$v=19$m=19456,t=2,p=1$22$43");
  CHECK(hash_form("$pbkdf2-sha1$i=1000$c29tZXNhbHQxNmJ5dGVzIQ$rFjNCQqafY9a7s83nZbpFasfu0U") ==
        "$pbkdf2-sha1$i=1000$22$27");
  CHECK(hash_form("$2b$12$R9h/cIPz0gi.URNNX3kh2OPST9/PgBkqquzi.Ss7KIUgO2t0jWMUW") == "$2b$12$53");
  CHECK(hash_form("$2b-sha256$05$JUH4WPU7H.Fa5icD/D4GvOobDQnxhu36ZG1ntXgnXyhIqr4zsjGcq") == "$2b-sha256$05$53");
}

TEST_CASE("R74: what is no hash has a form too, with nothing of its last two fields") {
  CHECK(hash_form("").empty());
  CHECK(hash_form("secret").empty());
  CHECK(hash_form("$secret").empty());
  CHECK(hash_form("$secret$secret2") == "$6$7");
  CHECK(hash_form("$$$") == "$$0$0");
  CHECK(hash_form("$2bsecret") == "$8");
}
