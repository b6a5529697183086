#include "node/feed.h"

#include <algorithm>
#include <utility>

#include "base/assert.h"

namespace holdfast::node {

namespace {

// In the text that becomes of it a line of a reservation counts one, and what stands around them eight.
std::size_t cost_of(const Event& event) {
  constexpr std::size_t frame = 8;
  const auto* changed = std::get_if<event::ReservationChanged>(&event.what);
  return frame + (changed != nullptr ? changed->after.lines.size() : 0);
}

std::size_t weight_of(const Record& record) {
  const auto* taken = std::get_if<record::PeerRowsTaken>(&record.body);
  return 1 + record.rows.size() + record.new_skus.size() + (taken != nullptr ? taken->rows.size() : 0);
}

}  // namespace

std::optional<EventCursor> Feed::open(ConsumerId id, std::optional<EventCursor> from) {
  HF_ASSERT(port_ != nullptr);
  const EventCursor beginning{state_.closed().through().next(), 0};
  const EventCursor now{durable_.next(), 0};
  EventCursor cursor = from.value_or(now);
  if (cursor.record == Position{}) cursor = beginning;
  if (cursor < beginning || cursor > now) return std::nullopt;
  HF_ASSERT(consumers_.emplace(id, Consumer{cursor, false}).second);
  return cursor;
}

void Feed::want(ConsumerId id, Disk disk) {
  const auto consumer = consumers_.find(id);
  if (consumer == consumers_.end()) return;
  consumer->second.wants = true;
  if (disk == Disk::idle) serve_all();
}

void Feed::close(ConsumerId id) {
  consumers_.erase(id);
  if (!consumers_.empty()) return;
  recent_.clear();
  recent_weight_ = 0;
}

void Feed::committed(Position first, std::span<const std::unique_ptr<RecordBatch>> batches, Disk disk) {
  for (const std::unique_ptr<RecordBatch>& records : batches) {
    const Position begins = durable_.next();
    durable_ = Position(durable_.value() + records->size());
    if (!consumers_.empty()) keep(begins, records->read(0, records->size()));
  }
  if (consumers_.empty()) return;
  if (disk == Disk::idle) return serve_all();
  serve_close_ones(first);
  serve_one_behind(first);
}

void Feed::read(Position asked, Position first, std::vector<Record> records, Disk disk) {
  const bool is_ours = reads(asked, first);
  reading_.erase(asked);
  if (!is_ours || consumers_.empty()) return;
  read_to_ = Position(first.value() + records.size());
  if (find(first) == nullptr) keep(first, std::move(records));
  if (disk == Disk::idle) return serve_all();
  // By the next commit it may be gone again.
  const auto waits = [&](const auto& one) {
    return can_go_on(one.second) && one.second.cursor.record == asked;
  };
  if (const auto waiting = std::ranges::find_if(consumers_, waits); waiting != consumers_.end())
    serve_at(waiting->second.cursor);
}

// Nothing that an open consumer needs is deleted; if it is gone all the same, the consumer must hear of it.
void Feed::lost(Position asked) {
  if (reading_.erase(asked) == 0) return;
  for (auto at = consumers_.begin(); at != consumers_.end();) {
    const auto consumer = at++;
    if (consumer->second.cursor.record != asked) continue;
    const ConsumerId id = consumer->first;
    close(id);
    port_->lost(id);
  }
}

std::optional<Position> Feed::oldest() const {
  std::optional<Position> oldest;
  for (const auto& [id, consumer] : consumers_)
    oldest = oldest ? std::min(*oldest, consumer.cursor.record) : consumer.cursor.record;
  return oldest;
}

std::optional<EventCursor> Feed::reached(ConsumerId id) const {
  const auto consumer = consumers_.find(id);
  return consumer == consumers_.end() ? std::nullopt : std::optional(consumer->second.cursor);
}

Behind Feed::behind(EventCursor from) const {
  if (from.record > durable_) return {};
  const Batch* batch = find(from.record);
  return {durable_.value() - from.record.value() + 1,
          batch == nullptr ? std::nullopt
                           : std::optional(batch->records[from.record.value() - batch->first.value()].wall)};
}

void Feed::serve_all() {
  for (const auto& [id, consumer] : consumers_)
    while (can_go_on(consumer) && serve_at(consumer.cursor)) {
    }
}

void Feed::serve_close_ones(Position newest) {
  for (const auto& [id, consumer] : consumers_)
    if (can_go_on(consumer) && consumer.cursor.record >= newest) serve_at(consumer.cursor);
}

void Feed::serve_one_behind(Position newest) {
  const auto is_behind = [&](const Consumers::value_type& one) {
    return can_go_on(one.second) && one.second.cursor.record < newest;
  };
  auto next = std::find_if(consumers_.upper_bound(served_last_), consumers_.end(), is_behind);
  if (next == consumers_.end()) next = std::ranges::find_if(consumers_, is_behind);
  if (next == consumers_.end()) return;
  served_last_ = next->first;
  serve_at(next->second.cursor);
}

bool Feed::serve_at(EventCursor from) {
  const Chunk chunk = chunk_from(from);
  if (chunk.next == from) {
    ask_for(from.record);
    return false;
  }
  give(chunk, from);
  return true;
}

void Feed::ask_for(Position wanted) {
  if (reading_.insert(wanted).second) ledger_.read_on(wanted, durable_);
}

void Feed::keep(Position first, std::vector<Record> records) {
  std::size_t weight = 0;
  for (const Record& record : records) weight += weight_of(record);
  recent_weight_ += weight;
  recent_.push_back({first, std::move(records), weight});
  for (; recent_.size() > 1 && recent_weight_ > recent_weight_max; recent_.pop_front())
    recent_weight_ -= recent_.front().weight;
}

const Feed::Batch* Feed::find(Position position) const {
  const auto has = [&](const Batch& batch) { return batch.first <= position && position < batch.end(); };
  const auto found = std::find_if(recent_.rbegin(), recent_.rend(), has);
  return found == recent_.rend() ? nullptr : &*found;
}

// Over as many batches as are at hand.
Feed::Chunk Feed::chunk_from(EventCursor from) const {
  Chunk chunk{{}, from};
  while (!chunk.is_full()) {
    const Batch* batch = find(chunk.next.record);
    if (batch == nullptr) break;
    take_from(*batch, chunk);
  }
  return chunk;
}

void Feed::take_from(const Batch& batch, Chunk& chunk) const {
  while (chunk.next.record < batch.end() && !chunk.is_full()) {
    const Record& record = batch.records[chunk.next.record.value() - batch.first.value()];
    if (chunk.next.part >= event_parts(record)) {
      chunk.next = {chunk.next.record.next(), 0};
      continue;
    }
    auto event = event_of(record, chunk.next, state_);
    ++chunk.next.part;
    if (!event) continue;
    chunk.cost += cost_of(*event);
    chunk.next = event->next;
    chunk.events.push_back(*std::move(event));
  }
}

void Feed::give(const Chunk& chunk, EventCursor from) {
  std::vector<ConsumerId> takers;
  for (auto& [id, consumer] : consumers_) {
    if (!consumer.wants || consumer.cursor != from) continue;
    consumer.cursor = chunk.next;
    consumer.wants = chunk.events.empty();
    takers.push_back(id);
  }
  if (!chunk.events.empty()) port_->events(takers, chunk.events);
}

}  // namespace holdfast::node
