#include "sim/check/audit.h"
#include "three_regions.h"

namespace holdfast::sim {
namespace {

struct AuditTest : ThreeRegions {
  [[nodiscard]] Verdict verdict_on_what_was_told() const {
    const std::vector<Books> books = all_books();
    const std::vector<const Timeline*> timelines = all_timelines();
    Verdict verdict;
    audit_durability({told, books, timelines, {}, {}, {}}, verdict);
    return verdict;
  }

  // A basket that waits in a region which hears nobody, and is released there.
  void end_a_wait_of(const std::string& id) {
    run(Millis(500));
    EXPECT_TRUE(ask(0, delivery(10))->has_value());
    run(Millis(500));
    paths.set_cut_both(0, 1, true);
    paths.set_cut_both(1, 2, true);
    told.ask(*regions[1], basket(id, 4, Millis(3'000)), nullptr);
    run(Millis(10));
    bool released = false;
    told.ask(*regions[1], request::Release{id},
             [&](const Operation& release) { released = release.succeeded(); });
    run(Millis(100));
    EXPECT_TRUE(released);
  }

  Told told{stage};
};

// Seed 301402: it was taken for a promise that was lost.
TEST_F(AuditTest, AReleaseThatEndsAWaitNeedBeOnNoDisk) {
  end_a_wait_of("cart");
  EXPECT_TRUE(verdict_on_what_was_told().sound());
}

// Seed 705952: the id may be used once more, and what is on the disk then was not there yet.
TEST_F(AuditTest, AnIdWhoseWaitWasEndedMayBeReservedAfterwards) {
  end_a_wait_of("cart");
  EXPECT_TRUE(ask(1, delivery(4))->has_value());
  bool reserved = false;
  told.ask(*regions[1], basket("cart", 4), [&](const Operation& reserve) { reserved = reserve.succeeded(); });
  run(Millis(100));
  ASSERT_TRUE(reserved);
  EXPECT_TRUE(verdict_on_what_was_told().sound());
}

TEST_F(AuditTest, AReleaseOfWhatNobodyWaitedForMustBeOnTheDisk) {
  run(Millis(500));
  EXPECT_TRUE(ask(0, delivery(10))->has_value());
  EXPECT_TRUE(ask(0, basket("cart", 4))->has_value());
  told.ask(*regions[0], request::Release{"cart"}, nullptr);
  run(Millis(100));
  EXPECT_TRUE(verdict_on_what_was_told().sound());
  std::swap(regions[0], regions[1]);  // whose disk has nothing of it
  const Verdict verdict = verdict_on_what_was_told();
  ASSERT_FALSE(verdict.sound());
  EXPECT_EQ(verdict.violations()[0].oracle, "O3");
}

}  // namespace
}  // namespace holdfast::sim
