#include "api/target.h"

namespace holdfast::api {
namespace {

std::optional<unsigned> hex_digit(char c) {
  if (c >= '0' && c <= '9') return static_cast<unsigned>(c - '0');
  if (c >= 'a' && c <= 'f') return static_cast<unsigned>(c - 'a' + 10);
  if (c >= 'A' && c <= 'F') return static_cast<unsigned>(c - 'A' + 10);
  return std::nullopt;
}

enum class Plus { itself, space };

std::optional<std::string> decode(std::string_view text, Plus plus) {
  std::string decoded;
  decoded.reserve(text.size());
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] != '%') {
      decoded += text[i] == '+' && plus == Plus::space ? ' ' : text[i];
      continue;
    }
    if (i + 2 >= text.size()) return std::nullopt;
    const auto high = hex_digit(text[i + 1]);
    const auto low = hex_digit(text[i + 2]);
    if (!high || !low) return std::nullopt;
    decoded += static_cast<char>(*high << 4 | *low);
    i += 2;
  }
  return decoded;
}

// What stands before the separator; the rest stays in `text`.
std::string_view take_until(std::string_view& text, char separator) {
  const std::size_t at = text.find(separator);
  const std::string_view taken = text.substr(0, at);
  text.remove_prefix(at == std::string_view::npos ? text.size() : at + 1);
  return taken;
}

// A path begins with a slash, and so each slash begins a segment.
bool parse_path(std::string_view path, Target& target) {
  while (!path.empty()) {
    path.remove_prefix(1);
    const std::string_view raw = path.substr(0, path.find('/'));
    auto segment = decode(raw, Plus::itself);
    if (!segment) return false;
    target.segments.push_back(std::move(*segment));
    path.remove_prefix(raw.size());
  }
  return true;
}

bool parse_query(std::string_view query, Target& target) {
  while (!query.empty()) {
    std::string_view pair = take_until(query, '&');
    if (pair.empty()) continue;
    auto name = decode(take_until(pair, '='), Plus::space);
    auto value = decode(pair, Plus::space);
    if (!name || !value) return false;
    target.query.push_back({std::move(*name), std::move(*value)});
  }
  return true;
}

// "http://host:80/path?query" without what stands before the path.
std::string_view origin_form(std::string_view target) {
  const std::size_t scheme = target.find("://");
  if (target.starts_with('/') || scheme == std::string_view::npos) return target;
  target.remove_prefix(scheme + 3);
  const std::size_t path = target.find_first_of("/?");
  return path == std::string_view::npos || target[path] == '?' ? std::string_view("/") : target.substr(path);
}

}  // namespace

std::optional<Target> parse_target(std::string_view text) {
  Target target;
  if (text == "*") {
    target.is_asterisk = true;
    return target;
  }
  std::string_view rest = origin_form(text);
  if (!rest.starts_with('/') || rest.contains('#')) return std::nullopt;
  if (!parse_path(take_until(rest, '?'), target) || !parse_query(rest, target)) return std::nullopt;
  return target;
}

}  // namespace holdfast::api
