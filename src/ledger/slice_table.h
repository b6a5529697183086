// The checkpoint in SQLite: a row for each slice.
//
//   kind, number   the key; number with its top bit flipped, so that SQLite's signed order is ours
//   includes       the position that the slice includes
//   checksum       XXH3(bytes, seed = XXH3(kind number includes))
//   bytes          as the caller gave them, never empty
//
// A checksum tells of a slice that is wrong, but not of one that is missing: one flipped bit in the page that
// counts them hides all. So the sum of all checksums (modulo 2^64) stands in the meta table, and scan()
// compares.
#pragma once

#include <functional>

#include "ledger/ledger.h"
#include "ledger/sqlite.h"

namespace holdfast::ledger {

class SliceTable {
 public:
  [[nodiscard]] static Result<SliceTable, sql::Error> open(sql::Connection& connection);

  // Replaces what stood under its key; a slice without bytes removes it. What is to be added to the sum.
  [[nodiscard]] Result<std::uint64_t, sql::Error> put(const Slice& slice);

  // Every slice, verified, by kind and number; an error if they do not make up the sum.
  [[nodiscard]] Result<void, sql::Error> scan(std::uint64_t sum,
                                              const std::function<void(const Slice&)>& sink);

 private:
  SliceTable(sql::Statement put, sql::Statement erase, sql::Statement stored, sql::Statement all)
      : put_(std::move(put)), erase_(std::move(erase)), stored_(std::move(stored)), all_(std::move(all)) {}

  sql::Statement put_;
  sql::Statement erase_;
  sql::Statement stored_;
  sql::Statement all_;
};

}  // namespace holdfast::ledger
