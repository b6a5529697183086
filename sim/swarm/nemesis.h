// Nemesis: breaks what the plan says may break, while it may; then heals a part of the world and leaves the
// rest as it is. Owner: the swarm.
#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <set>
#include <vector>

#include "sim/region.h"
#include "sim/swarm/plan.h"

namespace holdfast::sim {

class Nemesis {
 public:
  using Regions = std::vector<std::unique_ptr<Region>>;
  Nemesis(Stage& stage, Network& network, Regions& regions, const Plan& plan, const Streams& streams);

  void begin();
  // No new faults; what is broken stays so, until heal().
  void end();
  // Makes a random connected part whole, of at least `regions_min` regions, and starts its processes. The
  // rest is cut off from it, and may stay down. Returns the part.
  std::set<std::size_t> heal(std::size_t regions_min);

  // Told of a region whose disk no mark watches, right before an older copy takes its place; and, by what
  // this returns, right after.
  using Forked = std::function<void()>;
  void on_fork(std::function<Forked(std::size_t region)> forks) { forks_ = std::move(forks); }

  [[nodiscard]] std::size_t crashes() const { return crashes_; }
  [[nodiscard]] std::size_t cuts() const { return cuts_; }

 private:
  template <class Action>
  void again_and_again(Every every, Action action);
  void cut();
  void crash(bool power);
  void restart_later(std::size_t region, Micros after);
  void fill_disk();
  void fail_disk();
  void rot();
  void restore_old_copy();
  void lie();
  void jump_clock();
  void watch_appends();
  [[nodiscard]] Tail tail();
  [[nodiscard]] std::size_t any() { return random_.below(regions_.size()); }
  // One region's disk may lie; whatever befalls it, the others must not come to harm.
  [[nodiscard]] std::size_t victim();
  [[nodiscard]] bool is_sound(std::size_t region) const;
  void repair(const std::set<std::size_t>& part);

  Stage& stage_;
  Network& network_;
  Regions& regions_;
  const Plan& plan_;
  Random random_;
  bool ended_ = false;
  std::optional<std::size_t> victim_;
  std::function<Forked(std::size_t)> forks_;
  std::size_t crashes_ = 0;
  std::size_t cuts_ = 0;
};

}  // namespace holdfast::sim
