#include "holdfast/async_client.h"

#include <gtest/gtest.h>

#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <thread>

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

}  // namespace
}  // namespace holdfast
