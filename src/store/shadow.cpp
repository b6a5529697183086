#include "store/shadow.h"

#include <utility>

#include "store/own_tables.h"
#include "store/shadow_stock.h"

namespace holdfast::store {

Result<void, std::string> Shadow::begin() {
  if (auto checked = home_.check_name(); !checked) return checked;
  if (const auto home = read_home(store_); home && *home && **home != home_.name())
    return failure(wrong_home(**home, home_.name()));
  const auto position = read_position(store_, home_.name());
  if (!position && position.error().kind != TroubleKind::schema) return failure(told(position.error()));
  if (!position || !*position)
    return failure("nothing was moved in yet (holdfast_position has no row): `holdfast migrate run` first");
  if (auto same = home_.check_cursor((*position)->cursor); !same)
    return failure("this store was moved into another daemon, or its history is gone: " + same.error());
  if (auto decides = check_the_shop_decides(**position); !decides) return decides;
  if (auto made = make_own_tables(store_); !made) return failure(told(made.error()));
  if (auto made = make_shadow_tables(store_, schema_); !made) return failure(told(made.error()));
  return {};
}

// Who follows counts what it has written; to a shadow that would be changes of the shop's.
Result<void, std::string> Shadow::check_the_shop_decides(const Position& position) {
  if (position.written == 0) return {};
  return failure("this store is followed by now, so that it is Holdfast that decides");
}

Result<Position, std::string> Shadow::position() {
  const auto position = read_position(store_, home_.name());
  if (!position) return failure(told(position.error()));
  if (!*position) return failure("its position is gone from holdfast_position");
  if (auto decides = check_the_shop_decides(**position); !decides) return failure(decides.error());
  return **position;
}

Result<std::size_t, std::string> Shadow::look(std::int64_t now_seconds, const Report& report) {
  const auto left = asked_rows(store_);
  if (!left) return failure(told(left.error()));
  if (const auto said = tell(*left, {}, report); !said) return said;
  auto looked = look_at_stock(now_seconds, report);
  if (!looked) return looked;
  int turns = 1;
  for (int turn = 0; turn < turns; ++turn) {
    for (const auto find : {gone_rows, changed_rows}) {
      const auto cases = find(store_, schema_);
      if (!cases) return failure(told(cases.error()));
      const auto before = find == changed_rows ? std::exchange(refused_, {}) : std::set<std::string>();
      const auto said = tell(*cases, before, report);
      if (!said) return said;
      *looked += *said;
    }
    if (turn == 0 && !refused_.empty()) turns = 2;
  }
  if (auto moved = move_along(); !moved) return failure(moved.error());
  return *looked + refused_.size();
}

// Before the rows: what came in may have been sold already.
Result<std::size_t, std::string> Shadow::look_at_stock(std::int64_t now_seconds, const Report& report) {
  if (schema_.product.inventory.empty()) return 0;
  const auto changes = stock_changes(store_, schema_);
  if (!changes) return failure(told(changes.error()));
  if (auto own = position(); !own) return failure(own.error());  // after they were read: whoever wrote them
  const auto said = tell_stock(store_, home_, *changes, now_seconds, report);
  if (!said) return failure(told(said.error()));
  return *said;
}

Result<std::size_t, std::string> Shadow::tell(const std::vector<ShadowCase>& cases,
                                              const std::set<std::string>& refused_before,
                                              const Report& report) {
  std::vector<Decided> asked;
  json::array operations;
  std::vector<Statement> statements;
  for (const ShadowCase& one : cases) {
    asked.push_back(one.verdict.empty() ? decided(one.before, one.now, one.lives, schema_, ttl_seconds_)
                                        : Decided{{}, one.lives, one.verdict});
    if (!asked.back().operations.empty()) statements.push_back(note_asked(one));
    for (const json::value& operation : asked.back().operations) operations.push_back(operation);
  }
  if (!statements.empty())
    if (auto noted = store_.apply(std::exchange(statements, {})); !noted) return failure(told(noted.error()));
  std::vector<json::value> results;
  for (std::size_t first = 0; first < operations.size(); first += 1'000) {
    const auto end = operations.begin() + std::min(first + 1'000, operations.size());
    const auto answer = home_.batch(json::array(operations.begin() + first, end));
    if (!answer) return failure(answer.error());
    for (const json::value& result : holdfast::list(*answer, "results")) results.push_back(result);
  }
  if (results.size() != operations.size()) return failure(home_.endpoint() + ": not an answer to each");
  std::size_t said = 0, at = 0;
  for (std::size_t i = 0; i < cases.size(); ++i) {
    std::optional<std::string> verdict = asked[i].verdict;
    for (const json::value& operation : asked[i].operations) {
      if (verdict && verdict->empty()) verdict = verdict_of(operation, results[at]);
      ++at;
    }
    if (!verdict) continue;  // asked again at the next look
    const ShadowCase& one = cases[i];
    statements.push_back(no_longer_asked(one));
    if (is_new_refusal(asked[i], *verdict, one.last().id, refused_before)) continue;
    note_told(one, asked[i].lives, *verdict, schema_, statements);
    if (one.verdict.empty() && !verdict->empty())
      report({"row " + one.last().id, decided_of(one.last(), one.now.has_value()), *verdict});
    ++said;
  }
  if (said == 0 && refused_.empty() && !cases.empty())
    return failure(home_.endpoint() + ": takes nothing just now");
  if (auto noted = store_.apply(statements); !noted) return failure(told(noted.error()));
  return said;
}

bool Shadow::is_new_refusal(const Decided& asked, const std::string& verdict, const std::string& row,
                            const std::set<std::string>& refused_before) {
  if (verdict.empty() || asked.operations.empty() || refused_before.contains(row)) return false;
  if (string_at(asked.operations.front(), "op") != "reserve") return false;
  refused_.insert(row);
  return true;
}

// What Holdfast was told has happened here already, and is not to be written again.
Result<void, std::string> Shadow::move_along() {
  const auto cursor = home_.newest_cursor();
  if (!cursor) return failure(cursor.error());
  const auto from = position();
  if (!from) return failure(from.error());
  if (from->cursor == *cursor) return {};
  auto moved = store_.apply({move_position(home_.name(), from->cursor, {*cursor, from->at, from->written})});
  if (!moved) return failure(told(moved.error()));
  return {};
}

Result<ShadowSums, std::string> Shadow::sums() {
  const auto rows = count_told(store_);
  if (!rows) return failure(told(rows.error()));
  const auto stock = refused_stock(store_);
  if (!stock) return failure(told(stock.error()));
  return ShadowSums{.rows = rows->told,
                    .otherwise = rows->otherwise + static_cast<std::int64_t>(stock->size())};
}

Result<void, std::string> Shadow::list(const Report& report) {
  const auto rows = told_otherwise(store_);
  if (!rows) return failure(told(rows.error()));
  for (const auto& [row, verdict] : *rows) report({"row " + row.id, decided_of(row), verdict});
  const auto stock = refused_stock(store_);
  if (!stock) return failure(told(stock.error()));
  for (const Otherwise& one : *stock) report(one);
  return {};
}

}  // namespace holdfast::store
