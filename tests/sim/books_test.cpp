// What a disk's records say among themselves.
#include "sim/check/books.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "support/encode_records.h"

namespace holdfast::sim {
namespace {

// Ten cups came in, and a basket took five of them.
struct BooksTest : testing::Test {
  BooksTest() {
    Record& delivery = records.emplace_back();
    delivery.new_skus.push_back({SkuId(0), "cup"});
    RowChange& came = delivery.rows.emplace_back();
    came.sku = SkuId(0);
    came.received = Units(10);
    came.version = Version(1);
    delivery.body = record::StockAdjusted{};
    Record& basket = records.emplace_back();
    RowChange& taken = basket.rows.emplace_back();
    taken.sku = SkuId(0);
    taken.reserved = Units(5);
    auto& made = basket.body.emplace<record::ReservationChanged>().after;
    made.id = "basket";
    made.lines.push_back({SkuId(0), Units(5), no_units});
  }

  [[nodiscard]] std::vector<std::string> faults() const {
    ledger::JournalBatch batch;
    batch.first = Position(1);
    batch.count = static_cast<std::uint32_t>(records.size());
    wire::encode_records(records, batch.bytes);
    ledger::MemoryDisk disk;
    disk.batches.emplace(batch.first, batch);
    return Books({"eu", {1, 1}}, disk).faults();
  }

  std::vector<Record> records;
};

TEST_F(BooksTest, AreSoundWhereTheRowSaysWhatTheBasketHolds) { EXPECT_THAT(faults(), testing::IsEmpty()); }

TEST_F(BooksTest, ABasketThatHoldsMoreThanIsReservedIsAFault) {
  records[1].rows[0].reserved = Units(3);
  EXPECT_THAT(faults(),
              testing::ElementsAre(testing::HasSubstr("cup: 3 are reserved, and pending baskets hold 5")));
}

}  // namespace
}  // namespace holdfast::sim
