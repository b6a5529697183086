#include <gtest/gtest.h>

#include "sim/fuzz/tally_file.h"
#include "sim/scratch.h"

namespace holdfast::sim {
namespace {

TEST(TallyFile, CountsEachSeedOnceHoweverOftenItPassed) {
  const Scratch scratch;
  const TallyFile file(scratch.path() / "tally.tsv");
  EXPECT_EQ(file.total("abc", "-"), 0u);
  EXPECT_EQ(file.add("abc", "-", {1, 2, 3, 7}), "");
  EXPECT_EQ(file.add("abc", "-", {3, 4}), "");
  EXPECT_EQ(file.add("abc", "--without cuts", {8, 9}), "");
  EXPECT_EQ(file.add("def", "-", {10}), "");
  EXPECT_EQ(file.total("abc", "-"), 5u);
  EXPECT_EQ(file.total("abc", "--without cuts"), 2u);
  EXPECT_EQ(file.total("def", "-"), 1u);
}

TEST(TallyFile, SaysWhyItCannotBeWritten) {
  const Scratch scratch;
  EXPECT_NE(TallyFile(scratch.path() / "nowhere" / "tally.tsv").add("abc", "-", {1}), "");
}

}  // namespace
}  // namespace holdfast::sim
