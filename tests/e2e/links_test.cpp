// Two daemons and a bad network between them: each kind of fault is noticed at both ends, or survived; both
// come back, and know the same.
#include <gtest/gtest.h>

#include <algorithm>
#include <ostream>
#include <thread>

#include "support/cluster.h"
#include "support/daemon_process.h"
#include "support/load.h"
#include "support/proxy_process.h"

namespace holdfast::e2e {
namespace {

int count(const std::string& text, const std::string& what) {
  int found = 0;
  for (auto at = text.find(what); at != std::string::npos; at = text.find(what, at + 1)) ++found;
  return found;
}

// eu dials us, which only accepts.
class BadLink : public testing::Test {
 protected:
  void SetUp() override {
    ASSERT_TRUE(us_.start()) << us_.log();  // first: an attempt that nobody accepts is a link down
    ASSERT_TRUE(eu_.start()) << eu_.log();
    ASSERT_EQ(eu_.shop().adjust("cup", 100).status, 201);
    ASSERT_TRUE(are_as_one());
  }
  void link(const std::string& faults) { proxy_.set("eu-us", faults); }

  static bool sees_the_other(const DaemonProcess& daemon) {
    return daemon.shop().get("/v1/status").at("state") == "well";
  }
  // Each says that the other is cut off, at some moment.
  bool is_noticed() {
    const auto notices = [](const DaemonProcess& daemon) {
      return eventually([&] { return !sees_the_other(daemon); }, 20s);
    };
    return notices(eu_) && notices(us_);
  }
  // They see each other, and all rows are the same.
  bool are_as_one() {
    return eventually(
        [&] {
          if (!sees_the_other(eu_) || !sees_the_other(us_)) return false;
          const std::string known = eu_.shop().get("/v1/status").at("state_hash");
          return known == us_.shop().get("/v1/status").at("state_hash");
        },
        30s);
  }
  // What happens in each while they do not hear each other.
  void bring_stock_in(const std::string& key) {
    for (DaemonProcess* daemon : {&eu_, &us_})
      ASSERT_EQ(daemon->shop().adjust("pot", 3, key + daemon->config().region).status, 201);
  }
  [[nodiscard]] int links_down() const {
    return count(eu_.log(), "link down") + count(us_.log(), "link down");
  }

