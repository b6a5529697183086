#include "node/outbox.h"

#include <algorithm>
#include <iterator>
#include <utility>

#include "base/assert.h"

namespace holdfast::node {

namespace {

template <class Element>
void move_from(std::vector<Element>& from, std::size_t first, std::vector<Element>& to) {
  const auto begin = from.begin() + static_cast<std::ptrdiff_t>(first);
  std::move(begin, from.end(), std::back_inserter(to));
  from.erase(begin, from.end());
}

// As many as are in turn while one append is written and the next collects.
constexpr std::size_t spare_max = 4;

// Of those that were handed back, if there are any.
template <class Room>
Room take_room(std::vector<Room>& spare) {
  if (spare.empty()) return {};
  Room room = std::move(spare.back());
  spare.pop_back();
  return room;
}

}  // namespace

void Outbox::stepped(NodeTime now) {
  collect(effects_.records);
  if (effects_.outbound.size() > outbound_seen_) hold(now);
  outbound_seen_ = effects_.outbound.size();
}

void Outbox::collect(std::vector<Record>& records) {
  for (Record& record : records) {
    if (is_full()) close_batch();
    collecting_->add(std::move(record));
  }
  last_ = Position(last_.value() + records.size());
  records.clear();
}

void Outbox::hold(NodeTime now) {
  std::vector<Outbound>& said = effects_.outbound;
  const auto begin = said.begin() + static_cast<std::ptrdiff_t>(outbound_seen_);
  const auto stays = [&](const Outbound& one) { return durable_ != last_ && !states_nothing(one); };
  if (!std::ranges::all_of(begin, said.end(), stays)) {
    const auto leaving = std::stable_partition(begin, said.end(), stays);
    if (released_.empty()) released_.push_back(take_room(spare_outbound_));
    move_from(said, static_cast<std::size_t>(leaving - said.begin()), released_.back());
  }
  if (said.size() == outbound_seen_) return;
  std::size_t held = 0;
  for (std::size_t i = outbound_seen_; i < said.size(); ++i) held += weight(said[i]);
  held_ += held;
  if (collecting_->size() > 0) {
    if (outbound_seen_ == 0) since_ = now;
    weight_ += held;
    return;
  }
  HF_ASSERT(!batches_.empty());
  Batch& last = batches_.back();
  if (last.outbound.empty()) last.since = now;
  last.weight += held;
  move_from(said, outbound_seen_, last.outbound);
}

void Outbox::close_batch() {
  std::vector<Outbound> next = take_room(spare_outbound_);
  move_from(effects_.outbound, outbound_seen_, next);
  outbound_seen_ = 0;
  batches_.push_back({std::move(collecting_), std::exchange(effects_.outbound, std::move(next)),
                      std::exchange(weight_, 0), since_});
  collecting_ = spare_records_.empty() ? make_batch_() : take_room(spare_records_);
}

std::vector<const RecordBatch*> Outbox::begin_write() {
  HF_ASSERT(writing_ == 0);
  if (collecting_->size() > 0) close_batch();
  writing_ = batches_.size();
  std::vector<const RecordBatch*> all;
  for (const Batch& batch : batches_) all.push_back(batch.records.get());
  return all;
}

std::vector<std::unique_ptr<RecordBatch>> Outbox::durable_up_to(Position position) {
  std::vector<std::unique_ptr<RecordBatch>> written;
  for (; writing_ > 0; --writing_, batches_.pop_front()) {
    Batch& done = batches_.front();
    durable_ = Position(durable_.value() + done.records->size());
    held_ -= done.weight;
    if (!done.outbound.empty()) released_.push_back(std::move(done.outbound));
    written.push_back(std::move(done.records));
  }
  HF_ASSERT(durable_ == position);
  return written;
}

std::vector<Outbound> Outbox::take_released() {
  if (released_.empty()) return {};
  std::vector<Outbound> first = std::move(released_.front());
  released_.pop_front();
  return first;
}

void Outbox::reuse(std::unique_ptr<RecordBatch> records) {
  if (spare_records_.size() == spare_max) return;
  records->clear();
  spare_records_.push_back(std::move(records));
}

void Outbox::reuse(std::vector<Outbound> released) {
  released.clear();
  if (released.capacity() > 0 && spare_outbound_.size() < spare_max)
    spare_outbound_.push_back(std::move(released));
}

std::optional<Outbox::Place> Outbox::place_of(Position position) const {
  if (position <= durable_ || position > last_) return std::nullopt;
  std::size_t index = position.value() - durable_.value() - 1;
  for (const Batch& batch : batches_) {
    if (index < batch.records->size()) return Place{batch.records.get(), index};
    index -= batch.records->size();
  }
  HF_ASSERT(index < collecting_->size());
  return Place{collecting_.get(), index};
}

std::vector<Record> Outbox::from(Position position) const {
  const auto place = place_of(position);
  if (!place) return {};
  return place->batch->read(place->index, place->batch->size() - place->index);
}

std::optional<Record> Outbox::find(Position position) const {
  const auto place = place_of(position);
  if (!place) return std::nullopt;
  return std::move(place->batch->read(place->index, 1).front());
}

std::size_t Outbox::bytes() const {
  std::size_t bytes = collecting_->bytes();
  for (const Batch& batch : batches_) bytes += batch.records->bytes();
  return bytes;
}

Millis Outbox::longest_wait(NodeTime now) const {
  if (held_ == 0) return Millis(0);
  const auto holds = [](const Batch& batch) { return !batch.outbound.empty(); };
  const auto found = std::ranges::find_if(batches_, holds);
  return now - (found == batches_.end() ? since_ : found->since);
}

}  // namespace holdfast::node
