#include "store/postgres.h"

#include <libpq-fe.h>
#include <poll.h>
#include <sys/socket.h>

#include <array>
#include <chrono>
#include <map>

#include "base/overloaded.h"

namespace holdfast::store {
namespace {

// So that neither side fills the other's buffers while it sends and does not read.
constexpr std::size_t statements_per_round_trip = 200;
constexpr int look_up_each_ms = 100;
constexpr std::chrono::seconds patience_once_stopped{3};  // more than a lock is waited for

struct Finish {
  void operator()(PGconn* connection) const { PQfinish(connection); }
};
struct Clear {
  void operator()(PGresult* result) const { PQclear(result); }
};
struct Free {
  void operator()(PGnotify* notified) const { PQfreemem(notified); }
};
using Notified = std::unique_ptr<PGnotify, Free>;
using Answered = std::unique_ptr<PGresult, Clear>;

constexpr std::string_view call_on_adjustment[] = {
    "create or replace function holdfast_call() returns trigger language plpgsql as "
    "'begin notify holdfast_adjustment; return null; end'",
    "drop trigger if exists holdfast_call on holdfast_adjustment",
    "create trigger holdfast_call after insert on holdfast_adjustment "
    "for each statement execute function holdfast_call()",
};

// libpq breaks its messages into lines; a log wants one.
std::string one_line(std::string_view text) {
  std::string line;
  for (const char c : text) {
    const bool space = c == ' ' || c == '\n' || c == '\t';
    if (!space)
      line += c;
    else if (!line.empty() && line.back() != ' ')
      line += ' ';
  }
  while (line.ends_with(' ')) line.pop_back();
  return line;
}

// What libpq could not connect for, it says in words only.
Trouble connecting_failed(PGconn* connection) {
  const std::string detail = one_line(PQerrorMessage(connection));
  if (detail.find("authentication failed") != std::string::npos)
    return {TroubleKind::schema, "28P01", detail};
  if (detail.find("does not exist") != std::string::npos) return {TroubleKind::schema, "3D000", detail};
  return {TroubleKind::unavailable, "08001", detail};
}

// What says more than the state: that the server ended the connection for it; and, by the function of the
// server that says it, since its words are of any language, that a RAISE or a policy for rows did.
TroubleKind kind_of(const PGresult* result, std::string_view state) {
  const auto field = [&](int code) {
    const char* text = PQresultErrorField(result, code);
    return std::string_view(text ? text : "");
  };
  const auto severity = field(PG_DIAG_SEVERITY_NONLOCALIZED);
  if (severity == "FATAL" || severity == "PANIC") return TroubleKind::unavailable;
  const auto source = field(PG_DIAG_SOURCE_FUNCTION);
  if (source == "exec_stmt_raise" || source == "ExecWithCheckOptions") return TroubleKind::data;
  return store::kind_of(state);
}

Trouble trouble_of(PGconn* connection, const PGresult* result, std::size_t statement) {
  const char* state = result ? PQresultErrorField(result, PG_DIAG_SQLSTATE) : nullptr;
  if (!state) return {TroubleKind::unavailable, "08006", one_line(PQerrorMessage(connection)), statement};
  std::string detail = PQresultErrorField(result, PG_DIAG_MESSAGE_PRIMARY);
  if (const char* more = PQresultErrorField(result, PG_DIAG_MESSAGE_DETAIL))
    detail += std::string(": ") + more;
  return {kind_of(result, state), state, one_line(detail), statement};
}

class Postgres final : public StoreDatabase {
 public:
  Postgres(PGconn* connection, const std::atomic<bool>* stop) : connection_(connection), stop_(stop) {}

  using StoreDatabase::apply;
  Result<void, Trouble> apply(const std::vector<Statement>& statements, Durability durability) override {
    if (auto begun = begin(durability); !begun) return begun;
    for (std::size_t first = 0; first < statements.size(); first += statements_per_round_trip)
      if (auto done = apply_some(statements, first); !done) {
        std::ignore = exchange({.sql = "rollback"}, 0);
        return done;
      }
    if (auto done = exchange({.sql = "commit"}, statements.size()); !done) return failure(done.error());
    return {};
  }

