// Parcel: what one session's peer lacks, packed into one Rows message (anti_entropy.h says what a range is).
#pragma once

#include <cstdint>
#include <map>

#include "core/message.h"
#include "core/session.h"
#include "core/state.h"

namespace holdfast {

[[nodiscard]] inline Version at(const Vector& vector, ReplicaIx replica) {
  const auto found = vector.find(replica);
  return found == vector.end() ? Version{} : found->second;
}

// Within budgets of bytes. The first row of a range is taken in any case, so that nothing is ever too large
// to be sent; what is taken counts as sent in the session.
class Parcel {
 public:
  Parcel(const State& state, Session& session) : state_(state), session_(session) {
    rows_.number = ++session.rows_sent;
  }
  [[nodiscard]] message::Rows take() { return std::move(rows_); }

  void add_pushes(std::size_t budget);
  // The next range of a writer's rows, which ends early where the budget does; what it took of that.
  [[nodiscard]] std::size_t add_range(ReplicaIx writer, std::size_t budget);
  void add_newest(ReplicaIx writer, std::size_t budget);

 private:
  [[nodiscard]] std::uint16_t place(ReplicaIx replica);
  [[nodiscard]] message::WireRow row(ReplicaIx writer, SkuId sku);

  const State& state_;
  Session& session_;
  message::Rows rows_;
  std::map<ReplicaIx, std::uint16_t> places_;  // of replicas, in the message
};

}  // namespace holdfast
