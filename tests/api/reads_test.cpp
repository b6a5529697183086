// How often the server reads: of this program's calls of recv() those that are not its clients'.
#include <dlfcn.h>
#include <sys/socket.h>

#include <map>

#include "api/server.h"

namespace {

std::map<int, int> reads_of;  // by descriptor

}  // namespace

extern "C" ssize_t recv(int descriptor, void* into, std::size_t bytes, int flags) {
  static const auto real = reinterpret_cast<decltype(&::recv)>(dlsym(RTLD_NEXT, "recv"));
  ++reads_of[descriptor];
  return real(descriptor, into, bytes, flags);
}

namespace holdfast::api {
namespace {

// Asio by itself would read once more, in vain, before it waits: a call of the system for each request.
TEST_F(Server, reads_each_request_once) {
  start();
  const auto client = connect();
  ASSERT_TRUE(until([&] { return server_->connections() == 1; }));
  reads_of.clear();
  constexpr std::size_t requests = 20;
  for (std::size_t i = 1; i <= requests; ++i) {
    send(*client, get("/livez"));
    ASSERT_TRUE(until([&] { return count(client->got, "200 OK") == i; }));
  }
  reads_of.erase(client->socket.native_handle());
  ASSERT_EQ(reads_of.size(), 1u);
  EXPECT_EQ(reads_of.begin()->second, requests);
}

}  // namespace
}  // namespace holdfast::api
