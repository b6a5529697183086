// HTTP/1.1 over one kept connection. Boost stops here.
//
// Every operation is started as an asynchronous one and the context run until it is done: only so does
// Beast's stream keep a deadline. Over what it goes is a ByteStream: plain TCP, or TLS.
#include <netdb.h>

#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/beast/core.hpp>
#include <boost/beast/http.hpp>
#include <exception>
#include <future>

#include "client/byte_stream.h"
#include "client/countable.h"
#include "client/event_splitter.h"
#include "client/http_batch.h"
#include "client/kept.h"
#include "client/look_up.h"
#include "client/repeat.h"
#include "client/transport.h"

namespace holdfast {
namespace {

namespace asio = boost::asio;
namespace beast = boost::beast;
namespace http = boost::beast::http;
using boost::system::error_code;
using Kind = Failure::Kind;
using Deadline = std::chrono::steady_clock::time_point;
using Request = http::request<http::span_body<const char>>;

using Parser = http::response_parser<http::string_body>;

constexpr std::size_t answer_header_bytes_max = 64 * 1024;
constexpr std::uint64_t answer_body_bytes_max = 1u << 30;  // the longest, of a large import, has half of that
constexpr std::chrono::milliseconds ask_listener_each{100};

Failure failed(error_code error) {
  if (error == beast::error::timeout) return {Kind::timed_out, "no answer in time"};
  if (error == http::error::end_of_stream || error == http::error::partial_message)
    return {Kind::broken, "the connection was closed before the answer was complete"};
  if (error == http::error::body_limit) return {Kind::broken, "the answer is longer than 1 GiB"};
  if (error == http::error::bad_version)
    return {Kind::broken, "what came was no HTTP; is that the port of holdfast://?"};
  return {Kind::broken, error.message()};
}

bool only_says_that_it_comes(unsigned status) { return status / 100 == 1 && status != 101; }

struct Expected {
  boost::optional<std::uint64_t> body_bytes_max = answer_body_bytes_max;  // none: it has no end
  bool no_body = false;                                                   // though its head speaks of one
};

class HttpTransport final : public Transport {
 public:
  HttpTransport(Endpoint endpoint, ClientOptions options)
      : endpoint_(std::move(endpoint)),
        timeout_(options.timeout),
        way_(endpoint_.scheme == Scheme::https ? tls_way(endpoint_, options) : plain_way()) {}

  Answer call(const Call& call) override {
    auto [answer, before] = call_within(call, timeout_);
    const bool only_reads = call.method == "GET" || call.method == "HEAD";
    return before && !only_reads ? known_of(*before, std::move(answer)) : std::move(answer);
  }

  Outcomes run(std::span<const Operation> operations) override {
    const auto [answer, before] = call_within(batch_call(operations), timeout_ + wait_of(operations));
    auto outcomes = answer ? outcomes_of(*answer, operations.size()) : Outcomes(answer.failure());
    return before ? known_of(*before, std::move(outcomes)) : outcomes;
  }

  Answer listen(const Call& call, const Listener& listener) override {
    stream_.reset();
    try {
      auto answer = begin_and_follow(call, listener);
      stream_.reset();
      return answer;
    } catch (...) {
      stream_.reset();
      throw;
    }
  }

 private:
  struct Sent {
    Answer answer;
    std::optional<Failure> before;  // the first time, if it was sent twice
  };

  Sent call_within(const Call& call, std::chrono::milliseconds timeout) {
    const Deadline deadline = std::chrono::steady_clock::now() + timeout;
    if (stream_ && (buffer_.size() > 0 || is_over(tcp().socket().native_handle()))) stream_.reset();
    const bool kept = stream_ != nullptr;
    auto answer = attempt(call, deadline);
    // A kept connection that ends without a byte of answer was most likely closed before it heard the call.
    if (kept && !answer && answer.failure().kind == Kind::broken && !answered_)
      return {attempt(call, deadline), answer.failure()};
    return {std::move(answer), {}};
  }

