#include "holdfast/client.h"

#include <gtest/gtest.h>
#include <sys/socket.h>

#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/write.hpp>
#include <ostream>
#include <stdexcept>
#include <thread>

#include "client/fake_daemon.h"

namespace holdfast {

void PrintTo(Failure::Kind kind, std::ostream* stream) { *stream << "kind " << static_cast<int>(kind); }

namespace {

using Kind = Failure::Kind;
using Then = FakeAnswer::Then;
using boost::asio::ip::tcp;
using std::chrono::milliseconds;

const Call status{.method = "GET", .target = "/v1/status"};

Kind failure_of(const Answer& answer) {
  EXPECT_FALSE(answer);
  return answer ? Kind{} : answer.failure().kind;
}

TEST(Client, AnAnswerHasStatusHeadersAndBody) {
  FakeDaemon daemon([](const FakeRequest&) {
    return FakeAnswer{.status = 409,
                      .body = R"({"code":"sold_out"})",
                      .content_type = "application/problem+json",
                      .headers = {{"Retry-After", "2"}}};
  });
  Client client(daemon.endpoint());
  const auto answer = client.call(status);
  ASSERT_TRUE(answer);
  EXPECT_EQ(answer->status, 409);
  EXPECT_EQ(answer->header("retry-after"), "2");
  EXPECT_EQ(answer->header("none"), "");
  EXPECT_EQ(answer->body, R"({"code":"sold_out"})");
}

TEST(Client, TheDaemonHearsMethodTargetHeadersAndBody) {
  FakeDaemon daemon([](const FakeRequest&) { return FakeAnswer{}; });
  Client client(daemon.endpoint());
  ASSERT_TRUE(client.call({.method = "PATCH",
                           .target = "/v1/reservations/a%20b",
                           .body = "{}",
                           .content_type = "application/json",
                           .headers = {{"Idempotency-Key", "k1"}}}));
  const auto request = daemon.requests().at(0);
  EXPECT_EQ(request.method, "PATCH");
  EXPECT_EQ(request.target, "/v1/reservations/a%20b");
  EXPECT_EQ(request.headers.at("idempotency-key"), "k1");
  EXPECT_EQ(request.headers.at("content-type"), "application/json");
  EXPECT_EQ("http://" + request.headers.at("host"), daemon.endpoint());
  EXPECT_EQ(request.body, "{}");
}

TEST(Client, TheConnectionIsKept) {
  FakeDaemon daemon([](const FakeRequest&) { return FakeAnswer{.body = "{}"}; });
  Client client(daemon.endpoint());
  for (int i = 0; i < 3; ++i) ASSERT_TRUE(client.call(status));
  EXPECT_EQ(daemon.requests().at(2).connection, 1);
}

TEST(Client, AConnectionThatTheDaemonClosesIsMadeAnew) {
  FakeDaemon daemon([](const FakeRequest&) { return FakeAnswer{.body = "{}", .then = Then::close}; });
  Client client(daemon.endpoint());
  for (int i = 0; i < 2; ++i) ASSERT_TRUE(client.call(status));
  EXPECT_EQ(daemon.requests().at(1).connection, 2);
}

TEST(Client, AKeptConnectionThatEndsUnansweredIsTriedOnceMore) {
  FakeDaemon daemon([](const FakeRequest& request) {
    const bool stale = request.connection == 1 && request.target == "/second";
    return FakeAnswer{.body = "{}", .then = stale ? Then::close_unanswered : Then::keep};
  });
  Client client(daemon.endpoint());
  ASSERT_TRUE(client.call(status));
  ASSERT_TRUE(client.call({.method = "POST", .target = "/second", .body = "x"}));
  EXPECT_EQ(daemon.requests().size(), 3u);
  EXPECT_EQ(daemon.requests().at(2).body, "x");
}

TEST(Client, AnAnswerThatBreaksOffIsAFailure) {
  FakeDaemon daemon(
      [](const FakeRequest&) { return FakeAnswer{.body = "12345678", .then = Then::close_half_way}; });
  Client client(daemon.endpoint());
  EXPECT_EQ(failure_of(client.call(status)), Kind::broken);
  EXPECT_EQ(daemon.requests().size(), 1u);
}

TEST(Client, ANewConnectionThatEndsUnansweredIsAFailure) {
  FakeDaemon daemon([](const FakeRequest&) { return FakeAnswer{.then = Then::close_unanswered}; });
  Client client(daemon.endpoint());
  EXPECT_EQ(failure_of(client.call(status)), Kind::broken);
  EXPECT_EQ(daemon.requests().size(), 1u);
}

TEST(Client, NoAnswerInTimeIsAFailure) {
  FakeDaemon daemon([](const FakeRequest&) { return FakeAnswer{.then = Then::never_answer}; });
  Client client(daemon.endpoint(), {.timeout = milliseconds(100)});
  const auto begin = std::chrono::steady_clock::now();
  EXPECT_EQ(failure_of(client.call(status)), Kind::timed_out);
  EXPECT_LT(std::chrono::steady_clock::now() - begin, milliseconds(3000));
}

TEST(Client, AnAnswerThatDoesNotEndInTimeIsAFailure) {
  FakeDaemon daemon([](const FakeRequest&) { return FakeAnswer{.then = Then::never_end}; });
  Client client(daemon.endpoint(), {.timeout = milliseconds(100)});
  const auto begin = std::chrono::steady_clock::now();
  EXPECT_EQ(failure_of(client.call(status)), Kind::timed_out);
  EXPECT_LT(std::chrono::steady_clock::now() - begin, milliseconds(1000));
}

TEST(Client, ACallAfterATimeoutBeginsAfresh) {
  FakeDaemon daemon([](const FakeRequest& request) {
    return FakeAnswer{.body = "{}", .then = request.connection == 1 ? Then::never_answer : Then::keep};
  });
  Client client(daemon.endpoint(), {.timeout = milliseconds(300)});
  EXPECT_EQ(failure_of(client.call(status)), Kind::timed_out);
  EXPECT_TRUE(client.call(status));
}

TEST(Client, NobodyListeningIsRefused) {
  Client client(unused_endpoint());
  const auto answer = client.call(status);
  EXPECT_EQ(failure_of(answer), Kind::refused);
  EXPECT_EQ(answer.failure().detail, "connection refused");
}

TEST(Client, ANameWithoutAddressCannotBeResolved) {
  Client client("http://no-such-host.invalid:8420");
  EXPECT_EQ(failure_of(client.call(status)), Kind::cannot_resolve);
}

TEST(Client, ABadEndpointFailsEveryCall) {
  Client client("ftp://127.0.0.1:8420");
  EXPECT_EQ(failure_of(client.call(status)), Kind::bad_endpoint);
}

TEST(Client, AnIpv6EndpointIsReached) {
  FakeDaemon daemon([](const FakeRequest&) { return FakeAnswer{.body = "{}"}; }, "::1");
  Client client(daemon.endpoint());
  EXPECT_TRUE(client.call(status)) << daemon.endpoint();
}

TEST(Client, WhatOnlySaysThatAnAnswerComesIsPassedOver) {
  FakeDaemon daemon([](const FakeRequest&) {
    return FakeAnswer{
        .body = "done",
        .before = "HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 103 Early Hints\r\nLink: </a>\r\n\r\n"};
  });
  Client client(daemon.endpoint());
  for (int call = 0; call < 2; ++call) {
    const auto answer = client.call(status);
    ASSERT_TRUE(answer) << answer.failure().detail;
    EXPECT_EQ(answer->status, 200);
    EXPECT_EQ(answer->body, "done");
  }
  const auto heard = client.listen(status, {});
  ASSERT_TRUE(heard) << heard.failure().detail;
  EXPECT_EQ(heard->status, 200);
  EXPECT_EQ(daemon.requests().at(1).connection, 1);
}

TEST(Client, AHeadHasNoBody) {
  FakeDaemon daemon([](const FakeRequest&) { return FakeAnswer{.body = "{}"}; });
  Client client(daemon.endpoint());
  for (int i = 0; i < 2; ++i) {
    const auto answer = client.call({.method = "HEAD", .target = "/v1/status"});
    ASSERT_TRUE(answer);
    EXPECT_EQ(answer->body, "");
  }
  EXPECT_EQ(daemon.requests().at(1).connection, 1);
}

TEST(Client, ALargeBodyGoesWhole) {
  FakeDaemon daemon([](const FakeRequest& request) { return FakeAnswer{.body = request.body}; });
  Client client(daemon.endpoint());
  const std::string large(5'000'000, 'x');
  const auto answer = client.call({.method = "POST", .target = "/v1/stock-imports", .body = large});
  ASSERT_TRUE(answer);
  EXPECT_EQ(answer->body, large);
}

// A stream of one event, in a chunk that goes on without another; whoever connects after it gets an answer.
class StreamingDaemon {
 public:
  StreamingDaemon() : acceptor_(context_, {boost::asio::ip::address_v4::loopback(), 0}) {
    serving_ = std::jthread([this] {
      boost::system::error_code ignored;
      tcp::socket stream = acceptor_.accept(ignored);
      say(stream,
          "HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\nTransfer-Encoding: chunked\r\n\r\n"
          "100\r\nid: 1\ndata: {}\n\n");
      tcp::socket next = acceptor_.accept(ignored);
      say(next, "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n{}");
    });
  }
  ~StreamingDaemon() { ::shutdown(acceptor_.native_handle(), SHUT_RDWR); }
  [[nodiscard]] std::string endpoint() const {
    return "http://127.0.0.1:" + std::to_string(acceptor_.local_endpoint().port());
  }

