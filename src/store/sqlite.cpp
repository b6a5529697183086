#include "store/sqlite.h"

#include <sqlite3.h>

#include <map>

#include "base/assert.h"
#include "base/overloaded.h"

namespace holdfast::store {
namespace {

constexpr int wait_for_others_ms = 2'000;

struct Meaning {
  TroubleKind kind{};
  std::string_view state;
};

// SQLite's codes in the words of PostgreSQL, so that whoever reads them knows one set.
Meaning meaning_of(int code) {
  using enum TroubleKind;
  switch (code) {
    case SQLITE_CONSTRAINT_UNIQUE:
    case SQLITE_CONSTRAINT_ROWID:
    case SQLITE_CONSTRAINT_PRIMARYKEY: return {data, "23505"};
    case SQLITE_CONSTRAINT_NOTNULL: return {data, "23502"};
    case SQLITE_CONSTRAINT_FOREIGNKEY: return {data, "23503"};
    case SQLITE_CONSTRAINT_CHECK: return {data, "23514"};
    case SQLITE_CONSTRAINT_TRIGGER: return {data, "P0001"};
    default: break;
  }
  switch (code & 0xff) {
    case SQLITE_CONSTRAINT: return {data, "23000"};
    case SQLITE_MISMATCH: return {data, "22P02"};
    case SQLITE_TOOBIG: return {data, "54000"};
    case SQLITE_ERROR: return {schema, "42000"};  // no such table, no such column
    case SQLITE_PERM:
    case SQLITE_AUTH:
    case SQLITE_READONLY: return {schema, "42501"};
    case SQLITE_NOTADB: return {schema, "3D000"};
    case SQLITE_BUSY:
    case SQLITE_LOCKED: return {unavailable, "55P03"};
    case SQLITE_FULL: return {unavailable, "53100"};
    case SQLITE_CANTOPEN: return {unavailable, "08001"};
    default: return {unavailable, "58030"};
  }
}

Trouble trouble_of(sqlite3* connection, std::size_t statement) {
  const auto [kind, state] = meaning_of(sqlite3_extended_errcode(connection));
  return {kind, std::string(state), sqlite3_errmsg(connection), statement};
}

struct Close {
  void operator()(sqlite3* connection) const { sqlite3_close_v2(connection); }
};
struct Finalize {
  void operator()(sqlite3_stmt* statement) const { sqlite3_finalize(statement); }
};

void bind(sqlite3_stmt* statement, std::size_t number, const Value& value) {
  const int index = sqlite3_bind_parameter_index(statement, ("$" + std::to_string(number)).c_str());
  const int code =
      std::visit(Overloaded{
                     [&](std::nullptr_t) { return sqlite3_bind_null(statement, index); },
                     [&](std::int64_t whole) { return sqlite3_bind_int64(statement, index, whole); },
                     [&](const std::string& text) {
                       return sqlite3_bind_text64(statement, index, text.data(), text.size(), SQLITE_STATIC,
                                                  SQLITE_UTF8);
                     },
                 },
                 value);
  HF_ASSERT(code == SQLITE_OK);
}

Row row_of(sqlite3_stmt* statement) {
  Row row;
  for (int i = 0; i < sqlite3_column_count(statement); ++i) {
    const auto* text = reinterpret_cast<const char*>(sqlite3_column_text(statement, i));
    row.emplace_back(text
                         ? std::optional<std::string>(std::in_place, text, sqlite3_column_bytes(statement, i))
                         : std::nullopt);
  }
  return row;
}

class Sqlite final : public StoreDatabase {
 public:
  explicit Sqlite(sqlite3* connection) : connection_(connection) {
    sqlite3_busy_timeout(connection, wait_for_others_ms);
    sqlite3_db_config(connection, SQLITE_DBCONFIG_ENABLE_FKEY, 1, nullptr);
    sqlite3_db_config(connection, SQLITE_DBCONFIG_TRUSTED_SCHEMA, 0, nullptr);
    // A column that is not there is no text.
    sqlite3_db_config(connection, SQLITE_DBCONFIG_DQS_DML, 0, nullptr);
  }

  using StoreDatabase::apply;
  Result<void, Trouble> apply(const std::vector<Statement>& statements, Durability durability) override {
    if (auto there = still_there(); !there) return there;
    if (auto set = sync(durability); !set) return set;
    if (auto begun = run({.sql = "begin immediate"}, 0); !begun) return begun;
    for (std::size_t i = 0; i < statements.size(); ++i)
      if (auto done = run(statements[i], i); !done) return rolled_back(std::move(done));
    auto done = run({.sql = "commit"}, statements.size());
    return done ? std::move(done) : rolled_back(std::move(done));
  }

  Result<Rows, Trouble> read(const Statement& statement) override {
    if (const auto there = still_there(); !there) return failure(there.error());
    const auto prepared = prepare(statement, 0);
    if (!prepared) return failure(prepared.error());
    Rows rows;
    int code = SQLITE_ROW;
    while ((code = sqlite3_step(*prepared)) == SQLITE_ROW) rows.push_back(row_of(*prepared));
    if (code == SQLITE_DONE) {
      sqlite3_reset(*prepared);
      return rows;
    }
    Trouble trouble = trouble_of(connection_.get(), 0);
    sqlite3_reset(*prepared);
    return failure(std::move(trouble));
  }

