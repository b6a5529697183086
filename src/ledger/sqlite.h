// SQLite's C API as two values, a connection and a statement. The only file pair that knows sqlite3.h.
//
// A ledger has exactly one connection (the SQLite of Debian 12 can corrupt a WAL that two of them
// checkpoint), and checkpoints are asked for by its owner: SQLite's own, after a commit, would swallow a
// failed fsync. Threads: one at a time. Statements must be gone before their connection.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

#include "base/bytes.h"
#include "base/result.h"

struct sqlite3;
struct sqlite3_backup;
struct sqlite3_stmt;

namespace holdfast::ledger::sql {

enum class Kind {
  full,     // a write found no space; nothing of the transaction is on disk, and it may be tried again
  busy,     // another process has the file
  damaged,  // not a database, or a broken one; also what our own checksums find
  io,       // a read, write or sync failed: what is on disk is not known
  other,
};

struct Error {
  Kind kind = Kind::other;
  std::string detail;
};

class Statement {
 public:
  Statement(sqlite3* connection, sqlite3_stmt* statement) : connection_(connection), statement_(statement) {}

  // Binds the arguments in order and starts anew. Bytes must live until reset() or the next start().
  template <class... Arguments>
  Statement& start(const Arguments&... arguments) {
    reset();
    int index = 0;
    (bind(++index, arguments), ...);
    return *this;
  }

  // True: a row is there, and its columns may be read until the next step.
  [[nodiscard]] Result<bool, Error> step();
  // For statements that return no rows.
  [[nodiscard]] Result<void, Error> run();
  void reset();

  [[nodiscard]] std::uint64_t number(int column) const;
  [[nodiscard]] BytesView bytes(int column) const;
  [[nodiscard]] std::string text(int column) const;

 private:
  void bind(int index, std::uint64_t value);
  void bind(int index, BytesView value);
  void bind(int index, std::string_view value);

  struct Finalize {
    void operator()(sqlite3_stmt* statement) const;
  };
  sqlite3* connection_;
  std::unique_ptr<sqlite3_stmt, Finalize> statement_;
};

enum class Checkpoint { passive, truncate };

class Connection {
 public:
  // A file that nobody writes, and that is left as it is.
  [[nodiscard]] static Result<Connection, Error> open_read_only(const std::string& path);

  // `vfs` empty: the platform's own. Makes the file if it is missing.
  [[nodiscard]] static Result<Connection, Error> open(const std::string& path, const std::string& vfs);

  [[nodiscard]] Result<void, Error> execute(const char* sql);
  [[nodiscard]] Result<Statement, Error> prepare(std::string_view sql);
  // The first column of the first row, as text; empty if there is none.
  [[nodiscard]] Result<std::string, Error> ask(std::string_view sql);

  // Copies the write-ahead log into the database and syncs both.
  [[nodiscard]] Result<void, Error> checkpoint(Checkpoint how);
  // In the log, and not in the database.
  [[nodiscard]] int wal_pages() const { return *wal_pages_; }

  [[nodiscard]] sqlite3* get() const { return connection_.get(); }

  // Takes back whatever a failed transaction left open.
  void roll_back();

 private:
  struct Close {
    void operator()(sqlite3* connection) const;
  };
  explicit Connection(sqlite3* connection) : connection_(connection) {}

  std::unique_ptr<int> wal_pages_ = std::make_unique<int>(0);  // SQLite keeps its address
  std::unique_ptr<sqlite3, Close> connection_;
};

// A copy in the making, some pages at a time. What the connection commits meanwhile goes into the copy as
// well, so that it is of the moment at which it becomes whole. Must be gone before the connection that it
// copies.
class Backup {
 public:
  // `path`: a file that is not there yet.
  [[nodiscard]] static Result<Backup, Error> begin(Connection& from, const std::string& path);

  // True: it is whole, and its file closed. It is not synced.
  [[nodiscard]] Result<bool, Error> copy(int pages);
  [[nodiscard]] int pages() const;
  [[nodiscard]] int left() const;

 private:
  struct Finish {
    void operator()(sqlite3_backup* backup) const;
  };
  Backup(Connection to, sqlite3_backup* backup) : to_(std::move(to)), backup_(backup) {}

  Connection to_;
  std::unique_ptr<sqlite3_backup, Finish> backup_;
};

}  // namespace holdfast::ledger::sql
