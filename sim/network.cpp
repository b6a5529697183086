#include "sim/network.h"

#include <algorithm>

#include "base/assert.h"

namespace holdfast::sim {

namespace {

constexpr Micros connect_max{5'000'000};
constexpr std::uint64_t beginning = 2;  // messages of each side that wire faults spare

}  // namespace

Network::Network(Stage& stage, Paths& paths, Random random)
    : stage_(stage),
      paths_(paths),
      random_(random),
      hosts_(paths.size()),
      faults_(paths.size(), std::vector<WireFaults>(paths.size())),
      busy_until_(paths.size(), std::vector<SimTime>(paths.size())) {
  paths_.on_healed([this](std::size_t from, std::size_t to) { healed(from, to); });
}

void Network::attach(std::size_t region, Events events) {
  hosts_[region] = {std::move(events), hosts_[region].life + 1, true};
}

void Network::detach(std::size_t region, Death death) {
  hosts_[region].alive = false;
  ++hosts_[region].life;
  std::vector<LinkId> mine;
  for (const auto& [link, connection] : connections_)
    if (connection.ends[0].region == region || connection.ends[1].region == region) mine.push_back(link);
  for (const LinkId link : mine) {
    Connection& connection = connections_.at(link);
    hang_up(link, connection, connection.ends[0].region == region ? 0 : 1, death == Death::process);
  }
}

// A cut in either direction swallows the handshake of TCP.
void Network::dial(std::size_t from, std::size_t to) {
  const std::uint64_t life = hosts_[from].life;
  if (paths_.cut(from, to) || paths_.cut(to, from)) return fail_dial(from, to, life, connect_max);
  stage_.queue.after(paths_.delay(from, to), [this, from, to, life] { answer_dial(from, to, life); });
}

void Network::answer_dial(std::size_t from, std::size_t to, std::uint64_t life) {
  if (hosts_[from].life != life) return;
  if (!hosts_[to].alive) return fail_dial(from, to, life, paths_.delay(to, from));
  connect(from, to);
}

void Network::fail_dial(std::size_t from, std::size_t to, std::uint64_t life, Micros after) {
  stage_.reached.count(Event::dial_failed);
  stage_.queue.after(after, [this, from, to, life] {
    if (hosts_[from].life == life) hosts_[from].events.dial_failed(to);
  });
}

void Network::connect(std::size_t from, std::size_t to) {
  const LinkId link(next_link_++);
  Connection& connection = connections_[link];
  connection.ends[0] = {.region = from, .open = true, .arrived = stage_.queue.now(), .stuck = {}};
  const SimTime back = stage_.queue.now() + paths_.delay(to, from);
  connection.ends[1] = {.region = to, .open = true, .arrived = back, .stuck = {}};
  stage_.queue.at(back, [this, link] { tell_connected(link, 0); });
  tell_connected(link, 1);
}

void Network::tell_connected(LinkId link, int side) {
  const auto found = connections_.find(link);
  if (found == connections_.end() || !found->second.ends[side].open) return;
  End& end = found->second.ends[side];
  end.up = true;
  hosts_[end.region].events.connected(link, side == 0 ? input::DialledBy::us : input::DialledBy::peer,
                                      found->second.ends[1 - side].region);
}

void Network::send(std::size_t from, LinkId link, Bytes bytes) {
  const auto found = connections_.find(link);
  if (found == connections_.end()) return;
  const int side = found->second.ends[0].region == from ? 0 : 1;
  if (!found->second.ends[side].open) return;
  bytes_sent_ += bytes.size();
  transmit(link, side, {std::move(bytes)});
}

void Network::close(std::size_t from, LinkId link) {
  const auto found = connections_.find(link);
  if (found == connections_.end()) return;
  hang_up(link, found->second, found->second.ends[0].region == from ? 0 : 1, true);
}

void Network::hang_up(LinkId link, Connection& connection, int side, bool says_so) {
  if (!std::exchange(connection.ends[side].open, false)) return;
  if (says_so) transmit(link, side, {{}, true});
  forget_if_over(link);
}

std::optional<Micros> Network::through_bottleneck(const WireFaults& faults, std::size_t from, std::size_t to,
                                                  std::size_t bytes) {
  if (faults.bytes_per_s == 0) return Micros(0);
  const SimTime now = stage_.queue.now();
  SimTime& busy = busy_until_[from][to];
  busy = std::max(busy, now);
  const auto on_wire = [&](std::int64_t count) { return Micros(count * 1'000'000 / faults.bytes_per_s); };
  if (busy - now > on_wire(faults.backlog_bytes)) return std::nullopt;
  busy += on_wire(static_cast<std::int64_t>(bytes));
  stage_.reached.count(Event::message_throttled);
  return busy - now;
}

void Network::transmit(LinkId link, int side, Frame frame) {
  Connection& connection = connections_.at(link);
  End& end = connection.ends[side];
  const std::size_t from = end.region;
  const std::size_t to = connection.ends[1 - side].region;
  const WireFaults& faults = faults_[from][to];
  const bool spared = end.sent++ < beginning || frame.last;
  if (!spared && chance(random_, faults.lost)) return stage_.reached.count(Event::message_lost);
  if (paths_.cut(from, to)) {
    end.stuck.push_back(std::move(frame));
    return;
  }
  const auto queued = through_bottleneck(faults, from, to, frame.bytes.size());
  if (!queued && !frame.last) return stage_.reached.count(Event::message_lost);
  Micros delay = paths_.delay(from, to) + queued.value_or(Micros(0));
  if (chance(random_, faults.delayed)) {
    stage_.reached.count(Event::message_delayed);
    delay += between(random_, Micros(0), faults.delay_max);
  }
  const SimTime at = std::max(stage_.queue.now() + delay, end.arrived);
  if (!spared && chance(random_, faults.damaged)) {
    stage_.reached.count(Event::message_corrupted);
    frame.bytes[random_.below(frame.bytes.size())] ^= static_cast<std::byte>(1u << random_.below(8));
  }
  if (!spared && chance(random_, faults.repeated)) {
    stage_.reached.count(Event::message_repeated);
    arrive(link, side, frame, at + exponential(random_, Micros(200'000)));
  }
  if (!spared && chance(random_, faults.overtaken)) {
    stage_.reached.count(Event::message_reordered);
    return arrive(link, side, std::move(frame), at + exponential(random_, Micros(200'000)));
  }
  end.arrived = at;
  arrive(link, side, std::move(frame), at);
}

void Network::arrive(LinkId link, int side, Frame frame, SimTime at) {
  stage_.queue.at(at, [this, link, side, frame = std::move(frame)] { deliver(link, side, frame); });
}

void Network::deliver(LinkId link, int side, const Frame& frame) {
  const auto found = connections_.find(link);
  if (found == connections_.end()) return;
  End& to = found->second.ends[1 - side];
  if (!to.open || !to.up) return;
  const Host& host = hosts_[to.region];
  HF_ASSERT(host.alive);
  if (!frame.last) return host.events.received(link, frame.bytes);
  to.open = false;
  forget_if_over(link);
  host.events.ended(link);
}

void Network::healed(std::size_t from, std::size_t to) {
  for (auto& [link, connection] : connections_) {
    for (int side = 0; side < 2; ++side) {
      End& end = connection.ends[side];
      if (end.region != from || connection.ends[1 - side].region != to) continue;
      for (Frame& frame : std::exchange(end.stuck, {})) {
        end.arrived = std::max(end.arrived, stage_.queue.now() + paths_.delay(from, to));
        arrive(link, side, std::move(frame), end.arrived);
      }
    }
  }
}

void Network::forget_if_over(LinkId link) {
  const Connection& connection = connections_.at(link);
  if (!connection.ends[0].open && !connection.ends[1].open) connections_.erase(link);
}

}  // namespace holdfast::sim
