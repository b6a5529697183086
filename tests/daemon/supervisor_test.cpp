#include "daemon/supervisor.h"

#include <gtest/gtest.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include <array>
#include <cstddef>
#include <cstring>

namespace holdfast {
namespace {

// The service manager's end. An address that begins with @ stands in no directory.
class Manager {
 public:
  Manager() {
    sockaddr_un at{};
    at.sun_family = AF_UNIX;
    std::memcpy(at.sun_path + 1, address_.data() + 1, address_.size() - 1);
    const auto size = static_cast<socklen_t>(offsetof(sockaddr_un, sun_path) + address_.size());
    EXPECT_EQ(::bind(socket_, reinterpret_cast<const sockaddr*>(&at), size), 0);
  }
  ~Manager() { ::close(socket_); }

  const std::string& address() const { return address_; }
  std::string heard() {
    std::array<char, 64> text{};
    const auto got = ::recv(socket_, text.data(), text.size(), MSG_DONTWAIT);
    return got < 0 ? "" : std::string(text.data(), static_cast<std::size_t>(got));
  }

 private:
  std::string address_ = "@holdfast-test-" + std::to_string(::getpid());
  int socket_ = ::socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0);
};

TEST(Supervisor, HearsWhenTheDaemonIsReadyAliveAndStopping) {
  Manager manager;
  const Supervisor supervisor(manager.address());
  supervisor.ready();
  EXPECT_EQ(manager.heard(), "READY=1");
  supervisor.alive();
  EXPECT_EQ(manager.heard(), "WATCHDOG=1");
  supervisor.stopping();
  EXPECT_EQ(manager.heard(), "STOPPING=1");
}

TEST(Supervisor, NobodyWhoListensIsNoTrouble) {
  Supervisor("").ready();
  Supervisor("/nowhere/notify").ready();
  Supervisor(std::string(200, 'x')).ready();
}

}  // namespace
}  // namespace holdfast
