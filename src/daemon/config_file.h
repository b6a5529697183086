// Reads the configuration file: which keys it sets and where, its lists, and what is wrong with its shape.
// Whether the values are good is for others to say. TOML stops here.
#pragma once

#include <string_view>

#include "daemon/config.h"

namespace holdfast {

struct Located {
  std::string text;
  std::string where;  // FILE:LINE
};

// One section of a list.
struct FileEntry {
  std::string where;
  std::map<std::string, Located> members;
  bool faulty = false;  // a fault has been reported: what is missing may be what was mistyped

  [[nodiscard]] const Located* find(const std::string& member) const {
    const auto found = members.find(member);
    return found == members.end() ? nullptr : &found->second;
  }
};

struct ConfigFile {
  std::map<std::string, Located> values;                // by key of the table
  std::map<std::string, std::vector<FileEntry>> lists;  // by their names
  std::vector<ConfigFault> faults;                      // in the order of the file
};

// name: what stands before the line number in faults and origins.
[[nodiscard]] ConfigFile parse_config_file(std::string_view content, const std::string& name);

[[nodiscard]] Result<std::string, ConfigFault> read_config_file(const std::filesystem::path& path);

}  // namespace holdfast
