// PostgreSQL and what only a server can do: go away in the middle, and work on for a client that has.
#include <sys/wait.h>
#include <unistd.h>

#include <csignal>
#include <thread>

#include "store/move_in.h"
#include "store/own_tables.h"
#include "store/store_on_postgres.h"
#include "support/ephemeral_daemon.h"
#include "support/load.h"

namespace holdfast::store {
namespace {

using namespace std::chrono_literals;
using std::chrono::milliseconds;

TEST_F(StorePostgres, a_server_that_is_stopped_at_once_and_comes_back_has_lost_and_doubled_nothing) {
  execute("delete from customer_product;");
  e2e::EphemeralDaemon daemon;
  e2e::Shop shop = daemon.shop();
  ASSERT_EQ(shop.adjust("sku-1", 1'000'000).status, 201);
  std::atomic<bool> stop = false;
  Follower follower(
      {.store = server_->url(), .region = "eu", .endpoint = "http://" + daemon.http(), .home = "eu"}, schema_,
      [](const std::string& line) { std::printf("%s\n", line.c_str()); });
  std::thread thread([&] { EXPECT_TRUE(follower.run(stop)); });
  e2e::Load load("t", "sku-1", [&] { return daemon.http(); });
  for (int i = 0; i < 3; ++i) {
    load.start(2);
    std::this_thread::sleep_for(milliseconds(100 + 50 * i));
    server_->kill();
    load.stop();  // what is sold must be written before the test's time is over
    ASSERT_TRUE(server_->start()) << server_->log();
  }
  ASSERT_TRUE(load.settle(shop));
  store_ = *open_store(server_->url());
  const auto rows = std::to_string(load.told().size());
  EXPECT_TRUE(e2e::eventually([&] { return ask("select count(*) from customer_product") == rows; }, 60s));
  std::this_thread::sleep_for(300ms);  // nothing more comes
  EXPECT_EQ(ask("select count(*), count(distinct reservation) from customer_product"), rows + "|" + rows);
  EXPECT_EQ(ask("select count(*) from holdfast_aside"), "0");
  stop = true;
  thread.join();
  std::printf("%s reservations\n", rows.c_str());
}

TEST_F(StorePostgres, rows_that_a_crash_of_the_server_took_are_written_again_and_once) {
  execute("delete from customer_product;");
  // So that what was not synced at its commit is not for ten seconds.
  ASSERT_TRUE(store_->read({.sql = "alter system set wal_writer_delay = '10s'"}));
  ASSERT_TRUE(store_->read({.sql = "select pg_reload_conf()"}));
  e2e::EphemeralDaemon daemon;
  e2e::Shop shop = daemon.shop();
  ASSERT_EQ(shop.adjust("sku-1", 1'000).status, 201);
  int sold = 0;
  const auto sell = [&](int until) {
    for (; sold < until; ++sold) ASSERT_EQ(shop.reserve("r" + std::to_string(sold), "sku-1", 1).status, 201);
    follow("http://" + daemon.http());
  };
  sell(1);  // which wakes the server's writer of its log
  sell(100);
  ASSERT_EQ(ask("select count(*) from customer_product"), "100");
  server_->kill();
  ASSERT_TRUE(server_->start()) << server_->log();
  store_ = *open_store(server_->url());
  const auto left = std::stoi(ask("select count(*) from customer_product"));
  EXPECT_LT(left, 100) << "shoppers wait for syncs that nobody needs";
  EXPECT_EQ(ask("select written from holdfast_position"), std::to_string(left + 1));  // the stock
  sell(110);
  EXPECT_EQ(ask("select count(*), count(distinct reservation) from customer_product"), "110|110");
  std::printf("%d of 100 outlived the crash\n", left);
}

TEST_F(StorePostgres, rows_may_be_lost_by_a_crash_but_nothing_that_others_act_upon_before) {
  ASSERT_TRUE(make_own_tables(*store_));
  execute("create table seen (what text, durable text);");
  const auto watch = [&](const std::string& table) {
    ASSERT_TRUE(store_->apply({{.sql = "create rule seen_" + table + " as on update to " + table +
                                       " do also insert into seen values ('" + table +
                                       "', current_setting('synchronous_commit'))"}}));
  };
  e2e::EphemeralDaemon daemon;
  ASSERT_EQ(daemon.shop().adjust("sku-1", 1'000).status, 201);
  follow("http://" + daemon.http());
  watch("holdfast_position");
  watch("holdfast_adjustment");
  ASSERT_EQ(daemon.shop().reserve("cart-1", "sku-1", 1).status, 201);
  execute("insert into holdfast_adjustment (id, region, sku, delta) values ('d-1', 'eu', 'sku-1', 5);");
  follow("http://" + daemon.http());
  EXPECT_EQ(ask("select distinct what, durable from seen order by 1"),
            "holdfast_adjustment|on\nholdfast_position|off");
}

TEST_F(StorePostgres, a_server_works_no_longer_for_a_client_that_was_killed) {
  const pid_t client = ::fork();
  if (client == 0) {
    auto store = open_store(server_->url());
    std::ignore = (*store)->read({.sql = "select pg_sleep(60)"});
    ::_exit(0);
  }
  const auto sleeping = [&] {
    return ask("select count(*) from pg_stat_activity where query like 'select pg_sleep%'");
  };
  EXPECT_TRUE(e2e::eventually([&] { return sleeping() == "1"; }));
  ::kill(client, SIGKILL);
  ::waitpid(client, nullptr, 0);
  EXPECT_TRUE(e2e::eventually([&] { return sleeping() == "0"; }, 5s));
}

TEST_F(StorePostgres, a_move_ends_though_the_server_takes_what_was_moved_for_nothing) {
  e2e::EphemeralDaemon daemon;
  Region home("eu", "http://" + daemon.http());
  execute("update product set inventory = 20000 where id = 1;");
  const auto more = [&](int rows) {
    execute(
        "insert into customer_product (product_id, status, quantity) "
        "select 1, 'Pending', 1 from generate_series(1, " +
        std::to_string(rows) + ");");
  };
  more(16'000);
  ASSERT_TRUE(move_in(*store_, schema_, home, {.now_seconds = 1'000'000}));
  more(100);
  // As after a transaction that filled them and was undone, and a vacuum.
  execute(
      "analyze holdfast_moved_row; analyze holdfast_moved_product;"
      "update pg_class set reltuples = 0 where relname like 'holdfast_moved_%';"
      "alter role postgres set statement_timeout = '3s';");
  store_ = *open_store(server_->url());
  const auto moved = move_in(*store_, schema_, home, {.now_seconds = 1'000'000});
  ASSERT_TRUE(moved) << moved.error();
  EXPECT_EQ(moved->rows, 16'120);
}

}  // namespace
}  // namespace holdfast::store
