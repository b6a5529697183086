#include "api/request_parser.h"

#include <boost/asio/buffer.hpp>
#include <boost/beast/core/string.hpp>
#include <boost/beast/http/basic_parser.hpp>

namespace holdfast::api {
namespace {

namespace http = boost::beast::http;
using boost::beast::error_code;
using boost::beast::string_view;

Method method_of(http::verb verb) {
  switch (verb) {
    case http::verb::get: return Method::get;
    case http::verb::head: return Method::head;
    case http::verb::put: return Method::put;
    case http::verb::post: return Method::post;
    case http::verb::patch: return Method::patch;
    case http::verb::options: return Method::options;
    default: return Method::other;
  }
}

std::string text_of(string_view text) { return {text.data(), text.size()}; }

// Looks for the end of the head from `from` on, byte by byte: only whole lines that end in CR LF, none
// folded, and no control characters.
struct HeadScan {
  std::size_t end = 0;  // of the head; 0: not yet seen
  const char* fault = nullptr;
};

const char* fault_at(std::string_view bytes, std::size_t i) {
  const char c = bytes[i];
  const char before = i > 0 ? bytes[i - 1] : '\0';
  if (c == '\n') return before == '\r' ? nullptr : "a line ends without a carriage return";
  if (before == '\r') return "a carriage return stands alone";
  const bool first_of_line = before == '\n';
  if (first_of_line && (c == ' ' || c == '\t')) return "a header is folded over two lines";
  const bool control = static_cast<unsigned char>(c) < 0x20 || c == 0x7f;
  return control && c != '\t' && c != '\r' ? "a control character in the head" : nullptr;
}

// In the middle of a line two of these are what most of a head is.
bool is_plain(char c) { return static_cast<unsigned char>(c) > 0x20 && c != 0x7f; }

HeadScan scan_head(std::string_view bytes, std::size_t from) {
  for (std::size_t i = from; i < bytes.size(); ++i) {
    if (is_plain(bytes[i]) && i > 0 && is_plain(bytes[i - 1])) continue;
    if (const char* fault = fault_at(bytes, i)) return {0, fault};
    if (bytes[i] == '\n' && bytes.substr(0, i + 1).ends_with("\r\n\r\n")) return {i + 1, nullptr};
  }
  return {};
}

}  // namespace

// Beast's parser with what it calls. Names and signatures are Beast's.
class RequestParser::Beast final : public http::basic_parser<true> {
 public:
  Beast(HttpRequest& request, Framing& framing) : request_(request), framing_(framing) {
    body_limit(boost::none);
    header_limit(std::numeric_limits<std::uint32_t>::max());
  }

  void discard_body() { discards_ = true; }

  // What is wrong with the head as a whole; null: nothing.
  [[nodiscard]] const char* head_fault() {
    const bool http_1_1 = version_ == 11;
    if (hosts_ > 1 || (http_1_1 && hosts_ == 0)) return "there must be one Host header";
    if (lengths_ > 1) return "there must be one Content-Length";
    if (lengths_ > 0 && codings_ > 0) return "there must not be both Content-Length and Transfer-Encoding";
    if (codings_ > 0 && !(codings_ == 1 && coding_is_chunked_)) return "Transfer-Encoding must be chunked";
    if (codings_ > 0 && !http_1_1) return "HTTP/1.0 has no Transfer-Encoding";
    if (repeated_) return "a header that may be given once is given twice";
    return nullptr;
  }

  void finish_framing() {
    framing_.is_http_1_0 = version_ == 10;
    framing_.keep_alive = keep_alive();
    framing_.is_chunked = chunked();
    framing_.content_length = content_length().value_or(0);
    framing_.expects_continue = framing_.expects_continue && version_ == 11;
  }

 private:
  void on_request_impl(http::verb verb, string_view, string_view target, int version,
                       error_code& ec) override {
    request_.method = method_of(verb);
    request_.target.assign(target.data(), target.size());
    version_ = version;
    ec = {};
  }

  void on_response_impl(int, string_view, int, error_code&) override {}

  void on_field_impl(http::field field, string_view field_name, string_view value, error_code& ec) override {
    ec = {};
    if (is_header_done()) return;  // trailers say nothing to us
    switch (field) {
      case http::field::host: ++hosts_; break;
      case http::field::content_length: lengths_ += value.find(',') == string_view::npos ? 1 : 2; break;
      case http::field::transfer_encoding:
        ++codings_;
        coding_is_chunked_ = boost::beast::iequals(value, "chunked");
        break;
      case http::field::content_type: set(request_.content_type, value); break;
      case http::field::expect:
        framing_.expects_continue = boost::beast::iequals(value, "100-continue");
        break;
      default: other_field(field_name, value); break;
    }
  }

