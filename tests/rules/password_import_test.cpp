#include <ostiary/rules/password_import.hpp>

#include <doctest/doctest.h>

#include <ostiary/model/password_hash.hpp>
#include <ostiary/services/standard_password_hasher.hpp>
#include <ostiary/testing/scripted_random.hpp>

using namespace ostiary;

namespace {

struct Import {
  std::string_view password;
  std::string_view text;
  std::string_view form;
  std::string_view kind;
};

constexpr std::string_view battery = "correct horse battery staple";

// Made with Python's passlib 1.7.4, Django 5.2 (its own hashers with fewer rounds), bcrypt 4.0.1 and Node's bcryptjs
// 3.0.3; the base64 blobs are those of the tests of ASP.NET Core Identity's PasswordHasher.
constexpr Import imports[] = {
    {battery, "$2b$05$8.ezwZIAWJur3fTuUy/ZneNp1nCBoO7CdztZTXyGkrkiHpwiCpGEy", "$2b$05$53", "bcrypt"},
    {battery, "$2a$05$wOk7JX7v3kKGujm/uXp.EOUs5vUEj6c0NAXdhTcW2Xdc2lwN3ggJq", "$2b$05$53", "bcrypt"},
    {battery, "$2b$05$x3RTG56q/5yCAZjDxDgXhOXzIgB15tujk97mqMRxW9cDf0r5AVZcW", "$2b$05$53", "bcrypt"},
    {battery, "$2y$05$abcdefghijklmnopqrstuuFiPhXf1sVd3pCCRO.uVh34H/qI/ZsuS", "$2b$05$53", "bcrypt"},
    {"\xc3\x9c"
     "bergr\xc3\xb6\xc3\x9f"
     "entr\xc3\xa4ger-Ontario",
     "$2b$04$wOn0KEtHupLzaxpTw2C35O2MBkxCNczsTSHdsLGt1216IrMONND42", "$2b$04$53", "bcrypt"},
    {"\xff\xff\xa3", "$2a$04$6v2GBV0jeQ6wWdvMk4VC7eDQlJ63bglAKQp.dgdy09LUDgVMjZv0K", "$2b$04$53", "bcrypt"},
    {battery, "$pbkdf2$1000$YowR4jyHsNba27vXeu.9lw$WnZBjtJLTUm/BI1BQOklzDqqETM", "$pbkdf2-sha1$i=1000$22$27", "PBKDF2"},
    {battery, "$pbkdf2-sha256$1000$631vzdl77703pvRei7GW8g$Uu7jd1s1h2i3RKY5L1wX/M1Qy7.ldPscwCavw/7mhow",
     "$pbkdf2-sha256$i=1000$22$43", "PBKDF2"},
    {battery, "$pbkdf2-sha256$i=1000,l=32$631vzdl77703pvRei7GW8g$Uu7jd1s1h2i3RKY5L1wX/M1Qy7+ldPscwCavw/7mhow=",
     "$pbkdf2-sha256$i=1000$22$43", "PBKDF2"},
    {battery,
     "$pbkdf2-sha512$1000$47y3VkoJgTAmhPDem9NaKw$XBZAz8EwBUqMuMCO8EGtzPPMnl77EINto86fcH0/sOnlnW/"
     "1wj4E39o4M5GcU5SGGeAaChOCFBPy1mQkVqWD4w",
     "$pbkdf2-sha512$i=1000$22$86", "PBKDF2"},
    {battery, "$scrypt$ln=7,r=8,p=1$knKOMea8FyKkVArBWEvJmQ$1/gdWfNlcH27SdX/TleULLw1hLUiQKlRBFD8FymRtw0",
     "$scrypt$ln=7,r=8,p=1$22$43", "scrypt"},
    {battery, "$argon2i$v=19$m=64,t=2,p=1$kZJyLiXk/F+LsXbuXYuxdg$UF+USLv69LV9gY5dvcw4PRACRk+2tQDLZdadGstHHss",
     "$argon2i$v=19$m=64,t=2,p=1$22$43", "Argon2i"},
    {battery, "$argon2id$v=19$m=64,t=2,p=1$YOx97/0/h3Bu7d075zxHiA$bA/kgaqSi/WS8Cd/nfojDM/Q0qO8Nt26T4Rkzem75F0",
     "$argon2id$v=19$m=64,t=2,p=1$22$43", "Argon2id"},
    {battery, "pbkdf2_sha256$1000$RNApusFKSJmdD1RhccdsGO$s0FMm5EbZxmMJahWXTnAlrdsMyo3dbFpKHaXvK8N95Q=",
     "$pbkdf2-sha256$i=1000$30$43", "Django PBKDF2"},
    {battery, "pbkdf2_sha1$1000$sIE9DzL25mNIQSg0djoC7O$rFjNCQqafY9a7s83nZbpFasfu0U=", "$pbkdf2-sha1$i=1000$30$27",
     "Django PBKDF2"},
    {battery, "bcrypt$$2b$05$nU61bc0SzU/oCSgluq.WsOi3x12RLsLfAELD5Ftka5VnGdpnCLmbG", "$2b$05$53", "Django bcrypt"},
    {battery, "bcrypt_sha256$$2b$05$JUH4WPU7H.Fa5icD/D4GvOobDQnxhu36ZG1ntXgnXyhIqr4zsjGcq", "$2b-sha256$05$53",
     "Django bcrypt-sha256"},
    {"pppppppppppppppppppppppppppppppppppppppppppppppppppppppppppppppppppppppppppppppppppppppppppppppppppp",
     "bcrypt_sha256$$2b$05$TDJDGzHCM8AW3SIZN4iJfurga3Ch/BIThw2IS9mS6qa5hMibvM6cq", "$2b-sha256$05$53",
     "Django bcrypt-sha256"},
    {battery,
     "scrypt$128$TvYeishLTAXendAsoWES6P$8$5$FmXqfrjUTyAyCGkbU2XlUi4Tryvh7X/ylorvX+fdlMOaBaY0MFNrUr2BPFB/"
     "JGbWajBQHsIxkrXvFNvJ5tTqzg==",
     "$scrypt$ln=7,r=8,p=5$30$86", "Django scrypt"},
    {battery,
     "argon2$argon2id$v=19$m=64,t=2,p=2$Sk5FQWF3cTFmaWtxeEpDNTN4b0owWQ$2M3W/nXu+NYICgvxk4fTdsy8AbRqT1N0bbngDsC65pw",
     "$argon2id$v=19$m=64,t=2,p=2$30$43", "Django Argon2"},
    {"my password", "ANXrDknc7fGPpigibZXXZFMX4aoqz44JveK6jQuwY3eH/UyPhvr5xTPeGYEckLxz9A==", "$pbkdf2-sha1$i=1000$22$43",
     "ASP.NET Core Identity"},
    {"my password", "AQAAAAIAAAAyAAAAEOMwvh3+FZxqkdMBz2ekgGhwQ4B6pZWND6zgESBuWiHw", "$pbkdf2-sha512$i=50$22$22",
     "ASP.NET Core Identity"},
    {"my password",
     "AQAAAAIAAAD6AAAAIJbVi5wbMR+htSfFp8fTw8N8GOS/Sje+S/"
     "4YZcgBfU7EQuqv4OkVYmc4VJl9AGZzmRTxSkP7LtVi9IWyUxX8IAAfZ8v+ZfhjCcudtC1YERSqE1OEdXLW9VukPuJWBBjLuw==",
     "$pbkdf2-sha512$i=250$43$86", "ASP.NET Core Identity"},
    {"my password", "AQAAAAAAAAD6AAAAEAhftMyfTJylOlZT+eEotFXd1elee8ih5WsjXaR3PA9M", "$pbkdf2-sha1$i=250$22$22",
     "ASP.NET Core Identity"},
    {"my password",
     "AQAAAAEAA9CQAAAAIESkQuj2Du8Y+kbc5lcN/W/3NiAZFEm11P27nrSN5/tId+bR1SwV8CO1Jd72r4C08OLvplNlCDc3oQZ8efcW+jQ=",
     "$pbkdf2-sha256$i=250000$43$43", "ASP.NET Core Identity"}};

struct Refusal {
  std::string_view text;
  std::string_view kind;
};

// The same password, by the same tools, in kinds that are not taken.
constexpr Refusal refusals[] = {
    {"", "unknown"},
    {"9cc2ae8a1ba7a93da39b46fc1019c481", "MD5 or NT hash in hexadecimal"},
    {"1b9d5effd34ac283c8efe2eacaea8bbc", "MD5 or NT hash in hexadecimal"},
    {"a94a8fe5ccb19ba61c4c0873d391e987982fbbd3", "SHA-1 in hexadecimal"},
    {"9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08", "SHA-256 in hexadecimal"},
    {"$1$gBHQP2DB$NQ2eT7t3/xAMDnbO6l8xX0", "MD5-crypt"},
    {"$apr1$gBHQP2DB$NQ2eT7t3/xAMDnbO6l8xX0", "Apache MD5-crypt"},
    {"$5$rounds=1000$HIuQJ80hNGslttRK$AxjFULT.N183pu8/bBYsYHijjE1i7eQha7Jd56oHrm8", "SHA-256-crypt"},
    {"$6$rounds=1000$dDJdZ2guYJDmY2m3$Z87DDtCckMlC1dCxXFezMcR9mSnQAZJxig/KWOR6AMAdZ66mJ93QpbJeqsjVFhGH6qc7l3f.SEYAKls2",
     "SHA-512-crypt"},
    {"9CXCtDt2jwW86", "unknown"},
    {"{SSHA}FYrj6imLhZtZ6BFx0RhGD895UDF4TwnB", "LDAP scheme"},
    {"$P$5S3EVp7ZB0lBEybaR8w5aRGoH/ttWt/", "phpass (MD5)"},
    {"*F4AF2E5D85456A908E0F552F0366375B06267295", "MySQL SHA-1"},
    {"md5$WNZ3w3u6WCtiuMCabzJc5J$ecc53447c8af97e5ad0037525e34150a", "Django MD5"},
    {"$argon2d$v=19$m=64,t=2,p=1$7P2fE4LwPqdUqvUeQ8i5Vw$TLBaHR3lM+9laT0qb24CML38e2gP5oZJrs1JRe+yu0g", "Argon2d"},
    {"$bcrypt-sha256$v=2,t=2b,r=5$FlZ3D2cLKgpVwaFRWyQUvu$CNDzlN40Zn3fnLuqkBCIxtx7FHmzP42", "passlib bcrypt-sha256"},
    {"$2x$05$6bNw2HLQYeqHYyBfLMsv/OiwqTymGIGzFsA4hOTWebfehXHNprcAS", "bcrypt of a faulty implementation ($2x$)"},
    {"$2$05$CCCCCCCCCCCCCCCCCCCCC.E5YPO9kmyuRGyh0XouQYb4YMJKvyOeW", "bcrypt of the first version ($2$)"},
    {"correct horse battery staple", "unknown"},
    {"!", "unknown"}};

// Of a kind that is taken, and damaged.
constexpr std::string_view damaged[] = {
    "$2b$05$8.ezwZIAWJur3fTuUy/ZneNp1nCBoO7CdztZTXyGkrkiHpwiCpGE",
    "$2b$5$8.ezwZIAWJur3fTuUy/ZneNp1nCBoO7CdztZTXyGkrkiHpwiCpGEyy",
    "$2b$03$8.ezwZIAWJur3fTuUy/ZneNp1nCBoO7CdztZTXyGkrkiHpwiCpGEy",
    "$2a$99$8.ezwZIAWJur3fTuUy/ZneNp1nCBoO7CdztZTXyGkrkiHpwiCpGEy",
    "$2b$05$8.ezwZIAWJur3fTuUy/Zn*Np1nCBoO7CdztZTXyGkrkiHpwiCpGEy",
    "$2b$05$8.ezwZIAWJur3fTuUy/ZneNp1nCBoO7CdztZTXyGkrkiHpwiCpGEz",
    "$argon2id$v=19$m=64,t=2,p=1$YOx97/0/h3Bu7d075zxHiA",
    "$argon2id$v=16$m=64,t=2,p=1$YOx97/0/h3Bu7d075zxHiA$bA/kgaqSi/WS8Cd/nfojDM/Q0qO8Nt26T4Rkzem75F0",
    "$argon2id$m=64,t=2,p=1$YOx97/0/h3Bu7d075zxHiA$bA/kgaqSi/WS8Cd/nfojDM/Q0qO8Nt26T4Rkzem75F0",
    "$argon2id$v=19$t=2,m=64,p=1$YOx97/0/h3Bu7d075zxHiA$bA/kgaqSi/WS8Cd/nfojDM/Q0qO8Nt26T4Rkzem75F0",
    "$argon2id$v=19$m=64,t=2,p=1$YOx97/0/h3Bu7d075zxHiA$bA/kgaqSi/", "$argon2id$", "$scrypt$", "$scrypt$ln=7,r=8,p=1$$",
    "$scrypt$ln=7,r=8,p=1$a*b$c", "$pbkdf2$",
    "$pbkdf2-sha256$i=1000,l=31$631vzdl77703pvRei7GW8g$Uu7jd1s1h2i3RKY5L1wX/M1Qy7+ldPscwCavw/7mhow",
    "$pbkdf2-sha256$i=$631vzdl77703pvRei7GW8g$Uu7jd1s1h2i3RKY5L1wX/M1Qy7+ldPscwCavw/7mhow",
    "$pbkdf2-sha256$-1$631vzdl77703pvRei7GW8g$Uu7jd1s1h2i3RKY5L1wX/M1Qy7+ldPscwCavw/7mhow",
    "$pbkdf2-sha256$0$631vzdl77703pvRei7GW8g$Uu7jd1s1h2i3RKY5L1wX/M1Qy7+ldPscwCavw/7mhow",
    "$pbkdf2-sha256$4294967296$631vzdl77703pvRei7GW8g$Uu7jd1s1h2i3RKY5L1wX/M1Qy7+ldPscwCavw/7mhow",
    "pbkdf2_sha256$1000$RNApusFKSJmdD1RhccdsGO",
    "pbkdf2_sha256$1000$short$s0FMm5EbZxmMJahWXTnAlrdsMyo3dbFpKHaXvK8N95Q=",
    "pbkdf2_sha256$$RNApusFKSJmdD1RhccdsGO$s0FMm5EbZxmMJahWXTnAlrdsMyo3dbFpKHaXvK8N95Q=",
    "scrypt$127$TvYeishLTAXendAsoWES6P$8$5$FmXqfrjUTyAyCGkbU2XlUi4Tryvh7X/ylorvX+fdlMOaBaY0MFNrUr2BPFB/JGY=",
    "scrypt$128$TvYeishLTAXendAsoWES6P$8$5", "bcrypt$$2b$05$nU61bc0SzU/oCSgluq",
    "AQAAAAIAAAAyAAAAEOMwvh3+FZxqkdMBz2ekgGhwQ4A=",  // Identity: the subkey cut to 1 byte
    // More than a field takes: Identity's salt of 80 bytes, its subkey of 80; a digest of 87
    // NOLINTBEGIN(bugprone-suspicious-missing-comma): texts of two lines
    "AQAAAAEAAAPoAAAAUAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA"
    "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=",
    "AQAAAAEAAAPoAAAAEAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA"
    "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA==",
    "pbkdf2_sha256$1000$RNApusFKSJmdD1RhccdsGO$AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA"
    "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA"};  // NOLINTEND(bugprone-suspicious-missing-comma)

std::unique_ptr<StandardPasswordHasher> make_hasher() {
  static testing::ScriptedRandom random;
  HashingPolicy policy;
  policy.argon2 = {.memory_kib = 64, .passes = 1};
  policy.insecurely_allow_weak_parameters = true;
  return StandardPasswordHasher::create(policy, random).value();
}

}  // namespace

