// Calls of the native protocol through the gateway, without sockets or a daemon: a desk notes what is asked.
#include "native/gateway.h"

#include <gtest/gtest.h>

#include <map>
#include <optional>

#include "wire/frame.h"
#include "wire/native_client_codec.h"

namespace holdfast::native {
namespace {

constexpr ConnectionId whoever = 3;

class NativeGateway : public testing::Test {
 protected:
  Result<std::size_t, std::string> call(std::uint64_t number, const std::vector<Operation>& operations,
                                        Arrival arrival = Arrival::prompt) {
    Bytes bytes;
    EXPECT_TRUE(wire::encode_native_call(number, operations, bytes));
    auto taken = gateway_.take(whoever, bytes, arrival);
    gateway_.go_on();
    return taken;
  }

  void SetUp() override {
    gateway_.on_settled([this](ConnectionId connection, std::size_t operations, BytesView frame) {
      EXPECT_EQ(connection, whoever);
      wire::FrameReader reader;
      reader.feed(frame);
      const auto next = reader.next();
      ASSERT_TRUE(next && *next);
      wire::NativeAnswers answers;
      ASSERT_TRUE(wire::decode_native_answers((*next)->payload, answers));
      EXPECT_EQ(answers.outcomes.size(), operations);
      heard_[answers.number] = answers.outcomes;
    });
  }

  void answer(std::size_t place, Answer with) { gateway_.answer(submitted_.at(place).token, with); }

  static Answer reserved() {
    answer::ReservationAnswer answer;
    answer.created = true;
    return Success(answer);
  }

  Desk desk() {
    return {.expect = [](std::span<input::Asked>) {},
            .submit =
                [this](std::span<input::Asked> requests) {
                  for (auto& one : requests) submitted_.push_back(std::move(one));
                },
            .go_on = [] {},
            .cancel = [this](RequestToken token) { cancelled_.push_back(token); },
            .count_reservations =
                [this](const Attempts& attempts, std::int64_t, std::int64_t took_us) {
                  reservations_counted_.push_back(attempts);
                  took_us_.push_back(took_us);
                },
            .count_refusals =
                [this](RefusalCode code, std::size_t count) {
                  refusals_counted_.insert(refusals_counted_.end(), count, code);
                },
            .now_us = [this] { return now_us_; }};
  }

