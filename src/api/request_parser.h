// RequestParser: bytes to one HTTP request, at a time, without sockets.
//
//   head --head_done--> (caller sets the body's limit) --whole--> done        any --failed--> done
//
// Beast's parser does the grammar. What two parsers in a row could understand differently is refused on top
// of it: two lengths, a length beside chunks, codings other than chunked, folded lines, bare line feeds, no
// Host or two. After a failure the connection must be closed, since nobody can say where the next request
// begins.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "api/http.h"
#include "api/problem.h"

namespace holdfast::api {

// What the connection must know of a request beside what it asks.
struct Framing {
  bool keep_alive = false;
  bool is_http_1_0 = false;
  bool expects_continue = false;
  bool is_chunked = false;
  std::uint64_t content_length = 0;
  std::string request_id;  // X-Request-Id, to be echoed
  [[nodiscard]] bool has_body() const { return is_chunked || content_length > 0; }
};

class RequestParser {
 public:
  enum class Progress { need_more, head_done, whole, failed };
  struct Taken {
    std::size_t bytes = 0;  // used up; the rest is to be offered again, with more behind it
    Progress progress = Progress::need_more;
  };

  explicit RequestParser(std::size_t head_bytes_max);
  ~RequestParser();
  RequestParser(RequestParser&&) = delete;

  void restart();  // for the next request
  [[nodiscard]] Taken take(std::string_view bytes);
  void limit_body(std::size_t bytes_max, bool discard);  // at head_done

  [[nodiscard]] HttpRequest& request();
  [[nodiscard]] const Framing& framing() const;
  [[nodiscard]] bool in_body() const;

  // Of a failure.
  [[nodiscard]] const ProblemKind& problem() const;
  [[nodiscard]] const std::string& detail() const;

 private:
  class Beast;
  [[nodiscard]] Taken take_head(std::string_view bytes);
  [[nodiscard]] Taken take_body(std::string_view bytes);
  [[nodiscard]] Taken fail(const ProblemKind& kind, std::string detail);

  std::size_t head_bytes_max_;
  std::size_t scanned_ = 0;
  std::unique_ptr<Beast> beast_;
  HttpRequest request_;
  Framing framing_;
  const ProblemKind* problem_ = nullptr;
  std::string detail_;
};

}  // namespace holdfast::api
