#pragma once

#include <filesystem>
#include <functional>
#include <lmdb.h>
#include <memory>

#include "bytes.hpp"

// LMDB in the words of Result. Nothing here knows of accounts.
namespace host::lmdb {

/// Environment is LMDB's word for one open file. LMDB forbids to open a file twice in one process (the locks of the
/// first would be lost), so all stores of a process on one file share one Environment: `open` finds it in a registry,
/// the last handle closes it. That registry is the one global of this example, and is forced by LMDB.
class Environment {
 public:
  struct Release {
    void operator()(Environment* environment) const noexcept;
  };
  using Handle = std::unique_ptr<Environment, Release>;

  /// open creates the file, for its owner alone (0600), where it does not exist. `map_bytes` is how large it may grow;
  /// where the process has it open already, the first size stays.
  static Result<Handle> open(const std::filesystem::path& path, std::size_t map_bytes);

  explicit Environment(MDB_env* env) noexcept : env_(env) {}
  Environment(const Environment&) = delete;
  Environment& operator=(const Environment&) = delete;
  ~Environment() { mdb_env_close(env_); }

  [[nodiscard]] MDB_env* get() const noexcept { return env_; }

  /// free_dead_readers gives back what killed processes were reading: until then no page of that state is used again.
  [[nodiscard]] Result<void> free_dead_readers();

 private:
  MDB_env* env_;
};

/// Transaction is one state of the file to read, or to change it whole. Its end takes back what was not committed.
///
/// Reads:   never wait, and are never waited for.
/// Writes:  one at a time, over all processes: `begin` waits for the others without a limit. Where a process died in one,
///          its lock is handed on (a robust mutex) and nothing of it is there.
/// Views:   what a read gives is a view into the file, good until the next write of this transaction, or its end.
/// Threads: a write stays on its thread; a read may not, because the environment has MDB_NOTLS.
class Transaction {
 public:
  enum class Access : std::uint8_t { read, write };

  [[nodiscard]] static Result<Transaction> begin(const Environment& environment, Access access);

  Transaction(Transaction&&) noexcept = default;
  Transaction& operator=(Transaction&&) noexcept = default;
  Transaction(const Transaction&) = delete;
  Transaction& operator=(const Transaction&) = delete;
  ~Transaction() = default;

  [[nodiscard]] Result<std::optional<ByteView>> get(ByteView key) const;
  [[nodiscard]] Result<void> put(ByteView key, ByteView value) const;
  /// erase of a key that is not there is Errc::store_failure: nothing here erases what it has not read.
  [[nodiscard]] Result<void> erase(ByteView key) const;

  /// visit gives, in order, the keys that begin with `prefix`, from `first` on, until `step` answers false. `step` must
  /// not write: a write would move what the cursor stands on.
  [[nodiscard]] Result<void> visit(ByteView prefix, ByteView first,
                                   const std::function<Result<bool>(ByteView key)>& step) const;

  /// commit is durable once it answers. Errors: commit_unknown — the disk failed. store_failure — the map is full;
  /// nothing was written.
  [[nodiscard]] Result<void> commit();

 private:
  struct Abort {
    void operator()(MDB_txn* txn) const noexcept { mdb_txn_abort(txn); }
  };
  explicit Transaction(MDB_txn* txn) noexcept : txn_(txn) {}

  std::unique_ptr<MDB_txn, Abort> txn_;
};

}  // namespace host::lmdb
