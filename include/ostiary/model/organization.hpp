#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include <ostiary/base/id.hpp>
#include <ostiary/base/locale.hpp>
#include <ostiary/base/login_name.hpp>

namespace ostiary::inline v0 {

/// Version counts the writes of a record. 0 stands for "does not exist yet".
using Version = std::uint64_t;

enum class OrganizationStatus : std::uint8_t { active = 1, suspended, removed };

enum class Role : std::uint8_t { member = 1, supervisor, manager };

/// is_role tells whether a value that was cast, from a form say, is a role.
[[nodiscard]] constexpr bool is_role(Role role) noexcept { return role >= Role::member && role <= Role::manager; }

/// FactorRequirement demands a second factor of every account with the role (R56), each from the later of `since` and the
/// end of its setup, and `grace` more.
struct FactorRequirement {
  Role role = Role::member;
  Instant since{};
  Duration grace{};
};

enum class FactorSupport : std::uint8_t { supported = 1, unsupported };

/// ClientApplication is a program that signs the organisation's accounts in (R11). One that is in no list is taken to be
/// able to ask for a second factor.
struct ClientApplication {
  std::string id{};    ///< ClientContext::client_id; 1-64 bytes.
  std::string name{};  ///< For people; 1-100 bytes of clean UTF-8.
  FactorSupport factor = FactorSupport::supported;
};

inline constexpr std::size_t client_applications_count_max = 64;  // of one organisation

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
  std::vector<FactorRequirement> factor_required{};  ///< At most one a role.
  std::vector<ClientApplication> clients{};          ///< At most `client_applications_count_max`, each id once.
  Instant created_at{};
};

/// encode writes every field but `version`; decode reads what this or an earlier release wrote.
/// decode answers Errc::record_unreadable for anything else.
OSTIARY_CORE_EXPORT Bytes encode(const Organization& organization);
OSTIARY_CORE_EXPORT Result<Organization> decode_organization(ByteView body, Version version);

}  // namespace ostiary::inline v0
