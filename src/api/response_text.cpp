#include "api/response_text.h"

namespace holdfast::api {
namespace {

void append_header(std::string& out, std::string_view header_name, std::string_view value) {
  if (value.empty()) return;
  out += header_name;
  out += ": ";
  out += value;
  out += "\r\n";
}

// HTTP/1.0 has no chunks: there the end of the connection is the end of the stream.
void append_stream_headers(std::string& out, const HttpResponse& response, const ResponseFraming& framing) {
  append_header(out, "Cache-Control", "no-cache");
  append_header(out, "Last-Event-ID", response.last_event_id);
  if (!framing.is_http_1_0) append_header(out, "Transfer-Encoding", "chunked");
}

}  // namespace

void append_response(std::string& out, const HttpResponse& response, const ResponseFraming& framing) {
  constexpr std::size_t head_bytes = 256;
  out.reserve(out.size() + head_bytes + response.body.size());
  out += "HTTP/1.1 ";
  out += std::to_string(response.status);
  out += ' ';
  out += reason_phrase(response.status);
  out += "\r\n";
  append_header(out, "Content-Type", response.content_type);
  if (response.streams)
    append_stream_headers(out, response, framing);
  else if (response.status != 204)
    append_header(out, "Content-Length", std::to_string(response.body.size()));
  append_header(out, "Location", response.location);
  append_header(out, "Allow", response.allow);
  if (response.retry_after_s > 0) append_header(out, "Retry-After", std::to_string(response.retry_after_s));
  if (response.replayed) append_header(out, "Idempotent-Replayed", "true");
  append_header(out, "X-Request-Id", framing.request_id);
  if (framing.close)
    append_header(out, "Connection", "close");
  else if (framing.is_http_1_0)
    append_header(out, "Connection", "keep-alive");
  out += "\r\n";
  if (framing.with_body) out += response.body;
}

}  // namespace holdfast::api
