// The power goes at every call that the ledger makes of its disk, also while it recovers.
#include "ledger/disk_world.h"
#include "support/effort.h"

namespace holdfast::ledger {
namespace {

using sim::DiskFault;

class Power : public testing::Test {
 protected:
  // It opens, holds all that was acknowledged and of what was under way all or nothing; which of the two.
  std::size_t expect_sound(DiskWorld& world, std::size_t acknowledged, const std::vector<Content>& contents) {
    const auto open = world.open();
    if (!open) ADD_FAILURE() << open.error().detail;
    if (!open) return acknowledged;
    EXPECT_EQ(open->opened.fenced, std::nullopt);
    const auto found = content_of(*open->ledger, open->opened.last);
    if (!found) ADD_FAILURE() << found.error().detail;
    if (!found) return acknowledged;
    if (*found == contents[acknowledged]) return acknowledged;
    EXPECT_LT(acknowledged + 1, contents.size());
    EXPECT_EQ(*found, contents.at(acknowledged + 1)) << "neither before nor after the append that was cut";
    return acknowledged + 1;
  }

  // It can be sold from again, and closed.
  void expect_usable(DiskWorld& world) {
    const auto open = world.open();
    ASSERT_TRUE(open);
    const Position next = open->opened.last.next();
    ASSERT_TRUE(open->ledger->append(only(batch_at(next.value(), 1, "afterwards"))));
    EXPECT_TRUE(open->ledger->close());
  }

