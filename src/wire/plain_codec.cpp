#include "wire/plain_codec.h"

#include <bit>
#include <concepts>
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
  std::uint32_t until_ms;  // it expires
  std::uint16_t at;        // or its number
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
  if (record.rows.size() != 1) return false;
  RowChange hold;
  hold.sku = record.rows[0].sku;
  hold.reserved = record.rows[0].reserved;
  return hold.reserved != no_units && record.rows[0] == hold;
}

[[nodiscard]] bool is_plain(const Reservation& one) {
  return one.state == ReservationState::pending && one.lines.size() == 1 &&
         one.lines[0].returned == no_units &&
         fits<std::uint32_t>(static_cast<std::uint64_t>(one.lines[0].quantity.count())) &&
         one.order.empty() && !one.asked_to_replace && one.replaced.empty() && one.shortage.empty() &&
         one.id.size() <= text_bytes_max && one.customer.size() <= text_bytes_max;
}

[[nodiscard]] bool is_made_by(const Record& record, const Reservation& made) {
  return made.created_at == record.wall && made.lines.size() == 1 &&
         made.lines[0] == ReservedLine{record.rows[0].sku, record.rows[0].reserved, no_units};
}

// Says no more than that a reservation was made; nothing: it says more.
[[nodiscard]] const Reservation* plainly_made(const Record& record) {
  const auto* changed = std::get_if<record::ReservationChanged>(&record.body);
  if (changed == nullptr || changed->step != record::ReservationStep::reserved) return nullptr;
  if (changed->replaced || changed->key || !changed->before.empty()) return nullptr;
  if (!record.new_skus.empty() || !record.new_replicas.empty() || !record.remembered.empty()) return nullptr;
  return has_plain_row(record) && is_made_by(record, changed->after) ? &changed->after : nullptr;
}

// Field by field to where they stand: what was just stored is not read again in larger pieces.
template <std::unsigned_integral Number>
std::byte* put(std::byte* to, Number number) {
  std::memcpy(to, &number, sizeof number);
  return to + sizeof number;
}
std::byte* put(std::byte* to, const std::string& text) {
  if (!text.empty()) std::memcpy(to, text.data(), text.size());
  return to + text.size();
}

BytesView take(BytesView& rest, std::size_t bytes) {
  require(bytes <= rest.size(), DecodeFault::malformed, "a reservation that ends too soon");
  const BytesView taken = rest.first(bytes);
  rest = rest.subspan(bytes);
  return taken;
}

struct Entry {
  Head head;
  std::string_view id;
  std::string_view customer;

  // All but its number and its times.
  [[nodiscard]] Reservation reservation() const {
    Reservation made;
    made.id = id;
    made.customer = customer;
    made.fingerprint = {head.fingerprint_high, head.fingerprint_low};
    made.lines.push_back({SkuId(head.sku), Units(head.quantity), no_units});
    return made;
  }
};

Entry take_entry(BytesView& rest) {
  Entry entry;
  std::memcpy(&entry.head, take(rest, sizeof entry.head).data(), sizeof entry.head);
  Lengths lengths;
  std::memcpy(&lengths, take(rest, sizeof lengths).data(), sizeof lengths);
  entry.id = text_of(take(rest, lengths.id));
  entry.customer = text_of(take(rest, lengths.customer));
  return entry;
}

}  // namespace

PlainWriter::PlainWriter(std::size_t records) : bytes_(records * (plain_head_bytes + 32) + plain_bytes_max) {}

std::byte* PlainWriter::room() {
  if (bytes_.size() - size_ < plain_bytes_max) bytes_.resize(2 * bytes_.size());
  return bytes_.data() + size_;
}

bool PlainWriter::write(const Record& record) {
  const Reservation* made = plainly_made(record);
  if (made == nullptr) return count(false);
  if (size_ == 0) base_ = {ms_of(record.at), ms_of(record.wall), made->seq.value() - place_};
  return count(made->seq.value() == base_.seq + place_ &&
               append(*made, {since(ms_of(made->expires), ms_of(record.at)),
                              since(ms_of(record.at), base_.at), since(ms_of(record.wall), base_.wall)}));
}

