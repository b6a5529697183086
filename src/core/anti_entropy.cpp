#include "core/anti_entropy.h"

#include <algorithm>

#include "core/asks.h"
#include "core/beyond.h"
#include "core/forks.h"
#include "core/limits.h"
#include "core/parcel.h"

namespace holdfast {

namespace {

// Beyond a round trip, in which a row may come to the peer and word of it here.
constexpr Millis late_after{100};
constexpr Millis helped_for{5'000};

bool lacks(const State& state, const Session& session, ReplicaIx writer) {
  return !hears(session, writer) && at(session.sent, writer) < state.replicas().version(writer) &&
         !session.refused.contains(writer) && state.replicas().distrusted(writer).empty();
}

// The link between the two may be dead, and nobody has noticed yet; or slow.
void note_lag(const StepContext& step, Session& session, Millis rtt, ReplicaIx writer, Version acknowledged) {
  if (writer == self || writer == session.peer) return;
  Session::Lag& lag = session.lags[writer];
  const NodeTime now = step.now.node;
  if (lag.helped && lag.helped_since + helped_for <= now) lag.helped = false;
  if (acknowledged >= lag.known) {
    lag.known = step.state().replicas().version(writer);
    lag.since = now;
  } else if (!lag.helped && lag.since + rtt + late_after <= now) {
    lag.helped = true;
    lag.helped_since = now;
  }
}

// Whom a message names by their place in it, as this replica numbers them. Whom nothing that is taken speaks
// of gets no number: those are few, and for good.
class Numbers {
 public:
  Numbers(const Replicas& known, Draft& draft, const std::vector<ReplicaId>& names)
      : known_(known), draft_(draft), names_(names), numbers_(names.size()) {}

  // With whoever has none of these yet they are no more than may ever be.
  [[nodiscard]] bool suffice(const std::vector<std::uint16_t>& places) {
    std::size_t fresh = 0;
    for (const std::uint16_t place : places) {
      if (!numbers_[place]) numbers_[place] = known_.find(names_[place]);
      if (!numbers_[place]) ++fresh;
    }
    return fresh == 0 || draft_.replicas() + fresh <= limits::replicas_max;
  }
  [[nodiscard]] ReplicaIx of(std::uint16_t place) {
    if (!numbers_[place]) numbers_[place] = draft_.replica(names_[place]);
    return *numbers_[place];
  }

 private:
  const Replicas& known_;
  Draft& draft_;
  const std::vector<ReplicaId>& names_;
  std::vector<std::optional<ReplicaIx>> numbers_;
};

// Nothing: it names one more than may ever be.
std::optional<Row> numbered(const Row& wire, Numbers& numbers) {
  std::vector<std::uint16_t> places;
  for (const Sent& sent : wire.sent) places.push_back(sent.to.value());
  if (!numbers.suffice(places)) return std::nullopt;
  Row row = wire;
  for (Sent& sent : row.sent) sent.to = numbers.of(sent.to.value());
  std::ranges::sort(row.sent, {}, &Sent::to);
  return row;
}

void note_received(StepContext& step, SkuId sku, ReplicaIx giver, Units units) {
  step.memory.transfers.note_received(step.memory.asks.asked_of(sku, giver), units);
  step.memory.asks.just_received(sku, giver, step.now.node);
}

// Why the row cannot be this writer's, by what is known of it; nothing: it can. Its version may be of another
// SKU's row: one version has one content.
std::optional<std::string> disproof(const Stock& stock, ReplicaIx writer, SkuId sku, const Row& said) {
  if (const auto taken = stock.with_version(writer, said.version); taken && *taken != sku)
    return "version " + std::to_string(said.version.value()) + " is of two rows";
  return contradicts(stock.row(writer, sku), said);
}

bool names_one_twice(const std::vector<record::PeerRow>& rows) {
  std::vector<SkuId> skus;
  for (const record::PeerRow& row : rows) skus.push_back(row.sku);
  std::ranges::sort(skus);
  return std::ranges::adjacent_find(skus) != skus.end();
}

struct Disproved {
  ReplicaIx writer;
  SkuId sku;
  std::string reason;
};

// Takes what is news here; nothing of a section that is disproved.
std::optional<Disproved> take_section(StepContext& step, const message::Rows& rows,
                                      const message::Rows::Section& section) {
  Draft draft = step.draft();
  Numbers numbers(step.state().replicas(), draft, rows.replicas);
  if (!numbers.suffice({section.replica})) return std::nullopt;
  const bool is_known = step.state().replicas().find(rows.replicas[section.replica]).has_value();
  const ReplicaIx writer = numbers.of(section.replica);
  if (is_known && !step.state().replicas().distrusted(writer).empty()) return std::nullopt;

  record::PeerRowsTaken taken{writer, std::nullopt, {}};
  bool all = true;
  for (const message::WireRow& wire : section.rows) {
    std::optional<Row> numbered_row = numbered(wire.row, numbers);
    if (!numbered_row) {
      all = false;
      continue;
    }
    Row& row = *numbered_row;
    const SkuId sku = draft.sku(wire.sku);
    if (is_known) {
      if (auto reason = disproof(step.stock(), writer, sku, row))
        return Disproved{writer, sku, *std::move(reason)};
      if (row.version <= step.stock().row(writer, sku).version) continue;
    }
    const Units before = is_known ? sent_to(step.stock().row(writer, sku), self) : no_units;
    const Units given = sent_to(row, self) - before;
    if (given > no_units) note_received(step, sku, writer, given);
    taken.rows.push_back({sku, std::move(row), given});
  }
  const Version vector = is_known ? step.state().replicas().version(writer) : Version{};
  if (all && section.range && section.range->from <= vector && vector < section.range->to)
    taken.range = section.range;
  const bool is_to_be_named = !all && !is_known;  // or nobody could be told that no more of it is taken
  if (names_one_twice(taken.rows)) {
    step.notice("two rows of one SKU in one section: not taken");
    return std::nullopt;
  }
  if (!taken.rows.empty() || taken.range || is_to_be_named) step.commit(draft.finish(std::move(taken)));
  if (!all) step.memory.taken_in_part.insert(writer);
  return std::nullopt;
}

void receive_section(StepContext& step, const message::Rows& rows, const message::Rows::Section& section) {
  if (rows.replicas[section.replica] == step.config.own) return check_own_rows(step, rows, section);
  if (const auto disproved = take_section(step, rows, section))
    accuse(step, disproved->writer, disproved->sku, disproved->reason);
}

void note_whom_it_hears(Session& session) {
  session.heard_itself.reset();
  for (const auto& [writer, beyond] : session.beyond)  // none: it is linked with the writer
    session.heard_itself[writer.value()] =
        writer != self && !beyond && !session.refused.contains(writer) && !session.lags[writer].helped;
}

// It knows as many replicas as may ever be: of another it can take nothing.
void refuse_unknown_there(const State& state, Session& session) {
  for (std::uint16_t ix = 0; ix < state.replicas().size(); ++ix)
    if (!session.acknowledged.contains(ReplicaIx(ix))) session.refused.insert(ReplicaIx(ix));
}

}  // namespace

bool hears(const Session& session, ReplicaIx writer) {
  return writer == session.peer || session.heard_itself[writer.value()];
}

bool has_gossip(const State& state, const Session& session) {
  if (!session.vector_heard) return false;
  if (!session.pushes.empty()) return true;
  for (std::uint16_t writer = 0; writer < state.replicas().size(); ++writer)
    if (lacks(state, session, ReplicaIx(writer))) return true;
  return false;
}

std::optional<message::Rows> next_gossip(const State& state, Session& session, std::size_t bytes_max) {
  if (!has_gossip(state, session) || session.rows_sent - session.rows_acknowledged >= rows_in_flight_max)
    return std::nullopt;
  Parcel parcel(state, session);
  if (!session.pushes.empty()) parcel.add_pushes(bytes_max);
  std::vector<ReplicaIx> behind;  // of these the peer lacks more than went into the ranges
  std::size_t budget = bytes_max - bytes_max / 4;
  for (std::uint16_t ix = 0; ix < state.replicas().size(); ++ix) {
    const ReplicaIx writer(ix);
    if (!lacks(state, session, writer)) continue;
    if (budget > 0) budget -= std::min(budget, parcel.add_range(writer, budget));
    if (lacks(state, session, writer)) behind.push_back(writer);
  }
  for (const ReplicaIx writer : behind) parcel.add_newest(writer, bytes_max / 4 / behind.size());
  return parcel.take();
}

void receive_gossip(StepContext& step, Session& session, const message::Rows& rows) {
  session.rows_taken = std::max(session.rows_taken, rows.number);
  session.vector_due = true;
  for (const message::Rows::Section& section : rows.sections) receive_section(step, rows, section);
}

void receive_vector(StepContext& step, Session& session, const message::VersionVector& vector) {
  session.vector_heard = true;
  session.vector_is_old = false;
  session.rows_acknowledged =
      std::max(session.rows_acknowledged, std::min(vector.rows_seen, session.rows_sent));
  const ReplicaId& peer = step.state().replicas().id(session.peer);
  Region* region = step.memory.regions.find(peer.region);
  // What it said of others before is in this; of itself it does not repeat that it has nothing.
  std::erase_if(region->stated, [&](const auto& said) { return said.first != peer; });
  session.beyond.clear();
  session.refused.clear();
  for (const auto& [replica, version, beyond, is_distrusted] : vector.entries) {
    if (replica == step.config.own) check_own_version(step, version);
    if (replica == peer || replica == step.config.own || !covers(step.state(), replica, version))
      region->stated[replica] = version;
    const auto ix = step.state().replicas().find(replica);
    if (!ix) continue;
    session.acknowledged[*ix] = version;
    note_lag(step, session, rtt_to(*region), *ix, version);
    session.beyond[*ix] = beyond;
    if (lacks_all_beyond(step.state(), step.memory, *ix, beyond)) session.vector_due = true;
    if (is_distrusted) session.refused.insert(*ix);
    session.sent[*ix] = std::max(at(session.sent, *ix), version);
  }
  if (vector.entries.size() >= limits::replicas_max) refuse_unknown_there(step.state(), session);
  note_whom_it_hears(session);
  // All that was sent has been seen: what the peer did not take of it is sent again.
  if (session.rows_acknowledged == session.rows_sent) send_again(session);
}

void send_again(Session& session) {
  session.rows_acknowledged = session.rows_sent;
  session.sent = session.acknowledged;
  session.newest_sent.clear();
}

message::VersionVector own_vector(const State& state, const Memory& memory, const Session& session) {
  message::VersionVector vector;
  const Replicas& replicas = state.replicas();
  for (std::uint16_t ix = 0; ix < replicas.size(); ++ix) {
    const ReplicaIx replica(ix);
    // With nothing to say of itself it is named only where that completes as many as may ever be.
    if (replica == self && replicas.version(self) == Version{} && replicas.size() < limits::replicas_max)
      continue;
    vector.entries.push_back({replicas.id(replica), replicas.version(replica),
                              stated_beyond(state, memory, replica), refuses_more(state, memory, replica)});
  }
  vector.rows_seen = session.rows_taken;
  return vector;
}

}  // namespace holdfast
