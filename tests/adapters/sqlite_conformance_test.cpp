#include "sqlite_conformance.hpp"

using namespace ostiary;
using namespace ostiary::test;

TEST_CASE("SqliteStore keeps every sentence of the port, by one handle") {
  SqliteFiles files;
  check_conformance(files.one_handle(), testing::ConformancePart::sequential);
}

TEST_CASE("SqliteStore keeps every sentence of the port, by two handles on one file") {
  SqliteFiles files;
  check_conformance(files.two_handles(), testing::ConformancePart::sequential);
}

TEST_CASE("SqliteStore keeps every sentence of the port, while another process writes to the same file") {
  SqliteFiles files;
  check_conformance(files.beside_a_rival(), testing::ConformancePart::sequential);
  files.stop_rival();
}