  Answer begin_and_follow(const Call& call, const Listener& listener) {
    const Deadline deadline = std::chrono::steady_clock::now() + timeout_;
    if (auto failure = connect(deadline)) return *std::move(failure);
    tcp().expires_at(deadline);
    const Request request = request_of(call);
    error_code error;
    http::async_write(*stream_, request, [&](error_code ec, std::size_t) { error = ec; });
    run();
    if (error) return failed(error);
    std::optional<Parser> parser;
    error = read_head(parser, {.body_bytes_max = {}}, deadline);  // a stream of events has no end
    if (error) return failed(error);
    if (parser->get()[http::field::content_type] == "text/event-stream") return follow(*parser, listener);
    parser->body_limit(answer_body_bytes_max);
    error = read_whole(*parser, deadline);
    if (error) return failed(error);
    return response_of(parser->release());
  }

  Answer follow(Parser& parser, const Listener& listener) {
    const Response head = response_of(http::response<http::string_body>(parser.get()));
    if (listener.on_begin) listener.on_begin(head);
    EventSplitter splitter;
    while (!parser.is_done()) {
      const auto error = read_some(parser, listener);
      if (!error) return head;
      if (*error) return failed(*error);
      const std::string bytes = std::exchange(parser.get().body(), {});
      if (!splitter.feed(bytes, listener.on_event)) return head;
    }
    return Failure{Kind::broken, "the daemon ended the stream"};
  }

  // Nothing: the listener wants no more.
  std::optional<error_code> read_some(Parser& parser, const Listener& listener) {
    tcp().expires_after(countable(listener.silence));
    std::optional<error_code> done;
    http::async_read_some(*stream_, buffer_, parser, [&](error_code ec, std::size_t) { done = ec; });
    bool goes_on = true;
    std::exception_ptr thrown;
    while (!done) {
      context_.restart();
      context_.run_for(ask_listener_each);
      if (!goes_on || wants_more(listener, thrown)) continue;
      goes_on = false;
      tcp().cancel();
    }
    run();
    if (thrown) std::rethrow_exception(thrown);
    return goes_on ? done : std::nullopt;
  }

  // What it throws is kept until nothing is being read any more.
  static bool wants_more(const Listener& listener, std::exception_ptr& thrown) {
    try {
      return !listener.go_on || listener.go_on();
    } catch (...) {
      thrown = std::current_exception();
      return false;
    }
  }

  Answer attempt(const Call& call, Deadline deadline) {
    answered_ = false;
    if (!stream_)
      if (auto failure = connect(deadline)) return *std::move(failure);
    tcp().expires_at(deadline);
    auto answer = exchange(request_of(call), deadline);
    if (!answer) stream_.reset();
    return answer;
  }

  std::optional<Failure> connect(Deadline deadline) {
    if (timeout_.count() <= 0) return Failure{Kind::timed_out, "the timeout must be above 0"};
    const auto found = resolve(deadline);
    if (!found) return Failure{Kind::timed_out, "the name server did not answer in time"};
    if (found->error) return Failure{Kind::cannot_resolve, ::gai_strerror(found->error)};
    stream_ = way_->stream(context_);
    buffer_.clear();
    tcp().expires_at(deadline);
    error_code error;
    tcp().async_connect(found->places, [&](error_code ec, const auto&) { error = ec; });
    run();
    if (!error) return greet();
    stream_.reset();
    if (error == beast::error::timeout) return Failure{Kind::timed_out, "no connection in time"};
    if (error == asio::error::connection_refused) return Failure{Kind::refused, "connection refused"};
    return Failure{Kind::unreachable, error.message()};
  }

  std::optional<Failure> greet() {
    error_code error;
    tcp().socket().set_option(asio::ip::tcp::no_delay(true), error);
    stream_->greet([&](error_code ec) { error = ec; });
    run();
    if (!error) return std::nullopt;
    const std::string why = stream_->why_not(error);
    stream_.reset();
    if (error == beast::error::timeout) return Failure{Kind::timed_out, "no greeting in time"};
    return Failure{Kind::unreachable, why};
  }

