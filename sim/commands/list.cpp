#include <cstdio>

#include "sim/commands/arguments.h"
#include "sim/commands/commands.h"
#include "sim/commands/settings.h"
#include "sim/policies/policies.h"
#include "sim/scenario/catalogue.h"

namespace holdfast::sim {
namespace {

constexpr Option list_options[] = {{"--help", "", "this"}};

}  // namespace

int list_command(std::span<const std::string> words) {
  const auto arguments = Arguments::parse(words, list_options);
  if (!arguments) return usage_fault("list", arguments.error());
  if (arguments->has("--help"))
    return std::fputs(help_text("list", "The scenarios and the ways of sharing stock.", list_options).c_str(),
                      stdout),
           0;
  if (!arguments->rest().empty()) return usage_fault("list", "takes nothing beside options");
  for (const auto& file : embedded_scenarios()) {
    const auto name = std::string(file.name);
    std::printf("%-16s %s\n", name.c_str(), find_scenario(name).scenario->title.c_str());
  }
  std::printf("\nlast-unit: %s", meant_by("last-unit").front().c_str());
  for (const auto& name : meant_by("last-unit"))
    if (name != meant_by("last-unit").front()) std::printf(" %s", name.c_str());
  std::printf("\npolicies: ");
  for (const auto name : policy_names) std::printf(" %s", std::string(name).c_str());
  std::printf("\nbounds:   ");
  for (const auto name : bound_names) std::printf(" %s", std::string(name).c_str());
  std::printf("\n");
  return 0;
}

}  // namespace holdfast::sim
