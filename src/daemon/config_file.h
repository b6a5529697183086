// Reads the configuration file: which keys it sets and where, its peers, and what is wrong with its shape.
// Whether the values are good is for others to say. TOML stops here.
#pragma once

#include <string_view>

#include "daemon/config.h"

namespace holdfast {

struct Located {
  std::string text;
  std::string where;  // FILE:LINE
};

struct FilePeer {
  std::string where;
  std::optional<Located> region;
  std::optional<Located> address;
  bool faulty = false;  // a fault has been reported: what is missing may be what was mistyped
};

struct ConfigFile {
  std::map<std::string, Located> values;  // by key of the table
  std::vector<FilePeer> peers;
  std::vector<ConfigFault> faults;  // in the order of the file
};

// name: what stands before the line number in faults and origins.
[[nodiscard]] ConfigFile parse_config_file(std::string_view content, const std::string& name);

[[nodiscard]] Result<std::string, ConfigFault> read_config_file(const std::filesystem::path& path);

}  // namespace holdfast
