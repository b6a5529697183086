// SqliteLedger: the ledger on disk. A data directory holds
//
//   ledger.db, ledger.db-wal   SQLite (schema.h)         lock      who has it (process_lock.h)
//   ballast                    space set aside           beside it DATA_DIR.mark (marks.h)
//
// What is appended is in the write-ahead log and synced when append() returns. The log goes into the database
// every hundred pages or so, of large commits every few of them, in settle(), so that nobody waits for it but
// who comes meanwhile. A failed sync there is seen as well: after a failed write or sync nothing more is
// done: what is on disk is not known, and a second fsync would lie about it. A fenced ledger is left as it
// was found, byte for byte, for whoever has to find out what happened. Threads: one at a time.
#pragma once

#include "ledger/backup.h"
#include "ledger/ballast.h"
#include "ledger/gathering_vfs.h"
#include "ledger/journal_table.h"
#include "ledger/ledger.h"
#include "ledger/marks.h"
#include "ledger/meta_table.h"
#include "ledger/process_lock.h"
#include "ledger/slice_table.h"
#include "ledger/sqlite.h"

namespace holdfast::ledger {

struct SqliteOptions {
  std::filesystem::path data_dir;
  Identity identity;  // what cluster and region must be; the rest is drawn for a new ledger
  std::uint64_t reserve_mb = 64;
  bool moved = false;                            // a person says that the directory now lives here
  std::string vfs;                               // SQLite's name of it; empty: the platform's
  std::optional<std::filesystem::path> run_dir;  // of the mark in memory; nothing: the platform's
  std::optional<std::string> machine;            // nothing: the platform's machine id
  SteadyClock clock = std::chrono::steady_clock::now;
};

class SqliteLedger final : public Ledger {
 public:
  // Whether there is one to be opened; without, open() makes one.
  [[nodiscard]] static bool is_in(const std::filesystem::path& data_dir);
  // Makes the directory if it is missing. Draws nothing and reads no wall clock.
  [[nodiscard]] static Result<OpenLedger, Error> open(const SqliteOptions& options);

  [[nodiscard]] Result<void, Error> load(const LoadSink& sink) override;
  [[nodiscard]] Result<Appended, Error> append(const Append& what) override;
  [[nodiscard]] Result<std::optional<JournalBatch>, Error> read(Position at) override;
  [[nodiscard]] Result<bool, Error> regain_room() override;
  [[nodiscard]] Result<Sizes, Error> sizes() override;
  [[nodiscard]] Result<Copied, Error> copy_to(const std::string& file) override;
  void settle() override;
  [[nodiscard]] Result<void, Error> close() override;

 private:
  // The durable state: replaced as a whole once a transaction is committed.
  struct State {
    JournalMeta meta;
    JournalEnd end;
    bool closed = false;
    std::optional<Position> backup;  // it says that it is one, made then
  };
  struct Parts {
    ProcessLock lock;
    std::unique_ptr<sql::GatheringVfs> vfs;
    sql::Connection connection;
    MetaTable meta;
    JournalTable journal;
    SliceTable slices;
    Marks marks;
    Ballast ballast;
    std::filesystem::path data_dir;
    std::optional<FileId> database;  // nothing: not of the platform's file system
  };
  using Transaction = std::function<Result<State, sql::Error>()>;

  explicit SqliteLedger(Parts parts) : parts_(std::move(parts)) {}

  // Judges what was found, and only then writes: the marks, the checkpoint, the ballast.
  [[nodiscard]] Result<Opened, Error> start(const Identity& identity, bool made, bool moved);

  [[nodiscard]] Result<State, sql::Error> read_state();

  // Nothing of it happened where this fails with Kind::full; nobody knows where it fails otherwise.
  [[nodiscard]] Result<State, sql::Error> transact(const Transaction& transaction);
  // The same, with the space of the ballast, and of a backup in the making, if there is no other.
  [[nodiscard]] Result<void, Error> commit(const Transaction& transaction);
  [[nodiscard]] Result<State, sql::Error> write(const Append& what);
  [[nodiscard]] Result<State, sql::Error> write_closed();
  [[nodiscard]] Result<void, Error> checkpoint(sql::Checkpoint how);
  [[nodiscard]] Result<bool, Error> give_up_ballast();
  [[nodiscard]] bool is_checkpoint_due() const;

  // Whether what is open can be opened again: it outlives its name, and ends with this process.
  [[nodiscard]] Result<void, Error> check_place();
  // Nothing may be written after this.
  [[nodiscard]] Error break_off(Error error);

  Parts parts_;
  std::optional<Backup> backup_;  // in the making
  State state_;
  int wal_pages_ = 0;  // at the last settle()
  bool fenced_ = false;
  bool room_ = true;
  std::uint64_t disk_free_bytes_ = 0;  // when it was last told
  std::optional<Error> broken_;
};

}  // namespace holdfast::ledger