 private:
  static void say(tcp::socket& socket, std::string_view text) {
    boost::system::error_code ignored;
    std::string asked(1024, 0);
    socket.read_some(boost::asio::buffer(asked), ignored);
    boost::asio::write(socket, boost::asio::buffer(text), ignored);
  }

  boost::asio::io_context context_;
  tcp::acceptor acceptor_;
  std::jthread serving_;
};

TEST(Client, WhatAListenerThrowsComesOutOfItAndTheNextCallIsAnswered) {
  const auto no = [] { throw std::runtime_error("no"); };
  const auto any = [](const StreamEvent&) { return true; };
  for (const Listener& listener : {Listener{.on_event = [&](const StreamEvent&) { return no(), true; }},
                                   Listener{.on_event = any, .on_begin = [&](const Response&) { no(); }},
                                   Listener{.on_event = any, .go_on = [&] { return no(), true; }}}) {
    StreamingDaemon daemon;
    Client client(daemon.endpoint(), {.timeout = milliseconds(2'000)});
    EXPECT_THROW((void)client.listen({.method = "GET", .target = "/v1/events"}, listener),
                 std::runtime_error);
    const auto answer = client.call(status);
    ASSERT_TRUE(answer) << answer.failure().detail;
    EXPECT_EQ(answer->body, "{}");
  }
}

TEST(Client, ATimeoutThatIsNotAboveZeroIsNamed) {
  FakeDaemon daemon([](const FakeRequest&) { return FakeAnswer{.body = "{}"}; });
  for (const milliseconds timeout : {milliseconds(0), milliseconds(-1)}) {
    Client client(daemon.endpoint(), {.timeout = timeout});
    const auto answer = client.call(status);
    EXPECT_EQ(failure_of(answer), Kind::timed_out);
    EXPECT_EQ(answer.failure().detail, "the timeout must be above 0");
  }
}

TEST(Client, AWaitWithoutEndIsLeftToTheDaemonToRefuse) {
  FakeDaemon daemon([](const FakeRequest&) {
    return FakeAnswer{.status = 422, .body = R"({"code":"validation_failed"})"};
  });
  Client client(daemon.endpoint());
  const std::vector<Operation> for_ever{
      operation::Reserve{.id = "a", .items = {{"tea", 1}}, .wait = std::chrono::hours(100'000'000)}};
  const Outcomes outcomes = client.run(for_ever);
  ASSERT_TRUE(outcomes) << outcomes.failure().detail;
  EXPECT_EQ(outcomes->at(0).kind(), Code::validation_failed);
}

TEST(Client, ATimeoutMayBeForEver) {
  FakeDaemon daemon([](const FakeRequest&) { return FakeAnswer{.body = "{}"}; });
  Client client(daemon.endpoint(), {.timeout = milliseconds::max()});
  const auto answer = client.call(status);
  EXPECT_TRUE(answer) << answer.failure().detail;
  StreamingDaemon streaming;
  bool heard = false;
  const auto once = [&](const StreamEvent&) { return heard = true, false; };
  (void)Client(streaming.endpoint()).listen(status, {.on_event = once, .silence = milliseconds::max()});
  EXPECT_TRUE(heard);
}

// What stands before a daemon answers in its stead, in words of its own.
TEST(Client, AnAnswerThatIsNotADaemonsIsNotTakenForDone) {
  const std::vector<Operation> purchase{operation::Purchase{.id = "a"}};
  const std::vector<Operation> waiting{
      operation::Reserve{.id = "a", .items = {{"tea", 1}}, .wait = milliseconds(1)}};
  for (const auto& [code, body] : std::vector<std::pair<int, std::string>>{
           {502, R"({"message":"bad gateway"})"},
           {503, R"({"code":"ServiceUnavailable"})"},
           {403, R"({"message":"forbidden"})"},
           {302, R"({"results":[{"status":200,"body":{"state":"purchased"}}]})"},
           {200, R"({"ok":true})"},
           {200, R"({"results":[{}]})"},
           {200, R"({"results":[{"status":302,"body":{}}]})"},
           {200, R"({"results":[{"status":500,"body":{"message":"no"}}]})"}}) {
    FakeDaemon daemon([&](const FakeRequest&) { return FakeAnswer{.status = code, .body = body}; });
    Client client(daemon.endpoint());
    for (const auto& operations : {purchase, waiting}) {
      const Outcomes outcomes = client.run(operations);
      EXPECT_FALSE(outcomes) << code << ' ' << body;
      EXPECT_TRUE(outcomes || outcomes.failure().kind == Kind::broken);
    }
  }
}

}  // namespace
}  // namespace holdfast
