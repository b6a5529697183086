// What ends the process, in every build: a record that would sell what is not there.
#include "core/invariants.h"

#include <gtest/gtest.h>

#include "support/shop.h"

namespace holdfast::test {
namespace {

// Four units of one SKU.
class InvariantsDeath : public testing::Test {
 protected:
  InvariantsDeath() {
    Record stocked;
    stocked.new_skus.push_back({SkuId(0), "cup"});
    RowChange received;
    received.received = Units(4);
    received.version = Version(1);
    stocked.rows.push_back(received);
    stocked.body = record::StockAdjusted{SkuId(0), Units(4), "delivery", Units(4), false, {}};
    apply(stocked);
  }

  void apply(const Record& record) {
    state_.apply(record);
    check_changed(state_, record);
  }
  void apply(const RowChange& change) {
    Record record;
    record.rows.push_back(change);
    record.body = record::GaugesSet{};
    apply(record);
  }

  State state_{config_of("eu").own, 7};
};

TEST_F(InvariantsDeath, more_reserved_than_there_are_rights_ends_the_process) {
  RowChange change;
  change.reserved = Units(5);
  EXPECT_DEATH(apply(change), "rights");
  change.reserved = Units(4);
  apply(change);
}

TEST_F(InvariantsDeath, less_than_nothing_reserved_ends_the_process) {
  RowChange change;
  change.reserved = Units(-1);
  EXPECT_DEATH(apply(change), "reserved");
}

TEST_F(InvariantsDeath, more_purchased_than_there_is_ends_the_process) {
  RowChange change;
  change.purchased = Units(5);
  change.version = Version(2);
  EXPECT_DEATH(apply(change), "rights");
}

}  // namespace
}  // namespace holdfast::test
