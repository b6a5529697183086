// History: whoever reads the journal batch by batch while the loop goes on: audits, lists of reservations,
// and the trimming of what is too old.
//
//   submit(token, request) --> LedgerPort::read() ... read() --> next_ready() --> Replica::step()
//
// A reader goes from batch to batch, one read at a time, up to what is durable; the rest it takes from the
// outbox, and is then up to date: its input must be stepped before anything else is. Of each kind a few read
// at a time, more wait, and no more are taken. Owner: Node. Threads: none.
#pragma once

#include <deque>
#include <optional>
#include <span>

#include "core/listing.h"
#include "core/recount.h"
#include "core/replica.h"
#include "node/checkpointer.h"
#include "node/outbox.h"
#include "node/ports.h"
#include "node/trimmer.h"

namespace holdfast::node {

struct HistoryLimits {
  std::size_t audits_max = 8;   // of which one is being counted
  std::size_t lists_max = 256;  // of which a few are being gathered
  TrimPolicy trim;
};

class History {
 public:
  History(Replica& replica, const Outbox& outbox, LedgerPort& ledger, HistoryLimits limits)
      : replica_(replica), outbox_(outbox), ledger_(ledger), limits_(limits), trimmer_(limits.trim) {}

  [[nodiscard]] static bool serves(const Request& request) {
    return std::holds_alternative<request::Audit>(request) ||
           std::holds_alternative<request::ListReservations>(request);
  }
  // False: too many wait already.
  [[nodiscard]] bool submit(RequestToken token, const Request& request);
  // False: it is not here.
  [[nodiscard]] bool cancel(RequestToken token);

  // The answers of the ledger, of which it needs the whole batch where it asked for it.
  [[nodiscard]] bool reads(Position asked) const;
  void read(Position asked, Position first, std::span<const Record> records);
  void lost(Position asked);

  // Lets every reader go on as far as it can. One that is up to date; nothing: none is. To be asked after
  // every call above, and again until there is none.
  [[nodiscard]] std::optional<Input> next_ready();
  // An audit is up to date, and has more to compare than at once: next_ready() again soon, whatever happens.
  [[nodiscard]] bool goes_on() const;
  // The outbox is about to forget what is durable: an audit that was up to date stays so.
  void keep_up();

  // Trimming, along with the appends that the node makes. `followed_from`: what some consumer of events has
  // not passed. True: from now on history stays for it alone.
  [[nodiscard]] bool look_for_old(const Checkpointer& checkpointer, std::optional<Position> followed_from);
  void keep(Millis time) { trimmer_.keep(time); }
  [[nodiscard]] bool has_piece() const { return trimmer_.has_piece(); }
  void add_to(JournalAppend& append) { trimmer_.add_to(append, replica_.state()); }

 private:
  static constexpr std::size_t lists_at_once = 8;
  static constexpr std::size_t compared_at_once = 16'384;  // SKUs

  struct Audit {
    RequestToken token;
    std::string sku;
    std::optional<Recount> counted;   // since its turn came
    std::optional<Position> reading;  // asked of the ledger
  };
  struct List {
    RequestToken token;
    request::ListReservations request;
    std::optional<Listing> gathered;
    std::optional<Position> reading;
  };

  [[nodiscard]] std::optional<Input> go_on(Audit& audit);
  [[nodiscard]] std::optional<Input> go_on(List& list);
  void feed_newest(Recount& counted) const;
  void ask(std::optional<Position>& reading, Position wanted) {
    reading = wanted;
    ledger_.read(wanted);
  }

  Replica& replica_;
  const Outbox& outbox_;
  LedgerPort& ledger_;
  HistoryLimits limits_;
  std::deque<Audit> audits_;  // one after the other
  std::deque<List> lists_;    // the first `lists_at_once` are being gathered
  Trimmer trimmer_;
  bool waits_for_follower_ = false;
};

}  // namespace holdfast::node
