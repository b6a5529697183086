// Recovery: from what a ledger holds to the state that was running (I7). The ledger hands over every slice,
// then every batch that the checkpoint does not cover.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "base/bytes.h"
#include "base/result.h"
#include "core/codec.h"
#include "core/replica.h"

namespace holdfast::node {

class Recovery {
 public:
  Recovery(Replica& replica, const Codec& codec) : replica_(replica), codec_(codec) {}

  void slice(SliceId id, Position includes, BytesView bytes);
  void batch(Position first, std::uint32_t count, BytesView records);

  // All has been handed over; `last` is the journal's newest position. Why it failed, in one line, or
  // nothing.
  [[nodiscard]] std::optional<std::string> finish(Position last);
  // If it failed: because a later version of this program wrote what could not be read.
  [[nodiscard]] bool is_of_later_version() const { return later_version_; }
  // Of all batches that were handed over: what the checkpoint does not cover.
  [[nodiscard]] std::uint64_t journal_bytes() const { return journal_bytes_; }

 private:
  void fail(std::string why, bool later_version = false) {
    if (failed_) return;
    failed_ = std::move(why);
    later_version_ = later_version;
  }

  Replica& replica_;
  const Codec& codec_;
  std::uint64_t journal_bytes_ = 0;
  std::optional<std::string> failed_;
  bool later_version_ = false;
};

}  // namespace holdfast::node
