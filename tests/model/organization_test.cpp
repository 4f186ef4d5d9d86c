#include <ostiary/model/organization.hpp>

#include <doctest/doctest.h>

#include "aborts.hpp"
#include "codec_sweep.hpp"
#include "model/codec.hpp"

using namespace ostiary;

namespace {

Organization full_organization() {
  return {.id = OrganizationId::make(Instant(std::chrono::hours(1)), ByteArray<10>{std::byte{4}}),
          .version = 3,
          .domain = Domain::parse("Maple-Dental").value(),
          .name = "Maple Dental",
          .status = OrganizationStatus::suspended,
          .extension_alphabet = ExtensionAlphabet::letters_digits,
          .locale = Locale::parse("fr").value(),
          .support_contact = "desk@maple.example",
          .active_managers = 2,
          .factor_required = {{.role = Role::member,
                               .since = Instant(std::chrono::hours(3)),
                               .grace = std::chrono::hours(336)},
                              {.role = Role::manager, .since = Instant(std::chrono::hours(4)), .grace = {}}},
          .clients = {{.id = "portal", .name = "Portal"},
                      {.id = "kiosk", .name = "Kiosk", .factor = FactorSupport::unsupported}},
          .created_at = Instant(std::chrono::hours(2))};
}

Result<Bytes> reencode(ByteView body) {
  OSTIARY_TRY(const auto organization, decode_organization(body, 1));
  return encode(organization);
}

}  // namespace

TEST_CASE("an organisation comes back as it was written, with the version of the row") {
  const auto organization = full_organization();
  const auto back = decode_organization(encode(organization), 5).value();
  CHECK(back.version == 5);
  CHECK(back.id == organization.id);
  CHECK(back.domain.as_typed() == "Maple-Dental");
  CHECK(back.name == "Maple Dental");
  CHECK(back.status == OrganizationStatus::suspended);
  CHECK(back.extension_alphabet == ExtensionAlphabet::letters_digits);
  CHECK(back.locale == organization.locale);
  CHECK(back.support_contact == "desk@maple.example");
  CHECK(back.active_managers == 2);
  REQUIRE(back.factor_required.size() == 2);
  CHECK(back.factor_required[0].role == Role::member);
  CHECK(back.factor_required[0].since == Instant(std::chrono::hours(3)));
  CHECK(back.factor_required[0].grace == std::chrono::hours(336));
  CHECK(back.factor_required[1].role == Role::manager);
  REQUIRE(back.clients.size() == 2);
  CHECK(back.clients[0].id == "portal");
  CHECK(back.clients[0].factor == FactorSupport::supported);
  CHECK(back.clients[1].name == "Kiosk");
  CHECK(back.clients[1].factor == FactorSupport::unsupported);
  CHECK(back.created_at == organization.created_at);
}

TEST_CASE("a damaged organisation is unreadable, never another organisation") {
  testing_internal::sweep_record(encode(full_organization()), reencode);
}

TEST_CASE("R12: an extension alphabet that does not exist is unreadable") {
  auto organization = full_organization();
  organization.extension_alphabet = static_cast<ExtensionAlphabet>(2);
  CHECK(decode_organization(encode(organization), 1).error() == Errc::record_unreadable);
}

TEST_CASE("an organisation of before second factors requires none and lists no client") {
  auto organization = full_organization();
  codec::Writer before(1);
  before.id(organization.id).text("Maple-Dental").text(organization.name).number(organization.status);
  before.number(static_cast<std::uint8_t>(organization.extension_alphabet))
      .text("fr")
      .text(organization.support_contact);
  const auto body = std::move(before.number(organization.active_managers).instant(organization.created_at)).finish();
  organization.factor_required.clear();
  organization.clients.clear();
  CHECK(reencode(body).value() == encode(organization));
}

TEST_CASE("R56, R11: an organisation has a requirement for each role and 64 clients, and no more") {
  auto organization = full_organization();
  organization.clients.resize(client_applications_count_max, {.id = "portal", .name = "Portal"});
  organization.factor_required.resize(3);
  CHECK(decode_organization(encode(organization), 1).value().clients.size() == 64);
  organization.clients.push_back(organization.clients.front());
  CHECK(testing_internal::aborts([&] { static_cast<void>(encode(organization)); }));
  organization.clients.clear();
  const auto tail = encode(organization);
  for (const unsigned count : {1U, 64U, 65U, 255U}) {  // clients that are not there
    auto body = tail;
    body.back() = static_cast<std::byte>(count);
    CHECK(decode_organization(body, 1).error() == Errc::record_unreadable);
  }
  organization.factor_required.resize(4);
  CHECK(testing_internal::aborts([&] { static_cast<void>(encode(organization)); }));
}
