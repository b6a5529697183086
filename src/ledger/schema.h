// The database as a whole: how its connection is set up, which version its tables are of, and whose it is.
//
//   ledger.db    SQLite, application_id "Hfld", user_version = the schema's version
//     meta(name, bytes, checksum)                            small facts, one a row: meta_table.h
//     journal(first, count, total, checksum, bytes)          a row for each batch: journal_table.h
//     slice(kind, number, includes, checksum, bytes)         the checkpoint: slice_table.h
#pragma once

#include "ledger/ledger.h"
#include "ledger/sqlite.h"

namespace holdfast::ledger {

inline constexpr std::uint32_t schema_version = 1;

enum class SchemaState { missing, ours, foreign, newer };

// Sets every pragma, reads it back, and fails where one did not take.
[[nodiscard]] Result<void, sql::Error> configure(sql::Connection& connection);

[[nodiscard]] Result<SchemaState, sql::Error> find_schema(sql::Connection& connection);

// In one transaction, checkpointed: a lost or damaged write-ahead log never makes an old ledger look new.
[[nodiscard]] Result<void, sql::Error> make_schema(sql::Connection& connection, const Identity& identity);

[[nodiscard]] Result<Identity, sql::Error> read_identity(sql::Connection& connection);

}  // namespace holdfast::ledger
