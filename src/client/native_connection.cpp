#include "client/native_connection.h"

#include <netdb.h>

#include <algorithm>
#include <boost/asio/connect.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/write.hpp>
#include <utility>

#include "client/kept.h"
#include "client/transport.h"
#include "wire/limits.h"

namespace holdfast {

namespace {

namespace asio = boost::asio;
using Kind = Failure::Kind;

constexpr std::size_t incoming_bytes = 256 << 10;

// As over HTTP, where the daemon says so.
std::vector<Outcome> too_many(std::size_t operations) {
  const std::string most = std::to_string(AsyncClient::batch_operations_max);
  const Outcome refused{.code = "validation_failed", .detail = "/operations must be at most " + most};
  return std::vector<Outcome>(operations, refused);
}
std::vector<Outcome> too_large(std::size_t operations) {
  const std::string most = std::to_string(wire::frame_payload_bytes_max);
  const Outcome refused{.code = "body_too_large", .detail = "the batch must be at most " + most + " bytes"};
  return std::vector<Outcome>(operations, refused);
}

// Until what is told returns, or throws.
class Answering {
 public:
  Answering(Together& together, NativeConnection& connection) : together_(together) {
    together_.answering = &connection;
  }
  ~Answering() { together_.answering = nullptr; }
  Answering(const Answering&) = delete;