  // Names that Beast has no number for.
  void other_field(string_view field_name, string_view value) {
    if (boost::beast::iequals(field_name, "Idempotency-Key")) set(request_.idempotency_key, value);
    if (boost::beast::iequals(field_name, "Last-Event-ID")) set(request_.last_event_id, value);
    if (boost::beast::iequals(field_name, "X-Request-Id")) framing_.request_id = text_of(value);
  }

  void set(std::optional<std::string>& header, string_view value) {
    repeated_ = repeated_ || header.has_value();
    header = text_of(value);
  }

  void on_header_impl(error_code& ec) override { ec = {}; }
  void on_body_init_impl(const boost::optional<std::uint64_t>&, error_code& ec) override { ec = {}; }

  std::size_t on_body_impl(string_view body, error_code& ec) override {
    ec = {};
    if (!discards_) request_.body.append(body.data(), body.size());
    return body.size();
  }

  void on_chunk_header_impl(std::uint64_t, string_view, error_code& ec) override { ec = {}; }
  std::size_t on_chunk_body_impl(std::uint64_t, string_view body, error_code& ec) override {
    return on_body_impl(body, ec);
  }
  void on_finish_impl(error_code& ec) override { ec = {}; }

  HttpRequest& request_;
  Framing& framing_;
  int version_ = 0;
  int hosts_ = 0;
  int lengths_ = 0;
  int codings_ = 0;
  bool coding_is_chunked_ = false;
  bool repeated_ = false;
  bool discards_ = false;
};

RequestParser::RequestParser(std::size_t head_bytes_max) : head_bytes_max_(head_bytes_max) { restart(); }
RequestParser::~RequestParser() = default;

void RequestParser::restart() {
  scanned_ = 0;
  request_.method = Method::other;
  request_.target.clear();
  request_.content_type.reset();
  request_.idempotency_key.reset();
  request_.last_event_id.reset();
  constexpr std::size_t capacity_kept = 64 << 10;
  if (request_.body.capacity() > capacity_kept) std::string().swap(request_.body);
  request_.body.clear();
  framing_ = {};
  beast_ = std::make_unique<Beast>(request_, framing_);
}

HttpRequest& RequestParser::request() { return request_; }
const Framing& RequestParser::framing() const { return framing_; }
bool RequestParser::in_body() const { return beast_->is_header_done(); }
const ProblemKind& RequestParser::problem() const { return *problem_; }
const std::string& RequestParser::detail() const { return detail_; }

void RequestParser::limit_body(std::size_t bytes_max, bool discard) {
  beast_->body_limit(bytes_max);
  beast_->eager(true);
  if (discard) beast_->discard_body();
}

RequestParser::Taken RequestParser::fail(const ProblemKind& kind, std::string detail) {
  problem_ = &kind;
  detail_ = std::move(detail);
  return {0, Progress::failed};
}

RequestParser::Taken RequestParser::take(std::string_view bytes) {
  return in_body() ? take_body(bytes) : take_head(bytes);
}

RequestParser::Taken RequestParser::take_head(std::string_view bytes) {
  // RFC 9112, 2.2: empty lines before a request are ignored.
  if (scanned_ == 0 && bytes.starts_with("\r\n")) return {2, Progress::need_more};
  if (scanned_ == 0 && bytes == "\r") return {};
  const HeadScan scan = scan_head(bytes.substr(0, head_bytes_max_), scanned_);
  if (scan.fault) return fail(problem::malformed_request, scan.fault);
  if (scan.end == 0 && bytes.size() >= head_bytes_max_)
    return fail(problem::headers_too_large,
                "request line and headers must be at most " + std::to_string(head_bytes_max_) + " bytes");
  if (scan.end == 0) {
    scanned_ = bytes.size();
    return {};
  }
  error_code ec;
  beast_->put(boost::asio::const_buffer(bytes.data(), scan.end), ec);
  if (ec || !beast_->is_header_done())
    return fail(problem::malformed_request, "the head is not HTTP: " + ec.message());
  if (const char* fault = beast_->head_fault()) return fail(problem::malformed_request, fault);
  beast_->finish_framing();
  return {scan.end, Progress::head_done};
}

RequestParser::Taken RequestParser::take_body(std::string_view bytes) {
  if (beast_->is_done()) return {0, Progress::whole};
  if (bytes.empty()) return {};
  error_code ec;
  const std::size_t used = beast_->put(boost::asio::const_buffer(bytes.data(), bytes.size()), ec);
  if (ec == http::error::body_limit)
    return fail(problem::body_too_large, "the body is larger than this call takes");
  if (ec && ec != http::error::need_more)
    return fail(problem::malformed_request, "the body is not HTTP: " + ec.message());
  return {used, beast_->is_done() ? Progress::whole : Progress::need_more};
}

}  // namespace holdfast::api
