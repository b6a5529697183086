// The ways of sharing stock by their names, in the order of the table.
#pragma once

#include <array>
#include <memory>
#include <string_view>

#include "sim/paths.h"
#include "sim/policies/policy.h"
#include "sim/region.h"
#include "sim/stage.h"
#include "sim/streams.h"

namespace holdfast::sim {

// How the shipped node is run; models know nothing of it.
struct NodeSetting {
  LedgerKind ledger = LedgerKind::memory;
  // After each step that made records. It is what fuzz is for; of thousands of reservations it takes most of
  // the time.
  bool checks_all_invariants = false;
};

struct PolicyWorld {
  Stage& stage;
  Paths& paths;
  std::size_t skus = 1;
  Streams streams;
  NodeSetting node{};
};

inline constexpr std::array<std::string_view, 9> policy_names{
    "oracle", "central", "quorum", "static", "threshold", "reactive", "periodic", "fixed", "holdfast"};

// What could be had at best, beside the oracle: shown to those who ask for it by name.
inline constexpr std::array<std::string_view, 1> bound_names{"dealer"};

// A name of the above.
[[nodiscard]] std::unique_ptr<StockPolicy> make_policy(std::string_view name, const PolicyWorld& world);

// One page each; make_policy() knows them all.
[[nodiscard]] std::unique_ptr<StockPolicy> make_threshold(const PolicyWorld& world);
[[nodiscard]] std::unique_ptr<StockPolicy> make_reactive(const PolicyWorld& world);
[[nodiscard]] std::unique_ptr<StockPolicy> make_periodic(const PolicyWorld& world);
[[nodiscard]] std::unique_ptr<StockPolicy> make_fixed(const PolicyWorld& world);
[[nodiscard]] std::unique_ptr<StockPolicy> make_dealer(const PolicyWorld& world);
[[nodiscard]] std::unique_ptr<StockPolicy> make_holdfast(const PolicyWorld& world);

}  // namespace holdfast::sim
