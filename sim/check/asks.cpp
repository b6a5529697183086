#include "sim/check/asks.h"

#include <algorithm>

namespace holdfast::sim {

namespace {

// What a request that may wait can be short of.
std::map<std::string, Units> may_wait_for(const Request& request) {
  std::map<std::string, Units> lines;
  if (const auto* reserve = std::get_if<request::Reserve>(&request); reserve && reserve->wait > Millis(0))
    for (const Line& line : reserve->lines) lines[line.sku] += line.quantity;
  if (const auto* adjust = std::get_if<request::Adjust>(&request);
      adjust && adjust->wait > Millis(0) && adjust->delta < no_units)
    lines[adjust->sku] -= adjust->delta;
  return lines;
}

}  // namespace

void AskCheck::heard(const Operation& operation) {
  const bool ends = operation.end != Operation::End::open;
  for (const auto& [sku, units] : may_wait_for(operation.request)) {
    const Place place{operation.region, sku};
    if (ends)
      ended_.emplace(stage_.queue.now(), std::pair(place, units));
    else
      waited_for_[place] += units;
  }
}

// A process that stands still may be told to do so once more before it goes on.
void AskCheck::forget() {
  const SimTime before = stage_.queue.now() - 2 * pause_max_ - Micros(1'000);
  for (; !ended_.empty() && ended_.begin()->first < before; ended_.erase(ended_.begin()))
    waited_for_[ended_.begin()->second.first] -= ended_.begin()->second.second;
}

void AskCheck::said(std::size_t region, const ReplicaId& by, const message::Ask& ask) {
  Units& highest = highest_[{ask.asker, ask.giver, ask.sku}];
  highest = std::max(highest, ask.target);
  if (ask.asker != by || ask.kind != record::TransferKind::urgent) return;
  forget();
  const auto found = waited_for_.find({region, ask.sku});
  const Units most = found == waited_for_.end() ? no_units : found->second;
  if (ask.target - ask.known > most)
    verdict_.violated("O9", "asks: " + by.region + " asks " + ask.giver.region + " for " +
                                std::to_string((ask.target - ask.known).count()) + " more of " + ask.sku +
                                ", but its shoppers wait for " + std::to_string(most.count()) + " at most");
}

}  // namespace holdfast::sim
