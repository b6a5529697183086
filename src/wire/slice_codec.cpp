#include "wire/slice_codec.h"

#include "wire/packed_slices.h"
#include "wire/plain_codec.h"
#include "wire/reservation_codec.h"

namespace holdfast::wire {

namespace {

ReplicaRow read_replica_row(proto::ReplicaRow::Reader from) {
  return {ReplicaIx(from.getReplica()), read_row(from.getRow())};
}

SkuSlice::Entry read_sku(proto::SkuEntry::Reader from) {
  return {SkuId(from.getId()), text_out(from.getName()), Units(from.getReserved()), Units(from.getReturned()),
          read_as<Few<ReplicaRow>>(from.getRows(), read_replica_row)};
}

MemorySlice::Entry read_memory(proto::Memory::Reader from) {
  return {from.getNumber(),
          {from.getNameHigh(), from.getNameLow()},
          Position(from.getPosition()),
          node_time(from.getAt())};
}

void write_known_replica(const MetaSlice::Replica& replica, proto::KnownReplica::Builder to) {
  write_replica_id(replica.id, to.initId());
  to.setVersion(replica.version.value());
  if (!replica.boots.empty()) write_all(replica.boots, to.initBoots(length(replica.boots)), write_boot);
  if (!replica.distrusted.empty()) to.setDistrusted(text_in(replica.distrusted));
  to.setDistrustedSince(ms_of(replica.distrusted_since));
  to.setMet(replica.met.value());
}

MetaSlice::Replica read_known_replica(proto::KnownReplica::Reader from) {
  return {read_replica_id(from.getId()),        Version(from.getVersion()),
          read_all(from.getBoots(), read_boot), text_out(from.getDistrusted()),
          wall_time(from.getDistrustedSince()), Version(from.getMet())};
}

void write_meta(const MetaSlice& meta, proto::MetaSlice::Builder to) {
  write_all(meta.replicas, to.initReplicas(length(meta.replicas)), write_known_replica);
  write_all(meta.boots, to.initBoots(length(meta.boots)), write_boot);
  write_clock(meta.clock, to.initClock());
  to.setTime(ms_of(meta.time));
  to.setNextMemory(meta.next_memory);
  if (!meta.fenced.empty()) to.setFenced(text_in(meta.fenced));
  to.setFencedSince(ms_of(meta.fenced_since));
}

MetaSlice read_meta(proto::MetaSlice::Reader from) {
  return {read_all(from.getReplicas(), read_known_replica),
          read_all(from.getBoots(), read_boot),
          read_clock(from.getClock()),
          node_time(from.getTime()),
          from.getNextMemory(),
          text_out(from.getFenced()),
          wall_time(from.getFencedSince())};
}

void write_sums(const ClosedSlice::Entry& sku, proto::SkuSums::Builder to) {
  to.setSku(sku.sku.value());
  to.setReceived(sku.sums.received.count());
  to.setPurchased(sku.sums.purchased.count());
  to.setWrittenOff(sku.sums.written_off.count());
  to.setSent(sku.sums.sent.count());
  to.setReserved(sku.sums.reserved.count());
  to.setReturned(sku.sums.returned.count());
}

ClosedSlice::Entry read_sums(proto::SkuSums::Reader from) {
  return {SkuId(from.getSku()),
          {Units(from.getReceived()), Units(from.getPurchased()), Units(from.getWrittenOff()),
           Units(from.getSent()), Units(from.getReserved()), Units(from.getReturned())}};
}

void write_closed(const ClosedSlice& closed, proto::ClosedSlice::Builder to) {
  to.setPending(closed.pending);
  write_all(closed.skus, to.initSkus(length(closed.skus)), write_sums);
}

ClosedSlice read_closed(proto::ClosedSlice::Reader from) {
  return {from.getPending(), read_all(from.getSkus(), read_sums)};
}

ReservationSlice read_pending(proto::PendingSlice::Reader from) {
  if (!from.hasPlain()) return {read_all(from.getOthers(), read_reservation)};
  return {read_mixed<Reservation>(
      from.getPlain(), from.getOthers(), [](PlainReader& plain, std::size_t) { return plain.read_pending(); },
      read_reservation)};
}

capnp::Data::Reader data_in(BytesView bytes) {
  return {reinterpret_cast<const kj::byte*>(bytes.data()), bytes.size()};
}
BytesView data_out(capnp::Data::Reader data) { return std::as_bytes(std::span(data.begin(), data.size())); }

SliceValue read_slice(proto::Slice::Reader from) {
  switch (from.which()) {
    case proto::Slice::META: return read_meta(from.getMeta());
    case proto::Slice::SKUS: return SkuSlice{read_all(from.getSkus(), read_sku)};
    case proto::Slice::RESERVATIONS:
      return ReservationSlice{read_all(from.getReservations(), read_reservation)};
    case proto::Slice::PENDING: return read_pending(from.getPending());
    case proto::Slice::MEMORIES:
      return MemorySlice{read_all(from.getMemories(), read_memory), ReservationSeq(from.getMadeFrom())};
    case proto::Slice::CLOSED: return read_closed(from.getClosed());
    case proto::Slice::PACKED_SKUS: return unpacked_skus(data_out(from.getPackedSkus()));
    case proto::Slice::PACKED_MEMORIES: return unpacked_memories(data_out(from.getPackedMemories()));
  }
  throw Refused{{DecodeFault::unknown_kind, "a slice of a kind that is not known"}};
}

// `bytes`: about what its parts take; more only costs a second try.
template <class Fill>
void write_slice(Bytes& out, std::size_t bytes, const Fill& fill) {
  constexpr std::size_t base_bytes = 4096;
  write_message<proto::Slice>(out, base_bytes + bytes, [&](proto::Slice::Builder to) {
    to.setFormat(proto::JOURNAL_FORMAT);
    fill(to);
  });
}

void encode(const MetaSlice& meta, Bytes& out) {
  write_slice(out, meta.boots.size() * 24,
              [&](proto::Slice::Builder to) { write_meta(meta, to.initMeta()); });
}

void encode(const SkuSlice& skus, Bytes& out) {
  const Packer io = packed(skus);
  write_slice(out, io.bytes().size(),
              [&](proto::Slice::Builder to) { to.setPackedSkus(data_in(io.bytes())); });
}

// There may be many, and in a busy region nearly all are plain.
void encode(const ReservationSlice& slice, Bytes& out) {
  PlainWriter plain(slice.pending.size());
  std::vector<const Reservation*> others;
  for (const Reservation& pending : slice.pending)
    if (!plain.write(pending)) others.push_back(&pending);
  write_slice(out, plain.bytes_to_say() + others.size() * 256, [&](proto::Slice::Builder slice_to) {
    auto to = slice_to.initPending();
    auto list = to.initOthers(length(others));
    unsigned place = 0;
    for (const Reservation* other : others) write_reservation(*other, list[place++]);
    if (!plain.empty()) plain.say(to.initPlain());
  });
}

void encode(const MemorySlice& memories, Bytes& out) {
  const Packer io = packed(memories);
  write_slice(out, io.bytes().size(),
              [&](proto::Slice::Builder to) { to.setPackedMemories(data_in(io.bytes())); });
}

void encode(const ClosedSlice& closed, Bytes& out) {
  write_slice(out, closed.skus.size() * 56,
              [&](proto::Slice::Builder to) { write_closed(closed, to.initClosed()); });
}

}  // namespace

void encode_slice(const SliceValue& slice, Bytes& out) {
  std::visit([&](const auto& value) { encode(value, out); }, slice);
}

Decoded<SliceValue> decode_slice(BytesView bytes) {
  return read_message<proto::Slice>(bytes, [](proto::Slice::Reader slice) {
    require_journal_format(slice.getFormat(), "a slice in a format of a later version");
    return read_slice(slice);
  });
}

}  // namespace holdfast::wire
