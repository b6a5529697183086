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

void Feed::want(ConsumerId id) {
  const auto consumer = consumers_.find(id);
  if (consumer == consumers_.end()) return;
  consumer->second.wants = true;
  serve();
}

void Feed::close(ConsumerId id) {
  consumers_.erase(id);
  if (!consumers_.empty()) return;
  recent_.clear();
  recent_records_ = 0;
}

void Feed::committed(Position first, std::vector<Record> records) {
  durable_ = Position(durable_.value() + records.size());
  if (consumers_.empty() || records.empty()) return;
  keep({first, std::move(records)});
  serve();
}

void Feed::read(Position asked, Position first, std::vector<Record> records) {
  const bool is_ours = reading_.erase(asked) > 0 || first == read_to_;
  if (!is_ours || consumers_.empty()) return;
  read_to_ = Position(first.value() + records.size());
  if (find(first) == nullptr) keep({first, std::move(records)});
  serve();
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

// Everyone who wants more is given what is at hand; the rest is asked for.
void Feed::serve() {
  for (auto at = consumers_.begin(); at != consumers_.end();) {
    const Consumer& consumer = at->second;
    const EventCursor from = consumer.cursor;
    if (!consumer.wants || from.record > durable_) {
      ++at;
    } else if (const Batch* batch = find(from.record)) {
      give(chunk_from(*batch, from), from);  // where it held no event, this one goes on from there
    } else {
      ask_for(from.record);
      ++at;
    }
  }
}

void Feed::ask_for(Position wanted) {
  if (reading_.insert(wanted).second) ledger_.read_on(wanted, durable_);
}

void Feed::keep(Batch batch) {
  recent_records_ += batch.records.size();
  recent_.push_back(std::move(batch));
  for (; recent_.size() > 1 && recent_records_ > recent_records_max; recent_.pop_front())
    recent_records_ -= recent_.front().records.size();
}

const Feed::Batch* Feed::find(Position position) const {
  const auto has = [&](const Batch& batch) { return batch.first <= position && position < batch.end(); };
  const auto found = std::ranges::find_if(recent_, has);
  return found == recent_.end() ? nullptr : &*found;
}

Feed::Chunk Feed::chunk_from(const Batch& batch, EventCursor from) const {
  Chunk chunk{{}, from};
  std::size_t cost = 0;
  while (chunk.next.record < batch.end() && cost < chunk_cost_max) {
    const Record& record = batch.records[chunk.next.record.value() - batch.first.value()];
    if (chunk.next.part >= event_parts(record)) {
      chunk.next = {chunk.next.record.next(), 0};
      continue;
    }
    auto event = event_of(record, chunk.next, state_);
    ++chunk.next.part;
    if (!event) continue;
    cost += cost_of(*event);
    chunk.next = event->next;
    chunk.events.push_back(*std::move(event));
  }
  return chunk;
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