  Result<Rows, Trouble> read(const Statement& statement) override {
    const auto answer = exchange(statement, 0);
    if (!answer) return failure(answer.error());
    const PGresult* result = answer->get();
    Rows rows;
    for (int i = 0; i < PQntuples(result); ++i) {
      Row& row = rows.emplace_back();
      for (int j = 0; j < PQnfields(result); ++j)
        row.push_back(PQgetisnull(result, i, j)
                          ? std::nullopt
                          : std::optional<std::string>(std::in_place, PQgetvalue(result, i, j),
                                                       static_cast<std::size_t>(PQgetlength(result, i, j))));
    }
    return rows;
  }

  Dialect dialect() const override {
    return {.last_id = {},
            .analyze = "analyze ",
            .one_moment = "set transaction isolation level repeatable read",
            .needed_columns =
                "select attname from pg_attribute where attrelid = to_regclass($1) and attnum > 0 and "
                "not attisdropped and attnotnull and not atthasdef and attidentity = ''",
            .column_width =
                "select atttypmod - 4 from pg_attribute where attrelid = to_regclass($1) and attname = $2 "
                "and atttypmod > 4 and atttypid in ('varchar'::regtype, 'bpchar'::regtype)",
            .call_on_adjustment = call_on_adjustment};
  }

  bool called() override {
    if (!listens_) {
      listens_ = exchange({.sql = "listen holdfast_adjustment"}, 0).has_value();
      return false;
    }
    PQconsumeInput(connection_.get());
    bool any = false;
    while (const Notified call{PQnotifies(connection_.get())}) any = true;
    return any;
  }

 private:
  struct Sent {
    std::size_t statement = 0;
    bool prepares = false;
  };

  Result<void, Trouble> begin(Durability durability) {
    if (auto begun = exchange({.sql = "begin"}, 0); !begun) return failure(begun.error());
    if (durability == Durability::at_once) return {};
    // The server syncs its log within three times its wal_writer_delay (200 ms) all the same.
    auto told = exchange({.sql = "set local synchronous_commit = off"}, 0);
    if (told) return {};
    std::ignore = exchange({.sql = "rollback"}, 0);
    return failure(told.error());
  }

  Result<void, Trouble> apply_some(const std::vector<Statement>& statements, std::size_t first) {
    sent_.clear();
    const std::size_t end = std::min(first + statements_per_round_trip, statements.size());
    for (std::size_t i = first; i < end; ++i)
      if (!send(statements[i], i)) return failure(trouble_of(connection_.get(), nullptr, i));
    std::optional<Trouble> trouble;
    PQpipelineSync(connection_.get());
    for (const Sent& sent : sent_) {
      const Answered answer = next();
      if (trouble) continue;
      trouble = fault_of(answer.get(), sent, statements[sent.statement]);
    }
    end_of_pipeline(trouble);
    if (trouble) return failure(*std::move(trouble));
    return {};
  }

  Result<Answered, Trouble> exchange(const Statement& statement, std::size_t index) {
    sent_.clear();
    if (!send(statement, index)) return failure(trouble_of(connection_.get(), nullptr, index));
    PQpipelineSync(connection_.get());
    std::optional<Trouble> trouble;
    Answered answer;
    for (const Sent& sent : sent_) {
      answer = next();
      if (!trouble) trouble = fault_of(answer.get(), sent, statement);
    }
    end_of_pipeline(trouble);
    if (trouble) return failure(*std::move(trouble));
    return answer;
  }

  std::optional<Trouble> fault_of(const PGresult* result, const Sent& sent,
                                  const Statement& statement) const {
    const auto status = result ? PQresultStatus(result) : PGRES_FATAL_ERROR;
    if (status != PGRES_COMMAND_OK && status != PGRES_TUPLES_OK)
      return trouble_of(connection_.get(), result, sent.statement);
    if (sent.prepares || !statement.rows) return std::nullopt;
    const std::string touched = PQcmdTuples(const_cast<PGresult*>(result));
    if (touched == std::to_string(*statement.rows)) return std::nullopt;
    return Trouble{TroubleKind::rows, "02000", touched + " rows, not " + std::to_string(*statement.rows),
                   sent.statement};
  }

  // What the server says next. One that says nothing, once we are to stop, is left.
  Answered hear() {
    std::optional<std::chrono::steady_clock::time_point> end;
    while (PQisBusy(connection_.get())) {
      pollfd socket{PQsocket(connection_.get()), POLLIN, 0};
      ::poll(&socket, 1, look_up_each_ms);
      if (!PQconsumeInput(connection_.get())) break;
      if (!stop_ || !*stop_) continue;
      const auto now = std::chrono::steady_clock::now();
      if (!end) end = now + patience_once_stopped;
      if (now > *end) ::shutdown(socket.fd, SHUT_RDWR);
    }
    return Answered(PQgetResult(connection_.get()));
  }

