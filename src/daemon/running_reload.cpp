// Reloading a daemon that runs: on SIGHUP, which says in the log what came of it, and on POST
// /v1/config/reload, which says it to whoever asked as well.
#include "daemon/running.h"

namespace holdfast {

void Daemon::Running::wait_for_hangup() {
  hangup_.async_wait([this](const boost::system::error_code& error, int) {
    if (error || finishing_) return;
    wait_for_hangup();
    (void)reload();
  });
}

Result<std::vector<ConfigChange>, std::vector<ConfigFault>> Daemon::Running::reload() {
  const auto read = read_config_();
  if (!read) {
    for (const ConfigFault& fault : read.error()) log_.error("reload: " + text_of(fault));
    log_.error("reload: nothing was changed");
    return failure(read.error());
  }
  std::vector<ConfigChange> changes = take_over(config_, *read);
  apply_config();
  for (const ConfigChange& change : changes)
    change.applied ? log_.info("reload: " + text_of(change)) : log_.warn("reload: " + text_of(change));
  if (changes.empty()) log_.info("reload: nothing in the configuration is new");
  return changes;
}

// Every key that takes effect at once, whether it changed or not.
void Daemon::Running::apply_config() {
  log_.set(config_.log_level, config_.log_format);
  links_->silence_max(config_.cut_off_after);
  node_->keep_history(std::chrono::days(config_.history_keep_days));
  const Levers levers = leaving_ ? Levers{{.move = RightsMove::off, .floor = {}}, {}} : config_.levers();
  node_->step(clock_->now(), input::Configured{{config_.heartbeat, config_.cut_off_after, levers}});
  schedule();
}

}  // namespace holdfast
