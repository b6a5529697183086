#include "core/replicas.h"

#include <algorithm>

#include "core/limits.h"

namespace holdfast {

std::optional<ReplicaIx> Replicas::find(const ReplicaId& id) const {
  const auto found = std::ranges::find(known_, id, &MetaSlice::Replica::id);
  if (found == known_.end()) return std::nullopt;
  return ReplicaIx(static_cast<std::uint16_t>(found - known_.begin()));
}

std::optional<ReplicaIx> Replicas::of_region(std::string_view region) const {
  std::optional<ReplicaIx> newest;
  for (std::uint16_t ix = 0; ix < known_.size(); ++ix) {
    const ReplicaId& id = known_[ix].id;
    if (id.region == region && (!newest || this->id(*newest).incarnation < id.incarnation))
      newest = ReplicaIx(ix);
  }
  return newest;
}

void Replicas::add(const NewReplica& replica) {
  HF_ASSERT(replica.ix.value() == known_.size());
  HF_ASSERT(replica.ix.value() < limits::replicas_max);
  known_.push_back({replica.id, {}, {}, {}, {}, {}});
}

void Replicas::met(ReplicaIx ix, std::vector<Boot> boots, Version version) {
  known_[ix.value()].boots = std::move(boots);
  known_[ix.value()].met = version;
}

void Replicas::distrust(ReplicaIx ix, std::string_view reason, WallTime since) {
  known_[ix.value()].distrusted = reason;
  known_[ix.value()].distrusted_since = since;
}

void Replicas::advance(ReplicaIx ix, Version to) {
  Version& version = known_[ix.value()].version;
  version = std::max(version, to);
}

}  // namespace holdfast
