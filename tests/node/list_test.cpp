// The list of reservations: gathered from the journal while the loop goes on, told as of now.
#include <gtest/gtest.h>

#include <algorithm>

#include "base/random.h"
#include "support/effort.h"
#include "support/region.h"

namespace holdfast::test {
namespace {

using Ids = std::vector<std::string>;

answer::ReservationList page(TestRegion& shop, const request::ListReservations& request) {
  return std::get<answer::ReservationList>(*shop.ask(request));
}

std::vector<answer::ReservationView> all_pages(TestRegion& shop, request::ListReservations request) {
  std::vector<answer::ReservationView> all;
  do {
    const answer::ReservationList one = page(shop, request);
    EXPECT_LE(one.reservations.size(), request.limit);
    all.insert(all.end(), one.reservations.begin(), one.reservations.end());
    request.after = one.next;
  } while (!request.after.empty());
  return all;
}

Ids ids(const std::vector<answer::ReservationView>& views) {
  Ids found;
  for (const answer::ReservationView& view : views) found.push_back(view.id);
  return found;
}

Ids list(TestRegion& shop, const request::ListReservations& request = {}) {
  return ids(page(shop, request).reservations);
}

class ListTest : public testing::Test {
 protected:
  ListTest() {
    shop.stock("A", 100);
    shop.stock("B", 100);
    for (const char* id : {"z", "y", "x", "w", "v"}) {
      request::Reserve basket = TestRegion::basket(id, "A", 1);
      basket.customer = id[0] < 'y' ? "late" : "early";
      basket.ttl = Millis(id[0] == 'w' ? 1000 : 600'000);
      shop.ask(basket);
    }
    shop.purchase("x", "order-1");
    shop.release("z");
    shop.wait(Millis(2000));  // w expires
  }
  TestRegion shop;
};

TEST_F(ListTest, ShowsEndedOnesAmongPendingOnesOldestFirst) {
  const auto found = page(shop, {}).reservations;
  EXPECT_EQ(ids(found), (Ids{"z", "y", "x", "w", "v"}));
  EXPECT_EQ(found[0].state, ReservationState::released);
  EXPECT_EQ(found[1].state, ReservationState::pending);
  EXPECT_EQ(found[2].state, ReservationState::purchased);
  EXPECT_EQ(found[2].order, "order-1");
  EXPECT_EQ(found[3].state, ReservationState::expired);
}

TEST_F(ListTest, FiltersByCustomerSkuAndState) {
  EXPECT_EQ(list(shop, {.customer = "early"}), (Ids{"z", "y"}));
  EXPECT_EQ(list(shop, {.state = ReservationState::pending}), (Ids{"y", "v"}));
  EXPECT_EQ(list(shop, {.state = ReservationState::expired}), (Ids{"w"}));
  EXPECT_EQ(list(shop, {.customer = "late", .state = ReservationState::purchased}), (Ids{"x"}));
  shop.ask(request::Change{"v", {{"B", Units(2)}}});
  EXPECT_EQ(list(shop, {.sku = "B"}), (Ids{"v"}));
  shop.release("v");
  EXPECT_EQ(list(shop, {.sku = "B"}), (Ids{"v"}));
  EXPECT_EQ(list(shop, {.sku = "unknown"}), Ids{});
}

TEST_F(ListTest, IsTheSameAfterARestart) {
  shop.crash();
  EXPECT_EQ(list(shop), (Ids{"z", "y", "x", "w", "v"}));
}

TEST_F(ListTest, GoesOnWhereAPageEnded) {
  for (std::size_t limit = 1; limit <= 6; ++limit)
    EXPECT_EQ(ids(all_pages(shop, {.limit = limit})), (Ids{"z", "y", "x", "w", "v"})) << limit;
  EXPECT_EQ(page(shop, {.limit = 5}).next, "");
  EXPECT_EQ(in_short(shop.ask(request::ListReservations{.after = "no cursor"})), "validation_failed");
}

TEST_F(ListTest, TellsTheStateThatIsNowAlsoOfWhatEndsWhileItReads) {
  shop.hold_ledger();
  const auto token = shop.submit(request::ListReservations{});
  shop.submit(request::Purchase{"y", "meanwhile", {}});
  shop.submit(TestRegion::basket("new", "A", 1));
  EXPECT_FALSE(shop.answered(token));
  shop.release_ledger();
  const auto found = std::get<answer::ReservationList>(*shop.answer_to(token)).reservations;
  EXPECT_EQ(ids(found), (Ids{"z", "y", "x", "w", "v", "new"}));
  EXPECT_EQ(found[1].order, "meanwhile");
}

TEST_F(ListTest, IsNotAnsweredOnceWhoAskedHasGone) {
  shop.hold_ledger();
  const auto gone = shop.submit(request::ListReservations{});
  const auto stays = shop.submit(request::ListReservations{});
  shop.cancel(gone);
  shop.release_ledger();
  EXPECT_FALSE(shop.answered(gone));
  EXPECT_TRUE(shop.answered(stays));
}

TEST_F(ListTest, GathersManyAtOnceAndRefusesTooMany) {
  shop.hold_ledger();
  std::vector<RequestToken> tokens;
  for (int i = 0; i < 256; ++i) tokens.push_back(shop.submit(request::ListReservations{}));
  EXPECT_EQ(in_short(shop.ask(request::ListReservations{})), "overloaded");
  shop.release_ledger();
  for (const RequestToken token : tokens)
    EXPECT_EQ(std::get<answer::ReservationList>(*shop.answer_to(token)).reservations.size(), 5u);
}

TEST_F(ListTest, LeavesOutWhatIsForgottenAlsoWhereItsIdIsUsedAgain) {
  shop.ask(request::Extend{"y", limits::ttl_max});
  shop.wait(limits::ids_kept + limits::ttl_max + Millis(1000));
  shop.stock("A", 1);
  shop.reserve("z", "A", 2);
  shop.release("z");  // all that was remembered is older than a day
  const auto found = all_pages(shop, {});
  ASSERT_EQ(ids(found), (Ids{"z"}));
  EXPECT_EQ(found[0].lines[0].quantity, Units(2));
}

// What GET says of every id that was ever made, against every page of the list.
TEST(List, AgreesWithEachReservationOverRandomHistories) {
  for (std::uint64_t seed = 1; seed <= tries(20U); ++seed) {
    Random random(seed);
    node::NodeLimits limits;
    limits.checkpoint = {4000, 300};
    limits.history.trim.keep = Millis(7 * 86'400'000);
    TestRegion shop("eu", {}, limits);
    for (const char* sku : {"A", "B", "C"}) shop.stock(sku, 10'000);
    Ids made;
    for (std::uint64_t step = 0; step < 300; ++step) {
      const std::string any = made.empty() ? "none" : made[random.below(made.size())];
      switch (random.below(9)) {
        case 0: shop.purchase(any); break;
        case 1: shop.release(any); break;
        case 2: shop.ask(request::Change{any, {{"B", Units(1 + random.below(3))}}}); break;
        case 3: shop.ask(request::Return{any, "key" + std::to_string(step), {}}); break;
        case 4: shop.ask(request::Extend{any, Millis(1000 * (1 + random.below(14'000)))}); break;
        case 5: shop.wait(Millis(random.below(random.one_in(10) ? 30'000'000 : 20'000))); break;
        default: {
          request::Reserve basket = TestRegion::basket("r" + std::to_string(step), "A", 1);
          basket.ttl = Millis(1000 * (1 + random.below(60)));
          if (random.one_in(5)) basket.replaces = any;
          if (in_short(shop.ask(basket)) == "created") made.push_back(basket.id);
        }
      }
      if (random.one_in(100)) shop.crash();
      if (!random.one_in(30)) continue;
      std::vector<answer::ReservationView> expected;
      for (const std::string& id : made)
        if (const Answer answer = shop.get(id))
          expected.push_back(std::get<answer::ReservationAnswer>(*answer).reservation);
      ASSERT_EQ(all_pages(shop, {.limit = 1 + random.below(40)}), expected) << "seed " << seed;
      std::erase_if(expected, [](const auto& view) { return view.state != ReservationState::purchased; });
      ASSERT_EQ(all_pages(shop, {.state = ReservationState::purchased, .limit = 1 + random.below(5)}),
                expected);
    }
  }
}

}  // namespace
}  // namespace holdfast::test
