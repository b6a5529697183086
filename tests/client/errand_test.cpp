// Without a daemon and without time: what is asked of whom and when, by what was heard so far.
#include "client/errand.h"

#include <gtest/gtest.h>

#include <ostream>
#include <set>
#include <stdexcept>

namespace holdfast {

void PrintTo(const Place& place, std::ostream* stream) {
  *stream << place.endpoint << ' ' << place.id << " after " << place.moves;
}

namespace {

using namespace std::chrono_literals;
using operation::Adjust;
using operation::Purchase;
using operation::Release;
using operation::Reserve;

const Failure refused{Failure::Kind::refused, "connection refused"};
const Failure broken{Failure::Kind::broken, "it ended"};

Reserve cups(std::string id) { return {.id = std::move(id), .items = {{"cup", 2}}}; }

Outcome said(const std::string& code, std::chrono::milliseconds retry_after = 0ms) {
  return {.code = code, .detail = {}, .retry_after = retry_after};
}

class ErrandTest : public testing::Test {
 protected:
  static RetryOptions options() {
    return {.deadline = 10s,
            .attempt_timeout = 1s,
            .first_pause = 100ms,
            .longest_pause = 800ms,
            .fail_over_after = 2s,
            .home_again_after = 5s,
            .seed = 1};
  }

  Errand errand(std::vector<Operation> operations) { return {regions_, operations, now_}; }

  // The next attempt, when it is due.
  Attempt next(Errand& errand) {
    EXPECT_FALSE(errand.is_settled());
    now_ = std::max(now_, errand.due());
    return errand.next(now_);
  }
  void fail(Errand& errand, const Attempt& attempt, const Failure& failure) {
    now_ += 100ms;
    errand.failed(attempt, failure, now_);
  }
  // Fails it until something is asked of another region; that attempt, or of the same region: there is none.
  Attempt until_moved(Errand& errand, const Failure& failure) {
    Attempt attempt = next(errand);
    for (const std::size_t from = attempt.region; attempt.region == from;) {
      fail(errand, attempt, failure);
      if (errand.is_settled()) break;
      attempt = next(errand);
    }
    return attempt;
  }
  static const Reserve& reserve_of(const Attempt& attempt) {
    return std::get<Reserve>(attempt.operations.at(0));
  }

