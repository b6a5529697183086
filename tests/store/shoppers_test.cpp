// What shoppers feel of a store beside them: nothing, whether it is up, locked by others, or gone.
//
// With HOLDFAST_FULL set, on a machine of its own: their p99 at 1000 reservations a second stays within 1 ms
// or a quarter, whichever is more.
#include <cstdlib>
#include <filesystem>

#include "store/postgres_server.h"
#include "store/store_file.h"
#include "support/one_daemon.h"
#include "support/paced.h"
#include "support/paths.h"

namespace holdfast::store {
namespace {

using namespace std::chrono_literals;

class StoreShoppers : public e2e::OneDaemon {
 protected:
  void SetUp() override {
    OneDaemon::SetUp();
    ASSERT_EQ(shop().adjust("cup", 10'000'000).status, 201);
  }
  e2e::Process follow(const std::string& url) {
    return {{test::bin_dir() + "/holdfast", "follow", "--store", url, "--tables", tables(), "--region",
             "eu=http://" + daemon().http()},
            dir_ / "follow.log"};
  }
  std::string tables() {
    e2e::write_file(dir_ / "tables.toml",
                    "[customer_product]\nquantity = \"quantity\"\nreservation = \"reservation\"\n");
    return dir_ / "tables.toml";
  }
  static bool is_full() { return std::getenv("HOLDFAST_FULL") != nullptr; }
  static std::chrono::seconds phase() { return is_full() ? 20s : 4s; }

  // Of 1000 reservations a second, in microseconds: their p99 on a machine of its own; on a busy one the tail
  // is the machine's, and it is the median.
  std::int64_t reserve(const std::string& name) {
    const auto answers = e2e::reserve_paced(
        {.http = daemon().http(), .sku = "cup", .prefix = name, .per_second = 1'000, .duration = phase()});
    EXPECT_EQ(answers.served(), static_cast<int>(answers.took_us.size())) << name;
    std::printf("%-8s p50 %6ld us, p99 %6ld us\n", name.c_str(), answers.percentile_us(50),
                answers.percentile_us(99));
    return answers.percentile_us(is_full() ? 99 : 50);
  }
  static std::int64_t bound(std::int64_t alone) {
    return is_full() ? std::max(alone + 1'000, alone * 5 / 4) : alone * 2 + 20'000;
  }

  void wait_no_longer_whether_the_file_is_up_locked_or_gone();

  StoreFile store_{full_tables + "insert into product values (1, 'cup', 0);"};
};

void StoreShoppers::wait_no_longer_whether_the_file_is_up_locked_or_gone() {
  const auto alone = reserve("alone");
  auto follower = follow(store_.url());
  EXPECT_LE(reserve("up"), bound(alone));
  auto other = *open_store(store_.url());
  ASSERT_TRUE(other->read({.sql = "begin immediate"}));
  EXPECT_LE(reserve("locked"), bound(alone));
  ASSERT_TRUE(other->read({.sql = "rollback"}));
  std::filesystem::rename(store_.path(), store_.path() + ".away");
  EXPECT_LE(reserve("gone"), bound(alone));
  std::filesystem::rename(store_.path() + ".away", store_.path());
  store_.reopen();
  const auto rows = std::to_string(4'000 * phase().count());
  EXPECT_TRUE(
      e2e::eventually([&] { return store_.ask("select count(*) from customer_product") == rows; }, 60s))
      << follower.log();
}

TEST_F(StoreShoppers, wait_no_longer_whether_a_file_in_wal_mode_is_up_locked_or_gone) {
  ASSERT_EQ(store_.ask("pragma journal_mode = wal"), "wal");
  wait_no_longer_whether_the_file_is_up_locked_or_gone();
}

TEST_F(StoreShoppers, wait_no_longer_whether_a_file_with_a_rollback_journal_is_up_locked_or_gone) {
  wait_no_longer_whether_the_file_is_up_locked_or_gone();
}

TEST_F(StoreShoppers, wait_no_longer_whether_a_postgresql_is_up_locked_or_down) {
  if (PostgresServer::programs().empty())
    GTEST_SKIP() << "no PostgreSQL server that can be run here (package postgresql)";
  PostgresServer server;
  ASSERT_TRUE(server.start()) << server.log();
  auto store = *open_store(server.url());
  for (
      const auto* sql :
      {"create table product (id serial primary key, sku text unique, inventory bigint not null)",
       "create table customer (id text primary key)",
       "create table customer_product (id serial primary key, customer_id text, product_id integer not null, "
       "status text not null, quantity integer not null, reservation text)",
       "create index customer_product_reservation on customer_product (reservation)",
       "insert into product values (1, 'cup', 0)"})
    ASSERT_TRUE(store->apply({{.sql = sql}}));
  const auto alone = reserve("alone");
  auto follower = follow(server.url());
  EXPECT_LE(reserve("up"), bound(alone));
  ASSERT_TRUE(store->read({.sql = "begin"}));
  ASSERT_TRUE(store->read({.sql = "lock table customer_product in access exclusive mode"}));
  EXPECT_LE(reserve("locked"), bound(alone));
  ASSERT_TRUE(store->read({.sql = "rollback"}));
  server.kill();
  EXPECT_LE(reserve("down"), bound(alone));
  ASSERT_TRUE(server.start()) << server.log();
  store = *open_store(server.url());
  const auto rows = std::to_string(4'000 * phase().count());
  EXPECT_TRUE(e2e::eventually(
      [&] { return store->read({.sql = "select count(*) from customer_product"}).value()[0][0] == rows; },
      60s))
      << follower.log();
}

}  // namespace
}  // namespace holdfast::store
