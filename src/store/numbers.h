// Numbers: what is available of each product, here and everywhere, in columns of the shop's own, for pages
// that show it. As last heard, and at most so often: never for deciding, which is the daemon's.
//
// What was touched here goes first; besides, all products are gone through again and again, a page at a time,
// because elsewhere is sold without a word to here. Only what is another number than last time is written.
// Owner: the follower of the home region. Threads: one.
#pragma once

#include <map>
#include <set>
#include <string>

#include "store/change.h"
#include "store/database.h"
#include "store/region.h"
#include "store/schema.h"

namespace holdfast::store {

class Numbers {
 public:
  static constexpr std::size_t products_per_turn = 1'000;

  explicit Numbers(const Schema& schema) : schema_(schema) {}

  [[nodiscard]] bool wanted() const {
    return !schema_.product.available_here.empty() || !schema_.product.available_everywhere.empty();
  }
  void touch(const Change& change);
  // One turn: how many rows were written. Trouble of the daemon is none: it is for the next turn.
  [[nodiscard]] Result<std::size_t, Trouble> turn(StoreDatabase& store, Region& region);

 private:
  struct Number {
    std::int64_t here = 0, everywhere = 0;
    bool operator==(const Number&) const = default;
  };
  using All = std::map<std::string, Number>;

  [[nodiscard]] All touched(Region& region);
  [[nodiscard]] All next_page(Region& region);
  [[nodiscard]] Statement update(const std::string& sku, const Number& number) const;

  const Schema& schema_;
  std::set<std::string> touched_;
  std::string after_;  // of the page
  All written_;
};

}  // namespace holdfast::store
