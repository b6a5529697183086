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

template <class Element>
void keep_room(std::vector<Element>& spare, std::vector<Element>&& done) {
  done.clear();
  if (done.capacity() > spare.capacity()) spare = std::move(done);
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
    move_from(said, static_cast<std::size_t>(leaving - said.begin()), released_);
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
  Batch& last = full_.empty() ? writing_ : full_.back();
  HF_ASSERT(!last.effects.records.empty());
  return last;
}

void Outbox::close_full(NodeTime now) {
  while (collecting_.effects.records.size() > batch_records_max) {
    Batch next = next_batch();
    next.since = now;
    move_from(collecting_.effects.records, batch_records_max, next.effects.records);
    move_from(collecting_.effects.outbound, outbound_seen_, next.effects.outbound);
    outbound_seen_ = 0;
    full_.push_back(std::exchange(collecting_, std::move(next)));
  }
}

Outbox::Batch Outbox::next_batch() {
  return {.effects = {std::exchange(spare_records_, {}), std::exchange(spare_outbound_, {})}, .since = {}};
}

std::span<const Record> Outbox::begin_write(Extent extent) {
  HF_ASSERT(writing_.effects.records.empty());
  const bool all_collected = full_.empty() || extent == Extent::all;
  if (all_collected) {
    full_.push_back(std::exchange(collecting_, next_batch()));
    records_seen_ = outbound_seen_ = 0;
  }
  writing_ = std::move(full_.front());
  full_.pop_front();
  for (; extent == Extent::all && !full_.empty(); full_.pop_front()) {
    move_from(full_.front().effects.records, 0, writing_.effects.records);
    if (writing_.effects.outbound.empty()) writing_.since = full_.front().since;
    move_from(full_.front().effects.outbound, 0, writing_.effects.outbound);
  }
  return writing_.effects.records;
}

std::vector<Record> Outbox::durable_up_to(Position position) {
  HF_ASSERT(position >= durable_);
  HF_ASSERT(position.value() == durable_.value() + writing_.effects.records.size());
  durable_ = position;
  std::vector<Outbound>& held = writing_.effects.outbound;
  held_ -= held.size();
  if (released_.empty())
    std::swap(released_, held);
  else
    move_from(held, 0, released_);
  return std::exchange(writing_.effects.records, {});
}

std::vector<Outbound> Outbox::take_released() { return std::exchange(released_, {}); }

void Outbox::reuse(std::vector<Record> records) { keep_room(spare_records_, std::move(records)); }

void Outbox::reuse(std::vector<Outbound> released) { keep_room(spare_outbound_, std::move(released)); }

std::span<const Record> Outbox::from(Position position) const {
  if (position <= durable_) return {};
  std::uint64_t index = position.value() - durable_.value() - 1;
  const auto in = [&](const Batch& batch) { return std::span(batch.effects.records).subspan(index); };
  if (index < writing_.effects.records.size()) return in(writing_);
  index -= writing_.effects.records.size();
  for (const Batch& batch : full_) {
    if (index < batch_records_max) return in(batch);
    index -= batch_records_max;
  }
  HF_ASSERT(index <= collecting_.effects.records.size());
  return in(collecting_);
}

std::optional<NodeTime> Outbox::oldest_held() const {
  if (held_ == 0) return std::nullopt;
  const auto holds = [](const Batch& batch) { return !batch.effects.outbound.empty(); };
  if (holds(writing_)) return writing_.since;
  const auto found = std::ranges::find_if(full_, holds);
  return found == full_.end() ? collecting_.since : found->since;
}

}  // namespace holdfast::node
