#include "core/levers.h"

#include <algorithm>

namespace holdfast {

namespace {

// The first character of what is not empty.
std::size_t character(std::string_view text) {
  std::size_t bytes = 1;
  while (bytes < text.size() && (static_cast<unsigned char>(text[bytes]) & 0xC0) == 0x80) ++bytes;
  return bytes;
}

}  // namespace

// Where a star's rest does not match, the last star takes one character more (Krauss, 2008): linear in
// pattern times name, and without recursion.
bool matches(std::string_view pattern, std::string_view name) {
  std::string_view after_star, starred;
  bool star = false;
  while (!name.empty()) {
    if (!pattern.empty() && pattern.front() == '*') {
      pattern.remove_prefix(1);
      star = true;
      after_star = pattern;
      starred = name;
    } else if (!pattern.empty() && pattern.front() == '?') {
      pattern.remove_prefix(1);
      name.remove_prefix(character(name));
    } else if (!pattern.empty() && pattern.front() == name.front()) {
      pattern.remove_prefix(1);
      name.remove_prefix(1);
    } else if (star) {
      starred.remove_prefix(character(starred));
      name = starred;
      pattern = after_star;
    } else {
      return false;
    }
  }
  return pattern.find_first_not_of('*') == std::string_view::npos;
}

const Lever& LeverIndex::of(const Levers& levers, SkuId sku, std::string_view name) {
  if (levers.rules.empty()) return levers.otherwise;
  if (rule_of_.size() <= sku.value()) rule_of_.resize(sku.value() + 1);
  std::uint32_t& rule = rule_of_[sku.value()];
  if (rule == 0) {
    const auto matching =
        std::ranges::find_if(levers.rules, [&](const LeverRule& one) { return matches(one.pattern, name); });
    rule = static_cast<std::uint32_t>(matching - levers.rules.begin()) + 1;
  }
  return rule > levers.rules.size() ? levers.otherwise : levers.rules[rule - 1].lever;
}

}  // namespace holdfast
