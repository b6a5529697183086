// Waiters: requests that wait for units to become available, in order of arrival. A waiter holds nothing, and
// is memory only: a crash forgets it, and its client asks again under the same id.
//
// A second request under the same id or key joins the first: one outcome for both.
#pragma once

#include <map>
#include <optional>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "base/digest.h"
#include "base/time.h"
#include "core/ids.h"
#include "core/request.h"

namespace holdfast {

// How much of a SKU a request needs that must become available, beside what it gives up itself.
struct Need {
  SkuId sku;
  Units units;
  bool is_short = false;  // there was less when it was last tried
  bool operator==(const Need&) const = default;
};

struct Waiter {
  std::set<RequestToken> tokens;  // all who asked for the same
  Request request;                // Reserve or Adjust
  Digest name;                    // of its reservation or key, which no two waiters share
  Digest fingerprint;
  NodeTime deadline;
  Few<Need> needs;  // one per SKU that it names
};

// Less than it needs may serve it, too: a part is welcome; or it gives up units itself, which may be more by
// now.
[[nodiscard]] bool is_flexible(const Waiter& waiter);

class Waiters {
 public:
  using Number = std::uint64_t;  // ascending in order of arrival

  [[nodiscard]] std::size_t size() const { return by_number_.size(); }
  [[nodiscard]] std::size_t lines() const { return by_sku_.size(); }  // of all of them
  [[nodiscard]] const Waiter* find(const Digest& name) const {
    return by_name_.empty() ? nullptr : look_up(name);  // nearly always nobody waits
  }
  [[nodiscard]] const Waiter* at(Number number) const;
  // Those whom so much of a SKU may serve, as far as that SKU goes.
  [[nodiscard]] std::vector<Number> served_by(SkuId sku, Units available) const;
  [[nodiscard]] std::vector<Number> needing_more_than(SkuId sku, Units units) const;
  // Of those the ones who were not short of it when they were last looked at.
  [[nodiscard]] std::vector<Number> short_since(SkuId sku, Units available) const;
  [[nodiscard]] std::vector<SkuId> skus() const;  // that any of them names
  [[nodiscard]] bool names(SkuId sku) const { return !by_sku_.empty() && is_named(sku); }
  [[nodiscard]] std::vector<Number> replacing(std::string_view id) const;
  [[nodiscard]] std::vector<Number> all() const;
  [[nodiscard]] std::optional<NodeTime> first_deadline() const;
  [[nodiscard]] std::vector<Number> overdue(NodeTime now) const;
  // How much of a SKU all those want who were short of it; and all who name it, whether it is there or not.
  [[nodiscard]] Units wanted(SkuId sku) const { return sum(wanted_, sku); }
  [[nodiscard]] Units spoken_for(SkuId sku) const { return sum(spoken_for_, sku); }

  Number add(Waiter waiter);
  void join(const Digest& name, RequestToken token);
  // It is still short; of what, is said anew.
  void still_short(Number number, Few<Need> needs);
  Waiter take(Number number);
  Waiter take(const Digest& name) { return take(by_name_.at(name)); }
  // Whoever had this token has gone; the waiter goes when nobody is left who wants it.
  void cancel(RequestToken token);

 private:
  struct Needing {
    SkuId sku;
    Units units;
    Number number;
    auto operator<=>(const Needing&) const = default;
  };
  [[nodiscard]] const Waiter* look_up(const Digest& name) const;
  [[nodiscard]] bool is_named(SkuId sku) const;
  using Sums = std::map<SkuId, Units>;
  [[nodiscard]] static Units sum(const Sums& sums, SkuId sku);
  static void add(Sums& sums, SkuId sku, Units units);
  void enter_needs(Number number, const Waiter& waiter);
  void leave_needs(Number number, const Waiter& waiter);

  Number next_ = 1;
  std::map<Number, Waiter> by_number_;
  std::map<Digest, Number> by_name_;
  std::map<RequestToken, Number> by_token_;
  std::set<std::pair<std::string, Number>> by_replaced_;
  std::set<std::pair<SkuId, Number>> by_sku_;
  std::set<Needing> by_need_;
  std::set<Needing> there_;                      // of those the needs that are not short
  std::set<std::pair<SkuId, Number>> flexible_;  // whom less than what they need may serve, too
  std::set<std::pair<NodeTime, Number>> by_deadline_;
  Sums wanted_;
  Sums spoken_for_;
};

}  // namespace holdfast
