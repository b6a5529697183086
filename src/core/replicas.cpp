#include "core/replicas.h"

#include <algorithm>
#include <iterator>

#include "core/limits.h"

namespace holdfast {

std::span<const Boot> boots_after(std::span<const Boot> known, std::span<const Boot> said) {
  if (known.empty()) return said;
  const auto next = std::ranges::upper_bound(said, known.back().number, {}, &Boot::number);
  return said.subspan(static_cast<std::size_t>(next - said.begin()));
}

std::optional<ReplicaIx> Replicas::find(const ReplicaId& id) const {
  const auto found = std::ranges::lower_bound(
      in_order_, id, {}, [this](ReplicaIx ix) -> const ReplicaId& { return this->id(ix); });
  if (found == in_order_.end() || this->id(*found) != id) return std::nullopt;
  return *found;
}

std::optional<ReplicaIx> Replicas::of_region(std::string_view region) const {
  const auto region_of = [this](ReplicaIx ix) { return std::string_view(id(ix).region); };
  const auto behind = std::ranges::upper_bound(in_order_, region, {}, region_of);
  if (behind == in_order_.begin() || region_of(*std::prev(behind)) != region) return std::nullopt;
  return *std::prev(behind);
}

void Replicas::add(const NewReplica& replica) {
  HF_ASSERT(replica.ix.value() == known_.size());
  HF_ASSERT(replica.ix.value() < limits::replicas_max);
  known_.push_back({replica.id, {}, {}, {}, {}, {}});
  put_in_order(replica.ix);
}

void Replicas::restore(std::vector<MetaSlice::Replica> known) {
  known_ = std::move(known);
  in_order_.clear();
  for (std::uint16_t ix = 0; ix < known_.size(); ++ix) put_in_order(ReplicaIx(ix));
}

void Replicas::put_in_order(ReplicaIx ix) {
  const auto behind = std::ranges::upper_bound(
      in_order_, id(ix), {}, [this](ReplicaIx other) -> const ReplicaId& { return id(other); });
  in_order_.insert(behind, ix);
}

void Replicas::met(ReplicaIx ix, std::span<const Boot> boots, Version version) {
  std::vector<Boot>& known = known_[ix.value()].boots;
  std::ranges::copy(boots_after(known, boots), std::back_inserter(known));
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
