// HTTP messages as values, apart from sockets: what the server reads, and what it writes.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace holdfast::api {

// Those that some route answers; the rest are `other`.
enum class Method : std::uint8_t { get, head, put, post, patch, options, other };

struct HttpRequest {
  Method method = Method::other;
  std::string target;  // as it came: "/v1/skus/a%2Fb?limit=1"
  std::optional<std::string> content_type;
  std::optional<std::string> idempotency_key;
  std::optional<std::string> last_event_id;
  std::string body;
};

// Names a call to whoever made it; what answers gives it back with the response.
using CallId = std::uint64_t;

struct HttpResponse {
  int status = 200;
  std::string_view content_type = "application/json";  // of static storage
  std::string location;                                // empty: none, as the next
  std::string allow;
  std::int64_t retry_after_s = 0;  // 0: none
  bool replayed = false;           // Idempotent-Replayed: true
  bool streams = false;            // a head alone: what follows has no length
  std::string last_event_id;       // of a stream: where it begins
  std::string_view code;           // of a problem, of static storage
  std::string body;
};

// "Not Found" and so on.
[[nodiscard]] std::string_view reason_phrase(int status);

}  // namespace holdfast::api
