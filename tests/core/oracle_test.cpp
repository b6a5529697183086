// Histories against the oracle: random ones by the thousand, and every short one of a small world.
#include <gtest/gtest.h>

#include <functional>

#include "base/random.h"
#include "support/effort.h"
#include "support/pair.h"

namespace holdfast::test {
namespace {

TEST(Oracle, agrees_with_the_core_over_random_histories) {
  int histories = 0;
  for (std::uint64_t seed = 1; seed <= 1'000; ++seed, ++histories) {
    Random random(seed);
    Pair pair;
    for (int i = 0; i < 40; ++i) random_act(pair, random);
    pair.compare(all_skus, all_ids);
    ASSERT_EQ(pair.wrong(), "") << "seed " << seed;
  }
  std::printf("%d random histories of 40 calls\n", histories);
}

// Two units of one SKU, two ids: every history of this length over every call that makes sense.
using Act = std::function<void(Pair&)>;

std::vector<Act> small_world() {
  std::vector<Act> acts;
  for (const std::string id : {"r1", "r2"}) {
    acts.push_back([id](Pair& pair) { pair.reserve(id, {{"a", id == "r1" ? 1 : 2}}); });
    acts.push_back([id](Pair& pair) { pair.purchase(id); });
    acts.push_back([id](Pair& pair) { pair.release(id); });
  }
  acts.push_back([](Pair& pair) { pair.reserve("r2", {{"a", 2}}, 1, "r1"); });
  acts.push_back([](Pair& pair) { pair.extend("r1", 2); });
  acts.push_back([](Pair& pair) { pair.change("r1", {{"a", 2}}); });
  acts.push_back([](Pair& pair) { pair.give_back("r1", "k1"); });
  acts.push_back([](Pair& pair) { pair.adjust("a", -1, "k2"); });
  acts.push_back([](Pair& pair) {
    pair.sleep(1'000);
    pair.tick();
  });
  return acts;
}

TEST(SmallWorld, every_short_history_is_as_the_oracle_has_it) {
  constexpr int length = 4;
  const std::vector<Act> acts = small_world();
  std::uint64_t histories = 1;
  for (int i = 0; i < length; ++i) histories *= acts.size();
  for (std::uint64_t number = 0; number < histories; number += sanitized ? 8 : 1) {
    Pair pair;
    pair.adjust("a", 2, "k0");
    for (std::uint64_t rest = number, i = 0; i < length; ++i, rest /= acts.size())
      acts[rest % acts.size()](pair);
    pair.compare({"a"}, {"r1", "r2"});
    ASSERT_EQ(pair.wrong(), "") << "history " << number;
  }
  std::printf("%llu histories of %d calls out of %zu: 1 SKU, 2 units, 2 reservations\n",
              static_cast<unsigned long long>(histories), length, acts.size());
}

}  // namespace
}  // namespace holdfast::test
