#include "sim/commands/arguments.h"

#include <algorithm>

#include "text/nearest.h"

namespace holdfast::sim {

Result<Arguments, std::string> Arguments::parse(std::span<const std::string> words,
                                                std::span<const Option> options) {
  Arguments arguments;
  for (std::size_t i = 0; i < words.size(); ++i) {
    if (!words[i].starts_with('-') || words[i] == "-") {
      arguments.rest_.push_back(words[i]);
      continue;
    }
    const auto equals = words[i].find('=');
    const auto name = words[i].substr(0, equals);
    const auto option = std::ranges::find(options, name, &Option::name);
    if (option == options.end()) {
      std::vector<std::string_view> names;
      for (const auto& known : options) names.push_back(known.name);
      return failure(name + ": no such option" + did_you_mean(nearest(name, names)));
    }
    auto& values = arguments.values_[name];
    if (option->value.empty()) {
      if (equals != std::string::npos) return failure(name + " takes no value");
      values.emplace_back();
    } else if (equals != std::string::npos) {
      values.push_back(words[i].substr(equals + 1));
    } else if (i + 1 < words.size()) {
      values.push_back(words[++i]);
    } else {
      return failure(name + " needs " + std::string(option->value));
    }
  }
  return arguments;
}

std::optional<std::string> Arguments::one(std::string_view name) const {
  const auto found = values_.find(name);
  if (found == values_.end()) return std::nullopt;
  return found->second.back();
}

std::vector<std::string> Arguments::all(std::string_view name) const {
  const auto found = values_.find(name);
  return found == values_.end() ? std::vector<std::string>{} : found->second;
}

std::string help_text(std::string_view usage, std::string_view what, std::span<const Option> options) {
  std::size_t width = 0;
  for (const auto& option : options) width = std::max(width, option.name.size() + 1 + option.value.size());
  std::string text = "Usage: holdfast-sim " + std::string(usage) + "\n\n" + std::string(what) + "\n\n";
  for (const auto& option : options) {
    auto left = std::string(option.name) + (option.value.empty() ? "" : " ") + std::string(option.value);
    left.resize(width, ' ');
    text += "  " + left + "   " + std::string(option.help) + "\n";
  }
  return text;
}

}  // namespace holdfast::sim