TEST_CASE("R74: every kind of foreign hash becomes one of ours, verifies its password and no other, and is outdated") {
  const auto hasher = make_hasher();
  for (const auto& each : imports) {
    CAPTURE(each.text);
    const auto stored = import_password_hash(each.text);
    REQUIRE(stored.has_value());
    CHECK(hash_form(stored.value()) == each.form);
    CHECK(password_hash_kind(each.text) == each.kind);
    CHECK(hasher->check_hash(stored.value()).has_value());
    const auto verdict = hasher->verify(SecretString(each.password), stored.value());
    REQUIRE(verdict.has_value());
    CHECK(verdict.value().matches);
    CHECK(verdict.value().outdated);
    for (const auto& wrong : {std::string(each.password) + "x", std::string(each.password.substr(1)), std::string()}) {
      const auto no = hasher->verify(SecretString(wrong), stored.value());
      REQUIRE(no.has_value());
      CHECK_FALSE(no.value().matches);
      CHECK_FALSE(no.value().outdated);
    }
  }
}

TEST_CASE("R74: what is stored imports as itself: an export from one ostiary goes into another") {
  for (const auto& each : imports) {
    const auto stored = import_password_hash(each.text).value();
    CAPTURE(stored);
    CHECK(import_password_hash(stored).value() == stored);
  }
}

