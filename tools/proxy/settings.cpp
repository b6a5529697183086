#include "proxy/settings.h"

#include <algorithm>
#include <array>
#include <boost/json/parse.hpp>
#include <charconv>

namespace holdfast::proxy {

namespace json = boost::json;

namespace {

constexpr std::uint64_t number_max = 1'000'000'000'000;
constexpr std::uint64_t delay_ms_max = 24 * 3600 * 1000;
constexpr std::array sides_all{Sides::none, Sides::up, Sides::down, Sides::both};

std::unexpected<std::string> wrong(std::string line) { return std::unexpected(std::move(line)); }

bool valid_name(std::string_view name) {
  return !name.empty() && name.size() <= 64 && std::ranges::all_of(name, [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-' ||
           c == '_' || c == '.';
  });
}

Parsed<std::uint64_t> number(std::string_view member, const json::value& value, std::uint64_t most) {
  const bool whole = value.is_uint64() || (value.is_int64() && value.get_int64() >= 0);
  const std::uint64_t number = whole ? value.to_number<std::uint64_t>() : 0;
  if (!whole || number > most)
    return wrong(std::string(member) + " must be a whole number from 0 to " + std::to_string(most));
  return number;
}

Parsed<Sides> sides(std::string_view member, const json::value& value) {
  for (const Sides sides : sides_all)
    if (value.is_string() && std::string_view(value.get_string()) == text_of(sides)) return sides;
  return wrong(std::string(member) + " must be \"none\", \"up\", \"down\" or \"both\"");
}

template <class T, class Field>
std::optional<std::string> assign(Field& field, const Parsed<T>& parsed) {
  if (!parsed) return parsed.error();
  field = Field(*parsed);
  return std::nullopt;
}

// The fault, if there is one.
std::optional<std::string> set_member(Change& change, std::string_view name, const json::value& value) {
  Faults& faults = change.faults;
  if (name == "delay_ms") return assign(faults.delay, number(name, value, delay_ms_max));
  if (name == "jitter_ms") return assign(faults.jitter, number(name, value, delay_ms_max));
  if (name == "stall") return assign(faults.stall, sides(name, value));
  if (name == "cut") return assign(faults.cut, sides(name, value));
  if (name == "throttle_bytes_per_s")
    return assign(faults.throttle_bytes_per_s, number(name, value, number_max));
  if (name == "flip_one_byte_in") return assign(faults.flip_one_byte_in, number(name, value, number_max));
  if (name == "target") {
    if (!value.is_string()) return "target must be \"HOST:PORT\"";
    return assign(change.target, parse_address(value.get_string()));
  }
  if (name == "reset") {
    if (!value.is_bool()) return "reset must be true or false";
    change.reset = value.get_bool();
    return std::nullopt;
  }
  return "unknown member '" + std::string(name) +
         "': delay_ms, jitter_ms, stall, cut, throttle_bytes_per_s, flip_one_byte_in, target and reset are "
         "known";
}

}  // namespace

std::string_view text_of(Sides sides) {
  switch (sides) {
    case Sides::none: return "none";
    case Sides::up: return "up";
    case Sides::down: return "down";
    case Sides::both: return "both";
  }
  return "none";
}

Parsed<Address> parse_address(std::string_view text) {
  const auto colon = text.rfind(':');
  if (colon == std::string_view::npos) return wrong("'" + std::string(text) + "' is not HOST:PORT");
  std::string_view host = text.substr(0, colon);
  const std::string_view port = text.substr(colon + 1);
  if (host.size() > 2 && host.front() == '[' && host.back() == ']') host = host.substr(1, host.size() - 2);
  unsigned number = 0;
  const auto [end, error] = std::from_chars(port.data(), port.data() + port.size(), number);
  if (host.empty() || error != std::errc() || end != port.data() + port.size() || number > 65535)
    return wrong("'" + std::string(text) + "' is not HOST:PORT");
  return Address{std::string(host), std::string(port)};
}

Parsed<LinkSpec> parse_link_spec(std::string_view text) {
  const auto equals = text.find('=');
  const auto arrow = text.find("->");
  if (equals == std::string_view::npos || arrow == std::string_view::npos || arrow < equals)
    return wrong("link '" + std::string(text) + "' is not NAME=HOST:PORT->HOST:PORT");
  const std::string_view name = text.substr(0, equals);
  if (!valid_name(name))
    return wrong("link name '" + std::string(name) + "' must be 1 to 64 letters, digits, '-', '_' or '.'");
  const auto listen = parse_address(text.substr(equals + 1, arrow - equals - 1));
  if (!listen) return wrong("link " + std::string(name) + ": " + listen.error());
  const auto target = parse_address(text.substr(arrow + 2));
  if (!target) return wrong("link " + std::string(name) + ": " + target.error());
  return LinkSpec{std::string(name), *listen, *target};
}

Parsed<Change> parse_change(std::string_view text, const Faults& now) {
  boost::system::error_code error;
  const json::value parsed = json::parse(text, error);
  if (error || !parsed.is_object()) return wrong("the body must be a JSON object");
  Change change{.faults = now, .target = {}, .reset = false};
  for (const auto& [name, value] : parsed.get_object())
    if (const auto fault = set_member(change, name, value)) return wrong(*fault);
  return change;
}

}  // namespace holdfast::proxy
