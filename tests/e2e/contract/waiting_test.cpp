// Shoppers who wait: two regions, and units that the other one has but cannot give while it is stopped.
#include <gtest/gtest.h>

#include <csignal>
#include <future>

#include "support/daemon_process.h"

namespace holdfast::e2e {
namespace {

// us has units; eu knows, and has none. us is frozen, but not long enough to be cut off: whoever wants one in
// eu waits.
class Waiting : public testing::Test {
 protected:
  void SetUp() override {
    const auto port = free_port();
    us_.emplace(
        dir_ / "us",
        DaemonConfig{.region = "us", .gossip_port = port, .peers = {{"eu", ""}}, .cut_off_after_ms = 20'000});
    eu_.emplace(dir_ / "eu", DaemonConfig{.region = "eu",
                                          .peers = {{"us", "127.0.0.1:" + std::to_string(port)}},
                                          .cut_off_after_ms = 20'000});
    ASSERT_TRUE(us_->start() && eu_->start()) << us_->log() << eu_->log();
    ASSERT_EQ(us_->shop().adjust("cup", 5).status, 201);
    ASSERT_TRUE(eventually([&] { return eu_->shop().sku("cup").number("elsewhere_estimate") == 5; }));
    us_->freeze();
  }
  std::future<Reply> wait(const std::string& id, int quantity, const std::string& wait_ms = "8000") {
    return std::async(std::launch::async, [this, id, quantity, wait_ms] {
      return eu_->shop(15s).reserve(id, "cup", quantity, "\"wait_ms\":" + wait_ms);
    });
  }
  // The waiter is there once a second request of another content under its id is refused.
  bool waits(const std::string& id) {
    return eventually([&] { return eu_->shop().reserve(id, "cup", 999).code() == "idempotency_mismatch"; });
  }
  TempDir dir_;
  std::optional<DaemonProcess> us_;
  std::optional<DaemonProcess> eu_;
};

TEST_F(Waiting, ends_with_the_units_once_they_arrive) {
  auto waiter = wait("a", 3);
  ASSERT_TRUE(waits("a"));
  us_->thaw();
  const Reply served = waiter.get();
  EXPECT_EQ(served.status, 201) << served.text;
}

TEST_F(Waiting, ends_with_the_units_that_another_shopper_gives_back) {
  ASSERT_EQ(eu_->shop().adjust("cup", 2).status, 201);
  ASSERT_EQ(eu_->shop().reserve("holder", "cup", 2).status, 201);
  auto waiter = wait("a", 2);
  ASSERT_TRUE(waits("a"));
  ASSERT_EQ(eu_->shop().release("holder").status, 200);
  const Reply served = waiter.get();
  EXPECT_EQ(served.status, 201) << served.text;
  us_->thaw();
}

TEST_F(Waiting, ends_at_its_time_with_the_refusal) {
  const auto began = std::chrono::steady_clock::now();
  const Reply refused = wait("a", 3, "300").get();
  EXPECT_EQ(refused.code(), "insufficient_here") << refused.text;
  EXPECT_EQ(refused.header("Retry-After"), "1");
  EXPECT_GE(std::chrono::steady_clock::now() - began, 290ms);
  EXPECT_EQ(eu_->shop().reservation("a").status, 404);
}

TEST_F(Waiting, is_joined_by_a_repeat_and_both_get_one_outcome) {
  auto first = wait("a", 3);
  ASSERT_TRUE(waits("a"));
  auto second = wait("a", 3);
  us_->thaw();
  const Reply one = first.get();
  const Reply other = second.get();
  EXPECT_LT(one.status, 202) << one.text;
  EXPECT_LT(other.status, 202) << other.text;
  EXPECT_EQ(eu_->shop().sku("cup").number("reserved_here"), 3);
}

TEST_F(Waiting, is_ended_by_a_release_of_its_id) {
  auto waiter = wait("a", 3);
  ASSERT_TRUE(waits("a"));
  EXPECT_EQ(eu_->shop().release("a").status, 200);
  EXPECT_EQ(waiter.get().status, 409);
  EXPECT_EQ(eu_->shop().reservation("a").status, 404);
}

TEST_F(Waiting, of_a_client_that_goes_away_holds_nothing) {
  const Reply gave_up = eu_->shop(500ms).reserve("a", "cup", 3, R"("wait_ms":9000)");
  EXPECT_EQ(gave_up.status, 0) << gave_up.text;
  ASSERT_TRUE(
      eventually([&] { return eu_->shop().reserve("a", "cup", 999).code() != "idempotency_mismatch"; }));
  us_->thaw();
  ASSERT_TRUE(eventually([&] {
    const Reply other = eu_->shop().reserve("b", "cup", 5, R"("wait_ms":3000)");
    return other.status == 201 || other.status == 200;
  }));
  EXPECT_EQ(eu_->shop().reservation("a").status, 404);
  EXPECT_EQ(eu_->shop().sku("cup").number("reserved_here"), 5);
}

TEST_F(Waiting, is_answered_when_the_daemon_stops) {
  auto waiter = wait("a", 3);
  ASSERT_TRUE(waits("a"));
  EXPECT_EQ(eu_->stop(), 0);
  const Reply answered = waiter.get();
  EXPECT_GE(answered.status, 409) << answered.text;
}

}  // namespace
}  // namespace holdfast::e2e
