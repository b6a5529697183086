#include "net/remarks.h"

namespace holdfast::net {

namespace {

constexpr std::size_t line_chars_max = 400;

}  // namespace

std::optional<std::string> Remarks::remark(std::string_view whom, std::string_view what, Time now) {
  std::string line = printable(std::string(whom) + ": " + std::string(what), line_chars_max);
  std::erase_if(said_, [&](const auto& said) { return said.second + again_after <= now; });
  if (said_.size() >= lines_max_ || !said_.try_emplace(line, now).second) return std::nullopt;
  return line;
}

std::string printable(std::string_view text, std::size_t chars_max) {
  std::string shown(text.substr(0, chars_max));
  for (char& c : shown)
    if (c < ' ' || c > '~') c = '?';
  return shown;
}

}  // namespace holdfast::net
