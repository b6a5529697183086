#include "ledger/journal_table.h"

#include <limits>

#include "base/assert.h"
#include "base/digest.h"
#include "ledger/pack.h"
#include "ledger/try.h"

namespace holdfast::ledger {
namespace {

constexpr std::uint64_t beyond_all = std::numeric_limits<std::int64_t>::max();

enum Column : int { first, count, total, row_checksum, row_bytes };

JournalEnd chained(const JournalEnd& previous, Position first_position, std::uint64_t records,
                   BytesView bytes) {
  JournalEnd end{.last = Position(first_position.value() + records - 1),
                 .total = previous.total + bytes.size()};
  const Packer header = Packer().number(first_position.value()).number(records).number(end.total);
  end.checksum = checksum(bytes, checksum(header.bytes(), previous.checksum));
  return end;
}

JournalEnd stored_end(const sql::Statement& row) {
  return {.last = Position(row.number(first) + row.number(count) - 1),
          .checksum = row.number(row_checksum),
          .total = row.number(total)};
}

std::optional<sql::Error> fault_in(const sql::Statement& row, const JournalEnd& previous) {
  const Position begins(row.number(first));
  const std::string place = "journal batch " + std::to_string(begins.value());
  if (begins != previous.last.next())
    return sql::Error{sql::Kind::damaged,
                      place + " does not follow position " + std::to_string(previous.last.value())};
  if (row.number(count) < 1 ||
      chained(previous, begins, row.number(count), row.bytes(row_bytes)) != stored_end(row))
    return sql::Error{sql::Kind::damaged, place + " does not fit its checksum"};
  return std::nullopt;
}

sql::Error lacks(Position at) {
  return {sql::Kind::damaged, "the journal lacks position " + std::to_string(at.value())};
}

// A rotten tree of pages can hold a row for one search and not for another.
sql::Error contradicts_itself(Position at) {
  return {sql::Kind::damaged, "journal batch " + std::to_string(at.value()) + " is there, and it is not"};
}

JournalBatch batch_of(const sql::Statement& row) {
  const BytesView bytes = row.bytes(row_bytes);
  return {.first = Position(row.number(first)),
          .count = static_cast<std::uint32_t>(row.number(count)),
          .bytes = Bytes(bytes.begin(), bytes.end())};
}

}  // namespace

Result<JournalTable, sql::Error> JournalTable::open(sql::Connection& connection) {
  HF_LET(insert,
         connection.prepare("INSERT INTO journal(first, count, total, checksum, bytes) VALUES(?,?,?,?,?)"));
  HF_LET(before, connection.prepare("SELECT first, count, total, checksum FROM journal WHERE first < ? "
                                    "ORDER BY first DESC LIMIT 1"));
  HF_LET(from, connection.prepare("SELECT first, count, total, checksum, bytes FROM journal WHERE first >= ? "
                                  "ORDER BY first"));
  HF_LET(erase, connection.prepare("DELETE FROM journal WHERE first <= ?"));
  return JournalTable(std::move(insert), std::move(before), std::move(from), std::move(erase));
}

Result<JournalEnd, sql::Error> JournalTable::end_before(const JournalEnd& base, Position position) {
  HF_LET(row, before_.start(position.value()).step());
  if (!row) return base;
  const JournalEnd found = stored_end(before_);
  before_.reset();
  return found;
}

Result<JournalEnd, sql::Error> JournalTable::end(const JournalEnd& base) {
  HF_LET(row, before_.start(beyond_all).step());
  if (!row) return base;
  const Position newest(before_.number(first));
  const JournalEnd end = stored_end(before_);
  before_.reset();
  HF_LET(batch, verified(base, newest));
  if (batch.last() != end.last) return failure(contradicts_itself(newest));
  return end;
}

Result<JournalEnd, sql::Error> JournalTable::insert(const JournalEnd& end, const JournalBatch& batch) {
  HF_ASSERT(batch.first == end.last.next());
  const JournalEnd next = chained(end, batch.first, batch.count, batch.bytes);
  HF_TRY(insert_
             .start(batch.first.value(), std::uint64_t{batch.count}, next.total, next.checksum,
                    BytesView(batch.bytes))
             .run());
  return next;
}

Result<JournalEnd, sql::Error> JournalTable::trim(const JournalEnd& base, Position before) {
  HF_LET(found, before_.start(before.value()).step());
  if (!found) return base;
  JournalEnd deleted = stored_end(before_);
  const Position newest(before_.number(first));
  before_.reset();
  if (deleted.last >= before) {  // it still holds a record that stays
    HF_LET(earlier, end_before(base, newest));
    deleted = earlier;
  }
  if (deleted == base) return base;
  HF_TRY(erase_.start(deleted.last.value()).run());
  return deleted;
}

Result<JournalBatch, sql::Error> JournalTable::read(const JournalEnd& base, Position at) {
  HF_LET(row, before_.start(at.next().value()).step());
  const Position begins(row ? before_.number(first) : 0);
  before_.reset();
  if (!row) return failure(lacks(at));
  HF_LET(batch, verified(base, begins));
  if (at < batch.first || batch.last() < at) return failure(lacks(at));
  return batch;
}

// Also that it was found where it stands: a bit that turned over in a page of SQLite's that says where others
// are can lead a search astray, to a batch that is sound and not the one that was asked for.
Result<JournalBatch, sql::Error> JournalTable::verified(const JournalEnd& base, Position begins) {
  HF_LET(previous, end_before(base, begins));
  HF_LET(row, from_.start(begins.value()).step());
  if (!row) return failure(contradicts_itself(begins));
  const auto fault = fault_in(from_, previous);
  JournalBatch batch = fault ? JournalBatch{} : batch_of(from_);
  from_.reset();
  if (fault) return failure(*fault);
  if (batch.first != begins) return failure(contradicts_itself(begins));
  return batch;
}

Result<void, sql::Error> JournalTable::scan(const JournalEnd& base, const JournalEnd& end, Position after,
                                            const std::function<void(const JournalBatch&)>& sink) {
  JournalEnd previous = base;
  if (after >= end.last) return {};
  if (after > base.last) {
    HF_LET(start, read(base, after.next()));
    HF_LET(earlier, end_before(base, start.first));
    previous = earlier;
  }
  from_.start(previous.last.next().value());
  while (previous.last < end.last) {
    HF_LET(row, from_.step());
    if (!row) break;
    if (const auto fault = fault_in(from_, previous)) {
      from_.reset();
      return failure(*fault);
    }
    previous = stored_end(from_);
    sink(batch_of(from_));
  }
  from_.reset();
  if (previous == end) return {};
  return failure(lacks(previous.last.next()));
}

}  // namespace holdfast::ledger
