// What shoppers feel of a store beside them: nothing, whether it is up, locked by others, or gone.
#include <filesystem>
#include <thread>

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
  e2e::Process follow() {
    return {{test::bin_dir() + "/holdfast", "follow", "--store", store_.url(), "--tables", tables(),
             "--region", "eu=http://" + daemon().http()},
            dir_ / "follow.log"};
  }
  std::string tables() {
    e2e::write_file(dir_ / "tables.toml",
                    "[customer_product]\nquantity = \"quantity\"\nreservation = \"reservation\"\n");
    return dir_ / "tables.toml";
  }
  // The median of 1000 reservations a second, in microseconds. The tail is printed: on a busy machine it is
  // the machine's.
  std::int64_t p50(const std::string& name) {
    const auto answers = e2e::reserve_paced(
        {.http = daemon().http(), .sku = "cup", .prefix = name, .per_second = 1'000, .duration = 4s});
    EXPECT_EQ(answers.served(), static_cast<int>(answers.took_us.size())) << name;
    std::printf("%-8s p50 %6ld us, p99 %6ld us\n", name.c_str(), answers.percentile_us(50),
                answers.percentile_us(99));
    return answers.percentile_us(50);
  }

  StoreFile store_{full_tables + "insert into product values (1, 'cup', 0);"};
};

TEST_F(StoreShoppers, wait_no_longer_whether_the_store_is_up_locked_or_gone) {
  const auto alone = p50("alone");
  auto follower = follow();
  const auto up = p50("up");
  auto other = *open_store(store_.url());
  ASSERT_TRUE(other->read({.sql = "begin immediate"}));
  const auto locked = p50("locked");
  ASSERT_TRUE(other->read({.sql = "rollback"}));
  std::filesystem::rename(store_.path(), store_.path() + ".away");
  const auto gone = p50("gone");
  std::filesystem::rename(store_.path() + ".away", store_.path());
  // Two cores are shared by shoppers, daemon and follower: what a busy machine adds is no waiting for a
  // store.
  const auto bound = alone * 2 + 20'000;
  EXPECT_LT(up, bound);
  EXPECT_LT(locked, bound);
  EXPECT_LT(gone, bound);
  store_.reopen();
  EXPECT_TRUE(
      e2e::eventually([&] { return store_.ask("select count(*) from customer_product") == "16000"; }, 30s))
      << follower.log();
}

}  // namespace
}  // namespace holdfast::store
