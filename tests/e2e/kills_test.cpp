// SIGKILL of a random region under load in all three, again and again: nothing acknowledged is lost or
// doubled.
#include <gtest/gtest.h>

#include <cstdlib>
#include <map>
#include <random>

#include "support/cluster.h"
#include "support/load.h"

namespace holdfast::e2e {
namespace {

constexpr std::int64_t stock_of_each = 20'000;

class Kills : public testing::Test {
 protected:
  void begin() {
    ASSERT_TRUE(cluster_.start());
    for (const std::string& region : Cluster::regions()) {
      ASSERT_EQ(cluster_.shop(region).adjust("cup", stock_of_each).status, 201);
      loads_.emplace(
          std::piecewise_construct, std::forward_as_tuple(region),
          std::forward_as_tuple(region, "cup", [this, region] { return cluster_[region].http(); }));
    }
  }

  [[nodiscard]] bool answered(const std::string& region, int more) {
    const int least = loads_.at(region).answered() + more;
    return eventually([&, least] { return loads_.at(region).answered() > least; }, 30s);
  }

  // What each shopper was told still stands, and is what the region counts.
  void expect_books_of(const std::string& region) {
    Load& load = loads_.at(region);
    Shop shop = cluster_.shop(region);
    ASSERT_TRUE(load.settle(shop)) << region;
    for (const auto& [id, told] : load.told())
      EXPECT_EQ(shop.state_of(id), told == Told::purchased ? "purchased" : "pending") << id;
    const Reply cup = shop.sku("cup");
    EXPECT_EQ(cup.number("purchased_here"), load.units(Told::purchased)) << cup.text;
    EXPECT_EQ(cup.number("reserved_here"), load.units(Told::reserved)) << cup.text;
  }

  std::int64_t units_everywhere() {
    std::int64_t units = 0;
    for (const std::string& region : Cluster::regions()) {
      const Reply cup = cluster_.shop(region).sku("cup");
      units += cup.number("available_here") + cup.number("reserved_here") + cup.number("purchased_here");
    }
    return units;
  }

  Cluster cluster_;
  std::map<std::string, Load> loads_;
};

TEST_F(Kills, of_random_regions_under_load_lose_and_double_nothing) {
  const int rounds = std::getenv("HOLDFAST_FULL") != nullptr ? 30 : 4;
  ASSERT_NO_FATAL_FAILURE(begin());
  std::mt19937 random(11);
  for (int round = 0; round < rounds; ++round) {
    for (auto& [region, load] : loads_) load.start(2);
    const std::string victim = Cluster::regions()[std::uniform_int_distribution<std::size_t>(0, 2)(random)];
    EXPECT_TRUE(answered(victim, std::uniform_int_distribution<int>(10, 200)(random)));
    cluster_[victim].kill();
    for (const std::string& region : Cluster::regions())
      if (region != victim) {
        EXPECT_TRUE(answered(region, 20)) << region << " while " << victim << " is dead";
      }
    ASSERT_TRUE(cluster_[victim].start()) << cluster_[victim].log();
    EXPECT_TRUE(answered(victim, 20));
    for (auto& [region, load] : loads_) load.stop();
    for (const std::string& region : Cluster::regions()) expect_books_of(region);
  }
  EXPECT_TRUE(cluster_.all_up(40s));
  EXPECT_TRUE(cluster_.converged(40s));
  EXPECT_EQ(units_everywhere(), 3 * stock_of_each);
  std::size_t told = 0;
  for (const auto& [region, load] : loads_) told += load.told().size();
  std::printf("%d kills, %zu reservations, none lost, none doubled\n", rounds, told);
}

}  // namespace
}  // namespace holdfast::e2e
