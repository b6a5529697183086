// SIGTERM to a daemon that somebody keeps busy.
#include <gtest/gtest.h>

#include <fstream>

#include "support/cluster.h"
#include "support/raw_connection.h"
#include "support/tracer.h"

namespace holdfast::e2e {
namespace {

// Nine cups, and one in a basket.
class StopOfAShop : public testing::Test {
 protected:
  void SetUp() override {
    ASSERT_TRUE(cluster_.start());
    ASSERT_EQ(eu.shop().adjust("cup", 10).status, 201);
    ASSERT_EQ(eu.shop().reserve("basket", "cup", 1).status, 201);
  }

 private:
  Cluster cluster_;

 protected:
  DaemonProcess& eu = cluster_["eu"];
};

// The node's next deadline moves meanwhile, as its heartbeat is told anew: the end of the stop does not.
TEST_F(StopOfAShop, ends_within_10_s_however_long_a_shopper_takes_to_send_a_request) {
  RawConnection slow(eu.http());
  slow.send(
      "PUT /v1/reservations/r HTTP/1.1\r\nHost: s\r\nExpect: 100-continue\r\nContent-Length: 9\r\n\r\n");
  ASSERT_TRUE(slow.head().contains("100 Continue"));
  const auto began = std::chrono::steady_clock::now();
  eu.signal(SIGTERM);
  ASSERT_TRUE(eu.logged("stopping: "));
  DaemonConfig other = eu.config();
  other.heartbeat_ms *= 2;
  std::ofstream(eu.config_file()) << toml(other);
  eu.signal(SIGHUP);
  EXPECT_TRUE(eu.logged("reload: "));
  EXPECT_EQ(eu.exit_code(12s), 0) << eu.log();
  EXPECT_LE(std::chrono::steady_clock::now() - began, 10s);
  ASSERT_TRUE(eu.start());
  EXPECT_EQ(eu.shop().state_of("basket"), "pending");
}

TEST_F(StopOfAShop, ends_within_10_s_however_long_the_disk_takes) {
  Tracer tracer(eu.pid(), "fdatasync:delay_enter=13000000");
  if (!tracer.attached()) GTEST_SKIP() << "processes may not be traced here: " << tracer.said();
  RawConnection shopper(eu.http());
  const std::string late = R"({"lines":[{"sku":"cup","quantity":1}]})";
  shopper.send("PUT /v1/reservations/late HTTP/1.1\r\nHost: s\r\nContent-Type: application/json\r\n" +
               ("Content-Length: " + std::to_string(late.size())) + "\r\n\r\n" + late);
  const auto began = std::chrono::steady_clock::now();
  eu.signal(SIGTERM);
  EXPECT_TRUE(eu.logged("stopped while the disk was busy", 12s)) << eu.log();
  EXPECT_LE(std::chrono::steady_clock::now() - began, 10s);
  EXPECT_EQ(eu.exit_code(20s), 0) << eu.log();  // no process ends as long as a thread of it is held
  tracer.end();
  ASSERT_TRUE(eu.start());
  EXPECT_EQ(eu.shop().state_of("basket"), "pending");
  EXPECT_EQ(eu.shop().reserve("late", "cup", 1).status / 100, 2);
  EXPECT_EQ(eu.shop().sku("cup").number("available_here"), 8);
}

// What has no handler ends it at once; the one of SIGHUP stands from when the daemon is made.
bool catches(pid_t process, int number) {
  std::ifstream status("/proc/" + std::to_string(process) + "/status");
  for (std::string line; std::getline(status, line);)
    if (line.starts_with("SigCgt:"))
      return (std::stoull(line.substr(7), nullptr, 16) >> (number - 1) & 1) != 0;
  return false;
}

// A large ledger takes long to recover, and nothing is lost by ending that.
TEST(Stop, ends_at_once_while_it_recovers) {
  const TempDir dir;
  DaemonProcess eu(dir / "eu", {});
  ASSERT_TRUE(eu.start()) << eu.log();
  std::string stock = "sku,quantity\n";
  for (int cup = 0; cup < 1'500; ++cup) stock += "cup-" + std::to_string(cup) + ",10\n";
  Call import{.method = "POST", .target = "/v1/stock-imports", .body = std::move(stock)};
  import.headers = {{"Content-Type", "text/csv"}, { "Idempotency-Key", "stock" }};
  ASSERT_EQ(eu.shop().call(import).status, 200);
  eu.kill();
  eu.run_under({"/usr/bin/env", "strace", "-D", "-f", "-qq", "-o", "/dev/null", "-e", "trace=pread64", "-e",
                "inject=pread64:delay_enter=20000"});
  eu.launch();
  ASSERT_TRUE(eventually([&] { return catches(eu.pid(), SIGHUP); })) << eu.log();
  eu.signal(SIGTERM);
  EXPECT_EQ(eu.exit_code(20s), 0) << eu.log();
  EXPECT_FALSE(eu.log().contains("stopping: ")) << eu.log() << "it recovered first, and began to serve";
  eu.run_under({});
  ASSERT_TRUE(eu.start()) << eu.log();
  EXPECT_EQ(eu.shop().sku("cup-7").number("available_here"), 10);
}

}  // namespace
}  // namespace holdfast::e2e
