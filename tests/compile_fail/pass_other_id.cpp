// expect: could not convert .*AccountTag.* to .*OrganizationTag|no matching function for call to 'archive'
#include <ostiary/base/id.hpp>

void archive(ostiary::OrganizationId organization);

void archive_all(const ostiary::AccountId& account, const ostiary::OrganizationId& organization) {
#ifdef OSTIARY_FAULT
  archive(account);
#else
  static_cast<void>(account);
#endif
  archive(organization);
}
