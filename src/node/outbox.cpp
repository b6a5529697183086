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

template <class Element>
void keep_room(std::vector<std::vector<Element>>& spare, std::vector<Element>&& done) {
  done.clear();
  if (done.capacity() > 0 && spare.size() < spare_max) spare.push_back(std::move(done));
}

template <class Element>
std::vector<Element> take_room(std::vector<std::vector<Element>>& spare) {
  if (spare.empty()) return {};
  std::vector<Element> room = std::move(spare.back());
  spare.pop_back();
  return room;
}

}  // namespace

void Outbox::stepped(NodeTime now) {
  const Effects& made = collecting_.effects;
  last_ = Position(last_.value() + made.records.size() - records_seen_);
  if (made.outbound.size() > outbound_seen_) hold(now);
  if (made.records.size() > batch_records_max) close_full(now);
  records_seen_ = made.records.size();
  outbound_seen_ = made.outbound.size();
}

void Outbox::hold(NodeTime now) {
  std::vector<Outbound>& said = collecting_.effects.outbound;
  const auto begin = said.begin() + static_cast<std::ptrdiff_t>(outbound_seen_);
  const auto stays = [&](const Outbound& one) { return durable_ != last_ && !states_nothing(one); };
  if (!std::all_of(begin, said.end(), stays)) {
    const auto leaving = std::stable_partition(begin, said.end(), stays);
    if (released_.empty()) released_.push_back(take_room(spare_outbound_));
    move_from(said, static_cast<std::size_t>(leaving - said.begin()), released_.back());
  }
  const std::size_t held = said.size() - outbound_seen_;
  if (held == 0) return;
  held_ += held;
  Batch& batch = last_with_records();
  const bool is_first = &batch == &collecting_ ? outbound_seen_ == 0 : batch.effects.outbound.empty();
  if (is_first) batch.since = now;
  if (&batch != &collecting_) move_from(said, outbound_seen_, batch.effects.outbound);
}

Outbox::Batch& Outbox::last_with_records() {
  if (!collecting_.effects.records.empty()) return collecting_;
  HF_ASSERT(!batches_.empty());
  return batches_.back();
}

void Outbox::close_full(NodeTime now) {
  while (collecting_.effects.records.size() > batch_records_max) {
    Batch next = next_batch();
    next.since = now;
    move_from(collecting_.effects.records, batch_records_max, next.effects.records);
    move_from(collecting_.effects.outbound, outbound_seen_, next.effects.outbound);
    outbound_seen_ = 0;
    batches_.push_back(std::exchange(collecting_, std::move(next)));
  }
}

Outbox::Batch Outbox::next_batch() {
  return {.effects = {take_room(spare_records_), take_room(spare_outbound_)}, .since = {}};
}

std::vector<std::span<const Record>> Outbox::begin_write() {
  HF_ASSERT(writing_ == 0);
  if (!collecting_.effects.records.empty()) {
    batches_.push_back(std::exchange(collecting_, next_batch()));
    records_seen_ = outbound_seen_ = 0;
  }
  writing_ = batches_.size();
  std::vector<std::span<const Record>> records;
  for (const Batch& batch : batches_) records.emplace_back(batch.effects.records);
  return records;
}

std::vector<std::vector<Record>> Outbox::durable_up_to(Position position) {
  std::vector<std::vector<Record>> written;
  for (; writing_ > 0; --writing_, batches_.pop_front()) {
    Effects& done = batches_.front().effects;
    durable_ = Position(durable_.value() + done.records.size());
    held_ -= done.outbound.size();
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

void Outbox::reuse(std::vector<Record> records) { keep_room(spare_records_, std::move(records)); }

void Outbox::reuse(std::vector<Outbound> released) { keep_room(spare_outbound_, std::move(released)); }

std::span<const Record> Outbox::from(Position position) const {
  if (position <= durable_) return {};
  std::uint64_t index = position.value() - durable_.value() - 1;
  const auto in = [&](const Batch& batch) { return std::span(batch.effects.records).subspan(index); };
  for (const Batch& batch : batches_) {
    if (index < batch.effects.records.size()) return in(batch);
    index -= batch.effects.records.size();
  }
  HF_ASSERT(index <= collecting_.effects.records.size());
  return in(collecting_);
}

Millis Outbox::longest_wait(NodeTime now) const {
  if (held_ == 0) return Millis(0);
  const auto holds = [](const Batch& batch) { return !batch.effects.outbound.empty(); };
  const auto found = std::ranges::find_if(batches_, holds);
  return now - (found == batches_.end() ? collecting_.since : found->since);
}

}  // namespace holdfast::node
