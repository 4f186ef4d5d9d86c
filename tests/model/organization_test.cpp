#include <ostiary/model/organization.hpp>

#include <doctest/doctest.h>

#include "codec_sweep.hpp"

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