bool PlainWriter::write(const Reservation& pending) {
  constexpr std::uint64_t earlier = std::uint64_t{1} << 31;  // ms that one may expire before the first
  if (size_ == 0)
    base_ = {after(ms_of(pending.expires), -earlier), ms_of(pending.created_at), pending.seq.value()};
  return count(append(pending, {since(ms_of(pending.expires), base_.at), pending.seq.value() - base_.seq,
                                since(ms_of(pending.created_at), base_.wall)}));
}

bool PlainWriter::count(bool is_plain) {
  if (std::exchange(runs_on_plain_, is_plain) != is_plain) runs_.push_back(0);
  ++runs_.back();
  ++place_;
  return is_plain;
}

inline bool PlainWriter::append(const Reservation& reservation, const Counted& counted) {
  const bool is_small = fits<std::uint32_t>(counted.until) && fits<std::uint16_t>(counted.at) &&
                        fits<std::uint16_t>(counted.wall);
  if (!is_small || !is_plain(reservation)) return false;
  const ReservedLine& line = reservation.lines[0];
  std::byte* const began = room();
  std::byte* end = put(put(began, reservation.fingerprint.high), reservation.fingerprint.low);
  end = put(put(end, line.sku.value()), static_cast<std::uint32_t>(line.quantity.count()));
  end = put(end, static_cast<std::uint32_t>(counted.until));
  end = put(put(end, static_cast<std::uint16_t>(counted.at)), static_cast<std::uint16_t>(counted.wall));
  end = put(put(end, static_cast<std::uint8_t>(reservation.id.size())),
            static_cast<std::uint8_t>(reservation.customer.size()));
  end = put(put(end, reservation.id), reservation.customer);
  size_ += static_cast<std::size_t>(end - began);
  return true;
}

void PlainWriter::clear() {
  size_ = place_ = 0;
  runs_.assign(1, 0);
  runs_on_plain_ = true;
}

void PlainWriter::say(proto::PlainReservations::Builder to) const {
  to.setAt(base_.at);
  to.setWall(base_.wall);
  to.setSeq(base_.seq);
  to.setRuns(kj::arrayPtr(runs_.data(), runs_.size()));
  to.setEntries(kj::arrayPtr(reinterpret_cast<const kj::byte*>(bytes_.data()), size_));
}

PlainReader::PlainReader(proto::PlainReservations::Reader from)
    : base_{from.getAt(), from.getWall(), from.getSeq()},
      rest_(std::as_bytes(std::span(from.getEntries().begin(), from.getEntries().size()))) {}

Record PlainReader::read_record(std::size_t place) {
  const Entry entry = take_entry(rest_);
  Record record;
  record.at = node_time(after(base_.at, entry.head.at));
  record.wall = wall_time(after(base_.wall, entry.head.wall));
  Reservation& made = record.body.emplace<record::ReservationChanged>().after;
  made = entry.reservation();
  made.seq = ReservationSeq(base_.seq + place);
  made.created_at = record.wall;
  made.expires = node_time(after(ms_of(record.at), entry.head.until_ms));
  RowChange& hold = record.rows.emplace_back();
  hold.sku = made.lines[0].sku;
  hold.reserved = made.lines[0].quantity;
  return record;
}

void PlainReader::skip(std::size_t count) {
  for (; count > 0; --count) (void)take_entry(rest_);
}

Reservation PlainReader::read_pending() {
  const Entry entry = take_entry(rest_);
  Reservation pending = entry.reservation();
  pending.seq = ReservationSeq(base_.seq + entry.head.at);
  pending.created_at = wall_time(after(base_.wall, entry.head.wall));
  pending.expires = node_time(after(base_.at, entry.head.until_ms));
  return pending;
}

}  // namespace holdfast::wire
