// Recount: what every number must be, by the records alone.
//
// It begins with the closed sums and adds up the records that the journal has (sums.h), and holds what comes
// out against the state: a SKU at a time, each at a moment up to which every record has been fed.
#pragma once

#include <cstdint>
#include <deque>
#include <map>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "core/answer.h"
#include "core/record.h"
#include "core/state.h"
#include "core/sums.h"

namespace holdfast {

class Recount {
 public:
  // `explained`: the one SKU whose newest records are kept as well; empty: none.
  Recount(const State& state, std::string explained);

  // The record that follows the last one.
  void feed(const State& state, const Record& record);

  // The next record, and so all from there on, can no longer be read.
  void lost() { lost_ = true; }
  [[nodiscard]] bool is_lost() const { return lost_; }

  // Holds what the state says of the next SKUs, as of the last record fed, against what was counted. False:
  // there are more. Nothing is compared once a record is lost.
  [[nodiscard]] bool compare(const State& state, std::size_t most);
  // What was found, once all SKUs have been compared.
  [[nodiscard]] answer::AuditReport report(const State& state) const;

  [[nodiscard]] Position last() const { return last_; }

 private:
  static constexpr std::size_t events_kept = 20;

  void explain(const State& state, const Record& record);
  [[nodiscard]] Units received(const record::PeerRowsTaken& taken);
  void compare_sku(const State& state, SkuId sku);

  std::string explained_;
  std::optional<SkuId> sku_;  // of the one explained
  Sums sums_;
  Position last_;
  std::uint32_t compared_ = 0;  // SKUs, in the order of their numbers
  std::vector<answer::AuditMismatch> mismatches_;
  bool lost_ = false;
  bool from_the_first_ = false;           // no record is closed
  std::map<ReplicaIx, Units> sent_here_;  // of the one explained, by peers, as heard up to here
  std::deque<answer::AuditEvent> events_;
};

// Units sold beyond all stock, over all replicas as known here. It speaks of the world only on a closed view.
[[nodiscard]] UnitsSum oversold_units(const State& state);

}  // namespace holdfast
