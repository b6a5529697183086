// Moving in and comparing, against a daemon: planned, brought in once however often it is killed, and each
// difference found and named.
#include <gmock/gmock.h>

#include <functional>
#include <thread>
#include <utility>

#include "store/follow_until_idle.h"
#include "store/follower.h"
#include "store/move_in.h"
#include "store/shadow.h"
#include "store/store_file.h"
#include "store/verify.h"
#include "support/ephemeral_daemon.h"

namespace holdfast::store {
namespace {

using testing::Contains;
using testing::HasSubstr;
using testing::IsEmpty;

// Ten products of 20 units; of each 3 sold and 2 in baskets.
std::string a_shop() {
  std::string sql = full_tables + "insert into customer values ('c_1');";
  for (int i = 1; i <= 10; ++i) {
    const std::string product = std::to_string(i);
    sql += "insert into product values (" + product + ", 'sku-" + product + "', 20);";
    for (int j = 0; j < 5; ++j)
      sql += "insert into customer_product (customer_id, product_id, status, quantity) values ('c_1', " +
             product + ", '" + (j < 3 ? "Purchased" : "Pending") + "', 1);";
  }
  return sql;
}

class StoreMove : public testing::Test {
 protected:
  StoreMove() : daemon_(), shop_(a_shop()) { regions_.emplace_back("eu", "http://" + daemon_.http()); }

  Result<Moved, std::string> move() {
    return move_in(shop_.store(), schema_, regions_.front(), {.now_seconds = now_});
  }
  void follow() { follow_until_idle(shop_.url(), regions_.front().endpoint(), schema_); }
  std::vector<std::string> differences() {
    const auto verified = verify(shop_.store(), schema_, regions_);
    if (!verified) return {verified.error()};
    std::vector<std::string> told;
    for (const Difference& one : verified->differences)
      told.push_back(std::string(name(one.kind)) + ": " + one.subject + ": " + one.detail);
    return told;
  }
  e2e::Shop daemon() { return daemon_.shop(); }