 private:
  Together& together_;
};

}  // namespace

Failure why_not_connected(const boost::system::error_code& error) {
  const bool is_refused = error == asio::error::connection_refused;
  return {is_refused ? Kind::refused : Kind::unreachable, error.message()};
}

Failure why_ended(const boost::system::error_code& error) {
  if (error == asio::error::eof) return {Kind::broken, "the daemon closed the connection"};
  return {Kind::broken, error.message()};
}

NativeConnection::NativeConnection(Together& together, Endpoint endpoint, std::chrono::milliseconds timeout)
    : together_(together),
      endpoint_(std::move(endpoint)),
      timeout_(timeout),
      socket_(together.io),
      timer_(together.io),
      incoming_(incoming_bytes) {}

void NativeConnection::submit(std::span<const Operation> batch, AsyncClient::Done done) {
  if (batch.empty()) return answer({}, std::move(done));
  if (batch.size() > AsyncClient::batch_operations_max)
    return answer(too_many(batch.size()), std::move(done));
  if (state_ == State::open && waiting_.empty() && is_over(socket_.native_handle())) close();
  const std::uint64_t call = next_call_++;
  if (!collect(call, batch)) return answer(too_large(batch.size()), std::move(done));
  Waiting& waiting = waiting_[call];
  waiting.operations = batch.size();
  waiting.deadline = Clock::now() + timeout_ + wait_of(batch);
  waiting.done = std::move(done);
  ++together_.under_way;
  if (state_ == State::idle) connect();
  if (state_ == State::open) write_soon();
  watch();
}

// False: it is too large to be sent.
bool NativeConnection::collect(std::uint64_t call, std::span<const Operation> batch) {
  const std::size_t began = wire::begin_frame(collecting_);
  const bool fits = wire::encode_native_call(call, batch, collecting_);
  if (fits)
    wire::end_frame(collecting_, began, wire::FrameKind::message);
  else
    collecting_.resize(began);
  return fits;
}

// Without the daemon, but from within the loop all the same.
void NativeConnection::answer(std::vector<Outcome> outcomes, AsyncClient::Done done) {
  ++together_.under_way;
  asio::post(together_.io, [self = shared_from_this(), outcomes = std::move(outcomes),
                            done = std::move(done)] { self->tell(done, outcomes); });
}

void NativeConnection::connect() {
  state_ = State::connecting;
  const auto at = ++generation_;
  look_up_.emplace(endpoint_.host, endpoint_.port,
                   [&io = together_.io, weak = weak_from_this(), at](LookUp::Found found) {
                     asio::post(io, [weak, at, found = std::move(found)] {
                       const auto self = weak.lock();
                       if (self && at == self->generation_) self->on_found(found);
                     });
                   });
}

void NativeConnection::on_found(const LookUp::Found& found) {
  if (found.error != 0) return fail({Kind::cannot_resolve, ::gai_strerror(found.error)});
  asio::async_connect(socket_, found.places,
                      [self = shared_from_this(), at = generation_](Code failed, const auto&) {
                        if (at == self->generation_) self->on_connected(failed);
                      });
}

void NativeConnection::on_connected(Code error) {
  if (error) return fail(why_not_connected(error));
  state_ = State::open;
  Code ignored;
  socket_.set_option(asio::ip::tcp::no_delay(true), ignored);
  read();
  write();
}

void NativeConnection::read() {
  socket_.async_read_some(asio::buffer(incoming_),
                          [self = shared_from_this(), at = generation_](Code error, std::size_t bytes) {
                            if (at != self->generation_) return;
                            if (error) return self->fail(why_ended(error));
                            self->on_read(bytes);
                          });
}

void NativeConnection::on_read(std::size_t bytes) {
  reader_.feed(BytesView(incoming_).first(bytes));
  take_frames();
}

// A callback may submit, and even let this connection fail and begin anew. Where one throws, what is behind
// its answer is taken in the next turn.
void NativeConnection::take_frames() {
  const auto at = generation_;
  try {
    while (at == generation_) {
      const auto frame = reader_.next();
      if (!frame) return fail(why_no_frame());
      if (!*frame) return read();
      if (!take(**frame) && at == generation_)
        return fail({Kind::broken, "what came was no answer to what was asked"});
    }
  } catch (...) {
    asio::post(together_.io, [self = shared_from_this(), at] {
      if (at == self->generation_) self->take_frames();
    });
    throw;
  }
}

Failure NativeConnection::why_no_frame() const {
  if (text_of(incoming_).starts_with("HTTP/"))
    return {Kind::broken, "what came was HTTP; is that the port of http://?"};
  return {Kind::broken, "what came was no frame of answers"};
}

// False: it is not what a daemon says.
bool NativeConnection::take(const wire::Frame& frame) {
  if (frame.kind == wire::FrameKind::goodbye) {
    const std::string_view why = text_of(frame.payload);
    fail({Kind::broken, "the daemon says: " + std::string(why.substr(0, why.find('\0')))});
    return true;
  }
  return frame.kind == wire::FrameKind::message && wire::decode_native_answers(frame.payload, answers_) &&
         take_answers();
}

// One that says again what it has said is not heard.
bool NativeConnection::take_answers() {
  const auto at = waiting_.find(answers_.number);
  if (at == waiting_.end()) return answers_.number < next_call_;
  Waiting& waiting = at->second;
  if (answers_.first != waiting.outcomes.size()) return false;
  const bool is_whole = answers_.first == 0 && answers_.outcomes.size() == waiting.operations;
  if (!is_whole) {
    for (Outcome& outcome : answers_.outcomes) waiting.outcomes.push_back(std::move(outcome));
    if (waiting.outcomes.size() < waiting.operations) return true;
    if (waiting.outcomes.size() > waiting.operations) return false;
  }
  const Waiting done = std::move(waiting);
  waiting_.erase(at);
  tell(done.done, is_whole ? answers_.outcomes : done.outcomes);
  return true;
}

void NativeConnection::tell(const AsyncClient::Done& done, std::span<const Outcome> outcomes) {
  --together_.under_way;
  const Answering answering(together_, *this);
  done(nullptr, outcomes);
}

// Batches that are submitted in one turn go out together.
void NativeConnection::write_soon() {
  if (!writing_.empty() || std::exchange(write_posted_, true)) return;
  asio::post(together_.io, [self = shared_from_this()] {
    self->write_posted_ = false;
    self->write();
  });
}

void NativeConnection::write() {
  if (state_ != State::open || !writing_.empty() || collecting_.empty()) return;
  writing_.swap(collecting_);
  asio::async_write(socket_, asio::buffer(writing_),
                    [self = shared_from_this(), at = generation_](Code error, std::size_t) {
                      if (at != self->generation_) return;
                      if (error) return self->fail(why_ended(error));
                      self->writing_.clear();
                      self->write();
                    });
}

// One look at all deadlines when the first may have come: they are far, and there are many. It goes on where
// the connection was closed and those who waited have submitted anew.
void NativeConnection::watch() {
  if (waiting_.empty() || std::exchange(watching_, true)) return;
  timer_.expires_at(next_look());
  timer_.async_wait([self = shared_from_this()](Code) {
    self->watching_ = false;
    const auto now = Clock::now();
    const bool late = std::ranges::any_of(
        self->waiting_, [&](const auto& waiting) { return waiting.second.deadline <= now; });
    if (late) self->fail({Kind::timed_out, "no answer in time"});
    self->watch();
  });
}

// Whoever comes later waits for as long as the timeout at least.
NativeConnection::Clock::time_point NativeConnection::next_look() const {
  auto first = Clock::now() + timeout_;
  for (const auto& [call, waiting] : waiting_) first = std::min(first, waiting.deadline);
  return first;
}

// In the order in which they were submitted.
void NativeConnection::fail(Failure failure) {
  close();
  std::vector<std::pair<std::uint64_t, Waiting>> failed;
  for (auto& [call, waiting] : std::exchange(waiting_, {})) failed.emplace_back(call, std::move(waiting));
  std::ranges::sort(failed, {}, [](const auto& one) { return one.first; });
  std::deque<AsyncClient::Done> in_order;
  for (auto& [call, waiting] : failed) in_order.push_back(std::move(waiting.done));
  tell_all(std::move(in_order), std::move(failure));
}

// Where one throws, those behind it are told in the next turn.
void NativeConnection::tell_all(std::deque<AsyncClient::Done> failed, Failure failure) {
  while (!failed.empty()) {
    const AsyncClient::Done done = std::move(failed.front());
    failed.pop_front();
    --together_.under_way;
    try {
      done(&failure, {});
    } catch (...) {
      asio::post(together_.io, [self = shared_from_this(), failed = std::move(failed),
                                failure = std::move(failure)]() mutable {
        self->tell_all(std::move(failed), std::move(failure));
      });
      throw;
    }
  }
}

void NativeConnection::close() {
  ++generation_;
  state_ = State::idle;
  Code ignored;
  socket_.close(ignored);
  look_up_.reset();
  timer_.cancel();
  collecting_.clear();
  writing_.clear();
  reader_ = wire::FrameReader();
}

}  // namespace holdfast
