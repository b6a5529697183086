// Where a daemon is: http://host[:port][/], https:// of what stands before it, or holdfast://, IPv6 in
// brackets.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace holdfast {

enum class Scheme { http, https, native };

struct Endpoint {
  Scheme scheme = Scheme::http;
  std::string host;       // without brackets
  std::string port;       // a number; if none is given, 80, 443, or 8422 of the native protocol
  std::string authority;  // as the Host header says it
};

// Nothing if the text is no endpoint; why_not_endpoint says why, why_not_native where it must be holdfast://.
[[nodiscard]] std::optional<Endpoint> parse_endpoint(std::string_view text);
[[nodiscard]] std::string why_not_endpoint(std::string_view text);
[[nodiscard]] std::string why_not_native(std::string_view text);

// Where none is named, one that is empty: it is no endpoint, and whoever asks there is told so.
[[nodiscard]] std::vector<std::string> at_least_one(std::vector<std::string> endpoints);

}  // namespace holdfast
