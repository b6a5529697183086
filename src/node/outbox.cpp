#include "node/outbox.h"

#include <algorithm>
#include <iterator>
#include <utility>

#include "base/assert.h"

namespace holdfast::node {

void Outbox::take(Effects& effects, NodeTime now) {
  last_ = Position(last_.value() + effects.records.size());
  std::ranges::move(effects.records, std::back_inserter(collecting_));
  for (Outbound& outbound : effects.outbound) {
    if (durable_ == last_ || states_nothing(outbound))
      released_.push_back(std::move(outbound));
    else
      held_.push_back({last_, now, std::move(outbound)});
  }
  effects.clear();
}

std::span<const Record> Outbox::begin_write() {
  HF_ASSERT(writing_.empty());
  std::swap(writing_, collecting_);
  return writing_;
}

void Outbox::durable_up_to(Position position) {
  HF_ASSERT(position >= durable_);
  HF_ASSERT(position.value() == durable_.value() + writing_.size());
  durable_ = position;
  writing_.clear();
  for (; !held_.empty() && held_.front().needs <= durable_; held_.pop_front())
    released_.push_back(std::move(held_.front().outbound));
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

const Record* Outbox::find(Position position) const {
  if (position <= durable_) return nullptr;
  const std::uint64_t index = position.value() - durable_.value() - 1;
  HF_ASSERT(index < writing_.size() + collecting_.size());
  return index < writing_.size() ? &writing_[index] : &collecting_[index - writing_.size()];
}

std::optional<NodeTime> Outbox::oldest_held() const {
  return held_.empty() ? std::nullopt : std::optional(held_.front().since);
}

}  // namespace holdfast::node
