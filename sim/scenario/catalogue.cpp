#include "sim/scenario/catalogue.h"

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <iterator>

#include "sim/scenario/scenario_file.h"
#include "text/nearest.h"

namespace holdfast::sim {
namespace {

Found parsed(std::string_view content, const std::string& file) {
  auto scenario = parse_scenario(content, file);
  if (scenario) return {std::move(*scenario), {}};
  return {std::nullopt, std::move(scenario.error())};
}

}  // namespace

Found find_scenario(const std::string& name_or_file) {
  if (name_or_file.ends_with(".toml")) {
    std::error_code ignored;
    std::ifstream file(name_or_file, std::ios::binary);
    if (!file.is_open() || std::filesystem::is_directory(name_or_file, ignored))
      return {std::nullopt, {"cannot read " + name_or_file}};
    const std::string content{std::istreambuf_iterator(file), {}};
    if (file.bad()) return {std::nullopt, {"cannot read " + name_or_file}};
    auto found = parsed(content, name_or_file);
    if (found.scenario) found.scenario->file = name_or_file;
    return found;
  }
  std::vector<std::string_view> names;
  for (const auto& [name, content] : embedded_scenarios()) {
    if (name == name_or_file) return parsed(content, std::string(name) + ".toml");
    names.push_back(name);
  }
  return {std::nullopt,
          {"no scenario " + name_or_file + did_you_mean(nearest(name_or_file, names)) +
           " (holdfast-sim list names them; a file ends in .toml)"}};
}

}  // namespace holdfast::sim
