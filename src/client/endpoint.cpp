#include "client/endpoint.h"

#include <algorithm>
#include <charconv>
#include <cstdint>

namespace holdfast {
namespace {

constexpr std::string_view http_scheme = "http://";
constexpr std::string_view https_scheme = "https://";
constexpr std::string_view native_scheme = "holdfast://";

struct Known {
  Scheme scheme;
  std::string_view prefix, usual_port;
};
constexpr Known known_schemes[] = {{Scheme::http, http_scheme, "80"},
                                   {Scheme::https, https_scheme, "443"},
                                   {Scheme::native, native_scheme, "8422"}};

bool is_port(std::string_view text) {
  std::uint16_t port = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), port);
  return error == std::errc() && end == text.data() + text.size() && port > 0;
}

// Splits host:port, [v6]:port, or either without a port.
std::optional<std::pair<std::string_view, std::string_view>> split(std::string_view authority,
                                                                   std::string_view usual_port) {
  const auto bracket = authority.find(']');
  const bool ipv6 = authority.starts_with('[');
  if (ipv6 && bracket == std::string_view::npos) return std::nullopt;
  const auto host_end = ipv6 ? bracket + 1 : authority.find(':');
  const auto host = authority.substr(0, host_end);
  if (host.size() == authority.size()) return std::pair{host, usual_port};
  if (authority[host.size()] != ':') return std::nullopt;
  return std::pair{host, authority.substr(host.size() + 1)};
}

}  // namespace

std::optional<Endpoint> parse_endpoint(std::string_view text) {
  const auto known =
      std::ranges::find_if(known_schemes, [&](const Known& one) { return text.starts_with(one.prefix); });
  if (known == std::end(known_schemes)) return std::nullopt;
  auto authority = text.substr(known->prefix.size());
  if (authority.ends_with('/')) authority.remove_suffix(1);
  const auto parts = split(authority, known->usual_port);
  if (!parts || parts->first.empty() || !is_port(parts->second)) return std::nullopt;
  auto host = parts->first;
  if (host.find_first_of("/?#@ \t\r\n") != std::string_view::npos) return std::nullopt;
  if (host.starts_with('[')) host = host.substr(1, host.size() - 2);
  if (host.empty()) return std::nullopt;
  return Endpoint{known->scheme, std::string(host), std::string(parts->second), std::string(authority)};
}

std::string why_not_endpoint(std::string_view text) {
  if (text.empty()) return "no endpoint was named";
  if (text.starts_with(native_scheme)) return why_not_native(text);
  if (text.find("://") == std::string_view::npos &&
      parse_endpoint(std::string(http_scheme) + std::string(text)))
    return "it must begin with http://, did you mean http://" + std::string(text);
  return "it must be http://HOST:PORT or https://HOST, IPv6 in brackets";
}

std::string why_not_native(std::string_view text) {
  return text.empty() ? "no endpoint was named" : "it must be holdfast://HOST:PORT, IPv6 in brackets";
}

std::vector<std::string> at_least_one(std::vector<std::string> endpoints) {
  if (endpoints.empty()) endpoints.emplace_back();
  return endpoints;
}

}  // namespace holdfast
