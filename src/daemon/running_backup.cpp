// A copy of the ledger while it sells: piece by piece on the ledger's thread, commits in between.
#include <fmt/chrono.h>

#include "daemon/running.h"

namespace holdfast {

namespace {

// eu-20261126-020405-678.db: they stand in the order in which they were made, and no two have one name.
std::string backup_name(const std::string& region, WallTime now) {
  const std::int64_t ms = ms_of(now);
  return fmt::format("{}-{:%Y%m%d-%H%M%S}-{:03}.db", region, fmt::gmtime(static_cast<std::time_t>(ms / 1000)),
                     ms % 1000);
}

}  // namespace

api::BackupState Daemon::Running::start_backup() {
  if (backup_.state == "running") return backup();
  const std::filesystem::path file = config_.data_dir / "backups" / backup_name(config_.region, wall_now());
  backup_ = {.state = "running", .file = file.string(), .records = {}, .began_at = wall_now(), .detail = {}};
  backup_began_us_ = steady_us();
  std::error_code ignored;
  const auto size = std::filesystem::file_size(config_.data_dir / "ledger.db", ignored);
  if (storage_ == Storage::disk && !ignored &&
      sizes_.disk_free_bytes < size + (static_cast<std::uint64_t>(config_.disk_reserve_mb) << 20))
    backup_failed("there is no room for it beside the disk reserve");
  else
    go_on_with_backup();
  return backup();
}

api::BackupState Daemon::Running::backup() const {
  api::BackupState now = backup_;
  if (now.state == "running") now.took = Millis((steady_us() - backup_began_us_) / 1000);
  return now;
}

void Daemon::Running::go_on_with_backup() {
  if (draining_) return backup_failed("the daemon is stopping");
  ledger_->copy_to(backup_.file, [this](const Result<ledger::Copied, ledger::Error>& copied) {
    if (!copied) return backup_failed(copied.error().detail);
    if (!copied->whole) {
      backup_.pages = static_cast<std::int64_t>(copied->pages);
      backup_.pages_left = static_cast<std::int64_t>(copied->left);
      return go_on_with_backup();
    }
    backup_ = backup();
    backup_.state = "done";
    backup_.pages_left = 0;
    backup_.records = static_cast<std::int64_t>(copied->last.value());
    log_.info("backup " + backup_.file + " is whole, up to record " + std::to_string(*backup_.records));
  });
}

void Daemon::Running::backup_failed(const std::string& why) {
  backup_ = backup();
  backup_.state = "failed";
  backup_.detail = why;
  log_.error("backup: " + why);
}

}  // namespace holdfast
