// What is sent once more over a kept connection, without being asked to: nobody is told that nothing was
// sent, nor that nothing happened, because of what came of the second time alone.
#include <gtest/gtest.h>

#include "client/answering_daemon.h"
#include "client/fake_daemon.h"
#include "holdfast/retrying_client.h"

namespace holdfast {
namespace {

using operation::Purchase;
using operation::Release;
using operation::Reserve;
using std::chrono::milliseconds;
using Kind = Failure::Kind;
using Then = FakeAnswer::Then;

const std::vector<Operation> first{Release{"r"}};
const std::vector<Operation> basket{Reserve{.id = "cart", .items = {{"tea", 2}}}, Purchase{.id = "cart"}};

std::string results(const std::string& result, int count) {
  std::string body = R"({"results":[)";
  for (int i = 0; i < count; ++i) body += (i == 0 ? "" : ",") + result;
  return body + "]}";
}

const std::string released = R"({"status":200,"replayed":false,"body":{"state":"released"}})";

// It answers once. The next request it may have done, when it goes without a word and is not there any more.
FakeAnswer once_and_die(const FakeRequest& request) {
  if (request.body.find("release") != std::string::npos) return {.body = results(released, 1)};
  return {.then = Then::die_unanswered};
}

RetryOptions in_a_hurry() {
  return {.deadline = milliseconds(1'500),
          .attempt_timeout = milliseconds(400),
          .first_pause = milliseconds(10),
          .fail_over_after = milliseconds(200),
          .seed = 1};
}

void expect_broken(const std::string& endpoint) {
  Client client(endpoint);
  ASSERT_TRUE(client.run(first));
  const Outcomes outcomes = client.run(basket);
  ASSERT_FALSE(outcomes);
  EXPECT_EQ(outcomes.failure().kind, Kind::broken) << outcomes.failure().detail;
}

void expect_that_another_region_is_not_asked(const std::string& endpoint) {
  FakeDaemon other([](const FakeRequest&) { return FakeAnswer{.body = results(released, 2)}; });
  RetryingClient client({endpoint, other.endpoint()}, in_a_hurry());
  ASSERT_TRUE(client.run(first[0]).done());
  for (const Outcome& outcome : client.run(basket)) EXPECT_EQ(outcome.kind(), Code::outcome_unknown);
  EXPECT_EQ(other.requests().size(), 0u) << "or it is sold there too";
}

// It may have done the second request too, goes without a word, and is starting when it is asked again.
FakeAnswer once_and_anew(const FakeRequest& request) {
  if (request.body.find("release") != std::string::npos) return {.body = results(released, 1)};
  if (request.connection == 1) return {.then = Then::close_unanswered};
  return {.status = 503, .body = R"({"code":"starting","retry_after_ms":1000})"};
}

TEST(Repeat, WhoAnswersNoMoreAndIsGoneMayHaveDoneItOverHttp) {
  FakeDaemon daemon(once_and_die);
  expect_broken(daemon.endpoint());
  FakeDaemon another(once_and_die);
  Client client(another.endpoint());
  ASSERT_TRUE(client.run(first));
  const Answer answer = client.call({.method = "POST", .target = "/v1/reservations/cart/purchase"});
  ASSERT_FALSE(answer);
  EXPECT_EQ(answer.failure().kind, Kind::broken);
}

TEST(Repeat, WhoAnswersNoMoreAndIsGoneMayHaveDoneItOverTheNativeProtocol) {
  AnsweringDaemon daemon(1, AnsweringDaemon::Then::die_of_the_next);
  expect_broken(daemon.endpoint());
}

TEST(Repeat, WhatWasPurchasedOfWhoIsGoneIsNotPurchasedInAnotherRegionOverHttp) {
  FakeDaemon daemon(once_and_die);
  expect_that_another_region_is_not_asked(daemon.endpoint());
}

TEST(Repeat, WhatWasPurchasedOfWhoIsGoneIsNotPurchasedInAnotherRegionOverTheNativeProtocol) {
  AnsweringDaemon daemon(1, AnsweringDaemon::Then::die_of_the_next);
  expect_that_another_region_is_not_asked(daemon.endpoint());
}

TEST(Repeat, BothTimesTogetherEndWithinTheTimeout) {
  AnsweringDaemon daemon(1, AnsweringDaemon::Then::hang_up_late);
  Client client(daemon.endpoint(), {.timeout = AnsweringDaemon::late + milliseconds(200)});
  ASSERT_TRUE(client.run(first));
  const auto began = std::chrono::steady_clock::now();
  const Outcomes outcomes = client.run(basket);
  EXPECT_LT(std::chrono::steady_clock::now() - began, 2 * AnsweringDaemon::late);
  ASSERT_FALSE(outcomes);
  EXPECT_EQ(outcomes.failure().kind, Kind::timed_out) << outcomes.failure().detail;
}

TEST(Repeat, AnAnswerThatSpeaksOfTheDaemonOnlySaysNothingOfTheFirstTime) {
  FakeDaemon daemon(once_and_anew);
  Client client(daemon.endpoint());
  ASSERT_TRUE(client.run(first));
  const Outcomes outcomes = client.run(basket);
  ASSERT_TRUE(outcomes);
  for (const Outcome& outcome : *outcomes) {
    EXPECT_EQ(outcome.kind(), Code::outcome_unknown);
    EXPECT_EQ(outcome.retry_after, milliseconds(1'000));
  }
}

TEST(Repeat, ACallOfWhichTheSecondAnswerSaysNothingIsBrokenUnlessItOnlyReads) {
  const Call purchase{.method = "POST", .target = "/v1/reservations/cart/purchase"};
  const Call ready{.method = "GET", .target = "/readyz"};
  for (const Call& call : {purchase, ready}) {
    FakeDaemon daemon(once_and_anew);
    Client client(daemon.endpoint());
    ASSERT_TRUE(client.run(first));
    const Answer answer = client.call(call);
    if (call.method == "GET") {
      ASSERT_TRUE(answer);
      EXPECT_EQ(answer->status, 503);
    } else {
      ASSERT_FALSE(answer);
      EXPECT_EQ(answer.failure().kind, Kind::broken);
    }
  }
}

TEST(Repeat, WhatWasPurchasedOfWhoIsStartingAgainIsNotPurchasedInAnotherRegion) {
  FakeDaemon daemon(once_and_anew);
  expect_that_another_region_is_not_asked(daemon.endpoint());
}

// Nothing was sent to it, so that a basket may go elsewhere with its purchase.
TEST(Repeat, WhoIsSeenToBeGoneIsSentNothing) {
  auto http = std::make_unique<FakeDaemon>(
      [](const FakeRequest&) { return FakeAnswer{.body = results(released, 1)}; });
  auto native = std::make_unique<AnsweringDaemon>(1, AnsweringDaemon::Then::die);
  Client over_http(http->endpoint());
  Client over_native(native->endpoint());
  ASSERT_TRUE(over_http.run(first));
  ASSERT_TRUE(over_native.run(first));
  http.reset();
  native.reset();
  for (Client* client : {&over_http, &over_native}) {
    const Outcomes outcomes = client->run(basket);
    ASSERT_FALSE(outcomes);
    EXPECT_EQ(outcomes.failure().kind, Kind::refused) << outcomes.failure().detail;
  }
}

// As a proxy does that says why it closes: it is no answer to what is asked next.
TEST(Repeat, WhatCameUnaskedIsNotTakenForTheAnswer) {
  FakeDaemon daemon([](const FakeRequest& request) {
    if (request.connection == 1) return FakeAnswer{.body = results(released, 1), .then = Then::say_more};
    return FakeAnswer{.body = R"({"path":"second"})"};
  });
  Client client(daemon.endpoint());
  ASSERT_TRUE(client.run(first));
  const Answer answer = client.call({.method = "GET", .target = "/second"});
  ASSERT_TRUE(answer);
  EXPECT_EQ(answer->status, 200);
  EXPECT_EQ(answer->body, R"({"path":"second"})");
}

}  // namespace
}  // namespace holdfast
