// Small facts, one a row, each with a checksum XXH3(bytes, seed = XXH3(name)).
//
//   identity  cluster, region (texts); made_ms, nonce, hash_seed (numbers)
//   journal   base: last, checksum, total; checkpoint_began; slices_sum
//   backup    the journal's last position; the row is there only in a copy that is a backup
//   closed    the journal's last position; the row is there only while the ledger is cleanly closed
//
// A number is 8 bytes, little-endian; a text is its length as a number, then its bytes.
#pragma once

#include <optional>
#include <string_view>

#include "ledger/journal_table.h"
#include "ledger/sqlite.h"

namespace holdfast::ledger {

// What the rows of journal and checkpoint do not say themselves.
struct JournalMeta {
  JournalEnd base;
  Position checkpoint_began;
  std::uint64_t slices_sum = 0;  // of the checksums of all slices (slice_table.h)
  bool operator==(const JournalMeta&) const = default;
};

class MetaTable {
 public:
  [[nodiscard]] static Result<MetaTable, sql::Error> open(sql::Connection& connection);

  [[nodiscard]] Result<void, sql::Error> put(std::string_view name, const Bytes& bytes);
  [[nodiscard]] Result<Bytes, sql::Error> get(std::string_view name);  // empty: there is no such row

  [[nodiscard]] Result<void, sql::Error> put_journal(const JournalMeta& meta);
  [[nodiscard]] Result<JournalMeta, sql::Error> get_journal();

  [[nodiscard]] Result<void, sql::Error> put_backup(Position last);
  [[nodiscard]] Result<std::optional<Position>, sql::Error> get_backup();

  [[nodiscard]] Result<void, sql::Error> put_closed(Position last);
  [[nodiscard]] Result<void, sql::Error> clear_closed();
  [[nodiscard]] Result<std::optional<Position>, sql::Error> get_closed();

 private:
  [[nodiscard]] Result<std::optional<Position>, sql::Error> get_position(std::string_view name);

  MetaTable(sql::Statement put, sql::Statement get, sql::Statement erase)
      : put_(std::move(put)), get_(std::move(get)), erase_(std::move(erase)) {}

  sql::Statement put_;
  sql::Statement get_;
  sql::Statement erase_;
};

}  // namespace holdfast::ledger
