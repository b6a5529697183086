// The shadow: the shop goes on deciding in its own tables, Holdfast is told what it decided, and whoever asks
// hears where it would have decided otherwise.
//
//   rows that are new, changed or gone ──batch──> the daemon ──verdicts──> holdfast_shadow, one transaction
//   stock that changed ──> holdfast_adjustment ──> the daemon
//
// After moving in (move_in.h), and instead of following: the store's position moves along, because what
// happens there happened here first. Where somebody follows it ends. Rows are asked for by the names of
// moving in (store-17; one that comes back is store-17-2), and what is about to be asked stands in
// holdfast_shadow_asked, so whoever is killed asks the same again. What each row was when it was told stands
// in holdfast_shadow, and so does the verdict. What is refused is asked for once more before that is noted:
// what it wanted may have been in a basket that went in the same moment. Not seen: whom the shop turned away,
// which leaves no row. Threads: one.
#pragma once

#include <functional>
#include <set>

#include "store/database.h"
#include "store/own_tables.h"
#include "store/region.h"
#include "store/shadow_rows.h"

namespace holdfast::store {

// Holdfast would have decided otherwise.
struct Otherwise {
  std::string subject;  // "row 17", "stock of CUP"
  std::string decided;  // what the shop did: "3 of CUP Pending"
  std::string code;     // what Holdfast says to it
};

struct ShadowSums {
  std::int64_t rows = 0;       // told, in all
  std::int64_t otherwise = 0;  // of them, and changes of stock that are refused
};

class Shadow {
 public:
  using Report = std::function<void(const Otherwise&)>;

  Shadow(StoreDatabase& store, const Schema& schema, Region& home, std::int64_t ttl_seconds)
      : store_(store), schema_(schema), home_(home), ttl_seconds_(ttl_seconds) {}

  // Makes its table, with what was moved in; why it cannot.
  [[nodiscard]] Result<void, std::string> begin();
  // Tells what changed since the last look: how much that was, in rows and changes of stock.
  [[nodiscard]] Result<std::size_t, std::string> look(std::int64_t now_seconds, const Report& report);
  [[nodiscard]] Result<ShadowSums, std::string> sums();
  // All that was found so far, also by earlier runs.
  [[nodiscard]] Result<void, std::string> list(const Report& report);

 private:
  using Done = Result<void, std::string>;
  [[nodiscard]] Result<std::size_t, std::string> look_at_stock(std::int64_t now_seconds,
                                                               const Report& report);
  [[nodiscard]] Result<std::size_t, std::string> tell(const std::vector<ShadowCase>& cases,
                                                      const std::set<std::string>& refused_before,
                                                      const Report& report);
  // Whether it is to be asked once more before that is noted.
  [[nodiscard]] bool is_new_refusal(const Decided& asked, const std::string& verdict, const std::string& row,
                                    const std::set<std::string>& refused_before);
  // Of the home; nobody else has moved it.
  [[nodiscard]] Result<Position, std::string> position();
  [[nodiscard]] static Done check_the_shop_decides(const Position& position);
  [[nodiscard]] Done move_along();

  StoreDatabase& store_;
  const Schema& schema_;
  Region& home_;
  std::int64_t ttl_seconds_;
  std::set<std::string> refused_;  // rows that are asked for once more
};

}  // namespace holdfast::store
