// History that is deleted: what is remembered stays readable, and what was deleted still counts.
#include <gtest/gtest.h>

#include "base/random.h"
#include "core/invariants.h"
#include "short_history.h"
#include "support/effort.h"

namespace holdfast::test {
namespace {

std::vector<answer::AuditMismatch> mismatches(TestRegion& shop) {
  return std::get<answer::AuditReport>(*shop.ask(request::Audit{})).mismatches;
}

// Something of every kind that a recount counts; ids and keys begin with `mark`.
void trade(TestRegion& shop, const std::string& mark, int rounds = 30) {
  shop.stock("A", 1000);
  shop.stock("B", 1000);
  for (int round = 0; round < rounds; ++round) {
    const std::string id = mark + std::to_string(round);
    shop.ask(TestRegion::basket(id, {{"A", Units(3)}, {"B", Units(2)}}));
    if (round % 3 == 0) shop.ask(request::Change{id, {{"A", Units(1 + round % 7)}}});
    if (round % 5 == 1) continue;
    if (round % 2 == 0) shop.release(id);
    if (round % 2 == 1) shop.purchase(id);
    if (round % 4 == 1) shop.ask(request::Return{id, "back-" + id, {{"A", Units(1)}}});
  }
  shop.stock("B", -1);
}

TEST(Trim, DeletesWhatIsOldAndARecountStaysExact) {
  TestRegion shop("eu", {}, short_history());
  for (int day = 0; day < 4; ++day) {
    trade(shop, "day" + std::to_string(day) + "-");
    shop.wait(a_day_and_more);
    EXPECT_EQ(mismatches(shop), std::vector<answer::AuditMismatch>{});
  }
  trade(shop, "last-");
  EXPECT_GT(oldest(shop), Position(300));
  EXPECT_EQ(shop.state().closed().through().next(), oldest(shop));
  EXPECT_GT(shop.state().closed().sums().of(SkuId(0)).purchased, no_units);
  EXPECT_EQ(mismatches(shop), std::vector<answer::AuditMismatch>{});
}

TEST(Trim, DeletesWhatIsOldWhereNothingIsSoldAnyMore) {
  node::NodeLimits limits = short_history(a_day_and_more * 3);
  limits.checkpoint = {};
  TestRegion shop("eu", {}, limits);
  trade(shop, "last-");
  const Position end = shop.state().position();
  shop.wait(a_day_and_more * 3 - std::chrono::hours(1));
  EXPECT_EQ(oldest(shop), Position(1));
  shop.wait(std::chrono::hours(4));
  EXPECT_GT(oldest(shop), end);
  EXPECT_EQ(mismatches(shop), std::vector<answer::AuditMismatch>{});
}

TEST(Trim, LeavesHistoryAloneUntilItIsOldEnough) {
  TestRegion shop("eu", {}, short_history(a_day_and_more * 3));
  trade(shop, "first-");
  shop.wait(a_day_and_more * 2);
  trade(shop, "second-");
  EXPECT_EQ(oldest(shop), Position(1));
  shop.wait(a_day_and_more * 2);
  trade(shop, "third-");
  EXPECT_GT(oldest(shop), Position(1));
  EXPECT_EQ(state_in(shop.get("third-0")), ReservationState::released);
}

TEST(Trim, WithNoHistoryAtAllEveryNameIsRememberedForADay) {
  TestRegion shop("eu", {}, short_history());
  shop.wait(a_day_and_more);
  trade(shop, "old-");
  shop.wait(a_day_and_more);
  trade(shop, "new-");
  trade(shop, "newer-");
  ASSERT_GT(oldest(shop), Position(1));
  for (const bool restarted : {false, true}) {
    if (restarted) shop.crash();
    EXPECT_EQ(state_in(shop.get("new-0")), ReservationState::released);
    EXPECT_EQ(state_in(shop.get("new-3")), ReservationState::purchased);
    EXPECT_EQ(in_short(shop.ask(TestRegion::basket("new-5", {{"A", Units(3)}, {"B", Units(2)}}))),
              "replayed");
    EXPECT_EQ(in_short(shop.ask(request::Return{"new-5", "back-new-5", {{"A", Units(1)}}})), "replayed");
    EXPECT_EQ(in_short(shop.get("old-0")), "reservation_unknown");
  }
}

TEST(Trim, WaitsForAnAuditThatStillReads) {
  TestRegion shop("eu", {}, short_history());
  trade(shop, "old-");
  shop.wait(a_day_and_more);
  shop.hold_ledger();
  const auto audit = shop.submit(request::Audit{});
  for (int i = 0; i < 40; ++i) {
    shop.submit(TestRegion::basket("new-" + std::to_string(i), "A", 1));
    shop.submit(request::Release{"new-" + std::to_string(i)});
    shop.complete_append();
  }
  shop.release_ledger();
  EXPECT_TRUE(std::get<answer::AuditReport>(*shop.answer_to(audit)).mismatches.empty());
}

// Everything at once, over random histories: time that jumps, checkpoints and trims in tiny pieces, crashes.
TEST(Trim, RecoversToTheSameBooksOverRandomHistories) {
  std::uint64_t deleted = 0;
  for (std::uint64_t seed = 1; seed <= tries(25U); ++seed) {
    Random random(seed);
    TestRegion shop("eu", {}, short_history(Millis(random.below(200'000'000))));
    for (int part = 0; part < 12; ++part) {
      trade(shop, std::to_string(part) + "-", static_cast<int>(5 + random.below(25)));
      if (random.one_in(2)) shop.wait(Millis(random.below(150'000'000)));
      if (!random.one_in(3)) continue;
      const Position position = shop.state().position();
      const Position through = shop.state().closed().through();
      shop.crash();
      ASSERT_EQ(shop.state().position(), position.next());
      ASSERT_EQ(shop.state().closed().through(), through) << "seed " << seed;
      ASSERT_EQ(mismatches(shop), std::vector<answer::AuditMismatch>{}) << "seed " << seed;
      check_invariants(shop.state());
    }
    ASSERT_EQ(mismatches(shop), std::vector<answer::AuditMismatch>{}) << "seed " << seed;
    deleted += shop.state().closed().through().value();
  }
  EXPECT_GT(deleted, 5'000u);
}

}  // namespace
}  // namespace holdfast::test
