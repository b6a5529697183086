#include "ledger/meta_table.h"

#include "base/digest.h"
#include "ledger/pack.h"
#include "ledger/try.h"

namespace holdfast::ledger {
namespace {

std::uint64_t fact_checksum(std::string_view name, BytesView bytes) {
  return checksum(bytes, checksum(bytes_of(name)));
}

sql::Error unreadable(std::string_view name) {
  return {sql::Kind::damaged, "the ledger's own note '" + std::string(name) + "' does not fit its checksum"};
}

}  // namespace

Result<MetaTable, sql::Error> MetaTable::open(sql::Connection& connection) {
  HF_LET(put,
         connection.prepare("INSERT INTO meta(name, bytes, checksum) VALUES(?,?,?) "
                            "ON CONFLICT DO UPDATE SET bytes=excluded.bytes, checksum=excluded.checksum"));
  HF_LET(get, connection.prepare("SELECT bytes, checksum FROM meta WHERE name=?"));
  HF_LET(erase, connection.prepare("DELETE FROM meta WHERE name=?"));
  return MetaTable(std::move(put), std::move(get), std::move(erase));
}

Result<void, sql::Error> MetaTable::put(std::string_view name, const Bytes& bytes) {
  return put_.start(name, BytesView(bytes), fact_checksum(name, bytes)).run();
}

Result<Bytes, sql::Error> MetaTable::get(std::string_view name) {
  HF_LET(row, get_.start(name).step());
  if (!row) return Bytes();
  const BytesView view = get_.bytes(0);
  Bytes bytes(view.begin(), view.end());
  const bool fits = get_.number(1) == fact_checksum(name, bytes);
  get_.reset();
  if (!fits) return failure(unreadable(name));
  return bytes;
}

Result<void, sql::Error> MetaTable::put_journal(const JournalMeta& meta) {
  return put("journal", Packer()
                            .number(meta.base.last.value())
                            .number(meta.base.checksum)
                            .number(meta.base.total)
                            .number(meta.checkpoint_began.value())
                            .number(meta.slices_sum)
                            .bytes());
}

Result<JournalMeta, sql::Error> MetaTable::get_journal() {
  HF_LET(bytes, get("journal"));
  Unpacker unpacker(bytes);
  JournalMeta meta;
  meta.base.last = Position(unpacker.number());
  meta.base.checksum = unpacker.number();
  meta.base.total = unpacker.number();
  meta.checkpoint_began = Position(unpacker.number());
  meta.slices_sum = unpacker.number();
  if (!unpacker.done()) return failure(unreadable("journal"));
  return meta;
}

Result<void, sql::Error> MetaTable::put_closed(Position last) {
  return put("closed", Packer().number(last.value()).bytes());
}

Result<void, sql::Error> MetaTable::clear_closed() { return erase_.start(std::string_view("closed")).run(); }

Result<std::optional<Position>, sql::Error> MetaTable::get_closed() { return get_position("closed"); }

Result<void, sql::Error> MetaTable::put_backup(Position last) {
  return put("backup", Packer().number(last.value()).bytes());
}

Result<std::optional<Position>, sql::Error> MetaTable::get_backup() { return get_position("backup"); }

Result<std::optional<Position>, sql::Error> MetaTable::get_position(std::string_view name) {
  HF_LET(bytes, get(name));
  if (bytes.empty()) return std::nullopt;
  Unpacker unpacker(bytes);
  const Position last(unpacker.number());
  if (!unpacker.done()) return failure(unreadable(name));
  return last;
}

}  // namespace holdfast::ledger
