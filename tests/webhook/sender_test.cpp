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
    if (hangs_) return {.then = FakeAnswer::Then::never_answer};
    if (answers_.empty()) return {.status = 204};
    const int status = answers_.back();
    answers_.pop_back();
    return {.status = status};
  }
  void run_until(std::size_t requests) {
    run_until([&] { return receiver_.requests().size() >= requests; });
  }
  // Until it holds, or the sender has ended.
  void run_until(const std::function<bool()>& holds) {
    std::atomic<bool> stop = false;
    std::atomic<bool> ended = false;
    Sender sender({.endpoint = endpoint_,
                   .url = receiver_.endpoint() + "/hook",
                   .cursor_file = dir_ / "cursor",
                   .name = name_,
                   .from_beginning = true,
                   .retry_min = 10ms,
                   .retry_max = 50ms},
                  *Secret::parse(secret), [this](const std::string& line) {
                    const std::lock_guard lock(mutex_);
                    said_ += line + "\n";
                  });
    std::thread thread([&] {
      well_ = sender.run(stop);
      ended = true;
    });
    EXPECT_TRUE(e2e::eventually([&] { return ended || holds(); })) << said();
    std::this_thread::sleep_for(100ms);
    stop = true;
    thread.join();
  }
  // As they came; one that came again at once is passed over, as receivers do.
  std::vector<std::string> ids() {
    const std::lock_guard lock(mutex_);
    return ids_;
  }

  [[nodiscard]] std::string said() {
    const std::lock_guard lock(mutex_);
    return said_;
  }
  [[nodiscard]] std::string cursor() const { return e2e::read_file(dir_ / "cursor"); }
  std::vector<std::string> command() {
    ::setenv("HOLDFAST_WEBHOOK_SECRET", secret.c_str(), 1);
    return {test::bin_dir() + "/holdfast",  "webhooks", "--all",        "--endpoint", endpoint_, "--url",
            receiver_.endpoint() + "/hook", "--state",  dir_ / "cursor"};
  }

  e2e::TempDir dir_;
  e2e::EphemeralDaemon daemon_;
  std::string endpoint_ = "http://" + daemon_.http();
  std::string name_;
  std::mutex mutex_;
  std::vector<int> answers_;  // the next one last; none left: 204
  bool hangs_ = false;
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