  Dialect dialect() const override {
    return {.last_id = "last_insert_rowid()",
            .needed_columns =
                "select name from pragma_table_info(trim($1, '\"')) where \"notnull\" <> 0 and "
                "dflt_value is null and pk = 0"};
  }

 private:
  // In WAL mode SQLite itself goes on with a file that was deleted, or replaced by a backup.
  Result<void, Trouble> still_there() {
    int moved = 0;
    sqlite3_file_control(connection_.get(), "main", SQLITE_FCNTL_HAS_MOVED, &moved);
    if (!moved) return {};
    return failure(Trouble{TroubleKind::unavailable, "08006", "the file was moved or replaced"});
  }

  // In WAL mode a commit that is not synced can be lost with all behind it, and nothing worse; with a
  // rollback journal the file could break. Nobody leaves WAL mode while this connection is open; into it they
  // may.
  Result<void, Trouble> sync(Durability durability) {
    bool in_wal = false;
    if (durability == Durability::soon) {
      const auto mode = read({.sql = "pragma journal_mode"});
      if (!mode) return failure(mode.error());
      in_wal = mode->front()[0] == "wal";
    }
    // Not a prepared one, which would have its effect once, when it is prepared.
    const auto* word = in_wal ? "pragma synchronous = normal" : "pragma synchronous = full";
    if (sqlite3_exec(connection_.get(), word, nullptr, nullptr, nullptr) != SQLITE_OK)
      return failure(trouble_of(connection_.get(), 0));
    return {};
  }

  Result<void, Trouble> run(const Statement& statement, std::size_t index) {
    const auto prepared = prepare(statement, index);
    if (!prepared) return failure(prepared.error());
    const int code = sqlite3_step(*prepared);
    if (code != SQLITE_DONE && code != SQLITE_ROW) {
      Trouble trouble = trouble_of(connection_.get(), index);
      sqlite3_reset(*prepared);
      // What a function says in the middle, of the values that it got, and not of a table that is missing.
      if ((code & 0xff) == SQLITE_ERROR && can_be_prepared(statement.sql))
        std::tie(trouble.kind, trouble.state) = std::pair(TroubleKind::data, "22000");
      return failure(std::move(trouble));
    }
    sqlite3_reset(*prepared);
    const std::int64_t touched = sqlite3_changes64(connection_.get());
    if (!statement.rows || touched == *statement.rows) return {};
    return failure(Trouble{TroubleKind::rows, "02000",
                           std::to_string(touched) + " rows, not " + std::to_string(*statement.rows), index});
  }

  [[nodiscard]] bool can_be_prepared(const std::string& sql) const {
    sqlite3_stmt* made = nullptr;
    const int code = sqlite3_prepare_v2(connection_.get(), sql.c_str(), -1, &made, nullptr);
    sqlite3_finalize(made);
    return code == SQLITE_OK;
  }

  // Bound, and as new. Prepared ones are kept: there are some dozen different ones.
  Result<sqlite3_stmt*, Trouble> prepare(const Statement& statement, std::size_t index) {
    auto& kept = prepared_[statement.sql];
    if (!kept) {
      sqlite3_stmt* made = nullptr;
      if (sqlite3_prepare_v3(connection_.get(), statement.sql.data(), static_cast<int>(statement.sql.size()),
                             SQLITE_PREPARE_PERSISTENT, &made, nullptr) != SQLITE_OK)
        return failure(trouble_of(connection_.get(), index));
      kept.reset(made);
    }
    for (std::size_t i = 0; i < statement.values.size(); ++i) bind(kept.get(), i + 1, statement.values[i]);
    return kept.get();
  }

  Result<void, Trouble> rolled_back(Result<void, Trouble> result) {
    if (sqlite3_get_autocommit(connection_.get()) == 0) std::ignore = run({.sql = "rollback"}, 0);
    return result;
  }

  std::unique_ptr<sqlite3, Close> connection_;
  std::map<std::string, std::unique_ptr<sqlite3_stmt, Finalize>> prepared_;
};

}  // namespace

Opened open_sqlite(const std::string& path) {
  sqlite3* opened = nullptr;
  constexpr int flags = SQLITE_OPEN_READWRITE | SQLITE_OPEN_NOMUTEX | SQLITE_OPEN_EXRESCODE;
  const int code = sqlite3_open_v2(path.c_str(), &opened, flags, nullptr);
  HF_ASSERT(opened != nullptr);
  auto store = std::make_unique<Sqlite>(opened);
  if (code != SQLITE_OK) {
    Trouble trouble = trouble_of(opened, 0);
    trouble.detail += ": " + path;
    return failure(std::move(trouble));
  }
  return store;
}

}  // namespace holdfast::store
