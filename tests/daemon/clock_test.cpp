#include "daemon/clock.h"

#include <gtest/gtest.h>

#include <thread>

#include "base/digest.h"

namespace holdfast {
namespace {

using namespace std::chrono_literals;

constexpr NodeTime last{5'000'000ms};
constexpr Millis moment = 60s;  // longer than any of these tests takes

// How node time goes on under `boot_id`, for a ledger that knows `before`.
Millis ahead_of_last(const MachineClock& before, const std::string& boot_id) {
  return DaemonClock(last, before, boot_id).now().node - last;
}

TEST(DaemonClock, CountsTheTimeBetweenTwoStartsInOneBoot) {
  const DaemonClock first(last, {}, "a");
  MachineClock before = first.machine();
  before.offset += 3'600s;  // it was down for an hour
  EXPECT_GE(ahead_of_last(before, "a"), 3'600s);
  EXPECT_LT(ahead_of_last(before, "a"), 3'600s + moment);
}

TEST(DaemonClock, NeverStandsStillUntilAClockThatWasSetBackCatchesUp) {
  const MachineClock first = DaemonClock(last, {}, "a").machine();
  const MachineClock before{first.machine_boot, first.offset - 3'600s};
  EXPECT_GT(DaemonClock(last, before, "a").machine().offset, first.offset - moment);
}

TEST(DaemonClock, GoesOnFromTheLastTimeAfterABoot) {
  for (const Millis offset : {-1'000'000'000ms, 0ms, 1'000'000'000ms}) {
    MachineClock before = DaemonClock(last, {}, "a").machine();
    before.offset += offset;
    EXPECT_LT(ahead_of_last(before, "b"), moment);
    EXPECT_EQ(DaemonClock(last, before, "b").machine().offset, DaemonClock(last, {}, "b").machine().offset);
  }
}

// Where the system hides its boot id every boot of every machine would be the same one: node time would stand
// still after a boot until the machine is up for as long as before, or jump ahead on another machine.
TEST(DaemonClock, TakesABootThatNobodyKnowsForAnother) {
  const DaemonClock unknown(last, {}, "");
  EXPECT_EQ(unknown.machine().machine_boot, 0u);
  for (const std::uint64_t recorded : {std::uint64_t{0}, digest("", 0).low})
    for (const Millis offset : {-3'600'000ms, 3'600'000ms}) {
      const MachineClock before{recorded, unknown.machine().offset + offset};
      EXPECT_LT(ahead_of_last(before, ""), moment);
      EXPECT_LT(ahead_of_last(before, "a"), moment);
      EXPECT_GT(DaemonClock(last, before, "").machine().offset, unknown.machine().offset - moment);
    }
}

// Who asks for a reservation before and after a restart must be told the same deadline.
TEST(DaemonClock, ShowsAMomentAsTheSameTimeAfterEveryStart) {
  DaemonClock first(last, {}, "a");
  const WallTime shown = first.now().shown(last);
  for (int start = 0; start < 200; ++start) {
    std::this_thread::sleep_for(130us);  // at another part of a millisecond each time
    EXPECT_EQ(DaemonClock(last, first.machine(), "a").now().shown(last), shown);
  }
}

TEST(DaemonClock, KnowsThisBootOfThisMachine) {
  EXPECT_FALSE(machine_boot_id().empty());
  EXPECT_EQ(machine_boot_id(), machine_boot_id());
  EXPECT_NE(DaemonClock(last, {}, machine_boot_id()).machine().machine_boot, 0u);
}

}  // namespace
}  // namespace holdfast
