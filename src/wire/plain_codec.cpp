#include "wire/plain_codec.h"

#include <bit>
#include <concepts>
#include <cstring>
#include <limits>
#include <string>

#include "core/limits.h"
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

// What stands behind that of one that has ended.
struct Ended {
  std::uint64_t seq;
  std::uint64_t memory;
  std::uint64_t name_high;
  std::uint64_t name_low;
  std::uint64_t version;
  std::int64_t rate;
  std::int64_t created_at;
};
constexpr std::size_t ended_bytes = sizeof(Ended) + sizeof(std::uint8_t);

constexpr std::size_t text_bytes_max = std::numeric_limits<std::uint8_t>::max();
constexpr std::size_t plain_bytes_max = plain_head_bytes + ended_bytes + 3 * text_bytes_max;

using record::ReservationStep;

// The step stands above the quantity.
constexpr unsigned quantity_bits = 30;
constexpr std::uint32_t quantity_mask = (std::uint32_t{1} << quantity_bits) - 1;
static_assert(static_cast<unsigned>(ReservationStep::expired) == 3 &&
              limits::quantity_max.count() <= quantity_mask);

[[nodiscard]] constexpr ReservationState state_after(ReservationStep step) {
  switch (step) {
    case ReservationStep::purchased: return ReservationState::purchased;
    case ReservationStep::released: return ReservationState::released;
    case ReservationStep::expired: return ReservationState::expired;
    default: return ReservationState::pending;
  }
}

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

[[nodiscard]] bool fits(Units quantity) {
  return static_cast<std::uint64_t>(quantity.count()) <= quantity_mask;
}

// Beside its order.
[[nodiscard]] bool is_plain(const Reservation& one, ReservationStep step) {
  return one.state == state_after(step) && one.lines.size() == 1 && one.lines[0].returned == no_units &&
         fits(one.lines[0].quantity) && !one.asked_to_replace && one.replaced.empty() &&
         one.shortage.empty() && one.id.size() <= text_bytes_max && one.customer.size() <= text_bytes_max;
}

// The row change of a plain reservation's record.
[[nodiscard]] RowChange row_change(ReservationStep step, SkuId sku, Units quantity) {
  RowChange change;
  change.sku = sku;
  change.reserved = step == ReservationStep::reserved ? quantity : -quantity;
  if (step == ReservationStep::purchased) change.purchased = quantity;
  return change;
}

// What such a record may say of a version, and the step.
[[nodiscard]] bool has_plain_row(const Record& record, const record::ReservationChanged& changed,
                                 bool takes_version) {
  if (record.rows.size() != 1 || changed.after.lines.size() != 1) return false;
  const ReservedLine& line = changed.after.lines[0];
  if (line.quantity == no_units || !fits(line.quantity)) return false;
  RowChange change = row_change(changed.step, line.sku, line.quantity);
  if (takes_version) {
    change.version = record.rows[0].version;
    change.rate = record.rows[0].rate;
  }
  return record.rows[0] == change;
}

// Of one line, by a record that introduces nothing.
[[nodiscard]] bool is_plain(const Record& record, const record::ReservationChanged& changed) {
  return !changed.replaced && !changed.key && changed.before.empty() && record.new_skus.empty() &&
         record.new_replicas.empty();
}

[[nodiscard]] bool is_plainly_made(const Record& record, const record::ReservationChanged& changed) {
  return changed.step == ReservationStep::reserved && is_plain(record, changed) &&
         record.remembered.empty() && changed.after.order.empty() &&
         changed.after.created_at == record.wall && has_plain_row(record, changed, false);
}

[[nodiscard]] bool has_plainly_ended(const Record& record, const record::ReservationChanged& changed) {
  return state_after(changed.step) != ReservationState::pending && is_plain(record, changed) &&
         record.remembered.size() == 1 && changed.after.order.size() <= text_bytes_max &&
         has_plain_row(record, changed, true);
}

