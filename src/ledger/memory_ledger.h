// MemoryLedger: the ledger's twin in memory, for tests, `run --ephemeral`, and the simulator.
//
// What it keeps is a MemoryDisk, a plain value that outlives it: open another MemoryLedger on the same disk
// and it goes on from there. Whoever wants to lose power keeps a copy of the value. It is never fenced, never
// full and never fails: those are the simulator's own affair. Threads: one at a time.
#pragma once

#include <map>
#include <memory>

#include "ledger/ledger.h"

namespace holdfast::ledger {

struct MemoryDisk {
  std::optional<Identity> identity;  // nothing: never opened
  std::map<SliceKey, Slice> slices;
  std::map<Position, JournalBatch> batches;  // by their first position
  Position last;
  Position checkpoint_began;
  bool operator==(const MemoryDisk&) const = default;
};

class MemoryLedger final : public Ledger {
 public:
  // `drawn` is the identity of a new ledger; of an old one its cluster and region must be the same.
  [[nodiscard]] static Result<OpenLedger, Error> open(std::shared_ptr<MemoryDisk> disk,
                                                      const Identity& drawn);

  [[nodiscard]] Result<void, Error> load(const LoadSink& sink) override;
  [[nodiscard]] Result<Appended, Error> append(const Append& what) override;
  [[nodiscard]] Result<std::optional<JournalBatch>, Error> read(Position at) override;
  [[nodiscard]] Result<bool, Error> regain_room() override { return true; }
  [[nodiscard]] Result<Sizes, Error> sizes() override;
  [[nodiscard]] Result<void, Error> close() override { return {}; }

 private:
  explicit MemoryLedger(std::shared_ptr<MemoryDisk> disk) : disk_(std::move(disk)) {}
  void put(const Slice& slice);
  void forget_before(Position end);

  std::shared_ptr<MemoryDisk> disk_;
};

}  // namespace holdfast::ledger
