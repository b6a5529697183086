#include "store/schema.h"

#include <gtest/gtest.h>

namespace holdfast::store {
namespace {

TEST(StoreSchema, what_is_left_out_is_the_storys) {
  const auto schema = read_schema("store.toml", "");
  ASSERT_TRUE(schema);
  EXPECT_EQ(schema->product.table, "product");
  EXPECT_EQ(schema->row.table, "customer_product");
  EXPECT_EQ(schema->row.quantity, "");
}

TEST(StoreSchema, tables_columns_and_words_are_named) {
  const auto schema = read_schema("store.toml", R"(
[product]
table = "shop.artikel"
sku = "nummer"
inventory_means = "left"
[customer_product]
quantity = "menge"
[status]
released = "Storniert"
)");
  ASSERT_TRUE(schema);
  EXPECT_EQ(sql_name(schema->product.table), R"("shop"."artikel")");
  EXPECT_EQ(schema->product.means, InventoryMeans::left);
  EXPECT_EQ(schema->row.quantity, "menge");
  EXPECT_EQ(schema->status.released, "Storniert");
}

TEST(StoreSchema, faults_are_told_with_their_lines) {
  const auto schema =
      read_schema("store.toml", "[product]\ntable = \"\"\ninventory_means = \"half\"\n[row]\n");
  ASSERT_FALSE(schema);
  ASSERT_EQ(schema.error().size(), 3u);
  EXPECT_EQ(schema.error()[0], "store.toml:2: product.table: must not be empty");
}

TEST(StoreSchema, what_is_open_and_what_is_sold_go_by_words_of_their_own) {
  const auto schema = read_schema(
      "store.toml", "[status]\npending = \"P\"\npurchased = \"P\"\nreleased = \"X\"\nexpired = \"X\"\n");
  ASSERT_FALSE(schema);
  EXPECT_EQ(schema.error(),
            std::vector<std::string>{"store.toml:3: status.purchased: must not be the word for pending"});
  EXPECT_FALSE(read_schema("store.toml", "[status]\nreturned = \"Purchased\"\n"));
}

}  // namespace
}  // namespace holdfast::store
