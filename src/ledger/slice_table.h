// The checkpoint in SQLite: a row for each slice.
//
//   kind, number   the key; number with its top bit flipped, so that SQLite's signed order is ours
//   includes       the position that the slice includes
//   checksum       XXH3(bytes, seed = XXH3(kind number includes))
//   bytes          as the caller gave them, never empty
#pragma once

#include <functional>

#include "ledger/ledger.h"
#include "ledger/sqlite.h"

namespace holdfast::ledger {

class SliceTable {
 public:
  [[nodiscard]] static Result<SliceTable, sql::Error> open(sql::Connection& connection);

  // Replaces what stood under its key; a slice without bytes removes it.
  [[nodiscard]] Result<void, sql::Error> put(const Slice& slice);

  // Every slice, verified, by kind and number.
  [[nodiscard]] Result<void, sql::Error> scan(const std::function<void(const Slice&)>& sink);

 private:
  SliceTable(sql::Statement put, sql::Statement erase, sql::Statement all)
      : put_(std::move(put)), erase_(std::move(erase)), all_(std::move(all)) {}

  sql::Statement put_;
  sql::Statement erase_;
  sql::Statement all_;
};

}  // namespace holdfast::ledger
