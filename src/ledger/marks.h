// The two marks of a ledger, and what they say when it is opened.
//
// SQLite ends its recovery at the first bad checksum and says nothing, so that one flipped bit takes back
// what was acknowledged; people restore backups and copy disks. A mark tells: it holds the highest durable
// position, and lies where neither reaches.
//
//   DATA_DIR.mark         beside the directory, synced within a second of a change: survives a power cut
//   RUN_DIR/REPLICA.mark  in memory (tmpfs), written after each commit: survives the death of the process
//   RUN_DIR/REPLICA.lock  held by the one process of this machine that sells from the ledger, wherever it
//   lies
//
// Neither is ever ahead of what is durable. A ledger behind a mark of its replica is fenced, and so is one
// with records that no mark of this machine knows, or beside which there is none any more. Nothing is written
// before that is judged; of a fenced one, only that the mark beside it says what the one in memory says,
// which a power cut would take. Owner: SqliteLedger. Threads: one at a time.
#pragma once

#include <chrono>
#include <functional>
#include <vector>

#include "ledger/mark_file.h"
#include "ledger/process_lock.h"

namespace holdfast::ledger {

using SteadyClock = std::function<std::chrono::steady_clock::time_point()>;

struct MarkPlaces {
  std::filesystem::path data_dir;                // absolute
  std::optional<std::filesystem::path> run_dir;  // nothing: the platform's
  std::optional<std::string> machine;            // nothing: the platform's machine id
};

// What a ledger says of itself.
struct LedgerFacts {
  ReplicaId replica;
  Position last;
  bool made = false;    // just now
  bool closed = false;  // nothing was appended after a clean end
  bool moved = false;   // a person says that it now lives here
};

struct MarkFindings {
  std::optional<Mark> beside;
  std::optional<Mark> run;
  bool beside_is_damaged = false;  // there is something, but no mark
};

// Why this ledger must not be sold from, if so: the rules, and nothing else.
[[nodiscard]] std::optional<std::string> judge(const LedgerFacts& ledger, const MarkFindings& found,
                                               const std::string& machine, std::uint64_t directory);

class Marks {
 public:
  struct Findings {
    std::optional<std::string> fenced;
    std::vector<std::string> warnings;
  };

  Marks(const MarkPlaces& places, const ReplicaId& replica, SteadyClock clock);

  // First of all. Trouble::locked where another process sells from this ledger: a copied directory may have
  // brought its mark along.
  [[nodiscard]] Result<Findings, Error> look(const LedgerFacts& ledger);

  // Begins to write both marks, at `last`. Warns if only one of them can be.
  [[nodiscard]] Result<std::vector<std::string>, Error> begin(Position last);

  // Everything up to here is durable.
  [[nodiscard]] Result<void, Error> advance(Position durable);

  // Syncs the mark beside the directory if it lags and its time has come.
  [[nodiscard]] Result<void, Error> settle();

  // Syncs it now.
  [[nodiscard]] Result<void, Error> finish();

 private:
  [[nodiscard]] std::filesystem::path beside_path() const;
  [[nodiscard]] std::filesystem::path run_path(const char* kind) const;
  [[nodiscard]] Mark mark(Position position) const;
  [[nodiscard]] Result<ProcessLock, Error> take_lock() const;
  [[nodiscard]] Result<void, Error> begin_run_mark(Position last);
  [[nodiscard]] Result<void, Error> outlive_a_power_cut(const MarkFindings& found) const;

  std::filesystem::path data_dir_;
  std::filesystem::path run_dir_;
  std::string machine_;
  std::uint64_t directory_;
  ReplicaId replica_;
  SteadyClock clock_;
  std::optional<ProcessLock> lock_;
  std::optional<MarkFile> beside_;
  std::optional<MarkFile> run_;
  Position durable_;
  Position synced_;
  std::chrono::steady_clock::time_point synced_at_;
};

}  // namespace holdfast::ledger
