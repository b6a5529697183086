// What every ledger must do, whatever stands behind the port: INSTANTIATE_TEST_SUITE_P(Name, LedgerContract,
// testing::Values(make_world)). Also the small helpers that all tests of ledgers share.
#pragma once

#include <gtest/gtest.h>

#include <memory>

#include "ledger/ledger.h"

namespace holdfast::ledger {

// Where ledgers live: each open() finds what the last one left.
class LedgerWorld {
 public:
  virtual ~LedgerWorld() = default;
  [[nodiscard]] virtual Result<OpenLedger, Error> open(const Identity& identity) = 0;
};

using MakeWorld = std::unique_ptr<LedgerWorld> (*)();

class LedgerContract : public testing::TestWithParam<MakeWorld> {
 protected:
  // Ends the ledger that is open, without close(), and opens it again.
  void reopen();

  std::unique_ptr<LedgerWorld> world_ = GetParam()();
  Opened opened_;
  std::unique_ptr<Ledger> ledger_;
};

// Everything that load() hands over.
struct Loaded {
  std::vector<Slice> slices;
  std::vector<JournalBatch> batches;
  bool operator==(const Loaded&) const = default;
};

[[nodiscard]] Identity some_identity();
[[nodiscard]] Bytes some_bytes(std::string_view text);
[[nodiscard]] JournalBatch batch_at(std::uint64_t first, std::uint32_t count, std::string_view text);
[[nodiscard]] Slice slice_of(std::uint16_t kind, std::uint64_t number, std::uint64_t includes,
                             std::string_view text);
[[nodiscard]] Append only(JournalBatch batch);
[[nodiscard]] Result<Loaded, Error> load_all(Ledger& ledger);

// Appends `count` batches of one record each, beginning at `first`; each says its position.
void append_records(Ledger& ledger, std::uint64_t first, std::uint64_t count);

}  // namespace holdfast::ledger
