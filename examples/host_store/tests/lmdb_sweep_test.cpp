#include <fstream>
#include <map>
#include <sstream>

#include "faults/host.hpp"
#include "fixture.hpp"

using namespace ostiary;
using namespace ostiary::test;
using host::LmdbStore;
using testing::FaultAct;
using testing::FaultWorld;

namespace {

// SweptFiles gives each world a store of its own, on a file that is used again once that world is long gone. Faults are
// made in front of the store, so the files may lie in memory.
class SweptFiles {
 public:
  [[nodiscard]] testing::FaultOptions options() {
    return {.make_store = [this] { return make(); }, .dump = [this](Store& store) { return bytes_of(store); }};
  }

 private:
  std::unique_ptr<Store> make() {
    constexpr int worlds_max = 16;
    const auto file = folder_.path() / (std::to_string(++count_ % worlds_max) + ".lmdb");
    std::filesystem::remove(file);
    auto store = host::must(LmdbStore::open({.path = file, .map_bytes = std::size_t{16} << 20U}));
    files_[store.get()] = file;
    return store;
  }
  std::string bytes_of(Store& store) const {
    std::ostringstream bytes;
    bytes << std::ifstream(files_.at(&store), std::ios::binary).rdbuf();
    return bytes.str();
  }

  host::TemporaryFolder folder_{std::filesystem::is_directory("/dev/shm") ? "/dev/shm"
                                                                          : std::filesystem::temp_directory_path()};
  std::map<Store*, std::filesystem::path> files_;
  int count_ = 0;
};

}  // namespace

TEST_CASE("a sign-up and a sign-in over LmdbStore hold under every fault") {
  SweptFiles files;
  check_sweep(
      "LmdbStore: delivery",
      [](FaultWorld& world) -> FaultAct {
        auto host = std::make_shared<FaultHost>(world);
        host->found();
        return [host] { return host->tick(); };
      },
      files.options());
  check_sweep(
      "LmdbStore: setup redeem",
      [](FaultWorld& world) -> FaultAct {
        auto host = std::make_shared<FaultHost>(world);
        host->found();
        return [host, token = host->deliver_all()] { return host->answered(host->redeem(token)); };
      },
      files.options());
  check_sweep(
      "LmdbStore: sign in",
      [](FaultWorld& world) -> FaultAct {
        auto host = std::make_shared<FaultHost>(world);
        const auto acme = host->found_active();
        return
            [host, acme] { return host->answered(host->try_sign_in("100@acme", good_password, acme.manager.account)); };
      },
      files.options());
}
