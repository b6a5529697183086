#include "daemon/daemon.h"

#include "daemon/listening.h"
#include "daemon/running.h"

namespace holdfast {

namespace {

CoreConfig core_config(const Config& config, const ledger::Identity& identity) {
  CoreConfig core;
  core.cluster = config.cluster;
  core.own = identity.replica;
  core.hash_seed = identity.hash_seed;
  for (const PeerConfig& peer : config.peers) core.peers.push_back(peer.region);
  core.heartbeat = config.heartbeat;
  core.cut_off_after = config.cut_off_after;
  core.levers = config.levers();
  return core;
}

}  // namespace

Daemon::Daemon(Config config, ReadConfig read_config, Storage storage, Moved moved)
    : config_(std::move(config)),
      read_config_(std::move(read_config)),
      storage_(storage),
      moved_(moved),
      log_(config_.log_level, config_.log_format) {}

Daemon::~Daemon() = default;

std::optional<StartFailure> Daemon::start() {
  // A start by mistake leaves no new ledger behind. One that is there is locked and judged first.
  if (makes_ledger(config_, storage_))
    if (auto failed = try_to_listen(config_)) return failed;
  auto opened = open_ledger(config_, storage_, moved_);
  if (!opened) return opened.error();
  if (storage_ == Storage::disk) forget_addresses(config_.data_dir / "addresses.json");
  for (const std::string& warning : opened->opened.warnings) log_.warn(warning);
  if (storage_ == Storage::memory)
    log_.info("the ledger is in memory, and ends with this process");
  else if (opened->opened.made)
    log_.info("a new ledger was made in " + config_.data_dir.string());

  running_ = std::make_unique<Running>(config_, read_config_, log_, opened->opened,
                                       core_config(config_, opened->opened.identity), storage_);
  if (auto failed = running_->recover(*opened->ledger)) return failed;
  return running_->serve(std::move(opened->ledger));
}

ExitCode Daemon::run() { return running_->run(); }

}  // namespace holdfast
