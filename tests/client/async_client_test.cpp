#include "holdfast/async_client.h"

#include <gtest/gtest.h>

#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <ctime>
#include <stdexcept>
#include <thread>

#include "client/answering_daemon.h"
#include "client/native_connection.h"
#include "holdfast/retrying_client.h"

namespace holdfast {
namespace {

using boost::asio::ip::tcp;
using std::chrono::milliseconds;

const std::vector<Operation> batch{operation::Release{"r"}};

// A daemon that closes its first connection, and takes no other off the system's hands: those after it are
// open, and hear nothing.
class ClosingDaemon {
 public:
  ClosingDaemon() : acceptor_(context_, {boost::asio::ip::address_v4::loopback(), 0}) {
    first_ = std::jthread([this] {
      boost::system::error_code ignored;
      acceptor_.accept(ignored).close(ignored);
    });
  }
  [[nodiscard]] std::string endpoint() const {
    return "holdfast://127.0.0.1:" + std::to_string(acceptor_.local_endpoint().port());
  }

 private:
  boost::asio::io_context context_;
  tcp::acceptor acceptor_;
  std::jthread first_;
};

TEST(AsyncClient, WhatACallbackSubmitsGoesWhereItsAnswerCameFrom) {
  AnsweringDaemon daemon(3);
  AsyncClient client(daemon.endpoint(), {.connections = 3, .timeout = milliseconds(5'000)});
  int answered = 0;
  const std::function<void()> submit = [&] {
    client.submit(batch, [&](const Failure* failure, std::span<const Outcome>) {
      ASSERT_EQ(failure, nullptr);
      if (++answered < 3) submit();
    });
  };
  submit();
  client.run_for(milliseconds(10'000));
  EXPECT_EQ(answered, 3);
}

TEST(AsyncClient, ABatchThatIsNotAnsweredFailsAfterItsOwnTimeThoughOthersBeforeItWereAnswered) {
  AnsweringDaemon daemon(1);
  AsyncClient client(daemon.endpoint(), {.timeout = milliseconds(300)});
  const auto begin = std::chrono::steady_clock::now();
  std::vector<std::chrono::steady_clock::duration> failed;
  client.submit(batch,
                [&](const Failure* failure, std::span<const Outcome>) { EXPECT_EQ(failure, nullptr); });
  client.run_for(milliseconds(100));
  std::this_thread::sleep_until(begin + milliseconds(200));
  client.submit(batch, [&](const Failure* failure, std::span<const Outcome>) {
    ASSERT_NE(failure, nullptr);
    EXPECT_EQ(failure->kind, Failure::Kind::timed_out);
    failed.push_back(std::chrono::steady_clock::now() - begin);
  });
  client.run_for(milliseconds(10'000));
  ASSERT_EQ(failed.size(), 1u);
  EXPECT_GE(failed[0], milliseconds(500));
  EXPECT_LT(failed[0], milliseconds(5'000));
}

TEST(AsyncClient, WhatIsSubmittedAgainFromWithinItsFailureHasADeadlineAsWell) {
  ClosingDaemon daemon;
  AsyncClient client(daemon.endpoint(), {.timeout = milliseconds(200)});
  std::vector<Failure::Kind> failures;
  client.submit(batch, [&](const Failure* first, std::span<const Outcome>) {
    ASSERT_NE(first, nullptr);
    failures.push_back(first->kind);
    client.submit(batch, [&](const Failure* again, std::span<const Outcome>) {
      ASSERT_NE(again, nullptr);
      failures.push_back(again->kind);
    });
  });
  client.run_for(milliseconds(5'000));
  EXPECT_EQ(client.under_way(), 0u);
  EXPECT_EQ(failures, (std::vector{Failure::Kind::broken, Failure::Kind::timed_out}));
}

std::vector<Operation> too_large() {
  return {operation::Reserve{.id = "r", .items = {{"tea"}}, .customer = std::string(5 << 20, 'c')},
          operation::Release{"r"}};
}
std::vector<Operation> too_many() {
  return std::vector<Operation>(AsyncClient::batch_operations_max + 1, operation::Release{"r"});
}

TEST(AsyncClient, WhatADaemonCannotBeSentIsRefusedAndTheNextOnTheSameConnectionIsAnswered) {
  for (const auto& [refused, code] :
       {std::pair(too_large(), "body_too_large"), std::pair(too_many(), "validation_failed")}) {
    AnsweringDaemon daemon(2);
    AsyncClient client(daemon.endpoint(), {.timeout = milliseconds(5'000)});
    std::size_t answered = 0;
    const auto answer = [&](const Failure* failure, std::span<const Outcome> outcomes) {
      ASSERT_EQ(failure, nullptr) << failure->detail;
      answered += outcomes[0].done() ? 1 : 0;
    };
    client.submit(batch, answer);
    std::vector<std::string> codes;
    client.submit(refused, [&](const Failure* failure, std::span<const Outcome> outcomes) {
      ASSERT_EQ(failure, nullptr) << failure->detail;
      for (const Outcome& outcome : outcomes) codes.push_back(outcome.code);
    });
    EXPECT_TRUE(codes.empty()) << "callbacks run within run_for()";
    client.submit(batch, answer);
    EXPECT_EQ(client.under_way(), 3u);
    client.run_for(milliseconds(10'000));
    EXPECT_EQ(codes, std::vector<std::string>(refused.size(), code));
    EXPECT_EQ(answered, 2u);
  }
}

TEST(AsyncClient, TimesMayBeForEver) {
  AnsweringDaemon daemon(1);
  AsyncClient client(daemon.endpoint(), {.timeout = milliseconds::max()});
  bool is_told = false;
  client.submit(batch,
                [&](const Failure* failure, std::span<const Outcome>) { is_told = failure == nullptr; });
  client.run_for(std::chrono::microseconds::max());
  EXPECT_TRUE(is_told);
}

TEST(RetryingClients, TimesMayBeForEver) {
  const RetryOptions for_ever{.deadline = milliseconds::max(), .attempt_timeout = milliseconds::max()};
  AnsweringDaemon one(1);
  EXPECT_TRUE(RetryingClient({one.endpoint()}, for_ever).run(batch[0]).done());
  AnsweringDaemon another(1);
  RetryingAsyncClient many({another.endpoint()}, for_ever);
  bool done = false;
  many.submit(batch, [&](std::span<const Outcome> outcomes) { done = outcomes[0].done(); });
  many.run_for(milliseconds::max());
  EXPECT_TRUE(done);
}

TEST(AsyncClient, NoOperationsHaveNoOutcomesAndNobodyIsAsked) {
  AsyncClient client("holdfast://127.0.0.1:1");
  bool is_told = false;
  client.submit({}, [&](const Failure* failure, std::span<const Outcome> outcomes) {
    is_told = failure == nullptr && outcomes.empty();
  });
  client.run_for(milliseconds(5'000));
  EXPECT_TRUE(is_told);
}

TEST(Client, OverTheNativeProtocolWhatIsTooMuchIsRefused) {
  Client client("holdfast://127.0.0.1:1");
  const Outcomes large = client.run(too_large());
  ASSERT_TRUE(large) << large.failure().detail;
  EXPECT_EQ(large->at(1).code, "body_too_large");
  EXPECT_EQ(large->at(1).detail, "the batch must be at most 4194304 bytes");
  const Outcomes many = client.run(too_many());
  ASSERT_TRUE(many) << many.failure().detail;
  EXPECT_EQ(many->size(), 1'025u);
  EXPECT_EQ(many->at(1).detail, "/operations must be at most 1024");
}

TEST(RetryingClients, WhatIsTooLargeIsRefusedAndNotAskedAgain) {
  RetryingClient waiting({"holdfast://127.0.0.1:1"});
  EXPECT_EQ(waiting.run(too_large()).at(0).code, "body_too_large");
  RetryingAsyncClient many({"holdfast://127.0.0.1:1"});
  std::string code;
  many.submit(too_large(), [&](std::span<const Outcome> outcomes) { code = outcomes[0].code; });
  many.run_for(milliseconds(1'000));
  EXPECT_EQ(code, "body_too_large");
}

TEST(RetryingClients, WithoutAnEndpointNobodyIsReached) {
  const auto is_told = [](const Outcome& outcome) {
    EXPECT_EQ(outcome.code, "unreachable");
    EXPECT_EQ(outcome.detail, "no endpoint was named");
    return true;
  };
  RetryingClient waiting(std::vector<std::string>{});
  EXPECT_TRUE(is_told(waiting.run(batch[0])));
  RetryingAsyncClient many(std::vector<std::string>{});
  bool told = false;
  many.submit(batch, [&](std::span<const Outcome> outcomes) { told = is_told(outcomes[0]); });
  many.run_for(milliseconds(1'000));
  EXPECT_TRUE(told);
}

TEST(AsyncClient, WhatACallbackThrowsComesOutOfRunForAndTheOthersAreTold) {
  AnsweringDaemon daemon(4);
  AsyncClient client(daemon.endpoint(), {.timeout = milliseconds(5'000)});
  int answered = 0;
  const auto answer = [&](const Failure* failure, std::span<const Outcome>) {
    ASSERT_EQ(failure, nullptr) << failure->detail;
    ++answered;
  };
  client.submit(batch, [](const Failure*, std::span<const Outcome>) { throw std::runtime_error("no"); });
  for (int i = 0; i < 2; ++i) client.submit(batch, answer);
  EXPECT_THROW(client.run_for(milliseconds(10'000)), std::runtime_error);
  EXPECT_EQ(client.under_way(), 2u - static_cast<unsigned>(answered));
  client.submit(batch, answer);
  client.run_for(milliseconds(10'000));
  EXPECT_EQ(answered, 3);
}

TEST(AsyncClient, WhereTheCallbackOfAFailureThrowsTheOthersAreToldOfItToo) {
  ClosingDaemon daemon;
  AsyncClient client(daemon.endpoint(), {.timeout = milliseconds(2'000)});
  int failed = 0;
  for (int i = 0; i < 3; ++i)
    client.submit(batch, [&](const Failure* failure, std::span<const Outcome>) {
      EXPECT_NE(failure, nullptr);
      if (++failed < 3) throw std::runtime_error("no");
    });
  for (int i = 0; i < 2; ++i) EXPECT_THROW(client.run_for(milliseconds(5'000)), std::runtime_error);
  EXPECT_EQ(client.under_way(), 1u);
  client.run_for(milliseconds(5'000));
  EXPECT_EQ(failed, 3);
}

TEST(RetryingAsyncClient, WhatACallbackThrowsComesOutOfRunForAndTheOthersAreTold) {
  RetryingAsyncClient client({"http://127.0.0.1:1"});
  int told = 0;
  for (int i = 0; i < 2; ++i)
    client.submit(batch, [&](std::span<const Outcome>) {
      if (++told == 1) throw std::runtime_error("no");
    });
  EXPECT_THROW(client.run_for(milliseconds(1'000)), std::runtime_error);
  client.run_for(milliseconds(1'000));
  EXPECT_EQ(told, 2);
}

TEST(RetryingAsyncClient, WhoeverOnlyLooksInNowAndThenGetsOnToo) {
  RetryingAsyncClient client({"holdfast://127.0.0.1:1"}, {.deadline = milliseconds(200)});
  bool told = false;
  client.submit(batch, [&](std::span<const Outcome> outcomes) { told = !outcomes[0].done(); });
  const auto end = std::chrono::steady_clock::now() + milliseconds(5'000);
  while (client.under_way() > 0 && std::chrono::steady_clock::now() < end) client.run_for(milliseconds(0));
  EXPECT_TRUE(told);
}

TEST(RetryingAsyncClient, WaitsForNothingWhileNothingIsUnderWay) {
  AnsweringDaemon daemon(1);
  RetryingAsyncClient client({daemon.endpoint()}, {.deadline = milliseconds(5'000)});
  client.submit(batch, [](std::span<const Outcome>) {});
  client.run_for(milliseconds(5'000));
  ASSERT_EQ(client.under_way(), 0u);
  const auto began = std::chrono::steady_clock::now();
  for (int i = 0; i < 200; ++i) client.run_for(milliseconds(1'000));
  EXPECT_LT(std::chrono::steady_clock::now() - began, milliseconds(1'000));
}

TEST(RetryingAsyncClient, WaitingForARegionThatIsDownTakesNoProcessor) {
  RetryingAsyncClient client({"holdfast://127.0.0.1:1"}, {.deadline = milliseconds(1'500),
                                                          .attempt_timeout = milliseconds(100),
                                                          .first_pause = milliseconds(400),
                                                          .seed = 1});
  std::string code;
  client.submit(batch, [&](std::span<const Outcome> outcomes) { code = outcomes[0].code; });
  const auto begin = std::chrono::steady_clock::now();
  const std::clock_t processor = std::clock();
  while (client.under_way() > 0) client.run_for(milliseconds(1'000));
  EXPECT_GT(std::chrono::steady_clock::now() - begin, milliseconds(500));
  EXPECT_LT(std::clock() - processor, CLOCKS_PER_SEC / 10);
  EXPECT_EQ(code, "unreachable");
}

TEST(NativeConnection, OnlyOneThatDoesNotBeginHasSentNothing) {
  using boost::asio::error::basic_errors;
  EXPECT_EQ(why_not_connected(basic_errors::connection_refused).kind, Failure::Kind::refused);
  for (const basic_errors error : {basic_errors::host_unreachable, basic_errors::network_unreachable,
                                   basic_errors::timed_out, basic_errors::network_down})
    EXPECT_EQ(why_not_connected(error).kind, Failure::Kind::unreachable) << error;
  for (const basic_errors error :
       {basic_errors::connection_refused, basic_errors::host_unreachable, basic_errors::network_unreachable,
        basic_errors::timed_out, basic_errors::network_down, basic_errors::connection_reset})
    EXPECT_EQ(why_ended(error).kind, Failure::Kind::broken) << error;
}

}  // namespace
}  // namespace holdfast
