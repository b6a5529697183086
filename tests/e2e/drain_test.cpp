// A region that goes down on purpose: `holdfast drain --give-rights`.
#include <gmock/gmock.h>

#include "support/cluster.h"
#include "support/paths.h"

namespace holdfast::e2e {
namespace {

class Drain : public testing::Test {
 protected:
  void SetUp() override {
    ASSERT_TRUE(cluster_.start());
    ASSERT_EQ(eu().adjust("cup", 100).status, 201);
    ASSERT_EQ(eu().adjust("plate", 1).status, 201);
    ASSERT_EQ(eu().reserve("basket", "cup", 5).status, 201);
    for (const char* region : {"us", "ap"})
      ASSERT_TRUE(eventually([&] { return cluster_.shop(region).sku("plate").status == 200; }));
    ASSERT_TRUE(cluster_.converged());
  }
  Shop eu() { return cluster_.shop("eu"); }
  Ran drain(const std::vector<std::string>& words) {
    std::vector<std::string> command{test::bin_dir() + "/holdfast", "drain", "--endpoint",
                                     "http://" + cluster_["eu"].http()};
    command.insert(command.end(), words.begin(), words.end());
    return run(command, 60s);
  }
  std::int64_t available(const std::string& region, const std::string& sku) {
    return cluster_.shop(region).sku(sku).number("available_here");
  }
  bool others_have(std::int64_t cups) {
    return eventually([&] { return available("us", "cup") + available("ap", "cup") == cups; });
  }

  Cluster cluster_;
};

TEST_F(Drain, gives_all_but_what_is_reserved_and_asks_for_none_until_it_is_stopped) {
  const Ran first = drain({"--give-rights"});
  EXPECT_EQ(first.code, 6) << first.printed;
  EXPECT_THAT(first.printed, testing::HasSubstr("reserved     5\nleft         0\n"));
  EXPECT_THAT(first.printed, testing::HasSubstr("--wait"));
  EXPECT_TRUE(others_have(95));
  EXPECT_EQ(available("us", "plate") + available("ap", "plate"), 1);
  EXPECT_EQ(eu().get("/readyz").code(), "draining");
  EXPECT_EQ(eu().reserve("late", "cup", 1, R"("wait_ms":1000)").code(), "insufficient_here");
  EXPECT_EQ(cluster_.shop("us").reserve("there", "cup", 60, R"("wait_ms":5000)").status, 201);
  ASSERT_EQ(eu().release("basket").status, 200);
  const Ran second = drain({"--give-rights"});
  EXPECT_EQ(second.code, 0) << second.printed;
  EXPECT_TRUE(others_have(40));
  EXPECT_EQ(eu().get("/v1/rights?sku=cup").at("skus.0.regions.0.rights"), "0");
  EXPECT_EQ(drain({"--stop"}).code, 0);
  EXPECT_EQ(eu().get("/readyz").status, 200);
  EXPECT_EQ(eu().reserve("again", "cup", 1, R"("wait_ms":5000)").status, 201);
  EXPECT_TRUE(cluster_.converged());
  for (const std::string& region : Cluster::regions())
    EXPECT_EQ(cluster_.shop(region).get("/v1/audit").at("ok"), "true") << region;
}

TEST_F(Drain, gives_to_those_that_are_up_and_says_what_nobody_could_take) {
  cluster_["ap"].kill();
  ASSERT_TRUE(eventually([&] { return eu().get("/v1/drain").at("regions.1.up") == "false"; }));
  const Ran some = drain({"--give-rights"});
  EXPECT_THAT(some.printed, testing::HasSubstr("given to us  96\nreserved"));
  cluster_["us"].kill();
  ASSERT_TRUE(eventually([&] { return eu().get("/v1/drain").at("regions.0.up") == "false"; }));
  ASSERT_EQ(eu().adjust("cup", 7).status, 201);
  const Ran none = drain({"--give-rights"});
  EXPECT_EQ(none.code, 6);
  EXPECT_THAT(none.printed, testing::HasSubstr("no other region is up"));
  EXPECT_EQ(available("eu", "cup"), 7);
}

}  // namespace
}  // namespace holdfast::e2e
