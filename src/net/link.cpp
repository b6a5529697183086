#include "net/link.h"

#include <boost/asio/buffer.hpp>
#include <boost/asio/write.hpp>

#include "wire/message_codec.h"

namespace holdfast::net {

namespace {

using boost::system::error_code;
using std::chrono::steady_clock;

constexpr Millis handshake_max{5'000};

const char* describe(wire::FrameFault fault) {
  switch (fault) {
    case wire::FrameFault::bad_header: return "what it sends is not this protocol, or was damaged on the way";
    case wire::FrameFault::unknown_kind: return "it sends frames of a kind that this version does not know";
    case wire::FrameFault::too_long: return "it sends a frame that is too long";
    case wire::FrameFault::bad_checksum: return "a frame was damaged on the way";
  }
  return "what it sends cannot be read";
}

// The text, and zeros up to a multiple of 8.
Bytes goodbye(std::string reason) {
  reason.resize((reason.size() + 7) / 8 * 8, '\0');
  Bytes frame;
  wire::append_frame(frame, wire::FrameKind::goodbye, bytes_of(reason));
  return frame;
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
      heard_(steady_clock::now()),
      wrote_(heard_) {
  error_code ignored;
  socket_.set_option(boost::asio::ip::tcp::no_delay(true), ignored);
  const auto remote = socket_.remote_endpoint(ignored);
  remote_ = remote.address().to_string(ignored) + ":" + std::to_string(remote.port());
}

void Link::start(const Hello& own) {
  Bytes hello;
  wire::append_framed(own, hello);
  queue_.push_framed(hello);
  write();
  read();
  watch();
}

void Link::send(const Message& message) {
  if (ended_ || closing_) return;
  queue_.push(message);
  write();
}

void Link::close(const std::string& reason) {
  if (ended_ || closing_) return;
  queue_.push_framed(goodbye(reason));
  closing_ = true;
  write();
}

void Link::abandon() {
  ended_ = true;
  error_code ignored;
  socket_.close(ignored);
  timer_.cancel();
}

void Link::read() {
  socket_.async_read_some(boost::asio::buffer(incoming_),
                          [self = shared_from_this()](const error_code& error, std::size_t size) {
                            if (self->ended_) return;
                            if (error) return self->end("the connection ended: " + error.message());
                            self->heard_ = steady_clock::now();
                            self->reader_.feed(BytesView(self->incoming_).first(size));
                            self->take_frames();
                          });
}

void Link::take_frames() {
  while (!ended_) {
    const auto frame = reader_.next();
    if (!frame) return end(describe(frame.error()));
    if (!*frame) return read();
    if (!take_frame(**frame)) return;
  }
}

bool Link::take_frame(const wire::Frame& frame) {
  if (frame.kind == wire::FrameKind::goodbye) {
    const std::string_view text = text_of(frame.payload);
    end("it says: " + std::string(text.substr(0, std::min<std::size_t>(text.find('\0'), 200))));
    return false;
  }
  if ((frame.kind == wire::FrameKind::hello) == peer_.has_value()) {
    end("it does not keep to the protocol: one Hello, first of all");
    return false;
  }
  if (frame.kind == wire::FrameKind::hello) {
    const auto hello = wire::decode_hello(frame.payload);
    if (!hello) return end("its handshake cannot be read: " + hello.error().detail), false;
    peer_ = hello->replica;
    events_.hello(*this, *hello);
    return !ended_;
  }
  auto message = wire::decode_message(frame.payload);
  if (!message) return end("a message cannot be read: " + message.error().detail), false;
  if (!closing_) events_.message(*this, *std::move(message));
  return !ended_;
}

void Link::write() {
  if (ended_ || !writing_.empty()) return;
  if (queue_.empty()) {
    if (closing_) end("closed here");
    return;
  }
  writing_ = queue_.take();
  wrote_ = steady_clock::now();
  boost::asio::async_write(socket_, boost::asio::buffer(writing_),
                           [self = shared_from_this()](const error_code& error, std::size_t) {
                             self->writing_.clear();
                             if (self->ended_) return;
                             if (error) return self->end("the connection ended: " + error.message());
                             self->write();
                           });
}

// Deadlines in both directions: nothing heard, or nothing taken.
void Link::watch() {
  timer_.expires_after(silence_max_ / 4 + Millis(1));
  timer_.async_wait([self = shared_from_this()](const error_code& error) {
    if (error || self->ended_) return;
    const auto now = steady_clock::now();
    const auto silence_max = self->peer_ ? self->silence_max_ : std::max(self->silence_max_, handshake_max);
    if (now - self->heard_ > silence_max)
      return self->end("nothing was heard for " + std::to_string(silence_max.count()) + " ms");
    if (!self->writing_.empty() && now - self->wrote_ > self->silence_max_)
      return self->end("it took nothing for " + std::to_string(self->silence_max_.count()) + " ms");
    self->watch();
  });
}

void Link::end(const std::string& why) {
  if (ended_) return;
  const auto self = shared_from_this();  // the event lets go of it
  abandon();
  events_.ended(*this, why);
}

}  // namespace holdfast::net
