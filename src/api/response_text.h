// An HTTP response as bytes, by hand into the connection's buffer: Beast's writer costs a fifth of all
// requests.
#pragma once

#include <string>
#include <string_view>

#include "api/http.h"

namespace holdfast::api {

struct ResponseFraming {
  bool close = false;
  bool is_http_1_0 = false;  // keep-alive must be said there
  bool with_body = true;     // not for HEAD, whose headers are those of GET
  std::string_view request_id;
};

void append_response(std::string& out, const HttpResponse& response, const ResponseFraming& framing);

}  // namespace holdfast::api
