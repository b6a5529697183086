#include "orders/region_map.h"

#include <algorithm>

#include "text/toml.h"

namespace holdfast::orders {
namespace {

struct Entry {
  toml::source_index line = 0;
  std::string country;
  std::vector<std::string> regions;
};

// Its regions, empty if the value is something else.
std::vector<std::string> regions_of(const toml::node& node) {
  if (const auto* one = node.as_string()) return {one->get()};
  std::vector<std::string> regions;
  if (const auto* several = node.as_array())
    for (const auto& element : *several) {
      const auto* name = element.as_string();
      if (!name) return {};
      regions.push_back(name->get());
    }
  return regions;
}

}  // namespace

std::uint64_t spread(std::string_view key) {
  std::uint64_t hash = 0xcbf29ce484222325;
  for (const char c : key) hash = (hash ^ static_cast<unsigned char>(c)) * 0x100000001b3;
  hash = (hash ^ (hash >> 33)) * 0xff51afd7ed558ccd;
  return hash ^ (hash >> 33);
}

std::optional<RegionMap> RegionMap::parse(std::string_view text, std::string& why) {
  std::vector<Entry> entries;
  try {
    for (const auto& [country, node] : toml::parse(text)) {
      entries.push_back({node.source().begin.line, std::string(country.str()), regions_of(node)});
      if (entries.back().regions.empty()) {
        why = std::to_string(entries.back().line) + ": \"" + entries.back().country +
              "\": not a region or a list of regions";
        return std::nullopt;
      }
    }
  } catch (const toml::parse_error& error) {
    why = std::to_string(error.source().begin.line) + ": " + std::string(error.description());
    return std::nullopt;
  }
  std::ranges::sort(entries, {}, &Entry::line);
  RegionMap map;
  for (const auto& entry : entries)
    for (const auto& region : entry.regions) {
      auto found = std::ranges::find(map.regions_, region);
      const auto index = static_cast<std::size_t>(found - map.regions_.begin());
      if (found == map.regions_.end()) map.regions_.push_back(region);
      map.by_country_[entry.country].push_back(index);
    }
  if (map.by_country_.contains("*")) return map;
  why = "1: \"*\" is missing: which region serves the other countries";
  return std::nullopt;
}

std::size_t RegionMap::region_of(const std::string& country, std::string_view key) const {
  const auto found = by_country_.find(country);
  const auto& regions = found == by_country_.end() ? by_country_.at("*") : found->second;
  return regions[spread(key) % regions.size()];
}

}  // namespace holdfast::orders
