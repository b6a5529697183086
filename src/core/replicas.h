// Replicas: who has ever written rows, how far each one's rows are known, and which one is a region's own
// now.
//
// A region's newest incarnation is its replica; older ones are frozen: their rows count, nobody gives to them
// or asks them. The version vector lives here: version(self) is this replica's newest.
//
// Owner: State. Changed by apply() only. Threads: none.
#pragma once

#include <optional>
#include <span>
#include <string_view>
#include <vector>

#include "core/ids.h"
#include "core/slices.h"

namespace holdfast {

// What comes after the last of the known ones; both in the order of their numbers, and agreeing so far.
[[nodiscard]] std::span<const Boot> boots_after(std::span<const Boot> known, std::span<const Boot> said);

class Replicas {
 public:
  [[nodiscard]] std::size_t size() const { return known_.size(); }
  [[nodiscard]] ReplicaIx next_ix() const { return ReplicaIx(static_cast<std::uint16_t>(known_.size())); }
  [[nodiscard]] std::optional<ReplicaIx> find(const ReplicaId& id) const;
  // The newest incarnation of a region; none: no row of it was ever heard.
  [[nodiscard]] std::optional<ReplicaIx> of_region(std::string_view region) const;
  [[nodiscard]] const ReplicaId& id(ReplicaIx ix) const { return known_[ix.value()].id; }
  [[nodiscard]] Version version(ReplicaIx ix) const { return known_[ix.value()].version; }
  [[nodiscard]] const std::string& distrusted(ReplicaIx ix) const { return known_[ix.value()].distrusted; }
  [[nodiscard]] const std::vector<MetaSlice::Replica>& all() const { return known_; }

  [[nodiscard]] const std::vector<Boot>& boots(ReplicaIx ix) const { return known_[ix.value()].boots; }

  void add(const NewReplica& replica);
  // Its own version as it was known in the last of its boots, or in one before.
  [[nodiscard]] Version met_at(ReplicaIx ix) const { return known_[ix.value()].met; }

  void met(ReplicaIx ix, std::span<const Boot> boots, Version version);
  void advance(ReplicaIx ix, Version to);
  void distrust(ReplicaIx ix, std::string_view reason, WallTime since);
  void restore(std::vector<MetaSlice::Replica> known);

 private:
  void put_in_order(ReplicaIx ix);

  std::vector<MetaSlice::Replica> known_;  // by ReplicaIx
  std::vector<ReplicaIx> in_order_;        // of their ids: a region's incarnations together, the newest last
};

}  // namespace holdfast
