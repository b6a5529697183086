// Ledger: durable bytes. A journal of batches, a checkpoint in slices, and the history behind both.
//
// It knows nothing of what the bytes mean. The journal only grows at its end; each batch carries the checksum
// of the one before it, so that a hole, or an older tail put back, is seen. A slice is the newest state of
// one part of the durable state, together with the position that it includes. What one append() carries
// becomes durable together or not at all.
//
//   open() --sound--> load() --> append()* / read()* --> close()
//          --fenced-> load() --> read()*                           the caller must not append
//
// Two implementations stand behind this port and one contract suite (tests/ledger/contract.h): MemoryLedger
// and SqliteLedger; a server database comes later. Owner: LedgerThread in the daemon, the world in the
// simulator. Threads: one at a time.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "base/bytes.h"
#include "base/result.h"
#include "core/ids.h"

namespace holdfast::ledger {

// Whose ledger this is. Drawn when it is made, and never changed.
struct Identity {
  std::string cluster;
  ReplicaId replica;
  std::uint64_t hash_seed = 0;  // for digests of what strangers name
  bool operator==(const Identity&) const = default;
};

// Names one slice of the checkpoint: what part of the state (the caller's numbering), and which piece of it.
struct SliceKey {
  std::uint16_t kind = 0;
  std::uint64_t number = 0;
  auto operator<=>(const SliceKey&) const = default;
};

struct Slice {
  SliceKey key;
  Position includes;  // the slice is the state after every record up to here
  Bytes bytes;        // empty: nothing is left in it, and what was stored is removed
  bool operator==(const Slice&) const = default;
};

struct JournalBatch {
  Position first;
  std::uint32_t count = 0;  // of the records in `bytes`, at least 1
  Bytes bytes;
  [[nodiscard]] Position last() const { return Position(first.value() + count - 1); }
  bool operator==(const JournalBatch&) const = default;
};

// One transaction. Any part may be missing, but not all of them.
struct Append {
  std::vector<JournalBatch> batches;  // each must begin right after the one before
  std::vector<Slice> slices;
  std::optional<Position> checkpoint_began;     // a checkpoint is complete: load() may skip up to here
  std::optional<Position> history_ends_before;  // batches wholly below go; load() needs none of them
};

// A ledger whose disk is full has given up its ballast to commit what waited: nothing that was appended is
// lost, and the caller must make no more records until `room` is true again.
struct Appended {
  Position durable;  // everything up to here is on disk
  bool room = true;
  std::uint64_t journal_bytes = 0;  // of its batches
};

enum class Trouble {
  locked,          // another process has it
  other_identity,  // of another region or cluster
  newer_schema,    // written by a later version of this program
  damaged,         // a checksum does not fit
  failed,          // the disk or the file system refused
};

struct Error {
  Trouble trouble = Trouble::failed;
  std::string detail;  // one line for a person: what, where, and what to do
  bool operator==(const Error&) const = default;
};

// What open() found. A fenced ledger is restored, copied or rotten: it may be read, and must not be sold
// from.
struct Opened {
  Identity identity;
  Position last;                      // the newest record, 0 in a new ledger
  bool made = false;                  // it was not there before
  std::optional<std::string> fenced;  // why, and what to do, in one line
  std::vector<std::string> warnings;  // odd, but no reason not to sell: one line each
};

// What load() hands over, in this order: every slice, then every batch that the checkpoint does not cover.
struct LoadSink {
  std::function<void(const Slice&)> slice;
  std::function<void(const JournalBatch&)> batch;
};

struct Sizes {
  std::uint64_t journal_bytes = 0;  // of all batches that are kept
  std::uint64_t disk_free_bytes = 0;
  Position oldest;  // the first record that is kept; 0 if none
};

// A copy of the ledger in the making.
struct Copied {
  std::uint64_t pages = 0;
  std::uint64_t left = 0;
  Position last;  // once `whole`: the newest record in it
  bool whole = false;
};

class Ledger {
 public:
  virtual ~Ledger() = default;

  [[nodiscard]] virtual Result<void, Error> load(const LoadSink& sink) = 0;

  // Returns once all of it is durable. After an error nothing more may be asked of this ledger: what is on
  // disk is not known, and the process must stop.
  [[nodiscard]] virtual Result<Appended, Error> append(const Append& what) = 0;

  // The batch that holds the record at this position; nothing if history no longer reaches back that far.
  [[nodiscard]] virtual Result<std::optional<JournalBatch>, Error> read(Position at) = 0;

  // True again once the ballast stands: asked now and then while append() said that there is no room.
  [[nodiscard]] virtual Result<bool, Error> regain_room() = 0;

  [[nodiscard]] virtual Result<Sizes, Error> sizes() = 0;

  // Begins a copy of this ledger in a new file, or goes on with it: a piece a call, so that appends find
  // their way between, until it is whole and on disk. It holds every record up to that moment, says of itself
  // that it is a backup, and is fenced wherever it is put in a ledger's place. An error ends the copy, not
  // the ledger; so does a disk that is full, since what is appended comes first.
  [[nodiscard]] virtual Result<Copied, Error> copy_to(const std::string&) {
    return failure(Error{Trouble::failed, "this ledger is in no file that could be copied"});
  }

  // To be called after each append(), once its answer is on its way, and at least twice a second: what may
  // lag behind the journal catches up. What fails in it is the next append()'s error, and sizes()'s.
  virtual void settle() {}

  // A clean end: notes that the directory may be moved to another machine (`run --moved`).
  [[nodiscard]] virtual Result<void, Error> close() = 0;
};

struct OpenLedger {
  Opened opened;
  std::unique_ptr<Ledger> ledger;
};

}  // namespace holdfast::ledger