TEST_F(WebhookSender, the_status_says_that_the_last_event_was_taken_too) {
  name_ = "shop";
  for (int i = 0; i < 10; ++i) ASSERT_EQ(daemon_.shop().adjust("cup", 10).status, 201);
  const auto behind = [&] {
    return daemon_.shop().get("/v1/status").number("event_consumers.0.behind_records");
  };
  run_until([&] { return receiver_.requests().size() == 10 && behind() == 0; });
  EXPECT_EQ(behind(), 0);
  ASSERT_EQ(daemon_.shop().adjust("cup", 10).status, 201);
  run_until(11);
  EXPECT_EQ(behind(), 0) << "stopped at once, it says where it is";
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

TEST_F(WebhookSender, a_file_without_a_cursor_is_named_and_left_as_it_is) {
  ASSERT_EQ(daemon_.shop().adjust("cup", 10).status, 201);
  for (const std::string text : {"", "\n", "1-2\n3-4\n", "one two\n"}) {
    e2e::write_file(dir_ / "cursor", text);
    said_.clear();
    run_until(1);
    EXPECT_FALSE(well_);
    EXPECT_THAT(said_, testing::HasSubstr("/cursor holds no event's id: "));
    EXPECT_EQ(cursor(), text);
  }
  EXPECT_TRUE(receiver_.requests().empty());
}

TEST_F(WebhookSender, what_is_no_file_and_cannot_be_one_ends_it_and_says_why) {
  std::filesystem::create_directory(dir_ / "cursor");
  run_until(1);
  EXPECT_FALSE(well_);
  EXPECT_THAT(said_, testing::HasSubstr("/cursor: Is a directory"));
  std::filesystem::remove_all(dir_.path());
  run_until(1);
  EXPECT_FALSE(well_);
  EXPECT_THAT(said_, testing::HasSubstr("/cursor.lock: No such file or directory"));
  EXPECT_TRUE(receiver_.requests().empty());
}

TEST_F(WebhookSender, a_file_that_is_emptied_while_it_runs_does_not_send_it_back) {
  FakeDaemon daemon([&](const FakeRequest& request) {
    if (request.headers.contains("last-event-id")) e2e::write_file(dir_ / "cursor", "");
    return FakeAnswer{.body = request.headers.contains("last-event-id")
                                  ? ": ping\n\n"
                                  : "id: 1-5-0\nevent: stock.adjusted\ndata: {}\n\n",
                      .content_type = "text/event-stream",
                      .then = FakeAnswer::Then::close};
  });
  endpoint_ = daemon.endpoint();
  run_until([&] { return daemon.requests().size() >= 3; });
  EXPECT_EQ(daemon.requests().at(2).headers.at("last-event-id"), "1-5-0");
  EXPECT_EQ(ids().size(), 1u);
}

TEST_F(WebhookSender, a_cursor_that_the_daemon_does_not_know_is_named_with_its_file) {
  e2e::write_file(dir_ / "cursor", "1-2-3\r\n");
  run_until(1);
  EXPECT_FALSE(well_);
  EXPECT_THAT(said_, testing::AllOf(testing::HasSubstr(": HTTP 410, "), testing::Not(testing::HasSubstr("{")),
                                    testing::HasSubstr("/cursor holds 1-2-3: remove it to begin from now")));
}

TEST_F(WebhookSender, two_of_them_do_not_share_a_file) {
  CursorFile other(dir_ / "cursor");
  ASSERT_TRUE(other.open());
  run_until(1);
  EXPECT_FALSE(well_);
  EXPECT_THAT(said_, testing::HasSubstr("/cursor is in use by another process"));
}

TEST_F(WebhookSender, a_daemon_that_is_away_is_said_once_and_that_it_is_back) {
  std::atomic<bool> refuses = true;
  FakeDaemon daemon([&](const FakeRequest&) {
    return refuses ? FakeAnswer{.status = 429, .body = R"({"detail":"64 follow already"})"}
                   : FakeAnswer{.body = ": ping\n\n",
                                .content_type = "text/event-stream",
                                .then = FakeAnswer::Then::close};
  });
  endpoint_ = daemon.endpoint();
  run_until([&] {
    if (daemon.requests().size() >= 2) refuses = false;
    return said().contains("connected again");
  });
  EXPECT_TRUE(well_);
  EXPECT_THAT(said_, testing::StartsWith(endpoint_ +
                                         ": HTTP 429, 64 follow already; trying again until it goes on\n" +
                                         endpoint_ + ": connected again\n"));
}

TEST_F(WebhookSender, where_it_is_is_synced_before_it_counts) {
  ASSERT_EQ(daemon_.shop().adjust("cup", 10).status, 201);
  auto traced = command();
  traced.insert(traced.begin(),
                {"/usr/bin/strace", "-D", "-f", "-qq", "-e", "trace=fsync,rename", "-o", dir_ / "calls"});
  e2e::Process sender(traced, dir_ / "log");
  ASSERT_TRUE(e2e::eventually([&] { return receiver_.requests().size() == 1 && !cursor().empty(); }))
      << sender.log();
  sender.signal(SIGTERM);
  EXPECT_EQ(sender.exit_code(10s), 0);
  EXPECT_THAT(e2e::read_file(dir_ / "calls"),
              testing::ContainsRegex("fsync[^\n]*\n[^\n]*rename[^\n]*\n[^\n]*fsync"));
}

TEST_F(WebhookSender, a_receiver_that_hangs_is_not_waited_for_at_the_end) {
  ASSERT_EQ(daemon_.shop().adjust("cup", 10).status, 201);
  hangs_ = true;
  e2e::Process sender(command(), dir_ / "log");
  ASSERT_TRUE(e2e::eventually([&] { return receiver_.requests().size() == 1; })) << sender.log();
  sender.signal(SIGTERM);
  EXPECT_EQ(sender.exit_code(5s), 0);
}

TEST_F(WebhookSender, though_it_is_killed_again_and_again_every_event_comes_in_order) {
  const auto command = this->command();
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
