#pragma once

#include <ostiary/model/audit_block.hpp>

namespace ostiary::inline v0 {

/// audit_json_line is one JSON object (RFC 8259) and a line feed, whatever the record holds: every field that the MAC
/// covers, and the MAC.
[[nodiscard]] std::string audit_json_line(const AuditRow& row);
[[nodiscard]] std::string audit_json_line(const AuditBlockRow& row);

}  // namespace ostiary::inline v0
