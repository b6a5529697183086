// What holdfast doctor finds: from what was gathered of a daemon and of the machine it runs on, to a verdict
// each. Pure; run_doctor.cpp gathers.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "cli/json.h"

namespace holdfast::cli {

// Of the disk that the data directory is on. Only where the daemon runs on this machine.
struct DiskEvidence {
  std::string file_system;                // "ext4"
  std::optional<std::int64_t> sync_us{};  // the median of small synced writes; none: may not write there
};

// What only who asks on the daemon's own machine can know.
struct MachineEvidence {
  std::string kernel;  // "6.1.0-13-amd64"
  std::optional<bool> clock_is_synchronized{};
  std::optional<DiskEvidence> disk{};
};

struct Evidence {
  json::value status;
  json::value config;
  std::string ready;          // "ready", or the code of why it is not
  std::string version;        // of this program
  std::int64_t clock_ms = 0;  // by how much this machine's wall clock is ahead of the daemon's
  std::optional<MachineEvidence> machine{};
};

enum class Verdict : std::uint8_t { good, doubtful, bad };

struct Finding {
  std::string check;
  Verdict verdict = Verdict::good;
  std::string detail;  // what it is; if it is not good, also what to do
};

[[nodiscard]] std::vector<Finding> examine(const Evidence& evidence);

[[nodiscard]] std::string findings_text(const std::vector<Finding>& findings, bool colour);
[[nodiscard]] json::value findings_json(const std::vector<Finding>& findings);

}  // namespace holdfast::cli
