#include "core/pending_slice.h"

#include <algorithm>
#include <cstring>
#include <iterator>
#include <new>
#include <span>
#include <string>
#include <type_traits>

#include "base/assert.h"
#include "core/slices.h"

namespace holdfast {

namespace {

// It stands among bytes, at any of them.
struct [[gnu::packed]] Head {
  std::uint64_t fingerprint_high = 0;
  std::uint64_t fingerprint_low = 0;
  std::int64_t created_ms = 0;
  std::int64_t expires_ms = 0;
  std::int64_t quantity = 0;  // of the one plain line, as the next
  std::uint32_t sku = 0;
  std::uint32_t id_bytes : 8 = 0;
  std::uint32_t rest_bytes : 24 = 0;  // 0: it has one plain line, and nothing else to tell
};
static_assert(sizeof(Head) == 48 && alignof(Head) == 1 && std::is_trivially_copyable_v<Head>);

[[nodiscard]] bool is_plain(const Reservation& one) {
  return one.lines.size() == 1 && one.lines[0].returned == no_units && one.customer.empty() &&
         one.order.empty() && one.replaced.empty() && !one.asked_to_replace && one.shortage.empty();
}

using Packed = boost::container::vector<std::byte>;

// Room for so many bytes at its end.
std::byte* more(Packed& out, std::size_t bytes) {
  const std::size_t began = out.size();
  out.resize(began + bytes, boost::container::default_init);
  return out.data() + began;
}

class Writer {
 public:
  explicit Writer(Packed& out) : out_(out) {}

  template <class T>
  requires std::is_trivially_copyable_v<T>
  void put(const T& value) { bytes(std::as_bytes(std::span(&value, 1))); }
  void text(std::string_view text) {
    put(static_cast<std::uint32_t>(text.size()));
    bytes(std::as_bytes(std::span(text)));
  }

 private:
  void bytes(BytesView bytes) { std::memcpy(more(out_, bytes.size()), bytes.data(), bytes.size()); }

  Packed& out_;
};

class Reader {
 public:
  explicit Reader(BytesView bytes) : rest_(bytes) {}

  template <class T>
  requires std::is_trivially_copyable_v<T> T get() {
    T value;
    std::memcpy(&value, take(sizeof value).data(), sizeof value);
    return value;
  }
  std::string text() { return std::string(text_of(take(get<std::uint32_t>()))); }
  void skip_text() { take(get<std::uint32_t>()); }

 private:
  BytesView take(std::size_t size) {
    HF_ASSERT(size <= rest_.size());
    const BytesView taken = rest_.first(size);
    rest_ = rest_.subspan(size);
    return taken;
  }

