// The node's ledger port over a ledger on a thread of its own: pure translation, and the end of the process
// where the disk fails.
#pragma once

#include <functional>
#include <optional>
#include <string>

#include "ledger/ledger_thread.h"
#include "node/codec.h"
#include "node/ports.h"

namespace holdfast {

// Records and slices as Cap'n Proto (wire).
[[nodiscard]] node::Codec wire_codec();

class LedgerPort final : public node::LedgerPort {
 public:
  struct Events {
    std::function<void(const ledger::Appended&, std::int64_t took_us)> appended;
    std::function<void(Position asked, const std::optional<ledger::JournalBatch>&)> read;
    std::function<void(const ledger::Error&)> failed;  // nothing more may be said
  };

  LedgerPort(ledger::LedgerThread& thread, Events events) : thread_(thread), events_(std::move(events)) {}

  void append(node::JournalAppend append) override;
  void read(Position at) override;
  void read_on(Position at, Position through) override;

 private:
  ledger::LedgerThread& thread_;
  Events events_;
};

}  // namespace holdfast
