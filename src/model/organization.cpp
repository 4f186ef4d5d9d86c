#include <ostiary/model/organization.hpp>

#include <algorithm>

#include "codec.hpp"
#include <ostiary/base/assert.hpp>

namespace ostiary::inline v0 {
namespace {
constexpr std::uint8_t format = 2;  // 2: factor_required, clients
constexpr std::size_t roles_count = 3;

// What a second factor has to do with: who needs one, and which programs can ask for it.
void write_factors(codec::Writer& out, const Organization& organization) {
  OSTIARY_ASSERT(organization.factor_required.size() <= roles_count &&
                 organization.clients.size() <= client_applications_count_max);
  out.number(static_cast<std::uint8_t>(organization.factor_required.size()));
  for (const auto& required : organization.factor_required) {
    out.number(required.role).instant(required.since).number(static_cast<std::uint64_t>(required.grace.count()));
  }
  out.number(static_cast<std::uint8_t>(organization.clients.size()));
  for (const auto& client : organization.clients) {
    out.text(client.id).text(client.name).number(client.factor);
  }
}

void read_factors(codec::Reader& in, Organization& organization) {
  const auto required = in.number<std::uint8_t>();
  for (std::size_t i = 0; i < std::min<std::size_t>(required, roles_count); ++i) {
    FactorRequirement one{.role = in.choice(Role::member, Role::manager)};
    one.since = in.instant();
    one.grace = Duration(static_cast<std::int64_t>(in.number<std::uint64_t>()));
    organization.factor_required.push_back(one);
  }
  const auto clients = in.number<std::uint8_t>();
  if (required > roles_count || clients > client_applications_count_max) {
    in.fail();
    return;
  }
  for (std::size_t i = 0; i < clients; ++i) {
    ClientApplication one{.id = in.text()};
    one.name = in.text();
    one.factor = in.choice(FactorSupport::supported, FactorSupport::unsupported);
    organization.clients.push_back(std::move(one));
  }
}

}  // namespace

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
  write_factors(out, organization);
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
  if (reader.format() >= 2) {
    read_factors(reader, organization);
  }
  OSTIARY_TRY(reader.finish());
  organization.locale = locale.value();
  return organization;
}

}  // namespace ostiary::inline v0
