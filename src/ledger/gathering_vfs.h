// GatheringVfs: a file system of SQLite's over another, that writes neighbours together.
//
// SQLite writes its log a page at a time, each behind a header of 24 bytes, and copies it into the database a
// page at a time: four calls of the system for 4096 bytes. Here what is written stays until something else
// than more right behind it is asked of the file, or its sync, and goes out in one call (SQLite's own file
// system takes 128 KiB in one). What was written to the log last is kept beyond that, and copied from there.
// A file that is synced already, as the log is when it is copied after a commit, is not synced again.
//
// What that changes: the error of a write can come from a call after it, at the latest from the sync, which
// then has not begun: that it says SQLITE_FULL still means that nothing of the transaction is durable. After
// an error what waited is given up, and so is what was never synced when a file is closed, as in a crash.
// There is no shared memory, so that SQLite refuses a log under another locking mode than EXCLUSIVE: a second
// connection would not see what waits here.
//
// Owner: whoever opens connections on it; it must outlive them. Threads: one at a time.
#pragma once

#include <cstddef>
#include <memory>
#include <string>

struct sqlite3_vfs;

namespace holdfast::ledger::sql {

inline constexpr std::size_t log_bytes_kept = 4 << 20;

class GatheringVfs {
 public:
  // `below`: the name of a file system that is registered, and stays so; empty: the platform's own. If there
  // is none of that name, there is none of name() either, and opening a connection says so.
  explicit GatheringVfs(const std::string& below);
  ~GatheringVfs();
  GatheringVfs(const GatheringVfs&) = delete;
  GatheringVfs& operator=(const GatheringVfs&) = delete;

  // Under which it is registered with SQLite.
  [[nodiscard]] const std::string& name() const { return name_; }

 private:
  std::string name_;
  std::unique_ptr<sqlite3_vfs> vfs_;
};

}  // namespace holdfast::ledger::sql
