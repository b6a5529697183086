// Everything at once: load in three regions, one of them cut off, another killed, again and again; nothing is
// sold twice. Under a sanitizer it goes on for a minute, and each daemon must end without a complaint.
#include <gtest/gtest.h>

#include <array>
#include <map>

#include "support/cluster.h"
#include "support/load.h"

namespace holdfast::e2e {
namespace {

#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
constexpr auto blows_for = 60s;
#else
constexpr auto blows_for = 5s;
#endif
constexpr std::int64_t stock_of_each = 20'000;

class Storm : public testing::Test {
 protected:
  void begin() {
    ASSERT_TRUE(cluster_.start());
    for (const std::string& region : Cluster::regions()) {
      ASSERT_EQ(cluster_.shop(region).adjust("cup", stock_of_each).status, 201);
      loads_[region] =
          std::make_unique<Load>(region, "cup", [this, region] { return cluster_[region].http(); });
      loads_[region]->start(2);
    }
  }
  // Shoppers go on being answered there.
  void expect_answers(const std::string& region, int more) {
    const int least = loads_[region]->answered() + more;
    EXPECT_TRUE(eventually([&] { return loads_[region]->answered() > least; }, 30s)) << region;
  }
  void blow(const std::string& cut_off, const std::string& killed, const std::string& spared) {
    expect_answers(spared, 60);
    cluster_.cut(cut_off);
    expect_answers(cut_off, 40);
    cluster_[killed].kill();
    expect_answers(spared, 40);
    ASSERT_TRUE(cluster_[killed].start()) << cluster_[killed].log();
    expect_answers(killed, 40);
    cluster_.heal();
    expect_answers(killed, 40);
  }
  // What each shopper was told still stands, and is what the region counts.
  void expect_books_of(const std::string& region) {
    Load& load = *loads_[region];
    Shop shop = cluster_.shop(region);
    EXPECT_TRUE(load.settle(shop)) << region;
    for (const auto& [id, told] : load.told())
      EXPECT_EQ(shop.state_of(id), told == Told::purchased ? "purchased" : "pending") << id;
    const Reply cup = shop.sku("cup");
    EXPECT_EQ(cup.number("purchased_here"), load.units(Told::purchased)) << cup.text;
    EXPECT_EQ(cup.number("reserved_here"), load.units(Told::reserved)) << cup.text;
  }

  Cluster cluster_{Wires::through_proxy};
  std::map<std::string, std::unique_ptr<Load>> loads_;
};

TEST_F(Storm, sells_what_there_is_and_nothing_twice) {
  ASSERT_NO_FATAL_FAILURE(begin());
  const auto began = std::chrono::steady_clock::now();
  for (std::size_t turn = 0; turn == 0 || std::chrono::steady_clock::now() - began < blows_for; ++turn) {
    const auto& regions = Cluster::regions();
    ASSERT_NO_FATAL_FAILURE(blow(regions[turn % 3], regions[(turn + 1) % 3], regions[(turn + 2) % 3]));
  }
  for (const auto& [region, load] : loads_) load->stop();

  EXPECT_TRUE(cluster_.all_up(40s));
  std::int64_t held = 0;
  for (const std::string& region : Cluster::regions()) {
    expect_books_of(region);
    held += loads_[region]->units(Told::purchased) + loads_[region]->units(Told::reserved);
  }
  EXPECT_LE(held, 3 * stock_of_each);
  EXPECT_TRUE(cluster_.converged(40s));
  std::int64_t available = 0;
  for (const std::string& region : Cluster::regions())
    available += cluster_.shop(region).sku("cup").number("available_here");
  EXPECT_EQ(held + available, 3 * stock_of_each);
  for (const std::string& region : Cluster::regions())
    EXPECT_EQ(cluster_[region].stop(), 0) << cluster_[region].log();
}

}  // namespace
}  // namespace holdfast::e2e
