// Swarm: the whole life of one small world, made by one seed.
//
//   safety: anything may break        heal a part, demand off        liveness: it converges, and sells out
//   ─────────────────────────────────┼──────────────────────────────┼─────────────────────────────────────
//   audit
//
// Whatever is still broken after the healing stays so. Checkers look on, and at the end what everyone was
// told is held against every disk.
#pragma once

#include <cstdint>
#include <memory>
#include <set>
#include <string>
#include <vector>

#include "sim/check/audit.h"
#include "sim/check/hearing.h"
#include "sim/check/oversell.h"
#include "sim/check/told.h"
#include "sim/check/verdict.h"
#include "sim/swarm/back_office.h"
#include "sim/swarm/inquiry.h"
#include "sim/swarm/nemesis.h"
#include "sim/swarm/plan.h"
#include "sim/swarm/shoppers.h"

namespace holdfast::sim {

struct SwarmStats {
  std::uint64_t sales = 0;
  std::uint64_t units_sold = 0;
  std::uint64_t crashes = 0;
  std::uint64_t cuts = 0;
  std::uint64_t transfers = 0;
  std::uint64_t operations = 0;
  std::uint64_t events = 0;
  std::uint64_t with_sqlite = 0;  // seeds whose ledgers are the one that ships
  Micros simulated{0};

  SwarmStats& operator+=(const SwarmStats& other);
};

class Swarm {
 public:
  Swarm(std::uint64_t seed, const Restriction& restriction, std::FILE* lines);
  ~Swarm();

  // The whole life; once.
  void live();

  [[nodiscard]] const Plan& plan() const { return plan_; }
  [[nodiscard]] const Verdict& verdict() const { return verdict_; }
  [[nodiscard]] const Trace& trace() const { return stage_.trace; }
  [[nodiscard]] const Reached& reached() const { return stage_.reached; }
  [[nodiscard]] SwarmStats stats() const;

 private:
  void make_regions();
  void make_region(std::size_t number);
  void safety();
  void liveness();
  void wait_for_convergence();
  std::vector<Books> wait_for_transfers_to_stop();
  void check_rows_are_equal(const std::vector<Books>& books);
  [[nodiscard]] bool forked_rows_are_equal() const;
  void sell_out();
  void sell(std::size_t region, std::size_t sku, std::size_t attempt, int refused);
  void pay(std::size_t region, std::size_t sku, std::size_t attempt);
  [[nodiscard]] Units left(const std::string& sku) const;
  [[nodiscard]] Units left() const;
  void check_answered();
  void check_transfers();
  [[nodiscard]] Nemesis::Forked fork(std::size_t region);
  void audit();
  [[nodiscard]] Patience patience() const;
  void audit_ledgers();
  [[nodiscard]] std::vector<Books> read_disks() const;
  // Until something is violated at the latest.
  void run_for(Micros time);

  Streams streams_;
  Plan plan_;
  Stage stage_;
  Verdict verdict_;
  Paths paths_;
  Network network_;
  std::vector<std::unique_ptr<Region>> regions_;
  Told told_;
  OversellCheck oversell_;
  AskCheck asks_;
  Hearing hearing_;
  Nemesis nemesis_;
  Shoppers shoppers_;
  BackOffice office_;
  Inquiry inquiry_;
  std::set<std::size_t> living_;
  std::set<std::size_t> forked_;
  std::uint64_t transfers_ = 0;
  bool selling_ = false;
};

}  // namespace holdfast::sim
