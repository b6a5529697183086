// The follower beside a PostgreSQL that is locked, slow, stands still, or has lost where it was.
#include <csignal>
#include <thread>

#include "store/store_on_postgres.h"
#include "support/ephemeral_daemon.h"

namespace holdfast::store {
namespace {

using namespace std::chrono_literals;

TEST_F(StorePostgres, a_store_whose_position_is_gone_is_told_so_and_nothing_is_written_twice) {
  e2e::EphemeralDaemon daemon;
  e2e::Shop shop = daemon.shop();
  ASSERT_EQ(shop.adjust("sku-1", 10).status, 201);
  ASSERT_EQ(shop.reserve("sold", "sku-1", 1).status, 201);
  ASSERT_EQ(shop.purchase("sold").status, 200);
  follow("http://" + daemon.http());
  for (const auto* accident :
       {"delete from holdfast_position;", "drop table holdfast_position;", "drop table holdfast_home;"}) {
    execute(accident);
    std::string said;
    Follower follower({.store = server_->url(),
                       .region = "eu",
                       .endpoint = "http://" + daemon.http(),
                       .home = "eu",
                       .until_idle = true},
                      schema_, [&](const std::string& line) { said += line; });
    EXPECT_FALSE(follower.run(std::atomic<bool>{false}));
    EXPECT_TRUE(said.contains("Put that row back")) << said;
    EXPECT_EQ(ask("select reservation, status from customer_product where reservation <> ''"),
              "sold|Purchased");
    EXPECT_EQ(ask("select inventory from product where sku = 'sku-1'"), "30");
  }
}

TEST_F(StorePostgres, a_follower_says_that_it_waits_for_a_lock_and_ends_when_it_is_told_to) {
  e2e::EphemeralDaemon daemon;
  e2e::Shop shop = daemon.shop();
  ASSERT_EQ(shop.adjust("sku-1", 10).status, 201);
  std::atomic<bool> stop = false, said = false;
  Follower follower(
      {.store = server_->url(), .region = "eu", .endpoint = "http://" + daemon.http(), .home = "eu"}, schema_,
      [&](const std::string& line) { said = line.contains("SQL state 55P03"); });
  std::jthread thread([&] { EXPECT_TRUE(follower.run(stop)); });
  ASSERT_TRUE(e2e::eventually([&] { return ask("select written from holdfast_position") == "1"; }));
  ASSERT_TRUE(store_->read({.sql = "begin"}));
  ASSERT_TRUE(store_->read({.sql = "select * from holdfast_position for update"}));
  ASSERT_EQ(shop.adjust("sku-1", 10).status, 201);
  EXPECT_TRUE(e2e::eventually([&] { return said.load(); }));
  const auto began = std::chrono::steady_clock::now();
  stop = true;
  thread.join();
  EXPECT_LT(std::chrono::steady_clock::now() - began, 10s);
  ASSERT_TRUE(store_->read({.sql = "rollback"}));
}

TEST_F(StorePostgres, a_follower_says_of_a_server_that_takes_long_that_it_does_not_answer) {
  e2e::EphemeralDaemon daemon;
  std::atomic<bool> stop = false;
  Follower follower({.store = server_->url() + "&options=-c%20lock_timeout%3D1min",
                     .region = "eu",
                     .endpoint = "http://" + daemon.http(),
                     .home = "eu"},
                    schema_, [](const std::string&) {});
  std::jthread thread([&] { EXPECT_TRUE(follower.run(stop)); });
  ASSERT_TRUE(e2e::eventually([&] { return ask("select count(*) from holdfast_aside") == "0"; }));
  ASSERT_TRUE(store_->read({.sql = "begin"}));
  ASSERT_TRUE(store_->read({.sql = "lock table holdfast_aside in access exclusive mode"}));
  EXPECT_FALSE(follower.progress().waits);
  EXPECT_TRUE(e2e::eventually([&] { return follower.progress().waits; }, 30s));
  ASSERT_TRUE(store_->read({.sql = "rollback"}));
  EXPECT_TRUE(e2e::eventually([&] { return !follower.progress().waits; }));
  stop = true;
}

TEST_F(StorePostgres, a_follower_of_a_server_that_stands_still_ends_when_it_is_told_to) {
  e2e::EphemeralDaemon daemon;
  std::atomic<bool> stop = false;
  Follower follower(
      {.store = server_->url(), .region = "eu", .endpoint = "http://" + daemon.http(), .home = "eu"}, schema_,
      [](const std::string& line) { std::printf("%s\n", line.c_str()); });
  std::jthread thread([&] { EXPECT_TRUE(follower.run(stop)); });
  std::string pid;
  ASSERT_TRUE(e2e::eventually([&] {
    pid =
        ask("select pid from pg_stat_activity where application_name = 'holdfast' and state = 'idle' and "
            "pid <> pg_backend_pid() and query like '%holdfast_adjustment%'");
    return !pid.empty();
  }));
  ASSERT_EQ(::kill(std::stoi(pid), SIGSTOP), 0);
  std::this_thread::sleep_for(3s);  // it looks around each two
  const auto began = std::chrono::steady_clock::now();
  stop = true;
  thread.join();
  EXPECT_LT(std::chrono::steady_clock::now() - began, 10s);
  ASSERT_EQ(::kill(std::stoi(pid), SIGCONT), 0);
}

}  // namespace
}  // namespace holdfast::store
