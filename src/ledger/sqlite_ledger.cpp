#include "ledger/sqlite_ledger.h"

#include <fcntl.h>

#include <utility>

#include "base/assert.h"
#include "ledger/files.h"
#include "ledger/preconditions.h"
#include "ledger/schema.h"
#include "ledger/try.h"

namespace holdfast::ledger {
namespace {

// 512 KiB: the log stays in the page cache and is written over again and again, what comes while it is copied
// waits for a millisecond or so, and recovery is short.
constexpr int checkpoint_pages = 128;
// A copy costs two syncs, which large commits share, as long as the log is no more than is kept in memory.
constexpr int commits_per_checkpoint = 4;
constexpr int page_bytes_in_log = 4096 + 24;  // https://www.sqlite.org/fileformat2.html#the_write_ahead_log
constexpr int checkpoint_pages_max = sql::log_bytes_kept / page_bytes_in_log;
constexpr std::uint64_t bytes_per_mb = 1 << 20;

Trouble trouble_of(sql::Kind kind) {
  switch (kind) {
    case sql::Kind::damaged: return Trouble::damaged;
    case sql::Kind::busy: return Trouble::locked;
    case sql::Kind::full:
    case sql::Kind::io:
    case sql::Kind::other: return Trouble::failed;
  }
  std::unreachable();
}

std::filesystem::path database_in(const std::filesystem::path& data_dir) { return data_dir / "ledger.db"; }

// What is wrong with the file, and what to do, in the daemon's words before SQLite's.
std::string words_of(sql::Kind kind) {
  switch (kind) {
    case sql::Kind::damaged:
      return " is damaged: keep it as it is, and put the newest copy of the directory in its place, or start "
             "this region anew with an empty data_dir: ";
    case sql::Kind::busy: return " is open in another program, such as sqlite3: end that: ";
    case sql::Kind::full:
    case sql::Kind::io:
    case sql::Kind::other: return ": ";
  }
  std::unreachable();
}

Error error_in(const std::filesystem::path& data_dir, const sql::Error& error) {
  return {trouble_of(error.kind), database_in(data_dir).string() + words_of(error.kind) + error.detail};
}

// Absolute, and without a slash at the end: what ".mark" is appended to.
std::filesystem::path plain(const std::filesystem::path& path) {
  const auto normal = std::filesystem::absolute(path).lexically_normal();
  return normal.has_filename() ? normal : normal.parent_path();
}

// A Result of the layers below as one of the port.
template <class T>
Result<T, Error> typed(const std::filesystem::path& data_dir, Result<T, sql::Error> result) {
  if (!result) return failure(error_in(data_dir, result.error()));
  if constexpr (std::is_void_v<T>)
    return {};
  else
    return std::move(*result);
}

Result<sql::Connection, sql::Error> connect(const sql::GatheringVfs& vfs,
                                            const std::filesystem::path& data_dir) {
  HF_LET(connection, sql::Connection::open(database_in(data_dir), vfs.name()));
  HF_TRY(connection.execute("PRAGMA busy_timeout=0"));
  HF_TRY(configure(connection));
  return std::move(connection);
}

Error newer_schema(const std::filesystem::path& data_dir) {
  return {Trouble::newer_schema, database_in(data_dir).string() +
                                     " was written by a later version of holdfastd, and "
                                     "this one reads schemas up to " +
                                     std::to_string(schema_version) + ": start the later version"};
}

Error foreign(const std::filesystem::path& data_dir) {
  return {Trouble::other_identity,
          database_in(data_dir).string() + " is the database of another program: correct data_dir"};
}

// True if the schema was made just now.
Result<bool, Error> find_or_make(sql::Connection& connection, const SqliteOptions& options,
                                 const std::filesystem::path& data_dir) {
  HF_LET(state, typed(data_dir, find_schema(connection)));
  switch (state) {
    case SchemaState::ours: return false;
    case SchemaState::newer: return failure(newer_schema(data_dir));
    case SchemaState::foreign: return failure(foreign(data_dir));
    case SchemaState::missing: break;
  }
  HF_TRY(typed(data_dir, make_schema(connection, options.identity)));
  HF_TRY(sync_directory(data_dir));
  return true;
}

bool holds_something(const std::filesystem::path& file) {
  std::error_code error;
  const auto bytes = std::filesystem::file_size(file, error);
  return !error && bytes > 0;
}

// Before SQLite, which says of each reason: "unable to open database file", or "disk I/O error".
Result<void, Error> check_file(const SqliteOptions& options, const std::filesystem::path& data_dir) {
  const auto database = database_in(data_dir);
  if (!options.vfs.empty() || !std::filesystem::exists(database)) return {};
  HF_TRY(open_file(database, O_RDWR));
  return {};
}

// SQLite would take it for a new database, and remove the log. Its first page is on disk before there is one.
Result<void, Error> refuse_half(const SqliteOptions& options, const std::filesystem::path& data_dir) {
  const auto database = database_in(data_dir);
  auto log = database;
  log += "-wal";
  if (!options.vfs.empty() || holds_something(database) || !holds_something(log)) return {};
  return failure(Error{Trouble::damaged,
                       database.string() + " is " +
                           (std::filesystem::exists(database) ? "empty" : "missing") +
                           ", but its log is there: put it back, or start this region anew with an empty "
                           "data_dir"});
}

}  // namespace

bool SqliteLedger::is_in(const std::filesystem::path& data_dir) {
  std::error_code error;
  return std::filesystem::exists(database_in(data_dir), error);
}

Result<OpenLedger, Error> SqliteLedger::open(const SqliteOptions& options) {
  const auto data_dir = plain(options.data_dir);
  HF_TRY(make_directory(data_dir));
  HF_LET(lock, ProcessLock::take(data_dir / "lock",
                                 {.in_use = data_dir.string() + " is in use",
                                  .to_do = "stop it first, or give this one a data_dir of its own"}));
  HF_TRY(refuse_half(options, data_dir));
  HF_TRY(check_file(options, data_dir));
  auto vfs = std::make_unique<sql::GatheringVfs>(options.vfs);
  HF_LET(connection, typed(data_dir, connect(*vfs, data_dir)));
  HF_LET(made, find_or_make(connection, options, data_dir));
  HF_LET(identity, typed(data_dir, read_identity(connection)));
  HF_TRY(check_identity(identity, options.identity, data_dir.string()));
  HF_LET(meta, typed(data_dir, MetaTable::open(connection)));
  HF_LET(journal, typed(data_dir, JournalTable::open(connection)));
  HF_LET(slices, typed(data_dir, SliceTable::open(connection)));
  HF_LET(database, file_at(database_in(data_dir)));
  HF_LET(ballast, Ballast::find(data_dir, options.reserve_mb * bytes_per_mb));
  Marks marks({data_dir, options.run_dir, options.machine}, identity.replica, options.clock);
  std::unique_ptr<SqliteLedger> ledger(
      new SqliteLedger({std::move(lock), std::move(vfs), std::move(connection), std::move(meta),
                        std::move(journal), std::move(slices), std::move(marks), std::move(ballast), data_dir,
                        options.vfs.empty() ? database : std::nullopt}));
  HF_LET(opened, ledger->start(identity, made, options.moved));
  return OpenLedger{std::move(opened), std::move(ledger)};
}

Result<Opened, Error> SqliteLedger::start(const Identity& identity, bool made, bool moved) {
  HF_LET(state, typed(parts_.data_dir, read_state()));
  state_ = state;
  const Position last = state_.end.last;
  HF_LET(findings, parts_.marks.look({identity.replica, last, made, state_.closed, moved}));
  if (state_.backup) findings.fenced = fenced_as_backup(*state_.backup);
  fenced_ = findings.fenced.has_value();
  Opened opened{.identity = identity,
                .last = last,
                .made = made,
                .fenced = findings.fenced,
                .warnings = findings.warnings};
  if (fenced_) return opened;
  HF_TRY(checkpoint(sql::Checkpoint::truncate));
  HF_LET(warnings, parts_.marks.begin(last));
  opened.warnings.insert(opened.warnings.end(), warnings.begin(), warnings.end());
  HF_TRY(parts_.ballast.raise());
  room_ = parts_.ballast.stands();
  return opened;
}

Result<SqliteLedger::State, sql::Error> SqliteLedger::read_state() {
  HF_LET(meta, parts_.meta.get_journal());
  HF_LET(end, parts_.journal.end(meta.base));
  HF_LET(closed, parts_.meta.get_closed());
  HF_LET(backup, parts_.meta.get_backup());
  if (meta.checkpoint_began < meta.base.last || meta.checkpoint_began > end.last)
    return failure(sql::Error{sql::Kind::damaged, "its checkpoint and its journal do not fit together"});
  return State{.meta = meta, .end = end, .closed = closed == end.last, .backup = backup};
}

Result<void, Error> SqliteLedger::load(const LoadSink& sink) {
  HF_TRY(typed(parts_.data_dir, parts_.slices.scan(state_.meta.slices_sum, sink.slice)));
  return typed(parts_.data_dir,
               parts_.journal.scan(state_.meta.base, state_.end, state_.meta.checkpoint_began, sink.batch));
}

Result<Appended, Error> SqliteLedger::append(const Append& what) {
  HF_ASSERT(!fenced_);
  if (broken_) return failure(*broken_);
  assert_fits(what, {state_.end.last, state_.meta.checkpoint_began});
  HF_TRY(commit([&] { return write(what); }));
  if (auto marked = parts_.marks.advance(state_.end.last); !marked) return failure(break_off(marked.error()));
  return Appended{.durable = state_.end.last, .room = room_, .journal_bytes = journal_bytes(what)};
}

Result<SqliteLedger::State, sql::Error> SqliteLedger::write(const Append& what) {
  State next = state_;
  if (next.closed) HF_TRY(parts_.meta.clear_closed());
  next.closed = false;
  for (const JournalBatch& batch : what.batches) {
    HF_LET(end, parts_.journal.insert(next.end, batch));
    next.end = end;
  }
  for (const Slice& slice : what.slices) {
    HF_LET(change, parts_.slices.put(slice));
    next.meta.slices_sum += change;
  }
  if (what.checkpoint_began) next.meta.checkpoint_began = *what.checkpoint_began;
  if (what.history_ends_before) {
    HF_LET(base, parts_.journal.trim(next.meta.base, *what.history_ends_before));
    next.meta.base = base;
  }
  if (next.meta != state_.meta) HF_TRY(parts_.meta.put_journal(next.meta));
  return next;
}

Result<std::optional<JournalBatch>, Error> SqliteLedger::read(Position at) {
  if (at <= state_.meta.base.last || at > state_.end.last) return std::nullopt;
  HF_LET(batch, typed(parts_.data_dir, parts_.journal.read(state_.meta.base, at)));
  return std::move(batch);
}

Result<bool, Error> SqliteLedger::regain_room() {
  if (broken_) return failure(*broken_);
  if (room_ || fenced_) return true;
  if (auto raised = parts_.ballast.raise(); !raised) return failure(break_off(raised.error()));
  room_ = parts_.ballast.stands();
  return room_;
}

// Where nobody can tell, it is taken to stand.
Result<void, Error> SqliteLedger::check_place() {
  const auto path = database_in(parts_.data_dir);
  const auto found = file_at(path);
  if (!parts_.database || !found || *found == parts_.database) return {};
  return failure(break_off(
      {Trouble::failed, path.string() + (*found ? " is another file than" : " is gone, which") +
                            " this process has open: the data directory was moved, removed or replaced "
                            "under it; what it sold since then is not there: look for the directory that "
                            "was, and put it back before the next start"}));
}

Result<Sizes, Error> SqliteLedger::sizes() {
  if (broken_) return failure(*broken_);
  HF_TRY(check_place());
  if (const auto free = free_bytes(parts_.data_dir)) disk_free_bytes_ = *free;
  const JournalEnd& base = state_.meta.base;
  return Sizes{.journal_bytes = state_.end.total - base.total,
               .disk_free_bytes = disk_free_bytes_,
               .oldest = state_.end.last == base.last ? Position() : base.last.next()};
}

void SqliteLedger::settle() {
  if (fenced_ || broken_) return;
  if (auto settled = parts_.marks.settle(); !settled)
    std::ignore = break_off(settled.error());
  else if (is_checkpoint_due())
    std::ignore = checkpoint(sql::Checkpoint::passive);
  wal_pages_ = parts_.connection.wal_pages();
}

// One that stood still since is due however it grew.
bool SqliteLedger::is_checkpoint_due() const {
  const int pages = parts_.connection.wal_pages();
  const int grown = pages - wal_pages_;
  return pages >= checkpoint_pages &&
         (pages >= commits_per_checkpoint * grown || pages + grown > checkpoint_pages_max);
}

Result<Copied, Error> SqliteLedger::copy_to(const std::string& file) {
  if (broken_) return failure(*broken_);
  if (fenced_)
    return failure(
        Error{Trouble::failed, "the ledger is fenced, and left as it was found: stop the daemon and copy " +
                                   parts_.data_dir.string()});
  if (!backup_) {
    HF_LET(begun, Backup::begin(parts_.connection, file));
    backup_.emplace(std::move(begun));
  }
  auto copied = backup_->go_on(state_.end.last);
  if (!copied || copied->whole) backup_.reset();
  return copied;
}

Result<void, Error> SqliteLedger::close() {
  if (backup_) backup_->give_way();
  backup_.reset();
  if (fenced_) return {};
  if (broken_) return failure(*broken_);
  HF_TRY(check_place());
  HF_TRY(commit([this] { return write_closed(); }));
  HF_TRY(checkpoint(sql::Checkpoint::truncate));
  if (auto marked = parts_.marks.finish(); !marked) return failure(break_off(marked.error()));
  return {};
}

Result<SqliteLedger::State, sql::Error> SqliteLedger::write_closed() {
  State next = state_;
  HF_TRY(parts_.meta.put_closed(state_.end.last));
  next.closed = true;
  return next;
}

Result<SqliteLedger::State, sql::Error> SqliteLedger::transact(const Transaction& transaction) {
  const auto run = [&]() -> Result<State, sql::Error> {
    HF_TRY(parts_.connection.execute("BEGIN"));
    HF_LET(next, transaction());
    HF_TRY(parts_.connection.execute("COMMIT"));
    return next;
  };
  auto done = run();
  if (!done) parts_.connection.roll_back();
  return done;
}

// Kind::full comes from writes alone, never from a sync, so that trying once more is sound.
Result<void, Error> SqliteLedger::commit(const Transaction& transaction) {
  auto done = transact(transaction);
  if (!done && done.error().kind == sql::Kind::full) {
    HF_LET(given_up, give_up_ballast());
    if (given_up) done = transact(transaction);
  }
  if (!done) return failure(break_off(error_in(parts_.data_dir, done.error())));
  state_ = *done;
  return {};
}

// Where there is no space to copy the log into the database, it stays in the log, where it is synced.
Result<void, Error> SqliteLedger::checkpoint(sql::Checkpoint how) {
  auto done = parts_.connection.checkpoint(how);
  if (!done && done.error().kind == sql::Kind::full) {
    HF_LET(given_up, give_up_ballast());
    if (given_up) done = parts_.connection.checkpoint(how);
  }
  if (done || done.error().kind == sql::Kind::full) return {};
  return failure(break_off(error_in(parts_.data_dir, done.error())));
}

// A backup in the making gives way too: it would take the room that the ballast leaves.
Result<bool, Error> SqliteLedger::give_up_ballast() {
  room_ = false;
  const bool gave_way = backup_ && backup_->give_way();
  auto dropped = parts_.ballast.drop();
  if (!dropped) return failure(break_off(dropped.error()));
  return *dropped || gave_way;
}

Error SqliteLedger::break_off(Error error) {
  if (!broken_) broken_ = std::move(error);
  return *broken_;
}

}  // namespace holdfast::ledger