  [[nodiscard]] beast::tcp_stream& tcp() { return stream_->tcp(); }

  [[nodiscard]] std::optional<LookUp::Found> resolve(Deadline deadline) const {
    std::promise<LookUp::Found> promise;
    auto found = promise.get_future();
    const LookUp look_up(endpoint_.host, endpoint_.port,
                         [&](LookUp::Found places) { promise.set_value(std::move(places)); });
    if (found.wait_until(deadline) != std::future_status::ready) return std::nullopt;
    return found.get();
  }

  Request request_of(const Call& call) const {
    Request request;
    request.method_string(call.method);
    request.target(call.target);
    request.set(http::field::host, endpoint_.authority);
    request.set(http::field::user_agent, "holdfast-client");
    if (!call.content_type.empty()) request.set(http::field::content_type, call.content_type);
    for (const auto& [name, value] : call.headers) request.set(name, value);
    request.body() = {call.body.data(), call.body.size()};
    if (!call.body.empty() || (call.method != "GET" && call.method != "HEAD"))
      request.content_length(call.body.size());
    return request;
  }

  Answer exchange(Request request, Deadline deadline) {
    error_code written;
    http::async_write(*stream_, request, [&](error_code ec, std::size_t) { written = ec; });
    run();
    if (written == beast::error::timeout) return failed(written);
    // A daemon that refuses a large body answers and closes before it has read it all: look for that answer.
    std::optional<Parser> parser;
    auto error = read_head(parser, {.no_body = request.method() == http::verb::head}, deadline);
    if (!error) error = read_whole(*parser, deadline);
    if (error) return failed(error);
    if (written || !parser->get().keep_alive()) stream_.reset();
    return response_of(parser->release());
  }

  // Answers of 1xx say only that the answer comes, also to whom has not asked (RFC 9110, 15.2).
  error_code read_head(std::optional<Parser>& parser, const Expected& expected, Deadline deadline) {
    error_code error;
    do {
      if (std::chrono::steady_clock::now() >= deadline) return beast::error::timeout;
      parser.emplace();
      parser->header_limit(answer_header_bytes_max);
      parser->body_limit(expected.body_bytes_max);
      parser->skip(expected.no_body);
      http::async_read_header(*stream_, buffer_, *parser, [&](error_code ec, std::size_t) { error = ec; });
      run();
      answered_ = answered_ || parser->got_some();
    } while (!error && only_says_that_it_comes(parser->get().result_int()));
    return error;
  }

  // Piece by piece: the stream looks at its deadline only where it has to wait for more.
  error_code read_whole(Parser& parser, Deadline deadline) {
    error_code error;
    while (!error && !parser.is_done()) {
      if (std::chrono::steady_clock::now() >= deadline) return beast::error::timeout;
      http::async_read_some(*stream_, buffer_, parser, [&](error_code ec, std::size_t) { error = ec; });
      run();
    }
    return error;
  }

  static Response response_of(http::response<http::string_body> message) {
    Response response{.status = static_cast<int>(message.result_int()), .headers = {}, .body = {}};
    for (const auto& field : message)
      response.headers.emplace_back(std::string(field.name_string()), std::string(field.value()));
    response.body = std::move(message.body());
    return response;
  }

  void run() {
    context_.restart();
    context_.run();
  }

  const Endpoint endpoint_;
  const std::chrono::milliseconds timeout_;
  const std::unique_ptr<Way> way_;
  asio::io_context context_{1};
  std::unique_ptr<ByteStream> stream_;  // none while there is no connection
  beast::flat_buffer buffer_;           // what came after the last answer
  bool answered_ = false;               // of the last attempt: a byte of an answer came
};

}  // namespace

std::unique_ptr<Transport> http_transport(Endpoint endpoint, ClientOptions options) {
  return std::make_unique<HttpTransport>(std::move(endpoint), options);
}

}  // namespace holdfast