  e2e::EphemeralDaemon daemon_;
  StoreFile shop_;
  Schema schema_ = full_schema();
  std::vector<Region> regions_;
  std::int64_t now_ = 1'000'000;
};

TEST_F(StoreMove, a_plan_counts_and_says_what_does_not_add_up) {
  const auto sound = plan_move(shop_.store(), schema_);
  ASSERT_TRUE(sound) << told(sound.error());
  EXPECT_EQ(sound->products, 10);
  EXPECT_EQ(sound->stock, 170);
  EXPECT_EQ(sound->statuses.size(), 2u);
  EXPECT_THAT(sound->findings, IsEmpty());
  shop_.execute(
      "pragma foreign_keys = off;"
      "insert into product values (11, null, 5), (12, 'none', -1), (13, 'few', 1);"
      "insert into customer_product (customer_id, product_id, status, quantity) values "
      "(null, 13, 'Pending', 2), (null, 1, 'Lost', 1);");
  const auto plan = plan_move(shop_.store(), schema_);
  ASSERT_TRUE(plan) << told(plan.error());
  std::vector<std::string> found;
  for (const Finding& finding : plan->findings) found.push_back(finding.what + ": " + finding.examples.at(0));
  EXPECT_THAT(found, testing::UnorderedElementsAre("products without a SKU: 11",
                                                   "rows of another status than is configured: Lost",
                                                   "products with a negative inventory: none",
                                                   "products of which more is sold than there was: few"));
}

std::vector<std::string> findings(StoreDatabase& store, const Schema& schema) {
  const auto plan = plan_move(store, schema);
  if (!plan) return {told(plan.error())};
  std::vector<std::string> found;
  for (const Finding& finding : plan->findings) found.push_back(finding.what + ": " + finding.examples.at(0));
  return found;
}

TEST_F(StoreMove, a_plan_names_what_the_daemon_would_refuse) {
  shop_.execute(
      "insert into customer values (hex(zeroblob(70)));"
      "insert into product values (11, ' lead', 5), (12, 'tab' || char(9), 5), (13, 'huge', 3000000000), "
      "(14, 'half', 2.5);"
      "insert into customer_product (customer_id, product_id, status, quantity) values "
      "(hex(zeroblob(70)), 1, 'Pending', 1), (null, 13, 'Pending', 2000000000), (null, 1, 'Purchased', 1.5);");
  EXPECT_THAT(
      findings(shop_.store(), schema_),
      testing::UnorderedElementsAre(
          "SKUs of more than 64 characters, with control characters, or with a space at an end:  lead",
          HasSubstr("customers of open rows with more than 128 characters"),
          "products whose inventory is no whole number: half",
          "products of more units than Holdfast takes at once: huge",
          "rows of more units than Holdfast takes at once: 52", "rows of no whole number of units: 53"));
}

TEST_F(StoreMove, a_plan_names_what_a_follower_could_not_write) {
  shop_.execute("alter table customer_product add column price integer not null default 1;");
  EXPECT_THAT(findings(shop_.store(), schema_), IsEmpty());
  shop_.execute(
      "create table bare (id text, customer_id text, product_id integer, status text, quantity integer, "
      "price integer not null);"
      "insert into bare values ('a-1', 'c_1', 1, 'Pending', 1, 5);");
  schema_.row.table = "bare";
  EXPECT_THAT(findings(shop_.store(), schema_),
              testing::ElementsAre(HasSubstr("no such column: r.reservation")));
  schema_.row.reservation.clear();
  EXPECT_THAT(findings(shop_.store(), schema_),
              testing::UnorderedElementsAre(
                  "rows whose id is no whole number, and there is no reservation column: a-1",
                  "columns of bare that must be given and have no default: price"));
}

// SQLite takes any text for a number.
TEST_F(StoreMove, what_is_no_number_ends_nothing) {
  shop_.execute(
      "update product set inventory = 'many' where id = 1; update product set inventory = 20.5 where id = 2;"
      "update customer_product set quantity = 'two' where id = 14;");
  EXPECT_THAT(findings(shop_.store(), schema_), Contains("rows of no whole number of units: 14"));
  const auto moved = move();
  ASSERT_TRUE(moved) << moved.error();
  EXPECT_EQ(moved->refused.at("validation_failed"), 2);  // a product of 17.5, a row
  Shadow shadow(shop_.store(), schema_, regions_.front(), 600);
  ASSERT_TRUE(shadow.begin());
  EXPECT_TRUE(shadow.look(now_, [](const Otherwise&) {}));
  EXPECT_THAT(differences(), Contains(HasSubstr("product unknown there: sku-1")));
}

TEST_F(StoreMove, a_daemon_of_another_region_than_it_is_called_is_asked_for_nothing) {
  regions_.clear();
  regions_.emplace_back("us", "http://" + daemon_.http());
  const auto moved = move();
  ASSERT_FALSE(moved);
  EXPECT_THAT(moved.error(), HasSubstr(" is region eu, not us"));
  EXPECT_THAT(differences(), testing::ElementsAre(HasSubstr(" is region eu, not us")));
  EXPECT_EQ(daemon().sku("sku-1").status, 404);
}

TEST_F(StoreMove, comparing_makes_no_tables) {
  EXPECT_THAT(differences(), testing::ElementsAre(HasSubstr("nothing was moved in or followed yet")));
  EXPECT_EQ(shop_.ask("select count(*) from sqlite_master where name like 'holdfast%'"), "0");
}

TEST_F(StoreMove, stock_becomes_rights_and_open_rows_reservations_once) {
  for (int i = 0; i < 3; ++i) {
    const auto moved = move();
    ASSERT_TRUE(moved) << moved.error();
    EXPECT_EQ(moved->products, 10);
    EXPECT_EQ(moved->units, 170);
    EXPECT_EQ(moved->rows, 20);
    EXPECT_THAT(moved->refused, IsEmpty());
  }
  EXPECT_EQ(daemon().sku("sku-3").at("available_here"), "15");
  EXPECT_EQ(daemon().sku("sku-3").at("reserved_here"), "2");
  EXPECT_EQ(daemon().reservation("store-4").at("customer"), "c_1");
  follow();
  EXPECT_THAT(differences(), IsEmpty());
  EXPECT_EQ(shop_.ask("select status, count(*), sum(quantity) from customer_product group by 1"),
            "Pending|20|20\nPurchased|30|30");
  EXPECT_EQ(shop_.ask("select distinct inventory from product"), "20");
}

TEST_F(StoreMove, a_move_that_was_cut_off_before_it_noted_the_answers_asks_again_and_is_told_the_same) {
  ASSERT_TRUE(move());
  shop_.execute(
      "update holdfast_moved_product set state = 'open'; update holdfast_moved_row set state = 'open';");
  ASSERT_EQ(daemon().purchase("store-4").status, 200);
  ASSERT_EQ(daemon().release("store-5").status, 200);
  const auto moved = move();
  ASSERT_TRUE(moved) << moved.error();
  EXPECT_EQ(moved->units, 170);
  EXPECT_EQ(moved->rows, 20);
  follow();
  EXPECT_THAT(differences(), IsEmpty());
  EXPECT_EQ(shop_.ask("select id, status from customer_product where id in (4, 5)"), "4|Purchased");
}

// As where a trial's daemon is thrown away, and a new one made.
TEST_F(StoreMove, a_store_that_was_moved_into_one_daemon_is_not_moved_into_another) {
  ASSERT_TRUE(move());
  const e2e::EphemeralDaemon other;
  regions_.clear();
  regions_.emplace_back("eu", "http://" + other.http());
  const auto moved = move();
  ASSERT_FALSE(moved);
  EXPECT_THAT(moved.error(), HasSubstr("moved into another daemon"));
  Shadow shadow(shop_.store(), schema_, regions_.front(), 600);
  const auto begun = shadow.begin();
  ASSERT_FALSE(begun);
  EXPECT_THAT(begun.error(), HasSubstr("moved into another daemon"));
  EXPECT_EQ(other.shop().sku("sku-1").status, 404);
}

// As where a trial's store is thrown away, or set back to before it moved in.
TEST_F(StoreMove, a_store_whose_daemon_has_its_stock_from_another_move_is_told_so_and_brings_nothing_in) {
  StoreFile before(a_shop());
  ASSERT_TRUE(move());
  ASSERT_EQ(daemon().purchase("store-4").status, 200);
  for (const bool was_followed_from_now_on : {false, true}) {
    if (was_followed_from_now_on) {
      ASSERT_TRUE(make_own_tables(before.store()));
      ASSERT_TRUE(
          Writer::open(before.store(), schema_, "eu", "eu")->skip_to(*regions_.front().newest_cursor()));
    }
    const auto moved = move_in(before.store(), schema_, regions_.front(), {.now_seconds = now_});
    ASSERT_FALSE(moved);
    EXPECT_THAT(moved.error(), HasSubstr("eu has had stock of products of this store, as sku-1, and"));
    EXPECT_EQ(before.ask("select count(*) from holdfast_moved_product"), "0");
    EXPECT_EQ(before.ask("select count(reservation) from customer_product"), "0");
  }
  EXPECT_EQ(daemon().sku("sku-3").at("available_here"), "15");
}

TEST_F(StoreMove, a_daemon_that_sells_other_products_already_takes_those_of_a_store) {
  ASSERT_EQ(daemon().adjust("sku-11", 5).status, 201);
  const auto moved = move();
  ASSERT_TRUE(moved) << moved.error();
  EXPECT_EQ(moved->products, 10);
}

TEST_F(StoreMove, a_move_whose_home_is_not_known_is_not_taken_up_by_another_region) {
  ASSERT_TRUE(move());
  shop_.execute("delete from holdfast_home;");
  const e2e::EphemeralDaemon other({}, "us");
  regions_.clear();
  regions_.emplace_back("us", "http://" + other.http());
  const auto moved = move();
  ASSERT_FALSE(moved);
  EXPECT_THAT(moved.error(), HasSubstr("moved in already, and not into us"));
  EXPECT_EQ(shop_.ask("select count(*) from holdfast_home"), "0");
  EXPECT_EQ(other.shop().sku("sku-1").status, 404);
}

TEST_F(StoreMove, the_stock_of_a_store_that_is_followed_already_does_not_come_in_again) {
  ASSERT_EQ(daemon().adjust("sku-1", 100).status, 201);
  follow();
  const auto moved = move();
  ASSERT_FALSE(moved);
  EXPECT_THAT(moved.error(), HasSubstr("is followed already"));
  EXPECT_EQ(daemon().sku("sku-1").at("available_here"), "100");
}

TEST_F(StoreMove, one_that_lay_open_for_a_day_is_not_taken_up_again) {
  ASSERT_TRUE(move());
  shop_.execute("update holdfast_moved_product set state = 'open' where product_id = '3';");
  now_ += 86'400;
  const auto late = move();
  ASSERT_FALSE(late);
  EXPECT_THAT(late.error(), HasSubstr("longer than a day"));
}

TEST_F(StoreMove, a_product_whose_inventory_was_never_set_has_none_and_is_no_hindrance) {
  shop_.execute(
      "create table goods (id integer primary key, sku text unique, inventory integer);"
      "insert into goods select * from product; insert into goods values (11, 'unset', null);"
      "insert into product values (11, 'unset', 0);");
  schema_.product.table = "goods";
  EXPECT_THAT(findings(shop_.store(), schema_), IsEmpty());
  const auto moved = move();
  ASSERT_TRUE(moved) << moved.error();
  EXPECT_THAT(moved->refused, IsEmpty());
  EXPECT_EQ(moved->products, 11);
  ASSERT_EQ(daemon().adjust("unset", 5).status, 201);
  follow();
  EXPECT_EQ(shop_.ask("select inventory from goods where id = 11"), "5");
  EXPECT_THAT(differences(), IsEmpty());
  shop_.execute("insert into customer_product values (900, null, 11, 'Purchased', 6, null);");
  EXPECT_THAT(findings(shop_.store(), schema_),
              testing::ElementsAre("products of which more is sold than there was: unset"));
}

TEST_F(StoreMove, what_the_daemon_refuses_is_told_and_the_rest_comes_in) {
  shop_.execute(
      "update product set inventory = 4 where id = 7; update product set inventory = -1 where id = 8;");
  const auto moved = move();
  ASSERT_TRUE(moved) << moved.error();
  EXPECT_EQ(moved->products, 9);
  EXPECT_EQ(moved->rows, 17);
  EXPECT_EQ(moved->refused.at("negative_stock"), 1);
  EXPECT_EQ(moved->refused.size(), 3u);  // sku_unknown of two rows, all_reserved of one
}

TEST_F(StoreMove, an_inventory_that_is_what_is_left_comes_in_as_it_is) {
  schema_.product.means = InventoryMeans::left;
  const auto moved = move();
  ASSERT_TRUE(moved) << moved.error();
  EXPECT_EQ(moved->units, 200);
  ASSERT_EQ(daemon().purchase("store-4").status, 200);
  ASSERT_EQ(daemon().adjust("sku-2", 5).status, 201);
  follow();
  EXPECT_EQ(shop_.ask("select inventory from product where id <= 2"), "19\n25");
  EXPECT_THAT(differences(), IsEmpty());
}

TEST_F(StoreMove, what_the_back_office_adjusts_by_sql_is_passed_on_once_and_comes_back_as_stock) {
  ASSERT_TRUE(move());
  shop_.execute(
      "insert into holdfast_adjustment (id, region, sku, delta, reason) values "
      "('d-1', 'eu', 'sku-1', 7, 'delivery'), ('d-2', 'eu', 'sku-2', -100, 'broken'), "
      "('d-3', 'us', 'sku-1', 5, 'of another region');");
  follow();
  shop_.execute(
      "update holdfast_adjustment set state = 'open' where id = 'd-1';");  // as if killed before it was noted
  follow();
  EXPECT_EQ(shop_.ask("select id, state from holdfast_adjustment"), "d-1|done\nd-2|not_enough\nd-3|open");
  EXPECT_EQ(daemon().sku("sku-1").at("available_here"), "22");
  EXPECT_EQ(shop_.ask("select inventory from product where id = 1"), "27");
  EXPECT_THAT(differences(), testing::ElementsAre(
                                 "position behind: us: 1 rows of holdfast_adjustment wait for it, and it was "
                                 "never followed"));
  shop_.execute("update holdfast_adjustment set state = 'open', asked_at = 1 where id = 'd-1';");
  follow();
  EXPECT_EQ(shop_.ask("select state from holdfast_adjustment where id = 'd-1'"), "late");
}

TEST_F(StoreMove, an_adjustment_that_is_too_long_or_no_text_is_refused_and_the_next_is_made) {
  ASSERT_TRUE(move());
  ASSERT_TRUE(shop_.store().apply(
      {{.sql = "insert into holdfast_adjustment (id, region, sku, delta, reason) values "
               "('d-1', 'eu', 'sku-1', 1, $1), ('d-2', 'eu', $1, 1, 'x'), ($1, 'eu', 'sku-1', 1, 'x'), "
               "('d-3', 'eu', 'sku-1', 1, $2), ('d-4', 'eu', 'sku-1', 1, 'delivery')",
        .values = {std::string(6 << 20, 'x'), std::string("\xff\xfe")}}}));
  follow();
  EXPECT_EQ(
      shop_.ask("select substr(id, 1, 3), state from holdfast_adjustment order by id"),
      "d-1|validation_failed\nd-2|validation_failed\nd-3|validation_failed\nd-4|done\nxxx|validation_failed");
}

// SQLite takes any text for a number.
TEST_F(StoreMove, an_adjustment_by_no_number_is_refused_and_the_next_is_made) {
  ASSERT_TRUE(move());
  shop_.execute(
      "insert into holdfast_adjustment (id, region, sku, delta, reason) values "
      "('d-1', 'eu', 'sku-1', 'ten', 'typed'), ('d-2', 'eu', 'sku-1', 7, 'delivery');");
  follow();
  EXPECT_EQ(shop_.ask("select id, state from holdfast_adjustment"), "d-1|validation_failed\nd-2|done");
}

TEST_F(StoreMove, without_columns_for_them_rows_are_units_and_our_own_table_says_whose) {
  schema_.row.quantity.clear();
  schema_.row.reservation.clear();
  shop_.execute(
      "create table plain as select id, customer_id, product_id, status from customer_product;"
      "drop table customer_product;"
      "create table customer_product (id integer primary key, customer_id text, product_id integer, "
      "status text);"
      "insert into customer_product select * from plain;");
  ASSERT_TRUE(move());
  ASSERT_EQ(daemon().reserve("cart-1", "sku-1", 4).status, 201);
  ASSERT_EQ(daemon().purchase("store-4").status, 200);
  follow();
  EXPECT_THAT(differences(), IsEmpty());
  EXPECT_EQ(shop_.ask("select status, count(*) from customer_product where product_id = 1 group by 1"),
            "Pending|5\nPurchased|4");
}

class StoreDifferences : public StoreMove {
 protected:
  void SetUp() override {
    ASSERT_TRUE(move());
    for (const auto* id : {"gone", "status", "fewer", "other", "released"})
      ASSERT_EQ(daemon().reserve(id, "sku-1", 3).status, 201);
    ASSERT_EQ(daemon().purchase("other").status, 200);
    ASSERT_EQ(daemon().release("released").status, 200);
    follow();
    ASSERT_THAT(differences(), IsEmpty());
  }
};

TEST_F(StoreDifferences, each_that_was_planted_is_found_and_named) {
  shop_.execute(
      "delete from customer_product where reservation = 'gone';"
      "insert into customer_product values (901, 'c_1', 2, 'Purchased', 1, null);"
      "insert into customer_product values (902, 'c_1', 3, 'Pending', 1, 'never');"
      "insert into customer_product values (903, 'c_1', 4, 'Purchased', 1, 'forgotten');"
      "update customer_product set status = 'Purchased' where reservation = 'status';"
      "update customer_product set quantity = 2 where reservation = 'fewer';"
      "update customer_product set product_id = 6 where reservation = 'other';"
      "insert into customer_product values (904, 'c_1', 1, 'Pending', 3, 'released');"
      "update product set inventory = 21 where sku = 'sku-5';"
      "update product set sku = 'fork' where sku = 'sku-7';");
  const auto told = differences();
  for (const auto* difference :
       {"missing row: gone: 3 of sku-1 Pending", "extra row: row 901: Purchased",
        "extra row: never: 1 of sku-3", "sold units: sku-4: 4 purchased by the rows, 3 by the regions",
        "extra row: forgotten: of sku-4",
        "wrong status: status: 3 of sku-1 Purchased, should be 3 of sku-1 Pending",
        "wrong quantity: fewer: 2 of sku-1 Pending, should be 3 of sku-1 Pending",
        "wrong product: other: 3 of sku-6 Purchased, should be 3 of sku-1 Purchased",
        "row of an ended reservation: released: 3 of sku-1 Pending",
        "stock column: sku-5: 21, should be 20 by what the regions hold", "product unknown here: sku-7",
        "product unknown there: fork"})
    EXPECT_THAT(told, Contains(HasSubstr(difference)));
}

TEST_F(StoreDifferences, what_a_follower_has_yet_to_write_is_told_as_that_and_as_nothing_else) {
  ASSERT_EQ(daemon().reserve("cart-9", "sku-2", 1).status, 201);
  ASSERT_EQ(daemon().adjust("spoon", 1).status, 201);
  EXPECT_THAT(differences(), testing::ElementsAre(HasSubstr("position behind: eu: 2 events")));
}

// The store, and what happens just before its rows are read.
class Meanwhile : public StoreDatabase {
 public:
  Meanwhile(StoreDatabase& store, std::function<void()> happens)
      : store_(store), happens_(std::move(happens)) {}
  Result<void, Trouble> apply(const std::vector<Statement>& statements, Durability durability) override {
    return store_.apply(statements, durability);
  }
  Result<Rows, Trouble> read(const Statement& statement) override {
    if (statement.sql.contains("from \"customer_product\" r left join"))
      if (const auto once = std::exchange(happens_, {})) once();
    return store_.read(statement);
  }
  [[nodiscard]] Dialect dialect() const override { return store_.dialect(); }

