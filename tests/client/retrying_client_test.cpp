// Against daemons that are killed, started again, and gone: under one id it is sold once.
#include "holdfast/retrying_client.h"

#include <gtest/gtest.h>

#include <atomic>
#include <future>
#include <thread>

#include "support/daemon_process.h"

namespace holdfast::e2e {
namespace {

using operation::Adjust;
using operation::Purchase;
using operation::Reserve;

Reserve cups(std::string id, std::int64_t quantity = 1) {
  return {.id = std::move(id), .items = {{"cup", quantity}}};
}

RetryOptions patient() {
  return {
      .deadline = 20s, .attempt_timeout = 1s, .fail_over_after = 500ms, .home_again_after = 1s, .seed = 7};
}

// One region that keeps its addresses over a restart.
class Region {
 public:
  Region(std::filesystem::path dir, std::string name)
      : daemon_(std::move(dir),
                {.region = std::move(name),
                 .more = "[native]\nlisten = \"127.0.0.1:" + std::to_string(native_port_) + "\"\n"}) {}

  [[nodiscard]] bool start() {
    return daemon_.start({"--set", "http.listen=127.0.0.1:" + std::to_string(http_port_)});
  }
  [[nodiscard]] std::string http() const { return "http://127.0.0.1:" + std::to_string(http_port_); }
  [[nodiscard]] std::string native() const { return "holdfast://127.0.0.1:" + std::to_string(native_port_); }
  DaemonProcess& daemon() { return daemon_; }

 private:
  std::uint16_t http_port_ = free_port();
  std::uint16_t native_port_ = free_port();
  DaemonProcess daemon_;
};

class Retrying : public testing::Test {
 protected:
  void SetUp() override {
    for (Region* region : {&eu_, &us_}) {
      ASSERT_TRUE(region->start()) << region->daemon().log();
      ASSERT_EQ(region->daemon().shop().adjust("cup", 1'000'000, "in").status, 201);
    }
  }
  std::int64_t sold(Region& region) { return region.daemon().shop().sku("cup").number("purchased_here"); }
  std::int64_t reserved(Region& region) { return region.daemon().shop().sku("cup").number("reserved_here"); }

