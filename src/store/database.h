// StoreDatabase: the shop's own database, through the narrowest door that will do: statements that all happen
// or none, and reading. SQL is written once, for both adapters; where they speak differently, Dialect says
// how.
//
// Parameters are $1, $2, ... and rows come back as text, whatever their columns are: so any schema fits, and
// the database itself converts. Names in SQL come from the shop's configuration and are quoted (schema.h).
// Threads: one at a time.
#pragma once

#include <atomic>
#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "base/result.h"

namespace holdfast::store {

using Value = std::variant<std::nullptr_t, std::int64_t, std::string>;

struct Statement {
  std::string sql;
  std::vector<Value> values = {};
  std::optional<std::int64_t> rows = {};  // that it must touch, no more and no fewer
};

// What kind of trouble, and so what helps. By the SQL state; docs/store.md has the rule.
enum class TroubleKind {
  data,         // this row cannot be written as it is: unique, foreign key, check, refused by a trigger
  rows,         // a statement touched another number of rows than it had to
  schema,       // a table or column is missing or of another type, or access is denied: mend it
  unavailable,  // down, restarting, full, locked by others: try again
};

struct Trouble {
  TroubleKind kind{};
  std::string state;          // SQLSTATE, also from SQLite, in PostgreSQL's words: 23505
  std::string detail;         // for people, in the database's words
  std::size_t statement = 0;  // which of those given; their number: the commit
};
[[nodiscard]] inline std::string told(const Trouble& trouble) {
  return trouble.detail + " (SQL state " + trouble.state + ")";
}

using Row = std::vector<std::optional<std::string>>;
using Rows = std::vector<Row>;

struct Dialect {
  // The id of the row that this connection inserted last. Empty: that could be the row of a trigger, and an
  // insert may stand in a `with` and return it.
  std::string_view last_id;
  // Before the name of a table that was just filled: a server that takes it for empty still plans to go
  // through it once for each row of another. Empty: there is no need.
  std::string_view analyze = {};
  // First in a transaction whose statements are all to see the tables as they are at one moment. Empty: they
  // do.
  std::string_view one_moment = {};
  // The columns of the table $1, an SQL name, that whoever inserts must give: there is no default.
  std::string_view needed_columns = {};
  // How many characters the column $2 of the table $1 takes, where that is limited. Empty: nowhere.
  std::string_view column_width = {};
  // So that called() hears of rows in holdfast_adjustment; none: it does not.
  std::span<const std::string_view> call_on_adjustment = {};
};

// What a commit outlives. Either way it is seen by others at once, all of it or none, and outlives this
// process.
enum class Durability {
  at_once,  // a crash of the server or a power failure too
  soon,  // those only after some moments, and never without what was committed before it: whoever commits so
         // finds out where it is after a crash, and tells nobody of it who would not find out
};

class StoreDatabase {
 public:
  virtual ~StoreDatabase() = default;
  // All of them in one transaction, or none.
  [[nodiscard]] virtual Result<void, Trouble> apply(const std::vector<Statement>& statements,
                                                    Durability durability) = 0;
  [[nodiscard]] Result<void, Trouble> apply(const std::vector<Statement>& statements) {
    return apply(statements, Durability::at_once);
  }
  [[nodiscard]] virtual Result<Rows, Trouble> read(const Statement& statement) = 0;
  [[nodiscard]] virtual Dialect dialect() const = 0;
  // Whether somebody has called since it was asked last: a row in holdfast_adjustment, where the database can
  // tell. It may be missed: look all the same, only less often.
  [[nodiscard]] virtual bool called() { return false; }
};
using Opened = Result<std::unique_ptr<StoreDatabase>, Trouble>;

// postgres://... (also postgresql://), or sqlite:PATH of a file that is there. Once `stop`, which outlives
// all use of it, a server that does not answer is waited for a few seconds at most.
[[nodiscard]] Opened open_store(const std::string& url, const std::atomic<bool>* stop = nullptr);
// The same without user, password and options, of A-Z a-z 0-9 - . _ alone: for a list of who follows.
[[nodiscard]] std::string store_name(std::string_view url);
// Why a text is no such address, without what may be a password; empty: it is one.
[[nodiscard]] std::string why_no_store(std::string_view url);

}  // namespace holdfast::store
