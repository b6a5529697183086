// NativeConnection: one connection to a daemon's native port, and the batches that wait on it for answers.
//
//   idle --submit--> connecting --> open --the daemon closes, a deadline, bytes that are no answer--> idle
//
// What waits when it ends is told so. Owner: AsyncClient. Threads: the one that runs the io_context.
#pragma once

#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/unordered/unordered_flat_map.hpp>
#include <chrono>
#include <cstdint>
#include <deque>
#include <memory>
#include <optional>
#include <vector>

#include "client/endpoint.h"
#include "client/look_up.h"
#include "holdfast/async_client.h"
#include "wire/frame.h"
#include "wire/native_client_codec.h"

namespace holdfast {

class NativeConnection;

// What the connections of one client share.
struct Together {
  boost::asio::io_context io{1};
  std::size_t under_way = 0;              // batches, on all of them
  NativeConnection* answering = nullptr;  // that whose answer is being told
};

class NativeConnection : public std::enable_shared_from_this<NativeConnection> {
 public:
  NativeConnection(Together& together, Endpoint endpoint, std::chrono::milliseconds timeout);

  void submit(std::span<const Operation> batch, AsyncClient::Done done);
  void close();  // without a word to those who wait

 private:
  using Clock = std::chrono::steady_clock;
  using Code = boost::system::error_code;
  enum class State { idle, connecting, open };
  struct Waiting {
    std::size_t operations = 0;
    Clock::time_point deadline;
    AsyncClient::Done done;
    std::vector<Outcome> outcomes;  // of answers that come in pieces
  };

  [[nodiscard]] bool collect(std::uint64_t call, std::span<const Operation> batch);
  void answer(std::vector<Outcome> outcomes, AsyncClient::Done done);
  void connect();
  void on_found(const LookUp::Found& found);
  void on_connected(Code error);
  void read();
  void on_read(std::size_t bytes);
  void take_frames();
  [[nodiscard]] Failure why_no_frame() const;
  [[nodiscard]] bool take(const wire::Frame& frame);
  [[nodiscard]] bool take_answers();
  void tell(const AsyncClient::Done& done, std::span<const Outcome> outcomes);
  void tell_all(std::deque<AsyncClient::Done> failed, Failure failure);
  void write_soon();
  void write();
  void watch();
  [[nodiscard]] Clock::time_point next_look() const;
  void fail(Failure failure);

  Together& together_;
  Endpoint endpoint_;
  std::chrono::milliseconds timeout_;
  std::optional<LookUp> look_up_;
  boost::asio::ip::tcp::socket socket_;
  boost::asio::steady_timer timer_;
  State state_ = State::idle;
  std::uint64_t generation_ = 0;  // of the socket: what an earlier one still says is not listened to
  boost::unordered_flat_map<std::uint64_t, Waiting> waiting_;  // by the number of their call
  std::uint64_t next_call_ = 0;
  Bytes collecting_;  // what is written next
  Bytes writing_;
  Bytes incoming_;
  wire::FrameReader reader_;
  wire::NativeAnswers answers_;
  bool write_posted_ = false;
  bool watching_ = false;
};

// Why a connection did not begin: nothing was sent over it. Why one that was open ended: whatever the system
// says of it, what was sent may have been done.
[[nodiscard]] Failure why_not_connected(const boost::system::error_code& error);
[[nodiscard]] Failure why_ended(const boost::system::error_code& error);

}  // namespace holdfast
