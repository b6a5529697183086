#include "wire/record_codec.h"

#include <algorithm>
#include <utility>

#include "base/assert.h"
#include "wire/body_codec.h"
#include "wire/plain_codec.h"
#include "wire/reservation_codec.h"

namespace holdfast::wire {

namespace {

// Of records as a shop makes them; longer ones only cost a second try.
constexpr std::size_t record_bytes_guess = 352;
constexpr std::size_t batch_bytes_guess = 448;

void write_new_sku(const NewSku& sku, proto::NewSku::Builder to) {
  to.setId(sku.id.value());
  to.setName(text_in(sku.name));
}

NewSku read_new_sku(proto::NewSku::Reader from) { return {SkuId(from.getId()), text_out(from.getName())}; }

void write_new_replica(const NewReplica& replica, proto::NewReplica::Builder to) {
  to.setIx(replica.ix.value());
  write_replica_id(replica.id, to.initId());
}

NewReplica read_new_replica(proto::NewReplica::Reader from) {
  return {ReplicaIx(from.getIx()), read_replica_id(from.getId())};
}

void write_remembered(const Remembered& memory, proto::Remembered::Builder to) {
  to.setNumber(memory.number);
  to.setNameHigh(memory.name.high);
  to.setNameLow(memory.name.low);
}

Remembered read_remembered(proto::Remembered::Reader from) {
  return {from.getNumber(), {from.getNameHigh(), from.getNameLow()}};
}

void write_names(const Record& record, proto::Names::Builder to) {
  if (!record.new_skus.empty())
    write_all(record.new_skus, to.initSkus(length(record.new_skus)), write_new_sku);
  if (!record.new_replicas.empty())
    write_all(record.new_replicas, to.initReplicas(length(record.new_replicas)), write_new_replica);
  if (!record.remembered.empty())
    write_all(record.remembered, to.initRemembered(length(record.remembered)), write_remembered);
}

[[nodiscard]] bool has_rest(const RowChange& change) {
  return change.received != no_units || change.returned != no_units || change.written_off != no_units ||
         change.sent != no_units;
}

[[nodiscard]] bool has_change(const RowChange& change) {
  return change.version != Version{} || change.rate != 0 || change.purchased != no_units || has_rest(change);
}

void write_change(const RowChange& change, proto::Change::Builder to) {
  to.setVersion(change.version.value());
  to.setRate(change.rate);
  to.setPurchased(change.purchased.count());
  if (!has_rest(change)) return;
  auto rest = to.initRest();
  rest.setReceived(change.received.count());
  rest.setReturned(change.returned.count());
  rest.setWrittenOff(change.written_off.count());
  rest.setSent(change.sent.count());
}

void write_row_change(const RowChange& change, proto::RowChange::Builder to) {
  to.setSku(change.sku.value());
  to.setTo(change.to.value());
  to.setReserved(change.reserved.count());
  if (has_change(change)) write_change(change, to.initChange());
}

RowChange read_row_change(proto::RowChange::Reader from) {
  RowChange change;
  change.sku = SkuId(from.getSku());
  change.to = ReplicaIx(from.getTo());
  change.reserved = Units(from.getReserved());
  if (!from.hasChange()) return change;
  const auto more = from.getChange();
  change.version = Version(more.getVersion());
  change.rate = more.getRate();
  change.purchased = Units(more.getPurchased());
  if (!more.hasRest()) return change;
  const auto rest = more.getRest();
  change.received = Units(rest.getReceived());
  change.returned = Units(rest.getReturned());
  change.written_off = Units(rest.getWrittenOff());
  change.sent = Units(rest.getSent());
  return change;
}

// The row change of a one-line reservation that takes no version: it stands in the record itself.
[[nodiscard]] bool is_one_hold(const Few<RowChange>& rows) {
  return rows.size() == 1 && rows[0].reserved != no_units && rows[0].to == ReplicaIx{} &&
         !has_change(rows[0]);
}

void write_rows(const Few<RowChange>& rows, proto::Record::Builder to) {
  if (is_one_hold(rows)) {
    to.setHeld(rows[0].reserved.count());
    to.setHeldSku(rows[0].sku.value());
  } else if (!rows.empty()) {
    write_all(rows, to.initRows(length(rows)), write_row_change);
  }
}

Few<RowChange> read_rows(proto::Record::Reader from) {
  if (from.getHeld() == 0) return read_as<Few<RowChange>>(from.getRows(), read_row_change);
  RowChange hold;
  hold.sku = SkuId(from.getHeldSku());
  hold.reserved = Units(from.getHeld());
  return {hold};
}

void write_record(const Record& record, proto::Record::Builder to) {
  to.setAt(ms_of(record.at));
  to.setWall(ms_of(record.wall));
  if (!record.new_skus.empty() || !record.new_replicas.empty() || !record.remembered.empty())
    write_names(record, to.initNames());
  write_rows(record.rows, to);
  write_body(record.body, to);
}

Record read_record(proto::Record::Reader from) {
  Record record;
  record.at = node_time(from.getAt());
  record.wall = wall_time(from.getWall());
  if (from.hasNames()) {
    const auto names = from.getNames();
    record.new_skus = read_all(names.getSkus(), read_new_sku);
    record.new_replicas = read_all(names.getReplicas(), read_new_replica);
    record.remembered = read_as<Few<Remembered>>(names.getRemembered(), read_remembered);
  }
  record.rows = read_rows(from);
  record.body = read_body(from);
  return record;
}

std::size_t bytes_guess(const Reservation& reservation) {
  return 40 * reservation.lines.size() + 320 * reservation.shortage.size();
}

// All of its rows grow, and of each it is said what is available. Of the faults most are one of a few.
std::size_t bytes_guess(const record::StockImported& imported) {
  std::size_t bytes = 56 * imported.available_after.size();
  for (const answer::ImportedLine& line : imported.result.results) bytes += 48 + line.sku.size();
  return bytes;
}

std::size_t bytes_guess(const Record& record) {
  std::size_t bytes = record_bytes_guess + 48 * record.rows.size();
  for (const NewSku& sku : record.new_skus) bytes += 40 + sku.name.size();
  if (const auto* changed = std::get_if<record::ReservationChanged>(&record.body))
    bytes += bytes_guess(changed->after) + 40 * changed->before.size() +
             (changed->replaced ? bytes_guess(*changed->replaced) : 0);
  else if (const auto* imported = std::get_if<record::StockImported>(&record.body))
    bytes += bytes_guess(*imported);
  else if (const auto* taken = std::get_if<record::PeerRowsTaken>(&record.body))
    bytes += 128 * taken->rows.size();
  return bytes;
}

// Plain records are written as they come; of the others, which are few, the bytes are made when all are
// there.
class Batch final : public RecordBatch {
 public:
  void add(Record&& record) override {
    if (!plain_.write(record)) {
      others_bytes_ += bytes_guess(record);
      others_.emplace_back(size_, std::move(record));
    }
    ++size_;
  }
  [[nodiscard]] std::size_t size() const override { return size_; }
  [[nodiscard]] std::size_t bytes() const override { return plain_.bytes_to_say() + others_bytes_; }
  [[nodiscard]] std::vector<Record> read(std::size_t first, std::size_t count) const override;
  void encode(Bytes& out) const override;
  void clear() override {
    plain_.clear();
    others_.clear();
    size_ = others_bytes_ = 0;
  }

