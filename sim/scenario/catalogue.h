// The scenarios that come with the program, embedded in it: scenarios/*.toml.
#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "sim/scenario/scenario.h"

namespace holdfast::sim {

struct EmbeddedFile {
  std::string_view name;  // without .toml
  std::string_view content;
};
// In the order of the table in the documentation.
[[nodiscard]] std::span<const EmbeddedFile> embedded_scenarios();

struct Found {
  std::optional<Scenario> scenario;
  std::vector<std::string> faults;  // each a line for people
};
// One of them by its name, or a file by its path: what ends in .toml is one.
[[nodiscard]] Found find_scenario(const std::string& name_or_file);

}  // namespace holdfast::sim
