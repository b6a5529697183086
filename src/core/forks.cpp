#include "core/forks.h"

#include <algorithm>

namespace holdfast {

namespace {

bool same_content(const Row& a, const Row& b) { return a == b; }

void fence(StepContext& step, const std::string& reason) {
  if (!step.state().fenced().empty()) return;
  step.notice("fenced: " + reason);
  step.commit(step.draft().finish(record::Fenced{reason}));
}

// A row of ours, as somebody heard it: did we write it?
std::optional<std::string> written_by_another(const StepContext& step, const message::WireRow& wire,
                                              const std::vector<ReplicaId>& replicas) {
  if (wire.row.version > step.state().replicas().version(self))
    return "a peer holds a row of this region that is newer than anything in this ledger (version " +
           std::to_string(wire.row.version.value()) + ", here " +
           std::to_string(step.state().replicas().version(self).value()) + "): this is an older copy of it";
  const auto sku = step.stock().find(wire.sku);
  if (!sku || step.stock().row(self, *sku).version != wire.row.version) return std::nullopt;
  Row said = wire.row;
  for (Sent& sent : said.sent) {
    const auto to = sent.to.value() < replicas.size()
                        ? step.state().replicas().find(replicas[sent.to.value()])
                        : std::nullopt;
    if (!to) return "a peer holds a row of this region that names a replica unknown here";
    sent.to = *to;
  }
  std::ranges::sort(said.sent, {}, &Sent::to);
  if (same_content(said, step.stock().row(self, *sku))) return std::nullopt;
  return "a peer holds another content of version " + std::to_string(wire.row.version.value()) +
         " of this region's rows: two processes sell under this name";
}

std::optional<std::string> other_boots(const StepContext& step, const std::vector<Boot>& said) {
  for (const Boot& boot : said) {
    const auto mine = std::ranges::find(step.state().boots(), boot.number, &Boot::number);
    if (mine == step.state().boots().end())
      return "a peer knows boot " + std::to_string(boot.number) +
             " of this region, which this ledger never had: it is an older copy";
    if (mine->nonce != boot.nonce)
      return "a peer knows another boot " + std::to_string(boot.number) +
             " of this region: two processes sell under this name";
  }
  return std::nullopt;
}

}  // namespace

std::optional<std::string> contradicts(const Row& known, const Row& said) {
  if (said.version == known.version && !same_content(known, said))
    return "two contents of version " + std::to_string(said.version.value());
  if (said.version > known.version && !grows(known, said))
    return "a growing field shrank in version " + std::to_string(said.version.value());
  if (said.version < known.version && !grows(said, known))
    return "a growing field had been larger in version " + std::to_string(said.version.value());
  return std::nullopt;
}

std::optional<std::string> contradicts(const std::vector<Boot>& known, Version known_version,
                                       const Hello& said) {
  for (const Boot& boot : known) {
    const auto same = std::ranges::find(said.boots, boot.number, &Boot::number);
    if (same == said.boots.end()) return "boot " + std::to_string(boot.number) + " is unknown to it";
    if (same->nonce != boot.nonce) return "another boot " + std::to_string(boot.number) + " than it had";
  }
  if (said.version < known_version)
    return "it says that its newest version is " + std::to_string(said.version.value()) + ", and " +
           std::to_string(known_version.value()) + " was heard of it";
  for (const Boot& boot : said.boots)
    if (!known.empty() && boot.number > known.back().number && boot.began < known.back().began)
      return "boot " + std::to_string(boot.number) + " began before one that came earlier";
  return std::nullopt;
}

void accuse(StepContext& step, ReplicaIx replica, std::optional<SkuId> sku, const std::string& reason) {
  const ReplicaId id = step.state().replicas().id(replica);
  step.notice("region " + id.region + " contradicts itself (" + reason + "): no more of its rows are taken");
  message::Accusation accusation{id, step.state().replicas().boots(replica), std::nullopt, {}, reason};
  if (!sku) sku = step.stock().newest(replica);
  if (sku && step.stock().row(replica, *sku).exists()) {
    accusation.row = message::WireRow{step.stock().name(*sku), step.stock().row(replica, *sku)};
    for (const MetaSlice::Replica& known : step.state().replicas().all())
      accusation.replicas.push_back(known.id);
  }
  if (step.state().replicas().distrusted(replica).empty())
    step.commit(step.draft().finish(record::PeerDistrusted{replica, reason}));
  for (const Region& region : step.memory.regions.all())
    if (region.name == id.region && region.link) step.send(*region.link, accusation);
}

void check_own_rows(StepContext& step, const message::Rows& rows, const message::Rows::Section& section) {
  for (const message::WireRow& wire : section.rows)
    if (const auto reason = written_by_another(step, wire, rows.replicas)) return fence(step, *reason);
}

void check_accusation(StepContext& step, const message::Accusation& accusation) {
  if (accusation.accused != step.config.own) return;
  if (const auto reason = other_boots(step, accusation.boots)) return fence(step, *reason);
  if (!accusation.row) return;
  if (const auto reason = written_by_another(step, *accusation.row, accusation.replicas))
    fence(step, *reason);
}

}  // namespace holdfast
