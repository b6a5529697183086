#include "proxy/connection.h"

#include <algorithm>
#include <boost/asio/buffer.hpp>
#include <boost/asio/error.hpp>

namespace holdfast::proxy {

namespace asio = boost::asio;
using boost::system::error_code;

namespace {

// The kernel's buffers would hide a stalled reader, and a slow link, for megabytes.
constexpr int kernel_buffer_bytes = 64 << 10;

using Clock = std::chrono::steady_clock;
Time now() { return std::chrono::duration_cast<Time>(Clock::now().time_since_epoch()); }

void tune(tcp::socket& socket) {
  error_code ignored;
  socket.set_option(tcp::no_delay(true), ignored);
  socket.set_option(tcp::socket::receive_buffer_size(kernel_buffer_bytes), ignored);
  socket.set_option(tcp::socket::send_buffer_size(kernel_buffer_bytes), ignored);
}

}  // namespace

Connection::Pump::Pump(tcp::socket& sender, tcp::socket& receiver, Direction direction, std::uint64_t seed)
    : from(sender), to(receiver), lane(direction, seed), timer(sender.get_executor()) {}

Connection::Connection(tcp::socket client, const Faults& link_faults, std::uint64_t seed, Gone gone)
    : client_(std::move(client)),
      target_(client_.get_executor()),
      link_faults_(link_faults),
      up_(client_, target_, Direction::up, seed),
      down_(target_, client_, Direction::down, seed + 1),
      gone_(std::move(gone)) {
  tune(client_);
}

const Counters& Connection::counters(Direction direction) const {
  return direction == Direction::up ? up_.lane.counters() : down_.lane.counters();
}

Faults Connection::faults() const {
  Faults faults = link_faults_;
  if (silent_) faults.cut = Sides::both;
  return faults;
}

void Connection::start(const tcp::endpoint& target) {
  if (link_faults_.cut != Sides::none) {
    silent_ = true;
    down_.sender_ended = true;
    move(up_);
    return;
  }
  error_code error;
  target_.open(target.protocol(), error);
  if (error) return reset();
  tune(target_);
  target_.async_connect(target, [self = shared_from_this()](const error_code& ec) { self->on_dialled(ec); });
}

void Connection::on_dialled(const error_code& error) {
  if (closed_) return;
  if (error) return reset();
  move(up_);
  move(down_);
}

void Connection::faults_changed() {
  if (closed_) return;
  const Sides cut = link_faults_.cut;
  const bool lost = (up_.lane.broken() && !includes(cut, Direction::up)) ||
                    (down_.lane.broken() && !includes(cut, Direction::down));
  if (silent_ ? cut == Sides::none : lost) return reset();
  if (!silent_ && !target_.is_open()) return;
  move(up_);
  if (!silent_) move(down_);
}

void Connection::move(Pump& pump) {
  if (closed_) return;
  write(pump);
  read(pump);
  close_if_over();
}

void Connection::read(Pump& pump) {
  if (closed_ || pump.reading || pump.sender_ended) return;
  const std::size_t most = std::min(pump.lane.room(faults()), pump.buffer.size());
  if (most == 0) return;
  pump.reading = true;
  pump.from.async_read_some(asio::buffer(pump.buffer.data(), most),
                            [self = shared_from_this(), &pump](const error_code& ec, std::size_t bytes) {
                              self->on_read(pump, ec, bytes);
                            });
}

void Connection::on_read(Pump& pump, const error_code& error, std::size_t bytes) {
  pump.reading = false;
  if (closed_) return;
  pump.lane.take(now(), std::span(pump.buffer).first(bytes), faults());
  if (error && !pump.sender_ended) {
    pump.sender_ended = true;
    pump.lane.end(now(), error == asio::error::eof ? End::closed : End::reset, faults());
  }
  move(pump);
}

void Connection::write(Pump& pump) {
  if (closed_ || pump.writing || pump.receiver_gone) return;
  const Due due = pump.lane.due(now(), faults());
  if (due.end != End::none) return deliver_end(pump, due.end);
  if (!due.bytes.empty()) {
    pump.writing = true;
    pump.to.async_write_some(asio::buffer(due.bytes.data(), due.bytes.size()),
                             [self = shared_from_this(), &pump](const error_code& ec, std::size_t bytes) {
                               self->on_written(pump, ec, bytes);
                             });
  } else if (due.again) {
    pump.timer.expires_at(Clock::time_point(*due.again));
    pump.timer.async_wait([self = shared_from_this(), &pump](const error_code& ec) {
      if (!ec) self->move(pump);
    });
  }
}

void Connection::on_written(Pump& pump, const error_code& error, std::size_t bytes) {
  if (closed_) return;
  if (error) {
    // The receiver is gone. Its sender hears of it the way back, if that way is open.
    Pump& back = &pump == &up_ ? down_ : up_;
    if (back.sender_ended) return reset();
    pump.receiver_gone = true;
    back.sender_ended = true;
    back.lane.end(now(), End::reset, faults());
    return move(back);
  }
  pump.writing = false;
  pump.lane.delivered(now(), bytes, faults());
  move(pump);
}

void Connection::deliver_end(Pump& pump, End end) {
  if (end == End::reset) return reset();
  pump.lane.ended();
  error_code ignored;
  pump.to.shutdown(tcp::socket::shutdown_send, ignored);
}

void Connection::close_if_over() {
  if (closed_) return;
  const auto over = [](const Pump& pump) {
    return pump.sender_ended && (pump.lane.empty() || pump.receiver_gone);
  };
  if (over(up_) && over(down_)) close();
}

void Connection::reset() {
  if (closed_) return;
  error_code ignored;
  for (tcp::socket* socket : {&client_, &target_})
    socket->set_option(asio::socket_base::linger(true, 0), ignored);
  close();
}

void Connection::close() {
  closed_ = true;
  error_code ignored;
  up_.timer.cancel();
  down_.timer.cancel();
  client_.close(ignored);
  target_.close(ignored);
  gone_(shared_from_this());
}

}  // namespace holdfast::proxy
