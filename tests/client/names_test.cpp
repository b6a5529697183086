// Endpoints that have a name. This program's names are its own: some hang, as those of a name server that
// does not answer.
#include <dlfcn.h>
#include <gtest/gtest.h>
#include <netdb.h>

#include <chrono>
#include <optional>
#include <string_view>
#include <thread>

#include "client/answering_daemon.h"
#include "holdfast/async_client.h"
#include "holdfast/client.h"

extern "C" int getaddrinfo(const char* host, const char* port, const addrinfo* hints, addrinfo** list) {
  static const auto real = reinterpret_cast<decltype(&::getaddrinfo)>(::dlsym(RTLD_NEXT, "getaddrinfo"));
  if (host != std::string_view("hanging.test")) return real(host, port, hints, list);
  std::this_thread::sleep_for(std::chrono::seconds(30));
  return EAI_AGAIN;
}

namespace holdfast {
namespace {

using namespace std::chrono_literals;

constexpr auto timeout = 200ms;

class Names : public testing::Test {
 protected:
  std::chrono::steady_clock::time_point began_ = std::chrono::steady_clock::now();
  [[nodiscard]] bool at_once() const { return std::chrono::steady_clock::now() - began_ < 5s; }
};

TEST_F(Names, ThatHangKeepNobodyNorTheEndOfTheClient) {
  {
    AsyncClient client("holdfast://hanging.test:1", {.connections = 2, .timeout = timeout});
    std::vector<Failure::Kind> told;
    for (int i = 0; i < 2; ++i)
      client.submit({{operation::Release{"r"}}}, [&](const Failure* failure, std::span<const Outcome>) {
        ASSERT_NE(failure, nullptr);
        told.push_back(failure->kind);
      });
    while (client.under_way() > 0) client.run_for(1s);
    EXPECT_EQ(told, std::vector(2, Failure::Kind::timed_out));
  }
  EXPECT_TRUE(at_once());
}

TEST_F(Names, ThatHangKeepNobodyOverHttp) {
  {
    Client client("http://hanging.test:1", {.timeout = timeout});
    const Answer answer = client.call({.method = "GET", .target = "/livez"});
    ASSERT_FALSE(answer);
    EXPECT_EQ(answer.failure().kind, Failure::Kind::timed_out);
  }
  EXPECT_TRUE(at_once());
}

TEST_F(Names, ThatAreUnknownAreToldAtOnce) {
  AsyncClient client("holdfast://nobody.invalid:1", {.timeout = 20s});
  std::optional<Failure> told;
  client.submit({{operation::Release{"r"}}}, [&](const Failure* failure, std::span<const Outcome>) {
    if (failure != nullptr) told = *failure;
  });
  while (client.under_way() > 0) client.run_for(1s);
  ASSERT_TRUE(told);
  EXPECT_EQ(told->kind, Failure::Kind::cannot_resolve);
}

TEST_F(Names, OfThisMachineAreReached) {
  const AnsweringDaemon daemon(1);
  const std::string address = daemon.endpoint();
  AsyncClient client("holdfast://localhost" + address.substr(address.rfind(':')), {.timeout = 5s});
  bool answered = false;
  client.submit({{operation::Release{"r"}}},
                [&](const Failure* failure, std::span<const Outcome>) { answered = failure == nullptr; });
  while (client.under_way() > 0) client.run_for(1s);
  EXPECT_TRUE(answered);
}

}  // namespace
}  // namespace holdfast
