#include "wire/common_codec.h"

#include <cstdint>

#include "base/digest.h"

namespace holdfast::wire {

namespace {

[[nodiscard]] bool is_aligned(const void* bytes) {
  return reinterpret_cast<std::uintptr_t>(bytes) % alignof(capnp::word) == 0;
}

void write_sent(const Sent& sent, proto::Sent::Builder to) {
  to.setTo(sent.to.value());
  to.setTotal(sent.total.count());
}

Sent read_sent(proto::Sent::Reader from) { return {ReplicaIx(from.getTo()), Units(from.getTotal())}; }

}  // namespace

Segment segment_of(BytesView bytes, kj::Array<capnp::word>& aligned) {
  require(
      bytes.size() >= 2 * word_bytes && bytes.size() % word_bytes == 0 && bytes.size() <= message_bytes_max,
      DecodeFault::malformed, "not a whole number of words");
  std::uint32_t table[2];
  std::memcpy(table, bytes.data(), sizeof table);
  require(table[0] == 0, DecodeFault::malformed, "more than one segment");
  const std::size_t words = bytes.size() / word_bytes - 1;
  require(table[1] == words, DecodeFault::malformed, "shorter or longer than it says");
  const BytesView segment = bytes.subspan(segment_table_bytes);
  if (is_aligned(segment.data())) return {reinterpret_cast<const capnp::word*>(segment.data()), words};
  aligned = kj::heapArray<capnp::word>(words);
  std::memcpy(aligned.begin(), segment.data(), segment.size());
  return aligned;
}

void write_replica_id(const ReplicaId& id, proto::ReplicaId::Builder to) {
  if (!id.region.empty()) to.setRegion(text_in(id.region));
  to.setMadeMs(id.incarnation.made_ms);
  to.setNonce(id.incarnation.nonce);
}

ReplicaId read_replica_id(proto::ReplicaId::Reader from) {
  return {text_out(from.getRegion()), {from.getMadeMs(), from.getNonce()}};
}

void write_boot(const Boot& boot, proto::Boot::Builder to) {
  to.setNumber(boot.number);
  to.setNonce(boot.nonce);
  to.setBegan(boot.began.value());
}

Boot read_boot(proto::Boot::Reader from) {
  return {from.getNumber(), from.getNonce(), Version(from.getBegan())};
}

void write_clock(const MachineClock& clock, proto::MachineClock::Builder to) {
  to.setMachineBoot(clock.machine_boot);
  to.setOffsetMs(clock.offset.count());
}

MachineClock read_clock(proto::MachineClock::Reader from) {
  return {from.getMachineBoot(), Millis(from.getOffsetMs())};
}

void write_range(const record::VersionRange& range, proto::VersionRange::Builder to) {
  to.setFrom(range.from.value());
  to.setTo(range.to.value());
}

record::VersionRange read_range(proto::VersionRange::Reader from) {
  return {Version(from.getFrom()), Version(from.getTo())};
}

void write_row(const Row& row, proto::Row::Builder to) {
  to.setReceived(row.received.count());
  to.setPurchased(row.purchased.count());
  to.setWrittenOff(row.written_off.count());
  if (!row.sent.empty()) write_all(row.sent, to.initSent(length(row.sent)), write_sent);
  to.setVersion(row.version.value());
  to.setReserved(row.reserved.count());
  to.setRate(row.rate);
}

Row read_row(proto::Row::Reader from, std::size_t sent_max) {
  return {Units(from.getReceived()),
          Units(from.getPurchased()),
          Units(from.getWrittenOff()),
          read_all(from.getSent(), read_sent, sent_max),
          Version(from.getVersion()),
          Units(from.getReserved()),
          from.getRate()};
}

}  // namespace holdfast::wire
