#include "sim/swarm/plan.h"

#include <array>

namespace holdfast::sim {

namespace {

class Drawer {
 public:
  Drawer(const Streams& streams, const Restriction& restriction)
      : streams_(streams), restriction_(restriction) {}

  // Whether this kind of fault happens at all in this world. Each has a stream of its own, so that leaving
  // one out changes nothing of the others.
  [[nodiscard]] bool has(FaultKind kind, double probability) {
    random_ = streams_.stream("plan fault", static_cast<std::uint64_t>(kind));
    return chance(random_, probability) && !restriction_.without.contains(kind);
  }
  void about(std::string_view what) { random_ = streams_.stream(what); }

  [[nodiscard]] bool one_in(std::uint64_t n) { return random_.one_in(n); }
  [[nodiscard]] std::int64_t number(std::int64_t low, std::int64_t high) {
    return log_uniform(random_, low, high);
  }
  [[nodiscard]] Millis ms(std::int64_t low, std::int64_t high) { return Millis(number(low, high)); }
  [[nodiscard]] Every every(std::int64_t low_ms, std::int64_t high_ms) { return {ms(low_ms, high_ms)}; }
  // A probability, small more often than large.
  [[nodiscard]] double share(double high) { return high * fraction(random_) * fraction(random_); }

 private:
  const Streams& streams_;
  const Restriction& restriction_;
  Random random_{0};
};

void draw_node(Drawer& draw, Plan& plan) {
  draw.about("plan node");
  plan.round_trip_min = draw.ms(1, 40);
  plan.round_trip_max = plan.round_trip_min + draw.ms(1, 250);
  plan.heartbeat = draw.ms(150, 600);
  plan.cut_off_after = plan.heartbeat * 3 + draw.ms(100, 1'000);
  if (draw.one_in(8)) plan.move = RightsMove::urgent_only;
  plan.limits.checkpoint.journal_bytes = static_cast<std::uint64_t>(draw.number(500, 100'000));
  plan.limits.checkpoint.slice_bytes_per_append = static_cast<std::size_t>(draw.number(1, 5'000));
  plan.limits.overloaded_after = draw.ms(20, 2'000);
  plan.limits.finishing_overloaded_after = plan.limits.overloaded_after * 5;
  plan.limits.room_retry = Millis(1'000);
  if (draw.one_in(4)) {
    plan.limits.finishing_held_max = static_cast<std::size_t>(draw.number(1, 50));
    plan.limits.held_max = (plan.limits.finishing_held_max + 1) / 2;
  }
  plan.one_side_dials = draw.one_in(4);
}

void draw_shop(Drawer& draw, Plan& plan) {
  draw.about("plan shop");
  plan.skus = static_cast<std::size_t>(draw.number(1, 8));
  plan.stock = draw.number(150, 4'000);
  plan.stock_in_one_region = draw.one_in(3);
  plan.skew = static_cast<int>(draw.number(1, 20));
  plan.quantity_max = draw.number(1, 5);
  plan.lines_max = static_cast<std::size_t>(draw.number(1, 4));
  plan.ttl_max = draw.ms(2'000, 20'000);
  plan.waits = draw.one_in(4) ? 0 : draw.share(1);
  plan.back_office = draw.every(500, 8'000);
  if (draw.one_in(8)) plan.pack = 10'000'000;
}

void draw_network_faults(Drawer& draw, Plan& plan) {
  if (draw.has(FaultKind::cuts, 0.7)) {
    plan.cuts = draw.every(2'000, 30'000);
    plan.cut_max = draw.ms(200, 40'000);
    plan.one_way = draw.share(1);
  }
  if (draw.has(FaultKind::wire, 0.6)) {
    if (draw.one_in(2)) plan.wire.lost = draw.share(0.3);
    if (draw.one_in(2)) plan.wire.repeated = draw.share(0.3);
    if (draw.one_in(2)) plan.wire.overtaken = draw.share(0.3);
    if (draw.one_in(3)) plan.wire.damaged = draw.share(0.02);
    if (draw.one_in(2)) {
      plan.wire.delayed = draw.share(0.2);
      plan.wire.delay_max = draw.ms(10, 5'000);
    }
    if (draw.one_in(4)) {
      plan.wire.bytes_per_s = draw.number(2'000, 100'000);
      plan.wire.backlog_bytes = draw.number(2'000, 200'000);
    }
  }
}

void draw_lies(Drawer& draw, Plan& plan) {
  if (draw.has(FaultKind::lies, 0.06)) plan.lies = draw.every(5'000, 40'000);
}

void draw_process_faults(Drawer& draw, Plan& plan) {
  if (draw.has(FaultKind::kills, 0.7)) {
    plan.kills = draw.every(4'000, 60'000);
    if (draw.one_in(2)) plan.kill_at_append = draw.share(0.01);
  }
  plan.down_max = Millis(2'000);
  if (draw.has(FaultKind::power, 0.5)) {
    plan.power_cuts = draw.every(5'000, 60'000);
    plan.down_max = draw.ms(100, 30'000);
  }
  if (draw.has(FaultKind::pauses, 0.4)) {
    plan.pauses = draw.every(2'000, 30'000);
    plan.pause_max = draw.ms(10, 10'000);
  }
  if (draw.has(FaultKind::clocks, 0.5)) plan.clock_jumps = draw.every(2'000, 30'000);
}

void draw_disk_faults(Drawer& draw, Plan& plan) {
  draw.about("plan disk");
  plan.disk.fastest = Micros(draw.number(20, 2'000));
  plan.disk.slowest = plan.disk.fastest + Micros(draw.number(20, 20'000));
  if (draw.has(FaultKind::disk, 0.5)) {
    plan.disk.stalls = draw.share(0.05);
    plan.disk.stall_max = draw.ms(50, 8'000);
    if (draw.one_in(3)) plan.failing_disks = draw.every(10'000, 60'000);
  }
  if (draw.has(FaultKind::sqlite, 0.125)) {
    plan.ledger = LedgerKind::sqlite;
    plan.disk_stays_broken = draw.share(0.5);
  }
  if (draw.has(FaultKind::rot, 0.5) && plan.ledger == LedgerKind::sqlite)
    plan.rots = draw.every(10'000, 60'000);
  if (draw.has(FaultKind::copies, plan.ledger == LedgerKind::sqlite ? 0.25 : 0.1)) {
    plan.old_copies = draw.every(15'000, 60'000);
    plan.copy_age_max = draw.ms(100, 30'000);
  }
  if (draw.has(FaultKind::full, 0.4)) plan.full_disks = draw.every(5'000, 40'000);
}

std::string ms_text(Micros time) { return std::to_string(time.count() / 1'000) + " ms"; }
std::string every_text(const char* what, Every every) {
  return every.on() ? std::string("; ") + what + " every " + ms_text(every.mean) : "";
}

}  // namespace

const char* name(FaultKind kind) {
  static constexpr std::array names{"cuts",   "wire",   "kills",  "power", "disk",   "full",
                                    "clocks", "pauses", "sqlite", "rot",   "copies", "lies"};
  static_assert(names.size() == fault_kinds);
  return names[static_cast<std::size_t>(kind)];
}

Plan draw_plan(const Streams& streams, const Restriction& restriction) {
  Plan plan;
  Drawer draw(streams, restriction);
  draw.about("plan");
  plan.safety = draw.ms(60'000, 100'000) * restriction.duration_percent / 100;
  draw_node(draw, plan);
  draw_shop(draw, plan);
  draw_network_faults(draw, plan);
  draw_lies(draw, plan);
  draw_process_faults(draw, plan);
  draw_disk_faults(draw, plan);
  return plan;
}

std::string in_words(const Plan& plan) {
  std::string text =
      std::to_string(plan.regions) + " regions, round trips " + ms_text(plan.round_trip_min) + " to " +
      ms_text(plan.round_trip_max) + ", " + std::to_string(plan.skus) + " SKUs, " +
      std::to_string(plan.stock) + " units" + (plan.pack > 1 ? " times " + std::to_string(plan.pack) : "") +
      (plan.stock_in_one_region ? " in one region" : "") + ", anything may break for " + ms_text(plan.safety);
  text += every_text("cuts", plan.cuts) + every_text("kills", plan.kills) +
          every_text("power cuts", plan.power_cuts) + every_text("pauses", plan.pauses) +
          every_text("full disks", plan.full_disks) + every_text("failing disks", plan.failing_disks) +
          every_text("clock jumps", plan.clock_jumps) + every_text("rot", plan.rots) +
          every_text("old copies", plan.old_copies) + every_text("lies", plan.lies);
  if (plan.kill_at_append > 0) text += "; dies in appends";
  if (plan.disk.stalls > 0) text += "; disks stall for up to " + ms_text(plan.disk.stall_max);
  if (plan.ledger == LedgerKind::sqlite) text += "; with SQLite";
  if (plan.wire.lost > 0) text += "; messages are lost";
  if (plan.wire.repeated > 0) text += "; messages are repeated";
  if (plan.wire.overtaken > 0) text += "; messages overtake others";
  if (plan.wire.damaged > 0) text += "; messages are damaged";
  if (plan.wire.delayed > 0) text += "; messages are delayed by up to " + ms_text(plan.wire.delay_max);
  if (plan.wire.bytes_per_s > 0) text += "; links of " + std::to_string(plan.wire.bytes_per_s) + " bytes/s";
  return text;
}

}  // namespace holdfast::sim
