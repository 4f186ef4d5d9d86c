// Proves LmdbStore: every sentence of the port, and races of threads over two handles on one file.
// Usage: prove_store FOLDER

#include <cstdlib>
#include <iostream>
#include <span>

#include "lmdb_store.hpp"
#include <ostiary/testing/store_conformance.hpp>

namespace {

// [conformance]
ostiary::testing::ConformanceReport prove(const std::filesystem::path& folder) {
  std::filesystem::path file;
  int number = 0;
  const auto open = [&]() -> std::unique_ptr<ostiary::Store> {
    auto store = host::LmdbStore::open({.path = file});
    return store ? std::move(store).value() : nullptr;
  };
  const auto fresh = [&] {
    file = folder / (std::to_string(++number) + ".lmdb");
    return open();
  };
  return ostiary::testing::store_conformance({.fresh = fresh, .another = open});
}
// [conformance]

}  // namespace

int main(int argc, char** argv) {
  const std::span arguments(argv, static_cast<std::size_t>(argc));
  if (arguments.size() != 2) {
    std::cerr << "usage: prove_store FOLDER\n";
    return EXIT_FAILURE;
  }
  const auto report = prove(arguments[1]);
  std::cout << report.text() << '\n';
  return report.passed() ? EXIT_SUCCESS : EXIT_FAILURE;
}
