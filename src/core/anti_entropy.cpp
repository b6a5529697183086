#include "core/anti_entropy.h"

#include <algorithm>

#include "core/forks.h"
#include "core/limits.h"

namespace holdfast {

namespace {

Version at(const Vector& vector, ReplicaIx replica) {
  const auto found = vector.find(replica);
  return found == vector.end() ? Version{} : found->second;
}

// Names replicas by their place in the message.
class Names {
 public:
  Names(const State& state, message::Rows& rows) : state_(state), rows_(rows) {}

  std::uint16_t place(ReplicaIx replica) {
    const auto [known, is_new] =
        places_.try_emplace(replica, static_cast<std::uint16_t>(rows_.replicas.size()));
    if (is_new) rows_.replicas.push_back(state_.replicas().id(replica));
    return known->second;
  }

  message::WireRow row(ReplicaIx writer, SkuId sku) {
    message::WireRow wire{state_.stock().name(sku), state_.stock().row(writer, sku)};
    for (Sent& sent : wire.row.sent) sent.to = ReplicaIx(place(sent.to));
    std::ranges::sort(wire.row.sent, {}, &Sent::to);
    return wire;
  }

 private:
  const State& state_;
  message::Rows& rows_;
  std::map<ReplicaIx, std::uint16_t> places_;
};

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

// The next range of a writer's rows; it ends early where the budget does.
void add_range(const State& state, Session& session, ReplicaIx writer, Names& names, message::Rows& rows,
               std::size_t& budget) {
  const Stock& stock = state.stock();
  const Version from = at(session.sent, writer);
  const Version known = state.replicas().version(writer);
  message::Rows::Section section{names.place(writer), record::VersionRange{from, known}, {}};
  auto sku = oldest_above(stock, writer, from);
  for (; sku && stock.row(writer, *sku).version <= known; sku = stock.newer(writer, *sku)) {
    if (section.rows.size() >= budget) {
      section.range->to = section.rows.back().row.version;
      break;
    }
    section.rows.push_back(names.row(writer, *sku));
  }
  budget -= section.rows.size();
  session.sent[writer] = section.range->to;
  rows.sections.push_back(std::move(section));
}

// A peer that is far behind gets the newest rows as well: on a slow link the hot ones would starve.
void add_newest(const State& state, const Session& session, ReplicaIx writer, Names& names,
                message::Rows& rows, std::size_t most) {
  message::Rows::Section section{names.place(writer), std::nullopt, {}};
  const Stock& stock = state.stock();
  for (auto sku = stock.newest(writer); sku && section.rows.size() < most; sku = stock.older(writer, *sku)) {
    if (stock.row(writer, *sku).version <= at(session.sent, writer)) break;
    section.rows.push_back(names.row(writer, *sku));
  }
  std::ranges::reverse(section.rows);
  if (!section.rows.empty()) rows.sections.push_back(std::move(section));
}

void add_pushes(Session& session, Names& names, message::Rows& rows) {
  message::Rows::Section section{names.place(self), std::nullopt, {}};
  for (const SkuId sku : session.pushes) section.rows.push_back(names.row(self, sku));
  std::ranges::sort(section.rows, {}, [](const message::WireRow& row) { return row.row.version; });
  session.pushes.clear();
  rows.sections.push_back(std::move(section));
}

bool lacks(const State& state, const Session& session, ReplicaIx writer) {
  return writer != session.peer && state.replicas().distrusted(writer).empty() &&
         at(session.sent, writer) < state.replicas().version(writer);
}

// A writer's section as this replica numbers things; nothing: it names more replicas than may ever be.
std::optional<std::vector<ReplicaIx>> number_replicas(Draft& draft, const message::Rows& rows) {
  std::vector<ReplicaIx> numbers;
  for (const ReplicaId& id : rows.replicas) {
    numbers.push_back(draft.replica(id));
    if (numbers.back().value() >= limits::replicas_max) return std::nullopt;
  }
  return numbers;
}

Row numbered(const Row& wire, const std::vector<ReplicaIx>& numbers) {
  Row row = wire;
  for (Sent& sent : row.sent) sent.to = numbers[sent.to.value()];
  std::ranges::sort(row.sent, {}, &Sent::to);
  return row;
}

void note_received(StepContext& step, SkuId sku, ReplicaIx giver, Units units) {
  step.memory.transfers.note_received(step.memory.asks.asked_of(sku, giver), units);
  step.memory.asks.just_received(sku, giver, step.now.node);
}

void receive_section(StepContext& step, const message::Rows& rows, const message::Rows::Section& section) {
  const ReplicaId& writer_id = rows.replicas[section.replica];
  if (writer_id == step.config.own) return check_own_rows(step, rows, section);
  Draft draft = step.draft();
  const auto numbers = number_replicas(draft, rows);
  if (!numbers)
    return step.notice("more replicas than " + std::to_string(limits::replicas_max) + ": rows not taken");
  const ReplicaIx writer = (*numbers)[section.replica];
  const bool is_known = step.state().replicas().find(writer_id).has_value();
  if (is_known && !step.state().replicas().distrusted(writer).empty()) return;

  record::PeerRowsTaken taken{writer, std::nullopt, {}};
  for (const message::WireRow& wire : section.rows) {
    const Row row = numbered(wire.row, *numbers);
    const SkuId sku = draft.sku(wire.sku);
    const bool has_row = is_known && sku < step.stock().next_id();
    const Row mine = has_row ? step.stock().row(writer, sku) : Row{};
    if (const auto contradiction = contradicts(mine, row)) return accuse(step, writer, sku, *contradiction);
    if (row.version <= mine.version) continue;
    if (const Units got = sent_to(row, self) - sent_to(mine, self); got > no_units)
      note_received(step, sku, writer, got);
    taken.rows.push_back({sku, row});
  }
  const Version vector = is_known ? step.state().replicas().version(writer) : Version{};
  if (section.range && section.range->from <= vector && vector < section.range->to)
    taken.range = section.range;
  if (taken.rows.empty() && !taken.range) return;
  step.commit(draft.finish(std::move(taken)));
}

}  // namespace

bool has_gossip(const State& state, const Session& session) {
  if (!session.vector_heard) return false;
  if (!session.pushes.empty()) return true;
  for (std::uint16_t writer = 0; writer < state.replicas().size(); ++writer)
    if (lacks(state, session, ReplicaIx(writer))) return true;
  return false;
}

std::optional<message::Rows> next_gossip(const State& state, Session& session, std::size_t rows_max) {
  if (!has_gossip(state, session) || session.rows_sent - session.rows_acknowledged >= rows_in_flight_max)
    return std::nullopt;
  message::Rows rows;
  rows.number = ++session.rows_sent;
  Names names(state, rows);
  if (!session.pushes.empty()) add_pushes(session, names, rows);
  std::size_t budget = rows_max - rows_max / 4;
  for (std::uint16_t ix = 0; ix < state.replicas().size() && budget > 0; ++ix) {
    const ReplicaIx writer(ix);
    if (!lacks(state, session, writer)) continue;
    add_range(state, session, writer, names, rows, budget);
    if (lacks(state, session, writer)) add_newest(state, session, writer, names, rows, rows_max / 4);
  }
  return rows;
}

void receive_gossip(StepContext& step, Session& session, const message::Rows& rows) {
  session.rows_taken = std::max(session.rows_taken, rows.number);
  session.vector_due = true;
  for (const message::Rows::Section& section : rows.sections) receive_section(step, rows, section);
}

void receive_vector(StepContext& step, Session& session, const message::VersionVector& vector) {
  session.vector_heard = true;
  session.rows_acknowledged = std::max(session.rows_acknowledged, vector.rows_seen);
  Region* region = step.memory.regions.find(step.state().replicas().id(session.peer).region);
  for (const auto& [replica, version] : vector.entries) {
    if (region != nullptr) region->stated[replica] = version;
    const auto ix = step.state().replicas().find(replica);
    if (!ix) continue;
    session.acknowledged[*ix] = version;
    session.sent[*ix] = std::max(at(session.sent, *ix), version);
  }
  // All that was sent has been seen: what the peer did not take of it is sent again.
  if (session.rows_acknowledged == session.rows_sent) session.sent = session.acknowledged;
}

message::VersionVector own_vector(const State& state, const Session& session) {
  message::VersionVector vector;
  for (const MetaSlice::Replica& replica : state.replicas().all())
    if (replica.version != Version{}) vector.entries.push_back({replica.id, replica.version});
  vector.rows_seen = session.rows_taken;
  return vector;
}

}  // namespace holdfast
