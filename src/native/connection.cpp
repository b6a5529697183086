#include "native/connection.h"

#include <algorithm>
#include <utility>

namespace holdfast::native {

namespace {

namespace asio = boost::asio;
using sockets::Code;

constexpr std::size_t why_chars_max = 200;
constexpr std::size_t capacity_kept = 1 << 20;
constexpr std::size_t a_little = 16 << 10;

}  // namespace

Connection::Connection(asio::ip::tcp::socket socket, ConnectionId id, Hall& hall)
    : socket_(std::move(socket), hall.ready_set, *this),
      id_(id),
      hall_(hall),
      heard_(hall.now),
      took_(hall.now) {}

void Connection::start() { read_if_it_may(); }

void Connection::on_ready(sockets::Readiness ready) {
  const auto alive = shared_from_this();
  if (ready.to_write && std::exchange(waits_to_write_, false)) {
    flush();
    if (!waits_to_write_) socket_.wait_to_write(false);
  }
  if (ready.to_read && waits_to_read_ && state_ == State::open) read();
}

bool Connection::may_read() const {
  return state_ == State::open && under_way_ < hall_.limits.operations_max &&
         unsent() < hall_.limits.unsent_bytes_max;
}

void Connection::read_if_it_may() {
  waits_to_read_ = may_read();
  socket_.wait_to_read(waits_to_read_);
}

// All connections share one buffer.
void Connection::read() {
  Code ec;
  const std::size_t bytes = socket_.read(asio::buffer(hall_.incoming), ec);
  if (ec == sockets::would_block) return;
  if (ec) return close();
  if (reader_.buffered_bytes() == 0) heard_ = hall_.now;
  reader_.feed(BytesView(hall_.incoming).first(bytes));
  take_frames(arrival(bytes));
}

// Whoever sends faster than is read has filled the socket again by the time that it is asked: it holds far
// more than a little.
Arrival Connection::arrival(std::size_t bytes) {
  const std::size_t left = bytes < a_little ? 0 : socket_.available();
  const auto waited = backlog_.read(bytes, left, std::chrono::steady_clock::now());
  return waited > hall_.limits.late_after ? Arrival::late : Arrival::prompt;
}

// Calls that came together are all decided before they are written.
void Connection::take_frames(Arrival arrival) {
  const auto fault = take_those_there(arrival);
  hall_.gateway.go_on();
  if (fault) return end(*fault);
  read_if_it_may();
}

// Why nothing more can be understood; nothing: it can.
std::optional<std::string> Connection::take_those_there(Arrival arrival) {
  while (may_read()) {
    const auto frame = reader_.next();
    if (!frame) return wire::describe(frame.error());
    if (!*frame) break;
    heard_ = hall_.now;
    if ((*frame)->kind != wire::FrameKind::message) return "it sends what is no call";
    const auto taken = hall_.gateway.take(id_, (*frame)->payload, arrival);
    if (!taken) return taken.error();
    under_way_ += *taken;  // of which some may have been settled from within: the sum is right again here
  }
  return std::nullopt;
}

void Connection::settled(std::size_t operations, BytesView frame) {
  if (state_ == State::closed) return;
  under_way_ -= operations;
  if (unsent() == 0) took_ = hall_.now;
  out_.insert(out_.end(), frame.begin(), frame.end());
  if (!std::exchange(wants_flush_, true)) hall_.wants_flush(id_);
}

// A call that waits with others for its turn to be read is read now that there is room: what it waited for is
// its client's own doing.
void Connection::flush() {
  wants_flush_ = false;
  write();
  if (state_ == State::open && !waits_to_read_) {
    backlog_.forgive(std::chrono::steady_clock::now());
    take_frames(Arrival::prompt);
  }
  close_if_done();
}

void Connection::write() {
  if (waits_to_write_ || state_ == State::closed) return;
  while (unsent() > 0) {
    Code ec;
    const std::size_t bytes = socket_.write(asio::buffer(out_) + sent_, ec);
    if (ec == sockets::would_block) {
      drop_sent();
      waits_to_write_ = true;
      return socket_.wait_to_write(true);
    }
    if (ec) return close();
    sent_ += bytes;
    took_ = hall_.now;
  }
  out_.clear();
  sent_ = 0;
  if (out_.capacity() > capacity_kept) out_ = Bytes();
}

// Once it is as much as what is left, which is moved then. Frames stand at multiples of 8.
void Connection::drop_sent() {
  if (sent_ < unsent()) return;
  const std::size_t gone = sent_ / 8 * 8;
  out_.erase(out_.begin(), out_.begin() + static_cast<std::ptrdiff_t>(gone));
  sent_ -= gone;
}

// Says why, as far as the client still listens.
void Connection::end(const std::string& why) {
  std::string text = why.substr(0, why_chars_max);
  text.resize((text.size() + 7) / 8 * 8, '\0');
  wire::append_frame(out_, wire::FrameKind::goodbye, bytes_of(text));
  state_ = State::closing;
  read_if_it_may();
  write();
  close_if_done();
}

void Connection::tick() {
  if (state_ == State::closed) return;
  const bool stalled = unsent() > 0 && hall_.now - took_ > hall_.limits.write_max;
  const bool half_a_call = reader_.buffered_bytes() > 0 && may_read();
  const bool idle = under_way_ == 0 && unsent() == 0;
  const bool silent = half_a_call ? hall_.now - heard_ > hall_.limits.call_max
                                  : idle && hall_.now - std::max(heard_, took_) > hall_.limits.idle_max;
  if (stalled || silent) close();
}

void Connection::drain() { close_if_done(); }

// A bad call does not take the answers to the good ones before it.
void Connection::close_if_done() {
  if (state_ == State::closed || (state_ == State::open && !hall_.draining)) return;
  if (under_way_ == 0 && unsent() == 0) close();
}

void Connection::close() {
  if (state_ == State::closed) return;
  state_ = State::closed;
  hall_.gateway.abandon(id_);
  socket_.shut_down_sending();
  socket_.close();
  hall_.closed(id_);
}

}  // namespace holdfast::native
