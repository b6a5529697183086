// DiskWorld: a ledger on a simulated disk, and a script that is run on it until the disk fails.
//
// What a memory ledger says after each step of the script is what the one on disk must say.
#pragma once

#include "ledger/sqlite_world.h"
#include "sim/disk/disk_vfs.h"

namespace holdfast::ledger {

// One step: something is appended, or the ledger is ended (cleanly or not) and opened again.
struct Step {
  enum class Kind { append, stop_and_open, kill_and_open };
  Kind kind = Kind::append;
  Append append = {};
};
using Script = std::vector<Step>;

// Every kind of append, and every way in which SQLite's log begins, grows, begins anew and ends.
[[nodiscard]] Script short_script();
// One whose log is long enough to be put into the database while it runs.
[[nodiscard]] Script long_script();

// Everything that can be read of a ledger.
struct Content {
  Position last;
  Loaded loaded;
  std::vector<JournalBatch> history;  // what read() finds
  bool operator==(const Content&) const = default;
};
[[nodiscard]] Result<Content, Error> content_of(Ledger& ledger, Position last);

// What must be there after 0, 1, 2 … appends of the script.
[[nodiscard]] std::vector<Content> contents_after(const Script& script);

class DiskWorld {
 public:
  explicit DiskWorld(std::uint64_t seed);

  struct Ran {
    bool opened = false;           // at least once: from then on the identity is known
    std::size_t acknowledged = 0;  // appends
    std::optional<Error> error;    // nothing: to its end
    std::optional<std::string> fenced;
  };
  // Until its end or its first error; then the process is gone.
  [[nodiscard]] Ran run(const Script& script);

  [[nodiscard]] Result<OpenLedger, Error> open() { return SqliteLedger::open(files.options); }
  // What a power cut does to disk and marks.
  void lose_power();

  // Disk and mark, so that one moment can be lived several times; the mark in memory is gone then.
  struct Moment {
    sim::Disk disk;
    std::string mark;
  };
  [[nodiscard]] Moment moment() const;
  void return_to(const Moment& moment);

  sim::Disk disk;
  sim::DiskVfs vfs{disk};
  SqliteWorld files;  // what lies on the real file system: marks, lock, ballast

 private:
  std::chrono::steady_clock::time_point now_;
};

}  // namespace holdfast::ledger