// Field by field to where they stand: what was just stored is not read again in larger pieces.
template <std::unsigned_integral Number>
std::byte* put(std::byte* to, Number number) {
  std::memcpy(to, &number, sizeof number);
  return to + sizeof number;
}
std::byte* put(std::byte* to, std::string_view text) {
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
  Ended ended;  // if it has, as the next
  std::string_view order;

  [[nodiscard]] ReservationStep step() const {
    return static_cast<ReservationStep>(head.quantity >> quantity_bits);
  }
  [[nodiscard]] Units quantity() const { return Units(head.quantity & quantity_mask); }
  // All but its number and its times.
  [[nodiscard]] Reservation reservation() const {
    Reservation made;
    made.id = id;
    made.state = state_after(step());
    made.customer = customer;
    made.fingerprint = {head.fingerprint_high, head.fingerprint_low};
    made.lines.push_back({SkuId(head.sku), quantity(), no_units});
    return made;
  }
};

template <class Value>
Value take_value(BytesView& rest) {
  Value value;
  std::memcpy(&value, take(rest, sizeof value).data(), sizeof value);
  return value;
}

Entry take_entry(BytesView& rest) {
  Entry entry;
  entry.head = take_value<Head>(rest);
  const auto lengths = take_value<Lengths>(rest);
  entry.id = text_of(take(rest, lengths.id));
  entry.customer = text_of(take(rest, lengths.customer));
  if (entry.step() == ReservationStep::reserved) return entry;
  entry.ended = take_value<Ended>(rest);
  entry.order = text_of(take(rest, take_value<std::uint8_t>(rest)));
  return entry;
}

}  // namespace

PlainWriter::PlainWriter(std::size_t records) : bytes_(records * (plain_head_bytes + 32) + plain_bytes_max) {}

std::byte* PlainWriter::room() {
  if (bytes_.size() - size_ < plain_bytes_max) bytes_.resize(2 * bytes_.size());
  return bytes_.data() + size_;
}

bool PlainWriter::write(const Record& record) {
  const auto* changed = std::get_if<record::ReservationChanged>(&record.body);
  if (changed == nullptr) return count(false);
  if (size_ == 0) {
    base_.at = ms_of(record.at);
    base_.wall = ms_of(record.wall);
  }
  if (is_plainly_made(record, *changed)) return count(write_made(record, changed->after));
  return count(has_plainly_ended(record, *changed) && write_ended(record, *changed));
}

bool PlainWriter::write_made(const Record& record, const Reservation& made) {
  const std::uint64_t begin = made.seq.value() - place_;
  if (numbers_begin_ && begin != base_.seq) return false;
  if (!append(made, ReservationStep::reserved,
              {since(ms_of(made.expires), ms_of(record.at)), since(ms_of(record.at), base_.at),
               since(ms_of(record.wall), base_.wall)}))
    return false;
  base_.seq = begin;
  return numbers_begin_ = true;
}

// Until it expires it may be a while, or that was a while ago: the number of ms has a sign.
bool PlainWriter::write_ended(const Record& record, const record::ReservationChanged& changed) {
  const Reservation& after = changed.after;
  const auto until = static_cast<std::int64_t>(since(ms_of(after.expires), ms_of(record.at)));
  if (until != static_cast<std::int32_t>(until)) return false;
  if (!append(after, changed.step,
              {static_cast<std::uint32_t>(until), since(ms_of(record.at), base_.at),
               since(ms_of(record.wall), base_.wall)}))
    return false;
  const Remembered& memory = record.remembered[0];
  const RowChange& row = record.rows[0];
  std::byte* const began = bytes_.data() + size_;  // there is room for all of it
  std::byte* end = put(put(began, after.seq.value()), memory.number);
  end = put(put(end, memory.name.high), memory.name.low);
  end = put(put(end, row.version.value()), static_cast<std::uint64_t>(row.rate));
  end = put(end, static_cast<std::uint64_t>(ms_of(after.created_at)));
  end = put(put(end, static_cast<std::uint8_t>(after.order.size())), after.order);
  size_ += static_cast<std::size_t>(end - began);
  return true;
}

