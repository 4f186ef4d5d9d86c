#include "environment.hpp"

#include <algorithm>
#include <cerrno>
#include <map>
#include <mutex>
#include <sys/stat.h>
#include <utility>

#include "rows.hpp"

namespace host::lmdb {
namespace {

constexpr MDB_dbi main_table = 1;            // LMDB's unnamed database: everything is in it
constexpr unsigned readers_count_max = 510;  // at once, over all processes
constexpr std::uint8_t format = 2;           // 2: the second factor

// What every call but a commit may answer: nothing was written.
std::error_code error_of(int code) {
  switch (code) {
    case MDB_READERS_FULL:  // every slot is taken for a moment
    case ENOMEM:
    case EMFILE:
    case ENFILE:
      return Errc::store_unavailable;
    default:
      return Errc::store_failure;  // the map is full, the file is damaged or another's, the disk failed
  }
}

// LMDB says so of the commit itself only before it writes; after any other error the new root may be in the file.
bool is_before_any_write(int code) { return code == MDB_MAP_FULL || code == MDB_TXN_FULL || code == MDB_BAD_TXN; }

MDB_val to_value(ByteView bytes) {
  // NOLINTNEXTLINE(cppcoreguidelines-pro-type-const-cast): LMDB reads it only, but its type is for both ways
  return {.mv_size = bytes.size(), .mv_data = const_cast<std::byte*>(bytes.data())};
}

ByteView to_bytes(const MDB_val& value) { return {static_cast<const std::byte*>(value.mv_data), value.mv_size}; }

bool begins_with(ByteView key, ByteView prefix) {
  return key.size() >= prefix.size() && std::ranges::equal(key.first(prefix.size()), prefix);
}

using FileId = std::pair<dev_t, ino_t>;

struct Shared {
  std::unique_ptr<Environment> environment;
  std::size_t handles = 0;
};

struct Registry {
  std::mutex mutex;
  std::map<FileId, Shared> open;
};

Registry& registry() {
  static Registry one;
  return one;
}

// By device and inode, because one file may have many paths; so it has to be there, empty, before LMDB opens it.
Result<FileId> find_or_make_file(const std::filesystem::path& path) {
  struct stat found{};
  if ((::mknod(path.c_str(), S_IFREG | S_IRUSR | S_IWUSR, 0) != 0 && errno != EEXIST) ||
      ::stat(path.c_str(), &found) != 0) {
    return Errc::file_unwritable;
  }
  return FileId{found.st_dev, found.st_ino};
}

Result<std::unique_ptr<Environment>> open_file(const std::filesystem::path& path, std::size_t map_bytes) {
  MDB_env* env = nullptr;
  if (mdb_env_create(&env) != 0) {
    return Errc::store_unavailable;
  }
  auto environment = std::make_unique<Environment>(env);
  if (mdb_env_set_mapsize(env, map_bytes) != 0 || mdb_env_set_maxreaders(env, readers_count_max) != 0) {
    return Errc::invalid_configuration;
  }
  // MDB_NOSUBDIR: `path` is the file, and `path-lock` is beside it. No MDB_WRITEMAP: a stray pointer of the host cannot
  // write into the file. No MDB_NOSYNC: each commit waits for the disk.
  const int opened = mdb_env_open(env, path.c_str(), MDB_NOSUBDIR | MDB_NOTLS, S_IRUSR | S_IWUSR);
  if (opened == EACCES || opened == EROFS || opened == ENOENT) {
    return Errc::file_unwritable;
  }
  if (opened != 0) {
    return error_of(opened);
  }
  return environment;
}

// One row says how the others are laid out, so that a later release can tell.
Result<void> check_format(const Environment& environment) {
  OSTIARY_TRY(auto db, Transaction::begin(environment, Transaction::Access::write));
  const auto key = Writer().number(std::uint8_t{0}).finish();
  OSTIARY_TRY(const auto stored, db.get(key));
  const auto found = stored ? Reader(*stored).number<std::uint8_t>() : format;
  if (found > format) {
    return Errc::store_schema_newer;
  }
  if (stored && found == format) {
    return success();
  }
  if (found == 1) {
    OSTIARY_TRY(add_proofs(db));
  }
  OSTIARY_TRY(db.put(key, Writer().number(format).finish()));
  return db.commit();
}

}  // namespace

Result<Environment::Handle> Environment::open(const std::filesystem::path& path, std::size_t map_bytes) {
  auto& shared = registry();
  const std::lock_guard lock(shared.mutex);
  OSTIARY_TRY(const auto file, find_or_make_file(path));
  if (const auto at = shared.open.find(file); at != shared.open.end()) {
    ++at->second.handles;
    return Handle(at->second.environment.get());
  }
  OSTIARY_TRY(auto environment, open_file(path, map_bytes));
  MDB_txn* txn = nullptr;
  MDB_dbi dbi = 0;
  if (const int begun = mdb_txn_begin(environment->get(), nullptr, MDB_RDONLY, &txn); begun != 0) {
    return error_of(begun);
  }
  const int opened = mdb_dbi_open(txn, nullptr, 0, &dbi);
  mdb_txn_abort(txn);
  if (opened != 0 || dbi != main_table) {
    return Errc::store_failure;
  }
  OSTIARY_TRY(check_format(*environment));
  auto* const given = environment.get();
  shared.open.emplace(file, Shared{.environment = std::move(environment), .handles = 1});
  return Handle(given);
}

// Closed under the registry's lock: a store that is opened in this moment must not find the file half closed.
void Environment::Release::operator()(Environment* environment) const noexcept {
  auto& shared = registry();
  const std::lock_guard lock(shared.mutex);
  const auto at = std::ranges::find_if(
      shared.open, [&](const auto& entry) { return entry.second.environment.get() == environment; });
  if (at != shared.open.end() && --at->second.handles == 0) {
    shared.open.erase(at);
  }
}

Result<void> Environment::free_dead_readers() {
  int dead = 0;
  if (const int code = mdb_reader_check(env_, &dead); code != 0) {
    return error_of(code);
  }
  return success();
}

Result<Transaction> Transaction::begin(const Environment& environment, Access access) {
  MDB_txn* txn = nullptr;
  const int code = mdb_txn_begin(environment.get(), nullptr, access == Access::read ? MDB_RDONLY : 0U, &txn);
  if (code != 0) {
    return error_of(code);
  }
  return Transaction(txn);
}

Result<std::optional<ByteView>> Transaction::get(ByteView key) const {
  auto wanted = to_value(key);
  MDB_val value{};
  const int code = mdb_get(txn_.get(), main_table, &wanted, &value);
  if (code == MDB_NOTFOUND || code == MDB_BAD_VALSIZE) {  // a key that is too long to be stored is not stored
    return std::optional<ByteView>();
  }
  if (code != 0) {
    return error_of(code);
  }
  return std::optional(to_bytes(value));
}

Result<void> Transaction::put(ByteView key, ByteView value) const {
  auto at = to_value(key);
  auto given = to_value(value);
  if (const int code = mdb_put(txn_.get(), main_table, &at, &given, 0); code != 0) {
    return error_of(code);
  }
  return success();
}

Result<void> Transaction::erase(ByteView key) const {
  auto at = to_value(key);
  if (const int code = mdb_del(txn_.get(), main_table, &at, nullptr); code != 0) {
    return error_of(code);
  }
  return success();
}

Result<void> Transaction::visit(ByteView prefix, ByteView first,
                                const std::function<Result<bool>(ByteView key)>& step) const {
  MDB_cursor* opened = nullptr;
  if (const int code = mdb_cursor_open(txn_.get(), main_table, &opened); code != 0) {
    return error_of(code);
  }
  const std::unique_ptr<MDB_cursor, decltype(&mdb_cursor_close)> cursor(opened, &mdb_cursor_close);
  auto key = to_value(first);
  MDB_val value{};
  int code = mdb_cursor_get(cursor.get(), &key, &value, MDB_SET_RANGE);
  while (code == 0 && begins_with(to_bytes(key), prefix)) {
    OSTIARY_TRY(const bool goes_on, step(to_bytes(key)));
    if (!goes_on) {
      return success();
    }
    code = mdb_cursor_get(cursor.get(), &key, &value, MDB_NEXT);
  }
  if (code != 0 && code != MDB_NOTFOUND) {
    return error_of(code);
  }
  return success();
}

Result<void> Transaction::commit() {
  const int code = mdb_txn_commit(txn_.release());  // ends the transaction, whatever it answers
  if (code != 0) {
    return is_before_any_write(code) ? error_of(code) : Errc::commit_unknown;
  }
  return success();
}

}  // namespace host::lmdb
