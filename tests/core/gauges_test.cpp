// Gauges: what other regions are told of units that lie in baskets here, and when.
#include <gtest/gtest.h>

#include "support/shop.h"

namespace holdfast::test {
namespace {

using namespace std::chrono_literals;

// What was reserved last before a crash must not look reserved to the others for ever.
TEST(Gauges, are_published_also_where_a_crash_came_before) {
  Shop shop(Peers{"us"});
  shop.adjust("a", 8);
  shop.pass(2s);
  shop.reserve("r", {{"a", 7}});
  shop.pass(2s);
  const auto published = [&] { return shop.state().stock().row(self, SkuId(0)).reserved; };
  EXPECT_EQ(published(), Units(7));
  shop.release("r");
  shop.restart();
  shop.pass(2s);
  EXPECT_EQ(published(), Units(0));
}

// All 8 units lie in three baskets, and the others know it.
class GaugesOfWhatIsTaken : public testing::Test {
 protected:
  GaugesOfWhatIsTaken() : shop(Peers{"us"}) {
    shop.adjust("a", 8);
    for (const auto* id : {"r1", "r2"}) shop.reserve(id, {{"a", 3}});
    auto left_behind = reserve("r3", {{"a", 2}});
    left_behind.ttl = 5s;
    shop.ask(left_behind);
    shop.pass(2s);
    EXPECT_EQ(told(), 8);
  }
  // What the others are told lies in baskets.
  [[nodiscard]] std::int64_t told() const {
    return shop.state().stock().row(self, SkuId(0)).reserved.count();
  }
  Shop shop;
};

TEST_F(GaugesOfWhatIsTaken, tell_at_once_that_there_is_some_again_and_how_much_within_a_second) {
  shop.release("r1");
  EXPECT_EQ(told(), 5);
  shop.release("r2");
  EXPECT_EQ(told(), 5);
  shop.pass(1s);
  EXPECT_EQ(told(), 2);
}

TEST_F(GaugesOfWhatIsTaken, tell_it_at_once_of_what_expired) {
  shop.pass(3s);
  EXPECT_EQ(told(), 6);
}

TEST_F(GaugesOfWhatIsTaken, tell_nothing_of_what_another_shopper_here_waited_for) {
  shop.link("us");
  shop.hear("us", {{"a", 3}});
  auto patient = reserve("next", {{"a", 3}});
  patient.wait = 5s;
  shop.submit(patient);
  shop.release("r1");
  EXPECT_EQ(shop.state_of("next"), "pending");
  EXPECT_EQ(told(), 8);
}

TEST(Gauges, alone_take_a_version_at_most_once_a_second_and_only_when_they_moved_by_an_eighth) {
  Shop shop(Peers{"us"});
  shop.adjust("a", 80);
  shop.pass(2s);
  const auto version = [&] { return shop.state().replicas().version(self).value(); };
  const std::uint64_t before = version();
  shop.reserve("r1", {{"a", 10}});
  shop.pass(2s);
  EXPECT_EQ(version(), before);
  shop.reserve("r2", {{"a", 1}});
  shop.reserve("r3", {{"a", 20}});
  shop.pass(500ms);
  shop.reserve("r4", {{"a", 20}});
  shop.pass(400ms);
  EXPECT_LE(version(), before + 1);
  shop.pass(2s);
  EXPECT_EQ(shop.state().stock().row(self, SkuId(0)).reserved, Units(51));
  const std::uint64_t after = version();
  shop.pass(60s);
  EXPECT_EQ(version(), after);  // idle regions fall silent
}

}  // namespace
}  // namespace holdfast::test
