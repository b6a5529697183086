#include "api/connection.h"

#include <cstring>
#include <utility>

#include "api/hex.h"
#include "api/response_text.h"

namespace holdfast::api {
namespace {

namespace asio = boost::asio;
using sockets::Code;

constexpr std::size_t in_bytes_at_first = 4 << 10;

// One piece of a stream; an empty one is its end.
void append_piece(std::string& out, std::string_view text, bool is_http_1_0) {
  if (is_http_1_0) {
    out += text;
    return;
  }
  append_hex(out, text.size());
  out += "\r\n";
  out += text;
  out += "\r\n";
}

}  // namespace

Connection::Connection(asio::ip::tcp::socket socket, CallId id, Hall& hall)
    : socket_(std::move(socket), hall.ready_set, *this),
      id_(id),
      hall_(hall),
      parser_(hall.limits.head_bytes_max),
      in_(in_bytes_at_first) {}

void Connection::start() {
  set_deadline(hall_.limits.idle_max);
  run();
}

void Connection::on_ready(sockets::Readiness ready) {
  const auto alive = shared_from_this();
  if (ready.to_write && write_pending_) write_rest();
  if (ready.to_read && state_ != State::closed && !input_ended_) read();
}

// Everything that may happen within a step (an answer that comes at once) only sets the state for the next
// one.
void Connection::run() {
  if (running_) return;
  const auto alive = shared_from_this();
  running_ = true;
  while (step()) {
  }
  running_ = false;
}

bool Connection::step() {
  switch (state_) {
    case State::receiving: return receive();
    case State::waiting: return wait_for_more(), false;
    case State::writing: return write();
    case State::streaming: return discard_input(), false;
    case State::lingering: return linger();
    case State::closed: return false;
  }
  return false;
}

bool Connection::receive() {
  const std::string_view bytes = input();
  if (!bytes.empty() && !std::exchange(request_begun_, true)) set_deadline(hall_.limits.request_max);
  const RequestParser::Taken taken = parser_.take(bytes);
  in_begin_ += taken.bytes;
  switch (taken.progress) {
    case RequestParser::Progress::head_done: return head_done();
    case RequestParser::Progress::whole: return !account_body() || whole();
    case RequestParser::Progress::failed:
      return refuse_now(refusal_ ? std::move(*refusal_)
                                 : problem_response(parser_.problem(), parser_.detail()));
    case RequestParser::Progress::need_more: break;
  }
  if (!account_body()) return true;
  if (taken.bytes > 0 && !input().empty()) return true;
  if (input_ended_) return close(), false;
  if (input().size() >= hall_.limits.read_ahead_bytes_max)
    return refuse_now(problem_response(problem::malformed_request, "a chunk's header does not end"));
  return wait_for_more(), false;
}

// Path, method and declared size are known. A body that will be refused is read past, so that the connection
// can be kept, unless the client asked first or it is a long one.
bool Connection::head_done() {
  auto matched = match(parser_.request().method, parser_.request().target);
  const std::size_t limit = matched ? body_limit(*matched->route) : body_bytes_max;
  const Framing& framing = parser_.framing();
  const bool too_large = framing.content_length > limit;
  if (matched && too_large) return refuse_now(body_too_large(*matched->route));
  if (!matched && (too_large || framing.expects_continue)) return refuse_now(std::move(matched.error()));
  parser_.limit_body(limit, !matched);
  if (matched)
    match_ = std::move(*matched);
  else
    refusal_ = std::move(matched.error());
  if (framing.expects_continue && framing.has_body() && input().empty()) send_continue();
  return true;
}

// A few bytes into an empty socket buffer: if they do not fit, the client is not waiting for them.
void Connection::send_continue() {
  constexpr std::string_view line = "HTTP/1.1 100 Continue\r\n\r\n";
  Code ignored;
  static_cast<void>(socket_.write(asio::buffer(line), ignored));
}

// Answers before the request was read to its end: what follows cannot be told from a next request.
bool Connection::refuse_now(HttpResponse response) {
  close_after_ = true;
  refuse(std::move(response));
  return true;
}

// What the gateway never gets to see.
void Connection::refuse(HttpResponse response) {
  hall_.gateway.note_refusal(response.code);
  respond(std::move(response));
}

bool Connection::account_body() {
  const std::size_t held = parser_.request().body.size();
  hall_.body_bytes_total += held - body_accounted_;
  body_accounted_ = held;
  if (hall_.body_bytes_total <= hall_.limits.body_bytes_total_max) return true;
  return !refuse_now(problem_response(Refusal{.code = RefusalCode::overloaded}, {}));
}

void Connection::release_body() { hall_.body_bytes_total -= std::exchange(body_accounted_, 0); }

bool Connection::whole() {
  if (refusal_) return refuse(std::move(*refusal_)), true;
  state_ = State::waiting;
  deadline_ = SteadyTime::max();  // the gateway has one of its own
  call_ = hall_.gateway.handle(id_, *match_, parser_.request());
  return true;
}

void Connection::respond(HttpResponse response) {
  if (state_ == State::closed) return;
  streams_ = response.streams && parser_.request().method != Method::head;
  serialize(response);
  state_ = State::writing;
  set_deadline(hall_.limits.write_max);
  run();
}

void Connection::serialize(const HttpResponse& response) {
  const Framing& framing = parser_.framing();
  close_after_ = close_after_ || !framing.keep_alive || hall_.draining || streams_;
  out_.clear();
  out_begin_ = 0;
  const bool with_body = parser_.request().method != Method::head;
  append_response(out_, response, {close_after_, framing.is_http_1_0, with_body, framing.request_id});
}

bool Connection::write() {
  if (write_pending_) return false;
  Code error;
  out_begin_ += socket_.write(asio::buffer(out_) + out_begin_, error);
  if (error && error != sockets::would_block) return close(), false;
  if (out_begin_ == out_.size()) return written();
  write_pending_ = true;
  socket_.wait_to_write(true);
  return wait_for_more(), false;
}

// There is room for more of it.
void Connection::write_rest() {
  Code error;
  out_begin_ += socket_.write(asio::buffer(out_) + out_begin_, error);
  if (error && error != sockets::would_block) return close();
  if (out_begin_ < out_.size()) return;
  write_pending_ = false;
  if (state_ == State::streaming)
    stream_written();
  else if (written())
    run();
  if (!write_pending_) socket_.wait_to_write(false);
}

bool Connection::written() {
  release_body();
  constexpr std::size_t capacity_kept = 64 << 10;
  if (out_.capacity() > capacity_kept) std::string().swap(out_);
  if (streams_) return begin_stream(), true;
  if (close_after_) return begin_lingering(), true;
  parser_.restart();
  match_.reset();
  refusal_.reset();
  request_begun_ = false;
  state_ = State::receiving;
  set_deadline(hall_.limits.idle_max);
  return true;
}

void Connection::begin_stream() {
  state_ = State::streaming;
  out_.clear();
  if (stream_ends_) return write_stream();
  deadline_ = SteadyTime::max();
  hall_.gateway.feeds().took(id_);
}

void Connection::stream(std::string_view text) {
  if (state_ != State::streaming || stream_ends_) return;
  append_piece(stream_next_, text, parser_.framing().is_http_1_0);
  write_stream();
}

void Connection::end_stream() {
  if (!streams_ || std::exchange(stream_ends_, true)) return;
  hall_.gateway.feeds().close(id_);
  append_piece(stream_next_, {}, parser_.framing().is_http_1_0);
  if (state_ == State::streaming) write_stream();
}

// Never at once, however fast the client is: others have their turn in between.
void Connection::write_stream() {
  if (write_pending_) return;
  out_ = std::exchange(stream_next_, {});
  out_begin_ = 0;
  write_pending_ = true;
  socket_.wait_to_write(true);
  set_deadline(hall_.limits.stream_write_max);
}

void Connection::stream_written() {
  if (!stream_next_.empty()) return write_stream();
  if (stream_ends_) return begin_lingering(), run();
  deadline_ = SteadyTime::max();
  hall_.gateway.feeds().took(id_);
}

void Connection::begin_lingering() {
  socket_.shut_down_sending();
  state_ = State::lingering;
  set_deadline(hall_.draining ? hall_.limits.linger_draining_max : hall_.limits.linger_max);
}

bool Connection::linger() {
  if (input_ended_)
    close();
  else
    discard_input();
  return false;
}

// It is read only to see the client's end.
void Connection::discard_input() {
  in_begin_ = in_end_ = 0;
  wait_for_more();
}

// Into what room the buffer has or may get; what there is none for waits in the socket.
void Connection::wait_for_more() {
  if (input_ended_ || state_ == State::closed) return;
  make_room();
  socket_.wait_to_read(in_end_ < in_.size());
}

void Connection::make_room() {
  if (in_begin_ == in_end_) in_begin_ = in_end_ = 0;
  if (in_end_ == in_.size() && in_begin_ > 0) {
    std::memmove(in_.data(), in_.data() + in_begin_, in_end_ - in_begin_);
    in_end_ -= std::exchange(in_begin_, 0);
  }
  const bool wants_large = state_ == State::receiving && parser_.in_body() && parser_.framing().has_body();
  const bool may_grow = in_.size() < hall_.limits.read_ahead_bytes_max;
  if (may_grow && (in_end_ == in_.size() || (wants_large && in_end_ == 0)))
    in_.resize(hall_.limits.read_ahead_bytes_max);
}

void Connection::read() {
  wait_for_more();
  if (in_end_ == in_.size()) return;
  Code error;
  const std::size_t bytes = socket_.read(asio::buffer(in_) + in_end_, error);
  if (error == sockets::would_block) return;
  if (error == sockets::eof) return on_end_of_input();
  if (error) return close();
  in_end_ += bytes;
  run();
}

// The client sends no more, which may mean that it is gone. A request that is answered at once is answered
// all the same; one that waits for units ends, so that they go to someone who is there, and so does a
// stream.
void Connection::on_end_of_input() {
  input_ended_ = true;
  socket_.wait_to_read(false);
  if (streams_ || (state_ == State::waiting && hall_.gateway.waits(call_))) return close();
  run();
}

void Connection::tick() {
  if (hall_.now < deadline_ || state_ == State::closed) return;
  if (state_ != State::receiving || !request_begun_) return close();
  close_after_ = true;
  refuse(problem_response(problem::request_timeout, "the request took too long to arrive"));
}

void Connection::drain() {
  if (state_ == State::closed) return;
  if (state_ == State::receiving && !request_begun_) close();
  if (state_ == State::lingering) set_deadline(hall_.limits.linger_draining_max);
  end_stream();
}

void Connection::close() {
  if (state_ == State::closed) return;
  if (state_ == State::waiting) hall_.gateway.abandon(call_);
  if (streams_) hall_.gateway.feeds().close(id_);
  release_body();
  state_ = State::closed;
  socket_.close();
  hall_.closed(id_);
}

}  // namespace holdfast::api
