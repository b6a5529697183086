#include "net/link.h"

#include <linux/sockios.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/ioctl.h>
#include <sys/socket.h>

#include <boost/asio/buffer.hpp>

#include "net/remarks.h"
#include "wire/message_codec.h"

namespace holdfast::net {

namespace {

using boost::system::error_code;
using std::chrono::steady_clock;

constexpr Millis handshake_silence_max{5'000};
constexpr Millis handshake_max{20'000};
constexpr Millis untaken_least{5'000};
constexpr Millis closing_max{1'000};  // for the peer to hear why, and to close its end
// A heartbeat does not wait behind more than this in the system's buffer, on a slow link.
constexpr int unsent_bytes_max = 32 << 10;
constexpr std::size_t goodbye_chars_max = 200;
// A whole frame is a sign of life, and so is as much of one that is long; a byte now and then is none.
constexpr std::uint64_t part_of_a_frame = 256;

// The text, and zeros up to a multiple of 8.
Bytes goodbye(std::string reason) {
  reason.resize((reason.size() + 7) / 8 * 8, '\0');
  Bytes frame;
  wire::append_frame(frame, wire::FrameKind::goodbye, bytes_of(reason));
  return frame;
}

std::string text_of_goodbye(const wire::Frame& frame) {
  const std::string_view text = text_of(frame.payload);
  return printable(text.substr(0, text.find('\0')), goodbye_chars_max);
}

// Bytes written to the socket that the peer's machine has not acknowledged.
std::int64_t unacknowledged(boost::asio::ip::tcp::socket& socket) {
  int bytes = 0;
  return ::ioctl(socket.native_handle(), SIOCOUTQ, &bytes) == 0 ? bytes : 0;
}

}  // namespace

Link::Link(boost::asio::ip::tcp::socket socket, LinkId id, input::DialledBy dialled_by, Millis silence_max,
           Events events)
    : socket_(std::move(socket)),
      timer_(socket_.get_executor()),
      id_(id),
      dialled_by_(dialled_by),
      silence_max_(silence_max),
      events_(std::move(events)),
      began_(steady_clock::now()),
      heard_(began_),
      taken_(began_) {
  error_code ignored;
  socket_.set_option(boost::asio::ip::tcp::no_delay(true), ignored);
  ::setsockopt(socket_.native_handle(), IPPROTO_TCP, TCP_NOTSENT_LOWAT, &unsent_bytes_max,
               sizeof unsent_bytes_max);
  remote_address_ = socket_.remote_endpoint(ignored).address().to_string(ignored);
}

void Link::start() {
  read();
  watch();
}

void Link::say_hello(const Hello& own) {
  Bytes hello;
  wire::append_framed(own, hello);
  queue_.push_framed(hello);
  write();
}

void Link::send(const Message& message) {
  if (phase_ != Phase::up) return;
  queue_.push(message);
  write();
}

void Link::close(const std::string& reason) {
  if (phase_ >= Phase::closing) return;
  phase_ = Phase::closing;
  queue_.clear();
  queue_.push_framed(goodbye(reason));
  timer_.expires_after(closing_max);
  timer_.async_wait([self = shared_from_this()](const error_code& error) {
    if (!error) self->end({});
  });
  write();
}

void Link::abandon() {
  phase_ = Phase::ended;
  error_code ignored;
  socket_.close(ignored);
  timer_.cancel();
}

Millis Link::age() const { return std::chrono::duration_cast<Millis>(steady_clock::now() - began_); }

Traffic Link::traffic() const {
  Traffic traffic = traffic_;
  traffic.frames_out = queue_.frames_taken();
  traffic.frames_dropped = queue_.frames_dropped();
  return traffic;
}

void Link::read() {
  socket_.async_read_some(boost::asio::buffer(incoming_),
                          [self = shared_from_this()](const error_code& error, std::size_t size) {
                            if (self->phase_ == Phase::ended) return;
                            if (error) return self->end("the connection ended: " + error.message());
                            self->traffic_.bytes_in += size;
                            if (self->traffic_.bytes_in >= self->heard_bytes_ + part_of_a_frame) self->hear();
                            if (self->phase_ == Phase::closing) return self->read();
                            self->reader_.feed(BytesView(self->incoming_).first(size));
                            self->take_frames();
                          });
}

void Link::hear() {
  heard_ = steady_clock::now();
  heard_bytes_ = traffic_.bytes_in;
}

void Link::take_frames() {
  while (phase_ < Phase::closing) {
    const auto frame = reader_.next();
    if (!frame) return end(wire::describe(frame.error()));
    if (!*frame) return read();
    ++traffic_.frames_in;
    hear();
    take_frame(**frame);
  }
  if (phase_ == Phase::closing) read();
}

void Link::take_frame(const wire::Frame& frame) {
  if (frame.kind == wire::FrameKind::goodbye) return end("it says: " + text_of_goodbye(frame));
  if ((frame.kind == wire::FrameKind::hello) == peer_.has_value())
    return end("it does not keep to the protocol: one Hello, first of all");
  if (frame.kind == wire::FrameKind::hello) return take_hello(frame);
  auto message = wire::decode_message(frame);
  if (!message) return end("a message cannot be read: " + message.error().detail);
  events_.message(*this, *std::move(message));
}

void Link::take_hello(const wire::Frame& frame) {
  const auto hello = wire::decode_hello(frame.payload);
  if (!hello) return end("its handshake cannot be read: " + hello.error().detail);
  peer_ = hello->replica;
  phase_ = Phase::up;
  events_.hello(*this, *hello);
}

void Link::write() {
  if (phase_ == Phase::ended || !writing_.empty()) return;
  if (queue_.empty()) {
    error_code ignored;
    if (phase_ == Phase::closing) socket_.shutdown(boost::asio::socket_base::shutdown_send, ignored);
    return;
  }
  writing_ = queue_.take();
  written_ = 0;
  write_some();
}

void Link::write_some() {
  const auto rest = boost::asio::buffer(writing_) + written_;
  socket_.async_write_some(rest, [self = shared_from_this()](const error_code& error, std::size_t size) {
    if (self->phase_ == Phase::ended) return;
    if (error) return self->end("the connection ended: " + error.message());
    self->traffic_.bytes_out += size;
    self->written_ += size;
    if (self->written_ < self->writing_.size()) return self->write_some();
    self->writing_.clear();
    self->write();
  });
}

// Deadlines in both directions: nothing heard, or nothing taken. The second is longer: a reader that is slow
// opens its window in steps, of half its buffer.
void Link::watch() {
  timer_.expires_after(silence_max_ / 4 + Millis(1));
  timer_.async_wait([self = shared_from_this()](const error_code& error) {
    if (error || self->phase_ >= Phase::closing) return;
    const auto now = steady_clock::now();
    self->see_progress(now);
    const bool up = self->phase_ == Phase::up;
    const Millis most = up ? self->silence_max_ : std::max(self->silence_max_, handshake_silence_max);
    if (now - self->heard_ > most)
      return self->end("nothing was heard for " + std::to_string(most.count()) + " ms");
    if (!up && now - self->began_ > handshake_max)
      return self->end("no handshake within " + std::to_string(handshake_max.count()) + " ms");
    const Millis untaken_max = std::max(4 * self->silence_max_, untaken_least);
    if (now - self->taken_ > untaken_max)
      return self->end("it took nothing for " + std::to_string(untaken_max.count()) + " ms");
    self->watch();
  });
}

// What the peer's machine acknowledges counts, not what ours was ready to take: that would hide a dead link
// behind our buffer, and a slow one behind a full buffer.
void Link::see_progress(Time now) {
  const std::int64_t waiting = unacknowledged(socket_);
  const std::int64_t acknowledged = static_cast<std::int64_t>(traffic_.bytes_out) - waiting;
  const bool nothing_to_take = waiting == 0 && writing_.empty();
  if (acknowledged > acknowledged_ || nothing_to_take) taken_ = now;
  acknowledged_ = std::max(acknowledged_, acknowledged);
}

void Link::end(const std::string& why) {
  if (phase_ == Phase::ended) return;
  const auto self = shared_from_this();  // the event lets go of it
  const bool said = phase_ == Phase::closing;
  abandon();
  events_.ended(*this, said ? std::string() : why);
}

}  // namespace holdfast::net
