// Columns of the shop's own for what is available: here and everywhere, as the daemon says it.
#include "store/numbers.h"

#include <gtest/gtest.h>

#include "store/store_file.h"
#include "support/ephemeral_daemon.h"

namespace holdfast::store {
namespace {

class StoreNumbers : public testing::Test {
 protected:
  StoreNumbers() : shop_(full_tables + some_products), region_("eu", "http://" + daemon_.http()) {
    shop_.execute(
        "alter table product add column here integer; alter table product add column everywhere integer;");
    schema_.product.available_here = "here";
    schema_.product.available_everywhere = "everywhere";
  }
  std::string columns() { return shop_.ask("select sku, here, everywhere from product order by sku"); }
  std::size_t turn() {
    const auto done = numbers_.turn(shop_.store(), region_);
    EXPECT_TRUE(done) << told(done.error());
    return done ? *done : 0;
  }

  e2e::EphemeralDaemon daemon_;
  StoreFile shop_;
  Region region_;
  Schema schema_ = full_schema();
  Numbers numbers_{schema_};
};

TEST_F(StoreNumbers, are_written_where_they_are_others_than_last_time) {
  ASSERT_EQ(daemon_.shop().adjust("cup", 10).status, 201);
  ASSERT_EQ(daemon_.shop().adjust("plate", 5).status, 201);
  EXPECT_EQ(turn(), 2u);
  EXPECT_EQ(columns(), "cup|10|10\nplate|5|5");
  EXPECT_EQ(turn(), 0u);
  ASSERT_EQ(daemon_.shop().reserve("cart-1", "cup", 4).status, 201);
  EXPECT_EQ(turn(), 1u);
  EXPECT_EQ(columns(), "cup|6|6\nplate|5|5");
}

TEST_F(StoreNumbers, of_what_was_touched_come_first_and_of_one_column_alone_go_into_that) {
  schema_.product.available_everywhere.clear();
  ASSERT_EQ(daemon_.shop().adjust("cup", 10).status, 201);
  numbers_.touch({.cursor = "1", .event = "", .data = "", .at = "", .what = StockAdjusted{"cup", 10, ""}});
  EXPECT_EQ(turn(), 1u);
  EXPECT_EQ(columns(), "cup|10|null\nplate|null|null");
}

}  // namespace
}  // namespace holdfast::store