 private:
  struct Other {
    std::size_t place;
    Record record;
  };

  PlainWriter plain_{16};
  std::vector<Other> others_;  // ascending
  std::size_t size_ = 0;
  std::size_t others_bytes_ = 0;
};

std::vector<Record> Batch::read(std::size_t first, std::size_t count) const {
  HF_ASSERT(first + count <= size_);
  auto other = std::ranges::lower_bound(others_, first, {}, &Other::place);
  PlainReader plain = plain_.reader();
  plain.skip(first - static_cast<std::size_t>(other - others_.begin()));
  std::vector<Record> records;
  records.reserve(count);
  for (std::size_t place = first; place < first + count; ++place)
    records.push_back(other != others_.end() && other->place == place ? (other++)->record
                                                                      : plain.read_record(place));
  return records;
}

void Batch::encode(Bytes& out) const {
  write_message<proto::Batch>(out, batch_bytes_guess + bytes(), [&](proto::Batch::Builder batch) {
    batch.setFormat(proto::JOURNAL_FORMAT);
    auto list = batch.initRecords(length(others_));
    unsigned place = 0;
    for (const Other& other : others_) write_record(other.record, list[place++]);
    if (!plain_.empty()) plain_.say(batch.initPlain());
  });
}

}  // namespace

std::unique_ptr<RecordBatch> make_record_batch() { return std::make_unique<Batch>(); }

Decoded<std::vector<Record>> decode_records(BytesView bytes) {
  return read_message<proto::Batch>(bytes, [](proto::Batch::Reader batch) {
    require_journal_format(batch.getFormat(), "records in a format of a later version");
    if (!batch.hasPlain()) return read_all(batch.getRecords(), read_record);
    return read_mixed<Record>(
        batch.getPlain(), batch.getRecords(),
        [](PlainReader& plain, std::size_t place) { return plain.read_record(place); }, read_record);
  });
}

Decoded<Record> decode_record(BytesView bytes, std::size_t place) {
  return read_message<proto::Batch>(bytes, [&](proto::Batch::Reader batch) {
    require_journal_format(batch.getFormat(), "records in a format of a later version");
    const auto others = batch.getRecords();
    const MixedPlace found =
        batch.hasPlain() ? find_mixed(batch.getPlain(), place) : MixedPlace{false, place};
    if (found.is_plain) {
      PlainReader plain(batch.getPlain());
      plain.skip(found.among_its_kind);
      return plain.read_record(place);
    }
    require(found.among_its_kind < others.size(), DecodeFault::malformed, "a record that is not there");
    return read_record(others[static_cast<unsigned>(found.among_its_kind)]);
  });
}

}  // namespace holdfast::wire