bool PlainWriter::write(const Reservation& pending) {
  constexpr std::uint64_t earlier = std::uint64_t{1} << 31;  // ms that one may expire before the first
  if (size_ == 0)
    base_ = {after(ms_of(pending.expires), -earlier), ms_of(pending.created_at), pending.seq.value()};
  return count(pending.order.empty() &&
               append(pending, ReservationStep::reserved,
                      {since(ms_of(pending.expires), base_.at), pending.seq.value() - base_.seq,
                       since(ms_of(pending.created_at), base_.wall)}));
}

bool PlainWriter::count(bool is_plain) {
  if (std::exchange(runs_on_plain_, is_plain) != is_plain) runs_.push_back(0);
  ++runs_.back();
  ++place_;
  return is_plain;
}

inline bool PlainWriter::append(const Reservation& reservation, ReservationStep step,
                                const Counted& counted) {
  const bool is_small = fits<std::uint32_t>(counted.until) && fits<std::uint16_t>(counted.at) &&
                        fits<std::uint16_t>(counted.wall);
  if (!is_small || !is_plain(reservation, step)) return false;
  const ReservedLine& line = reservation.lines[0];
  std::byte* const began = room();
  std::byte* end = put(put(began, reservation.fingerprint.high), reservation.fingerprint.low);
  end = put(put(end, line.sku.value()), static_cast<std::uint32_t>(line.quantity.count()) |
                                            static_cast<std::uint32_t>(step) << quantity_bits);
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
  base_ = {};
  numbers_begin_ = false;
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
  auto& changed = record.body.emplace<record::ReservationChanged>();
  changed.step = entry.step();
  changed.after = entry.reservation();
  RowChange& row =
      record.rows.emplace_back(row_change(entry.step(), SkuId(entry.head.sku), entry.quantity()));
  if (entry.step() == ReservationStep::reserved) {
    changed.after.seq = ReservationSeq(base_.seq + place);
    changed.after.created_at = record.wall;
    changed.after.expires = node_time(after(ms_of(record.at), entry.head.until_ms));
    return record;
  }
  const Ended& ended = entry.ended;
  changed.after.seq = ReservationSeq(ended.seq);
  changed.after.created_at = wall_time(ended.created_at);
  changed.after.expires = node_time(
      after(ms_of(record.at), static_cast<std::uint64_t>(static_cast<std::int32_t>(entry.head.until_ms))));
  changed.after.order = entry.order;
  row.version = Version(ended.version);
  row.rate = ended.rate;
  record.remembered.push_back({ended.memory, {ended.name_high, ended.name_low}});
  return record;
}

MixedPlace find_mixed(proto::PlainReservations::Reader from, std::size_t place) {
  std::size_t passed[2] = {0, 0};
  bool counts_plain = true;
  for (const std::uint32_t run : from.getRuns()) {
    if (place - passed[0] - passed[1] < run) return {counts_plain, place - passed[counts_plain ? 1 : 0]};
    passed[counts_plain ? 0 : 1] += run;
    counts_plain = !counts_plain;
  }
  throw Refused{{DecodeFault::malformed, "a record that is not there"}};
}

void PlainReader::skip(std::size_t count) {
  for (; count > 0; --count) (void)take_entry(rest_);
}

Reservation PlainReader::read_pending() {
  const Entry entry = take_entry(rest_);
  require(entry.step() == ReservationStep::reserved, DecodeFault::malformed, "one that has ended is pending");
  Reservation pending = entry.reservation();
  pending.seq = ReservationSeq(base_.seq + entry.head.at);
  pending.created_at = wall_time(after(base_.wall, entry.head.wall));
  pending.expires = node_time(after(base_.at, entry.head.until_ms));
  return pending;
}

}  // namespace holdfast::wire