 private:
  StoreDatabase& store_;
  std::function<void()> happens_;
};

TEST_F(StoreDifferences, none_is_a_row_that_is_written_between_reading_reservations_and_rows) {
  bool has_happened = false;
  Meanwhile store(shop_.store(), [&] {
    EXPECT_EQ(daemon().reserve("cart-9", "sku-2", 1).status, 201);
    EXPECT_EQ(daemon().purchase("status").status, 200);
    follow();
    has_happened = true;
  });
  const auto verified = verify(store, schema_, regions_);
  ASSERT_TRUE(verified) << verified.error();
  EXPECT_TRUE(has_happened);
  for (const Difference& one : verified->differences) ADD_FAILURE() << one.subject << ": " << one.detail;
}

// Sales all the while, and a follower that writes them.
TEST_F(StoreDifferences, none_is_what_happens_while_they_are_looked_for) {
  std::atomic<bool> stop = false;
  const auto say = [](const std::string& line) { std::printf("%s\n", line.c_str()); };
  Follower follower(
      {.store = shop_.url(), .region = "eu", .endpoint = regions_.front().endpoint(), .home = "eu"}, schema_,
      say);
  ASSERT_EQ(daemon().adjust("sku-1", 100'000).status, 201);
  std::jthread following([&] { EXPECT_TRUE(follower.run(stop)); });
  std::jthread selling([&] {
    e2e::Shop shop = daemon();
    for (int i = 0; !stop; ++i) {
      EXPECT_EQ(shop.reserve("live-" + std::to_string(i), "sku-1", 1).status, 201);
      EXPECT_EQ(shop.purchase("live-" + std::to_string(i)).status, 200);
      std::this_thread::sleep_for(std::chrono::milliseconds(20));
    }
  });
  std::this_thread::sleep_for(std::chrono::seconds(1));
  for (int i = 0; i < 10; ++i) {
    const auto began = std::chrono::steady_clock::now();
    EXPECT_THAT(differences(), IsEmpty());
    EXPECT_LT(std::chrono::steady_clock::now() - began, std::chrono::seconds(10));
  }
  stop = true;
}

TEST_F(StoreDifferences, what_was_set_aside_is_told_with_its_state) {
  ASSERT_EQ(daemon().reserve("cart-9", "sku-2", 1, R"("customer":"nobody")").status, 201);
  follow();
  EXPECT_THAT(differences(),
              testing::ElementsAre(HasSubstr("set aside: cart-9: reservation.pending could not be written")));
}

}  // namespace
}  // namespace holdfast::store
