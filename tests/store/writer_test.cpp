// Changes become rows: each once, in order, and what cannot be written is set aside.
#include "store/writer.h"

#include <gmock/gmock.h>

#include <functional>
#include <utility>

#include "store/store_file.h"

namespace holdfast::store {
namespace {

using testing::HasSubstr;

class StoreWriter : public testing::Test {
 protected:
  void open(const std::string& tables, Schema schema) {
    schema_ = std::move(schema);
    shop_.emplace(tables + some_products);
    ASSERT_TRUE(make_own_tables(shop_->store()));
    reopen();
  }
  void reopen() { writer_.emplace(*Writer::open(shop_->store(), schema_, "eu", "eu")); }

  static Change change(const std::string& event, const std::string& id, const std::string& state,
                       const std::string& lines, const std::string& customer = "c_1") {
    static int cursor = 0;
    const std::string ms = std::to_string(1'000 + ++cursor).substr(1);
    return *read_change("cursor-" + ms, event,
                        R"({"at":"2026-11-25T10:00:00.)" + ms + R"(Z","id":")" + id + R"(","state":")" +
                            state + R"(","customer":")" + customer + R"(","lines":[)" + lines + "]}");
  }
  static std::string line(const std::string& sku, int quantity, int returned = 0) {
    return R"({"sku":")" + sku + R"(","quantity":)" + std::to_string(quantity) +
           (returned ? R"(,"returned":)" + std::to_string(returned) : "") + "}";
  }
  static Change pending(const std::string& id, const std::string& lines,
                        const std::string& customer = "c_1") {
    return change("reservation.pending", id, "pending", lines, customer);
  }
  static Change purchased(const std::string& id, const std::string& lines) {
    return change("reservation.purchased", id, "purchased", lines);
  }
  static Change released(const std::string& id, const std::string& lines) {
    return change("reservation.released", id, "released", lines);
  }
  static Change returned(const std::string& id, const std::string& lines) {
    return change("reservation.returned", id, "purchased", lines);
  }
  static Change adjusted(const std::string& sku, int delta, const std::string& reason) {
    static int cursor = 0;
    return *read_change("stock-" + std::to_string(++cursor), "stock.adjusted",
                        R"({"at":"","sku":")" + sku + R"(","delta":)" + std::to_string(delta) +
                            R"(,"reason":")" + reason + R"("})");
  }

  void write(const std::vector<Change>& changes) {
    const auto written = writer_->write(changes);
    ASSERT_TRUE(written) << told(written.error());
  }
  // Where an id was taken again: the day of that alone.
  std::string rows() {
    return shop_->ask(
        schema_.row.quantity.empty()
            ? "select p.sku, status, count(*) from customer_product c join product p "
              "on p.id = product_id group by p.sku, status order by p.sku, status"
            : "select iif(reservation like '%@%', substr(reservation, 1, instr(reservation, '@') + 10), "
              "reservation) as id, p.sku, status, quantity from customer_product c "
              "join product p on p.id = product_id order by c.reservation, p.sku, status");
  }
  std::string inventory() { return shop_->ask("select inventory from product where sku = 'cup'"); }

