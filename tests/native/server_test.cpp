// The native server over real sockets, with a desk behind it that answers when a test says so.
#include "native/server.h"

#include <gtest/gtest.h>
#include <unistd.h>

#include <boost/asio/read.hpp>
#include <boost/asio/write.hpp>
#include <fstream>

#include "core/limits.h"
#include "support/effort.h"
#include "wire/native_client_codec.h"

namespace holdfast::native {
namespace {

namespace asio = boost::asio;
using asio::ip::tcp;
using namespace std::chrono_literals;

ServerLimits quick() {
  ServerLimits limits;
  limits.tick = Millis(5);
  limits.call_max = Millis(60);
  limits.idle_max = Millis(120);
  limits.operations_max = 3;
  limits.late_after = Millis(0);
  return limits;
}

Bytes call_of(std::uint64_t number, std::size_t operations) {
  const std::vector<Operation> batch(operations, operation::Release{"a"});
  Bytes frame;
  wire::append_frame(frame, wire::FrameKind::message,
                     [&] { EXPECT_TRUE(wire::encode_native_call(number, batch, frame)); });
  return frame;
}

struct Client : std::enable_shared_from_this<Client> {
  explicit Client(asio::io_context& io) : socket(io) {}

  void read() {
    socket.async_read_some(asio::buffer(chunk),
                           [self = shared_from_this()](boost::system::error_code ec, std::size_t bytes) {
                             if (ec) {
                               self->ended = true;
                               return;
                             }
                             self->reader.feed(std::as_bytes(std::span(self->chunk).first(bytes)));
                             self->take();
                             self->read();
                           });
  }
  void take() {
    for (auto frame = reader.next(); frame && *frame; frame = reader.next()) {
      if ((*frame)->kind == wire::FrameKind::goodbye) goodbye = text_of((*frame)->payload);
      wire::NativeAnswers answers;
      if ((*frame)->kind == wire::FrameKind::message &&
          wire::decode_native_answers((*frame)->payload, answers))
        answered.push_back(answers.number);
    }
  }
  void send(BytesView bytes) { asio::write(socket, asio::buffer(bytes.data(), bytes.size())); }

  tcp::socket socket;
  std::array<char, 65536> chunk{};
  wire::FrameReader reader;
  std::vector<std::uint64_t> answered;  // numbers of calls
  std::string goodbye;
  bool ended = false;
};

// Server and clients share one thread: a client runs the loop while it waits.
class NativeServer : public testing::Test {
 protected:
  void SetUp() override { ASSERT_TRUE(server_.listen("127.0.0.1", 0)); }

  std::shared_ptr<Client> connect() {
    auto client = std::make_shared<Client>(io_);
    client->socket.connect({asio::ip::address_v4::loopback(), server_.port()});
    client->read();
    return client;
  }
  bool until(const std::function<bool()>& is_so, std::chrono::milliseconds within = 3s) {
    const auto end = std::chrono::steady_clock::now() + within;
    while (!is_so() && std::chrono::steady_clock::now() < end) io_.run_one_for(5ms);
    return is_so();
  }
  void answer_all() {
    for (const RequestToken token : std::exchange(submitted_, {}))
      gateway_.answer(token, Success(answer::ReservationAnswer{}));
  }

  // Many of these are more than fits into the buffers of the system.
  void answer_at_length() {
    Refusal large;
    large.code = RefusalCode::insufficient_here;
    large.shortage.resize(limits::lines_max);
    for (const RequestToken token : std::exchange(submitted_, {})) gateway_.answer(token, failure(large));
  }
  static void ask(tcp::socket& client) { asio::write(client, asio::buffer(call_of(1, 1))); }
  void ask_until_no_more_is_taken(tcp::socket& client) {
    client.connect({asio::ip::address_v4::loopback(), server_.port()});
    for (ask(client); until([&] { return !submitted_.empty(); }, 50ms); ask(client)) answer_at_length();
  }

