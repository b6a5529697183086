// SIGTERM to a daemon that somebody keeps busy.
#include <gtest/gtest.h>

#include <fstream>

#include "support/cluster.h"
#include "support/raw_connection.h"

namespace holdfast::e2e {
namespace {

// The node's next deadline moves meanwhile, as its heartbeat is told anew: the end of the stop does not.
TEST(Stop, ends_within_10_s_however_long_a_shopper_takes_to_send_a_request) {
  Cluster cluster;
  ASSERT_TRUE(cluster.start());
  DaemonProcess& eu = cluster["eu"];
  ASSERT_EQ(eu.shop().adjust("cup", 10).status, 201);
  ASSERT_EQ(eu.shop().reserve("basket", "cup", 1).status, 201);
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

}  // namespace
}  // namespace holdfast::e2e
