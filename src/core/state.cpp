#include "core/state.h"

#include <algorithm>
#include <array>
#include <utility>

#include "base/assert.h"
#include "base/overloaded.h"
#include "core/invariants.h"

namespace holdfast {

namespace {

constexpr std::size_t replayed_at_once = 64;
// Of names, as many as the processor looks up at once.
constexpr std::size_t names_at_once = 16;

// Nothing that the record remembers was made before.
ReservationSeq made_from(const Record& record) {
  const auto* changed = std::get_if<record::ReservationChanged>(&record.body);
  if (changed == nullptr) return no_reservation;
  return changed->replaced ? std::min(changed->after.seq, changed->replaced->seq) : changed->after.seq;
}

}  // namespace

State::State(const ReplicaId& own, std::uint64_t hash_seed)
    : hash_seed_(hash_seed), stock_(hash_seed), reservations_(hash_seed) {
  replicas_.add({self, own});
  stock_.add_replica(self, own);
}

void State::apply(const Record& record, const Digest* name) { apply(record, position_.next(), name); }

void State::replay(Position first, std::span<const Record> records) {
  stock_.links_are_off();
  while (!records.empty()) {
    const auto some = records.first(std::min(records.size(), replayed_at_once));
    replay_some(first, some);
    first = Position(first.value() + some.size());
    records = records.subspan(some.size());
  }
}

// All that they touch is on its way from memory before the first is applied.
void State::replay_some(Position first, std::span<const Record> records) {
  std::array<Digest, replayed_at_once> names;
  for (std::size_t i = 0; i < records.size(); ++i) {
    for (const RowChange& change : records[i].rows) stock_.expect(change.sku);
    if (const auto* changed = std::get_if<record::ReservationChanged>(&records[i].body)) {
      names[i] = name_of_reservation(changed->after.id, hash_seed_);
      reservations_.expect(names[i]);
    }
  }
  for (std::size_t i = 0; i < records.size(); ++i, first = first.next()) apply(records[i], first, &names[i]);
}

// Of the meta slice a reservation changes its time, and its versions, at most: the rest is apply_meta()'s.
void State::apply(const Record& record, Position position, const Digest* name) {
  HF_ASSERT(position == position_.next() || position_ == Position{});
  position_ = position;
  const auto* changed = std::get_if<record::ReservationChanged>(&record.body);
  const bool introduces = !record.new_replicas.empty() || !record.new_skus.empty();
  const bool changes_meta = slices_.admits(meta_slice, position);
  if (changes_meta) time_ = std::max(time_, record.at);
  if (changes_meta && (introduces || changed == nullptr)) apply_meta(record);
  if (introduces) add_new(record, position);
  for (const RowChange& change : record.rows) {
    if (changes_meta && change.version != Version{}) replicas_.advance(self, change.version);
    if (slices_.admits(slice_of(change.sku), position)) stock_.change(change);
  }
  if (!record.remembered.empty() || changed == nullptr) remember(record, position);
  if (changed == nullptr) return apply_peer_rows(record, position);
  if (changed->replaced) apply_reservation(*changed->replaced, position, nullptr);
  apply_reservation(changed->after, position, name);
}

// What else stands in the meta slice.
void State::apply_meta(const Record& record) {
  for (const NewReplica& replica : record.new_replicas) replicas_.add(replica);
  std::visit(Overloaded{
                 [&](const record::BootStarted& started) {
                   boots_.push_back(started.boot);
                   clock_ = started.clock;
                 },
                 [&](const record::PeerMet& peer) { replicas_.met(peer.replica, peer.boots, peer.version); },
                 [&](const record::PeerRowsTaken& taken) {
                   if (taken.range) replicas_.advance(taken.replica, taken.range->to);
                 },
                 [&](const record::Fenced& fenced) {
                   fenced_ = fenced.reason;
                   fenced_since_ = record.wall;
                 },
                 [&](const record::PeerDistrusted& peer) {
                   replicas_.distrust(peer.replica, peer.reason, record.wall);
                 },
                 [](const auto&) {},
             },
             record.body);
}

void State::add_new(const Record& record, Position position) {
  for (const NewReplica& replica : record.new_replicas) stock_.add_replica(replica.ix, replica.id);
  stock_.expect_skus(record.new_skus.size());
  for (std::span<const NewSku> rest(record.new_skus.data(), record.new_skus.size()); !rest.empty();) {
    const auto some = rest.first(std::min(rest.size(), names_at_once));
    rest = rest.subspan(some.size());
    for (const NewSku& sku : some) stock_.expect(stock_.hash(sku.name));
    for (const NewSku& sku : some)
      if (slices_.admits(slice_of(sku.id), position)) stock_.add_sku(sku.id, sku.name);
  }
}

// Rows of one SKU, own and peers', are in one slice: whole SKUs.
void State::apply_peer_rows(const Record& record, Position position) {
  if (const auto* taken = std::get_if<record::PeerRowsTaken>(&record.body))
    for (const record::PeerRow& peer : taken->rows)
      if (slices_.admits(slice_of(peer.sku), position)) stock_.put(taken->replica, peer.sku, peer.row);
}

void State::remember(const Record& record, Position position) {
  for (const Remembered& memory : record.remembered)
    if (slices_.admits(slice_of_memory(memory.number), position))
      memories_.put(memory, position, record.at, made_from(record));
  for (const std::uint64_t number : memories_.forget(record.at))
    (void)slices_.admits({SliceKind::memories, number}, position);  // dirty: its checkpoint removes it
}

inline void State::apply_reservation(const Reservation& after, Position position, const Digest* name) {
  if (!slices_.admits(slice_of(after.seq), position)) return;
  if (name != nullptr)
    reservations_.put(after, *name);
  else
    reservations_.put(after);
}

void State::restore(SliceId id, Position includes, const SliceValue& slice) {
  if (id.kind != SliceKind::closed) slices_.restored(id, includes);  // no record changes what was closed
  std::visit(Overloaded{
                 [&](const MetaSlice& meta) {
                   HF_ASSERT(!meta.replicas.empty() && meta.replicas.front().id == replicas_.id(self));
                   replicas_.restore(meta.replicas);
                   for (std::uint16_t ix = 0; ix < meta.replicas.size(); ++ix)
                     stock_.add_replica(ReplicaIx(ix), meta.replicas[ix].id);
                   boots_ = meta.boots;
                   clock_ = meta.clock;
                   time_ = meta.time;
                   memories_.continue_from(meta.next_memory);
                   fenced_ = meta.fenced;
                   fenced_since_ = meta.fenced_since;
                 },
                 [&](const SkuSlice& skus) { stock_.restore(skus); },
                 [&](const ReservationSlice& reservations) { reservations_.restore(reservations); },
                 [&](const MemorySlice& memories) { memories_.restore(memories); },
                 [&](const ClosedSlice& closed) { closed_.restore(closed, includes); },
             },
             slice);
}

void State::recovered(Position last) {
  HF_ASSERT(position_ == last || position_ == Position{});
  position_ = last;
  stock_.link_all();
  (void)stock_.in_byte_order();  // sorted now, while nobody waits
  check_invariants(*this);
}

std::optional<SliceCopy> State::copy(SliceId id) const {
  switch (id.kind) {
    case SliceKind::meta:
      return MetaSlice{replicas_.all(),         boots_,  clock_,       time_,
                       memories_.next_number(), fenced_, fenced_since_};
    case SliceKind::skus: {
      SkuSlice slice;
      const std::uint64_t end = std::min<std::uint64_t>((id.number + 1) * skus_per_slice, stock_.size());
      slice.skus.reserve(skus_per_slice);
      for (std::uint64_t sku = id.number * skus_per_slice; sku < end; ++sku)
        stock_.add_to(slice, SkuId(static_cast<std::uint32_t>(sku)));
      if (slice.skus.empty()) return std::nullopt;
      return slice;
    }
    case SliceKind::reservations: {
      const PendingSlice* pending = reservations_.slice(id.number);
      return pending == nullptr ? std::nullopt : std::optional<SliceCopy>(*pending);
    }
    case SliceKind::memories: {
      MemorySlice slice = memories_.slice(id.number);
      if (slice.memories.empty()) return std::nullopt;
      return slice;
    }
    case SliceKind::closed: return closed_.slice(id.number);
  }
  std::unreachable();
}

}  // namespace holdfast
