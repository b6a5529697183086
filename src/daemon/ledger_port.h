// The node's ledger port over a ledger on a thread of its own: pure translation, and the end of the process
// where the disk fails.
#pragma once

#include <functional>
#include <optional>
#include <string>

#include "ledger/ledger_thread.h"
#include "node/ports.h"

namespace holdfast {

class LedgerPort final : public node::LedgerPort {
 public:
  struct Events {
    std::function<void(const ledger::Appended&, std::int64_t took_us)> appended;
    std::function<void(Position asked, const std::optional<ledger::JournalBatch>&)> read;
    std::function<void(const ledger::Sizes&)> sizes;
    std::function<void()> has_room;                    // again
    std::function<void(const ledger::Error&)> failed;  // nothing more may be said
  };

  LedgerPort(ledger::LedgerThread& thread, Events events) : thread_(thread), events_(std::move(events)) {}

  void append(node::JournalAppend append) override;
  void read(Position at) override;
  void read_on(Position at, Position through) override;

  // To be asked now and then. A disk that hangs is asked once: what waits for it stays bounded.
  void ask_sizes();
  void ask_room();

 private:
  ledger::LedgerThread& thread_;
  Events events_;
  bool sizes_asked_ = false;  // and not yet answered
  bool room_asked_ = false;
};

}  // namespace holdfast
