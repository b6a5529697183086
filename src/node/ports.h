// The node's ports: what stands around it. The daemon puts real ones behind them, the simulator simulated
// ones.
//
// Calls go out through these; what comes of them comes back through Node's own functions, never from within.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include "base/bytes.h"
#include "core/answer.h"
#include "core/events.h"
#include "core/ids.h"
#include "core/message.h"
#include "core/record_batch.h"
#include "core/request.h"
#include "core/slice_copy.h"
#include "core/step.h"

namespace holdfast::node {

// Requests, each to be decided after the one ahead of it.
using InOrder = std::vector<input::Asked>;

// Towards shops. Called with an answer once all that it rests on is durable; once for each token that was
// submitted and not cancelled. Of one that was cancelled the answer may come all the same, and finds nobody.
class ShopsPort {
 public:
  virtual ~ShopsPort() = default;
  virtual void answer(RequestToken token, const Answer& answer) = 0;
  // The same of a reservation that is told briefly, as nearly all are where there are many.
  virtual void answer_briefly(RequestToken token, const answer::BriefReservation& brief) {
    answer(token, Answer(Success(brief)));
  }
};

// Names whoever follows the events. Given by the shell; never used twice in a boot.
using ConsumerId = Strong<struct ConsumerIdTag, std::uint64_t>;

// Towards those who follow the events. All that is told is durable.
class FeedPort {
 public:
  virtual ~FeedPort() = default;
  // The next events of each of these, which are given no more before they want more.
  virtual void events(std::span<const ConsumerId> consumers, std::span<const Event> events) = 0;
  // What it was to be told next is no longer kept. It is closed.
  virtual void lost(ConsumerId consumer) = 0;
};

// Towards other regions. A message may be lost; a link that is full drops what it cannot take.
class PeersPort {
 public:
  virtual ~PeersPort() = default;
  virtual void send(LinkId link, const Message& message) = 0;
  virtual void close(LinkId link, const std::string& reason) = 0;
};

struct AppendedSlice {
  SliceId id;
  Position includes;
  std::optional<SliceCopy> copy;  // nothing is left in it
};

// What becomes durable together: whoever writes it makes bytes of it (codec.h), on whatever thread it does
// that. The batches stay the node's, which changes none of them before the append is answered. There may be
// none, where only slices are written; no batch is empty.
struct JournalAppend {
  Position first;
  std::vector<const RecordBatch*> batches;
  std::vector<AppendedSlice> slices;
  std::optional<Position> checkpoint_began;  // the checkpoint is complete, and recovery may begin after this
  std::optional<Position> history_ends_before;  // batches wholly below are deleted
};

struct Appended {
  Position durable;  // everything up to here is on disk
  bool room = true;
  std::uint64_t journal_bytes = 0;  // that the records took
};

// Towards the disk. One append at a time: Node::appended() answers it, or the process ends. Reads may be
// many: Node::history_read() answers each.
class LedgerPort {
 public:
  virtual ~LedgerPort() = default;
  virtual void append(JournalAppend append) = 0;
  virtual void read(Position at) = 0;
  // The same, and where that costs little also batches that follow, each answered by itself, as if asked for
  // by its first position: for those who read on. `through`: the newest record that is there.
  virtual void read_on(Position at, Position through) {
    (void)through;
    read(at);
  }
};

}  // namespace holdfast::node
