#include "core/forks.h"

#include <algorithm>

namespace holdfast {

namespace {

// A row of ours, as somebody heard it: did we write it?
std::optional<std::string> written_by_another(const StepContext& step, const message::WireRow& wire,
                                              const std::vector<ReplicaId>& replicas) {
  if (wire.row.version > step.state().replicas().version(self))
    return "a peer holds a row of this region that is newer than anything in this ledger (version " +
           std::to_string(wire.row.version.value()) + ", here " +
           std::to_string(step.state().replicas().version(self).value()) + "): this is an older copy of it";
  Row said = wire.row;
  for (Sent& sent : said.sent) {
    const auto to = sent.to.value() < replicas.size()
                        ? step.state().replicas().find(replicas[sent.to.value()])
                        : std::nullopt;
    if (!to) return "a peer holds a row of this region that names a replica unknown here";
    sent.to = *to;
  }
  std::ranges::sort(said.sent, {}, &Sent::to);
  const auto sku = step.stock().find(wire.sku);
  const Row& mine = sku ? step.stock().row(self, *sku) : Row{};
  if (said.version > mine.version)
    return "a peer holds version " + std::to_string(said.version.value()) + " of this region's row of " +
           wire.sku + ", which this ledger never wrote";
  const auto contradiction = contradicts(mine, said);
  if (!contradiction) return std::nullopt;
  return "a peer holds " + *contradiction + " of this region's rows: two processes sell under this name";
}

// They are in order of their numbers, and may be very many; nullptr: there is none.
const Boot* numbered(const std::vector<Boot>& boots, std::uint32_t number) {
  const auto found = std::ranges::lower_bound(boots, number, {}, &Boot::number);
  return found == boots.end() || found->number != number ? nullptr : &*found;
}

std::optional<std::string> other_boots(const StepContext& step, const std::vector<Boot>& said) {
  for (const Boot& boot : said) {
    const auto mine = numbered(step.state().boots(), boot.number);
    if (mine == nullptr)
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
  if (said.version == known.version && known != said)
    return "two contents of version " + std::to_string(said.version.value());
  if (said.version > known.version && !grows(known, said))
    return "a growing field shrank in version " + std::to_string(said.version.value());
  if (said.version < known.version && !grows(said, known))
    return "a growing field had been larger in version " + std::to_string(said.version.value());
  return std::nullopt;
}

std::optional<Contradiction> contradicts(const Acquaintance& known, const Hello& said) {
  for (const Boot& boot : known.boots) {
    const auto same = numbered(said.boots, boot.number);
    if (same == nullptr ? boot.number < said.boots.back().number : *same != boot)
      return Contradiction{"another boot " + std::to_string(boot.number) + " than it had"};
  }
  const std::uint32_t last = known.boots.empty() ? 0 : known.boots.back().number;
  const auto next = std::ranges::upper_bound(said.boots, last, {}, &Boot::number);
  if (last != 0 && next != said.boots.end() && next->began < known.in_boot)
    return Contradiction{"its boot " + std::to_string(next->number) + " began at version " +
                         std::to_string(next->began.value()) + ", and it had been at " +
                         std::to_string(known.in_boot.value()) + " before"};
  if (said.boots.back().number < last)
    return Contradiction{"boot " + std::to_string(last) + " is unknown to it", false};
  if (said.version < known.heard)
    return Contradiction{"it says that its newest version is " + std::to_string(said.version.value()) +
                             ", and " + std::to_string(known.heard.value()) + " was heard of it",
                         false};
  return std::nullopt;
}

void fence(StepContext& step, const std::string& reason) {
  if (!step.state().fenced().empty()) return;
  step.alarm("fenced: " + reason);
  step.commit(step.draft().finish(record::Fenced{reason}));
}

void show_evidence(StepContext& step, LinkId to, ReplicaIx replica, std::optional<SkuId> sku,
                   const std::string& reason) {
  message::Accusation accusation{
      step.state().replicas().id(replica), step.state().replicas().boots(replica), std::nullopt, {}, reason};
  if (!sku) sku = step.stock().newest(replica);
  if (sku && step.stock().row(replica, *sku).exists()) {
    accusation.row = message::WireRow{step.stock().name(*sku), step.stock().row(replica, *sku)};
    for (const MetaSlice::Replica& known : step.state().replicas().all())
      accusation.replicas.push_back(known.id);
  }
  step.send(to, std::move(accusation));
}

void accuse(StepContext& step, ReplicaIx replica, std::optional<SkuId> sku, const std::string& reason) {
  const std::string& region = step.state().replicas().id(replica).region;
  step.alarm("region " + region + " contradicts itself (" + reason + "): no more of its rows are taken");
  if (step.state().replicas().distrusted(replica).empty())
    step.commit(step.draft().finish(record::PeerDistrusted{replica, reason}));
  const Region* accused = step.memory.regions.find(region);
  if (accused != nullptr && accused->link) show_evidence(step, *accused->link, replica, sku, reason);
}

void check_own_version(StepContext& step, Version said) {
  const Version own = step.state().replicas().version(self);
  if (said > own)
    fence(step, "a peer knows version " + std::to_string(said.value()) + " of this region's rows, and here " +
                    std::to_string(own.value()) + " is the newest: this is an older copy, or one of two");
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
