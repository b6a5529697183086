#include "net/send_queue.h"

#include <utility>

#include "wire/message_codec.h"

namespace holdfast::net {

SendQueue::Parcel& SendQueue::open_parcel() {
  if (parcels_.empty() || parcels_.back().bytes.size() >= parcel_bytes) parcels_.emplace_back();
  return parcels_.back();
}

void SendQueue::push(const Message& message) {
  if (const auto* beat = std::get_if<message::Heartbeat>(&message)) {
    if (beat->repeats != 0 && !heartbeat_.empty()) return;  // the one that waits says as much
    heartbeat_.clear();
    wire::append_framed(message, heartbeat_);
    return;
  }
  Parcel& parcel = open_parcel();
  const std::size_t before = parcel.bytes.size();
  wire::append_framed(message, parcel.bytes);
  const std::size_t added = parcel.bytes.size() - before;
  if (bytes_ + added <= bytes_max_) {
    bytes_ += added;
    ++parcel.frames;
    return;
  }
  ++frames_dropped_;
  parcel.bytes.resize(before);
  if (before == 0) parcels_.pop_back();
}

void SendQueue::push_framed(const Bytes& frame) {
  Parcel& parcel = open_parcel();
  parcel.bytes.insert(parcel.bytes.end(), frame.begin(), frame.end());
  ++parcel.frames;
  bytes_ += frame.size();
}

void SendQueue::clear() {
  parcels_.clear();
  heartbeat_.clear();
  bytes_ = 0;
}

// The heartbeat goes first: it carries the time at which it was made.
Bytes SendQueue::take() {
  Bytes taken = std::exchange(heartbeat_, {});
  if (!taken.empty()) ++frames_taken_;
  if (parcels_.empty()) return taken;
  Parcel parcel = std::move(parcels_.front());
  parcels_.pop_front();
  bytes_ -= parcel.bytes.size();
  frames_taken_ += parcel.frames;
  if (taken.empty()) return std::move(parcel.bytes);
  taken.insert(taken.end(), parcel.bytes.begin(), parcel.bytes.end());
  return taken;
}

}  // namespace holdfast::net
