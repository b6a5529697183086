#include "ledger/slice_table.h"

#include "base/digest.h"
#include "ledger/pack.h"
#include "ledger/try.h"

namespace holdfast::ledger {
namespace {

enum Column : int { kind, number, includes, row_checksum, row_bytes };

std::uint64_t slice_checksum(const Slice& slice) {
  const Packer header =
      Packer().number(slice.key.kind).number(slice.key.number).number(slice.includes.value());
  return checksum(slice.bytes, checksum(header.bytes()));
}

constexpr std::uint64_t ordered(std::uint64_t value) { return value ^ (std::uint64_t{1} << 63); }

Slice slice_of(const sql::Statement& row) {
  const BytesView bytes = row.bytes(row_bytes);
  return {
      .key = {.kind = static_cast<std::uint16_t>(row.number(kind)), .number = ordered(row.number(number))},
      .includes = Position(row.number(includes)),
      .bytes = Bytes(bytes.begin(), bytes.end())};
}

}  // namespace

Result<SliceTable, sql::Error> SliceTable::open(sql::Connection& connection) {
  HF_LET(put, connection.prepare(
                  "INSERT INTO slice(kind, number, includes, checksum, bytes) VALUES(?,?,?,?,?) ON CONFLICT "
                  "DO UPDATE "
                  "SET includes=excluded.includes, checksum=excluded.checksum, bytes=excluded.bytes"));
  HF_LET(erase, connection.prepare("DELETE FROM slice WHERE kind=? AND number=?"));
  HF_LET(stored, connection.prepare("SELECT checksum FROM slice WHERE kind=? AND number=?"));
  HF_LET(all, connection.prepare(
                  "SELECT kind, number, includes, checksum, bytes FROM slice ORDER BY kind, number"));
  return SliceTable(std::move(put), std::move(erase), std::move(stored), std::move(all));
}

Result<std::uint64_t, sql::Error> SliceTable::put(const Slice& slice) {
  const std::uint64_t key_kind = slice.key.kind;
  const std::uint64_t key_number = ordered(slice.key.number);
  HF_LET(row, stored_.start(key_kind, key_number).step());
  const std::uint64_t before = row ? stored_.number(0) : 0;
  stored_.reset();
  if (slice.bytes.empty()) {
    HF_TRY(erase_.start(key_kind, key_number).run());
    return 0 - before;
  }
  const std::uint64_t after = slice_checksum(slice);
  HF_TRY(put_.start(key_kind, key_number, slice.includes.value(), after, BytesView(slice.bytes)).run());
  return after - before;
}

Result<void, sql::Error> SliceTable::scan(std::uint64_t sum, const std::function<void(const Slice&)>& sink) {
  const auto damaged = [&](std::string what) {
    all_.reset();
    return failure(sql::Error{sql::Kind::damaged, std::move(what)});
  };
  all_.start();
  while (true) {
    HF_LET(row, all_.step());
    if (!row) break;
    const Slice slice = slice_of(all_);
    const std::uint64_t found = slice_checksum(slice);
    if (found != all_.number(row_checksum))
      return damaged("checkpoint slice " + std::to_string(slice.key.kind) + "/" +
                     std::to_string(slice.key.number) + " does not fit its checksum");
    sum -= found;
    sink(slice);
  }
  if (sum != 0) return damaged("slices of the checkpoint are missing");
  return {};
}

}  // namespace holdfast::ledger
