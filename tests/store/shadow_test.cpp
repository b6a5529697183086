// The shadow: a shop that goes on deciding in its own tables is told where Holdfast would have decided
// otherwise, row by row; and then the switch.
#include <gmock/gmock.h>

#include "store/follow_until_idle.h"
#include "store/move_in.h"
#include "store/shadow.h"
#include "store/store_file.h"
#include "store/verify.h"
#include "support/ephemeral_daemon.h"

namespace holdfast::store {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

class StoreShadow : public testing::Test {
 protected:
  StoreShadow() : daemon_(), shop_(full_tables + some_products) {
    regions_.emplace_back("eu", "http://" + daemon_.http());
    shop_.execute(
        "update product set inventory = 10 where sku = 'cup';"
        "insert into customer_product values (1, 'c_1', 1, 'Purchased', 3, null), (2, 'c_2', 1, 'Pending', 2, "
        "null);");
  }
  void begin() {
    ASSERT_TRUE(move_in(shop_.store(), schema_, regions_.front(), {.now_seconds = now_}));
    shadow_.emplace(shop_.store(), schema_, regions_.front(), 600);
    const auto begun = shadow_->begin();
    ASSERT_TRUE(begun) << begun.error();
  }
  // What is said of all that changed since.
  std::vector<std::string> look() {
    std::vector<std::string> said;
    while (true) {
      const auto looked = shadow_->look(now_, [&](const Otherwise& one) {
        said.push_back(one.subject + ": " + one.decided + ": " + one.code);
      });
      if (!looked) return {looked.error()};
      if (*looked == 0) return said;
    }
  }
  void kill_before_it_is_noted() {
    ASSERT_TRUE(shop_.store().apply({{.sql = "create trigger killed before insert on holdfast_shadow begin "
                                             "select raise(abort, 'killed'); end"}}));
  }
  std::string reservation(const std::string& id) { return daemon_.shop().state_of(id); }
  std::string cups() { return daemon_.shop().sku("cup").at("available_here"); }

