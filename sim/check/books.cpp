#include "sim/check/books.h"

#include <algorithm>

#include "base/overloaded.h"
#include "wire/record_codec.h"

namespace holdfast::sim {

namespace {

using record::ReservationStep;

// What may follow what, written down again rather than taken from the core.
bool may_follow(std::optional<ReservationState> before, ReservationStep step) {
  if (!before) return step == ReservationStep::reserved;
  switch (step) {
    case ReservationStep::reserved: return false;
    case ReservationStep::purchased:
    case ReservationStep::released:
    case ReservationStep::expired:
    case ReservationStep::extended:
    case ReservationStep::changed: return *before == ReservationState::pending;
    case ReservationStep::returned: return *before == ReservationState::purchased;
    case ReservationStep::reacquired: return *before == ReservationState::expired;
  }
  return false;
}

ReservationState state_after(ReservationStep step) {
  switch (step) {
    case ReservationStep::reserved:
    case ReservationStep::extended:
    case ReservationStep::changed: return ReservationState::pending;
    case ReservationStep::purchased:
    case ReservationStep::returned:
    case ReservationStep::reacquired: return ReservationState::purchased;
    case ReservationStep::released: return ReservationState::released;
    case ReservationStep::expired: return ReservationState::expired;
  }
  return ReservationState::pending;
}

Units rights_of_own(const BookRow& row) {
  Units rights = row.received - row.purchased - row.written_off;
  for (const auto& [to, units] : row.sent) rights -= units;
  return rights;
}

}  // namespace

Books::Books(const ReplicaId& own, const ledger::MemoryDisk& disk) : own_(own), replicas_{own} {
  rows_[own];
  versions_[own];
  for (const auto& [first, batch] : disk.batches) {
    const auto decoded = wire::decode_records(batch.bytes);
    if (!decoded || decoded->size() != batch.count) {
      fault(first, "the batch cannot be read");
      return;
    }
    Position position = first;
    for (const Record& record : *decoded) {
      read(position, record);
      position = position.next();
    }
  }
  check_baskets();
}

void Books::fault(Position position, const std::string& what) {
  if (faults_.size() < 10)
    faults_.push_back(own_.region + ", record " + std::to_string(position.value()) + ": " + what);
}

void Books::read(Position position, const Record& record) {
  if (record.at < time_) fault(position, "node time goes back");
  time_ = record.at;
  for (const NewSku& sku : record.new_skus) {
    if (sku.id.value() != skus_.size()) fault(position, "SKUs are not numbered in order");
    skus_.push_back(sku.name);
  }
  for (const NewReplica& replica : record.new_replicas) {
    if (replica.ix.value() != replicas_.size()) fault(position, "replicas are not numbered in order");
    replicas_.push_back(replica.id);
    acquaintances_[replica.id].named = position;
    rows_[replica.id];
  }
  for (const RowChange& change : record.rows) {
    if (change.version != Version{} && change.version != version_.next())
      fault(position, "own versions do not follow one another");
    if (change.version != Version{}) version_ = change.version;
    read_row(position, change);
  }
  std::visit(
      Overloaded{
          [&](const record::ReservationChanged& changed) { read_reservation(position, record, changed); },
          [&](const record::PeerRowsTaken& taken) { read_peer_rows(position, taken); },
          [&](const record::RightsSent& sent) { read_transfer(sent); },
          [&](const record::StockAdjusted& adjusted) { use_key(adjusted.key); },
          [&](const record::StockImported& imported) { use_key(imported.key); },
          [&](const record::PeerDistrusted& peer) {
            std::optional<Position>& since = acquaintances_[replicas_[peer.replica.value()]].distrusted;
            if (!since) since = position;
          },
          [](const auto&) {},
      },
      record.body);
  check_rights(position, record);
  for (const RowChange& change : record.rows) note_supply(position, skus_[change.sku.value()]);
  records_.emplace_back(position, record);
}

void Books::read_row(Position position, const RowChange& change) {
  const std::string& sku = skus_[change.sku.value()];
  BookRow& row = rows_[own_][sku];
  row.received += change.received;
  row.purchased += change.purchased;
  row.written_off += change.written_off;
  if (change.sent != no_units) row.sent[replicas_[change.to.value()]] += change.sent;
  reserved_[sku] += change.reserved;
  if (change.version == Version{}) return;
  row.reserved = reserved_[sku];
  versions_[own_][{sku, change.version}] = row;
  written_.push_back({position, sku, change.version});
}

// Rule 2 of the design, at every single record: spend only what you hold.
void Books::check_rights(Position position, const Record& record) {
  for (const RowChange& change : record.rows) {
    const std::string& sku = skus_[change.sku.value()];
    const Units reserved = reserved_[sku];
    if (reserved < no_units) fault(position, sku + ": less than nothing is reserved");
    if (rights(sku) < reserved)
      fault(position, sku + ": rights " + std::to_string(rights(sku).count()) + " are below the " +
                          std::to_string(reserved.count()) + " that are reserved");
    if (change.sent != no_units && replicas_[change.to.value()] == own_)
      fault(position, sku + ": a transfer to itself");
  }
}

// At the end: what is reserved is what pending baskets hold.
void Books::check_baskets() {
  std::map<std::string, Units> held;
  for (const auto& [id, book] : reservations_) {
    if (book.history.empty() || book.state() != ReservationState::pending) continue;
    for (const auto& [sku, quantity] : book.history.back().lines) held[sku] += quantity;
  }
  for (const auto& [sku, reserved] : reserved_)
    if (held[sku] != reserved)
      fault(records_.back().first, sku + ": " + std::to_string(reserved.count()) +
                                       " are reserved, and pending baskets hold " +
                                       std::to_string(held[sku].count()));
}

void Books::read_reservation(Position position, const Record& record,
                             const record::ReservationChanged& changed) {
  ReservationBook& book = reservations_[changed.after.id];
  const auto before = book.history.empty() ? std::nullopt : std::optional(book.state());
  if (!may_follow(before, changed.step))
    fault(position, "reservation " + changed.after.id + " does what it cannot do in its state");
  if (changed.after.state != state_after(changed.step))
    fault(position, "reservation " + changed.after.id + " is not in the state that its step leads to");
  if (changed.step == ReservationStep::expired && record.at < changed.after.expires)
    fault(position, "reservation " + changed.after.id + " expires before its time");
  ReservationBook::Entry entry{changed.step, position, changed.after, record.at, {}};
  for (const ReservedLine& line : changed.after.lines) entry.lines[skus_[line.sku.value()]] += line.quantity;
  book.history.push_back(std::move(entry));
  if (changed.replaced) {
    ReservationBook& old = reservations_[changed.replaced->id];
    if (old.history.empty() || old.state() != ReservationState::pending)
      fault(position, "what is replaced, " + changed.replaced->id + ", was not pending");
    old.history.push_back({ReservationStep::released, position, *changed.replaced, record.at, {}});
    if (changed.replaced->state != ReservationState::released)
      fault(position, "what is replaced, " + changed.replaced->id + ", is not released");
  }
  if (changed.key) use_key(*changed.key);
}

void Books::read_peer_rows(Position position, const record::PeerRowsTaken& taken) {
  const ReplicaId& replica = replicas_[taken.replica.value()];
  TakenRows& noted = taken_[replica].emplace_back();
  noted.position = position;
  if (taken.range) {
    Version& known = vector_[replica];
    if (taken.range->from > known || taken.range->to <= known)
      fault(position, "a range of " + replica.region + "'s rows is taken over a gap, or again");
    known = taken.range->to;
    noted.known_to = known;
    acquaintances_[replica].known_to.emplace_back(position, known);
  }
  if (std::optional<Position>& since = acquaintances_[replica].has_rows; !since && !taken.rows.empty())
    since = position;
  for (const record::PeerRow& peer : taken.rows) {
    const std::string& sku = skus_[peer.sku.value()];
    const BookRow row = translated(peer.row);
    versions_[replica][{sku, peer.row.version}] = row;
    noted.rows.emplace_back(sku, peer.row.version);
    Version& newest = newest_[replica][sku];
    if (peer.row.version <= newest) continue;
    newest = peer.row.version;
    rows_[replica][sku] = row;
    note_supply(position, sku);
  }
}

void Books::note_supply(Position position, const std::string& sku) {
  Supply supply{position, rights(sku) - pending(sku), pending(sku), {}};
  for (std::size_t other = 1; other < replicas_.size(); ++other) {
    const Units held = std::max(no_units, rights(replicas_[other], sku));
    supply.others.push_back({held, std::min(held, rows_[replicas_[other]][sku].reserved)});
  }
  std::vector<Supply>& all = supplies_[sku];
  if (!all.empty() && all.back().since == position) all.pop_back();
  all.push_back(supply);
}

BookRow Books::translated(const Row& row) const {
  BookRow translated{row.received, row.purchased, row.written_off, {}, row.reserved};
  for (const Sent& sent : row.sent) translated.sent[replicas_[sent.to.value()]] = sent.total;
  return translated;
}

void Books::read_transfer(const record::RightsSent& sent) {
  if (sent.kind == record::TransferKind::by_hand) {
    by_hand_[{skus_[sent.sku.value()], replicas_[sent.to.value()]}] += sent.quantity;
    if (sent.key) use_key(*sent.key);
    return;
  }
  ++transfers_;
}

void Books::use_key(const KeyUse& use) { ++keys_[use.key]; }

Units Books::rights(const std::string& sku) const { return rights(own_, sku); }

Units Books::rights(const ReplicaId& replica, const std::string& sku) const {
  Units rights;
  for (const auto& [writer, rows] : rows_) {
    const auto found = rows.find(sku);
    if (found == rows.end()) continue;
    if (writer == replica)
      rights += rights_of_own(found->second);
    else if (const auto sent = found->second.sent.find(replica); sent != found->second.sent.end())
      rights += sent->second;
  }
  return rights;
}

Units Books::sent(const ReplicaId& giver, const std::string& sku, const ReplicaId& to) const {
  const auto rows = rows_.find(giver);
  if (rows == rows_.end()) return no_units;
  const auto row = rows->second.find(sku);
  if (row == rows->second.end()) return no_units;
  const auto sent = row->second.sent.find(to);
  return sent == row->second.sent.end() ? no_units : sent->second;
}

Acquaintance Books::acquaintance(const ReplicaId& replica) const {
  const auto found = acquaintances_.find(replica);
  return found == acquaintances_.end() ? Acquaintance{} : found->second;
}

Units Books::pending(const std::string& sku) const {
  const auto found = reserved_.find(sku);
  return found == reserved_.end() ? no_units : found->second;
}

Units Books::given_by_hand(const std::string& sku, const ReplicaId& to) const {
  const auto found = by_hand_.find({sku, to});
  return found == by_hand_.end() ? no_units : found->second;
}

}  // namespace holdfast::sim
