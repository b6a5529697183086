// Plain reservations, as the journal and slices keep them: nearly every record says that somebody reserved
// some of one SKU, or that this was purchased, released or has expired, and no more. They stand one after the
// other, by a layout of their own, a third as long and written in a tenth of the time. Inside this folder
// only.
//
//   u64 fingerprint, high   u64 fingerprint, low   u32 SKU   u30 quantity   u2 record::ReservationStep
//   u32 ms until it expires   u16 ms of node time, u16 ms of wall time since the first
//   u8 bytes of the id      u8 bytes of the customer      the id      the customer
//
// and behind that, of one that has ended:
//
//   u64 its number   u64 number of the memory   u64 the memory's name, high   u64 low
//   u64 version of the row   i64 its rate   i64 UTC of when it was made, ms
//   u8 bytes of the order    the order
//
// All little-endian, nothing aligned. In a batch the number of one that was made is that of its place, and it
// is kept from the record's node time on; one that has ended may have expired before. In a slice its number
// since the first stands in place of the node time, and none has ended.
#pragma once

#include <cstdint>
#include <span>
#include <utility>
#include <vector>

#include "base/bytes.h"
#include "core/record.h"
#include "proto/journal.capnp.h"
#include "wire/common_codec.h"

namespace holdfast::wire {

// What the plain ones count from.
struct PlainBase {
  std::int64_t at = 0;    // node time of the first record; in a slice, a time before all of them expire
  std::int64_t wall = 0;  // wall time of the first
  std::uint64_t seq = 0;  // that a batch's first record has, or would have; in a slice, that of the first
};

// What one takes beside its texts.
inline constexpr std::size_t plain_head_bytes = 34;

class PlainReader {
 public:
  explicit PlainReader(proto::PlainReservations::Reader from);
  PlainReader(const PlainBase& base, BytesView entries) : base_(base), rest_(entries) {}

  // The next, at this place of the batch; throws Refused if there is none that is whole.
  [[nodiscard]] Record read_record(std::size_t place);
  // The next of a slice.
  [[nodiscard]] Reservation read_pending();
  void skip(std::size_t count);
  [[nodiscard]] bool empty() const { return rest_.empty(); }
  [[nodiscard]] std::size_t most() const { return rest_.size() / plain_head_bytes; }

 private:
  PlainBase base_;
  BytesView rest_;
};

class PlainWriter {
 public:
  // For about so many.
  explicit PlainWriter(std::size_t records);

  // Whether it was plain, and is written: the next record of a batch.
  [[nodiscard]] bool write(const Record& record);
  // The same of the next pending reservation of a slice.
  [[nodiscard]] bool write(const Reservation& pending);

  [[nodiscard]] bool empty() const { return size_ == 0; }
  [[nodiscard]] std::size_t bytes_to_say() const { return size_ + runs_.size() * sizeof runs_[0]; }
  void say(proto::PlainReservations::Builder to) const;
  [[nodiscard]] PlainReader reader() const { return {base_, BytesView(bytes_).first(size_)}; }
  void clear();

 private:
  struct Counted {  // from the base
    std::uint64_t until;
    std::uint64_t at;
    std::uint64_t wall;
  };
  [[nodiscard]] bool write_made(const Record& record, const Reservation& made);
  [[nodiscard]] bool write_ended(const Record& record, const record::ReservationChanged& changed);
  [[gnu::always_inline]] [[nodiscard]] inline bool append(const Reservation& reservation,
                                                          record::ReservationStep step,
                                                          const Counted& counted);
  [[nodiscard]] std::byte* room();
  bool count(bool is_plain);

  PlainBase base_;
  bool numbers_begin_ = false;  // base_.seq is known
  Bytes bytes_;
  std::size_t size_ = 0;   // of what is written of them
  std::size_t place_ = 0;  // of the next one
  std::vector<std::uint32_t> runs_{
      0};  // how many plain ones stand one after the other, how many others, in turn
  bool runs_on_plain_ = true;
};

// Where the value at a place of such a list stands: among the plain ones, or among the others.
struct MixedPlace {
  bool is_plain = false;
  std::size_t among_its_kind = 0;
};
[[nodiscard]] MixedPlace find_mixed(proto::PlainReservations::Reader from, std::size_t place);

// All in their order: plain ones, and others of a list.
template <class Value, class ReadPlain, class ReadOther>
std::vector<Value> read_mixed(proto::PlainReservations::Reader from, const auto& others,
                              const ReadPlain& read_plain, const ReadOther& read_other) {
  PlainReader plain(from);
  std::vector<Value> values;
  values.reserve(others.size() + plain.most());
  unsigned others_read = 0;
  bool counts_plain = true;
  for (const std::uint32_t run : from.getRuns()) {
    require(counts_plain || run <= others.size() - others_read, DecodeFault::malformed,
            "records that are not there");
    for (std::uint32_t i = 0; i < run; ++i)
      values.push_back(counts_plain ? read_plain(plain, values.size()) : read_other(others[others_read++]));
    counts_plain = !counts_plain;
  }
  require(plain.empty() && others_read == others.size(), DecodeFault::malformed,
          "records that have no place");
  return values;
}

}  // namespace holdfast::wire
