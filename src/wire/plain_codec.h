// Plain reservations, as the journal keeps them: nearly every record says that somebody reserved some of one
// SKU, and no more. They stand in a batch one after the other, by a layout of their own, a third as long and
// written in a tenth of the time. Inside this folder only.
//
//   u64 fingerprint, high   u64 fingerprint, low   u32 SKU   u32 quantity   u32 ms that it is kept for
//   u16 ms of node time, u16 ms of wall time since the first of the batch
//   u8 bytes of the id      u8 bytes of the customer      the id      the customer
//
// All little-endian, nothing aligned. The number of a reservation is that of its place in the batch.
#pragma once

#include <cstdint>
#include <optional>

#include "base/bytes.h"
#include "core/record.h"

namespace holdfast::wire {

// What the plain ones of a batch count from.
struct PlainBase {
  std::int64_t at = 0;    // node time of the first
  std::int64_t wall = 0;  // its wall time
  std::uint64_t seq = 0;  // of the batch's first record, if that is a reservation
};

class PlainWriter {
 public:
  // For about so many.
  explicit PlainWriter(std::size_t records);

  // Whether it was plain, and is written: the record at this place of the batch.
  [[nodiscard]] bool write(const Record& record, std::size_t place);
  [[nodiscard]] const PlainBase& base() const { return base_; }
  [[nodiscard]] BytesView bytes() const { return BytesView(bytes_).first(size_); }

 private:
  [[nodiscard]] std::byte* room();

  PlainBase base_;
  Bytes bytes_;
  std::size_t size_ = 0;  // of what is written of them
};

class PlainReader {
 public:
  PlainReader(const PlainBase& base, BytesView bytes) : base_(base), rest_(bytes) {}

  // The next, at this place of the batch; throws Refused if there is none that is whole.
  [[nodiscard]] Record read(std::size_t place);
  [[nodiscard]] bool empty() const { return rest_.empty(); }

 private:
  [[nodiscard]] BytesView take(std::size_t bytes);

  PlainBase base_;
  BytesView rest_;
};

// What one takes beside its texts.
inline constexpr std::size_t plain_head_bytes = 34;

}  // namespace holdfast::wire
