// Every short history of a small world: three regions, one SKU, three units, and whatever may happen to them.
#include <gtest/gtest.h>

#include <functional>

#include "support/small_world.h"

namespace holdfast::test {
namespace {

struct Act {
  std::string name;
  std::function<bool(SmallWorld&)> happens;
};

std::vector<Act> alphabet() {
  std::vector<Act> acts;
  const auto add = [&](std::string name, auto happens) { acts.push_back({std::move(name), happens}); };
  const auto region = [](std::size_t at) { return std::string(1, static_cast<char>('a' + at)); };
  for (std::size_t at = 0; at < SmallWorld::regions; ++at) {
    add("reserve at " + region(at), [at](SmallWorld& world) { return world.reserve(at, 1); });
    add("purchase at " + region(at), [at](SmallWorld& world) { return world.purchase(at); });
    add("release at " + region(at), [at](SmallWorld& world) { return world.release(at); });
    add("crash of " + region(at), [at](SmallWorld& world) { return world.crash(at); });
    for (std::size_t to = 0; to < SmallWorld::regions; ++to) {
      if (to == at) continue;
      const std::string link = region(at) + " to " + region(to);
      add("deliver " + link, [at, to](SmallWorld& world) { return world.deliver(at, to); });
      add("lose " + link, [at, to](SmallWorld& world) { return world.lose(at, to); });
      if (at < to) add("relink " + link, [at, to](SmallWorld& world) { return world.relink(at, to); });
    }
  }
  add("reserve 2 at c", [](SmallWorld& world) { return world.reserve(2, 2); });
  add("restock at b", [](SmallWorld& world) { return world.restock(1); });
  add("wait", [](SmallWorld& world) { return world.wait(); });
  return acts;
}

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

  const std::vector<Act> acts_ = alphabet();
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
