#include "wire/body_codec.h"

#include <map>

#include "base/overloaded.h"
#include "core/limits.h"
#include "wire/reservation_codec.h"

namespace holdfast::wire {

namespace {

template <class Proto, class Core>
constexpr bool same(Proto proto, Core core) {
  return static_cast<int>(proto) == static_cast<int>(core);
}
using Step = record::ReservationStep;
static_assert(same(proto::ReservationStep::RESERVED, Step::reserved));
static_assert(same(proto::ReservationStep::PURCHASED, Step::purchased));
static_assert(same(proto::ReservationStep::RELEASED, Step::released));
static_assert(same(proto::ReservationStep::EXPIRED, Step::expired));
static_assert(same(proto::ReservationStep::EXTENDED, Step::extended));
static_assert(same(proto::ReservationStep::CHANGED, Step::changed));
static_assert(same(proto::ReservationStep::RETURNED, Step::returned));
static_assert(same(proto::ReservationStep::REACQUIRED, Step::reacquired));

void write_boot_started(const record::BootStarted& started, proto::BootStarted::Builder to) {
  write_boot(started.boot, to.initBoot());
  write_clock(started.clock, to.initClock());
}

record::BootStarted read_boot_started(proto::BootStarted::Reader from) {
  return {read_boot(from.getBoot()), read_clock(from.getClock())};
}

void write_key(const KeyUse& use, proto::KeyUse::Builder to) {
  if (!use.key.empty()) to.setKey(text_in(use.key));
  to.setFingerprintHigh(use.fingerprint.high);
  to.setFingerprintLow(use.fingerprint.low);
}

KeyUse read_key(proto::KeyUse::Reader from) {
  return {text_out(from.getKey()), {from.getFingerprintHigh(), from.getFingerprintLow()}};
}

void write_reservation_changed(const record::ReservationChanged& changed,
                               proto::Record::Reservation::Builder to) {
  to.setStep(enum_in<proto::ReservationStep>(changed.step));
  write_reservation(changed.after, to.initAfter());
  if (!changed.replaced && !changed.key && changed.before.empty()) return;
  auto more = to.initMore();
  if (changed.replaced) write_reservation(*changed.replaced, more.initReplaced());
  if (changed.key) write_key(*changed.key, more.initKey());
  if (!changed.before.empty()) write_all(changed.before, more.initBefore(length(changed.before)), write_line);
}

record::ReservationChanged read_reservation_changed(proto::Record::Reservation::Reader from) {
  record::ReservationChanged changed;
  changed.step = enum_out(from.getStep(), Step::reacquired);
  changed.after = read_reservation(from.getAfter());
  if (!from.hasMore()) return changed;
  const auto more = from.getMore();
  if (more.hasReplaced()) changed.replaced = read_reservation(more.getReplaced());
  if (more.hasKey()) changed.key = read_key(more.getKey());
  changed.before = read_all(more.getBefore(), read_line);
  return changed;
}

void write_stock_adjusted(const record::StockAdjusted& adjusted, proto::StockAdjusted::Builder to) {
  to.setSku(adjusted.sku.value());
  to.setDelta(adjusted.delta.count());
  if (!adjusted.reason.empty()) to.setReason(text_in(adjusted.reason));
  to.setAvailableAfter(adjusted.available_after.count());
  to.setCounted(adjusted.counted);
  write_key(adjusted.key, to.initKey());
}

record::StockAdjusted read_stock_adjusted(proto::StockAdjusted::Reader from) {
  return {SkuId(from.getSku()),       Units(from.getDelta()),
          text_out(from.getReason()), Units(from.getAvailableAfter()),
          from.getCounted(),          read_key(from.getKey())};
}

// Of millions of lines nearly all have one of a few faults: they are told by number, in the order in which
// they first appear.
class Faults {
 public:
  [[nodiscard]] std::uint32_t number_of(const std::string& fault) {
    if (fault.empty()) return 0;
    const auto [at, is_new] = numbers_.try_emplace(fault, length(all_) + 1);
    if (is_new) all_.push_back(&fault);
    return at->second;
  }
  void write(proto::StockImported::Builder to) const {
    if (all_.empty()) return;
    auto texts = to.initFaults(length(all_));
    unsigned place = 0;
    for (const std::string* const fault : all_) texts.set(place++, text_in(*fault));
  }

