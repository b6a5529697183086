#include "core/parcel.h"

#include <algorithm>

namespace holdfast {

namespace {

// The oldest row with a version above `than`, looked for from both ends at once: a peer that is nearly up to
// date and one that has nothing yet are both found quickly.
std::optional<SkuId> oldest_above(const Stock& stock, ReplicaIx writer, Version than) {
  std::optional<SkuId> up = stock.oldest(writer);
  std::optional<SkuId> down = stock.newest(writer);
  if (!down || stock.row(writer, *down).version <= than) return std::nullopt;
  while (stock.row(writer, *up).version <= than) {
    const auto older = stock.older(writer, *down);
    if (!older || stock.row(writer, *older).version <= than) return down;
    down = older;
    up = stock.newer(writer, *up);
  }
  return up;
}

// The first that a range from there on holds: behind the last one, or looked for if that has moved since.
std::optional<SkuId> first_of_range(const Stock& stock, const Session& session, ReplicaIx writer) {
  const Version from = at(session.sent, writer);
  const auto end = session.range_ends.find(writer);
  if (end != session.range_ends.end() && stock.row(writer, end->second).version == from)
    return stock.newer(writer, end->second);
  return oldest_above(stock, writer, from);
}

// About what a row takes on its way.
std::size_t bytes_of(const message::WireRow& row) {
  return 96 + row.sku.size() + row.row.sent.size() * sizeof(Sent);
}

}  // namespace

// The message names replicas by their place in it.
std::uint16_t Parcel::place(ReplicaIx replica) {
  const auto [known, is_new] =
      places_.try_emplace(replica, static_cast<std::uint16_t>(rows_.replicas.size()));
  if (is_new) rows_.replicas.push_back(state_.replicas().id(replica));
  return known->second;
}

message::WireRow Parcel::row(ReplicaIx writer, SkuId sku) {
  message::WireRow wire{state_.stock().name(sku), state_.stock().row(writer, sku)};
  for (Sent& sent : wire.row.sent) sent.to = ReplicaIx(place(sent.to));
  std::ranges::sort(wire.row.sent, {}, &Sent::to);
  return wire;
}

void Parcel::add_pushes(std::size_t budget) {
  std::map<ReplicaIx, message::Rows::Section> by_writer;
  std::size_t taken = 0;
  while (!session_.pushes.empty() && taken < budget) {
    const auto [writer, sku] = session_.pushes.extract(session_.pushes.begin()).value();
    message::Rows::Section& section = by_writer[writer];
    section.replica = place(writer);
    section.rows.push_back(row(writer, sku));
    taken += bytes_of(section.rows.back());
  }
  for (auto& [writer, section] : by_writer) {
    std::ranges::sort(section.rows, {}, [](const message::WireRow& row) { return row.row.version; });
    rows_.sections.push_back(std::move(section));
  }
}

std::size_t Parcel::add_range(ReplicaIx writer, std::size_t budget) {
  const Stock& stock = state_.stock();
  const Version from = at(session_.sent, writer);
  const Version known = state_.replicas().version(writer);
  message::Rows::Section section{place(writer), record::VersionRange{from, known}, {}};
  std::size_t taken = 0;
  auto sku = first_of_range(stock, session_, writer);
  for (; sku && stock.row(writer, *sku).version <= known; sku = stock.newer(writer, *sku)) {
    if (taken >= budget && !section.rows.empty()) {
      section.range->to = section.rows.back().row.version;
      break;
    }
    section.rows.push_back(row(writer, *sku));
    session_.range_ends[writer] = *sku;
    taken += bytes_of(section.rows.back());
  }
  session_.sent[writer] = section.range->to;
  rows_.sections.push_back(std::move(section));
  return taken;
}

// A peer that is far behind gets the newest rows as well, each once: on a slow link the hot ones would
// starve.
void Parcel::add_newest(ReplicaIx writer, std::size_t budget) {
  const Stock& stock = state_.stock();
  message::Rows::Section section{place(writer), std::nullopt, {}};
  const Version known_there = std::max(at(session_.sent, writer), at(session_.newest_sent, writer));
  std::size_t taken = 0;
  for (auto sku = stock.newest(writer); sku && taken < budget; sku = stock.older(writer, *sku)) {
    if (stock.row(writer, *sku).version <= known_there) break;
    section.rows.push_back(row(writer, *sku));
    taken += bytes_of(section.rows.back());
  }
  if (section.rows.empty()) return;
  session_.newest_sent[writer] = section.rows.front().row.version;
  std::ranges::reverse(section.rows);
  rows_.sections.push_back(std::move(section));
}

}  // namespace holdfast
