// Where a daemon is: http://host[:port][/], https:// of what stands before it, or holdfast://, IPv6 in
// brackets.
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace holdfast {

enum class Scheme { http, https, native };

struct Endpoint {
  Scheme scheme = Scheme::http;
  std::string host;       // without brackets
  std::string port;       // a number; if none is given, 80, 443, or 8422 of the native protocol
  std::string authority;  // as the Host header says it
};

// Nothing if the text is no endpoint; why_not_endpoint says why.
[[nodiscard]] std::optional<Endpoint> parse_endpoint(std::string_view text);
[[nodiscard]] std::string why_not_endpoint(std::string_view text);

}  // namespace holdfast
