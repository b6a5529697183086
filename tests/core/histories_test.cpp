// Long random histories, of one region against the oracle and of three with all that may befall them; what
// fails is shrunk to the fewest acts that still do.
#include <gtest/gtest.h>
#include <rapidcheck.h>

#include <sstream>

#include "support/effort.h"
#include "support/pair.h"
#include "support/small_world.h"

namespace holdfast::test {
namespace {

using History = std::vector<std::uint32_t>;

// The same histories every time. `holds` gives why one does not; empty: it does.
template <class Holds>
void check_histories(int all, int acts_max, Holds holds) {
  const int count = tries(all);
  const auto property = [&] {
    const auto history = *rc::gen::container<History>(rc::gen::arbitrary<std::uint32_t>());
    const std::string wrong = holds(history);
    if (!wrong.empty()) RC_FAIL(wrong);
  };
  const rc::detail::TestParams params{.seed = 7, .maxSuccess = count, .maxSize = acts_max};
  const auto result = rc::detail::checkTestable(property, rc::detail::TestMetadata(), params);
  std::ostringstream said;
  rc::detail::printResultMessage(result, said);
  EXPECT_TRUE(result.template is<rc::detail::SuccessResult>()) << said.str();
  std::printf("%d histories of up to %d acts\n", count, acts_max);
}

TEST(Histories, of_one_region_are_as_the_oracle_has_them) {
  check_histories(3'000, 120, [](const History& history) {
    Pair pair;
    for (const std::uint32_t act : history) {
      Random random(act);
      random_act(pair, random);
    }
    pair.compare(all_skus, all_ids);
    return pair.wrong();
  });
}

TEST(Histories, of_three_regions_keep_every_promise_and_come_to_rest) {
  const auto acts = small_acts();
  check_histories(600, 150, [&](const History& history) -> std::string {
    SmallWorld world;
    std::string told;
    for (const std::uint32_t drawn : history) {
      const SmallAct& act = acts[drawn % acts.size()];
      if (!act.happens(world)) continue;
      told += "\n  " + act.name;
      if (!world.wrong().empty()) return world.wrong() + told;
    }
    if (!world.converges()) return "O5: it does not come to rest" + told;
    if (!world.sells_all(history.size() % SmallWorld::regions)) return "O6: a unit is stranded" + told;
    return world.wrong().empty() ? std::string() : world.wrong() + told;
  });
}

}  // namespace
}  // namespace holdfast::test
