// The request target taken apart: path segments and query parameters, both decoded (RFC 3986).
#pragma once

#include <boost/container/small_vector.hpp>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace holdfast::api {

struct Parameter {
  std::string name;
  std::string value;
  bool operator==(const Parameter&) const = default;
};

using PathSegments = boost::container::small_vector<std::string, 4>;

struct Target {
  PathSegments segments;         // "/v1/skus/a%2Fb" is v1, skus, a/b; a trailing slash leaves an empty one
  std::vector<Parameter> query;  // in the order given; + is a space there
  bool is_asterisk = false;      // "*", of OPTIONS
};

// Nothing if it is no target that HTTP knows: relative, or with broken percent-encoding.
// An absolute one ("http://host/path") counts as its path.
[[nodiscard]] std::optional<Target> parse_target(std::string_view target);

}  // namespace holdfast::api
