// Which region serves which country: a TOML file such as
//
//   "United Kingdom" = ["eu", "us", "ap"]    # spread by customer
//   "Australia" = "ap"
//   "*" = ["eu"]                             # the rest
//
// The regions' order is that of their first mention. Pure.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace holdfast::orders {

// FNV-1a with a final mix (of MurmurHash3): the same on every machine, so that a replay repeats.
[[nodiscard]] std::uint64_t spread(std::string_view key);

class RegionMap {
 public:
  // Nothing, and why with the line, if the text is no such map.
  [[nodiscard]] static std::optional<RegionMap> parse(std::string_view text, std::string& why);

  [[nodiscard]] const std::vector<std::string>& regions() const { return regions_; }
  [[nodiscard]] std::size_t region_of(const std::string& country, std::string_view key) const;

 private:
  std::vector<std::string> regions_;
  std::map<std::string, std::vector<std::size_t>> by_country_;
};

}  // namespace holdfast::orders
