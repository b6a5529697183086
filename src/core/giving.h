// Giving: what becomes of other replicas' asks, and of the answers to them. Those for this replica are
// served, by the rules at the head of asks.h; those between others are passed on, where a link leads on.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <utility>

#include "base/time.h"
#include "core/ids.h"
#include "core/message.h"

namespace holdfast {

class StepContext;

inline constexpr std::uint8_t ask_hops_max = 7;  // regions that pass an ask on, or its answer

// The link that leads to a region: our own, or that of a region that may know a way.
[[nodiscard]] std::optional<LinkId> route(const StepContext& step, const std::string& region,
                                          std::optional<LinkId> not_back);

// Urgent asks that a giver could not meet in full, by SKU and by the region that asks: see the head of
// asks.h. Memory only.
struct UnmetAsks {
  using Key = std::pair<SkuId, std::string>;
  struct Unmet {
    message::Ask ask;
    LinkId from;
    NodeTime lapses;
  };
  std::map<Key, Unmet> all;
  Key cursor;  // where the next part of them begins, as in Asks

  [[nodiscard]] bool name(SkuId sku) const {
    if (all.empty()) return false;  // nearly always
    const auto first = all.lower_bound({sku, {}});
    return first != all.end() && first->first.first == sku;
  }
};

void receive_ask(StepContext& step, LinkId from, const message::Ask& ask);
// With what may be given since this step: of those who ask, the first by name first.
void meet_asks(StepContext& step);
void relay_answer(StepContext& step, LinkId from, const message::AskAnswer& answer);

}  // namespace holdfast
