// Peers that have a name. This program's names are its own: some hang, as those of a name server that does
// not answer, and one has two addresses.
#include <dlfcn.h>
#include <netdb.h>
#include <sys/socket.h>

#include <boost/asio/ip/tcp.hpp>
#include <cstring>
#include <optional>
#include <string_view>
#include <thread>

#include "net/side.h"

namespace {

using namespace std::chrono_literals;

constexpr std::string_view hanging = "hanging.test", two_addresses = "two.test";
constexpr std::chrono::seconds hangs_for{30};

// 127.0.0.2 and then 127.0.0.1.
int look_up_two(decltype(&::getaddrinfo) real, const char* port, const addrinfo* hints, addrinfo** list) {
  if (const int error = real("127.0.0.2", port, hints, list)) return error;
  return real("127.0.0.1", port, hints, &(*list)->ai_next);
}

}  // namespace

extern "C" int getaddrinfo(const char* host, const char* port, const addrinfo* hints, addrinfo** list) {
  static const auto real = reinterpret_cast<decltype(&::getaddrinfo)>(::dlsym(RTLD_NEXT, "getaddrinfo"));
  if (host == two_addresses) return look_up_two(real, port, hints, list);
  if (host != hanging) return real(host, port, hints, list);
  std::this_thread::sleep_for(hangs_for);
  return EAI_AGAIN;
}

namespace holdfast::net {
namespace {

using boost::asio::ip::tcp;

struct Names : testing::Test {
  bool until(const std::function<bool()>& holds, std::chrono::milliseconds within = 10s) {
    return run_until(*io, holds, within);
  }
  [[nodiscard]] bool linked() const { return !eu->up.empty() && !us->up.empty(); }
  void start() {
    eu->links.start();
    us->links.start();
  }
  std::optional<boost::asio::io_context> io{std::in_place, 1};
  std::optional<Side> eu{std::in_place, *io, "eu"};
  std::optional<Side> us{std::in_place, *io, "us"};
};

TEST_F(Names, a_peer_with_a_name_is_looked_up_and_linked) {
  eu->dials("us", {"localhost", us->links.port()});
  start();
  EXPECT_TRUE(until([&] { return linked(); })) << eu->log;
}

TEST_F(Names, a_peer_whose_name_hangs_holds_up_no_other) {
  Side ap(*io, "ap");
  eu->dials("ap", {std::string(hanging), 1});
  eu->dials("in", {std::string(hanging), 2});
  eu->dials("us", us->endpoint());
  start();
  EXPECT_TRUE(until([&] { return linked(); }, 2s)) << eu->log;
  eu->links.stop();
  ap.dials("us", {"localhost", us->links.port()});
  ap.links.start();
  EXPECT_TRUE(until([&] { return !ap.up.empty(); }, 2s)) << ap.log;
}

TEST_F(Names, one_that_hangs_is_said_to_and_waited_for) {
  eu->dials("us", {std::string(hanging), 1});
  start();
  EXPECT_TRUE(until([&] {
    return eu->logged("region us: cannot be reached: cannot resolve hanging.test: no answer within 5000 ms");
  })) << eu->log;
}

TEST_F(Names, nobody_who_stops_waits_for_one_that_hangs) {
  eu->dials("us", {std::string(hanging), 1});
  start();
  io->run_for(200ms);
  const auto began = std::chrono::steady_clock::now();
  eu.reset();
  us.reset();
  io.reset();
  EXPECT_LT(std::chrono::steady_clock::now() - began, 2s);
}

// What connects to it while nobody accepts fills its queue, and whoever comes then hears nothing.
TEST_F(Names, of_two_addresses_one_that_swallows_everything_is_passed_over) {
  const tcp::endpoint silent(boost::asio::ip::make_address("127.0.0.2"), us->links.port());
  tcp::acceptor full(*io, silent.protocol());
  full.bind(silent);
  full.listen(0);
  std::vector<tcp::socket> queue;
  for (int i = 0; i < 3; ++i) {
    queue.emplace_back(*io).open(tcp::v4());
    queue.back().async_connect(silent, [](const auto&) {});
  }
  io->run_for(100ms);
  eu->dials("us", {std::string(two_addresses), us->links.port()});
  start();
  EXPECT_TRUE(until([&] { return linked(); }, 20s)) << eu->log;
  EXPECT_TRUE(eu->logged("no connection within 5000 ms")) << "the first address answered: " << eu->log;
}

}  // namespace
}  // namespace holdfast::net
