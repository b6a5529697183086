// Webhooks to a receiver that refuses, stalls and wants no more, from a sender that is killed.
#include "webhook/sender.h"

#include <gmock/gmock.h>

#include <algorithm>
#include <cstdlib>
#include <mutex>
#include <random>
#include <thread>

#include "client/fake_daemon.h"
#include "support/ephemeral_daemon.h"
#include "support/follower.h"
#include "support/paths.h"

namespace holdfast::webhook {
namespace {

using namespace std::chrono_literals;
using std::chrono::milliseconds;

const std::string secret = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw";

class WebhookSender : public testing::Test {
 protected:
  WebhookSender() : receiver_([this](const FakeRequest& request) { return take(request); }) {}

  FakeAnswer take(const FakeRequest& request) {
    const std::lock_guard lock(mutex_);
    const std::string& id = request.headers.at("webhook-id");
    if (ids_.empty() || ids_.back() != id) ids_.push_back(id);
    if (answers_.empty()) return {.status = 204};
    const int status = answers_.back();
    answers_.pop_back();
    return {.status = status};
  }
  void run_until(std::size_t requests) {
    std::atomic<bool> stop = false;
    Sender sender({.endpoint = "http://" + daemon_.http(),
                   .url = receiver_.endpoint() + "/hook",
                   .cursor_file = dir_ / "cursor",
                   .from_beginning = true,
                   .retry_min = 10ms,
                   .retry_max = 50ms},
                  *Secret::parse(secret), [this](const std::string& line) { said_ += line + "\n"; });
    std::thread thread([&] { well_ = sender.run(stop); });
    EXPECT_TRUE(e2e::eventually([&] { return receiver_.requests().size() >= requests; }));
    std::this_thread::sleep_for(100ms);
    stop = true;
    thread.join();
  }
  // As they came; one that came again at once is passed over, as receivers do.
  std::vector<std::string> ids() {
    const std::lock_guard lock(mutex_);
    return ids_;
  }

  e2e::TempDir dir_;
  e2e::EphemeralDaemon daemon_;
  std::mutex mutex_;
  std::vector<int> answers_;  // the next one last; none left: 204
  std::vector<std::string> ids_;
  FakeDaemon receiver_;
  std::string said_;
  bool well_ = false;
};

TEST_F(WebhookSender, each_event_is_a_signed_post) {
  ASSERT_EQ(daemon_.shop().adjust("cup", 10).status, 201);
  ASSERT_EQ(daemon_.shop().reserve("cart-1", "cup", 2).status, 201);
  run_until(2);
  const auto requests = receiver_.requests();
  ASSERT_EQ(requests.size(), 2u);
  const FakeRequest& second = requests[1];
  EXPECT_EQ(second.method + " " + second.target, "POST /hook");
  EXPECT_THAT(second.body, testing::StartsWith(R"({"type":"reservation.pending","timestamp":"20)"));
  EXPECT_THAT(second.body,
              testing::HasSubstr(R"("data":{"cursor":")" + second.headers.at("webhook-id") + '"'));
  EXPECT_EQ(second.headers.at("webhook-signature"),
            Secret::parse(secret)->sign(second.headers.at("webhook-id"),
                                        std::stoll(second.headers.at("webhook-timestamp")), second.body));
  EXPECT_TRUE(well_);
}

TEST_F(WebhookSender, what_is_not_taken_is_sent_again_before_anything_else_is) {
  ASSERT_EQ(daemon_.shop().adjust("cup", 10).status, 201);
  ASSERT_EQ(daemon_.shop().reserve("cart-1", "cup", 2).status, 201);
  answers_ = {500, 404, 503};
  run_until(5);
  const auto requests = receiver_.requests();
  ASSERT_EQ(requests.size(), 5u);
  for (int i = 1; i < 4; ++i)
    EXPECT_EQ(requests[i].headers.at("webhook-id"), requests[0].headers.at("webhook-id"));
  EXPECT_EQ(ids().size(), 2u);
}

TEST_F(WebhookSender, a_receiver_that_answers_410_gets_no_more) {
  ASSERT_EQ(daemon_.shop().adjust("cup", 10).status, 201);
  ASSERT_EQ(daemon_.shop().adjust("cup", 10).status, 201);
  answers_ = {410};
  run_until(1);
  EXPECT_EQ(receiver_.requests().size(), 1u);
  EXPECT_FALSE(well_);
  EXPECT_THAT(said_, testing::HasSubstr("wants no more"));
}

TEST_F(WebhookSender, though_it_is_killed_again_and_again_every_event_comes_in_order) {
  ::setenv("HOLDFAST_WEBHOOK_SECRET", secret.c_str(), 1);
  const std::vector<std::string> command{test::bin_dir() + "/holdfast",
                                         "webhooks",
                                         "--all",
                                         "--endpoint",
                                         "http://" + daemon_.http(),
                                         "--url",
                                         receiver_.endpoint() + "/hook",
                                         "--state",
                                         dir_ / "cursor"};
  const bool full = std::getenv("HOLDFAST_FULL") != nullptr;
  const int lives = full ? 100 : 8, of_each = full ? 1'000 : 25;
  ASSERT_EQ(daemon_.shop().adjust("cup", 1'000'000).status, 201);
  std::mt19937 random(3);
  for (int life = 0; life < lives; ++life) {
    const e2e::Process sender(command, dir_ / "log");
    std::string operations;
    for (int i = of_each * life; i < of_each * (life + 1); ++i)
      operations += (operations.empty() ? "" : ",") + (R"({"op":"reserve","id":"r)" + std::to_string(i)) +
                    R"(","lines":[{"sku":"cup","quantity":1}]})";
    ASSERT_EQ(daemon_.shop().post("/v1/batch", R"({"operations":[)" + operations + "]}").status, 200);
    std::this_thread::sleep_for(milliseconds(std::uniform_int_distribution<int>(1, full ? 600 : 60)(random)));
  }
  const auto all = static_cast<std::size_t>(lives * of_each + 2);
  e2e::Process last(command, dir_ / "log");
  ASSERT_EQ(daemon_.shop().reserve("last", "cup", 1).status,
            201);  // which nobody but the last one can tell of
  e2e::Follower calm(daemon_.http(), "");
  ASSERT_TRUE(calm.has(all, 60s));
  EXPECT_TRUE(e2e::eventually([&] { return ids().size() == all; }, full ? 300s : 30s))
      << ids().size() << last.log();
  std::vector<std::string> told;
  for (const auto& event : calm.told()) told.push_back(event.id);
  EXPECT_TRUE(ids() == told);
  std::printf("%zu webhooks, %d kills of the sender\n", told.size(), lives);
  last.signal(SIGTERM);
  EXPECT_EQ(last.exit_code(10s), 0);
}

}  // namespace
}  // namespace holdfast::webhook
