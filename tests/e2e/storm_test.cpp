// Everything at once: load in three regions, one of them cut off, one of them killed; nothing is sold twice.
#include <gtest/gtest.h>

#include <array>

#include "support/cluster.h"
#include "support/load.h"

namespace holdfast::e2e {
namespace {

TEST(Storm, sells_what_there_is_and_nothing_twice) {
  constexpr std::int64_t stock = 1500;
  Cluster cluster(Wires::through_proxy);
  ASSERT_TRUE(cluster.start());
  for (const std::string& region : Cluster::regions())
    ASSERT_EQ(cluster.shop(region).adjust("cup", stock / 3).status, 201);
  std::vector<std::unique_ptr<Load>> loads;
  for (const std::string& region : Cluster::regions()) {
    loads.push_back(std::make_unique<Load>(region, "cup", [&, region] { return cluster[region].http(); }));
    loads.back()->start(2);
  }
  const auto answered = [&](std::size_t of, int more) {
    const int least = loads[of]->answered() + more;
    return eventually([&, least] { return loads[of]->answered() > least; }, 30s);
  };
  EXPECT_TRUE(answered(0, 60));
  cluster.cut("ap");
  EXPECT_TRUE(answered(2, 40));
  cluster["us"].kill();
  EXPECT_TRUE(answered(0, 40));
  ASSERT_TRUE(cluster["us"].start()) << cluster["us"].log();
  EXPECT_TRUE(answered(1, 40));
  cluster.heal();
  EXPECT_TRUE(answered(1, 40));
  for (const auto& load : loads) load->stop();

  EXPECT_TRUE(cluster.all_up(40s));
  std::int64_t held = 0;
  for (std::size_t i = 0; i < loads.size(); ++i) {
    Shop shop = cluster.shop(Cluster::regions()[i]);
    EXPECT_TRUE(loads[i]->settle(shop));
    for (const auto& [id, told] : loads[i]->told())
      EXPECT_EQ(shop.state_of(id), told == Told::purchased ? "purchased" : "pending") << id;
    const Reply cup = shop.sku("cup");
    EXPECT_EQ(cup.number("purchased_here"), loads[i]->units(Told::purchased)) << cup.text;
    EXPECT_EQ(cup.number("reserved_here"), loads[i]->units(Told::reserved)) << cup.text;
    held += loads[i]->units(Told::purchased) + loads[i]->units(Told::reserved);
  }
  EXPECT_LE(held, stock);
  EXPECT_TRUE(cluster.converged(40s));
  std::int64_t available = 0;
  for (const std::string& region : Cluster::regions())
    available += cluster.shop(region).sku("cup").number("available_here");
  EXPECT_EQ(held + available, stock);
}

}  // namespace
}  // namespace holdfast::e2e