  TempDir dir_;
  std::uint16_t us_port_ = free_port();
  ProxyProcess proxy_{dir_.path(), {{"eu-us", "127.0.0.1:" + std::to_string(us_port_)}}};
  DaemonProcess us_{dir_ / "us", {.region = "us", .gossip_port = us_port_, .peers = {{"eu", ""}}}};
  DaemonProcess eu_{dir_ / "eu", {.region = "eu", .peers = {{"us", proxy_.address("eu-us")}}}};
};

struct Fault {
  const char* name;
  const char* faults;
};
void PrintTo(const Fault& fault, std::ostream* out) { *out << fault.name; }

class Severed : public BadLink, public testing::WithParamInterface<Fault> {};

TEST_P(Severed, it_is_noticed_at_both_ends_and_once_healed_they_know_the_same) {
  link(GetParam().faults);
  bring_stock_in("a-");
  EXPECT_TRUE(is_noticed()) << eu_.log() << us_.log();
  bring_stock_in("b-");
  for (DaemonProcess* daemon : {&eu_, &us_}) EXPECT_EQ(daemon->shop().get("/readyz").status, 200);
  proxy_.heal();
  EXPECT_TRUE(are_as_one()) << eu_.log() << us_.log();
  EXPECT_EQ(us_.shop().sku("pot").number("available_here"), 6);
}

INSTANTIATE_TEST_SUITE_P(Link, Severed,
                         testing::Values(Fault{"cut", R"({"cut":"both"})"},
                                         Fault{"cut_from_who_dialled", R"({"cut":"up"})"},
                                         Fault{"cut_towards_who_dialled", R"({"cut":"down"})"},
                                         Fault{"stalled", R"({"stall":"both"})"},
                                         Fault{"stalled_from_who_dialled", R"({"stall":"up"})"},
                                         Fault{"stalled_towards_who_dialled", R"({"stall":"down"})"}),
                         [](const auto& instance) { return instance.param.name; });

TEST_F(BadLink, that_is_long_stays_up_and_serves_who_waits) {
  link(R"({"delay_ms":150,"jitter_ms":50})");
  ASSERT_EQ(eu_.shop().adjust("pot", 5).status, 201);
  ASSERT_TRUE(eventually([&] { return us_.shop().sku("pot").status == 200; }));
  const Reply served = us_.shop().reserve("a", "pot", 3, R"("wait_ms":5000)");
  EXPECT_EQ(served.status, 201) << served.text;
  Reply status;
  EXPECT_TRUE(eventually([&] {
    status = us_.shop().get("/v1/status");
    return std::max(status.number("regions.0.rtt_ms"), status.number("regions.1.rtt_ms")) >= 300;
  })) << status.text;
  EXPECT_TRUE(are_as_one());
  EXPECT_EQ(links_down(), 0) << eu_.log() << us_.log();
}

TEST_F(BadLink, that_is_slow_stays_up_while_a_catalogue_passes) {
  link(R"({"throttle_bytes_per_s":100000})");
  std::string csv = "sku,quantity\n";
  for (int i = 0; i < 6000; ++i) csv += "SKU-" + std::to_string(i) + ",5\n";
  const Call import{.method = "POST",
                    .target = "/v1/stock-imports",
                    .body = csv,
                    .content_type = "text/csv",
                    .headers = {{"Idempotency-Key", "import-1"}}};
  ASSERT_EQ(eu_.shop().call(import).status, 200);
  EXPECT_TRUE(are_as_one());
  EXPECT_LT(proxy_.number("eu-us", "up.bytes_out"), 2'000'000) << "it is sent once, not again and again";
  EXPECT_EQ(links_down(), 0) << eu_.log() << us_.log();
}

TEST_F(BadLink, that_is_reset_under_load_comes_back_each_time_and_nothing_is_sold_twice) {
  std::vector<std::unique_ptr<Load>> loads;
  for (DaemonProcess* daemon : {&eu_, &us_}) {
    loads.push_back(
        std::make_unique<Load>(daemon->config().region, "cup", [daemon] { return daemon->http(); }));
    loads.back()->start(1);
  }
  const auto times_linked = [&] { return count(us_.log(), "region eu is linked"); };
  for (int n = 1; n <= 5; ++n) {
    ASSERT_TRUE(eventually([&] { return times_linked() >= n; })) << us_.log();
    link(R"({"reset":true})");
    EXPECT_TRUE(eventually([&] { return times_linked() > n; })) << us_.log();
  }
  std::int64_t held = 0;
  for (const auto& load : loads) load->stop();
  EXPECT_TRUE(are_as_one());
  for (std::size_t i = 0; i < loads.size(); ++i) {
    Shop shop = (i == 0 ? eu_ : us_).shop();
    EXPECT_TRUE(loads[i]->settle(shop));
    held += loads[i]->units(Told::purchased) + loads[i]->units(Told::reserved);
  }
  EXPECT_LE(held, 100);
}

TEST_F(BadLink, that_damages_bytes_breaks_and_none_of_them_is_applied) {
  link(R"({"flip_one_byte_in":3000})");
  int n = 0;
  EXPECT_TRUE(eventually(
      [&] {
        static_cast<void>(eu_.shop().adjust("pot", 1, "p-" + std::to_string(++n)));
        return proxy_.number("eu-us", "up.bytes_flipped") + proxy_.number("eu-us", "down.bytes_flipped") >= 5;
      },
      30s));
  EXPECT_TRUE(count(eu_.log() + us_.log(), "damaged") > 0) << eu_.log() << us_.log();
  proxy_.heal();
  EXPECT_TRUE(are_as_one()) << eu_.log() << us_.log();
  for (DaemonProcess* daemon : {&eu_, &us_}) EXPECT_EQ(daemon->shop().get("/v1/audit").at("ok"), "true");
  EXPECT_EQ(
      us_.shop().sku("pot").number("elsewhere_estimate") + us_.shop().sku("pot").number("available_here"), n);
}

TEST_F(BadLink, to_a_peer_that_hangs_is_given_up_and_made_again_once_it_goes_on) {
  us_.freeze();
  EXPECT_TRUE(eventually([&] { return !sees_the_other(eu_); }));
  EXPECT_TRUE(eu_.logged("nothing was heard for 800 ms")) << eu_.log();
  us_.thaw();
  EXPECT_TRUE(are_as_one()) << eu_.log() << us_.log();
}

TEST_F(BadLink, to_a_peer_that_is_killed_is_made_again_once_it_is_back) {
  us_.kill();
  EXPECT_TRUE(eventually([&] { return !sees_the_other(eu_); }));
  ASSERT_EQ(eu_.shop().adjust("pot", 3).status, 201);
  ASSERT_TRUE(us_.start()) << us_.log();
  EXPECT_TRUE(are_as_one()) << eu_.log() << us_.log();
}

// Each dials both others: of two connections of one pair, one is kept.
TEST(Links, there_is_one_connection_for_each_pair_whoever_dialled) {
  Cluster cluster(Wires::through_proxy);
  ASSERT_TRUE(cluster.start());
  const auto connections = [&](const std::string& a, const std::string& b) {
    return cluster.proxy().number(a + "-" + b, "connections") +
           cluster.proxy().number(b + "-" + a, "connections");
  };
  const auto one_each = [&] {
    return connections("eu", "us") == 1 && connections("us", "ap") == 1 && connections("ap", "eu") == 1;
  };
  EXPECT_TRUE(eventually(one_each));
  for (int n = 0; n < 20; ++n, std::this_thread::sleep_for(50ms)) EXPECT_TRUE(one_each());
  EXPECT_TRUE(cluster.all_up());
}

}  // namespace
}  // namespace holdfast::e2e
