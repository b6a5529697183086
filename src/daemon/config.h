// What holdfastd is told: every key of its configuration, checked, and where each value came from.
//
// Flag over environment over file over default; lists ([[peer]], [[rights.sku]]) only in the file. The
// environment's name of a key is HOLDFAST_ and the key in capitals, dots as underscores:
// HOLDFAST_HTTP_LISTEN. A relative data_dir is relative to the folder of the file that names it; from a flag
// or the environment, to the working directory.
//
// Loading finds every fault, not only the first, also in values that a stronger source overrides: a typo must
// not wait for the day when the override goes away. Variables that begin with HOLDFAST_ and are near no key
// are left alone: other programs and orchestrators set such names too. Pure but for reading the file.
#pragma once

#include <cstdint>
#include <filesystem>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "base/result.h"
#include "base/time.h"
#include "core/config.h"

namespace holdfast {

struct Address {
  std::string host;  // a name or an address, IPv6 without its brackets
  std::uint16_t port = 0;
  auto operator<=>(const Address&) const = default;
};
[[nodiscard]] std::string text_of(const Address& address);

struct PeerConfig {
  std::string region;
  std::optional<Address> address;  // none: only accepted from, never dialled
};

enum class LogLevel { debug, info, warn, error };
enum class LogFormat { text, json };

// One value as GET /v1/config shows it. origin: `default`, `FILE:LINE`, a variable's name, or a flag.
struct ConfigValue {
  std::string key;
  std::variant<std::string, std::int64_t> value;
  std::string origin;
};

struct Config {
  std::string cluster;
  std::string region;
  std::filesystem::path data_dir;
  Address http_listen;
  Address gossip_listen;
  std::optional<Address> native_listen;  // none: it is off
  Millis heartbeat{};
  Millis cut_off_after{};
  std::vector<PeerConfig> peers;
  RightsMove rights_move{};
  Millis rights_cover{};
  std::int64_t rights_floor = 0;
  std::vector<LeverRule> rights_rules;  // [[rights.sku]]: what it leaves out is as above
  std::int64_t history_keep_days = 0;
  std::int64_t disk_reserve_mb = 0;
  LogLevel log_level{};
  LogFormat log_format{};

  std::vector<ConfigValue> values;  // all of the above in the table's order, then the lists

  [[nodiscard]] Levers levers() const {
    return {{rights_move, rights_cover, Units(rights_floor)}, rights_rules};
  }
};

struct ConfigFault {
  std::string where;  // FILE:LINE, FILE, a variable's name, or a flag
  std::string key;    // empty where the file itself is at fault
  std::string what;
};
[[nodiscard]] std::string text_of(const ConfigFault& fault);  // `where: key: what`, one line

// A value given on the command line: {"--data-dir", "data_dir", "eu"}.
struct ConfigFlag {
  std::string flag;
  std::string key;
  std::string text;
};

struct ConfigSources {
  std::optional<std::filesystem::path> file;
  std::map<std::string, std::string> environment;
  std::vector<ConfigFlag> flags;  // a later one of the same key wins
};

[[nodiscard]] Result<Config, std::vector<ConfigFault>> load_config(const ConfigSources& sources);

// The argument of --set: KEY=VALUE.
[[nodiscard]] Result<ConfigFlag, ConfigFault> set_flag(std::string_view argument);

// A commented configuration that loads as it stands: what `holdfastd init` writes.
[[nodiscard]] std::string initial_config();

}  // namespace holdfast
