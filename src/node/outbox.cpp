#include "node/outbox.h"

#include <algorithm>
#include <iterator>
#include <utility>

#include "base/assert.h"

namespace holdfast::node {

void Outbox::take(Effects& effects, NodeTime now) {
  last_ = Position(last_.value() + effects.records.size());
  for (Record& record : effects.records) {
    if (collecting_.empty() || collecting_.back().size() == batch_records_max)
      collecting_.emplace_back().reserve(writing_.size());  // as many again as collected before
    collecting_.back().push_back(std::move(record));
  }
  for (Outbound& outbound : effects.outbound) {
    if (durable_ == last_ || states_nothing(outbound))
      released_.push_back(std::move(outbound));
    else
      held_.emplace_back(last_, now, std::move(outbound));
  }
  effects.clear();
}

std::span<const Record> Outbox::begin_write(Extent extent) {
  HF_ASSERT(writing_.empty());
  if (collecting_.empty()) return {};
  writing_ = std::move(collecting_.front());
  collecting_.pop_front();
  for (; extent == Extent::all && !collecting_.empty(); collecting_.pop_front())
    std::ranges::move(collecting_.front(), std::back_inserter(writing_));
  return writing_;
}

std::vector<Record> Outbox::durable_up_to(Position position) {
  HF_ASSERT(position >= durable_);
  HF_ASSERT(position.value() == durable_.value() + writing_.size());
  durable_ = position;
  for (; !held_.empty() && held_.front().needs <= durable_; held_.pop_front())
    released_.push_back(std::move(held_.front().outbound));
  return std::exchange(writing_, {});
}

std::vector<Outbound> Outbox::take_released() { return std::exchange(released_, {}); }

bool Outbox::drop_reply(RequestToken token) {
  const auto found = std::ranges::find_if(held_, [&](const Held& held) {
    const auto* reply = std::get_if<output::Reply>(&held.outbound);
    return reply != nullptr && reply->token == token;
  });
  if (found == held_.end()) return false;
  held_.erase(found);
  return true;
}

std::span<const Record> Outbox::from(Position position) const {
  if (position <= durable_) return {};
  const std::uint64_t index = position.value() - durable_.value() - 1;
  if (index < writing_.size()) return std::span(writing_).subspan(index);
  const std::uint64_t further = index - writing_.size();
  HF_ASSERT(further / batch_records_max < collecting_.size());
  return std::span(collecting_[further / batch_records_max]).subspan(further % batch_records_max);
}

std::optional<NodeTime> Outbox::oldest_held() const {
  return held_.empty() ? std::nullopt : std::optional(held_.front().since);
}

}  // namespace holdfast::node
