#include "sim/swarm/convergence.h"
#include "three_regions.h"

namespace holdfast::sim {
namespace {

using ConvergenceTest = ThreeRegions;

TEST_F(ConvergenceTest, WhoeverKnowsAllOfTheOthersHasConverged) {
  run(Millis(500));
  EXPECT_TRUE(ask(0, delivery(10), Millis(1))->has_value());
  EXPECT_FALSE(converged(regions, {0, 1, 2})) << "the delivery is on its way";
  run(Millis(500));
  EXPECT_TRUE(converged(regions, {0, 1, 2}));
}

// Seed 104400: what it had said before still arrived, and the rows of the others were compared meanwhile.
TEST_F(ConvergenceTest, NobodyHasConvergedWhoStillHearsARegionThatIsCutOffForGood) {
  run(Millis(500));
  paths.set_cut_both(0, 2, true);
  paths.set_cut_both(1, 2, true);
  run(Millis(100));
  ASSERT_TRUE(regions[0]->linked(2));
  EXPECT_FALSE(converged(regions, {0, 1}));
  run(Millis(10'000));
  ASSERT_FALSE(regions[0]->linked(2));
  EXPECT_TRUE(converged(regions, {0, 1}));
}

}  // namespace
}  // namespace holdfast::sim
