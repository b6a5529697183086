#include "daemon/config_table.h"

#include <algorithm>
#include <cctype>

#include "text/nearest.h"

namespace holdfast {
namespace {

constexpr ConfigKey keys[] = {
    {"cluster", &Config::cluster, "", "shop", Takes::restart,
     "The name that all regions of one shop share: a-z, 0-9 and -."},
    {"region", &Config::region, "", "eu", Takes::restart,
     "The name of this region, and of no other: a-z, 0-9 and -."},
    {"data_dir", &Config::data_dir, "/var/lib/holdfast", "data", Takes::restart,
     "Where the ledger lies; relative to this file. A mark lies beside it: DATA_DIR.mark."},
    {"http.listen", &Config::http_listen, "127.0.0.1:8420", "", Takes::restart,
     "Shops and operators call here; port 0: any free."},
    {"gossip.listen", &Config::gossip_listen, "127.0.0.1:8421", "", Takes::restart,
     "Other regions call here; port 0: any free."},
    {"gossip.heartbeat_ms", &Config::heartbeat, "400", "", Takes::at_once,
     "How often a silent link says that it lives.", 10, 60'000},
    {"gossip.cut_off_after_ms", &Config::cut_off_after, "1500", "", Takes::at_once,
     "A region not heard for this long is cut off.", 20, 600'000},
    {"native.listen", &Config::native_listen, "off", "", Takes::restart,
     "Programs with Holdfast's own client call here, such as 127.0.0.1:8422; port 0: any free."},
    {"rights.move", &Config::rights_move, "auto", "", Takes::at_once,
     "Moving rights between regions: auto, urgent (only for waiting shoppers) or off."},
    {"rights.cover_ms", &Config::rights_cover, "10000", "", Takes::at_once,
     "For how long a region should have enough, where there is enough for all.", 100, 3'600'000},
    {"rights.floor", &Config::rights_floor, "0", "", Takes::at_once,
     "Units of each SKU that stay in this region, whoever asks for them.", 0, 1'000'000'000},
    {"history.keep_days", &Config::history_keep_days, "90", "", Takes::at_once,
     "How long the records of sales are kept.", 1, 36'500},
    {"disk.reserve_mb", &Config::disk_reserve_mb, "64", "", Takes::restart,
     "Disk space set aside, so that a full disk is noticed before a write fails.", 1, 1'048'576},
    {"log.level", &Config::log_level, "info", "", Takes::at_once, "debug, info, warn or error."},
    {"log.format", &Config::log_format, "text", "", Takes::at_once, "text or json, to stderr."},
};

}  // namespace

bool ConfigKey::number() const {
  return std::holds_alternative<std::int64_t Config::*>(member) ||
         std::holds_alternative<Millis Config::*>(member);
}

std::string ConfigKey::variable() const { return variable_of(name); }

std::string variable_of(std::string_view name) {
  std::string variable = "HOLDFAST_";
  for (const char c : name)
    variable += c == '.' ? '_' : static_cast<char>(std::toupper(static_cast<unsigned char>(c)));
  return variable;
}

std::span<const ConfigKey> config_keys() { return keys; }

bool ConfigKey::address() const {
  return std::holds_alternative<Address Config::*>(member) ||
         std::holds_alternative<std::optional<Address> Config::*>(member);
}

std::span<const ConfigList> config_lists() {
  static constexpr ConfigList::Member peer[] = {{"region"}, {"address"}};
  static constexpr ConfigList::Member sku[] = {{"pattern"}, {"move"}, {"cover_ms", true}, {"floor", true}};
  static constexpr ConfigList lists[] = {{"peer", peer}, {"rights.sku", sku}};
  return lists;
}

const ConfigList* find_config_list(std::string_view name) {
  const auto found = std::ranges::find(config_lists(), name, &ConfigList::name);
  return found == config_lists().end() ? nullptr : &*found;
}

std::string_view nearest_config_list(std::string_view name) {
  std::vector<std::string_view> names;
  for (const auto& list : config_lists()) names.push_back(list.name);
  return nearest(name, names);
}

const ConfigKey* find_config_key(std::string_view name) {
  const auto* found = std::ranges::find(keys, name, &ConfigKey::name);
  return found == std::end(keys) ? nullptr : found;
}

std::string nearest_config_key(std::string_view name) {
  std::vector<std::string_view> names;
  for (const auto& key : keys) names.push_back(key.name);
  if (const auto near = nearest(name, names); !near.empty()) return std::string(near);
  // `listen` outside its section, or in another one.
  const auto last = name.substr(name.rfind('.') + 1);
  for (const auto whole : names)
    if (whole.substr(whole.rfind('.') + 1) == last) return std::string(whole);
  return {};
}

}  // namespace holdfast
