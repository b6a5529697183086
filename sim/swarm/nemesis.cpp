#include "sim/swarm/nemesis.h"

#include "sim/swarm/lies.h"
#include "wire/message_codec.h"

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
  for (std::size_t i = 0; i < regions_.size(); ++i)
    if (!regions_[i]->running()) restart_later(i, Micros(1'000));
  again_and_again(plan_.cuts, [this] { cut(); });
  again_and_again(plan_.kills, [this] { crash(false); });
  again_and_again(plan_.power_cuts, [this] { crash(true); });
  again_and_again(plan_.pauses,
                  [this] { regions_[any()]->pause(between(random_, Micros(0), plan_.pause_max)); });
  again_and_again(plan_.full_disks, [this] { fill_disk(); });
  again_and_again(plan_.failing_disks, [this] { fail_disk(); });
  again_and_again(plan_.rots, [this] { rot(); });
  again_and_again(plan_.old_copies, [this] { restore_old_copy(); });
  again_and_again(plan_.lies, [this] { lie(); });
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

Tail Nemesis::tail() { return random_.one_in(2) ? Tail::kept : Tail::lost; }

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
      if (region->running() && region->storage().writing() && chance(random_, plan_.kill_at_append))
        random_.one_in(2) ? region->kill(tail()) : region->lose_power(tail());
    watch_appends();
  });
}

void Nemesis::fill_disk() {
  const std::size_t region = any();
  regions_[region]->storage().platter().set_full(true);
  stage_.note(regions_[region]->name(), 6, [] { return std::string("the disk fills up"); });
  stage_.queue.after(between(random_, Micros(1'000), Micros(8'000'000)), [this, region] {
    if (!ended_) regions_[region]->storage().platter().set_full(false);
  });
}

// For one call, or for some seconds.
void Nemesis::fail_disk() {
  const std::size_t region = any();
  Platter& platter = regions_[region]->storage().platter();
  const bool stays = plan_.disk_stays_broken > 0 && chance(random_, plan_.disk_stays_broken);
  platter.fail(stays);
  stage_.note(regions_[region]->name(), 11,
              [&] { return std::string(stays ? "its disk breaks" : "its disk fails once"); });
  if (stays)
    stage_.queue.after(between(random_, Micros(1'000), Micros(8'000'000)), [this, &platter] {
      if (!ended_) platter.mend();
    });
}

std::size_t Nemesis::victim() {
  if (!victim_) victim_ = any();
  return *victim_;
}

bool Nemesis::is_sound(std::size_t region) const {
  return !regions_[region]->storage().platter().tampered_with();
}

// While nothing runs: what a running process has read already it does not read again.
void Nemesis::rot() {
  Region& region = *regions_[victim()];
  if (!region.running()) return;
  region.kill(tail());
  if (!region.storage().platter().rot()) return;
  stage_.reached.count(Event::rotted);
  stage_.note(region.name(), 12, [] { return std::string("bits of its disk turn over"); });
}

// The process was killed, and not the machine: so with SQLite the mark in memory knows how far it was. What
// is lost of both within a second is a limit that is known. In memory there are no marks, as where a snapshot
// of the whole machine is put back: only peers can know.
void Nemesis::restore_old_copy() {
  const std::size_t number = victim();
  regions_[number]->storage().platter().keep_copy();
  stage_.queue.after(between(random_, Micros(1'000), plan_.copy_age_max), [this, number] {
    Region& region = *regions_[number];
    if (ended_ || !region.running()) return;
    region.kill(tail());
    const bool marked = plan_.ledger == LedgerKind::sqlite;
    const Forked forked = marked ? Forked() : forks_(number);
    region.storage().platter().put_back();
    if (forked) forked();
    stage_.reached.count(Event::old_copy_restored);
    stage_.note(region.name(), 13, [] { return std::string("an old copy of its disk is put back"); });
  });
}

// Over a link that is up, and as soon as the hearer can be read; what it knows then it knows for sure.
void Nemesis::lie() {
  const std::size_t hearer = any();
  const std::size_t peer = (hearer + 1 + random_.below(regions_.size() - 1)) % regions_.size();
  Region& region = *regions_[hearer];
  if (!region.ready() || !region.linked(peer)) return;
  const bool nonsense = random_.one_in(4);
  const auto lie = nonsense ? std::nullopt : draw_lie(region.state(), random_);
  if (!nonsense && !lie) return;
  Bytes bytes = nonsense ? draw_nonsense(random_) : Bytes();
  if (lie) wire::append_framed(*lie, bytes);
  stage_.reached.count(nonsense ? Event::nonsense_heard : Event::lied_to);
  stage_.note(region.name(), 14, [&] {
    return "in " + regions_[peer]->name() + "'s name hears " + (lie ? "a lie" : "nonsense");
  });
  region.forge(peer, std::move(bytes));
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
  while (part.size() < regions_min)
    if (const std::size_t region = any(); is_sound(region)) part.insert(region);
  for (std::size_t i = 0; i < regions_.size(); ++i)
    if (random_.one_in(2) && is_sound(i)) part.insert(i);
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
    regions_[i]->storage().platter().mend();
    regions_[i]->storage().set_speed({Micros(200), Micros(1'000), 0, Micros(0)});
    if (!regions_[i]->running()) regions_[i]->start();
  }
  stage_.note("world", part.size(), [&] {
    std::string text = bridge ? "heals, as a bridge over " + regions_[middle]->name() + ":" : "heals:";
    for (const std::size_t i : part) text += " " + regions_[i]->name();
    return text;
  });
}

}  // namespace holdfast::sim
