#include "ledger/sqlite.h"

#include <sqlite3.h>

#include <system_error>

#include "base/assert.h"
#include "ledger/try.h"

namespace holdfast::ledger::sql {
namespace {

Kind kind_of(int code) {
  switch (code & 0xff) {
    case SQLITE_FULL: return Kind::full;
    case SQLITE_BUSY: return Kind::busy;
    case SQLITE_CORRUPT:
    case SQLITE_NOTADB: return Kind::damaged;
    case SQLITE_IOERR: return Kind::io;
    default: return Kind::other;
  }
}

// A failed fsync that the file system explains with "no space" is IOERR_FSYNC, never FULL: only writes are
// FULL.
Error error_of(sqlite3* connection, int code) {
  std::string detail = std::string(sqlite3_errmsg(connection)) + " (SQLite code " + std::to_string(code);
  const int system_code = sqlite3_system_errno(connection);
  if (kind_of(code) == Kind::io && system_code != 0)
    detail += ", " + std::generic_category().message(system_code);
  return {kind_of(code), detail + ")"};
}

int note_wal_pages(void* wal_pages, sqlite3*, const char*, int pages) {
  *static_cast<int*>(wal_pages) = pages;
  return SQLITE_OK;
}

std::string percent_encoded(char c) {
  constexpr const char* hex = "0123456789ABCDEF";
  const auto byte = static_cast<unsigned char>(c);
  return {'%', hex[byte >> 4], hex[byte & 15]};
}

}  // namespace

void Statement::Finalize::operator()(sqlite3_stmt* statement) const { sqlite3_finalize(statement); }

Result<bool, Error> Statement::step() {
  const int code = sqlite3_step(statement_.get());
  if (code == SQLITE_ROW) return true;
  const Error error = code == SQLITE_DONE ? Error{} : error_of(connection_, code);
  reset();
  if (code == SQLITE_DONE) return false;
  return failure(error);
}

Result<void, Error> Statement::run() {
  HF_LET(row, step());
  HF_ASSERT(!row);
  return {};
}

void Statement::reset() { sqlite3_reset(statement_.get()); }

std::uint64_t Statement::number(int column) const {
  return static_cast<std::uint64_t>(sqlite3_column_int64(statement_.get(), column));
}

BytesView Statement::bytes(int column) const {
  const void* data = sqlite3_column_blob(statement_.get(), column);
  const int size = sqlite3_column_bytes(statement_.get(), column);
  return {static_cast<const std::byte*>(data), static_cast<std::size_t>(size)};
}

std::string Statement::text(int column) const { return std::string(text_of(bytes(column))); }

void Statement::bind(int index, std::uint64_t value) {
  const int code = sqlite3_bind_int64(statement_.get(), index, static_cast<sqlite3_int64>(value));
  HF_ASSERT(code == SQLITE_OK);
}

void Statement::bind(int index, BytesView value) {
  const void* data = value.empty() ? static_cast<const void*>("") : value.data();  // nullptr would be NULL
  const int code = sqlite3_bind_blob64(statement_.get(), index, data, value.size(), SQLITE_STATIC);
  HF_ASSERT(code == SQLITE_OK);
}

void Statement::bind(int index, std::string_view value) {
  const int code =
      sqlite3_bind_text64(statement_.get(), index, value.data(), value.size(), SQLITE_STATIC, SQLITE_UTF8);
  HF_ASSERT(code == SQLITE_OK);
}

// Closing would checkpoint, also after a failed fsync: what must be checkpointed is, before.
void Connection::Close::operator()(sqlite3* connection) const {
  sqlite3_db_config(connection, SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, 1, nullptr);
  const int code = sqlite3_close(connection);
  HF_ASSERT(code == SQLITE_OK);
}

Result<Connection, Error> Connection::open(const std::string& path, const std::string& vfs) {
  constexpr int flags =
      SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE | SQLITE_OPEN_NOMUTEX | SQLITE_OPEN_EXRESCODE;
  sqlite3* opened = nullptr;
  const int code = sqlite3_open_v2(path.c_str(), &opened, flags, vfs.empty() ? nullptr : vfs.c_str());
  HF_ASSERT(opened != nullptr);
  Connection connection(opened);
  if (code != SQLITE_OK) return failure(error_of(opened, code));
  sqlite3_wal_hook(opened, note_wal_pages, connection.wal_pages_.get());
  return connection;
}

Result<Connection, Error> Connection::open_read_only(const std::string& path) {
  std::string uri = "file:";
  for (const char c : path) c == '?' || c == '#' || c == '%' ? uri += percent_encoded(c) : uri += c;
  constexpr int flags = SQLITE_OPEN_READONLY | SQLITE_OPEN_URI | SQLITE_OPEN_NOMUTEX | SQLITE_OPEN_EXRESCODE;
  sqlite3* opened = nullptr;
  const int code = sqlite3_open_v2((uri + "?immutable=1").c_str(), &opened, flags, nullptr);
  HF_ASSERT(opened != nullptr);
  Connection connection(opened);
  if (code != SQLITE_OK) return failure(error_of(opened, code));
  return connection;
}

Result<void, Error> Connection::execute(const char* sql) {
  const int code = sqlite3_exec(connection_.get(), sql, nullptr, nullptr, nullptr);
  if (code != SQLITE_OK) return failure(error_of(connection_.get(), code));
  return {};
}

Result<Statement, Error> Connection::prepare(std::string_view sql) {
  sqlite3_stmt* statement = nullptr;
  const int code = sqlite3_prepare_v3(connection_.get(), sql.data(), static_cast<int>(sql.size()),
                                      SQLITE_PREPARE_PERSISTENT, &statement, nullptr);
  if (code != SQLITE_OK) return failure(error_of(connection_.get(), code));
  return Statement(connection_.get(), statement);
}

Result<std::string, Error> Connection::ask(std::string_view sql) {
  HF_LET(statement, prepare(sql));
  HF_LET(row, statement.step());
  return row ? statement.text(0) : std::string();
}

Result<void, Error> Connection::checkpoint(Checkpoint how) {
  const int mode = how == Checkpoint::passive ? SQLITE_CHECKPOINT_PASSIVE : SQLITE_CHECKPOINT_TRUNCATE;
  const int code = sqlite3_wal_checkpoint_v2(connection_.get(), "main", mode, nullptr, nullptr);
  if (code != SQLITE_OK) return failure(error_of(connection_.get(), code));
  *wal_pages_ = 0;
  return {};
}

// It fails only where SQLite has rolled back already.
void Connection::roll_back() {
  if (sqlite3_get_autocommit(connection_.get()) == 0) std::ignore = execute("ROLLBACK");
}

void Backup::Finish::operator()(sqlite3_backup* backup) const { sqlite3_backup_finish(backup); }

// The copy needs no journal of its own: one that is not whole is worth nothing.
Result<Backup, Error> Backup::begin(Connection& from, const std::string& path) {
  HF_LET(to, Connection::open(path, {}));
  HF_TRY(to.execute("PRAGMA journal_mode=OFF; PRAGMA synchronous=OFF"));
  sqlite3_backup* backup = sqlite3_backup_init(to.get(), "main", from.get(), "main");
  if (backup == nullptr) return failure(error_of(to.get(), sqlite3_extended_errcode(to.get())));
  return Backup(std::move(to), backup);
}

Result<bool, Error> Backup::copy(int pages) {
  const int code = sqlite3_backup_step(backup_.get(), pages);
  if (code == SQLITE_OK) return false;
  backup_.reset();
  if (code != SQLITE_DONE) return failure(error_of(to_.get(), code));
  return true;
}

int Backup::pages() const { return sqlite3_backup_pagecount(backup_.get()); }
int Backup::left() const { return sqlite3_backup_remaining(backup_.get()); }

}  // namespace holdfast::ledger::sql
