#include "daemon/open_ledger.h"

#include "daemon/clock.h"
#include "ledger/memory_ledger.h"
#include "ledger/sqlite_ledger.h"

namespace holdfast {

namespace {

// For a ledger that is made now; one that is there keeps its own.
ledger::Identity draw_identity(const Config& config) {
  const auto made_ms = static_cast<std::uint64_t>(ms_of(wall_now()));
  return {config.cluster, {config.region, {made_ms, true_random()}}, true_random()};
}

ExitCode exit_code(ledger::Trouble trouble) {
  switch (trouble) {
    case ledger::Trouble::locked:
    case ledger::Trouble::other_identity:
    case ledger::Trouble::newer_schema: return ExitCode::data_directory;
    case ledger::Trouble::damaged:
    case ledger::Trouble::failed: return ExitCode::disk;
  }
  return ExitCode::disk;
}

}  // namespace

StartFailure start_failure(const ledger::Error& error) { return {exit_code(error.trouble), error.detail}; }

bool makes_ledger(const Config& config, Storage storage) {
  return storage == Storage::disk && !ledger::SqliteLedger::is_in(config.data_dir);
}

Result<ledger::OpenLedger, StartFailure> open_ledger(const Config& config, Storage storage, Moved moved) {
  auto opened = [&] {
    if (storage == Storage::memory)
      return ledger::MemoryLedger::open(std::make_shared<ledger::MemoryDisk>(), draw_identity(config));
    ledger::SqliteOptions options;
    options.data_dir = config.data_dir;
    options.identity = draw_identity(config);
    options.reserve_mb = static_cast<std::uint64_t>(config.disk_reserve_mb);
    options.moved = moved == Moved::yes;
    return ledger::SqliteLedger::open(options);
  }();
  if (!opened) return failure(start_failure(opened.error()));
  return *std::move(opened);
}

}  // namespace holdfast
