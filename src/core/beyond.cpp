#include "core/beyond.h"

#include <algorithm>

#include "core/parcel.h"

namespace holdfast {

namespace {

constexpr Millis again_after{5'000};  // the same to the same peer: it may have been lost

bool is_linked(const Memory& memory, ReplicaIx writer) {
  return std::ranges::any_of(memory.sessions, [&](const auto& each) { return each.second.peer == writer; });
}

// The finalizer of splitmix64: sums of mixed versions are equal for equal sets alone.
std::uint64_t mix(std::uint64_t version) {
  version = (version ^ (version >> 30)) * 0xbf58476d1ce4e5b9;
  version = (version ^ (version >> 27)) * 0x94d049bb133111eb;
  return version ^ (version >> 31);
}

template <class Visit>
void each_beyond(const Stock& stock, ReplicaIx writer, Version than, Visit visit) {
  for (auto sku = stock.newest(writer); sku; sku = stock.older(writer, *sku)) {
    const Version version = stock.row(writer, *sku).version;
    if (version <= than) return;
    visit(*sku, version);
  }
}

void relay(StepContext& step, LinkId link, Session& session, ReplicaIx writer, std::uint64_t stated) {
  const Version known_there = at(session.acknowledged, writer);
  if (known_there < step.state().replicas().version(writer)) return;  // ranges come first
  const std::uint64_t held = fingerprint_beyond(step.stock(), writer, known_there);
  if (held == 0 || held == stated) return;
  const auto waiting = session.pushes.lower_bound({writer, SkuId(0)});
  if (waiting != session.pushes.end() && waiting->first == writer) return;  // of those before some are to go
  Session::Relayed& relayed = session.relayed[writer];
  if (relayed.fingerprint == held && relayed.at + again_after > step.now.node) return;
  relayed = {held, step.now.node};
  each_beyond(step.stock(), writer, known_there, [&](SkuId sku, Version) {
    session.pushes.insert({writer, sku});
  });
  step.memory.push_now.insert(link);
}

// It is linked with the writer, or what it said when it lost that link was lost.
void state_again(StepContext& step, Session& session) {
  if (session.beyond_stated + again_after > step.now.node) return;
  session.beyond_stated = step.now.node;
  session.vector_due = true;
}

}  // namespace

std::uint64_t fingerprint_beyond(const Stock& stock, ReplicaIx writer, Version than) {
  std::uint64_t sum = 0;
  each_beyond(stock, writer, than, [&](SkuId, Version version) { sum += mix(version.value()); });
  return sum;
}

bool refuses_more(const State& state, const Memory& memory, ReplicaIx writer) {
  return !state.replicas().distrusted(writer).empty() || memory.taken_in_part.contains(writer);
}

std::optional<std::uint64_t> stated_beyond(const State& state, const Memory& memory, ReplicaIx writer) {
  if (writer == self || refuses_more(state, memory, writer) || is_linked(memory, writer)) return std::nullopt;
  return fingerprint_beyond(state.stock(), writer, state.replicas().version(writer));
}

bool lacks_all_beyond(const State& state, const Memory& memory, ReplicaIx writer,
                      std::optional<std::uint64_t> stated) {
  return stated.value_or(0) != 0 && stated_beyond(state, memory, writer) == 0;
}

void relay_beyond(StepContext& step, LinkId link, Session& session) {
  if (!session.vector_heard) return;
  for (std::uint16_t ix = 0; ix < step.state().replicas().size(); ++ix) {
    const ReplicaIx writer(ix);
    const auto held = stated_beyond(step.state(), step.memory, writer);
    if (writer == session.peer || session.refused.contains(writer) || !held || *held == 0) continue;
    const auto said = session.beyond.find(writer);  // of a writer that it never heard of it says nothing
    const auto stated = said == session.beyond.end() ? std::optional<std::uint64_t>(0) : said->second;
    if (stated)
      relay(step, link, session, writer, *stated);
    else
      state_again(step, session);
  }
}

}  // namespace holdfast
