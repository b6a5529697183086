// Every short history of a small world: three regions, one SKU, three units, and whatever may happen to them.
#include <gtest/gtest.h>

#include "support/small_world.h"

namespace holdfast::test {
namespace {

class SmallWorlds : public testing::Test {
 protected:
  // Goes on from this world by each act in turn. An act that finds nothing to be done to is no history.
  void explore(const SmallWorld& world, std::size_t length) {
    if (length == 0) return end(world);
    for (std::size_t act = 0; act < acts_.size() && !HasFailure(); ++act) {
      SmallWorld next = world;
      history_.push_back(act);
      if (acts_[act].happens(next)) {
        if (!next.wrong().empty()) ADD_FAILURE() << next.wrong() << told();
        explore(next, length - 1);
      }
      history_.pop_back();
    }
  }

  // One history is over. Of some, the world is healed and left alone.
  void end(const SmallWorld& world) {
    if (++histories_ % sample_ != 0) return;
    ++healed_;
    SmallWorld healed = world;
    EXPECT_TRUE(healed.converges()) << "O5: it does not come to rest" << told();
    EXPECT_TRUE(healed.sells_all(healed_ % SmallWorld::regions)) << "O6: a unit is stranded" << told();
    EXPECT_TRUE(healed.converges()) << "O5: it does not come to rest after the sale" << told();
    EXPECT_EQ(healed.wrong(), "") << told();
  }

  [[nodiscard]] std::string told() const {
    std::string text;
    for (const std::size_t act : history_) text += "\n  " + acts_[act].name;
    return text;
  }

  void explore_all(std::size_t length, std::uint64_t sample) {
    sample_ = sample;
    explore(SmallWorld(), length);
    std::printf("%llu histories of %zu acts out of %zu: 3 regions, 1 SKU, 3 units; %llu of them healed\n",
                static_cast<unsigned long long>(histories_), length, acts_.size(),
                static_cast<unsigned long long>(healed_));
  }

  const std::vector<SmallAct> acts_ = small_acts();
  std::vector<std::size_t> history_;
  std::uint64_t histories_ = 0;
  std::uint64_t healed_ = 0;
  std::uint64_t sample_ = 1;
};

TEST_F(SmallWorlds, hold_in_every_history_of_three_acts) {
  explore_all(3, 50);
  EXPECT_GT(histories_, 4'000u);
}

TEST_F(SmallWorlds, hold_in_a_million_histories) {
  explore_all(5, 2'003);
  EXPECT_GE(histories_, 1'000'000u);
}

}  // namespace
}  // namespace holdfast::test
