#include "sim/swarm/nemesis.h"

namespace holdfast::sim {

namespace {

constexpr Millis year{std::int64_t{365} * 24 * 3600 * 1000};

}  // namespace

Nemesis::Nemesis(Stage& stage, Network& network, Regions& regions, const Plan& plan, const Streams& streams)
    : stage_(stage), network_(network), regions_(regions), plan_(plan), random_(streams.stream("nemesis")) {}

template <class Action>
void Nemesis::again_and_again(Every every, Action action) {
  if (!every.on() || ended_) return;
  stage_.queue.after(exponential(random_, every.mean), [this, every, action] {
    if (ended_) return;
    action();
    again_and_again(every, action);
  });
}

void Nemesis::begin() {
  for (std::size_t from = 0; from < regions_.size(); ++from)
    for (std::size_t to = 0; to < regions_.size(); ++to) network_.faults(from, to) = plan_.wire;
  for (std::size_t i = 0; i < regions_.size(); ++i)
    regions_[i]->on_death([this, i] {
      ++crashes_;
      restart_later(i, between(random_, Micros(0), plan_.down_max));
    });
  again_and_again(plan_.cuts, [this] { cut(); });
  again_and_again(plan_.kills, [this] { crash(false); });
  again_and_again(plan_.power_cuts, [this] { crash(true); });
  again_and_again(plan_.pauses,
                  [this] { regions_[any()]->pause(between(random_, Micros(0), plan_.pause_max)); });
  again_and_again(plan_.full_disks, [this] { fill_disk(); });
  again_and_again(plan_.failing_disks, [this] { regions_[any()]->disk().fail_next(); });
  again_and_again(plan_.clock_jumps, [this] { jump_clock(); });
  if (plan_.kill_at_append > 0) watch_appends();
}

// One path, one direction of it, or one region from all others; for a while.
void Nemesis::cut() {
  ++cuts_;
  const std::size_t a = any();
  const std::size_t b = (a + 1 + random_.below(regions_.size() - 1)) % regions_.size();
  const bool one_way = chance(random_, plan_.one_way);
  const bool isolate = !one_way && random_.one_in(3);
  std::vector<std::pair<std::size_t, std::size_t>> directions{{a, b}};
  if (!one_way) directions.emplace_back(b, a);
  for (std::size_t other = 0; isolate && other < regions_.size(); ++other) {
    if (other == a || other == b) continue;
    directions.emplace_back(a, other);
    directions.emplace_back(other, a);
  }
  stage_.reached.count(one_way ? Event::cut_one_way : isolate ? Event::isolated : Event::cut_both_ways);
  if (!one_way && !isolate) stage_.reached.count(Event::bridged);
  for (const auto& [from, to] : directions) network_.paths().set_cut(from, to, true);
  stage_.note("world", a << 8 | b, [&] {
    return "cuts " + regions_[a]->name() + (one_way ? " → " : " – ") +
           (isolate ? "everyone" : regions_[b]->name());
  });
  stage_.queue.after(between(random_, Micros(1'000), plan_.cut_max), [this, directions] {
    if (ended_) return;
    for (const auto& [from, to] : directions) network_.paths().set_cut(from, to, false);
    stage_.note("world", 9, [&] { return "heals what it cut at " + regions_[directions[0].first]->name(); });
  });
}

Disk::Tail Nemesis::tail() { return random_.one_in(2) ? Disk::Tail::kept : Disk::Tail::lost; }

void Nemesis::crash(bool power) {
  Region& region = *regions_[any()];
  if (!region.running()) return;
  if (power)
    region.lose_power(tail());
  else
    region.kill(tail());
}

void Nemesis::restart_later(std::size_t region, Micros after) {
  stage_.queue.after(after, [this, region] {
    if (!ended_ && !regions_[region]->running()) regions_[region]->start();
  });
}

// Dies in the middle of writing: the hardest moment, so it is sought rather than waited for.
void Nemesis::watch_appends() {
  stage_.queue.after(Micros(10'000), [this] {
    if (ended_) return;
    for (const auto& region : regions_)
      if (region->running() && region->disk().writing() && chance(random_, plan_.kill_at_append))
        random_.one_in(2) ? region->kill(tail()) : region->lose_power(tail());
    watch_appends();
  });
}

void Nemesis::fill_disk() {
  const std::size_t region = any();
  regions_[region]->disk().set_full(true);
  stage_.note(regions_[region]->name(), 6, [] { return std::string("the disk fills up"); });
  stage_.queue.after(between(random_, Micros(1'000), Micros(8'000'000)), [this, region] {
    if (!ended_) regions_[region]->disk().set_full(false);
  });
}

void Nemesis::jump_clock() {
  Region& region = *regions_[any()];
  if (random_.one_in(2)) {
    stage_.reached.count(Event::wall_clock_jumped);
    const Millis jump(between(random_, -year.count(), year.count()));
    region.machine().set_wall(jump);
    stage_.note(region.name(), 7,
                [&] { return "wall clock jumps to " + std::to_string(jump.count()) + " ms"; });
  } else {
    stage_.reached.count(Event::clock_stopped);
    const Millis lost = Millis(between(random_, 1, 5'000));
    region.machine().stop(lost, stage_.queue.now());
    stage_.note(region.name(), 8, [&] { return "its clock misses " + std::to_string(lost.count()) + " ms"; });
  }
}

void Nemesis::end() { ended_ = true; }

std::set<std::size_t> Nemesis::heal(std::size_t regions_min) {
  std::set<std::size_t> part;
  while (part.size() < regions_min) part.insert(any());
  for (std::size_t i = 0; i < regions_.size(); ++i)
    if (random_.one_in(2)) part.insert(i);
  repair(part);
  return part;
}

void Nemesis::repair(const std::set<std::size_t>& part) {
  Paths& paths = network_.paths();
  // A part of three or more may be a bridge: whoever is not in the middle hears only by way of the middle.
  const std::size_t middle = *part.begin();
  const bool bridge = part.size() > 2 && random_.one_in(3);
  for (std::size_t from = 0; from < regions_.size(); ++from) {
    for (std::size_t to = 0; to < regions_.size(); ++to) {
      if (from == to) continue;
      network_.faults(from, to) = {};
      const bool inside = part.contains(from) && part.contains(to);
      paths.set_cut(from, to, !inside || (bridge && from != middle && to != middle));
    }
  }
  for (const std::size_t i : part) {
    regions_[i]->disk().mend();
    regions_[i]->disk().set_speed({Micros(200), Micros(1'000), 0, Micros(0)});
    if (!regions_[i]->running()) regions_[i]->start();
  }
  stage_.note("world", part.size(), [&] {
    std::string text = bridge ? "heals, as a bridge over " + regions_[middle]->name() + ":" : "heals:";
    for (const std::size_t i : part) text += " " + regions_[i]->name();
    return text;
  });
}

}  // namespace holdfast::sim
