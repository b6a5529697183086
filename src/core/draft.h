// Draft: a record in the making, where it will stand among those of its step. It hands out the numbers that
// the record takes (versions, memories, SKU ids), so that the handlers only say what happens. Nothing is left
// of one that is not finished; there is one at a time.
#pragma once

#include <functional>
#include <map>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "core/demand.h"
#include "core/record.h"
#include "core/state.h"

namespace holdfast {

class Draft {
 public:
  Draft(const State& state, const Demand& demand, Now now, std::vector<Record>& records)
      : state_(state), demand_(demand), records_(records), record_(records.emplace_back()) {
    record_.at = now.node;
    record_.wall = now.wall;
  }
  ~Draft() {
    if (!finished_) records_.pop_back();
  }
  Draft(const Draft&) = delete;
  Draft& operator=(const Draft&) = delete;

  // Units set aside (+) or given free (−): no growing field changes, and the row takes no version.
  void reserve(SkuId sku, Units change);
  void purchase(SkuId sku, Units quantity, Units out_of_reserved);
  void receive(SkuId sku, Units quantity);
  void take_back(SkuId sku, Units quantity);  // from a customer
  void write_off(SkuId sku, Units quantity);
  void send(SkuId sku, ReplicaIx to, Units quantity);
  void publish(SkuId sku);  // its gauges, alone

  // So many rows will change, at the most.
  void expect_rows(std::size_t count) { record_.rows.reserve(count); }

  // The number of a SKU, which this record introduces if it is new.
  [[nodiscard]] SkuId sku(std::string_view name);
  // One that is new for certain, and is named this once: nothing is looked up.
  [[nodiscard]] SkuId introduce(std::string_view name);
  [[nodiscard]] ReplicaIx replica(const ReplicaId& id);
  // How many there are, with those that this record introduces.
  [[nodiscard]] std::size_t replicas() const {
    return state_.replicas().size() + record_.new_replicas.size();
  }

  // A name, as memories.h makes it.
  void remember(const Digest& name);
  void remember_reservation(std::string_view id) { remember(name_of_reservation(id, state_.hash_seed())); }
  void remember_key(std::string_view key) { remember(name_of_key(key, state_.hash_seed())); }

  // What happened, made in place. Then finish().
  template <class Body>
  [[nodiscard]] Body& body() {
    return record_.body.emplace<Body>();
  }
  // The record, to be committed at once.
  [[nodiscard]] const Record& finish() {
    finished_ = true;
    return record_;
  }
  template <class Body>
  [[nodiscard]] const Record& finish(Body&& body) {
    record_.body = std::forward<Body>(body);
    return finish();
  }

 private:
  RowChange& growing(SkuId sku);

  const State& state_;
  const Demand& demand_;
  std::vector<Record>& records_;
  Record& record_;  // the last of them
  bool finished_ = false;
  std::uint64_t versions_ = 0;
  std::map<std::string, SkuId, std::less<>> fresh_;  // SKUs that this record introduces
};

}  // namespace holdfast