  unsigned cuts_ = 0;
};

std::uint64_t calls_of(const Script& script) {
  DiskWorld world(0);
  const auto ran = world.run(script);
  EXPECT_FALSE(ran.error) << ran.error->detail;
  return world.disk.calls();
}

TEST_F(Power, CutAtEachCallLosesNothingThatWasAcknowledged) {
  const Script script = short_script();
  const auto contents = contents_after(script);
  const std::uint64_t calls = calls_of(script);
  for (std::uint64_t at = 0; at < calls; at += test::every) {
    for (std::uint64_t seed = 0; seed < test::tries(4U); ++seed, ++cuts_) {
      SCOPED_TRACE("cut at call " + std::to_string(at) + ", seed " + std::to_string(seed));
      DiskWorld world(seed * 1000 + at);
      world.disk.plan({.kind = DiskFault::Kind::power_cut, .after = at});
      const auto ran = world.run(script);
      ASSERT_TRUE(ran.error);
      world.lose_power();
      expect_sound(world, ran.acknowledged, contents);
      expect_usable(world);
      if (HasFailure()) return;
    }
  }
  std::printf("%u power cuts at %llu calls\n", cuts_, static_cast<unsigned long long>(calls));
}

TEST_F(Power, CutAgainAtEachCallOfTheRecoveryLosesNothingEither) {
  const Script script = short_script();
  const auto contents = contents_after(script);
  const std::uint64_t calls = calls_of(script);
  for (std::uint64_t first = 0; first < calls; first += test::every) {
    DiskWorld world(first);
    world.disk.plan({.kind = DiskFault::Kind::power_cut, .after = first});
    const auto ran = world.run(script);
    world.lose_power();
    const auto moment = world.moment();
    for (std::uint64_t second = 0;; ++second, ++cuts_) {
      SCOPED_TRACE("cut at call " + std::to_string(first) + " and at call " + std::to_string(second) +
                   " of the recovery");
      world.return_to(moment);
      world.disk.plan({.kind = DiskFault::Kind::power_cut, .after = second});
      const bool recovered = world.open().has_value();
      world.lose_power();
      expect_sound(world, ran.acknowledged, contents);
      if (HasFailure()) return;
      if (recovered) break;
    }
  }
  std::printf("%u power cuts while it recovered\n", cuts_);
}

TEST_F(Power, WhatARecoveryHasSaidStaysSo) {
  const Script script = short_script();
  const auto contents = contents_after(script);
  const std::uint64_t calls = calls_of(script);
  for (std::uint64_t at = 0; at < calls; at += test::every) {
    SCOPED_TRACE("cut at call " + std::to_string(at));
    DiskWorld world(at);
    world.disk.plan({.kind = DiskFault::Kind::power_cut, .after = at});
    const auto ran = world.run(script);
    world.lose_power();
    const std::size_t said = expect_sound(world, ran.acknowledged, contents);
    world.lose_power();
    ASSERT_EQ(expect_sound(world, said, contents), said);
    ASSERT_FALSE(HasFailure());
  }
}

// The machine lives on, and with it what was written and not synced; what the next process says must outlast
// the power all the same.
TEST_F(Power, CutAfterTheProcessWasKilledAtAnyCallLosesNothing) {
  const Script script = short_script();
  const auto contents = contents_after(script);
  const std::uint64_t calls = calls_of(script);
  for (std::uint64_t at = 0; at < calls; at += test::every) {
    for (std::uint64_t seed = 0; seed < test::tries(2U); ++seed) {
      SCOPED_TRACE("killed at call " + std::to_string(at) + ", seed " + std::to_string(seed));
      DiskWorld world(seed * 1000 + at);
      world.disk.plan({.kind = DiskFault::Kind::power_cut, .after = at});
      const auto ran = world.run(script);
      world.disk.heal();
      const std::size_t said = expect_sound(world, ran.acknowledged, contents);
      world.lose_power();
      ASSERT_EQ(expect_sound(world, said, contents), said);
      expect_usable(world);
      ASSERT_FALSE(HasFailure());
    }
  }
}

TEST_F(Power, CutWhileTheLogIsPutIntoTheDatabaseLosesNothing) {
  const Script script = long_script();
  const auto contents = contents_after(script);
  const std::uint64_t calls = calls_of(script);
  constexpr std::uint64_t stride = 5 * test::every;  // hundreds of the calls write one page each
  for (std::uint64_t at = 0; at < calls; at += stride, ++cuts_) {
    SCOPED_TRACE("cut at call " + std::to_string(at));
    DiskWorld world(at);
    world.disk.plan({.kind = DiskFault::Kind::power_cut, .after = at});
    const auto ran = world.run(script);
    ASSERT_TRUE(ran.error);
    world.lose_power();
    expect_sound(world, ran.acknowledged, contents);
    if (HasFailure()) return;
  }
  std::printf("%u power cuts at %llu calls\n", cuts_, static_cast<unsigned long long>(calls));
}

// A disk that says it synced and did not: what is missing afterwards is noticed.
TEST_F(Power, CutOfADiskThatLiesAboutItsSyncsIsFencedOrFound) {
  const Script script = short_script();
  const auto contents = contents_after(script);
  const std::uint64_t calls = calls_of(script);
  unsigned noticed = 0;
  for (std::uint64_t at = 0; at < calls; at += test::every) {
    for (std::uint64_t seed = 0; seed < test::tries(2U); ++seed) {
      SCOPED_TRACE("lies from call " + std::to_string(at) + ", seed " + std::to_string(seed));
      DiskWorld world(seed * 1000 + at);
      world.disk.plan({.kind = DiskFault::Kind::lying_sync, .after = at, .for_ever = true});
      const auto ran = world.run(script);
      ASSERT_FALSE(ran.error);
      world.lose_power();
      const auto open = world.open();
      const auto found =
          open ? content_of(*open->ledger, open->opened.last) : Result<Content, Error>(failure(open.error()));
      const bool warned = open && open->opened.made && !open->opened.warnings.empty();
      if (!found) {
        ASSERT_EQ(found.error().trouble, Trouble::damaged) << found.error().detail;
      } else if (!open->opened.fenced && !warned) {
        ASSERT_EQ(*found, contents.back());
        continue;
      }
      ++noticed;
    }
  }
  EXPECT_GT(noticed, test::tries(100u) / 2);
}

}  // namespace
}  // namespace holdfast::ledger