  BytesView rest_;
};

void write_rest(const Reservation& from, Packed& out) {
  Writer writer(out);
  writer.text(from.customer);
  writer.text(from.order);
  writer.text(from.replaced);
  writer.put(from.asked_to_replace);
  writer.put(static_cast<std::uint32_t>(from.lines.size()));
  for (const ReservedLine& line : from.lines) writer.put(line);
  writer.put(static_cast<std::uint32_t>(from.shortage.size()));
  for (const ShortLine& line : from.shortage) {
    writer.text(line.sku);
    for (const Units units :
         {line.requested, line.available_here, line.reserved_here, line.elsewhere_estimate})
      writer.put(units);
    writer.put(line.as_of);
  }
}

ShortLine read_short_line(Reader& reader) {
  ShortLine line;
  line.sku = reader.text();
  for (Units* units : {&line.requested, &line.available_here, &line.reserved_here, &line.elsewhere_estimate})
    *units = reader.get<Units>();
  line.as_of = reader.get<WallTime>();
  return line;
}

void read_rest(BytesView bytes, Reservation& to) {
  Reader reader(bytes);
  to.customer = reader.text();
  to.order = reader.text();
  to.replaced = reader.text();
  to.asked_to_replace = reader.get<bool>();
  for (auto lines = reader.get<std::uint32_t>(); lines > 0; --lines)
    to.lines.push_back(reader.get<ReservedLine>());
  for (auto lines = reader.get<std::uint32_t>(); lines > 0; --lines)
    to.shortage.push_back(read_short_line(reader));
}

// Of what read_rest() reads, the lines alone.
void count_lines(BytesView bytes, std::span<Units> held) {
  Reader reader(bytes);
  for (int text = 0; text < 3; ++text) reader.skip_text();
  reader.get<bool>();
  for (auto lines = reader.get<std::uint32_t>(); lines > 0; --lines) {
    const auto line = reader.get<ReservedLine>();
    held[line.sku.value()] += line.quantity;
  }
}

[[nodiscard]] const Head& head_at(const Packed& bytes, std::size_t at) {
  HF_ASSERT(at + sizeof(Head) <= bytes.size());
  return *std::launder(reinterpret_cast<const Head*>(bytes.data() + at));
}

[[nodiscard]] std::size_t size_of(const Head& head) { return sizeof head + head.id_bytes + head.rest_bytes; }

// What does not fit into the head, which stands at `at`, with the id behind it, as the last.
[[gnu::noinline]] void pack_rest(const Reservation& pending, std::size_t at, Packed& out) {
  const std::size_t began = out.size();
  write_rest(pending, out);
  Head head = head_at(out, at);
  head.rest_bytes = (out.size() - began) & 0xffffff;
  HF_ASSERT(at + size_of(head) == out.size());
  ::new (out.data() + at) Head(head);
}

void pack(const Reservation& pending, Packed& out) {
  HF_ASSERT(pending.id.size() <= 0xff);
  const std::size_t at = out.size();
  std::byte* const place = more(out, sizeof(Head) + pending.id.size());
  const ReservedLine line = pending.lines.empty() ? ReservedLine{} : pending.lines.front();
  ::new (place) Head{.fingerprint_high = pending.fingerprint.high,
                     .fingerprint_low = pending.fingerprint.low,
                     .created_ms = ms_of(pending.created_at),
                     .expires_ms = ms_of(pending.expires),
                     .quantity = line.quantity.count(),
                     .sku = line.sku.value(),
                     .id_bytes = static_cast<std::uint8_t>(pending.id.size())};
  std::memcpy(place + sizeof(Head), pending.id.data(), pending.id.size());
  if (!is_plain(pending)) pack_rest(pending, at, out);
}

}  // namespace

// With a little more room: slices are not all equally full, nor ids equally long, and one that outgrows its
// room is copied.
PendingSlice::PendingSlice(std::uint64_t number, const PendingSlice& like) : number_(number) {
  const auto about = [](std::size_t size) { return size + size / 32; };
  places_.reserve(about(like.places_.size()));
  bytes_.reserve(about(like.bytes_.size()));
}

std::uint32_t PendingSlice::within(ReservationSeq seq) const {
  return static_cast<std::uint32_t>(seq.value() - number_ * reservations_per_slice);
}

ReservationSeq PendingSlice::seq_of(const Place& place) const {
  return ReservationSeq(number_ * reservations_per_slice + place.within);
}

PendingSlice::Places::const_iterator PendingSlice::find_place(ReservationSeq seq) const {
  const auto place = std::ranges::lower_bound(places_, within(seq), {}, &Place::within);
  return place != places_.end() && place->within == within(seq) ? place : places_.end();
}

Reservation PendingSlice::unpack(const Place& place) const {
  Reservation pending;
  unpack(place, pending);
  return pending;
}

void PendingSlice::unpack(const Place& place, Reservation& pending) const {
  const Head& head = head_at(bytes_, place.at);
  const BytesView texts = BytesView(bytes_).subspan(place.at + sizeof head);
  pending.id = text_of(texts.first(head.id_bytes));
  pending.seq = seq_of(place);
  pending.fingerprint = {head.fingerprint_high, head.fingerprint_low};
  pending.created_at = wall_time(head.created_ms);
  pending.expires = node_time(head.expires_ms);
  if (head.rest_bytes == 0)
    pending.lines.push_back({SkuId(head.sku), Units(head.quantity), no_units});
  else
    read_rest(texts.subspan(head.id_bytes, head.rest_bytes), pending);
}

std::optional<Reservation> PendingSlice::find(ReservationSeq seq) const {
  std::optional<Reservation> found;
  if (const auto place = find_place(seq); place != places_.end()) unpack(*place, found.emplace());
  return found;
}

std::optional<Reservation> PendingSlice::first_after(ReservationSeq seq) const {
  const auto place = std::ranges::upper_bound(places_, within(seq), {}, &Place::within);
  return place == places_.end() ? std::nullopt : std::optional(unpack(*place));
}

std::string_view PendingSlice::id(ReservationSeq seq) const {
  const auto place = find_place(seq);
  HF_ASSERT(place != places_.end());
  return text_of(BytesView(bytes_).subspan(place->at + sizeof(Head), head_at(bytes_, place->at).id_bytes));
}

std::optional<NodeTime> PendingSlice::expires(ReservationSeq seq) const {
  const auto place = find_place(seq);
  return place == places_.end() ? std::nullopt
                                : std::optional(node_time(head_at(bytes_, place->at).expires_ms));
}

PendingSlice::Glance PendingSlice::glance(std::size_t place) const {
  const Place& at = places_[place];
  const Head& head = head_at(bytes_, at.at);
  const BytesView id = BytesView(bytes_).subspan(at.at + sizeof head, head.id_bytes);
  return {seq_of(at), node_time(head.expires_ms), text_of(id)};
}

PendingSlice::Glance PendingSlice::glance(std::size_t place, std::span<Units> held) const {
  const Place& at = places_[place];
  const Head& head = head_at(bytes_, at.at);
  if (head.rest_bytes == 0)
    held[head.sku] += Units(head.quantity);
  else
    count_lines(BytesView(bytes_).subspan(at.at + sizeof head + head.id_bytes, head.rest_bytes), held);
  return glance(place);
}

void PendingSlice::add(const Reservation& pending) {
  Place& place = places_.emplace_back();
  place.within = within(pending.seq);
  place.at = static_cast<std::uint32_t>(bytes_.size());
  if (places_.size() > 1 && places_.back().within <= places_.end()[-2].within) sift_last();
  ++packed_;
  pack(pending, bytes_);
}

// To where it belongs by its number.
[[gnu::noinline]] void PendingSlice::sift_last() {
  const auto last = std::prev(places_.end());
  const auto next = std::ranges::lower_bound(places_.begin(), last, last->within, {}, &Place::within);
  HF_ASSERT(next->within != last->within);
  std::rotate(next, last, places_.end());
}

std::optional<NodeTime> PendingSlice::drop(ReservationSeq seq) {
  const auto place = find_place(seq);
  if (place == places_.end()) return std::nullopt;
  const NodeTime expires = node_time(head_at(bytes_, place->at).expires_ms);
  places_.erase(place);
  if (packed_ > 2 * places_.size() + 8) pack_closely();
  return expires;
}

void PendingSlice::pack_closely() {
  Packed closely;
  for (Place& place : places_) {
    const BytesView one = BytesView(bytes_).subspan(place.at, size_of(head_at(bytes_, place.at)));
    place.at = static_cast<std::uint32_t>(closely.size());
    closely.insert(closely.end(), one.begin(), one.end());
  }
  bytes_ = std::move(closely);
  packed_ = places_.size();
  shrink();
}

// Not for a little: all of it is copied.
void PendingSlice::shrink() {
  if (bytes_.capacity() - bytes_.size() > bytes_.size() / 16) bytes_.shrink_to_fit();
  if (places_.capacity() - places_.size() > places_.size() / 16) places_.shrink_to_fit();
}

std::vector<Reservation> PendingSlice::all() const {
  std::vector<Reservation> all;
  all.reserve(places_.size());
  for (const Place& place : places_) unpack(place, all.emplace_back());
  return all;
}

}  // namespace holdfast
