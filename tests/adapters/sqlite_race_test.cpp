#include "sqlite_conformance.hpp"

using namespace ostiary;
using namespace ostiary::test;

TEST_CASE("SqliteStore has one winner in every race, by one handle") {
  SqliteFiles files;
  check_conformance(files.one_handle(), testing::ConformancePart::races);
}

TEST_CASE("SqliteStore has one winner in every race, by two handles on one file") {
  SqliteFiles files;
  check_conformance(files.two_handles(), testing::ConformancePart::races);
}

TEST_CASE("SqliteStore has one winner in every race, while another process writes to the same file") {
  SqliteFiles files;
  check_conformance(files.beside_a_rival(), testing::ConformancePart::races);
  files.stop_rival();
}
