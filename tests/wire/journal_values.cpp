#include "journal_values.h"

namespace holdfast::wire {

namespace {

NodeTime draw_node_time(Draw& draw) { return node_time(draw.any<std::int64_t>()); }
WallTime draw_wall_time(Draw& draw) { return wall_time(draw.any<std::int64_t>()); }

Row draw_row(Draw& draw) {
  return {draw.units(),
          draw.units(),
          draw.units(),
          draw.list(3,
                    [&] {
                      return Sent{draw.strong<ReplicaIx>(), draw.units()};
                    }),
          draw.strong<Version>(),
          draw.units(),
          draw.any<std::int64_t>()};
}

ReservedLine draw_line(Draw& draw) {
  return {draw.strong<SkuId>(), draw.units(), draw.coin() ? no_units : draw.units()};
}

template <class Element>
Few<Element> few(const std::vector<Element>& all) {
  return {all.begin(), all.end()};
}

template <class Value>
Boxed<Value> boxed(std::optional<Value> value) {
  return value ? Boxed<Value>(*std::move(value)) : Boxed<Value>();
}

ShortLine draw_short_line(Draw& draw) {
  return {draw.text(), draw.units(), draw.units(), draw.units(), draw.units(), draw_wall_time(draw)};
}

Reservation draw_reservation(Draw& draw) {
  return {draw.text(),
          draw.strong<ReservationSeq>(),
          draw.one_up_to(ReservationState::expired),
          draw.text(),
          draw.text(),
          draw.digest(),
          draw_wall_time(draw),
          draw_node_time(draw),
          few(draw.list(3, [&] { return draw_line(draw); })),
          draw.coin(),
          draw.text(),
          draw.list(2, [&] { return draw_short_line(draw); })};
}

RowChange draw_row_change(Draw& draw) {
  RowChange change;
  change.sku = draw.strong<SkuId>();
  change.reserved = draw.units();
  if (draw.coin()) return change;
  change.version = draw.strong<Version>();
  change.rate = draw.any<std::int64_t>();
  change.purchased = draw.units();
  if (draw.coin()) return change;
  change.received = draw.units();
  change.returned = draw.units();
  change.written_off = draw.units();
  change.sent = draw.units();
  change.to = draw.strong<ReplicaIx>();
  return change;
}

Boot draw_boot(Draw& draw) {
  return {draw.any<std::uint32_t>(), draw.any<std::uint64_t>(), draw.strong<Version>()};
}
MachineClock draw_clock(Draw& draw) { return {draw.any<std::uint64_t>(), Millis(draw.any<std::int64_t>())}; }
ReplicaId draw_any_replica(Draw& draw) {
  return {draw.text(), {draw.any<std::uint64_t>(), draw.any<std::uint64_t>()}};
}
KeyUse draw_key(Draw& draw) { return {draw.text(), draw.digest()}; }

answer::Imported draw_imported(Draw& draw) {
  return {draw.any<std::uint64_t>(), draw.any<std::uint64_t>(), draw.units(),
          draw.list(
              3,
              [&] {
                return answer::ImportedLine{draw.any<std::uint64_t>(), draw.text(), draw.coin(), draw.text()};
              }),
          draw.coin()};
}

decltype(Record::body) draw_body(Draw& draw, std::size_t kind) {
  const auto key = [&] { return draw_key(draw); };
  switch (kind) {
    case 0: return record::TimePassed{};
    case 1: return record::BootStarted{draw_boot(draw), draw_clock(draw)};
    case 2:
      return record::ReservationChanged{
          draw.one_up_to(record::ReservationStep::reacquired), draw_reservation(draw),
          boxed(draw.maybe([&] { return draw_reservation(draw); })), boxed(draw.maybe(key)),
          draw.list(3, [&] { return draw_line(draw); })};
    case 3:
      return record::StockAdjusted{draw.strong<SkuId>(), draw.units(), draw.text(),
                                   draw.units(),         draw.coin(),  key()};
    case 4:
      return record::StockImported{draw_imported(draw), key(), draw.list(3, [&] { return draw.units(); })};
    case 5:
      return record::RightsSent{draw.strong<SkuId>(), draw.strong<ReplicaIx>(),
                                draw.units(),         draw.one_up_to(record::TransferKind::by_hand),
                                draw.units(),         draw.maybe(key)};
    case 6:
      return record::PeerRowsTaken{
          draw.strong<ReplicaIx>(), draw.maybe([&] {
            return record::VersionRange{draw.strong<Version>(), draw.strong<Version>()};
          }),
          draw.list(3, [&] {
            return record::PeerRow{draw.strong<SkuId>(), draw_row(draw), draw.units()};
          })};
    case 7: return record::GaugesSet{};
    case 8: return record::Fenced{draw.text()};
    case 9:
      return record::PeerMet{draw.strong<ReplicaIx>(), draw.list(2, [&] { return draw_boot(draw); }),
                             draw.strong<Version>()};
    default: return record::PeerDistrusted{draw.strong<ReplicaIx>(), draw.text()};
  }
}

MetaSlice draw_meta(Draw& draw) {
  return {draw.list(3,
                    [&] {
                      return MetaSlice::Replica{draw_any_replica(draw),
                                                draw.strong<Version>(),
                                                draw.list(2, [&] { return draw_boot(draw); }),
                                                draw.text(),
                                                draw_wall_time(draw),
                                                draw.strong<Version>()};
                    }),
          draw.list(3, [&] { return draw_boot(draw); }),
          draw_clock(draw),
          draw_node_time(draw),
          draw.any<std::uint64_t>(),
          draw.text(),
          draw_wall_time(draw)};
}

SkuSlice::Entry draw_sku_entry(Draw& draw) {
  SkuSlice::Entry entry{draw.strong<SkuId>(), draw.text(), draw.units(), draw.units(), {}};
  for (std::size_t rows = draw.below(4); rows > 0; --rows)
    entry.rows.push_back({draw.strong<ReplicaIx>(), draw_row(draw)});
  return entry;
}

MemorySlice::Entry draw_memory(Draw& draw) {
  return {draw.any<std::uint64_t>(), draw.digest(), draw.strong<Position>(), draw_node_time(draw)};
}

ClosedSlice::Entry draw_sums(Draw& draw) {
  return {draw.strong<SkuId>(),
          {draw.units(), draw.units(), draw.units(), draw.units(), draw.units(), draw.units()}};
}

}  // namespace

Record draw_record(Draw& draw, std::size_t kind) {
  Record record;
  // Does not compile if it has another number of members: each is drawn.
  [[maybe_unused]] const auto& [at, wall, new_skus, new_replicas, rows, remembered, body] = record;
  record.at = draw_node_time(draw);
  record.wall = draw_wall_time(draw);
  record.new_skus = draw.list(2, [&] { return NewSku{draw.strong<SkuId>(), draw.text()}; });
  record.new_replicas = draw.list(2, [&] {
    return NewReplica{draw.strong<ReplicaIx>(), draw_any_replica(draw)};
  });
  record.rows = few(draw.list(3, [&] { return draw_row_change(draw); }));
  record.remembered = few(draw.list(3, [&] { return Remembered{draw.any<std::uint64_t>(), draw.digest()}; }));
  record.body = draw_body(draw, kind);
  return record;
}

SliceValue draw_slice(Draw& draw, std::size_t kind) {
  switch (kind) {
    case 0: return draw_meta(draw);
    case 1: return SkuSlice{draw.list(5, [&] { return draw_sku_entry(draw); })};
    case 2: return ReservationSlice{draw.list(5, [&] { return draw_reservation(draw); })};
    case 3:
      return MemorySlice{draw.list(5, [&] { return draw_memory(draw); }), draw.strong<ReservationSeq>()};
    default: return ClosedSlice{draw.any<std::int64_t>(), draw.list(5, [&] { return draw_sums(draw); })};
  }
}

Record typical_reserve() {
  record::ReservationChanged changed;
  changed.after.id = "3f0c9a52-7d1e-4b0a-9c39-5f6be02d8a11";
  changed.after.seq = ReservationSeq(1'000'123);
  changed.after.customer = "c-88231";
  changed.after.fingerprint = {0x0123456789abcdef, 0xfedcba9876543210};
  changed.after.created_at = wall_time(1'760'000'000'000);
  changed.after.expires = node_time(5'000'600'000);
  changed.after.lines = {{SkuId(4711), Units(2), no_units}};
  RowChange hold;
  hold.sku = SkuId(4711);
  hold.reserved = Units(2);
  Record record;
  record.at = node_time(5'000'000'000);
  record.wall = wall_time(1'760'000'000'000);
  record.rows = {hold};
  record.body = changed;
  return record;
}

Record typical_purchase() {
  Record record = typical_reserve();
  RowChange& row = record.rows[0];
  row.reserved = Units(-2);
  row.purchased = Units(2);
  row.version = Version(88'123);
  row.rate = 12'000;
  record.remembered = {{77, {0x1111222233334444, 0x5555666677778888}}};
  auto& changed = std::get<record::ReservationChanged>(record.body);
  changed.step = record::ReservationStep::purchased;
  changed.after.state = ReservationState::purchased;
  changed.after.order = "o-51002";
  return record;
}

}  // namespace holdfast::wire
