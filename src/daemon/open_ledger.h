// The ledger that a configuration names, opened and judged; or why not, with the exit code that says so.
#pragma once

#include <string>

#include "base/result.h"
#include "daemon/config.h"
#include "daemon/exit_code.h"
#include "ledger/ledger.h"

namespace holdfast {

enum class Storage : std::uint8_t { disk, memory };  // memory: `run --ephemeral`
enum class Moved : std::uint8_t { no, yes };         // a person says that the data directory now lives here

struct StartFailure {
  ExitCode code = ExitCode::failed;
  std::string detail;
};

// Whether open_ledger() makes one, and its data directory.
[[nodiscard]] bool makes_ledger(const Config& config, Storage storage);
[[nodiscard]] Result<ledger::OpenLedger, StartFailure> open_ledger(const Config& config, Storage storage,
                                                                   Moved moved);
[[nodiscard]] StartFailure start_failure(const ledger::Error& error);

}  // namespace holdfast
