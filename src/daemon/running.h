// Daemon::Running: what is there once the ledger has been recovered. Apart from daemon.h, which stays free of
// Asio.
#pragma once

#include <boost/asio/io_context.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/signal_set.hpp>
#include <boost/asio/steady_timer.hpp>
#include <chrono>
#include <memory>
#include <optional>
#include <string>

#include "api/gateway.h"
#include "api/http_server.h"
#include "core/replica.h"
#include "daemon/aside.h"
#include "daemon/clock.h"
#include "daemon/daemon.h"
#include "daemon/ledger_port.h"
#include "daemon/reload.h"
#include "daemon/shops.h"
#include "daemon/stall_watch.h"
#include "daemon/supervisor.h"
#include "ledger/ledger_thread.h"
#include "native/gateway.h"
#include "native/server.h"
#include "net/links.h"
#include "net/remarks.h"
#include "node/node.h"

namespace holdfast {

class Daemon::Running {
 public:
  Running(Config config, ReadConfig read_config, Log& log, const ledger::Opened& opened, CoreConfig core,
          Storage storage);

  // Everything that the ledger holds, into the replica. Before anything else.
  [[nodiscard]] std::optional<StartFailure> recover(ledger::Ledger& ledger);
  [[nodiscard]] std::optional<StartFailure> serve(std::unique_ptr<ledger::Ledger> ledger);
  [[nodiscard]] Addresses addresses() const;
  [[nodiscard]] ExitCode run();

 private:
  [[nodiscard]] api::Desk make_desk();
  [[nodiscard]] native::Desk make_native_desk();
  [[nodiscard]] api::FeedDesk make_feed();
  [[nodiscard]] std::vector<api::PeerSeen> peers_seen();
  [[nodiscard]] api::Health health() const;
  [[nodiscard]] api::ShellStatus shell_status() const;
  [[nodiscard]] std::vector<api::ConfigValue> config_values() const;
  [[nodiscard]] api::Reloaded reload_for_desk();
  [[nodiscard]] api::DrainState drain_state();
  [[nodiscard]] api::BackupState start_backup();
  [[nodiscard]] api::BackupState backup() const;
  void go_on_with_backup();
  void backup_failed(const std::string& why);
  [[nodiscard]] std::vector<api::MetricFamily> metrics();

  [[nodiscard]] LedgerPort::Events ledger_events();
  [[nodiscard]] net::Links::Events link_events();
  [[nodiscard]] std::optional<StartFailure> listen();
  [[nodiscard]] std::optional<StartFailure> listen_native();
  void became_ready();

  void schedule();      // the node's next deadline
  void every_second();  // what is measured, asked of the disk, and logged
  void average_batches();
  void tell_of_stalls();
  void log_notices();
  void wait_for_signal();
  void wait_for_hangup();
  [[nodiscard]] Result<std::vector<ConfigChange>, std::vector<ConfigFault>> reload();
  void apply_config();
  void drain();
  void leave(bool leaving);  // asks for no rights from now on, or again (running_desk.cpp)
  void finish_when_idle();
  void finish();
  [[noreturn]] void end_without_the_disk();
  void disk_failed(const std::string& detail);
  void not_accepted(const std::string& why);

  Config config_;  // as it is in effect
  const ReadConfig read_config_;
  Log& log_;
  const ledger::Opened opened_;
  const Storage storage_;
  const Supervisor supervisor_;
  boost::asio::io_context io_{1};
  Aside aside_{[this](api::AfterJob done) { boost::asio::post(io_, std::move(done)); }};
  Replica replica_;
  std::optional<DaemonClock> clock_;
  std::optional<Now> together_;  // of native calls that came together
  std::optional<LedgerPort> ledger_port_;
  api::Gateway gateway_;
  native::Gateway native_gateway_;
  Shops shops_;
  std::optional<net::Links> links_;
  std::optional<node::Node> node_;
  std::unique_ptr<ledger::LedgerThread> ledger_;  // it may be reading the node's records: it goes first
  api::HttpServer http_;
  native::Server native_;
  boost::asio::steady_timer deadline_;
  std::optional<NodeTime> armed_;
  boost::asio::steady_timer second_;
  boost::asio::steady_timer stop_by_;  // the end of a stop, whoever is still busy
  std::chrono::steady_clock::time_point stop_began_;
  boost::asio::steady_timer look_idle_;  // whether nothing is left to be done before it
  StallWatch stalls_;
  net::Remarks remarks_{1};
  boost::asio::signal_set signals_;
  boost::asio::signal_set hangup_;
  std::int64_t started_us_ = 0;
  std::uint64_t journal_bytes_ = 0;  // that recovery read
  ledger::Sizes sizes_;
  bool sizes_known_ = false;         // else it is soon after the start
  std::uint64_t written_since_ = 0;  // bytes of the journal, since those were asked
  api::BackupState backup_;
  std::int64_t backup_began_us_ = 0;
  api::Histogram fsyncs_;
  std::int64_t longest_commit_us_ = 0;  // in this second
  std::uint64_t batches_ = 0;           // in this second, as the next
  std::uint64_t records_ = 0;
  double batch_records_ = 0;  // on average over the last second that had a batch
  bool leaving_ = false;
  bool draining_ = false;
  bool finishing_ = false;
  bool ready_said_ = false;
};

}  // namespace holdfast
