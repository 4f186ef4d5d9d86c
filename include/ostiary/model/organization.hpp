#pragma once

#include <cstdint>

#include <ostiary/base/id.hpp>
#include <ostiary/base/locale.hpp>
#include <ostiary/base/login_name.hpp>

namespace ostiary::inline v0 {

/// Version counts the writes of a record. 0 stands for "does not exist yet".
using Version = std::uint64_t;

enum class OrganizationStatus : std::uint8_t { active = 1, suspended, removed };

/// Organization is one customer of the host: the border of every manager's authority (R30).
struct Organization {
  OrganizationId id{};
  Version version = 0;  ///< Set by the store on read.
  Domain domain;        ///< Unique in the store.
  std::string name{};   ///< 1-200 bytes of clean UTF-8.
  OrganizationStatus status = OrganizationStatus::active;
  ExtensionAlphabet extension_alphabet = ExtensionAlphabet::digits;
  Locale locale{};                    ///< For accounts that chose none.
  std::string support_contact{};      ///< Shown in mails and on error pages (R37); up to 200 bytes of clean UTF-8.
  std::uint32_t active_managers = 0;  ///< Guarded by `version`, so that one always remains (R67).
  Instant created_at{};
};

/// encode writes every field but `version`; decode reads what this or an earlier release wrote.
/// decode answers Errc::record_unreadable for anything else.
OSTIARY_CORE_EXPORT Bytes encode(const Organization& organization);
OSTIARY_CORE_EXPORT Result<Organization> decode_organization(ByteView body, Version version);

}  // namespace ostiary::inline v0