  // One statement's answer, and the nothing that ends it.
  Answered next() {
    Answered answer = hear();
    if (answer && PQresultStatus(answer.get()) != PGRES_PIPELINE_SYNC)
      while (const Answered more = hear()) continue;
    return answer;
  }

  // To its sync, which comes but for a server that ended the connection in the middle: then libpq has no more
  // to say, and goes on having nothing.
  void end_of_pipeline(std::optional<Trouble>& trouble) {
    bool synced = false;
    for (int silent = 0; !synced && silent < 2;) {
      const Answered answer = hear();
      synced = answer && PQresultStatus(answer.get()) == PGRES_PIPELINE_SYNC;
      if (!answer) ++silent;
    }
    if (!synced && !trouble) trouble = trouble_of(connection_.get(), nullptr, 0);
    // Those that were prepared behind the trouble were not; under another name they can always be again.
    if (trouble) prepared_.clear();
  }

  [[nodiscard]] bool send(const Statement& statement, std::size_t index) {
    auto& name = prepared_[statement.sql];
    if (name.empty()) {
      name = "holdfast_" + std::to_string(++names_);
      if (!PQsendPrepare(connection_.get(), name.c_str(), statement.sql.c_str(), 0, nullptr)) return false;
      sent_.push_back({index, true});
    }
    texts_.clear();
    std::vector<const char*> values;
    texts_.reserve(statement.values.size());
    for (const Value& value : statement.values) values.push_back(text_of(value));
    sent_.push_back({index, false});
    return PQsendQueryPrepared(connection_.get(), name.c_str(), static_cast<int>(values.size()),
                               values.data(), nullptr, nullptr, 0) == 1;
  }

  const char* text_of(const Value& value) {
    return std::visit(
        Overloaded{
            [](std::nullptr_t) -> const char* { return nullptr; },
            [&](std::int64_t whole) { return texts_.emplace_back(std::to_string(whole)).c_str(); },
            [](const std::string& text) { return text.c_str(); },
        },
        value);
  }

  std::unique_ptr<PGconn, Finish> connection_;
  const std::atomic<bool>* stop_;                // none: whoever asks waits
  std::map<std::string, std::string> prepared_;  // names by SQL
  std::size_t names_ = 0;
  bool listens_ = false;
  std::vector<Sent> sent_;          // since the last end of a pipeline
  std::vector<std::string> texts_;  // of numbers, while they are sent
};

}  // namespace

TroubleKind kind_of(std::string_view state) {
  for (const auto* passing : {"08", "25", "26", "40", "53", "55", "57", "58", "XX001", "XX002"})
    if (state.starts_with(passing)) return TroubleKind::unavailable;
  for (const auto* wrong : {"0A", "2200H", "28", "3D", "3F", "42"})
    if (state.starts_with(wrong)) return TroubleKind::schema;
  return TroubleKind::data;
}

Opened open_postgres(const std::string& url, const std::atomic<bool>* stop) {
  // What the address says comes later and counts.
  const std::array names{"connect_timeout", "tcp_user_timeout", "application_name", "dbname",
                         static_cast<const char*>(nullptr)};
  const std::array values{"5", "30000", "holdfast", url.c_str(), static_cast<const char*>(nullptr)};
  PGconn* connection = PQconnectdbParams(names.data(), values.data(), 1);
  if (!connection) return failure(Trouble{TroubleKind::unavailable, "53200", "out of memory"});
  auto store = std::make_unique<Postgres>(connection, stop);
  if (PQstatus(connection) != CONNECTION_OK) return failure(connecting_failed(connection));
  PQsetClientEncoding(connection, "UTF8");
  PQsetNoticeProcessor(
      connection, [](void*, const char*) {}, nullptr);
  PQenterPipelineMode(connection);
  // One that is killed leaves a server that works on for nobody, and keeps others waiting; not before
  // PostgreSQL 14.
  std::ignore = store->read({.sql = "set client_connection_check_interval = 1000"});
  // Then it is said who is waited for; unless the shop has set another time for us.
  std::ignore = store->read({.sql = "select set_config('lock_timeout', '2s', false) "
                                    "where current_setting('lock_timeout') = '0'"});
  return store;
}

}  // namespace holdfast::store
