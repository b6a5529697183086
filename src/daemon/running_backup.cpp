// A copy of the ledger while it sells: piece by piece on the ledger's thread, commits in between.
#include <fmt/chrono.h>

#include <algorithm>
#include <cstdlib>
#include <ctime>

#include "daemon/running.h"

namespace holdfast {

namespace {

// eu-20261126-020405-678.db: they stand in the order in which they were made, and no two have one name.
std::string backup_name(const std::string& region, WallTime now) {
  const std::int64_t ms = ms_of(now);
  return fmt::format("{}-{:%Y%m%d-%H%M%S}-{:03}.db", region, fmt::gmtime(static_cast<std::time_t>(ms / 1000)),
                     ms % 1000);
}

// Nothing: it is no such name.
std::optional<WallTime> time_in(const std::string& name, const std::string& region) {
  if (!name.starts_with(region + "-")) return std::nullopt;
  std::tm utc{};
  const char* rest = ::strptime(name.c_str() + region.size() + 1, "%Y%m%d-%H%M%S-", &utc);
  if (rest == nullptr) return std::nullopt;
  const WallTime time = wall_time(std::int64_t{::timegm(&utc)} * 1000 + std::atoi(rest));
  return backup_name(region, time) == name ? std::optional(time) : std::nullopt;
}

// Now, or right after the newest that is there: the clock may have been ahead once.
WallTime time_for_next(const std::filesystem::path& folder, const std::string& region) {
  WallTime time = wall_now();
  std::error_code ignored;
  for (std::filesystem::directory_iterator at(folder, ignored), end; !ignored && at != end;
       at.increment(ignored))
    if (const auto made = time_in(at->path().filename().string(), region))
      time = std::max(time, *made + Millis(1));
  return time;
}

}  // namespace

api::BackupState Daemon::Running::start_backup() {
  if (backup_.state == "running") return backup();
  const std::filesystem::path folder = config_.data_dir / "backups";
  const auto file = folder / backup_name(config_.region, time_for_next(folder, config_.region));
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