 private:
  std::map<std::string_view, std::uint32_t> numbers_;
  std::vector<const std::string*> all_;
};

void write_results(const std::vector<answer::ImportedLine>& results, proto::StockImported::Builder to) {
  Faults faults;
  write_all(results, to.initResults(length(results)),
            [&](const answer::ImportedLine& line, proto::ImportedLine::Builder one) {
              one.setLine(line.line);
              if (!line.sku.empty()) one.setSku(text_in(line.sku));
              one.setApplied(line.applied);
              one.setFaultNumber(faults.number_of(line.fault));
            });
  faults.write(to);
}

std::vector<answer::ImportedLine> read_results(proto::StockImported::Reader from) {
  const auto faults = read_all(from.getFaults(), [](capnp::Text::Reader text) {
    require(text.size() <= limits::import_fault_bytes_max, DecodeFault::malformed,
            "a fault that is too long");
    return text_out(text);
  });
  return read_all(from.getResults(), [&](proto::ImportedLine::Reader one) {
    const std::uint32_t number = one.getFaultNumber();
    require(number <= faults.size(), DecodeFault::malformed, "a fault that is not there");
    return answer::ImportedLine{one.getLine(), text_out(one.getSku()), one.getApplied(),
                                number == 0 ? text_out(one.getFault()) : faults[number - 1]};
  });
}

void write_stock_imported(const record::StockImported& imported, proto::StockImported::Builder to) {
  to.setLines(imported.result.lines);
  to.setApplied(imported.result.applied);
  to.setUnits(imported.result.units.count());
  if (!imported.result.results.empty()) write_results(imported.result.results, to);
  to.setReplayed(imported.result.replayed);
  write_key(imported.key, to.initKey());
  auto available = to.initAvailableAfter(length(imported.available_after));
  unsigned place = 0;
  for (const Units units : imported.available_after) available.set(place++, units.count());
}

record::StockImported read_stock_imported(proto::StockImported::Reader from) {
  return {
      {from.getLines(), from.getApplied(), Units(from.getUnits()), read_results(from), from.getReplayed()},
      read_key(from.getKey()),
      read_all(from.getAvailableAfter(), [](std::int64_t units) { return Units(units); })};
}

void write_rights_sent(const record::RightsSent& sent, proto::RightsSent::Builder to) {
  to.setSku(sent.sku.value());
  to.setTo(sent.to.value());
  to.setQuantity(sent.quantity.count());
  to.setKind(enum_in<proto::TransferKind>(sent.kind));
  to.setRightsAfter(sent.rights_after.count());
  if (sent.key) write_key(*sent.key, to.initKey());
}

record::RightsSent read_rights_sent(proto::RightsSent::Reader from) {
  record::RightsSent sent;
  sent.sku = SkuId(from.getSku());
  sent.to = ReplicaIx(from.getTo());
  sent.quantity = Units(from.getQuantity());
  sent.kind = enum_out(from.getKind(), record::TransferKind::by_hand);
  sent.rights_after = Units(from.getRightsAfter());
  if (from.hasKey()) sent.key = read_key(from.getKey());
  return sent;
}

void write_peer_row(const record::PeerRow& peer, proto::PeerRow::Builder to) {
  to.setSku(peer.sku.value());
  write_row(peer.row, to.initRow());
  to.setGiven(peer.given.count());
}

record::PeerRow read_peer_row(proto::PeerRow::Reader from) {
  return {SkuId(from.getSku()), read_row(from.getRow()), Units(from.getGiven())};
}

void write_peer_rows_taken(const record::PeerRowsTaken& taken, proto::PeerRowsTaken::Builder to) {
  to.setReplica(taken.replica.value());
  if (taken.range) write_range(*taken.range, to.initRange());
  if (!taken.rows.empty()) write_all(taken.rows, to.initRows(length(taken.rows)), write_peer_row);
}

record::PeerRowsTaken read_peer_rows_taken(proto::PeerRowsTaken::Reader from) {
  record::PeerRowsTaken taken;
  taken.replica = ReplicaIx(from.getReplica());
  if (from.hasRange()) taken.range = read_range(from.getRange());
  taken.rows = read_all(from.getRows(), read_peer_row);
  return taken;
}

void write_peer_met(const record::PeerMet& peer, proto::PeerMet::Builder to) {
  to.setReplica(peer.replica.value());
  write_all(peer.boots, to.initBoots(length(peer.boots)), write_boot);
  to.setVersion(peer.version.value());
}

record::PeerMet read_peer_met(proto::PeerMet::Reader from) {
  return {ReplicaIx(from.getReplica()), read_all(from.getBoots(), read_boot), Version(from.getVersion())};
}

void write_peer_distrusted(const record::PeerDistrusted& peer, proto::PeerDistrusted::Builder to) {
  to.setReplica(peer.replica.value());
  if (!peer.reason.empty()) to.setReason(text_in(peer.reason));
}

record::PeerDistrusted read_peer_distrusted(proto::PeerDistrusted::Reader from) {
  return {ReplicaIx(from.getReplica()), text_out(from.getReason())};
}

}  // namespace

void write_body(const RecordBody& body, proto::Record::Builder to) {
  std::visit(
      Overloaded{
          [&](const record::TimePassed&) { to.setTimePassed(); },
          [&](const record::BootStarted& started) { write_boot_started(started, to.initBootStarted()); },
          [&](const record::ReservationChanged& changed) {
            write_reservation_changed(changed, to.initReservation());
          },
          [&](const record::StockAdjusted& adjusted) {
            write_stock_adjusted(adjusted, to.initStockAdjusted());
          },
          [&](const record::StockImported& imported) {
            write_stock_imported(imported, to.initStockImported());
          },
          [&](const record::RightsSent& sent) { write_rights_sent(sent, to.initRightsSent()); },
          [&](const record::PeerRowsTaken& taken) { write_peer_rows_taken(taken, to.initPeerRowsTaken()); },
          [&](const record::GaugesSet&) { to.setGaugesSet(); },
          [&](const record::Fenced& fenced) { to.setFenced(text_in(fenced.reason)); },
          [&](const record::PeerMet& peer) { write_peer_met(peer, to.initPeerMet()); },
          [&](const record::PeerDistrusted& peer) { write_peer_distrusted(peer, to.initPeerDistrusted()); },
      },
      body);
}

RecordBody read_body(proto::Record::Reader from) {
  switch (from.which()) {
    case proto::Record::TIME_PASSED: return record::TimePassed{};
    case proto::Record::BOOT_STARTED: return read_boot_started(from.getBootStarted());
    case proto::Record::RESERVATION: return read_reservation_changed(from.getReservation());
    case proto::Record::STOCK_ADJUSTED: return read_stock_adjusted(from.getStockAdjusted());
    case proto::Record::STOCK_IMPORTED: return read_stock_imported(from.getStockImported());
    case proto::Record::RIGHTS_SENT: return read_rights_sent(from.getRightsSent());
    case proto::Record::PEER_ROWS_TAKEN: return read_peer_rows_taken(from.getPeerRowsTaken());
    case proto::Record::GAUGES_SET: return record::GaugesSet{};
    case proto::Record::FENCED: return record::Fenced{text_out(from.getFenced())};
    case proto::Record::PEER_MET: return read_peer_met(from.getPeerMet());
    case proto::Record::PEER_DISTRUSTED: return read_peer_distrusted(from.getPeerDistrusted());
  }
  throw Refused{{DecodeFault::unknown_kind, "a record of a kind that is not known"}};
}

}  // namespace holdfast::wire
