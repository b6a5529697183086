// Feed: whoever follows the events (core/events.h), each from the cursor where it left off.
//
//   open() --want()--> reading --a chunk of events--> the port --want()--> reading ... close()
//                        └─ at the end of what is durable it waits for the next commit
//
// An event is told only once its record is durable. A consumer is given one chunk, and no more until it wants
// more: one that is slow reads from the journal, and costs nobody anything. Nor does one that has much to
// catch up with: while the disk is busy for shoppers, at each commit those are served who follow closely, and
// one chunk goes to those who are behind, in turn, and to those for whom the journal was read. What was
// committed or read just now is kept, as long as it is little, so that consumers who follow closely read
// nothing from the ledger, and all who stand at one place are given the same chunk. History that an open
// consumer has not passed is not deleted (history.h). Owner: Node. Threads: none.
#pragma once

#include <deque>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <vector>

#include "core/events.h"
#include "node/ports.h"

namespace holdfast::node {

// How far a cursor is from the end of what is durable.
struct Behind {
  std::uint64_t records = 0;
  std::optional<WallTime> since;  // when the first of them was made, if that is at hand
};

// Whether an append is under way, and so another commit to come.
enum class Disk { idle, busy };

class Feed {
 public:
  // `port` may be null: then nobody opens.
  Feed(const State& state, LedgerPort& ledger, FeedPort* port, Position durable)
      : state_(state), ledger_(ledger), port_(port), durable_(durable) {}

  // Without a cursor: from now; with one of position 0: from the beginning of what is kept. Where it begins;
  // nothing: that is not in the history that is kept.
  [[nodiscard]] std::optional<EventCursor> open(ConsumerId id, std::optional<EventCursor> from);
  // It has taken all that it was given.
  void want(ConsumerId id, Disk disk);
  void close(ConsumerId id);

  // Became durable just now, batch by batch; may be none. Taken where somebody follows. `disk`: since then.
  void committed(Position first, std::span<const std::unique_ptr<RecordBatch>> batches, Disk disk);
  // The answers of the ledger, to whoever asked; some of them are to others, and passed over.
  [[nodiscard]] bool reads(Position asked, Position first) const {
    return reading_.contains(asked) || (first == read_to_ && !consumers_.empty());
  }
  void read(Position asked, Position first, std::vector<Record> records, Disk disk);
  void lost(Position asked);

  [[nodiscard]] std::size_t consumers() const { return consumers_.size(); }
  // The first record that some consumer has not passed.
  [[nodiscard]] std::optional<Position> oldest() const;
  // How far a consumer has been given them, which also passes records that tell nothing; nothing: it is none.
  [[nodiscard]] std::optional<EventCursor> reached(ConsumerId id) const;
  [[nodiscard]] Behind behind(EventCursor from) const;

 private:
  static constexpr std::size_t recent_weight_max = 16'384;  // or one batch, if that has more
  // About so many times 60 bytes of text: a shopper may have to wait until one is written.
  static constexpr std::size_t chunk_cost_max = 512;

  struct Consumer {
    EventCursor cursor;
    bool wants = false;
  };
  struct Batch {
    Position first;
    std::vector<Record> records;
    std::size_t weight = 0;  // records, and what an import or a peer's rows make many of in one
    [[nodiscard]] Position end() const { return Position(first.value() + records.size()); }
  };
  struct Chunk {
    std::vector<Event> events;
    EventCursor next;
    std::size_t cost = 0;
    [[nodiscard]] bool is_full() const { return cost >= chunk_cost_max; }
  };

  using Consumers = std::map<ConsumerId, Consumer>;

  void serve_all();
  void serve_close_ones(Position newest);
  void serve_one_behind(Position newest);
  [[nodiscard]] bool can_go_on(const Consumer& consumer) const {
    return consumer.wants && consumer.cursor.record <= durable_;
  }
  // Gives the next chunk to all who stand there, or asks for it; whether it was at hand.
  bool serve_at(EventCursor from);
  void ask_for(Position wanted);
  void keep(Position first, std::vector<Record> records);
  [[nodiscard]] const Batch* find(Position position) const;
  [[nodiscard]] Chunk chunk_from(EventCursor from) const;
  void take_from(const Batch& batch, Chunk& chunk) const;
  void give(const Chunk& chunk, EventCursor from);

  const State& state_;
  LedgerPort& ledger_;
  FeedPort* port_;
  Position durable_;
  Consumers consumers_;
  ConsumerId served_last_;    // of those who are behind
  std::deque<Batch> recent_;  // the newest last
  std::size_t recent_weight_ = 0;
  std::set<Position> reading_;  // asked of the ledger
  Position read_to_;            // the end of what came of that last: the next batch may come along
};

}  // namespace holdfast::node
