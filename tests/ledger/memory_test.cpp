#include "ledger/contract.h"
#include "ledger/memory_ledger.h"

namespace holdfast::ledger {
namespace {

class MemoryWorld final : public LedgerWorld {
 public:
  Result<OpenLedger, Error> open(const Identity& identity) override {
    return MemoryLedger::open(disk_, identity);
  }

 private:
  std::shared_ptr<MemoryDisk> disk_ = std::make_shared<MemoryDisk>();
};

std::unique_ptr<LedgerWorld> make_world() { return std::make_unique<MemoryWorld>(); }

INSTANTIATE_TEST_SUITE_P(Memory, LedgerContract, testing::Values(make_world));

TEST(MemoryLedger, GoesBackToAnOlderDiskThatSomebodyKept) {
  const auto disk = std::make_shared<MemoryDisk>();
  auto open = MemoryLedger::open(disk, some_identity());
  append_records(*open->ledger, 1, 2);
  const MemoryDisk kept = *disk;
  append_records(*open->ledger, 3, 2);
  *disk = kept;
  EXPECT_EQ(MemoryLedger::open(disk, some_identity())->opened.last, Position(2));
}

}  // namespace
}  // namespace holdfast::ledger
