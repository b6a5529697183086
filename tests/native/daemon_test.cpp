// One daemon, asked over HTTP and over the native protocol: both say the same.
#include <gtest/gtest.h>

#include <map>
#include <thread>

#include "holdfast/async_client.h"
#include "support/daemon_process.h"
#include "support/ephemeral_daemon.h"
#include "support/raw_connection.h"

namespace holdfast::e2e {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;

operation::Reserve reserve(std::string id, std::string sku, std::int64_t quantity = 1) {
  return {.id = std::move(id), .items = {{std::move(sku), quantity}}};
}

class NativeDaemon : public testing::Test {
 protected:
  void SetUp() override { ASSERT_FALSE(daemon_.native().empty()) << daemon_.process().log(); }

  Outcome one(Client& client, const Operation& operation) {
    const Outcomes outcomes = client.run({{operation}});
    if (!outcomes) ADD_FAILURE() << outcomes.failure().detail;
    return outcomes ? outcomes->at(0) : Outcome();
  }

  EphemeralDaemon daemon_{{"--set", "native.listen=127.0.0.1:0"}};
  Client native_{"holdfast://" + daemon_.native()};
  Client http_{"http://" + daemon_.http()};
};

TEST_F(NativeDaemon, ALifeOfAReservationReadsTheSameOverBothTransports) {
  std::map<Client*, std::string> sku{{&native_, "n"}, {&http_, "h"}};
  for (Client* client : {&native_, &http_}) {
    const std::string& name = sku[client];
    EXPECT_EQ(one(*client, operation::Adjust{name, 10, "delivery", "in-" + name}).available_here, 10);
    EXPECT_TRUE(one(*client, operation::Adjust{name, 10, "delivery", "in-" + name}).replayed);
    const Outcome made = one(*client, reserve(name, name, 6));
    EXPECT_TRUE(made.done() && made.created && !made.replayed) << made.detail;
    EXPECT_EQ(made.state, Outcome::State::pending);
    EXPECT_GT(made.expires_in, seconds(500));
    EXPECT_TRUE(one(*client, reserve(name, name, 6)).replayed);
    EXPECT_EQ(one(*client, reserve(name, name, 5)).code, "idempotency_mismatch");
    const Outcome refused = one(*client, reserve(name + "-2", name, 5));
    EXPECT_EQ(refused.code, "all_reserved");
    EXPECT_FALSE(refused.detail.empty());
    EXPECT_LT(one(*client, operation::Extend{name, seconds(60)}).expires_in, seconds(61));
    EXPECT_EQ(one(*client, operation::Change{name, {{name, 2}}}).state, Outcome::State::pending);
    EXPECT_EQ(one(*client, operation::Purchase{name, "order-1"}).state, Outcome::State::purchased);
    EXPECT_EQ(one(*client, operation::Release{name}).code, "already_purchased");
    EXPECT_EQ(one(*client, operation::Release{name}).state, Outcome::State::purchased);
    EXPECT_TRUE(one(*client, operation::GiveBack{name, "back-" + name}).done());
    EXPECT_EQ(one(*client, operation::Release{"never"}).code, "reservation_unknown");
    EXPECT_EQ(one(*client, reserve("not an id", name)).code, "validation_failed");
  }
}

TEST_F(NativeDaemon, OperationsOfABatchAreDoneInTheirOrder) {
  const std::vector<Operation> batch{operation::Adjust{"s", 1, "delivery", "in-s"}, reserve("a", "s"),
                                     reserve("b", "s"), operation::Release{"a"}, reserve("c", "s")};
  const Outcomes outcomes = native_.run(batch);
  ASSERT_TRUE(outcomes) << outcomes.failure().detail;
  EXPECT_TRUE(outcomes->at(1).created);
  EXPECT_EQ(outcomes->at(2).code, "all_reserved");
  EXPECT_EQ(outcomes->at(3).state, Outcome::State::released);
  EXPECT_TRUE(outcomes->at(4).created);
}

TEST_F(NativeDaemon, ManyBatchesUnderWayAreAllDoneAndTheBooksAgree) {
  ASSERT_TRUE(one(native_, operation::Adjust{"hot", 1'000'000, "delivery", "in-hot"}).done());
  AsyncClient client("holdfast://" + daemon_.native(), {.connections = 3});
  std::size_t created = 0;
  for (int batch = 0; batch < 60; ++batch) {
    std::vector<Operation> operations;
    for (int i = 0; i < 200; ++i)
      operations.emplace_back(reserve("r-" + std::to_string(batch * 200 + i), "hot"));
    client.submit(operations, [&](const Failure* failure, std::span<const Outcome> outcomes) {
      ASSERT_EQ(failure, nullptr);
      for (const Outcome& outcome : outcomes) created += outcome.created ? 1 : 0;
    });
  }
  for (int turn = 0; turn < 100 && client.under_way() > 0; ++turn) client.run_for(milliseconds(100));
  EXPECT_EQ(created, 12'000u);
  const auto sku = http_.call({.method = "GET", .target = "/v1/skus/hot"});
  ASSERT_TRUE(sku);
  EXPECT_NE(sku->body.find(R"("reserved_here":12000,)"), std::string::npos) << sku->body;
}

// As many as a second of a rush leaves behind.
TEST_F(NativeDaemon, WhatExpiresTogetherIsFreeWithinASecond) {
  constexpr int baskets = 400'000;
  ASSERT_TRUE(one(native_, operation::Adjust{"hot", baskets, "delivery", "in-hot"}).done());
  AsyncClient client("holdfast://" + daemon_.native(), {.connections = 3});
  int created = 0;
  for (int begun = 0; begun < baskets;) {
    std::vector<Operation> operations;
    for (int i = 0; i < 1000; ++i, ++begun)
      operations.emplace_back(
          operation::Reserve{.id = "r-" + std::to_string(begun), .items = {{"hot", 1}}, .ttl = seconds(1)});
    client.submit(operations, [&](const Failure*, std::span<const Outcome> outcomes) {
      for (const Outcome& outcome : outcomes) created += outcome.created ? 1 : 0;
    });
    while (client.under_way() > 16) client.run_for(milliseconds(1));
  }
  for (int turn = 0; turn < 10'000 && client.under_way() > 0; ++turn) client.run_for(milliseconds(1));
  ASSERT_EQ(created, baskets);
  std::this_thread::sleep_for(seconds(2));
  const auto sku = http_.call({.method = "GET", .target = "/v1/skus/hot"});
  ASSERT_TRUE(sku);
  EXPECT_NE(sku->body.find(R"("reserved_here":0,)"), std::string::npos) << sku->body;
}

TEST_F(NativeDaemon, WhoSendsWhatIsNoCallIsToldAndClosedAndOthersAreServed) {
  RawConnection stranger(daemon_.native());
  stranger.send("GET / HTTP/1.1\r\nHost: shop\r\n\r\n");
  EXPECT_NE(stranger.until("not this protocol").find("not this protocol"), std::string::npos);
  EXPECT_TRUE(one(native_, operation::Adjust{"s", 1, "delivery", "in-s"}).done());
}

TEST_F(NativeDaemon, WhatIsMoreThanATransportTakesIsRefusedOperationByOperation) {
  for (const auto& [client, most] :
       {std::pair(&native_, AsyncClient::batch_operations_max), std::pair(&http_, std::size_t{1'000})}) {
    std::vector<Operation> batch(most, operation::Release{"never"});
    const Outcomes full = client->run(batch);
    ASSERT_TRUE(full) << full.failure().detail;
    EXPECT_EQ(full->back().code, "reservation_unknown");
    batch.emplace_back(operation::Release{"never"});
    const Outcomes refused = client->run(batch);
    ASSERT_TRUE(refused) << refused.failure().detail;
    ASSERT_EQ(refused->size(), most + 1);
    EXPECT_EQ(refused->back().code, "validation_failed");
    EXPECT_EQ(refused->back().detail, "/operations must be at most " + std::to_string(most));
    const Outcomes large = client->run({{operation::Release{std::string(5 << 20, 'a')}}});
    ASSERT_TRUE(large) << large.failure().detail;
    EXPECT_EQ(large->at(0).code, "body_too_large");
    const Outcomes none = client->run({});
    EXPECT_TRUE(none && none->empty());
  }
}

TEST_F(NativeDaemon, AReservationWithoutAnIdIsRefusedAlikeOverBothTransports) {
  for (Client* client : {&native_, &http_}) {
    for (const milliseconds wait : {milliseconds(0), milliseconds(100)}) {
      operation::Reserve nameless = reserve("", "tea");
      nameless.wait = wait;
      const Outcome outcome = one(*client, nameless);
      EXPECT_EQ(outcome.code, "validation_failed") << wait.count();
      EXPECT_EQ(outcome.detail.find("wait"), std::string::npos) << outcome.detail;
    }
  }
}

TEST_F(NativeDaemon, WhoAsksAtTheOtherPortIsTold) {
  Client http_at_native("http://" + daemon_.native());
  const Answer answer = http_at_native.call({.method = "GET", .target = "/v1/status"});
  ASSERT_FALSE(answer);
  EXPECT_EQ(answer.failure().detail, "what came was no HTTP; is that the port of holdfast://?");
  Client native_at_http("holdfast://" + daemon_.http());
  const Outcomes outcomes = native_at_http.run({{operation::Release{"a"}}});
  ASSERT_FALSE(outcomes);
  EXPECT_EQ(outcomes.failure().detail, "what came was HTTP; is that the port of http://?");
}

TEST_F(NativeDaemon, AClientFindsADaemonThatIsBackAgain) {
  Client nobody("holdfast://127.0.0.1:1");
  const Operation release = operation::Release{"a"};
  const Outcomes outcomes = nobody.run({{release}});
  ASSERT_FALSE(outcomes);
  EXPECT_EQ(outcomes.failure().kind, Failure::Kind::refused);
  const auto answer = native_.call({.method = "GET", .target = "/v1/status"});
  ASSERT_FALSE(answer);
  EXPECT_EQ(answer.failure().kind, Failure::Kind::bad_endpoint);
}

}  // namespace
}  // namespace holdfast::e2e
