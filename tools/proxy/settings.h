// What people write and read: link specs, addresses, and faults as JSON.
#pragma once

#include <expected>
#include <optional>
#include <string>
#include <string_view>

#include "proxy/faults.h"

namespace holdfast::proxy {

struct Address {
  std::string host;
  std::string port;
  bool operator==(const Address&) const = default;
};

struct LinkSpec {
  std::string name;
  Address listen;
  Address target;
  bool operator==(const LinkSpec&) const = default;
};

// What one PUT asks for. What it leaves out stays as it is.
struct Change {
  Faults faults;
  std::optional<Address> target;
  bool reset = false;
  bool operator==(const Change&) const = default;
};

// The error is one line for a person.
template <class T>
using Parsed = std::expected<T, std::string>;

[[nodiscard]] Parsed<Address> parse_address(std::string_view text);     // HOST:PORT or [IPV6]:PORT
[[nodiscard]] Parsed<LinkSpec> parse_link_spec(std::string_view text);  // NAME=HOST:PORT->HOST:PORT
[[nodiscard]] Parsed<Change> parse_change(std::string_view json, const Faults& now);

[[nodiscard]] std::string_view text_of(Sides sides);

}  // namespace holdfast::proxy
