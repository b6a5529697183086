// Outbox: durable before visible, as a type.
//
// It numbers records, and holds back whatever a step lets out until all records made up to and including that
// step are durable, whether or not that step made any: it was computed from memory that is ahead of the disk
// (I4). Only what states nothing passes at once. Pure; the daemon and the simulator share it.
#pragma once

#include <cstdint>
#include <deque>
#include <optional>
#include <span>
#include <vector>

#include "base/time.h"
#include "core/ids.h"
#include "core/step.h"

namespace holdfast::node {

class Outbox {
 public:
  // `durable`: the journal's last position when this boot began.
  explicit Outbox(Position durable) : last_(durable), durable_(durable) {}

  // Takes the effects of one step, and leaves them empty.
  void take(Effects& effects, NodeTime now);

  // The records that no append has taken yet; the caller journals them, in this order. Valid until they are
  // durable.
  [[nodiscard]] std::span<const Record> begin_write();
  [[nodiscard]] bool has_records() const { return !collecting_.empty(); }

  void durable_up_to(Position position);

  // What may leave now, in order. Empty until the next step or the next durable batch.
  [[nodiscard]] std::vector<Outbound> take_released();

  // Nobody waits for this answer any more: it is dropped if it is held back. Whether it was.
  bool drop_reply(RequestToken token);

  // A record that is not durable yet; nullptr: it is, and stands in the ledger.
  [[nodiscard]] const Record* find(Position position) const;

  [[nodiscard]] Position last() const { return last_; }
  [[nodiscard]] Position durable() const { return durable_; }
  [[nodiscard]] std::size_t held() const { return held_.size(); }
  // Since when the oldest that is held back waits.
  [[nodiscard]] std::optional<NodeTime> oldest_held() const;

 private:
  struct Held {
    Position needs;
    NodeTime since;
    Outbound outbound;
  };

  Position last_;     // of the newest record taken
  Position durable_;  // of the newest record on disk
  std::vector<Record> collecting_;
  std::vector<Record> writing_;
  std::deque<Held> held_;
  std::vector<Outbound> released_;
};

}  // namespace holdfast::node