  Schema schema_;
  std::optional<StoreFile> shop_;
  std::optional<Writer> writer_;
};

TEST_F(StoreWriter, a_reservation_is_a_row_for_each_line_and_keeps_it_when_it_is_purchased) {
  open(full_tables, full_schema());
  write({pending("cart-1", line("cup", 6) + "," + line("plate", 1))});
  EXPECT_EQ(rows(), "cart-1|cup|Pending|6\ncart-1|plate|Pending|1");
  const std::string ids = shop_->ask("select id from customer_product");
  write({purchased("cart-1", line("cup", 6) + "," + line("plate", 1))});
  EXPECT_EQ(rows(), "cart-1|cup|Purchased|6\ncart-1|plate|Purchased|1");
  EXPECT_EQ(shop_->ask("select id from customer_product"), ids);
  EXPECT_EQ(shop_->ask("select distinct customer_id from customer_product"), "c_1");
}

TEST_F(StoreWriter, without_a_quantity_it_is_a_row_for_each_unit_and_our_own_table_knows_whose) {
  open(plain_tables, Schema{});
  write({pending("cart-1", line("cup", 3)), pending("cart-2", line("cup", 2))});
  EXPECT_EQ(rows(), "cup|Pending|5");
  write({purchased("cart-1", line("cup", 3)), released("cart-2", line("cup", 2))});
  EXPECT_EQ(rows(), "cup|Purchased|3");
  EXPECT_EQ(shop_->ask("select reservation, count(*) from holdfast_row group by 1"), "cart-1|3");
  write({returned("cart-1", line("cup", 3, 1))});
  EXPECT_EQ(rows(), "cup|Purchased|2\ncup|Returned|1");
}

TEST_F(StoreWriter, released_and_expired_rows_go_or_get_the_status_that_is_configured) {
  open(full_tables, full_schema());
  write({pending("a", line("cup", 1)), released("a", line("cup", 1)), pending("b", line("cup", 1)),
         change("reservation.expired", "b", "expired", line("cup", 1))});
  EXPECT_EQ(rows(), "");
  schema_.status.expired = "Expired";
  reopen();
  write({pending("c", line("cup", 1)), change("reservation.expired", "c", "expired", line("cup", 1))});
  EXPECT_EQ(rows(), "c|cup|Expired|1");
}

TEST_F(StoreWriter, an_expired_basket_that_is_paid_after_all_has_its_rows_again) {
  open(full_tables, full_schema());
  write({pending("a", line("cup", 2)), change("reservation.expired", "a", "expired", line("cup", 2)),
         purchased("a", line("cup", 2))});
  EXPECT_EQ(rows(), "a|cup|Purchased|2");
}

TEST_F(StoreWriter, a_changed_basket_has_the_rows_of_its_new_lines) {
  open(full_tables, full_schema());
  write({pending("a", line("cup", 2) + "," + line("plate", 1)),
         change("reservation.changed", "a", "pending", line("cup", 3))});
  EXPECT_EQ(rows(), "a|cup|Pending|3");
}

TEST_F(StoreWriter, a_basket_that_is_extended_keeps_its_rows) {
  for (const auto& [tables, schema] :
       {std::pair(full_tables, full_schema()), std::pair(plain_tables, Schema{})}) {
    open(tables, schema);
    write({pending("a", line("cup", 2) + "," + line("plate", 1)), pending("b", line("cup", 1))});
    const std::string ids = shop_->ask("select id from customer_product");
    write({purchased("b", line("cup", 1)),
           change("reservation.changed", "a", "pending", line("cup", 2) + "," + line("plate", 1))});
    EXPECT_EQ(shop_->ask("select id from customer_product"), ids);
  }
}

TEST_F(StoreWriter, history_that_is_told_again_doubles_no_row) {
  open(full_tables, full_schema());
  const std::vector history{pending("a", line("cup", 2)), purchased("a", line("cup", 2)),
                            pending("b", line("cup", 1))};
  write(history);
  write(history);
  EXPECT_EQ(rows(), "a|cup|Purchased|2\nb|cup|Pending|1");
}

TEST_F(StoreWriter, an_id_that_is_taken_again_leaves_what_was_sold_under_it) {
  Schema left = full_schema();
  left.product.means = InventoryMeans::left;
  open(full_tables, left);
  write({pending("a", line("cup", 5)), purchased("a", line("cup", 5)), returned("a", line("cup", 5, 1))});
  write({pending("a", line("cup", 2))});
  EXPECT_EQ(rows(), "a|cup|Pending|2\na@2026-11-25|cup|Purchased|4\na@2026-11-25|cup|Returned|1");
  EXPECT_EQ(inventory(), "96");
  write({purchased("a", line("cup", 2))});
  EXPECT_EQ(inventory(), "94");
  shop_->execute("update customer_product set status = 'Shipped' where reservation = 'a';");
  write({pending("a", line("cup", 1), "nobody"), purchased("a", line("cup", 1))});
  EXPECT_EQ(inventory(), "93");
  EXPECT_EQ(shop_->ask("select status, sum(quantity) from customer_product group by 1 order by 1"),
            "Purchased|5\nReturned|1\nShipped|2");
}

TEST_F(StoreWriter, an_id_that_is_taken_again_leaves_what_was_sold_under_it_though_clocks_were_set_back) {
  open(full_tables, full_schema());
  const auto at = [](const std::string& day, Change change) {
    change.at = day + "T10:00:00.000Z";
    return change;
  };
  const auto cup = line("cup", 1);
  write({at("2027-11-25", pending("a", cup)), at("2027-11-25", purchased("a", cup)),
         at("2027-11-25", pending("b", cup)), at("2027-11-25", purchased("b", cup))});
  write({at("2026-11-26", pending("c", cup))});
  write({at("2026-11-26", pending("a", cup))});
  EXPECT_EQ(rows(), "a|cup|Pending|1\na@2026-11-26|cup|Purchased|1\nb|cup|Purchased|1\nc|cup|Pending|1");
  ASSERT_TRUE(writer_->skip_to("of-a-new-daemon"));
  write({at("2025-11-26", pending("b", cup))});
  EXPECT_EQ(rows(),
            "a|cup|Pending|1\na@2026-11-26|cup|Purchased|1\nb|cup|Pending|1\n"
            "b@2025-11-26|cup|Purchased|1\nc|cup|Pending|1");
}

TEST_F(StoreWriter, an_id_of_a_row_that_is_handed_out_again_is_of_the_new_row) {
  open(plain_tables, Schema{});
  write({pending("a", line("cup", 1))});
  shop_->execute("delete from customer_product;");
  write({pending("b", line("cup", 1))});
  EXPECT_EQ(writer_->aside(), 0u);
  EXPECT_EQ(shop_->ask("select reservation from holdfast_row"), "b");
}

TEST_F(StoreWriter, an_id_that_is_taken_again_leaves_what_was_set_aside_of_it) {
  open(full_tables, full_schema());
  write({pending("a", line("cup", 5)), purchased("a", line("cup", 5)), pending("b", line("spoon", 2)),
         purchased("b", line("spoon", 2)), returned("a", line("cup", 5, 1) + "," + line("spoon", 1))});
  EXPECT_EQ(writer_->aside(), 2u);
  write({pending("a", line("cup", 1)), pending("b", line("plate", 1))});
  EXPECT_EQ(rows(), "a|cup|Pending|1\na@2026-11-25|cup|Purchased|5\nb|plate|Pending|1");
  shop_->execute("insert into product values (3, 'spoon', 5); update holdfast_aside set again = 1;");
  EXPECT_EQ(*writer_->try_released(), 2u);
  EXPECT_EQ(rows(),
            "a|cup|Pending|1\na@2026-11-25|cup|Purchased|4\na@2026-11-25|cup|Returned|1\n"
            "a@2026-11-25|spoon|Purchased|1\nb|plate|Pending|1\nb@2026-11-25|spoon|Purchased|2");
}

TEST_F(StoreWriter, an_id_of_several_lives_a_day_keeps_what_was_sold_and_set_aside_in_each) {
  open(full_tables, full_schema());
  write({pending("a", line("cup", 5)), purchased("a", line("cup", 5)), pending("a", line("spoon", 1)),
         purchased("a", line("spoon", 1)), pending("a", line("spoon", 2)), purchased("a", line("spoon", 2)),
         pending("a", line("plate", 3)), purchased("a", line("plate", 3)), pending("a", line("cup", 7))});
  shop_->execute("insert into product values (3, 'spoon', 5); update holdfast_aside set again = 1;");
  EXPECT_EQ(*writer_->try_released(), 2u);
  EXPECT_EQ(writer_->aside(), 0u);
  EXPECT_EQ(shop_->ask("select p.sku, status, quantity from customer_product c join product p on p.id = "
                       "product_id order by quantity"),
            "spoon|Purchased|1\nspoon|Purchased|2\nplate|Purchased|3\ncup|Purchased|5\ncup|Pending|7");
}

TEST_F(StoreWriter, an_id_that_is_taken_again_leaves_what_our_own_table_knows_of_it) {
  open(plain_tables, Schema{});
  write({pending("a", line("cup", 2)), purchased("a", line("cup", 2)), pending("a", line("cup", 1))});
  EXPECT_EQ(rows(), "cup|Pending|1\ncup|Purchased|2");
  EXPECT_EQ(shop_->ask("select substr(reservation, 1, 12), count(*) from holdfast_row group by 1"),
            "a|1\na@2026-11-25|2");
}

TEST_F(StoreWriter, where_what_was_sold_cannot_be_kept_apart_the_reservation_is_set_aside) {
  open(full_tables, full_schema());
  ASSERT_TRUE(shop_->store().apply({{.sql = "create trigger keeps before update of reservation on "
                                            "customer_product begin select raise(abort, 'no'); end"}}));
  write({pending("a", line("cup", 5)), purchased("a", line("cup", 5)), pending("a", line("cup", 1)),
         pending("b", line("cup", 1))});
  EXPECT_EQ(rows(), "a|cup|Purchased|5\nb|cup|Pending|1");
  EXPECT_EQ(shop_->ask("select subject, sqlstate from holdfast_aside"), "a|P0001");
}

TEST_F(StoreWriter, a_row_deleted_under_our_feet_is_written_again) {
  open(full_tables, full_schema());
  write({pending("a", line("cup", 2))});
  shop_->execute("delete from customer_product;");
  write({purchased("a", line("cup", 2))});
  EXPECT_EQ(rows(), "a|cup|Purchased|2");
  EXPECT_EQ(writer_->aside(), 0u);
}

TEST_F(StoreWriter, an_inventory_that_is_what_is_left_falls_on_sale_and_rises_on_return) {
  Schema schema = full_schema();
  schema.product.means = InventoryMeans::left;
  open(full_tables, schema);
  write({pending("a", line("cup", 10))});
  EXPECT_EQ(inventory(), "100");
  write({purchased("a", line("cup", 10))});
  EXPECT_EQ(inventory(), "90");
  write({returned("a", line("cup", 10, 3))});
  EXPECT_EQ(inventory(), "93");
  write({returned("a", line("cup", 10, 4)), adjusted("cup", 7, "delivery")});
  EXPECT_EQ(inventory(), "101");
  EXPECT_EQ(rows(), "a|cup|Purchased|6\na|cup|Returned|4");
}

TEST_F(StoreWriter, an_inventory_that_is_what_is_left_rises_by_what_came_back_whatever_became_of_the_rows) {
  Schema schema = full_schema();
  schema.product.means = InventoryMeans::left;
  for (const auto* word : {"Returned", ""}) {
    schema.status.returned = word;
    open(full_tables, schema);
    write({pending("a", line("cup", 5)), purchased("a", line("cup", 5)), returned("a", line("cup", 5, 1))});
    shop_->execute("update customer_product set status = 'Shipped' where status = 'Purchased';");
    write({returned("a", line("cup", 5, 3))});
    EXPECT_EQ(inventory(), "98") << word;
    if (schema.status.returned.empty()) continue;
    shop_->execute("delete from customer_product where status = 'Purchased';");
    write({returned("a", line("cup", 5, 4))});
    EXPECT_EQ(inventory(), "99");
    EXPECT_EQ(rows(), "a|cup|Purchased|1\na|cup|Returned|4");
  }
}

TEST_F(StoreWriter,
       an_inventory_that_is_what_is_left_falls_when_a_sale_that_was_set_aside_comes_back_in_part) {
  Schema schema = full_schema();
  schema.product.means = InventoryMeans::left;
  open(full_tables, schema);
  write({pending("a", line("cup", 5), "new"),
         change("reservation.purchased", "a", "purchased", line("cup", 5), "new")});
  EXPECT_EQ(writer_->aside(), 1u);
  shop_->execute("insert into customer values ('new');");
  write({change("reservation.returned", "a", "purchased", line("cup", 5, 2), "new")});
  EXPECT_EQ(inventory(), "97");
  EXPECT_EQ(rows(), "a|cup|Purchased|3\na|cup|Returned|2");
}

TEST_F(StoreWriter,
       an_inventory_that_is_the_stock_changes_with_deliveries_only_and_not_with_what_was_moved_in) {
  open(full_tables, full_schema());
  write({pending("a", line("cup", 10)), purchased("a", line("cup", 10)), returned("a", line("cup", 10, 3)),
         adjusted("cup", 100, std::string(moved_in_reason)), adjusted("cup", -2, "broken")});
  EXPECT_EQ(inventory(), "98");
}

TEST_F(StoreWriter, an_inventory_that_was_never_set_is_none) {
  Schema left = full_schema();
  left.product.means = InventoryMeans::left;
  std::string tables = full_tables;
  tables.replace(tables.find("inventory integer not null"), 26, "inventory integer");
  open(tables, left);
  shop_->execute("update product set inventory = null;");
  write({adjusted("cup", 7, "delivery")});
  EXPECT_EQ(inventory(), "7");
  shop_->execute("update product set inventory = null;");
  write({pending("a", line("cup", 2)), purchased("a", line("cup", 2)), returned("a", line("cup", 2, 1))});
  EXPECT_EQ(inventory(), "-1");
}

TEST_F(StoreWriter, what_cannot_be_written_is_set_aside_with_its_state_and_the_rest_is_written) {
  open(full_tables, full_schema());
  std::vector<Change> changes;
  for (int i = 0; i < 40; ++i)
    changes.push_back(pending("r" + std::to_string(i), line(i % 8 == 3 ? "spoon" : "cup", 1),
                              i % 8 == 5 ? "nobody" : "c_1"));
  write(changes);
  EXPECT_EQ(shop_->ask("select count(*) from customer_product"), "30");
  EXPECT_EQ(shop_->ask("select sqlstate, count(*) from holdfast_aside group by 1"), "02000|5\n23503|5");
  EXPECT_EQ(writer_->aside(), 10u);
  EXPECT_EQ(writer_->position()->written, 40);
}

TEST_F(StoreWriter, what_a_function_says_of_the_values_that_it_got_is_of_the_row) {
  open(full_tables, full_schema());
  ASSERT_TRUE(shop_->store().apply(
      {{.sql = "create trigger counts before insert on customer_product when new.product_id = 2 "
               "begin select abs(-9223372036854775807 - new.quantity); end"}}));
  write({pending("a", line("plate", 1)), pending("b", line("cup", 1))});
  EXPECT_EQ(rows(), "b|cup|Pending|1");
  EXPECT_EQ(shop_->ask("select subject, sqlstate, detail from holdfast_aside"), "a|22000|integer overflow");
}

TEST_F(StoreWriter, what_was_set_aside_is_written_once_a_person_mended_and_released_it) {
  open(full_tables, full_schema());
  write({pending("a", line("spoon", 2)), pending("b", line("spoon", 1))});
  shop_->execute(
      "insert into product values (3, 'spoon', 5); update holdfast_aside set again = 1 "
      "where subject = 'a';");
  EXPECT_EQ(*writer_->try_released(), 1u);
  EXPECT_EQ(rows(), "a|spoon|Pending|2");
  EXPECT_EQ(shop_->ask("select subject from holdfast_aside"), "b");
  shop_->execute(
      "delete from product where sku = 'nothing'; update holdfast_aside set again = 1; "
      "update product set sku = 'fork' where sku = 'spoon';");
  EXPECT_EQ(*writer_->try_released(), 0u);
  EXPECT_EQ(shop_->ask("select subject, again from holdfast_aside"), "b|0");
}

// The store, and what happens just after it has refused something.
class Meanwhile : public StoreDatabase {
 public:
  Meanwhile(StoreDatabase& store, std::function<void()> happens)
      : store_(store), happens_(std::move(happens)) {}
  Result<void, Trouble> apply(const std::vector<Statement>& statements, Durability durability) override {
    auto done = store_.apply(statements, durability);
    if (!done)
      if (const auto once = std::exchange(happens_, {})) once();
    return done;
  }
  Result<Rows, Trouble> read(const Statement& statement) override { return store_.read(statement); }
  [[nodiscard]] Dialect dialect() const override { return store_.dialect(); }

