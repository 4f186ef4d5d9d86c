#include <ostiary/model/organization.hpp>

#include "codec.hpp"

namespace ostiary::inline v0 {
namespace {
constexpr std::uint8_t format = 1;
}

Bytes encode(const Organization& organization) {
  codec::Writer out(format);
  out.id(organization.id)
      .text(organization.domain.as_typed())
      .text(organization.name)
      .number(organization.status)
      .number(static_cast<std::uint8_t>(organization.extension_alphabet))
      .text(organization.locale.tag())
      .text(organization.support_contact)
      .number(organization.active_managers)
      .instant(organization.created_at);
  return std::move(out).finish();
}

Result<Organization> decode_organization(ByteView body, Version version) {
  codec::Reader reader(body, format);
  const auto id = reader.id<OrganizationId>();
  const auto domain = reader.parsed(Domain::parse);
  if (!domain) {
    return Errc::record_unreadable;
  }
  Organization organization{
      .id = id, .version = version, .domain = domain.value(), .name = reader.text(), .locale = {}};
  organization.status = reader.choice(OrganizationStatus::active, OrganizationStatus::removed);
  const auto alphabet = reader.number<std::uint8_t>();
  if (alphabet > static_cast<std::uint8_t>(ExtensionAlphabet::letters_digits)) {
    return Errc::record_unreadable;
  }
  organization.extension_alphabet = static_cast<ExtensionAlphabet>(alphabet);
  const auto locale = reader.parsed(Locale::parse);
  organization.support_contact = reader.text();
  organization.active_managers = reader.number<std::uint32_t>();
  organization.created_at = reader.instant();
  OSTIARY_TRY(reader.finish());
  organization.locale = locale.value();
  return organization;
}

}  // namespace ostiary::inline v0
