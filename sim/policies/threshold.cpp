// `threshold`: the prototype of Balegas et al., SRDS 2015. Below 1000 rights a region asks the richest that
// it knows for half of its rights, at most once in 5 s for each SKU. A shopper who is short is kept while the
// region asks the others one after the other. Each minute every region sends its full state to every other.
#include <algorithm>
#include <chrono>
#include <set>

#include "sim/policies/policies.h"
#include "sim/policies/split_rights.h"

namespace holdfast::sim {
namespace {

using namespace std::chrono_literals;

constexpr std::int64_t low = 1000;
constexpr Micros asks_at_most_every = 5s, tells_all_every = 60s, for_ever = 24h;

class Threshold final : public SplitRights {
 public:
  Threshold(EventQueue& queue, Paths& paths, std::size_t skus)
      : SplitRights(queue, paths, skus),
        known_(regions(), std::vector(regions(), std::vector<std::int64_t>(skus, 0))),
        asked_(regions(), std::vector<SimTime>(skus, SimTime(-asks_at_most_every))) {}

 private:
  void opened() override {
    for (std::size_t here = 0; here < regions(); ++here)
      for (std::size_t other = 0; other < regions(); ++other) known_[here][other] = state_of(other);
    queue_.after(tells_all_every, [this] { tell_all(); });
  }

  [[nodiscard]] Micros kept(const Attempt&) const override { return for_ever; }

  void attempted(std::size_t region, const Basket& basket, bool served) override {
    for (const auto& [sku, quantity] : basket) {
      if (!served && available(region, sku) < quantity) {
        begin_round(region, sku);
      } else if (available(region, sku) < low && queue_.now() - asked_[region][sku] >= asks_at_most_every) {
        asked_[region][sku] = queue_.now();
        if (regions() > 1) ask_for_half(region, richest_known(region, sku).front(), sku, [] {});
      }
    }
  }

  [[nodiscard]] std::vector<std::int64_t> state_of(std::size_t region) const {
    std::vector<std::int64_t> state(known_[0][0].size());
    for (std::uint32_t sku = 0; sku < state.size(); ++sku) state[sku] = available(region, sku);
    return state;
  }

  void tell_all() {
    for (std::size_t from = 0; from < regions(); ++from)
      for (std::size_t to = 0; to < regions(); ++to)
        if (from != to)
          ask(from, to,
              [this, from, to, state = state_of(from)]() mutable { known_[to][from] = std::move(state); });
    queue_.after(tells_all_every, [this] { tell_all(); });
  }

  [[nodiscard]] std::vector<std::size_t> richest_known(std::size_t here, std::uint32_t sku) const {
    std::vector<std::size_t> others;
    for (std::size_t region = 0; region < regions(); ++region)
      if (region != here) others.push_back(region);
    std::ranges::stable_sort(others, std::ranges::greater(),
                             [&](std::size_t region) { return known_[here][region][sku]; });
    return others;
  }

  // `then`: when the answer is there, or at once if the giver cannot be reached.
  void ask_for_half(std::size_t asker, std::size_t giver, std::uint32_t sku, EventQueue::Action then) {
    if (paths_.cut(asker, giver) || paths_.cut(giver, asker)) return queue_.after(Micros(0), std::move(then));
    ask(asker, giver, [this, asker, giver, sku, then = std::move(then)]() mutable {
      give(giver, asker, sku, available(giver, sku) / 2);
      queue_.after(paths_.delay(giver, asker),
                   [this, asker, giver, sku, left = available(giver, sku), then = std::move(then)]() mutable {
                     known_[asker][giver][sku] = left;
                     then();
                   });
    });
  }

  void begin_round(std::size_t region, std::uint32_t sku) {
    if (regions() == 1) return shelf(region).send_away(sku);
    if (rounds_.insert({region, sku}).second) go_on(region, sku, richest_known(region, sku), 0);
  }

  void go_on(std::size_t region, std::uint32_t sku, std::vector<std::size_t> order, std::size_t next) {
    if (next < order.size() && shelf(region).someone_waits_for(sku)) {
      const auto giver = order[next];
      return ask_for_half(region, giver, sku, [this, region, sku, next, order = std::move(order)]() mutable {
        go_on(region, sku, std::move(order), next + 1);
      });
    }
    rounds_.erase({region, sku});
    shelf(region).send_away(sku);
  }

  std::vector<std::vector<std::vector<std::int64_t>>> known_;  // [here][of][sku]
  std::vector<std::vector<SimTime>> asked_;                    // [region][sku], when
  std::set<std::pair<std::size_t, std::uint32_t>> rounds_;     // going on
};

}  // namespace

std::unique_ptr<StockPolicy> make_threshold(const PolicyWorld& world) {
  return std::make_unique<Threshold>(world.stage.queue, world.paths, world.skus);
}

}  // namespace holdfast::sim
