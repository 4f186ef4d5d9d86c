// expect: no match for 'operator==' .*LinkTag.*SessionTag|invalid operands to binary expression .*LinkId.*SessionId
#include <ostiary/base/id.hpp>

bool is_same(const ostiary::LinkId& link, const ostiary::SessionId& session) {
#ifdef OSTIARY_FAULT
  return link == session;
#else
  return link.bytes() == session.bytes();
#endif
}
