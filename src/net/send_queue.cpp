#include "net/send_queue.h"

#include <utility>

#include "wire/message_codec.h"

namespace holdfast::net {

void SendQueue::push(const Message& message) {
  if (std::holds_alternative<message::Heartbeat>(message)) {
    heartbeat_.clear();
    wire::append_framed(message, heartbeat_);
    return;
  }
  const std::size_t before = waiting_.size();
  wire::append_framed(message, waiting_);
  if (waiting_.size() <= bytes_max_) return;
  waiting_.resize(before);
  ++dropped_;
}

void SendQueue::push_framed(const Bytes& frame) {
  waiting_.insert(waiting_.end(), frame.begin(), frame.end());
}

// The heartbeat goes first: it carries the time at which it was made.
Bytes SendQueue::take() {
  Bytes all = std::exchange(heartbeat_, {});
  if (all.empty()) return std::exchange(waiting_, {});
  all.insert(all.end(), waiting_.begin(), waiting_.end());
  waiting_.clear();
  return all;
}

}  // namespace holdfast::net
