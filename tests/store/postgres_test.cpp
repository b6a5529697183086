// What SQLite is held to, held against PostgreSQL.
#include <gmock/gmock.h>

#include <thread>

#include "store/move_in.h"
#include "store/postgres.h"
#include "store/shadow.h"
#include "store/store_on_postgres.h"
#include "support/ephemeral_daemon.h"

namespace holdfast::store {
namespace {

using namespace std::chrono_literals;
using std::chrono::milliseconds;
using testing::IsEmpty;

Change change(const std::string& state, const std::string& id, const std::string& customer,
              const std::string& sku = "sku-1") {
  return *read_change("at-" + id + state, "reservation." + state,
                      R"({"at":"2026-11-25T10:00:00.000Z","id":")" + id + R"(","state":")" + state +
                          R"(","customer":")" + customer + R"(","lines":[{"sku":")" + sku +
                          R"(","quantity":1}]})");
}
Change pending(const std::string& id, const std::string& customer, const std::string& sku = "sku-1") {
  return change("pending", id, customer, sku);
}

TEST_F(StorePostgres, all_statements_happen_or_none_and_the_one_that_failed_is_named) {
  std::vector<Statement> many;
  for (int i = 0; i < 1'000; ++i)
    many.push_back({.sql = "update product set inventory = inventory + $1 where sku = $2",
                    .values = {1, i == 567 ? "none" : "sku-1"},
                    .rows = 1});
  const auto done = store_->apply(many);
  ASSERT_FALSE(done);
  EXPECT_EQ(done.error().kind, TroubleKind::rows);
  EXPECT_EQ(done.error().statement, 567u);
  EXPECT_EQ(ask("select inventory from product where sku = 'sku-1'"), "20");
  many[567] = {.sql = "insert into product (sku, inventory) values ('sku-2', 1)"};
  const auto again = store_->apply(many);
  ASSERT_FALSE(again);
  EXPECT_EQ(again.error().state, "23505");
  EXPECT_EQ(again.error().statement, 567u);
  many.erase(many.begin() + 567);
  ASSERT_TRUE(store_->apply(many));
  EXPECT_EQ(ask("select inventory from product where sku = 'sku-1'"), "1019");
}

TEST_F(StorePostgres, trouble_has_a_kind_and_a_state) {
  EXPECT_EQ(state_of("insert into customer_product values (1000, 'nobody', 1, 'Pending', 1)"), "23503");
  EXPECT_EQ(state_of("insert into customer_product values (1000, null, 1, 'Lost', 1)"), "23514");
  EXPECT_EQ(state_of("select * from nowhere"), "42P01");
  EXPECT_EQ(state_of("select 1 / 0"), "22012");
  EXPECT_EQ(state_of("select 1"), "done");
  const auto wrong = open_store(server_->url() + "&dbname=nowhere");
  ASSERT_FALSE(wrong);
  EXPECT_EQ(wrong.error().state, "3D000");
}

TEST_F(StorePostgres, a_shop_moves_in_is_followed_and_agrees) {
  e2e::EphemeralDaemon daemon;
  e2e::Shop shop = daemon.shop();
  std::vector<Region> regions;
  regions.emplace_back("eu", "http://" + daemon.http());
  const auto plan = plan_move(*store_, schema_);
  ASSERT_TRUE(plan) << told(plan.error());
  EXPECT_EQ(plan->stock, 170);
  EXPECT_THAT(plan->findings, IsEmpty());
  for (int i = 0; i < 2; ++i) {
    const auto moved = move_in(*store_, schema_, regions.front(), {.now_seconds = 1'000'000});
    ASSERT_TRUE(moved) << moved.error();
    EXPECT_EQ(moved->units, 170);
    EXPECT_EQ(moved->rows, 20);
  }
  ASSERT_EQ(shop.purchase("store-4").status, 200);
  ASSERT_EQ(shop.release("store-5").status, 200);
  ASSERT_EQ(shop.reserve("cart-1", "sku-1", 5).status, 201);
  ASSERT_EQ(shop.reserve("cart-2", "sku-1", 1, R"("customer":"nobody")").status, 201);
  ASSERT_EQ(shop.adjust("sku-2", 7).status, 201);
  follow(regions.front().endpoint());
  EXPECT_THAT(differences(regions), testing::ElementsAre(testing::HasSubstr("(SQL state 23503)")));
  EXPECT_EQ(
      ask("select status, sum(quantity) from customer_product where product_id = 1 group by 1 order by 1"),
      "Pending|5\nPurchased|4");
}

TEST_F(StorePostgres, words_of_an_enum_and_padded_texts_are_planned_moved_shadowed_and_compared) {
  execute(
      "create type word as enum ('Pending', 'Purchased', 'Returned');"
      "create table of_words (id serial primary key, customer_id char(40), product_id integer not null, "
      "status word not null, quantity numeric(10, 2) not null, reservation char(80));"
      "insert into of_words (customer_id, product_id, status, quantity) select customer_id, product_id, "
      "cast(status as word), quantity from customer_product;"
      "alter table product alter column sku type char(20);");
  schema_.row.table = "of_words";
  schema_.customer.table.clear();
  const auto plan = plan_move(*store_, schema_);
  ASSERT_TRUE(plan) << told(plan.error());
  EXPECT_EQ(plan->statuses.at(0).status, "Pending");
  EXPECT_THAT(plan->findings, IsEmpty());
  const e2e::EphemeralDaemon daemon;
  std::vector<Region> regions;
  regions.emplace_back("eu", "http://" + daemon.http());
  ASSERT_TRUE(move_in(*store_, schema_, regions.front(), {.now_seconds = 1'000'000}));
  Shadow shadow(*store_, schema_, regions.front(), 600);
  const auto begun = shadow.begin();
  ASSERT_TRUE(begun) << begun.error();
  execute("update of_words set status = 'Purchased' where id = 4;");
  EXPECT_EQ(*shadow.look(1'000'000, [](const Otherwise& one) { ADD_FAILURE() << one.subject << one.code; }),
            1u);
  EXPECT_EQ(*shadow.look(1'000'000, [](const Otherwise&) {}), 0u);
  ASSERT_EQ(daemon.shop().reserve("cart-1", "sku-1", 5).status, 201);
  follow(regions.front().endpoint());
  EXPECT_THAT(differences(regions), IsEmpty());
}

TEST_F(StorePostgres, a_plan_names_columns_that_nobody_here_could_fill) {
  execute(
      "create table strict (id integer primary key, customer_id text, product_id integer not null, "
      "status text not null, quantity integer not null, reservation text, price numeric not null, "
      "at timestamptz not null default now());");
  schema_.row.table = "strict";
  const auto plan = plan_move(*store_, schema_);
  ASSERT_TRUE(plan) << told(plan.error());
  ASSERT_EQ(plan->findings.size(), 1u);
  EXPECT_EQ(plan->findings[0].what, "columns of strict that must be given and have no default");
  EXPECT_THAT(plan->findings[0].examples, testing::ElementsAre("id", "price"));
}

TEST_F(StorePostgres, a_plan_names_rows_whose_reservation_would_be_too_long_for_its_column) {
  execute("alter table customer_product alter reservation type varchar(7);");
  const auto plan = plan_move(*store_, schema_);
  ASSERT_TRUE(plan) << told(plan.error());
  ASSERT_EQ(plan->findings.size(), 1u);
  EXPECT_EQ(plan->findings[0].what, "rows whose id, after store-, is too long for the column reservation");
  EXPECT_EQ(plan->findings[0].count, 41);
}

TEST_F(StorePostgres, stock_that_comes_in_by_sql_is_heard_of_at_once) {
  e2e::EphemeralDaemon daemon;
  std::atomic<bool> stop = false;
  Follower follower(
      {.store = server_->url(), .region = "eu", .endpoint = "http://" + daemon.http(), .home = "eu"}, schema_,
      [](const std::string& line) { std::printf("%s\n", line.c_str()); });
  std::thread thread([&] { EXPECT_TRUE(follower.run(stop)); });
  EXPECT_TRUE(e2e::eventually([&] { return state_of("select * from holdfast_adjustment") == "done"; }));
  std::chrono::milliseconds longest{0};
  for (int i = 0; i < 5; ++i) {
    std::this_thread::sleep_for(300ms);
    const auto began = std::chrono::steady_clock::now();
    execute("insert into holdfast_adjustment (id, region, sku, delta) values ('d-" + std::to_string(i) +
            "', 'eu', 'sku-1', 5);");
    ASSERT_TRUE(e2e::eventually([&] {
      return ask("select count(*) from holdfast_adjustment where state = 'done'") == std::to_string(i + 1);
    }));
    longest =
        std::max(longest, std::chrono::duration_cast<milliseconds>(std::chrono::steady_clock::now() - began));
  }
  EXPECT_LT(longest, 1'500ms) << "that is how long it may take to look around without being called";
  stop = true;
  thread.join();
}

TEST_F(StorePostgres, a_shop_that_oversells_in_the_shadow_is_told_its_rows) {
  e2e::EphemeralDaemon daemon;
  std::vector<Region> regions;
  regions.emplace_back("eu", "http://" + daemon.http());
  ASSERT_TRUE(move_in(*store_, schema_, regions.front(), {.now_seconds = 1'000'000}));
  Shadow shadow(*store_, schema_, regions.front(), 600);
  const auto begun = shadow.begin();
  ASSERT_TRUE(begun) << begun.error();
  std::vector<std::string> said;
  const auto look = [&] {
    const auto looked = shadow.look(1'000'000, [&](const Otherwise& one) { said.push_back(one.subject); });
    EXPECT_TRUE(looked) << looked.error();
    return looked ? *looked : 0;
  };
  EXPECT_EQ(look(), 0u);
  execute(
      "insert into customer_product (id, product_id, status, quantity) values (100, 1, 'Pending', 10), "
      "(101, 1, 'Purchased', 10), (102, 2, 'Purchased', 1);"
      "update customer_product set status = 'Purchased' where id = 4;"
      "delete from customer_product where id = 5; update product set inventory = 21 where sku = 'sku-2';");
  EXPECT_EQ(look(), 6u);
  EXPECT_EQ(look(), 0u);
  EXPECT_THAT(said, testing::ElementsAre("row 101"));
  EXPECT_EQ(daemon.shop().state_of("store-4"), "purchased");
  EXPECT_EQ(daemon.shop().state_of("store-5"), "released");
  EXPECT_EQ(daemon.shop().state_of("store-100"), "pending");
}

TEST_F(StorePostgres, each_difference_that_was_planted_is_found_and_named) {
  e2e::EphemeralDaemon daemon;
  e2e::Shop shop = daemon.shop();
  std::vector<Region> regions;
  regions.emplace_back("eu", "http://" + daemon.http());
  ASSERT_TRUE(move_in(*store_, schema_, regions.front(), {.now_seconds = 1'000'000}));
  for (const auto* id : {"gone", "status", "fewer", "other", "released"})
    ASSERT_EQ(shop.reserve(id, "sku-1", 2).status, 201);
  ASSERT_EQ(shop.release("released").status, 200);
  follow(regions.front().endpoint());
  ASSERT_THAT(differences(regions), IsEmpty());
  execute(
      "delete from customer_product where reservation = 'gone';"
      "insert into customer_product values (901, 'c_1', 2, 'Purchased', 1, null);"
      "update customer_product set status = 'Purchased' where reservation = 'status';"
      "update customer_product set quantity = 1 where reservation = 'fewer';"
      "update customer_product set product_id = 6 where reservation = 'other';"
      "insert into customer_product values (904, 'c_1', 1, 'Pending', 2, 'released');"
      "update product set inventory = 21 where sku = 'sku-5';"
      "update product set sku = 'fork' where sku = 'sku-7';");
  ASSERT_EQ(shop.reserve("late", "sku-8", 1).status, 201);
  const auto told = differences(regions);
  for (const auto* difference :
       {"missing row: gone: 2 of sku-1 Pending", "extra row: row 901: Purchased",
        "wrong status: status: 2 of sku-1 Purchased, should be 2 of sku-1 Pending",
        "wrong quantity: fewer: 1 of sku-1 Pending, should be 2 of sku-1 Pending",
        "wrong product: other: 2 of sku-6 Pending, should be 2 of sku-1 Pending",
        "row of an ended reservation: released: 2 of sku-1 Pending",
        "stock column: sku-5: 21, should be 20 by what the regions hold", "product unknown here: sku-7",
        "product unknown there: fork", "position behind: eu: 1 events"})
    EXPECT_THAT(told, testing::Contains(testing::HasSubstr(difference)));
}

TEST_F(StorePostgres, a_shop_without_columns_for_quantity_and_reservation_is_followed_too) {
  schema_.row.quantity.clear();
  schema_.row.reservation.clear();
  execute(
      "delete from customer_product; alter table customer_product drop column quantity; "
      "alter table customer_product drop column reservation;");
  e2e::EphemeralDaemon daemon;
  e2e::Shop shop = daemon.shop();
  ASSERT_EQ(shop.adjust("sku-1", 10).status, 201);
  ASSERT_EQ(shop.reserve("cart-1", "sku-1", 4).status, 201);
  ASSERT_EQ(shop.purchase("cart-1").status, 200);
  ASSERT_EQ(shop.reserve("cart-2", "sku-1", 2).status, 201);
  ASSERT_EQ(shop.release("cart-2").status, 200);
  follow("http://" + daemon.http());
  EXPECT_EQ(ask("select status, count(*) from customer_product group by 1"), "Purchased|4");
}

TEST_F(StorePostgres, what_the_database_has_no_characters_for_is_set_aside_and_holds_up_nobody) {
  const auto made = store_->read(
      {.sql = "create database latin encoding 'LATIN1' template template0 lc_collate 'C' lc_ctype 'C'"});
  ASSERT_TRUE(made) << told(made.error());
  store_ = *open_store(server_->url() + "&dbname=latin");
  execute(pg_tables);
  write({pending("a", "Zoë 🎁"), pending("b", "c_1")});
  EXPECT_EQ(ask("select reservation from customer_product where reservation is not null"), "b");
  EXPECT_EQ(ask("select subject, sqlstate from holdfast_aside"), "a|22P05");
  const auto again = read_change("at-a", "reservation.pending", ask("select data from holdfast_aside"));
  ASSERT_TRUE(again);
  EXPECT_EQ(std::get<Reservation>(again->what).customer, "Zoë 🎁");
}

TEST_F(StorePostgres, what_a_trigger_refuses_is_of_the_row_whatever_state_it_gives) {
  ASSERT_EQ(state_of("create function refuse() returns trigger language plpgsql as "
                     "'begin if new.product_id = 2 then raise exception E''not\nthis'' "
                     "using errcode = ''55000''; end if; return new; end'"),
            "done");
  execute("create trigger refuses before insert on customer_product for each row execute function refuse();");
  write({pending("a", "c_1", "sku-2"), pending("b", "c_1")});
  EXPECT_EQ(ask("select reservation from customer_product where reservation is not null"), "b");
  EXPECT_EQ(ask("select subject, sqlstate, detail from holdfast_aside"), "a|55000|not this");
}

TEST_F(StorePostgres, what_a_trigger_in_another_language_refuses_is_of_the_row) {
  if (ask("select count(*) from pg_available_extensions where name = 'autoinc'") == "0")
    GTEST_SKIP() << "no trigger in C here (PostgreSQL's contrib)";
  execute(
      "create extension autoinc;"  // which refuses what comes after a row, without a state
      "create trigger refuses after insert on customer_product for each row when (new.product_id = 2) "
      "execute function autoinc('id', 'customer_product_id_seq');");
  write({pending("a", "c_1", "sku-2"), pending("b", "c_1")});
  EXPECT_EQ(ask("select reservation from customer_product where reservation is not null"), "b");
  EXPECT_EQ(ask("select subject, sqlstate from holdfast_aside"), "a|XX000");
}

TEST_F(StorePostgres, what_a_policy_refuses_is_of_the_row_and_a_table_that_is_denied_is_waited_for) {
  execute(
      "create role shop login; grant create on schema public to shop;"
      "grant all on product, customer, customer_product, customer_product_id_seq to shop;"
      "alter table customer_product enable row level security;"
      "create policy not_two on customer_product to shop using (true) with check (product_id <> 2);");
  const auto postgres = std::exchange(store_, *open_store(server_->url() + "&user=shop"));
  write({pending("a", "c_1", "sku-2"), pending("b", "c_1")});
  EXPECT_EQ(ask("select reservation from customer_product where reservation is not null"), "b");
  EXPECT_EQ(ask("select subject, sqlstate from holdfast_aside"), "a|42501");
  ASSERT_TRUE(postgres->apply({{.sql = "revoke insert on customer_product from shop"}}));
  auto writer = *Writer::open(*store_, schema_, "eu", "eu");
  const auto denied = writer.write(std::vector{pending("c", "c_1")});
  ASSERT_FALSE(denied);
  EXPECT_EQ(denied.error().state, "42501");
  EXPECT_EQ(denied.error().kind, TroubleKind::schema);
  EXPECT_EQ(ask("select count(*) from holdfast_aside"), "1");
}

TEST(PostgresTrouble, is_of_the_row_unless_its_state_says_that_it_passes_or_is_of_the_set_up) {
  using enum TroubleKind;
  for (const auto* state : {"09000", "21000", "22001", "22P05", "23505", "27000", "38000", "39P01", "44000",
                            "54000", "P0001", "XX000", "UX001"})
    EXPECT_EQ(kind_of(state), data) << state;
  for (const auto* state : {"08006", "25006", "26000", "40001", "40P01", "53100", "53300", "55P03", "57014",
                            "57P01", "58030", "XX001", "XX002"})
    EXPECT_EQ(kind_of(state), unavailable) << state;
  for (const auto* state : {"0A000", "2200H", "28P01", "3D000", "3F000", "42501", "42703", "42P01"})
    EXPECT_EQ(kind_of(state), schema) << state;
}

TEST_F(StorePostgres, ids_that_have_run_out_are_waited_for) {
  execute("alter sequence customer_product_id_seq maxvalue 50;");
  ASSERT_TRUE(make_own_tables(*store_));
  auto writer = *Writer::open(*store_, schema_, "eu", "eu");
  const auto out = writer.write(std::vector{pending("a", "c_1")});
  ASSERT_FALSE(out);
  EXPECT_EQ(out.error().state, "2200H");
  execute("alter sequence customer_product_id_seq maxvalue 100;");
  ASSERT_TRUE(writer.write(std::vector{pending("a", "c_1")}));
  EXPECT_EQ(ask("select reservation from customer_product where reservation is not null"), "a");
}

TEST_F(StorePostgres, what_was_set_aside_is_written_once_though_two_who_follow_try_it_at_the_same_moment) {
  write({pending("a", "new")});
  execute("insert into customer values ('new'); update holdfast_aside set again = 1;");
  ASSERT_EQ(state_of("create function wait_here() returns trigger language plpgsql as "
                     "'begin perform pg_advisory_xact_lock_shared(1); return new; end'"),
            "done");
  execute(
      "create trigger waits before insert on customer_product for each row execute function wait_here();");
  ASSERT_TRUE(store_->read({.sql = "select pg_advisory_lock(1)"}));
  const auto try_released = [&] {
    const auto store = *open_store(server_->url());
    auto writer = *Writer::open(*store, schema_, "eu", "eu");
    EXPECT_TRUE(writer.try_released());
    EXPECT_EQ(writer.aside(), 0u);
  };
  {
    std::jthread one(try_released), other(try_released);
    EXPECT_TRUE(
        e2e::eventually([&] { return ask("select count(*) from pg_locks where not granted") == "2"; }));
    ASSERT_TRUE(store_->read({.sql = "select pg_advisory_unlock(1)"}));
  }
  EXPECT_EQ(ask("select count(*) from customer_product where reservation = 'a'"), "1");
  EXPECT_EQ(ask("select count(*) from holdfast_aside"), "0");
}

TEST_F(StorePostgres, an_id_that_is_taken_again_leaves_what_was_sold_and_set_aside_under_it) {
  const std::vector lives{pending("a", "c_1"), change("purchased", "a", "c_1"), pending("a", "c_1"),
                          pending("b", "new"), change("purchased", "b", "new"), pending("b", "c_1")};
  write(lives);
  EXPECT_EQ(ask("select reservation, status from customer_product where reservation is not null order by 1"),
            "a|Pending\na@2026-11-25T10:00:00.000Z|Purchased\nb|Pending");
  EXPECT_EQ(ask("select subject, event, data::json->>'id' from holdfast_aside"),
            "b@2026-11-25T10:00:00.000Z|reservation.purchased|b@2026-11-25T10:00:00.000Z");
  schema_.row.reservation.clear();
  execute("delete from customer_product; delete from holdfast_position; delete from holdfast_aside;");
  write(lives);
  EXPECT_EQ(
      ask("select o.reservation, status from holdfast_row o join customer_product on id = row_id order by 1"),
      "a|Pending\na@2026-11-25T10:00:00.000Z|Purchased\nb|Pending");
}

TEST_F(StorePostgres, whose_a_row_is_stays_right_where_a_trigger_writes_rows_with_ids_of_their_own) {
  schema_.row.quantity.clear();
  schema_.row.reservation.clear();
  execute(
      "delete from customer_product; alter table customer_product drop column quantity; "
      "alter table customer_product drop column reservation;"
      "create table audit_log (id bigserial primary key, what text);"
      "select setval('audit_log_id_seq', 1000);");
  ASSERT_EQ(state_of("create function log_it() returns trigger language plpgsql as "
                     "'begin insert into audit_log (what) values (new.status); return new; end'"),
            "done");
  execute("create trigger logged after insert on customer_product for each row execute function log_it();");
  e2e::EphemeralDaemon daemon;
  e2e::Shop shop = daemon.shop();
  ASSERT_EQ(shop.adjust("sku-1", 10).status, 201);
  ASSERT_EQ(shop.reserve("cart-1", "sku-1", 2).status, 201);
  ASSERT_EQ(shop.reserve("cart-2", "sku-1", 1).status, 201);
  ASSERT_EQ(shop.release("cart-1").status, 200);
  follow("http://" + daemon.http());
  EXPECT_EQ(
      ask("select o.reservation, count(*) from customer_product c join holdfast_row o on o.row_id = c.id "
          "group by 1"),
      "cart-2|1");
  EXPECT_EQ(ask("select count(*) from customer_product"), "1");
}

TEST_F(StorePostgres, what_is_sold_while_a_shop_moves_in_is_counted_or_told_later_and_never_lost) {
  ASSERT_TRUE(make_own_tables(*store_));
  ASSERT_EQ(state_of("create function wait_here() returns trigger language plpgsql as "
                     "'begin perform pg_advisory_xact_lock(1); return null; end'"),
            "done");
  execute(
      "create trigger waits after insert on holdfast_moved_product for each statement execute function "
      "wait_here();");
  e2e::EphemeralDaemon daemon;
  Region region("eu", "http://" + daemon.http());
  ASSERT_TRUE(store_->read({.sql = "select pg_advisory_lock(1)"}));
  std::jthread moving([&] {
    const auto store = *open_store(server_->url());
    const auto moved = move_in(*store, schema_, region, {.now_seconds = 1'000'000});
    EXPECT_TRUE(moved) << moved.error();
  });
  ASSERT_TRUE(e2e::eventually([&] {
    return ask("select count(*) from pg_locks where locktype = 'advisory' and not granted") == "1";
  }));
  execute(
      "insert into customer_product (customer_id, product_id, status, quantity) values "
      "('c_1', 1, 'Purchased', 4);");
  ASSERT_TRUE(store_->read({.sql = "select pg_advisory_unlock(1)"}));
  moving.join();
  EXPECT_EQ(ask("select purchased from holdfast_moved_product where sku = 'sku-1'"), "3");
  EXPECT_EQ(ask("select quantity from customer_product where coalesce(reservation, '') = ''"), "4");
}

}  // namespace
}  // namespace holdfast::store