  KnownRegions regions_{2, options()};
  Time now_{1h};
};

TEST_F(ErrandTest, WhatIsAnsweredIsSettledAtOnce) {
  Errand one = errand({cups("a"), Purchase{.id = "b"}});
  const Attempt attempt = next(one);
  EXPECT_EQ(attempt.region, 0u);
  ASSERT_EQ(attempt.operations.size(), 2u);
  one.answered(attempt, {{said(""), said("already_released")}}, now_);
  ASSERT_TRUE(one.is_settled());
  EXPECT_EQ(one.outcomes()[0].kind(), Code::done);
  EXPECT_EQ(one.outcomes()[1].kind(), Code::already_released);
}

TEST_F(ErrandTest, WithoutAnAnswerItIsAskedAgainUnderTheSameIdAfterPausesThatGrow) {
  Errand one = errand({cups("a")});
  std::chrono::milliseconds least = 50ms;
  for (int i = 0; i < 3; ++i, least *= 2) {
    const Attempt attempt = next(one);
    EXPECT_EQ(reserve_of(attempt).id, "a");
    EXPECT_EQ(reserve_of(attempt).replaces, "");
    fail(one, attempt, broken);
    EXPECT_GE(one.due() - now_, least);
    EXPECT_LE(one.due() - now_, 2 * least);
  }
}

TEST_F(ErrandTest, PausesAreDrawnAtRandomAndTheSameFromOneSeed) {
  KnownRegions same(2, options());
  std::set<std::chrono::milliseconds> drawn;
  for (int i = 0; i < 20; ++i) {
    const auto pause = regions_.pause(4);
    EXPECT_EQ(pause, same.pause(4));
    EXPECT_GE(pause, 400ms);
    EXPECT_LE(pause, 800ms);
    drawn.insert(pause);
  }
  EXPECT_GT(drawn.size(), 10u);
  EXPECT_LE(regions_.pause(1000), 800ms);
}

TEST_F(ErrandTest, TheDaemonsRetryAfterIsKept) {
  Errand one = errand({cups("a")});
  one.answered(next(one), {{said("overloaded", 1500ms)}}, now_);
  EXPECT_EQ(one.due() - now_, 1500ms);
}

TEST_F(ErrandTest, TheRetryAfterOfARegionThatIsUnwellDoesNotBindAReservationThatCanBeMadeElsewhere) {
  for (const char* code : {"starting", "draining", "disk_full", "fenced"}) {
    KnownRegions regions(2, options());
    Errand one(regions, {{Operation(cups("a")), Operation(Purchase{.id = "a"})}}, now_);
    one.answered(one.next(now_), {{said(code, 10s), said(code, 10s)}}, now_);
    ASSERT_FALSE(one.is_settled()) << code;
    EXPECT_LE(one.due() - now_, 100ms) << code;
    const Attempt moved = one.next(one.due());
    EXPECT_EQ(moved.region, 1u) << code;
    EXPECT_EQ(reserve_of(moved).id, "a_1");
    EXPECT_EQ(reserve_of(moved).replaces, "a");
    EXPECT_EQ(std::get<Purchase>(moved.operations.at(1)).id, "a_1");
  }
}

TEST_F(ErrandTest, ARetryAfterHoldsForWhatStaysAndForThatOnly) {
  Errand one = errand({cups("a"), Purchase{.id = "b"}, Adjust{"cup", 1, "delivery", "k"}});
  one.answered(next(one), {{said("disk_full", 3s), said("disk_full", 3s), said("disk_full", 3s)}}, now_);
  const Time told = now_;
  const Attempt moved = next(one);
  EXPECT_LE(now_ - told, 100ms);
  EXPECT_EQ(moved.parts, std::vector<std::size_t>{0});
  one.answered(moved, {{said("")}}, now_);
  ASSERT_FALSE(one.is_settled());
  const Attempt stayed = next(one);
  EXPECT_EQ(now_, told + 3s);
  EXPECT_EQ(stayed.region, 0u);
  EXPECT_EQ(stayed.parts, (std::vector<std::size_t>{1, 2}));
}

TEST_F(ErrandTest, WhatCannotWaitForItsRegionIsGivenUpAloneAndTheRestGoesOn) {
  regions_.place("c", {1, "c", 0});
  Errand one = errand({Purchase{.id = "b"}, Purchase{.id = "c"}});
  one.answered(next(one), {{said("fenced", 60s)}}, now_);
  ASSERT_FALSE(one.is_settled());
  one.answered(next(one), {{said("overloaded", 1s)}}, now_);
  ASSERT_FALSE(one.is_settled());
  const Attempt again = next(one);
  EXPECT_EQ(again.parts, std::vector<std::size_t>{1});
  one.answered(again, {{said("")}}, now_);
  ASSERT_TRUE(one.is_settled());
  EXPECT_EQ(one.outcomes()[0].kind(), Code::fenced);
  EXPECT_EQ(one.outcomes()[1].kind(), Code::done);
}

TEST_F(ErrandTest, WithEveryRegionUnwellItIsSaidAtOnceThatNoneCanBeWaitedFor) {
  Errand one = errand({cups("a")});
  one.answered(next(one), {{said("fenced", 60s)}}, now_);
  ASSERT_FALSE(one.is_settled());
  one.answered(next(one), {{said("disk_full", 10s)}}, now_);
  ASSERT_TRUE(one.is_settled());
  EXPECT_EQ(one.outcomes()[0].kind(), Code::disk_full);
}

TEST_F(ErrandTest, ARegionThatSaysForHowLongItIsUnwellIsLeftAloneForAsLong) {
  Errand one = errand({cups("a")});
  one.answered(next(one), {{said("fenced", 60s)}}, now_);
  ASSERT_FALSE(one.is_settled());
  one.answered(next(one), {{said("")}}, now_);
  now_ += 50s;
  Errand away = errand({cups("b")});
  EXPECT_EQ(next(away).region, 1u);
  now_ += 10s;
  Errand home = errand({cups("c")});
  EXPECT_EQ(next(home).region, 0u);
}

TEST_F(ErrandTest, WhatDependsOnAnotherIsAskedAgainWithItNotBefore) {
  Errand one = errand({cups("a"), Purchase{.id = "a"}});
  one.answered(next(one), {{said("overloaded", 1500ms), said("reservation_unknown")}}, now_);
  const Time told = now_;
  const Attempt again = next(one);
  EXPECT_EQ(now_, told + 1500ms);
  EXPECT_EQ(again.parts, (std::vector<std::size_t>{0, 1}));
}

TEST_F(ErrandTest, ARetryAfterBeyondAllReasonIsNotCountedWith) {
  Errand one = errand({Purchase{.id = "a"}});
  one.answered(next(one), {{said("overloaded", std::chrono::milliseconds::max())}}, now_);
  ASSERT_TRUE(one.is_settled());
  EXPECT_EQ(one.outcomes()[0].kind(), Code::overloaded);
}

TEST_F(ErrandTest, OnlyWhatIsOpenIsAskedAgainAndWhatFollowsItOnTheSameReservation) {
  Errand one = errand({cups("a"), cups("b"), Purchase{.id = "b"}, Purchase{.id = "c"}});
  one.answered(next(one),
               {{said(""), said("overloaded"), said("reservation_unknown"), said("reservation_unknown")}},
               now_);
  const Attempt again = next(one);
  EXPECT_EQ(again.parts, (std::vector<std::size_t>{1, 2}));
  one.answered(again, {{said(""), said("")}}, now_);
  ASSERT_TRUE(one.is_settled());
  EXPECT_EQ(one.outcomes()[3].code, "reservation_unknown");
}

TEST_F(ErrandTest, AShortageIsAnAnswerUnlessTheCallerWantsToWaitForUnits) {
  Errand one = errand({cups("a")});
  one.answered(next(one), {{said("insufficient_here")}}, now_);
  EXPECT_TRUE(one.is_settled());
  RetryOptions patient = options();
  patient.until_units_come = true;
  KnownRegions regions(1, patient);
  Errand other(regions, {{Operation(cups("a"))}}, now_);
  other.answered(other.next(now_), {{said("insufficient_here")}}, now_);
  EXPECT_FALSE(other.is_settled());
}

TEST_F(ErrandTest, AShortageSaysThatItDidNotHappenBeforeEither) {
  RetryOptions patient = options();
  patient.until_units_come = true;
  KnownRegions regions(1, patient);
  Errand one(regions, {{Operation(Purchase{.id = "a"})}}, now_);
  fail(one, next(one), broken);
  while (!one.is_settled()) one.answered(next(one), {{said("all_reserved")}}, now_);
  EXPECT_EQ(one.outcomes()[0].kind(), Code::all_reserved);
  EXPECT_FALSE(regions.may_be_purchased("a"));
}

TEST_F(ErrandTest, NoAttemptIsBegunThatMayOutlastTheDeadline) {
  Errand one = errand({Purchase{.id = "a"}});
  const Time deadline = now_ + 10s;
  while (!one.is_settled()) {
    const Attempt attempt = next(one);
    EXPECT_LE(now_ + 1s, deadline);
    fail(one, attempt, broken);
  }
  EXPECT_EQ(one.outcomes()[0].kind(), Code::outcome_unknown);
}

TEST_F(ErrandTest, AWaitForUnitsEndsWithTheDeadline) {
  Errand one = errand({Reserve{.id = "a", .items = {{"cup", 2}}, .wait = 9500ms}});
  const Time deadline = now_ + 10s;
  for (int i = 0; i < 3; ++i) {
    const Attempt attempt = next(one);
    EXPECT_LE(now_ + 1s + reserve_of(attempt).wait, deadline);
    EXPECT_GT(now_ + 1s + reserve_of(attempt).wait, deadline - 1ms);
    now_ += 1s;
    fail(one, attempt, refused);
  }
  Errand brief = errand({Reserve{.id = "b", .items = {{"cup", 2}}, .wait = 2s}});
  EXPECT_EQ(reserve_of(next(brief)).wait, 2s);
}

TEST_F(ErrandTest, NobodyThereIsUnreachableAndOnceMayHaveHappenedIsNeverCalledSo) {
  Errand never = errand({Purchase{.id = "a"}});
  while (!never.is_settled()) fail(never, next(never), refused);
  EXPECT_EQ(never.outcomes()[0].kind(), Code::unreachable);
  EXPECT_EQ(never.outcomes()[0].detail, "connection refused");

  Errand maybe = errand({Purchase{.id = "a"}});
  fail(maybe, next(maybe), broken);
  while (!maybe.is_settled()) maybe.answered(next(maybe), {{said("starting")}}, now_);
  EXPECT_EQ(maybe.outcomes()[0].kind(), Code::outcome_unknown);
}

TEST_F(ErrandTest, AReservationOfARegionThatIsDownIsMovedAndNamesWhatItReplaces) {
  Errand one = errand({cups("a"), Purchase{.id = "a"}});
  const Attempt moved = until_moved(one, refused);
  ASSERT_FALSE(one.is_settled());
  EXPECT_EQ(moved.region, 1u);
  EXPECT_EQ(reserve_of(moved).id, "a_1");
  EXPECT_EQ(reserve_of(moved).replaces, "a");
  EXPECT_EQ(reserve_of(moved).items.at(0).quantity, 2);
  EXPECT_EQ(std::get<Purchase>(moved.operations.at(1)).id, "a_1") << "what is asked of it follows";
  EXPECT_EQ(regions_.place_of("a"), (Place{1, "a_1", 1}));
}

TEST_F(ErrandTest, ARepeatOfAMovedReservationIsTheSameRequest) {
  Errand one = errand({cups("a")});
  one.answered(until_moved(one, broken), {{said("")}}, now_);
  Errand repeat = errand({cups("a")});
  const Attempt attempt = next(repeat);
  EXPECT_EQ(attempt.region, 1u);
  EXPECT_EQ(reserve_of(attempt).id, "a_1");
  EXPECT_EQ(reserve_of(attempt).replaces, "a");
}

TEST_F(ErrandTest, APurchaseAndStockAreNeverFailedOver) {
  for (const Operation& operation :
       {Operation(Purchase{.id = "a"}), Operation(Adjust{"cup", 1, "delivery", "k"})}) {
    Errand one = errand({operation});
    until_moved(one, broken);
    EXPECT_TRUE(one.is_settled());
    EXPECT_EQ(one.outcomes()[0].kind(), Code::outcome_unknown);
  }
}

// Or the shopper pays once and is sold it twice, in two regions.
TEST_F(ErrandTest, AReservationWhosePurchaseMayHaveBeenMadeIsNotMoved) {
  Errand both = errand({cups("a"), Purchase{.id = "a"}});
  EXPECT_EQ(until_moved(both, broken).region, 0u);
  EXPECT_TRUE(both.is_settled());
  EXPECT_EQ(both.outcomes()[1].kind(), Code::outcome_unknown);

  Errand again = errand({cups("a")});
  EXPECT_EQ(until_moved(again, refused).region, 0u) << "nor when it is asked for anew";
  EXPECT_EQ(regions_.place_of("a"), (Place{0, "a", 0}));
}

TEST_F(ErrandTest, OnceAPurchaseIsKnownNotToHaveBeenMadeItsReservationMoves) {
  Errand unsure = errand({Purchase{.id = "a"}});
  fail(unsure, next(unsure), broken);
  unsure.answered(next(unsure), {{said("reservation_expired")}}, now_);
  ASSERT_TRUE(unsure.is_settled());
  Errand again = errand({cups("a")});
  EXPECT_EQ(until_moved(again, refused).region, 1u);
}

TEST_F(ErrandTest, WhatWasPurchasedIsNotMadeAnewElsewhereWhenItIsAskedForAgain) {
  const std::vector<Operation> sale{cups("a"), Purchase{.id = "a"}};
  Errand sold = errand(sale);
  sold.answered(next(sold), {{said(""), said("")}}, now_);
  Errand again = errand(sale);
  EXPECT_EQ(until_moved(again, refused).region, 0u);
  Errand later = errand(sale);
  EXPECT_EQ(next(later).region, 0u) << "nor while its region is down already";
}

TEST_F(ErrandTest, WhileAPurchaseIsUnderWayItsReservationIsNotMoved) {
  Errand purchase = errand({Purchase{.id = "a"}});
  const Attempt under_way = next(purchase);
  Errand again = errand({cups("a")});
  EXPECT_EQ(until_moved(again, refused).region, 0u);
  fail(purchase, under_way, refused);
  Errand later = errand({cups("a")});
  EXPECT_EQ(until_moved(later, refused).region, 1u) << "it was not sent";
}

TEST_F(ErrandTest, ARefusalThatDoesNotSpeakOfItsStateLeavesAPurchaseInDoubt) {
  for (const std::string code : {"idempotency_mismatch", "validation_failed", "malformed_json"}) {
    Errand unsure = errand({Purchase{.id = code}});
    fail(unsure, next(unsure), broken);
    unsure.answered(next(unsure), {{said(code)}}, now_);
    ASSERT_TRUE(unsure.is_settled());
    EXPECT_TRUE(regions_.may_be_purchased(code)) << code;
  }
  Errand other_order = errand({Purchase{.id = "b", .order = "other"}});
  other_order.answered(next(other_order), {{said("idempotency_mismatch")}}, now_);
  EXPECT_TRUE(regions_.may_be_purchased("b")) << "it is sold, under another order";
  Errand wrong = errand({Purchase{.id = "c"}});
  wrong.answered(next(wrong), {{said("validation_failed")}}, now_);
  EXPECT_FALSE(regions_.may_be_purchased("c"));
}

TEST_F(ErrandTest, ARegionThatSaysItIsUnwellIsDownTooAnOverloadedOneIsNot) {
  Errand fenced = errand({cups("a")});
  Attempt attempt = next(fenced);
  while (attempt.region == 0) {
    now_ += 100ms;
    fenced.answered(attempt, {{said("fenced")}}, now_);
    ASSERT_FALSE(fenced.is_settled());
    attempt = next(fenced);
  }
  fenced.answered(attempt, {{said("")}}, now_);
  now_ += 6s;
  Errand busy = errand({cups("b")});
  while (!busy.is_settled()) {
    attempt = next(busy);
    EXPECT_EQ(attempt.region, 0u);
    busy.answered(attempt, std::vector<Outcome>(attempt.operations.size(), said("overloaded")), now_);
  }
  EXPECT_EQ(busy.outcomes()[0].kind(), Code::overloaded);
}

TEST_F(ErrandTest, NewReservationsGoElsewhereAtOnceWhileARegionIsDownAndThenHomeAgain) {
  Errand first = errand({cups("a")});
  first.answered(until_moved(first, refused), {{said("")}}, now_);
  Errand away = errand({cups("b")});
  const Attempt attempt = next(away);
  EXPECT_EQ(attempt.region, 1u);
  EXPECT_EQ(reserve_of(attempt).id, "b") << "the first region was never asked for it";
  EXPECT_EQ(reserve_of(attempt).replaces, "");
  now_ += 5s;
  Errand home = errand({cups("c")});
  EXPECT_EQ(next(home).region, 0u);
  Errand bought = errand({Purchase{.id = "b"}});
  EXPECT_EQ(next(bought).region, 1u) << "it is bought where it was made";
}

TEST_F(ErrandTest, WhatWasLeftBehindIsReleasedOnceItsRegionIsHeardAgain) {
  Errand one = errand({cups("a")});
  one.answered(until_moved(one, broken), {{said("")}}, now_);
  now_ += 5s;
  for (const bool is_first : {true, false}) {
    Errand home = errand({Purchase{.id = "z"}});
    const Attempt attempt = next(home);
    EXPECT_EQ(attempt.region, 0u);
    ASSERT_EQ(attempt.operations.size(), is_first ? 2u : 1u);
    EXPECT_TRUE(!is_first || std::get<Release>(attempt.operations[1]).id == "a");
    home.answered(attempt, std::vector<Outcome>(attempt.operations.size(), said("")), now_);
    EXPECT_EQ(home.outcomes().size(), 1u);
  }
}

TEST_F(ErrandTest, OfWhatWasLeftBehindEachIdIsInOneAttemptAndComesAgainAfterOneThatFailed) {
  for (int i = 0; i < 100; ++i) regions_.leave_behind(0, "left-" + std::to_string(i));
  Errand first = errand({Purchase{.id = "y"}});
  Errand second = errand({Purchase{.id = "z"}});
  const Attempt one = next(first);
  const Attempt other = next(second);
  ASSERT_EQ(one.operations.size(), 1 + 64u);
  ASSERT_EQ(other.operations.size(), 1 + 36u);
  EXPECT_EQ(std::get<Release>(one.operations[64]).id, "left-63");
  EXPECT_EQ(std::get<Release>(other.operations[1]).id, "left-64");
  second.answered(other, std::vector<Outcome>(other.operations.size(), said("")), now_);
  fail(first, one, broken);
  const Attempt again = next(first);
  ASSERT_EQ(again.operations.size(), 1 + 64u);
  std::vector<Outcome> busy(again.operations.size(), said(""));
  busy[0] = said("overloaded");
  busy[64] = said("overloaded");
  first.answered(again, busy, now_);
  const Attempt last = next(first);
  ASSERT_EQ(last.operations.size(), 2u) << "what was not looked at";
  EXPECT_EQ(std::get<Release>(last.operations[1]).id, "left-63");
}

TEST_F(ErrandTest, WithAllRegionsDownItStaysWhereItIs) {
  Errand one = errand({cups("a")});
  fail(one, until_moved(one, broken), broken);
  while (!one.is_settled()) fail(one, next(one), broken);
  EXPECT_EQ(regions_.place_of("a").moves, 1u);
  EXPECT_EQ(one.outcomes()[0].kind(), Code::outcome_unknown);
}

TEST_F(ErrandTest, APlaceThatIsNoneIsRefusedWhenItIsNamed) {
  EXPECT_THROW(regions_.place("a", {2, "a", 0}), std::out_of_range);
  Errand one = errand({Purchase{.id = "a"}});
  EXPECT_EQ(next(one).region, 0u);
}

TEST_F(ErrandTest, AnAttemptLastsNoLongerThanAllOfThem) {
  EXPECT_EQ(KnownRegions(1, {.deadline = 500ms, .attempt_timeout = 2s}).options().attempt_timeout, 500ms);
}

TEST_F(ErrandTest, ARegionThatIsNeverToBeLeftIsNot) {
  KnownRegions regions(2, {.fail_over_after = std::chrono::milliseconds::max()});
  regions.not_heard(0, now_, now_ + 1h);
  EXPECT_FALSE(regions.is_down(0, now_ + 1h));
}

TEST_F(ErrandTest, OperationsOfTwoRegionsAreTwoAttemptsOfOneRound) {
  regions_.place("b", {1, "b", 0});
  Errand one = errand({Purchase{.id = "a"}, Purchase{.id = "b"}, Purchase{.id = "c"}});
  const Attempt here = next(one);
  EXPECT_EQ(here.parts, (std::vector<std::size_t>{0, 2}));
  one.answered(here, {{said(""), said("overloaded")}}, now_);
  EXPECT_EQ(one.due(), now_);
  const Attempt there = next(one);
  EXPECT_EQ(there.region, 1u);
  one.answered(there, {{said("")}}, now_);
  EXPECT_GT(one.due(), now_);
  EXPECT_EQ(next(one).parts, (std::vector<std::size_t>{2}));
}

TEST_F(ErrandTest, AnIdThatIsTooLongToBeMovedStays) {
  Errand one = errand({cups(std::string(63, 'x'))});
  EXPECT_EQ(until_moved(one, broken).region, 0u);
  EXPECT_TRUE(one.is_settled());
}

TEST(Newest, TheOldestIsForgotten) {
  Newest<int> newest;
  for (std::size_t i = 0; i <= Newest<int>::count_max; ++i) newest.set(std::to_string(i), 1);
  newest.set("1", 2);
  EXPECT_FALSE(newest.contains("0"));
  ASSERT_TRUE(newest.contains("1"));
  EXPECT_EQ(*newest.find("1"), 2);
  newest.set("another", 3);
  EXPECT_TRUE(newest.contains("1")) << "by when it was last spoken of, not by when it came";
  EXPECT_FALSE(newest.contains("2"));
  EXPECT_TRUE(newest.contains("another"));
}

TEST(Codes, EachWordHasItsCodeAndAnUnknownOneIsOther) {
  EXPECT_EQ(code_of(""), Code::done);
  EXPECT_EQ(code_of("sold_out"), Code::sold_out);
  EXPECT_EQ(code_of("malformed_json"), Code::other);
}

}  // namespace
}  // namespace holdfast
