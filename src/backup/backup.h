// What is in a backup, and whether it is sound. The file is read, and left as it is.
#pragma once

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <vector>

namespace holdfast::backup {

struct Contents {
  std::string cluster;
  std::string region;
  std::string incarnation;
  bool is_backup = false;  // false: a ledger's own file
  std::uint64_t boots = 0;
  std::uint64_t first_record = 0;  // of those that are kept
  std::uint64_t last_record = 0;
  std::uint64_t skus = 0;
  std::uint64_t pending_reservations = 0;
  std::int64_t rights = 0;  // of this region
  std::int64_t reserved = 0;
};

struct Look {
  std::optional<Contents> contents;  // none: it cannot be read
  std::vector<std::string> faults;   // a line for each
};

// `inspect` reads the checkpoint and what came after it. `verify` also has SQLite check its pages, follows
// the checksums through every record, and counts all records against the state, as an audit does.
enum class Depth : std::uint8_t { inspect, verify };
[[nodiscard]] Look look(const std::filesystem::path& file, Depth depth);

}  // namespace holdfast::backup
