// PostgreSQL and what only a server can do: go away in the middle, and work on for a client that has.
#include <thread>

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

}  // namespace
}  // namespace holdfast::store
