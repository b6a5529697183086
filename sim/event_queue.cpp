#include "sim/event_queue.h"

#include <algorithm>
#include <utility>

namespace holdfast::sim {

void EventQueue::at(SimTime time, Action action) {
  std::uint32_t slot = static_cast<std::uint32_t>(actions_.size());
  if (free_slots_.empty()) {
    actions_.push_back(std::move(action));
  } else {
    slot = free_slots_.back();
    free_slots_.pop_back();
    actions_[slot] = std::move(action);
  }
  heap_.push_back({std::max(time, now_), next_sequence_++, slot});
  std::ranges::push_heap(heap_, later);
}

bool EventQueue::run_next() {
  if (heap_.empty()) return false;
  std::ranges::pop_heap(heap_, later);
  const Entry next = heap_.back();
  heap_.pop_back();
  now_ = next.at;
  Action action = std::exchange(actions_[next.slot], nullptr);
  free_slots_.push_back(next.slot);
  ++done_;
  action();
  return true;
}

bool EventQueue::run_next_until(SimTime end) {
  if (!heap_.empty() && heap_.front().at <= end) return run_next();
  now_ = std::max(now_, end);
  return false;
}

void EventQueue::run_until(SimTime end) {
  while (run_next_until(end)) {
  }
}

}  // namespace holdfast::sim
