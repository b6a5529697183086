#include "daemon/config_levers.h"

#include "daemon/config_values.h"

namespace holdfast {
namespace {

constexpr std::string_view levers[] = {"move", "cover_ms", "floor"};

// `own`: what holds for all SKUs. A rule's keys look like those of the whole section.
void take_lever(const FileEntry& entry, const std::string& name, Config own, Config& config,
                std::vector<ConfigFault>& faults) {
  const Located* pattern = entry.find("pattern");
  if (!pattern || pattern->text.empty()) {
    if (!entry.faulty)
      faults.push_back(
          {pattern ? pattern->where : entry.where, name + ".pattern",
           pattern ? "is empty, * stands for every SKU" : "is missing, such as pattern = \"gift-*\""});
    return;
  }
  config.values.push_back({name + ".pattern", pattern->text, pattern->where});
  for (const std::string_view lever : levers) {
    const Located* given = entry.find(std::string(lever));
    if (!given) continue;
    const ConfigKey& key = *find_config_key("rights." + std::string(lever));
    if (const auto assigned = assign(own, key, given->text))
      config.values.push_back({name + "." + std::string(lever), shown(own, key), given->where});
    else
      faults.push_back({given->where, name + "." + std::string(lever), assigned.error()});
  }
  config.rights_rules.push_back({pattern->text, own.levers().otherwise});
}

}  // namespace

void take_levers(const std::vector<FileEntry>& rules, Config& config, std::vector<ConfigFault>& faults) {
  const Config section = config;  // without the rules: each would copy all before it
  for (std::size_t i = 0; i < rules.size(); ++i)
    take_lever(rules[i], "rights.sku[" + std::to_string(i) + "]", section, config, faults);
}

}  // namespace holdfast
