// Connection: one client's socket. It moves bytes, keeps order and deadlines, and has no opinions on what is
// asked.
//
//   receiving --request is whole--> waiting --response--> writing --keep-alive--> receiving
//                                                                 --close--> lingering --> closed
//                                                                 --stream--> streaming --> lingering
//
// Requests are served one after the other, so that pipelined ones are answered in order; what comes meanwhile
// waits in a bounded buffer. It is read even while a request waits: that is how a client that goes away is
// noticed. A stream is sent its next piece once the client has taken the last one. Lingering reads on
// for a moment, or the answer to an unread body would be lost to a reset. Owner: HttpServer; the
// set that it waits in knows it until it closes. Threads: the loop's.
#pragma once

#include <boost/asio/ip/tcp.hpp>
#include <chrono>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "api/gateway.h"
#include "api/request_parser.h"
#include "sockets/socket.h"

namespace holdfast::api {

using SteadyTime = std::chrono::steady_clock::time_point;

struct ServerLimits {
  std::size_t connections_max = 10'000;
  std::size_t head_bytes_max = 16 << 10;
  std::size_t read_ahead_bytes_max = 64 << 10;    // of one connection; at least a head
  std::size_t body_bytes_total_max = 1ull << 30;  // of all requests that are being received
  Millis request_max{30'000};                     // from its first byte to its last
  Millis idle_max{75'000};                        // between requests
  Millis write_max{30'000};                       // for a client to take an answer
  Millis stream_write_max{60'000};                // or one piece of a stream
  Millis linger_max{5'000};
  Millis linger_draining_max{500};
  Millis tick{100};  // how exact all of these are
};

// What all connections share.
struct Hall {
  Gateway& gateway;
  ServerLimits limits;
  SteadyTime now;  // as of the last tick
  std::shared_ptr<sockets::ReadySet> ready_set;
  std::size_t body_bytes_total = 0;
  bool draining = false;
  std::function<void(CallId)> closed;
};

class Connection final : public sockets::Member, public std::enable_shared_from_this<Connection> {
 public:
  Connection(boost::asio::ip::tcp::socket socket, CallId id, Hall& hall);

  void start();
  void on_ready(sockets::Readiness ready) override;
  void respond(HttpResponse response);  // to the request that waits
  void stream(std::string_view text);   // more of what that response began
  void end_stream();
  void tick();   // its deadline may have passed
  void drain();  // close as soon as nothing is under way
  void close();

 private:
  enum class State { receiving, waiting, writing, streaming, lingering, closed };

  void run();
  [[nodiscard]] bool step();  // false: nothing more to do until something happens
  [[nodiscard]] bool receive();
  [[nodiscard]] bool head_done();
  void refuse(HttpResponse response);
  [[nodiscard]] bool refuse_now(HttpResponse response);
  [[nodiscard]] bool whole();
  [[nodiscard]] bool write();
  [[nodiscard]] bool written();
  void write_rest();
  void begin_stream();
  void write_stream();
  void stream_written();
  void begin_lingering();
  [[nodiscard]] bool linger();
  [[nodiscard]] bool account_body();
  void release_body();
  void send_continue();
  void serialize(const HttpResponse& response);

  void wait_for_more();
  void make_room();
  void read();
  void discard_input();
  void on_end_of_input();
  void set_deadline(Millis from_now) { deadline_ = hall_.now + from_now; }
  [[nodiscard]] std::string_view input() const { return {in_.data() + in_begin_, in_end_ - in_begin_}; }

  sockets::Socket socket_;
  CallId id_;
  Hall& hall_;
  State state_ = State::receiving;
  SteadyTime deadline_;
  RequestParser parser_;
  std::optional<Match> match_;           // of the request that is being received
  std::optional<HttpResponse> refusal_;  // that its body is only read past for
  RequestToken call_;
  std::vector<char> in_;
  std::size_t in_begin_ = 0;
  std::size_t in_end_ = 0;
  std::string out_;
  std::size_t out_begin_ = 0;
  std::string stream_next_;  // what follows `out_` on a stream
  std::size_t body_accounted_ = 0;
  bool request_begun_ = false;
  bool write_pending_ = false;  // until there is room for more
  bool running_ = false;
  bool input_ended_ = false;
  bool close_after_ = false;
  bool streams_ = false;  // this response is a stream
  bool stream_ends_ = false;
};

}  // namespace holdfast::api
