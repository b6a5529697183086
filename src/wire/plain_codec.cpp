#include "wire/plain_codec.h"

#include <bit>
#include <cstring>
#include <limits>
#include <string>

#include "wire/capnp_io.h"

namespace holdfast::wire {

namespace {

struct Head {
  std::uint64_t fingerprint_high;
  std::uint64_t fingerprint_low;
  std::uint32_t sku;
  std::uint32_t quantity;
  std::uint32_t kept_ms;
  std::uint16_t at;
  std::uint16_t wall;
};
struct Lengths {
  std::uint8_t id;
  std::uint8_t customer;
};
static_assert(sizeof(Head) + sizeof(Lengths) == plain_head_bytes &&
              std::endian::native == std::endian::little);

constexpr std::size_t text_bytes_max = std::numeric_limits<std::uint8_t>::max();
constexpr std::size_t plain_bytes_max = plain_head_bytes + 2 * text_bytes_max;

template <class Small>
[[nodiscard]] bool fits(std::uint64_t value) {
  return value <= std::numeric_limits<Small>::max();
}

// Differences as those of unsigned numbers: whatever they are of, adding them up again is exact.
[[nodiscard]] std::uint64_t since(std::int64_t later, std::int64_t first) {
  return static_cast<std::uint64_t>(later) - static_cast<std::uint64_t>(first);
}
[[nodiscard]] std::int64_t after(std::int64_t first, std::uint64_t difference) {
  return static_cast<std::int64_t>(static_cast<std::uint64_t>(first) + difference);
}

[[nodiscard]] bool has_plain_row(const Record& record) {
  if (record.rows.size() != 1 ||
      !fits<std::uint32_t>(static_cast<std::uint64_t>(record.rows[0].reserved.count())))
    return false;
  RowChange hold;
  hold.sku = record.rows[0].sku;
  hold.reserved = record.rows[0].reserved;
  return hold.reserved != no_units && record.rows[0] == hold;
}

[[nodiscard]] bool is_plain(const Reservation& made, const Record& record) {
  return made.state == ReservationState::pending && made.lines.size() == 1 &&
         made.lines[0] == ReservedLine{record.rows[0].sku, record.rows[0].reserved, no_units} &&
         made.order.empty() && !made.asked_to_replace && made.replaced.empty() && made.shortage.empty() &&
         made.created_at == record.wall && made.id.size() <= text_bytes_max &&
         made.customer.size() <= text_bytes_max;
}

// Says no more than that a reservation was made; nothing: it says more.
[[nodiscard]] const Reservation* plainly_made(const Record& record) {
  const auto* changed = std::get_if<record::ReservationChanged>(&record.body);
  if (changed == nullptr || changed->step != record::ReservationStep::reserved) return nullptr;
  if (changed->replaced || changed->key || !changed->before.empty()) return nullptr;
  if (!record.new_skus.empty() || !record.new_replicas.empty() || !record.remembered.empty()) return nullptr;
  return has_plain_row(record) && is_plain(changed->after, record) ? &changed->after : nullptr;
}

std::byte* put(std::byte* to, const void* from, std::size_t bytes) {
  std::memcpy(to, from, bytes);
  return to + bytes;
}

}  // namespace

PlainWriter::PlainWriter(std::size_t records) : bytes_(records * (plain_head_bytes + 32) + plain_bytes_max) {}

std::byte* PlainWriter::room() {
  if (bytes_.size() - size_ < plain_bytes_max) bytes_.resize(2 * bytes_.size());
  return bytes_.data() + size_;
}

bool PlainWriter::write(const Record& record, std::size_t place) {
  const Reservation* made = plainly_made(record);
  if (made == nullptr) return false;
  if (size_ == 0) base_ = {ms_of(record.at), ms_of(record.wall), made->seq.value() - place};
  const std::uint64_t kept = since(ms_of(made->expires), ms_of(record.at));
  const std::uint64_t at = since(ms_of(record.at), base_.at);
  const std::uint64_t wall = since(ms_of(record.wall), base_.wall);
  const bool is_small = fits<std::uint32_t>(kept) && fits<std::uint16_t>(at) && fits<std::uint16_t>(wall);
  if (!is_small || made->seq.value() != base_.seq + place) return false;

  const Head head{
      made->fingerprint.high,           made->fingerprint.low,
      made->lines[0].sku.value(),       static_cast<std::uint32_t>(made->lines[0].quantity.count()),
      static_cast<std::uint32_t>(kept), static_cast<std::uint16_t>(at),
      static_cast<std::uint16_t>(wall)};
  const Lengths lengths{static_cast<std::uint8_t>(made->id.size()),
                        static_cast<std::uint8_t>(made->customer.size())};
  std::byte* const began = room();
  std::byte* end = put(put(began, &head, sizeof head), &lengths, sizeof lengths);
  end = put(put(end, made->id.data(), made->id.size()), made->customer.data(), made->customer.size());
  size_ += static_cast<std::size_t>(end - began);
  return true;
}

BytesView PlainReader::take(std::size_t bytes) {
  require(bytes <= rest_.size(), DecodeFault::malformed, "a reservation that ends too soon");
  const BytesView taken = rest_.first(bytes);
  rest_ = rest_.subspan(bytes);
  return taken;
}

Record PlainReader::read(std::size_t place) {
  Head head;
  std::memcpy(&head, take(sizeof head).data(), sizeof head);
  Lengths lengths;
  std::memcpy(&lengths, take(sizeof lengths).data(), sizeof lengths);

  Record record;
  record.at = node_time(after(base_.at, head.at));
  record.wall = wall_time(after(base_.wall, head.wall));
  RowChange& hold = record.rows.emplace_back();
  hold.sku = SkuId(head.sku);
  hold.reserved = Units(head.quantity);
  Reservation& made = record.body.emplace<record::ReservationChanged>().after;
  made.id = text_of(take(lengths.id));
  made.customer = text_of(take(lengths.customer));
  made.seq = ReservationSeq(base_.seq + place);
  made.fingerprint = {head.fingerprint_high, head.fingerprint_low};
  made.created_at = record.wall;
  made.expires = node_time(after(ms_of(record.at), head.kept_ms));
  made.lines.push_back({hold.sku, hold.reserved, no_units});
  return record;
}

}  // namespace holdfast::wire