 private:
  StoreDatabase& store_;
  std::function<void()> happens_;
};

TEST_F(StoreWriter, what_was_set_aside_is_not_put_back_by_one_who_failed_once_another_has_written_it) {
  open(full_tables, full_schema());
  write({pending("a", line("spoon", 2)), adjusted("spoon", 5, "delivery")});
  shop_->execute("update holdfast_aside set again = 1;");
  Meanwhile store(shop_->store(), [&] {
    shop_->execute("insert into product values (3, 'spoon', 5);");
    EXPECT_EQ(*writer_->try_released(), 2u);
    write({released("a", line("spoon", 2))});
  });
  EXPECT_EQ(*Writer::open(store, schema_, "eu", "eu")->try_released(), 0u);
  EXPECT_EQ(shop_->ask("select count(*) from holdfast_aside"), "0");
  EXPECT_EQ(shop_->ask("select inventory from product where sku = 'spoon'"), "10");
  EXPECT_EQ(rows(), "");
}

TEST_F(StoreWriter, what_was_set_aside_does_not_take_the_place_of_what_another_has_set_aside_since) {
  open(full_tables, full_schema());
  write({pending("a", line("spoon", 2))});
  shop_->execute("update holdfast_aside set again = 1;");
  Meanwhile store(shop_->store(), [&] { write({purchased("a", line("spoon", 2))}); });
  EXPECT_EQ(*Writer::open(store, schema_, "eu", "eu")->try_released(), 0u);
  EXPECT_EQ(shop_->ask("select subject, event from holdfast_aside"), "a|reservation.purchased");
}

TEST_F(StoreWriter, what_was_set_aside_is_forgotten_once_a_later_change_of_the_same_reservation_is_written) {
  open(full_tables, full_schema());
  write({pending("a", line("spoon", 2))});
  shop_->execute("insert into product values (3, 'spoon', 5);");
  reopen();
  EXPECT_EQ(writer_->aside(), 1u);
  write({purchased("a", line("spoon", 2))});
  EXPECT_EQ(rows(), "a|spoon|Purchased|2");
  EXPECT_EQ(shop_->ask("select count(*) from holdfast_aside"), "0");
}

TEST_F(StoreWriter, of_two_who_follow_one_region_one_has_lost_and_nothing_is_written_twice) {
  open(full_tables, full_schema());
  write({pending("a", line("cup", 1))});
  auto other = *Writer::open(shop_->store(), schema_, "eu", "eu");
  const std::vector next{pending("b", line("cup", 1))};
  write(next);
  const auto late = other.write(next);
  ASSERT_FALSE(late);
  EXPECT_EQ(late.error().kind, TroubleKind::unavailable);
  EXPECT_THAT(late.error().detail, HasSubstr("position"));
  EXPECT_EQ(rows(), "a|cup|Pending|1\nb|cup|Pending|1");
}

TEST_F(StoreWriter, trouble_of_the_store_leaves_all_of_the_batch_unwritten) {
  open(full_tables, full_schema());
  write({pending("a", line("cup", 1))});
  shop_->execute("alter table customer_product rename to elsewhere;");
  const auto written = writer_->write(std::vector{pending("b", line("cup", 1))});
  ASSERT_FALSE(written);
  EXPECT_EQ(written.error().kind, TroubleKind::schema);
  shop_->execute("alter table elsewhere rename to customer_product;");
  reopen();
  EXPECT_EQ(writer_->position()->written, 1);
}

TEST_F(StoreWriter, rows_of_another_region_say_so_since_ids_are_one_regions_own) {
  open(full_tables, full_schema());
  auto us = *Writer::open(shop_->store(), schema_, "us", "eu");
  write({pending("a", line("cup", 1))});
  ASSERT_TRUE(us.write(std::vector{pending("a", line("cup", 2))}));
  EXPECT_EQ(rows(), "a|cup|Pending|1\nus/a|cup|Pending|2");
  EXPECT_EQ(shop_->ask("select region, written from holdfast_position"), "eu|1\nus|1");
}

TEST_F(StoreWriter, rows_say_of_which_regions_they_are_as_whoever_has_no_position_asks) {
  for (const auto& [tables, schema] :
       {std::pair(full_tables, full_schema()), std::pair(plain_tables, Schema{})}) {
    open(tables, schema);
    const auto has = [&](const std::string& region, const std::optional<std::string>& home) {
      return *has_rows_of(shop_->store(), schema_, region, home);
    };
    EXPECT_FALSE(has("eu", std::nullopt) || has("eu", "eu") || has("us", "eu"));
    auto us = *Writer::open(shop_->store(), schema_, "us", "eu");
    ASSERT_TRUE(us.write(std::vector{pending("a", line("cup", 1))}));
    EXPECT_TRUE(has("us", "eu") && has("us", std::nullopt) && has("eu", std::nullopt));
    EXPECT_FALSE(has("eu", "eu") || has("u", "eu"));
    write({pending("a", line("cup", 1))});
    EXPECT_TRUE(has("eu", "eu"));
    shop_->execute("delete from holdfast_row;");
    EXPECT_TRUE(has("eu", "eu") && has("eu", std::nullopt));
    EXPECT_EQ(has("us", "eu"), !schema_.row.reservation.empty());
  }
}

TEST_F(StoreWriter, a_line_of_very_many_units_is_set_aside_where_each_would_be_a_row) {
  open(plain_tables, Schema{});
  write({pending("a", line("cup", 1)), pending("b", line("cup", 1'000'000)), pending("c", line("cup", 2))});
  EXPECT_EQ(rows(), "cup|Pending|3");
  EXPECT_EQ(shop_->ask("select subject, sqlstate from holdfast_aside"), "b|54000");
}

}  // namespace
}  // namespace holdfast::store
