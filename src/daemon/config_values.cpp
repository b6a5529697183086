#include "daemon/config_values.h"

#include <arpa/inet.h>

#include <algorithm>
#include <cctype>
#include <charconv>

#include "core/limits.h"
#include "text/nearest.h"

namespace holdfast {
namespace {

// As the enumerators stand in config.h.
constexpr std::string_view rights_moves[] = {"auto", "urgent", "off"};
constexpr std::string_view log_levels[] = {"debug", "info", "warn", "error"};
constexpr std::string_view off = "off";  // of an address: nothing listens
constexpr std::string_view log_formats[] = {"text", "json"};

constexpr std::span<const std::string_view> choices(RightsMove) { return rights_moves; }
constexpr std::span<const std::string_view> choices(LogLevel) { return log_levels; }
constexpr std::span<const std::string_view> choices(LogFormat) { return log_formats; }

std::string in_quotes(std::string_view text) { return '"' + std::string(text) + '"'; }

bool name_char(char c) { return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-'; }

bool is_name(std::string_view text) {
  return !text.empty() && text.size() <= limits::region_bytes_max && std::ranges::all_of(text, name_char);
}

std::string as_name(std::string_view text) {
  std::string name;
  for (const char c : text) {
    const auto lower = static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
    name += name_char(lower) ? lower : '-';
  }
  return is_name(name) && name.find_first_not_of('-') != std::string::npos ? in_quotes(name) : "";
}

template <class Number>
std::optional<Number> parse_whole(std::string_view text) {
  Number number{};
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (error != std::errc() || end != text.data() + text.size()) return std::nullopt;
  return number;
}

bool is_ipv6(std::string_view text) {
  in6_addr ignored;
  return inet_pton(AF_INET6, std::string(text).c_str(), &ignored) == 1;
}

bool is_host(std::string_view text) {
  const auto host_char = [](unsigned char c) { return std::isalnum(c) || c == '.' || c == '-' || c == '_'; };
  if (text.empty() || text.size() > 253 || !std::ranges::all_of(text, host_char)) return false;
  in_addr ignored;  // what looks like an IPv4 address must be one
  return text.find_first_not_of("0123456789.") != std::string_view::npos ||
         inet_pton(AF_INET, std::string(text).c_str(), &ignored) == 1;
}

std::optional<Address> split_address(std::string_view text) {
  const auto colon = text.rfind(':');
  if (colon == std::string_view::npos) return std::nullopt;
  const auto port = parse_whole<std::uint16_t>(text.substr(colon + 1));
  auto host = text.substr(0, colon);
  const bool brackets = host.size() > 2 && host.front() == '[' && host.back() == ']';
  if (brackets) host = host.substr(1, host.size() - 2);
  if (!port || !(brackets ? is_ipv6(host) : is_host(host))) return std::nullopt;
  return Address{std::string(host), *port};
}

// What was meant by an address that is none: a port or a host alone, or an IPv6 address without its brackets.
std::string suggest_address(std::string_view text, std::string_view fallback) {
  const std::string host(fallback.substr(0, fallback.rfind(':')));
  const std::string port(fallback.substr(fallback.rfind(':')));
  const auto colon = text.rfind(':');
  std::vector<std::string> guesses{host + ":" + std::string(text), host + std::string(text)};
  if (text == "on" || text == "true" || text == "yes") guesses.push_back(std::string(fallback));
  if (text.starts_with("*:")) guesses.push_back("0.0.0.0" + std::string(text.substr(1)));
  if (text.ends_with(':')) guesses.push_back(std::string(text.substr(0, colon)) + port);
  // Of an IPv6 address the last group may be the port that was meant.
  if (text.ends_with(port) && is_ipv6(text.substr(0, colon)))
    guesses.push_back("[" + std::string(text.substr(0, colon)) + "]" + port);
  if (is_ipv6(text)) guesses.push_back("[" + std::string(text) + "]" + port);
  if (colon != std::string_view::npos)
    guesses.push_back("[" + std::string(text.substr(0, colon)) + "]" + std::string(text.substr(colon)));
  guesses.push_back(std::string(text) + port);
  for (const auto& guess : guesses)
    if (split_address(guess)) return in_quotes(guess);
  return {};
}

Result<std::int64_t, Why> parse_number(std::string_view text, const ConfigKey& key) {
  const auto number = parse_whole<std::int64_t>(text);
  if (!number) return failure(in_quotes(text) + " is not a whole number");
  if (*number < key.least || *number > key.most)
    return failure(std::string(text) + " is out of range, from " + std::to_string(key.least) + " to " +
                   std::to_string(key.most));
  return *number;
}

// INFO is info, warning is warn; but `on` is never `off`.
std::string_view meant(std::string_view text, std::span<const std::string_view> all) {
  std::string lower(text);
  std::ranges::transform(lower, lower.begin(), [](unsigned char c) { return std::tolower(c); });
  for (const auto choice : all)
    if (lower.starts_with(choice)) return choice;
  return lower == "on" ? std::string_view() : nearest(lower, all);
}

template <class Choice>
Result<Choice, Why> parse_choice(std::string_view text) {
  const auto all = choices(Choice{});
  const auto found = std::ranges::find(all, text);
  if (found != all.end()) return static_cast<Choice>(found - all.begin());
  std::string list;
  for (const auto choice : all) list += (list.empty() ? "" : ", ") + std::string(choice);
  const auto near = meant(text, all);
  return failure(in_quotes(text) + " is not one of " + list +
                 did_you_mean(near.empty() ? "" : in_quotes(near)));
}

Result<std::filesystem::path, Why> parse_path(std::string_view text) {
  if (text.empty()) return failure(Why("is empty, it must name a folder"));
  if (text.find('\0') != std::string_view::npos) return failure(Why("holds a zero byte, which no path can"));
  return std::filesystem::path(text);
}

Result<std::optional<Address>, Why> parse_address_or_off(std::string_view text) {
  if (text == off) return std::nullopt;
  auto address = parse_address(text, "127.0.0.1:8422");
  if (!address) return failure(address.error());
  return *std::move(address);
}

// One overload per member type: what its text must look like.
struct Parse {
  std::string_view text;
  const ConfigKey& key;

  auto operator()(std::string) const { return parse_name(text); }
  auto operator()(std::filesystem::path) const { return parse_path(text); }
  auto operator()(Address) const { return parse_address(text, key.fallback); }
  auto operator()(std::optional<Address>) const { return parse_address_or_off(text); }
  auto operator()(std::int64_t) const { return parse_number(text, key); }
  Result<Millis, Why> operator()(Millis) const {
    const auto number = parse_number(text, key);
    if (!number) return failure(number.error());
    return Millis(*number);
  }
  template <class Choice>
  requires std::is_enum_v<Choice>
  auto operator()(Choice) const { return parse_choice<Choice>(text); }
};

struct Show {
  std::variant<std::string, std::int64_t> operator()(const std::string& text) const { return text; }
  std::variant<std::string, std::int64_t> operator()(const std::filesystem::path& path) const {
    return path.string();
  }
  std::variant<std::string, std::int64_t> operator()(const Address& address) const {
    return text_of(address);
  }
  std::variant<std::string, std::int64_t> operator()(const std::optional<Address>& address) const {
    return address ? text_of(*address) : std::string(off);
  }
  std::variant<std::string, std::int64_t> operator()(std::int64_t number) const { return number; }
  std::variant<std::string, std::int64_t> operator()(Millis millis) const { return millis.count(); }
  template <class Choice>
  requires std::is_enum_v<Choice> std::variant<std::string, std::int64_t>
  operator()(Choice choice) const { return std::string(choices(choice)[static_cast<std::size_t>(choice)]); }
};

}  // namespace

std::string text_of(const Address& address) {
  const bool ipv6 = address.host.find(':') != std::string::npos;
  return (ipv6 ? "[" + address.host + "]" : address.host) + ":" + std::to_string(address.port);
}

Result<std::string, Why> parse_name(std::string_view text) {
  if (is_name(text)) return std::string(text);
  const std::string shape = "1 to " + std::to_string(limits::region_bytes_max) + " of a-z, 0-9 and -";
  return failure(in_quotes(text) + " is not a name of " + shape + did_you_mean(as_name(text)));
}

Result<Address, Why> parse_address(std::string_view text, std::string_view fallback) {
  if (auto address = split_address(text)) return *std::move(address);
  return failure(in_quotes(text) + " is not host:port (IPv6 in brackets)" +
                 did_you_mean(suggest_address(text, fallback)));
}

Result<void, Why> assign(Config& config, const ConfigKey& key, std::string_view text) {
  return std::visit(
      [&]<class T>(T Config::*member) -> Result<void, Why> {
        auto parsed = Parse{text, key}(T{});
        if (!parsed) return failure(parsed.error());
        config.*member = *std::move(parsed);
        return {};
      },
      key.member);
}

std::variant<std::string, std::int64_t> shown(const Config& config, const ConfigKey& key) {
  return std::visit([&](auto member) { return Show{}(config.*member); }, key.member);
}

}  // namespace holdfast