  e2e::EphemeralDaemon daemon_;
  StoreFile shop_;
  Schema schema_ = full_schema();
  std::vector<Region> regions_;
  std::optional<Shadow> shadow_;
  std::int64_t now_ = 1'000'000;
};

TEST_F(StoreShadow, that_was_begun_before_rows_had_lives_goes_on) {
  begin();
  shop_.execute("insert into customer_product values (3, 'c_1', 1, 'Pending', 2, null);");
  EXPECT_THAT(look(), IsEmpty());
  shop_.execute("alter table holdfast_shadow drop column lives;");
  const auto begun = shadow_->begin();
  ASSERT_TRUE(begun) << begun.error();
  shop_.execute("update customer_product set status = 'Purchased' where id = 3;");
  EXPECT_THAT(look(), IsEmpty());
  EXPECT_EQ(reservation("store-3"), "purchased");
}

TEST_F(StoreShadow, is_told_what_the_shop_decides) {
  begin();
  EXPECT_EQ(cups(), "5");
  EXPECT_THAT(look(), IsEmpty());
  shop_.execute(
      "update customer_product set status = 'Purchased' where id = 2;"
      "insert into customer_product values (3, 'c_1', 1, 'Pending', 2, null), (4, null, 2, 'Purchased', 5, null), "
      "(5, 'c_2', 2, 'Pending', 1, null);");
  EXPECT_THAT(look(), IsEmpty());
  EXPECT_EQ(reservation("store-2"), "purchased");
  EXPECT_EQ(reservation("store-3"), "pending");
  EXPECT_EQ(reservation("store-4"), "purchased");
  shop_.execute(
      "update customer_product set quantity = 1 where id = 3; delete from customer_product where id = 5;"
      "update customer_product set status = 'Returned' where id = 4;"
      "update product set inventory = 17 where sku = 'cup';");
  EXPECT_THAT(look(), IsEmpty());
  EXPECT_EQ(reservation("store-5"), "released");
  EXPECT_EQ(daemon_.shop().reservation("store-4").at("lines.0.returned"), "5");
  EXPECT_EQ(cups(), "11");  // 17, less 5 sold and one in a basket
  EXPECT_THAT(look(), IsEmpty()) << "nothing is told twice";
}

TEST_F(StoreShadow, is_told_what_the_shop_decided_between_moving_in_and_its_beginning) {
  shop_.execute(
      "insert into customer_product values (3, 'c_1', 1, 'Pending', 1, null), (4, 'c_1', 1, 'Pending', 1, null), "
      "(5, 'c_1', 1, 'Pending', 1, null);");
  ASSERT_TRUE(move_in(shop_.store(), schema_, regions_.front(), {.now_seconds = now_}));
  shop_.execute(
      "update customer_product set quantity = 1 where id = 2; delete from customer_product where id = 3;"
      "update customer_product set quantity = 2, status = 'Purchased' where id = 4;");
  begin();
  EXPECT_THAT(look(), IsEmpty());
  EXPECT_EQ(daemon_.shop().reservation("store-2").at("lines.0.quantity"), "1");
  EXPECT_EQ(reservation("store-3"), "released");
  EXPECT_EQ(daemon_.shop().reservation("store-4").at("lines.0.quantity"), "2");
  EXPECT_EQ(reservation("store-4"), "purchased");
  EXPECT_EQ(reservation("store-5"), "pending");
  EXPECT_EQ(cups(), "3");
}

TEST_F(StoreShadow, names_the_rows_of_a_shop_that_oversells) {
  begin();
  shop_.execute(
      "insert into customer_product values (7, 'c_1', 1, 'Pending', 4, null), (8, 'c_2', 1, 'Purchased', 4, "
      "null), (9, 'c_2', 1, 'Pending', 1, null);");
  EXPECT_THAT(look(), ElementsAre("row 8: 4 of cup Purchased: all_reserved"));
  shop_.execute("update customer_product set status = 'Purchased' where id = 7;");
  EXPECT_THAT(look(), IsEmpty());
  shop_.execute("insert into customer_product values (10, 'c_2', 1, 'Purchased', 1, null);");
  EXPECT_THAT(look(), ElementsAre("row 10: 1 of cup Purchased: all_reserved"));
  const auto sums = shadow_->sums();
  ASSERT_TRUE(sums);
  EXPECT_EQ(sums->rows, 5);
  EXPECT_EQ(sums->otherwise, 2);
  std::vector<std::string> listed;
  ASSERT_TRUE(shadow_->list([&](const Otherwise& one) { listed.push_back(one.subject); }));
  EXPECT_THAT(listed, ElementsAre("row 10", "row 8"));
}

TEST_F(StoreShadow, says_which_stock_could_not_be_written_off) {
  begin();
  shop_.execute("update product set inventory = 1 where sku = 'cup';");
  EXPECT_THAT(look(), ElementsAre("stock of cup: -9: not_enough"));
}

TEST_F(StoreShadow, asks_again_for_stock_that_was_refused_and_counts_it_until_it_is_taken) {
  begin();
  shop_.execute("insert into customer_product values (3, 'c_1', 1, 'Pending', 4, null);");
  EXPECT_THAT(look(), IsEmpty());
  shop_.execute("update product set inventory = 6 where sku = 'cup';");
  EXPECT_THAT(look(), ElementsAre("stock of cup: -4: all_reserved"));
  EXPECT_THAT(look(), IsEmpty()) << "it is said once";
  EXPECT_EQ(shadow_->sums()->otherwise, 1);
  std::vector<std::string> listed;
  ASSERT_TRUE(shadow_->list([&](const Otherwise& one) { listed.push_back(one.subject); }));
  EXPECT_THAT(listed, ElementsAre("stock of cup"));
  shop_.execute("delete from customer_product where id = 3;");
  EXPECT_THAT(look(), IsEmpty());
  EXPECT_THAT(look(), IsEmpty());
  EXPECT_EQ(cups(), "1");
  EXPECT_EQ(shadow_->sums()->otherwise, 0);
}

TEST_F(StoreShadow, tells_what_comes_back_of_a_sale_and_names_what_it_cannot_tell) {
  begin();
  shop_.execute("insert into customer_product values (3, 'c_1', 2, 'Purchased', 10, null);");
  EXPECT_THAT(look(), IsEmpty());
  for (const auto* left : {"7", "2"}) {
    shop_.execute("update customer_product set quantity = " + std::string(left) + " where id = 3;");
    EXPECT_THAT(look(), IsEmpty());
  }
  EXPECT_EQ(daemon_.shop().reservation("store-3").at("lines.0.returned"), "8");
  shop_.execute("update customer_product set quantity = 30 where id = 3;");
  EXPECT_THAT(look(), ElementsAre("row 3: 30 of plate Purchased: not_told"));
  EXPECT_THAT(look(), IsEmpty());
  EXPECT_EQ(shadow_->sums()->otherwise, 1);
}

TEST_F(StoreShadow, takes_a_row_that_comes_back_for_another_reservation) {
  begin();
  shop_.execute("insert into customer_product values (3, 'c_1', 1, 'Purchased', 2, null);");
  EXPECT_THAT(look(), IsEmpty());
  shop_.execute("update customer_product set status = 'Returned' where id = 3;");
  EXPECT_THAT(look(), IsEmpty());
  EXPECT_EQ(cups(), "5");
  shop_.execute("update customer_product set status = 'Purchased' where id = 3;");
  EXPECT_THAT(look(), IsEmpty());
  EXPECT_EQ(cups(), "3");
  EXPECT_EQ(reservation("store-3-2"), "purchased");
  EXPECT_EQ(shop_.ask("select reservation from customer_product where id = 3"), "store-3-2");
  shop_.execute("update customer_product set status = 'Returned' where id = 3;");
  EXPECT_THAT(look(), IsEmpty());
  EXPECT_EQ(cups(), "5");
}

TEST_F(StoreShadow, takes_a_row_with_the_id_of_one_that_is_gone_for_another) {
  schema_.row.reservation.clear();
  begin();
  for (const auto* customer : {"c_1", "c_2", "c_1"}) {
    shop_.execute("insert into customer_product values (3, '" + std::string(customer) +
                  "', 1, 'Pending', 2, null);");
    EXPECT_THAT(look(), IsEmpty());
    EXPECT_EQ(cups(), "3");
    shop_.execute("delete from customer_product where id = 3;");
    EXPECT_THAT(look(), IsEmpty());
    EXPECT_EQ(cups(), "5");
  }
  EXPECT_EQ(reservation("store-3-3"), "released");
  EXPECT_EQ(shop_.ask("select reservation from holdfast_row where row_id = 3"), "store-3-3");
}

TEST_F(StoreShadow, says_whose_a_row_is_that_took_the_place_of_one_just_like_it) {
  begin();
  const std::string row = "insert into customer_product values (3, 'c_1', 1, 'Pending', 2, null);";
  shop_.execute(row);
  EXPECT_THAT(look(), IsEmpty());
  shop_.execute("delete from customer_product where id = 3;" + row);
  EXPECT_THAT(look(), IsEmpty());
  EXPECT_EQ(shop_.ask("select reservation from customer_product where id = 3"), "store-3");
  ASSERT_EQ(daemon_.shop().release("store-3").status, 200);
  follow_until_idle(shop_.url(), regions_.front().endpoint(), schema_);
  EXPECT_EQ(shop_.ask("select count(*) from customer_product where id = 3"), "0");
}

TEST_F(StoreShadow, tells_what_went_before_what_is_new) {
  begin();
  shop_.execute("insert into customer_product values (3, 'c_1', 1, 'Pending', 5, null);");
  EXPECT_THAT(look(), IsEmpty());
  shop_.execute(
      "delete from customer_product where id = 3;"
      "insert into customer_product values (4, 'c_2', 1, 'Pending', 5, null);");
  EXPECT_THAT(look(), IsEmpty());
  EXPECT_EQ(reservation("store-4"), "pending");
}

TEST_F(StoreShadow, asks_once_more_for_what_was_in_baskets_that_went_in_the_same_moment) {
  constexpr int more_than_are_told_at_once = 501;
  shop_.execute("update product set inventory = 501 where sku = 'plate';");
  begin();
  for (int i = 0; i < more_than_are_told_at_once; ++i)
    shop_.execute("insert into customer_product values (" + std::to_string(1'000 + i) +
                  ", 'c_1', 2, 'Pending', 1, null);");
  EXPECT_THAT(look(), IsEmpty());
  shop_.execute(
      "delete from customer_product where id >= 1000;"
      "insert into customer_product values (4, 'c_2', 2, 'Pending', 501, null);");
  EXPECT_THAT(look(), IsEmpty());
  EXPECT_EQ(reservation("store-4"), "pending");
}

TEST_F(StoreShadow, lets_rows_be_that_a_follower_wrote) {
  begin();
  shop_.execute("insert into customer_product values (4, 'c_2', 1, 'Pending', 2, 'cart-1');");
  EXPECT_THAT(look(), IsEmpty());
  EXPECT_EQ(cups(), "5");
  EXPECT_EQ(shop_.ask("select reservation from customer_product where id = 4"), "cart-1");
}

TEST_F(StoreShadow, asks_again_where_it_was_killed_before_it_was_noted) {
  begin();
  shop_.execute("insert into customer_product values (3, 'c_1', 1, 'Purchased', 2, null);");
  EXPECT_THAT(look(), IsEmpty());
  shop_.execute(
      "delete from holdfast_shadow where row_id = '3';"
      "update customer_product set reservation = null where id = 3;");
  EXPECT_THAT(look(), IsEmpty());
  EXPECT_EQ(cups(), "3");
}

// The row is told, and whoever told it is killed before that is noted; then the shop changes its mind.
TEST_F(StoreShadow, takes_back_what_was_asked_by_one_who_was_killed_before_it_was_noted) {
  begin();
  shop_.execute(
      "insert into customer_product values (3, 'c_1', 1, 'Pending', 2, null), (4, 'c_1', 1, 'Purchased', 1, "
      "null);");
  kill_before_it_is_noted();
  EXPECT_THAT(look(), ElementsAre(testing::HasSubstr("killed")));
  EXPECT_EQ(cups(), "2");
  shop_.execute("drop trigger killed; delete from customer_product where id in (3, 4);");
  shadow_.emplace(shop_.store(), schema_, regions_.front(), 600);
  ASSERT_TRUE(shadow_->begin());
  EXPECT_THAT(look(), IsEmpty());
  EXPECT_EQ(cups(), "5");
  EXPECT_EQ(reservation("store-3"), "released");
  EXPECT_EQ(shop_.ask("select count(*) from holdfast_shadow_asked"), "0");
}

TEST_F(StoreShadow, takes_back_what_was_paid_for_before_the_one_who_told_it_was_killed) {
  begin();
  shop_.execute("update customer_product set status = 'Purchased' where id = 2;");
  kill_before_it_is_noted();
  EXPECT_THAT(look(), ElementsAre(testing::HasSubstr("killed")));
  shop_.execute("drop trigger killed; delete from customer_product where id = 2;");
  EXPECT_THAT(look(), IsEmpty());
  EXPECT_EQ(cups(), "7");
  EXPECT_EQ(daemon_.shop().reservation("store-2").at("lines.0.returned"), "2");
}

// One unit more, and paid for, in the same look: what is asked again meets a basket that is paid for.
TEST_F(StoreShadow, that_a_basket_was_changed_before_it_was_paid_for_is_asked_again_and_no_difference) {
  begin();
  kill_before_it_is_noted();
  shop_.execute("update customer_product set status = 'Purchased', quantity = 3 where id = 2;");
  EXPECT_THAT(look(), ElementsAre(testing::HasSubstr("killed")));
  EXPECT_EQ(reservation("store-2"), "purchased");
  shop_.execute("drop trigger killed;");
  EXPECT_THAT(look(), IsEmpty());
  EXPECT_EQ(daemon_.shop().reservation("store-2").at("lines.0.quantity"), "3");
}

// The change was refused, and the payment not: that is said, whoever was killed.
TEST_F(StoreShadow, that_a_basket_was_not_changed_before_it_was_paid_for_is_said_when_it_is_asked_again) {
  begin();
  kill_before_it_is_noted();
  shop_.execute("update customer_product set status = 'Purchased', quantity = 30 where id = 2;");
  EXPECT_THAT(look(), ElementsAre(testing::HasSubstr("killed")));
  shop_.execute("drop trigger killed;");
  EXPECT_THAT(look(), ElementsAre("row 2: 30 of cup Purchased: already_purchased"));
  EXPECT_EQ(daemon_.shop().reservation("store-2").at("lines.0.quantity"), "2");
}

TEST_F(StoreShadow, ends_where_the_store_is_followed) {
  begin();
  EXPECT_THAT(look(), IsEmpty());
  ASSERT_EQ(daemon_.shop().adjust("cup", 50).status, 201);
  follow_until_idle(shop_.url(), regions_.front().endpoint(), schema_);
  EXPECT_EQ(shop_.ask("select inventory from product where id = 1"), "60");
  EXPECT_THAT(look(), ElementsAre(testing::HasSubstr("is followed by now")));
  const auto again = shadow_->begin();
  ASSERT_FALSE(again);
  EXPECT_THAT(again.error(), testing::HasSubstr("is followed by now"));
  EXPECT_EQ(cups(), "55") << "it came in once";
}

TEST_F(StoreShadow, counts_stock_that_falls_on_sale_as_what_was_sold) {
  schema_.product.means = InventoryMeans::left;
  begin();
  EXPECT_EQ(cups(), "8");
  shop_.execute(
      "insert into customer_product values (3, 'c_1', 1, 'Purchased', 4, null);"
      "update product set inventory = 6 where sku = 'cup';");
  EXPECT_THAT(look(), IsEmpty());
  EXPECT_EQ(cups(), "4");
  shop_.execute("update product set inventory = 16 where sku = 'cup';");
  EXPECT_THAT(look(), IsEmpty());
  EXPECT_EQ(cups(), "14");
}

TEST_F(StoreShadow, is_followed_by_the_switch_and_the_tables_agree) {
  begin();
  shop_.execute(
      "insert into customer_product values (3, 'c_1', 1, 'Pending', 2, null), (4, 'c_2', 2, 'Purchased', 5, "
      "null); update product set inventory = 60 where sku = 'plate';");
  EXPECT_THAT(look(), IsEmpty());
  ASSERT_EQ(daemon_.shop().purchase("store-3").status, 200);
  ASSERT_EQ(daemon_.shop().reserve("cart-1", "plate", 2).status, 201);
  follow_until_idle(shop_.url(), regions_.front().endpoint(), schema_);
  EXPECT_EQ(shop_.ask("select id, status, quantity from customer_product"),
            "1|Purchased|3\n2|Pending|2\n3|Purchased|2\n4|Purchased|5\n5|Pending|2");
  const auto verified = verify(shop_.store(), schema_, regions_);
  ASSERT_TRUE(verified) << verified.error();
  for (const Difference& one : verified->differences) ADD_FAILURE() << one.subject << ": " << one.detail;
}

}  // namespace
}  // namespace holdfast::store
