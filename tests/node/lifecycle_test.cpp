// The states of a reservation and every way to ask for another, as the API's table has it.
#include <gtest/gtest.h>

#include "support/effort.h"
#include "support/region.h"

namespace holdfast::test {
namespace {

class Lifecycle : public testing::Test {
 protected:
  Lifecycle() {
    shop.stock("W", 10);
    shop.reserve("pending", "W", 1);
    shop.reserve("purchased", "W", 1);
    shop.purchase("purchased", "o-1");
    shop.reserve("released", "W", 1);
    shop.release("released");
    request::Reserve brief = TestRegion::basket("expired", "W", 1);
    brief.ttl = Millis(1000);
    shop.ask(brief);
    shop.wait(Millis(1500));
  }
  std::string put_again(const std::string& id) {
    request::Reserve again = TestRegion::basket(id, "W", 1);
    if (id == "expired") again.ttl = Millis(1000);
    return in_short(shop.ask(again));
  }
  TestRegion shop;
};

TEST_F(Lifecycle, PutAgainReplaysWhatIsStillAPromise) {
  EXPECT_EQ(put_again("pending"), "replayed");
  EXPECT_EQ(put_again("purchased"), "replayed");
  EXPECT_EQ(put_again("released"), "already_released");
  EXPECT_EQ(put_again("expired"), "reservation_expired");
}

TEST_F(Lifecycle, PurchaseIsFinalAndTakesExpiredUnitsAgain) {
  EXPECT_EQ(in_short(shop.purchase("pending")), "ok");
  EXPECT_EQ(in_short(shop.purchase("purchased", "o-1")), "replayed");
  EXPECT_EQ(in_short(shop.purchase("purchased", "o-2")), "idempotency_mismatch");
  EXPECT_EQ(in_short(shop.purchase("released")), "already_released");
  EXPECT_EQ(in_short(shop.ask(request::Purchase{"expired", "", request::IfExpired::fail})),
            "reservation_expired");
  EXPECT_EQ(shop.available("W"), 8);
  EXPECT_EQ(in_short(shop.purchase("expired")), "ok");
  EXPECT_EQ(shop.available("W"), 7);
}

TEST_F(Lifecycle, APurchaseOfExpiredUnitsThatAreGoneIsATypedRefusal) {
  shop.reserve("rest", "W", 8);
  const Answer answer = shop.purchase("expired");
  EXPECT_EQ(in_short(answer), "all_reserved");
  EXPECT_EQ(answer.error().reservation->state, ReservationState::expired);
  EXPECT_EQ(shop.available("W"), 0);
}

TEST_F(Lifecycle, ReleaseGivesBackOnceAndOnlyWhatIsPending) {
  EXPECT_EQ(in_short(shop.release("pending")), "ok");
  EXPECT_EQ(shop.available("W"), 9);
  EXPECT_EQ(in_short(shop.release("pending")), "replayed");
  EXPECT_EQ(in_short(shop.release("purchased")), "already_purchased");
  EXPECT_EQ(state_in(shop.release("expired")), ReservationState::expired);
  EXPECT_EQ(shop.available("W"), 9);
}

TEST_F(Lifecycle, ExtendAndChangeNeedAPendingOne) {
  EXPECT_EQ(in_short(shop.ask(request::Extend{"pending", Millis(9000)})), "ok");
  EXPECT_EQ(in_short(shop.ask(request::Extend{"purchased", Millis(9000)})), "already_purchased");
  EXPECT_EQ(in_short(shop.ask(request::Extend{"released", Millis(9000)})), "already_released");
  EXPECT_EQ(in_short(shop.ask(request::Extend{"expired", Millis(9000)})), "reservation_expired");
  EXPECT_EQ(in_short(shop.ask(request::Change{"pending", {{"W", Units(3)}}})), "ok");
  EXPECT_EQ(shop.available("W"), 6);
  EXPECT_EQ(in_short(shop.ask(request::Change{"pending", {{"W", Units(30)}}})), "not_enough");
  EXPECT_EQ(shop.available("W"), 6);
  EXPECT_EQ(in_short(shop.ask(request::Change{"expired", {{"W", Units(3)}}})), "reservation_expired");
}

TEST_F(Lifecycle, ReturnsComeBackOnceAndNeverMoreThanWasBought) {
  EXPECT_EQ(in_short(shop.ask(request::Return{"pending", "k1", {}})), "reservation_pending");
  EXPECT_EQ(in_short(shop.ask(request::Return{"released", "k2", {}})), "already_released");
  EXPECT_EQ(in_short(shop.ask(request::Return{"expired", "k3", {}})), "reservation_expired");
  EXPECT_EQ(in_short(shop.ask(request::Return{"purchased", "k4", {{"W", Units(2)}}})), "validation_failed");
  EXPECT_EQ(in_short(shop.ask(request::Return{"purchased", "k5", {}})), "ok");
  EXPECT_EQ(shop.available("W"), 9);
  EXPECT_EQ(in_short(shop.ask(request::Return{"purchased", "k5", {}})), "replayed");
  EXPECT_EQ(in_short(shop.ask(request::Return{"purchased", "k6", {}})), "validation_failed");
  EXPECT_EQ(shop.available("W"), 9);
}

TEST_F(Lifecycle, ReplacesReleasesAPendingOneAndRefusesAPurchasedOne) {
  request::Reserve next = TestRegion::basket("next", "W", 9);
  next.replaces = "pending";
  EXPECT_EQ(in_short(shop.ask(next)), "created");
  EXPECT_EQ(shop.available("W"), 0);
  EXPECT_EQ(state_in(shop.get("pending")), ReservationState::released);
  next = TestRegion::basket("other", "W", 1);
  next.replaces = "purchased";
  EXPECT_EQ(in_short(shop.ask(next)), "already_purchased");
}

TEST_F(Lifecycle, EverythingHoldsAfterACrash) {
  const std::uint64_t before = shop.state().stock().state_hash();
  shop.crash();
  EXPECT_EQ(shop.state().stock().state_hash(), before);
  EXPECT_EQ(put_again("pending"), "replayed");
  EXPECT_EQ(put_again("purchased"), "replayed");
  EXPECT_EQ(put_again("released"), "already_released");
  EXPECT_EQ(put_again("expired"), "reservation_expired");
}

TEST(Expiry, ComesNeverBeforeItsTimeAndGivesBackOnce) {
  TestRegion shop;
  shop.stock("W", 1);
  request::Reserve brief = TestRegion::basket("a", "W", 1);
  brief.ttl = Millis(1000);
  shop.ask(brief);
  shop.wait(Millis(999));
  EXPECT_EQ(shop.available("W"), 0);
  shop.wait(Millis(1));
  EXPECT_EQ(shop.available("W"), 1);
  shop.wait(Millis(5000));
  EXPECT_EQ(shop.available("W"), 1);
}

TEST(Expiry, UntilItsRecordIsAppliedAPurchaseSucceeds) {
  TestRegion shop;
  shop.stock("W", 1);
  request::Reserve brief = TestRegion::basket("a", "W", 1);
  brief.ttl = Millis(1000);
  shop.ask(brief);
  shop.advance_to(shop.now().node + Millis(5000));  // the tick is late
  EXPECT_EQ(in_short(shop.purchase("a")), "ok");
}

TEST(Baskets, AreAllOrNothingAndLinesOfOneSkuAreSummedFirst) {
  TestRegion shop;
  shop.stock("A", 3);
  shop.stock("B", 1);
  EXPECT_EQ(in_short(shop.ask(TestRegion::basket("x", {{"A", Units(2)}, {"B", Units(2)}}))), "not_enough");
  EXPECT_EQ(shop.available("A"), 3);
  EXPECT_EQ(in_short(shop.ask(TestRegion::basket("y", {{"A", Units(2)}, {"A", Units(2)}}))), "not_enough");
  EXPECT_EQ(in_short(shop.ask(TestRegion::basket("z", {{"A", Units(1)}, {"B", Units(1)}, {"A", Units(2)}}))),
            "created");
  EXPECT_EQ(shop.available("A"), 0);
}

TEST(Baskets, PartialTakesWhatThereIsAndSaysWhatItLacks) {
  TestRegion shop;
  shop.stock("A", 3);
  request::Reserve basket = TestRegion::basket("x", "A", 5);
  basket.partial = true;
  const Answer answer = shop.ask(basket);
  EXPECT_EQ(in_short(answer), "created");
  const auto& view = std::get<answer::ReservationAnswer>(*answer).reservation;
  EXPECT_EQ(view.lines.front().quantity, Units(3));
  ASSERT_EQ(view.shortage.size(), 1u);
  EXPECT_EQ(view.shortage.front().requested, Units(5));
  basket.id = "y";
  EXPECT_EQ(in_short(shop.ask(basket)), "not_enough");
}

TEST(Keys, TakeEffectOnceAlsoAcrossACrashAndRefuseAnotherBody) {
  TestRegion shop;
  const request::Adjust in{"W", "delivery-1", Units(10), "delivery", "", Millis(0)};
  EXPECT_EQ(in_short(shop.ask(in)), "ok");
  EXPECT_EQ(in_short(shop.ask(in)), "ok");
  EXPECT_EQ(shop.available("W"), 10);
  shop.crash();
  const Answer again = shop.ask(in);
  EXPECT_TRUE(std::get<answer::Adjusted>(*again).replayed);
  EXPECT_EQ(shop.available("W"), 10);
  request::Adjust other = in;
  other.delta = Units(11);
  EXPECT_EQ(in_short(shop.ask(other)), "idempotency_mismatch");
  EXPECT_EQ(in_short(shop.ask(request::Count{"W", "delivery-1", Units(4), "r", ""})), "idempotency_mismatch");
}

TEST(Keys, AreOneSpaceForReservationsAndStock) {
  TestRegion shop;
  shop.stock("W", 10);
  request::Reserve made_here = TestRegion::basket("", "W", 1);
  made_here.key = "k";
  const Answer first = shop.ask(made_here);
  EXPECT_EQ(in_short(first), "created");
  const Answer second = shop.ask(made_here);
  EXPECT_EQ(in_short(second), "replayed");
  EXPECT_EQ(std::get<answer::ReservationAnswer>(*first).reservation.id,
            std::get<answer::ReservationAnswer>(*second).reservation.id);
  EXPECT_EQ(in_short(shop.ask(request::Adjust{"W", "k", Units(1), "r", "", Millis(0)})),
            "idempotency_mismatch");
  EXPECT_EQ(in_short(shop.ask(request::Adjust{"W", "j", Units(1), "r", "", Millis(0)})), "ok");
  made_here.key = "j";
  EXPECT_EQ(in_short(shop.ask(made_here)), "idempotency_mismatch");
}

TEST(Keys, OfAnotherRegionAreRefusedThere) {
  TestRegion shop;
  EXPECT_EQ(in_short(shop.ask(request::Adjust{"W", "k", Units(1), "r", "us", Millis(0)})), "wrong_region");
  EXPECT_EQ(in_short(shop.ask(request::Adjust{"W", "k", Units(1), "r", "eu", Millis(0)})), "ok");
}

TEST(Counts, MakeOneAdjustmentAndNeverGoBelowWhatIsReserved) {
  TestRegion shop;
  shop.stock("W", 10);
  shop.reserve("a", "W", 4);
  EXPECT_EQ(in_short(shop.ask(request::Count{"W", "c1", Units(7), "shelf", ""})), "ok");
  EXPECT_EQ(shop.available("W"), 3);
  EXPECT_EQ(in_short(shop.ask(request::Count{"W", "c2", Units(3), "shelf", ""})), "all_reserved");
  EXPECT_EQ(shop.available("W"), 3);
}

TEST(Imports, ApplyTheGoodLinesOnceAndNameTheBadOnes) {
  TestRegion shop;
  const request::Import import{
      "i1", "", {{2, "A", Units(5), ""}, {3, "", no_units, "no SKU"}, {4, "A", Units(1), ""}}};
  const auto result = std::get<answer::Imported>(*shop.ask(import));
  EXPECT_EQ(result.applied, 2u);
  EXPECT_EQ(result.units, Units(6));
  EXPECT_EQ(shop.available("A"), 6);
  shop.crash();
  EXPECT_TRUE(std::get<answer::Imported>(*shop.ask(import)).replayed);
  EXPECT_EQ(shop.available("A"), 6);
}

// Of the batch that its last record stands in nothing else is decoded (0.8 s of the loop when all was).
TEST_F(Lifecycle, OneThatEndedInARushIsReadAtWhatItCosts) {
  constexpr int baskets = 4096;
  shop.stock("hot", baskets);
  std::vector<Request> reserves, purchases;
  for (int i = 0; i < baskets; ++i) {
    reserves.emplace_back(TestRegion::basket(std::to_string(i), "hot", 1));
    purchases.emplace_back(request::Purchase{std::to_string(i)});
  }
  for (std::vector<Request>* together : {&reserves, &purchases}) {
    shop.hold_ledger();
    shop.submit_in_order(std::move(*together));
    shop.release_ledger();
  }
  const double before = processor_seconds();
  for (int i = 0; i < 400; ++i)
    EXPECT_EQ(state_in(shop.get(std::to_string(i * 10))), ReservationState::purchased);
  EXPECT_LT(processor_seconds() - before, sanitized ? 10 : 0.25);
}

}  // namespace
}  // namespace holdfast::test
