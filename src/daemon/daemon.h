// Daemon: one region's holdfastd, wired. Members stand in the order in which they depend on each other.
//
//   sockets --> HttpServer --> Gateway --> Node --> LedgerPort --> LedgerThread --> Ledger
//   sockets <-> Links <-----------------> Node
//
// start() recovers the ledger and begins to serve; run() returns when a signal has ended it, or the disk has.
// Threads: one runs everything; the ledger has its own.
#pragma once

#include <memory>
#include <optional>
#include <string>

#include "base/result.h"
#include "daemon/addresses.h"
#include "daemon/config.h"
#include "daemon/exit_code.h"
#include "daemon/log.h"
#include "daemon/open_ledger.h"
#include "daemon/reload.h"

namespace holdfast {

class Daemon {
 public:
  // `read_config`: reads the configuration again, when it is told to.
  Daemon(Config config, ReadConfig read_config, Storage storage, Moved moved);
  ~Daemon();
  Daemon(const Daemon&) = delete;
  Daemon& operator=(const Daemon&) = delete;

  [[nodiscard]] std::optional<StartFailure> start();
  [[nodiscard]] ExitCode run();

 private:
  class Running;

  Config config_;
  ReadConfig read_config_;
  Storage storage_;
  Moved moved_;
  Log log_;
  std::unique_ptr<Running> running_;
};

}  // namespace holdfast
