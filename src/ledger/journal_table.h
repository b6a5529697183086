// The journal in SQLite: a row for each batch, chained by checksums.
//
//   first     the position of its first record; the key
//   count     of its records
//   total     bytes of all batches ever, up to and including this one
//   checksum  XXH3(bytes, seed = XXH3(first count total, seed = checksum of the batch before))
//   bytes     as the caller gave them
//
// The chain starts at the ledger's hash_seed. A trim keeps, as the base, the end of the last batch that it
// deleted: so the chain, the positions and the sum of sizes go on, even when no row is left.
// Every row that is read is verified against the one before it.
#pragma once

#include <functional>
#include <optional>

#include "ledger/ledger.h"
#include "ledger/sqlite.h"

namespace holdfast::ledger {

// Where a stretch of the journal ends, and what the next batch is chained to.
struct JournalEnd {
  Position last;
  std::uint64_t checksum = 0;
  std::uint64_t total = 0;
  bool operator==(const JournalEnd&) const = default;
};

// The end before the first batch.
[[nodiscard]] inline JournalEnd first_end(const Identity& identity) {
  return {.last = {}, .checksum = identity.hash_seed, .total = 0};
}

class JournalTable {
 public:
  [[nodiscard]] static Result<JournalTable, sql::Error> open(sql::Connection& connection);

  // The end of the newest batch, which is verified; `base` if there is none.
  [[nodiscard]] Result<JournalEnd, sql::Error> end(const JournalEnd& base);

  // The new end.
  [[nodiscard]] Result<JournalEnd, sql::Error> insert(const JournalEnd& end, const JournalBatch& batch);

  // Deletes the batches wholly below `before`; the new base.
  [[nodiscard]] Result<JournalEnd, sql::Error> trim(const JournalEnd& base, Position before);

  // The batch that holds `at`, which must lie between `base` and the end.
  [[nodiscard]] Result<JournalBatch, sql::Error> read(const JournalEnd& base, Position at);

  // Every batch that reaches beyond `after`, in order, up to `end`.
  [[nodiscard]] Result<void, sql::Error> scan(const JournalEnd& base, const JournalEnd& end, Position after,
                                              const std::function<void(const JournalBatch&)>& sink);

 private:
  JournalTable(sql::Statement insert, sql::Statement before, sql::Statement from, sql::Statement erase)
      : insert_(std::move(insert)),
        before_(std::move(before)),
        from_(std::move(from)),
        erase_(std::move(erase)) {}

  // The newest batch that begins before `first`, unverified; `base` if there is none.
  [[nodiscard]] Result<JournalEnd, sql::Error> end_before(const JournalEnd& base, Position first);

  // The batch that begins at this position, where there must be one.
  [[nodiscard]] Result<JournalBatch, sql::Error> verified(const JournalEnd& base, Position begins);

  sql::Statement insert_;
  sql::Statement before_;
  sql::Statement from_;
  sql::Statement erase_;
};

}  // namespace holdfast::ledger
