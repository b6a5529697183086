// Outbox: durable before visible, as a type.
//
// It numbers records, and holds back whatever a step lets out until all records made up to and including that
// step are durable, whether or not that step made any: it was computed from memory that is ahead of the disk
// (I4). Only what states nothing passes at once. Pure; the daemon and the simulator share it.
#pragma once

#include <boost/container/deque.hpp>
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

  // The next batch of records that no append has taken yet, or all there are; the caller journals them, in
  // this order. Valid until they are durable.
  enum class Extent { batch, all };
  [[nodiscard]] std::span<const Record> begin_write(Extent extent = Extent::batch);
  [[nodiscard]] bool has_records() const { return !collecting_.empty(); }

  // The records that became durable by it.
  std::vector<Record> durable_up_to(Position position);

  // What may leave now, in order. Empty until the next step or the next durable batch.
  [[nodiscard]] std::vector<Outbound> take_released();

  // Nobody waits for this answer any more: it is dropped if it is held back. Whether it was.
  bool drop_reply(RequestToken token);

  // Records that are not durable yet, from this one on, as many as lie together; none: it is durable, and
  // stands in the ledger.
  [[nodiscard]] std::span<const Record> from(Position position) const;
  [[nodiscard]] const Record* find(Position position) const {
    const std::span<const Record> found = from(position);
    return found.empty() ? nullptr : &found.front();
  }

  [[nodiscard]] Position last() const { return last_; }
  [[nodiscard]] Position durable() const { return durable_; }
  [[nodiscard]] std::size_t held() const { return held_.size(); }
  // Since when the oldest that is held back waits.
  [[nodiscard]] std::optional<NodeTime> oldest_held() const;

  // Of one batch: whoever reads a record of the past decodes its whole batch. (All there are may be more.)
  static constexpr std::size_t batch_records_max = 4096;

 private:
  struct Held {
    Position needs;
    NodeTime since;
    Outbound outbound;
  };
  // Answers are large: a standard deque would ask for memory for each of them.
  template <class Element>
  using Queue =
      boost::container::deque<Element, void,
                              boost::container::deque_options<boost::container::block_size<256U>>::type>;

  Position last_;                               // of the newest record taken
  Position durable_;                            // of the newest record on disk
  std::deque<std::vector<Record>> collecting_;  // all but the last are full, and none is empty
  std::vector<Record> writing_;
  Queue<Held> held_;
  std::vector<Outbound> released_;
};

}  // namespace holdfast::node
