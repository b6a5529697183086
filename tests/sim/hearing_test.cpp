#include "sim/check/hearing.h"

#include "three_regions.h"

namespace holdfast::sim {
namespace {

struct HearingTest : ThreeRegions {
  [[nodiscard]] Hearing::Span now() const {
    return {stage.queue.now() - Millis(1), stage.queue.now() - Millis(1), CoreConfig{}.cut_off_after};
  }
  // Time goes on: what is said afterwards tells of the link.
  void run_a_while() { run(Millis(3'000)); }
};

TEST_F(HearingTest, WhoeverIsLinkedIsSurelyUp) {
  run_a_while();
  const Hearing::Span then = now();
  run(Millis(1'000));
  for (std::size_t at = 0; at < 3; ++at) {
    for (std::size_t of = 0; of < 3; ++of) {
      if (at == of) continue;
      EXPECT_TRUE(hearing.surely_up(at, of, then));
      EXPECT_FALSE(hearing.surely_cut(at, of, then));
    }
  }
}

TEST_F(HearingTest, WhomNobodyHearsIsSurelyCutOnlyAfterTheSilenceThatCutsItOff) {
  run_a_while();
  paths.set_cut_both(0, 1, true);
  paths.set_cut_both(0, 2, true);
  run(Millis(500));
  EXPECT_FALSE(hearing.surely_cut(1, 0, now()));
  run_a_while();
  EXPECT_TRUE(hearing.surely_cut(1, 0, now()));
  EXPECT_FALSE(hearing.surely_up(1, 0, now()));
}

TEST_F(HearingTest, WhoIsHeardByWayOfAThirdMayBeUp) {
  run_a_while();
  paths.set_cut_both(0, 1, true);
  run(Millis(10'000));
  EXPECT_FALSE(hearing.surely_cut(1, 0, now()));
  EXPECT_FALSE(hearing.surely_up(1, 0, now()));
}

TEST_F(HearingTest, WhatAPeerSaidThatItKnowsStandsUntilItSaysMore) {
  run(Millis(500));
  EXPECT_TRUE(ask(0, delivery(10))->has_value());
  run_a_while();
  const Hearing::Span then = now();
  run(Millis(1'000));
  ASSERT_TRUE(hearing.surely_up(1, 0, then));
  const Hearing::Versions* stated = hearing.stated(1, 0, then);
  ASSERT_NE(stated, nullptr);
  const auto own =
      std::ranges::find(*stated, regions[0]->config().own, &message::VersionVector::Entry::replica);
  ASSERT_NE(own, stated->end());
  EXPECT_EQ(own->version, Version(1));
  EXPECT_EQ(hearing.stated(1, 0, {sim_time(Micros(0)), then.to, then.longest}), nullptr);
}

}  // namespace
}  // namespace holdfast::sim
