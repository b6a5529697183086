// Where a daemon is: http://host[:port][/], IPv6 in brackets.
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace holdfast {

struct Endpoint {
  std::string host;       // without brackets
  std::string port;       // a number, 80 if none is given
  std::string authority;  // as the Host header says it
};

// Nothing if the text is no endpoint; why_not_endpoint says why.
[[nodiscard]] std::optional<Endpoint> parse_endpoint(std::string_view text);
[[nodiscard]] std::string why_not_endpoint(std::string_view text);

}  // namespace holdfast