  asio::io_context io_;
  std::vector<RequestToken> submitted_;
  std::size_t submitted_ever_ = 0;
  std::vector<RequestToken> cancelled_;
  Gateway gateway_{{.expect = [](std::span<input::Asked>) {},
                    .submit =
                        [this](std::span<input::Asked> requests) {
                          for (const auto& one : requests) submitted_.push_back(one.token);
                          submitted_ever_ += requests.size();
                        },
                    .go_on = [] {},
                    .cancel = [this](RequestToken token) { cancelled_.push_back(token); },
                    .count_reservations = [](const Attempts&, std::int64_t, std::int64_t) {},
                    .count_refusals = [](RefusalCode, std::size_t) {},
                    .now_us = [] { return std::int64_t{0}; }}};
  Server server_{io_, gateway_, quick()};
};

TEST_F(NativeServer, CallsThatComeInOnePieceAreAllAnswered) {
  const auto client = connect();
  Bytes both = call_of(1, 1);
  const Bytes second = call_of(2, 1);
  both.insert(both.end(), second.begin(), second.end());
  client->send(both);
  ASSERT_TRUE(until([&] { return submitted_.size() == 2; }));
  answer_all();
  EXPECT_TRUE(until([&] { return client->answered == std::vector<std::uint64_t>{1, 2}; }));
}

TEST_F(NativeServer, NoMoreIsTakenWhileTooMuchIsUnderWay) {
  const auto client = connect();
  for (std::uint64_t number = 0; number < 10; ++number) client->send(call_of(number, 2));
  ASSERT_TRUE(until([&] { return submitted_ever_ == 4; }));  // below 3 one more is taken
  EXPECT_FALSE(until([&] { return submitted_ever_ > 4; }, 50ms));
  EXPECT_TRUE(until([&] {
    answer_all();
    return client->answered.size() == 10;
  }));
}

std::size_t memory_in_use() {
  std::ifstream statm("/proc/self/statm");
  std::size_t all = 0, resident = 0;
  statm >> all >> resident;
  return resident * static_cast<std::size_t>(::sysconf(_SC_PAGESIZE));
}

// It never has all of what it was answered, and its answers never end.
// More than is read at once, and what finishes something at its end.
TEST_F(NativeServer, WhatHadToWaitToBeReadBeginsNothingNewAndKeepsNothingBehindItWaiting) {
  const auto client = connect();
  Bytes bytes;
  for (std::uint64_t number = 0; number < 80; ++number) {
    const std::vector<Operation> baskets(100, operation::Reserve{.id = "a", .items = {{"85123A", 1}}});
    wire::append_frame(bytes, wire::FrameKind::message,
                       [&] { EXPECT_TRUE(wire::encode_native_call(number, baskets, bytes)); });
  }
  const Bytes last = call_of(80, 1);
  bytes.insert(bytes.end(), last.begin(), last.end());
  asio::async_write(client->socket, asio::buffer(bytes), [](auto, auto) {});
  EXPECT_TRUE(until([&] {
    answer_all();
    return client->answered.size() == 81;
  }));
  EXPECT_GT(submitted_ever_, 0u) << "what comes last finishes something";
  EXPECT_LT(submitted_ever_, 4'000u) << "of eight thousand";
}

TEST_F(NativeServer, AClientThatIsAlwaysALittleBehindCostsNoMoreThanThat) {
  if (test::sanitized) GTEST_SKIP() << "freed memory stays in use";
  tcp::socket client(io_);
  ask_until_no_more_is_taken(client);
  const std::size_t before = memory_in_use();
  std::vector<char> some(32 << 10);  // less than an answer
  for (std::size_t taken = 0; taken < 128 << 20; taken += asio::read(client, asio::buffer(some))) {
    ask(client);
    io_.poll();
    answer_at_length();
  }
  EXPECT_LT(memory_in_use(), before + (32 << 20));
}

TEST_F(NativeServer, AClientThatHasNotTakenItsAnswersYetIsNotTakenForSilent) {
  tcp::socket client(io_);
  ask_until_no_more_is_taken(client);
  EXPECT_FALSE(until([&] { return server_.connections() == 0; }, 300ms));
}

TEST_F(NativeServer, HalfACallThatDoesNotGoOnIsGivenUp) {
  const auto client = connect();
  client->send(BytesView(call_of(1, 1)).first(20));
  EXPECT_TRUE(until([&] { return client->ended; }));
  EXPECT_EQ(submitted_ever_, 0u);
}

TEST_F(NativeServer, ASilentClientIsClosedAndOneThatWaitsForAnAnswerIsNot) {
  const auto silent = connect();
  const auto waiting = connect();
  waiting->send(call_of(1, 1));
  EXPECT_TRUE(until([&] { return silent->ended; }));
  EXPECT_FALSE(waiting->ended);
  answer_all();
  EXPECT_TRUE(until([&] { return waiting->answered.size() == 1; }));
}

TEST_F(NativeServer, ABadCallDoesNotTakeTheAnswersBeforeIt) {
  const auto client = connect();
  client->send(call_of(1, 1));
  ASSERT_TRUE(until([&] { return submitted_.size() == 1; }));
  client->send(bytes_of("no frame at all, but long enough to see"));
  ASSERT_TRUE(until([&] { return !client->goodbye.empty(); }));
  answer_all();
  EXPECT_TRUE(until([&] { return client->ended; }));
  EXPECT_EQ(client->answered, std::vector<std::uint64_t>{1});
}

TEST_F(NativeServer, DrainingAnswersWhatIsUnderWayAndThenCloses) {
  const auto busy = connect();
  const auto idle = connect();
  busy->send(call_of(1, 1));
  ASSERT_TRUE(until([&] { return submitted_.size() == 1; }));
  bool drained = false;
  server_.drain([&] { drained = true; });
  EXPECT_TRUE(until([&] { return idle->ended; }));
  EXPECT_FALSE(drained);
  answer_all();
  EXPECT_TRUE(until([&] { return drained && busy->ended; }));
  EXPECT_EQ(busy->answered, std::vector<std::uint64_t>{1});
}

}  // namespace
}  // namespace holdfast::native