  TempDir dir_;
  Region eu_{dir_ / "eu", "eu"};
  Region us_{dir_ / "us", "us"};
};

// Buys basket after basket until told to stop. How many it bought, each under an id of its own.
int buy_until(const std::atomic<bool>& stopping, const std::string& endpoint, const std::string& prefix) {
  RetryingClient client({endpoint}, patient());
  int bought = 0;
  for (; !stopping; ++bought) {
    const std::string id = prefix + std::to_string(bought);
    for (const Operation& operation : {Operation(cups(id)), Operation(Purchase{id, "order-" + id})}) {
      const Outcome outcome = client.run(operation);
      if (!outcome.done()) ADD_FAILURE() << id << ": " << outcome.code << ' ' << outcome.detail;
    }
  }
  return bought;
}

TEST_F(Retrying, a_daemon_that_is_killed_and_started_again_while_a_client_buys_sells_each_basket_once) {
  for (const std::string& endpoint : {eu_.http(), eu_.native()}) {
    const std::int64_t before = sold(eu_);
    std::atomic<bool> stopping = false;
    auto buying = std::async(std::launch::async, buy_until, std::cref(stopping), endpoint,
                             endpoint.starts_with("http") ? "h" : "n");
    for (int i = 0; i < 3; ++i) {
      const std::int64_t by_now = sold(eu_);
      EXPECT_TRUE(eventually([&] { return sold(eu_) > by_now + 10; }));
      eu_.daemon().kill();
      EXPECT_TRUE(eu_.start()) << eu_.daemon().log();
    }
    stopping = true;
    const int bought = buying.get();
    EXPECT_GT(bought, 10);
    EXPECT_EQ(sold(eu_) - before, bought) << endpoint;
    EXPECT_EQ(reserved(eu_), 0);
  }
}

TEST_F(Retrying, many_batches_under_way_over_a_kill_are_each_done_once) {
  RetryingAsyncClient client({eu_.native()}, patient(), 2);
  int done = 0;
  for (int batch = 0; batch < 50; ++batch) {
    std::vector<Operation> operations;
    for (int i = 0; i < 10; ++i) operations.emplace_back(cups("r" + std::to_string(batch * 10 + i)));
    client.submit(operations, [&](std::span<const Outcome> outcomes) {
      for (const Outcome& outcome : outcomes) done += outcome.done() ? 1 : 0;
    });
  }
  client.run_for(1ms);
  eu_.daemon().kill();
  client.run_for(50ms);
  ASSERT_TRUE(eu_.start()) << eu_.daemon().log();
  client.run_for(20s);
  EXPECT_EQ(client.under_way(), 0u);
  EXPECT_EQ(done, 500);
  EXPECT_EQ(reserved(eu_), 500);
}

TEST_F(Retrying, a_basket_of_a_region_that_is_down_is_sold_in_the_second_and_names_the_first) {
  RetryingClient client({eu_.http(), us_.http()}, patient());
  ASSERT_TRUE(client.run(cups("early")).done());
  eu_.daemon().kill();
  const Outcome made = client.run(cups("cart", 3));
  ASSERT_TRUE(made.done()) << made.code << ' ' << made.detail;
  EXPECT_EQ(client.place_of("cart"), (Place{1, "cart_1", 1}));
  const Reply there = us_.daemon().shop().reservation("cart_1");
  EXPECT_EQ(there.at("state"), "pending");
  EXPECT_EQ(there.kind("replaced"), "null") << "it was asked to replace one that is unknown there";
  EXPECT_TRUE(client.run(cups("cart", 3)).replayed);
  EXPECT_TRUE(client.run(Purchase{"cart", "order"}).done());
  EXPECT_EQ(sold(us_), 3);
  EXPECT_EQ(us_.daemon().shop().state_of("early"), "(none)") << "what was made in the first stays there";
  EXPECT_EQ(client.run(cups("late")).kind(), Code::done);
  EXPECT_EQ(client.place_of("late"), (Place{1, "late", 0})) << "the first was not asked for it";
}

TEST_F(Retrying, a_frozen_region_is_left_and_gives_back_what_it_may_have_set_aside) {
  RetryingClient client({eu_.native(), us_.native()}, patient());
  ASSERT_TRUE(client.run(cups("early")).done());
  eu_.daemon().freeze();  // it takes what is sent, and will do it
  ASSERT_TRUE(client.run(cups("cart", 3)).done());
  EXPECT_EQ(client.place_of("cart").endpoint, 1u);
  eu_.daemon().thaw();
  EXPECT_TRUE(eventually([&] { return reserved(eu_) == 4; })) << "it did what it had been sent";
  EXPECT_TRUE(client.run(Purchase{"early", "order-1"}).done()) << "bought where it was made";
  EXPECT_EQ(eu_.daemon().shop().state_of("cart"), "released");
  EXPECT_TRUE(client.run(Purchase{"cart", "order-2"}).done());
  EXPECT_EQ(sold(eu_), 1);
  EXPECT_EQ(sold(us_), 3);
  EXPECT_EQ(reserved(eu_) + reserved(us_), 0);
}

// As behind a balancer, or of a region that has another address now.
TEST_F(Retrying, two_endpoints_that_are_one_region_move_a_basket_and_do_not_make_it_twice) {
  RetryingClient client({"http://127.0.0.1:1", eu_.http()}, patient());
  ASSERT_EQ(eu_.daemon().shop().reserve("cart", "cup", 3).status, 201);  // it got there another time
  ASSERT_TRUE(client.run(cups("cart", 3)).done());
  EXPECT_EQ(eu_.daemon().shop().state_of("cart"), "released");
  EXPECT_EQ(eu_.daemon().shop().reservation("cart_1").at("replaced"), "cart");
  EXPECT_EQ(reserved(eu_), 3);
}

TEST_F(Retrying, stock_comes_in_at_the_first_region_only) {
  RetryOptions short_of_time = patient();
  short_of_time.deadline = 2s;
  RetryingClient client({eu_.http(), us_.http()}, short_of_time);
  eu_.daemon().kill();
  EXPECT_EQ(client.run(Adjust{"cup", 5, "delivery", "d"}).kind(), Code::unreachable);
  EXPECT_EQ(us_.daemon().shop().sku("cup").number("available_here"), 1'000'000);
}

}  // namespace
}  // namespace holdfast::e2e
