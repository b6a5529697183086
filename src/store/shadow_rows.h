// What the shadow keeps of the shop's rows, in the store:
//
//   holdfast_shadow        what each was when it was told, and the verdict
//   holdfast_shadow_asked  what is being asked of the daemon just now
//
// Whoever is killed before an answer is noted finds in the second what was asked, and asks the same again,
// whatever became of the row meanwhile.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "store/database.h"
#include "store/decisions.h"

namespace holdfast::store {

// A row that is to be told.
struct ShadowCase {
  std::optional<ShopRow> before, now;
  std::string whose = {};    // the reservation that the row is of, as the store says
  std::string verdict = {};  // of before
  std::int64_t lives = 0;
  [[nodiscard]] const ShopRow& last() const { return now ? *now : *before; }
};
using ShadowCases = Result<std::vector<ShadowCase>, Trouble>;

// Of rows that are Holdfast's own, or were there before it: never its to decide.
inline constexpr std::string_view not_to_decide = "before";

// Both tables, with what was moved in.
[[nodiscard]] Result<void, Trouble> make_shadow_tables(StoreDatabase& store, const Schema& schema);

// What one who was killed had asked, and did not note the answer to.
[[nodiscard]] ShadowCases asked_rows(StoreDatabase& store);
// Some of the rows that are new or otherwise than they were told; and of those that are gone.
[[nodiscard]] ShadowCases changed_rows(StoreDatabase& store, const Schema& schema);
[[nodiscard]] ShadowCases gone_rows(StoreDatabase& store, const Schema& schema);

[[nodiscard]] Statement note_asked(const ShadowCase& one);
[[nodiscard]] Statement no_longer_asked(const ShadowCase& one);
// That it was told, with what verdict; and in the row itself whose it is.
void note_told(const ShadowCase& one, std::int64_t lives, const std::string& verdict, const Schema& schema,
               std::vector<Statement>& statements);

// "3 of CUP Pending"; `now`: whether it is there.
[[nodiscard]] std::string decided_of(const ShopRow& last, bool is_there = true);
struct ToldRows {
  std::int64_t told = 0, otherwise = 0;
};
[[nodiscard]] Result<ToldRows, Trouble> count_told(StoreDatabase& store);
struct ToldRow {
  ShopRow row;
  std::string verdict;
};
// Those that Holdfast would have decided otherwise.
[[nodiscard]] Result<std::vector<ToldRow>, Trouble> told_otherwise(StoreDatabase& store);

}  // namespace holdfast::store