TEST_CASE("R74: a kind that cannot be verified is refused by a name of its own, which is no part of the text") {
  for (const auto& [text, kind] : refusals) {
    CAPTURE(text);
    const auto refused = import_password_hash(text);
    REQUIRE(refused.has_error());
    CHECK(refused.error() == Errc::unsupported_hash);
    CHECK(refused.error() == ErrorKind::caller);
    CHECK(password_hash_kind(text) == kind);
  }
  CHECK(import_password_hash(std::string(1'000'000, '$')).error() == Errc::unsupported_hash);
}

TEST_CASE("R74: a damaged hash of a kind that is taken is malformed") {
  for (const auto text : damaged) {
    CAPTURE(text);
    const auto refused = import_password_hash(text);
    REQUIRE(refused.has_error());
    CHECK(refused.error() == Errc::malformed_password_hash);
  }
}

TEST_CASE("every import cut or changed at any place is refused or another hash, never a crash") {
  for (const auto& each : imports) {
    for (std::size_t at = 0; at < each.text.size(); ++at) {
      static_cast<void>(import_password_hash(each.text.substr(0, at)));
      for (const char c : {'$', '\0', '\xff', 'A', '=', '0', ','}) {
        auto text = std::string(each.text);
        text[at] = c;
        const auto stored = import_password_hash(text);
        if (stored.has_value()) {
          CAPTURE(text);
          REQUIRE(import_password_hash(stored.value()).value() == stored.value());
        }
      }
    }
  }
}