  node::InOrder submitted_;
  std::vector<RequestToken> cancelled_;
  std::vector<Attempts> reservations_counted_;
  std::vector<std::int64_t> took_us_;  // as those
  std::vector<RefusalCode> refusals_counted_;
  std::int64_t now_us_ = 1'000'000;
  std::map<std::uint64_t, std::vector<Outcome>> heard_;  // by the number of the call
  Gateway gateway_{desk()};
};

operation::Reserve reserve(std::string id) { return {.id = std::move(id), .items = {{"85123A", 1}}}; }

TEST_F(NativeGateway, ACallIsAnsweredOnceAllItsOperationsAre) {
  ASSERT_EQ(call(7, {reserve("a"), reserve("b")}).value(), 2u);
  ASSERT_EQ(submitted_.size(), 2u);
  EXPECT_TRUE(is_native(submitted_[0].token));
  answer(1, failure(Refusal{.code = RefusalCode::sold_out}));
  EXPECT_TRUE(heard_.empty());
  answer(0, reserved());
  ASSERT_EQ(heard_[7].size(), 2u);
  EXPECT_TRUE(heard_[7][0].created);
  EXPECT_EQ(heard_[7][1].code, "sold_out");
  EXPECT_EQ(gateway_.calls_open(), 0u);
}

TEST_F(NativeGateway, CallsUnderWayTogetherAreAnsweredInAnyOrder) {
  ASSERT_TRUE(call(1, {reserve("a")}));
  ASSERT_TRUE(call(2, {reserve("b")}));
  answer(1, reserved());
  EXPECT_TRUE(heard_.contains(2));
  EXPECT_FALSE(heard_.contains(1));
  answer(0, reserved());
  EXPECT_TRUE(heard_.contains(1));
}

TEST_F(NativeGateway, AnOperationThatMayNotBeIsRefusedAndTheOthersAreDone) {
  ASSERT_TRUE(call(7, {reserve("not an id"), reserve("b")}));
  ASSERT_EQ(submitted_.size(), 1u);
  answer(0, reserved());
  EXPECT_EQ(heard_[7][0].code, "validation_failed");
  EXPECT_TRUE(heard_[7][1].done());
}

TEST_F(NativeGateway, OnlyAnOperationAloneMayWait) {
  operation::Reserve waiting = reserve("a");
  waiting.wait = std::chrono::milliseconds(100);
  ASSERT_TRUE(call(1, {waiting, reserve("b")}));
  ASSERT_EQ(submitted_.size(), 1u);
  answer(0, reserved());
  EXPECT_EQ(heard_[1][0].code, "validation_failed");
  ASSERT_TRUE(call(2, {waiting}));
  EXPECT_EQ(submitted_.size(), 2u);
}

TEST_F(NativeGateway, WithoutAnAnswerInTimeTheOutcomeIsUnknown) {
  ASSERT_TRUE(call(7, {reserve("a"), reserve("b")}));
  answer(0, reserved());
  now_us_ += 10'000'000;
  gateway_.tick();
  ASSERT_EQ(heard_[7].size(), 2u);
  EXPECT_TRUE(heard_[7][0].done());
  EXPECT_EQ(heard_[7][1].code, "outcome_unknown");
  EXPECT_EQ(cancelled_, std::vector{submitted_[1].token});
  answer(1, reserved());  // late: nobody is there
  EXPECT_EQ(heard_.size(), 1u);
}

TEST_F(NativeGateway, AClientThatGoesAwayTakesItsWaiterWithIt) {
  operation::Reserve waiting = reserve("a");
  waiting.wait = std::chrono::milliseconds(100);
  ASSERT_TRUE(call(1, {waiting}));
  ASSERT_TRUE(call(2, {reserve("b")}));
  gateway_.abandon(whoever);
  EXPECT_EQ(cancelled_, std::vector{submitted_[0].token});
  answer(1, reserved());
  EXPECT_TRUE(heard_.empty());
  EXPECT_EQ(gateway_.calls_open(), 0u);
}

TEST_F(NativeGateway, OfACallThatCameLateNothingNewIsBegunAndTheRestIsDone) {
  ASSERT_EQ(call(7, {reserve("a"), operation::Purchase{"b"}}, Arrival::late).value(), 2u);
  ASSERT_EQ(submitted_.size(), 1u);
  EXPECT_TRUE(std::holds_alternative<request::Purchase>(submitted_[0].request));
  answer(0, reserved());
  EXPECT_EQ(heard_[7][0].code, "overloaded");
  EXPECT_GT(heard_[7][0].retry_after.count(), 0);
  EXPECT_TRUE(heard_[7][1].done());
}

TEST_F(NativeGateway, ALateCallThatOnlyReservesIsRefusedAtOnce) {
  ASSERT_EQ(call(7, {reserve("a"), reserve("b")}, Arrival::late).value(), 2u);
  EXPECT_TRUE(submitted_.empty());
  ASSERT_EQ(heard_[7].size(), 2u);
  for (const Outcome& outcome : heard_[7]) {
    EXPECT_EQ(outcome.code, "overloaded");
    EXPECT_GT(outcome.retry_after.count(), 0);
  }
  EXPECT_EQ(refusals_counted_, std::vector(2, RefusalCode::overloaded));
  EXPECT_EQ(gateway_.calls_open(), 0u);
}

TEST_F(NativeGateway, BytesThatAreNoCallAreAnErrorAlsoLate) {
  EXPECT_FALSE(gateway_.take(whoever, bytes_of("sixteen bytes..."), Arrival::late));
}

TEST_F(NativeGateway, BytesThatAreNoCallAreAnError) {
  EXPECT_FALSE(gateway_.take(whoever, bytes_of("sixteen bytes...")));
  EXPECT_EQ(gateway_.calls_open(), 0u);
}

TEST_F(NativeGateway, SmallCallsThatComeTogetherAreSubmittedInTheirOrderAndAllOfThemAsTheyGoOn) {
  constexpr std::size_t calls = 40;
  for (std::size_t i = 0; i < calls; ++i) {
    Bytes bytes;
    ASSERT_TRUE(
        wire::encode_native_call(i, std::vector<Operation>{reserve("cart-" + std::to_string(i))}, bytes));
    ASSERT_TRUE(gateway_.take(whoever, bytes));
  }
  EXPECT_LT(submitted_.size(), calls);  // the last ones wait for what memory has to bring
  gateway_.go_on();
  ASSERT_EQ(submitted_.size(), calls);
  for (std::size_t i = 0; i < calls; ++i)
    EXPECT_EQ(std::get<request::Reserve>(submitted_[i].request).id, "cart-" + std::to_string(i));
}

TEST_F(NativeGateway, WhatIsReservedAndRefusedCountsForTheMetrics) {
  ASSERT_TRUE(call(7, {reserve("a"), operation::Release{"b"}}));
  answer(0, reserved());
  answer(1, failure(Refusal{.code = RefusalCode::reservation_unknown}));
  EXPECT_TRUE(reservations_counted_.empty()) << "they count as answered when their answers go out";
  gateway_.count_answered();
  EXPECT_EQ(reservations_counted_, std::vector{Attempts{.created = 1}});
  EXPECT_EQ(refusals_counted_, std::vector{RefusalCode::reservation_unknown});
}

TEST_F(NativeGateway, CallsAreCountedWithTheTimeFromWhenTheyCameUntilTheirAnswersGoOut) {
  ASSERT_TRUE(call(7, {reserve("a"), reserve("b")}));
  now_us_ += 300;
  ASSERT_TRUE(call(8, {reserve("c")}));
  ASSERT_TRUE(call(9, {reserve("d")}));
  now_us_ += 50;
  for (std::size_t place = 0; place < 4; ++place) answer(place, reserved());
  now_us_ += 1;
  gateway_.count_answered();
  EXPECT_EQ(reservations_counted_, (std::vector{Attempts{.created = 2}, Attempts{.created = 2}}));
  EXPECT_EQ(took_us_, (std::vector<std::int64_t>{351, 51}));
  gateway_.count_answered();
  EXPECT_EQ(reservations_counted_.size(), 2u);
}

}  // namespace
}  // namespace holdfast::native