TEST_CASE("S222: of a bcrypt hash, a password over 72 bytes or with a NUL matches none; rubbish bits in the salt do") {
  const auto hasher = make_hasher();
  // bcrypt 4.0.1 of 72 times "a"
  const auto stored = import_password_hash("$2b$04$oczjBaon3bVCxbqBgYLmHuOxfAEykP7cwPAbTMj/0ep02shIaf6Uy").value();
  const std::string just(72, 'a');
  CHECK(hasher->verify(SecretString(just), stored).value().matches);
  CHECK_FALSE(hasher->verify(SecretString(just + "a"), stored).value().matches);
  CHECK_FALSE(hasher->verify(SecretString(just + "Lake-Superior"), stored).value().matches);
  CHECK_FALSE(hasher->verify(SecretString(just + std::string(1, '\0')), stored).value().matches);
  // The `u` before the digest has two bits that count: `v` is the same salt.
  CHECK(import_password_hash("$2y$05$abcdefghijklmnopqrstuvFiPhXf1sVd3pCCRO.uVh34H/qI/ZsuS").value() ==
        import_password_hash("$2y$05$abcdefghijklmnopqrstuuFiPhXf1sVd3pCCRO.uVh34H/qI/ZsuS").value());
}

TEST_CASE("S218, S222: a bcrypt hash over the limit is refused before it runs: cost 31 would take days") {
  const auto hasher = make_hasher();
  const std::string tail = "$8.ezwZIAWJur3fTuUy/ZneNp1nCBoO7CdztZTXyGkrkiHpwiCpGEy";
  for (const auto* head : {"$2a$31", "$2b$15"}) {
    const auto stored = import_password_hash(head + tail).value();
    CHECK(hasher->check_hash(stored).error() == Errc::hash_parameters_refused);
    CHECK(hasher->verify(SecretString(battery), stored).error() == Errc::hash_parameters_refused);
  }
  CHECK(hasher->check_hash(import_password_hash("$2b$14" + tail).value()).has_value());
}
