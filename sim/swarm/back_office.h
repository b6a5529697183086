// BackOffice: deliveries, write-offs, counts, imports, rights moved by hand, and people who look things up;
// at the pace that the plan says. What got no answer is repeated under its key, in the region that it names,
// and now and then what did get one as well. Owner: the swarm.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "sim/check/told.h"
#include "sim/swarm/plan.h"

namespace holdfast::sim {

class BackOffice {
 public:
  using Regions = std::vector<std::unique_ptr<Region>>;
  BackOffice(Stage& stage, Told& told, Regions& regions, const Plan& plan, const Streams& streams);

  // The stock to begin with, brought in as soon as the regions take it.
  void stock();
  void open();
  void close() { open_ = false; }

 private:
  void next_errand();
  void run_errand();
  [[nodiscard]] Request adjustment(std::size_t region);
  [[nodiscard]] Request lookup();
  [[nodiscard]] Request meddle();
  [[nodiscard]] std::string key() { return "office-" + std::to_string(++errands_); }
  [[nodiscard]] std::string some_sku() { return sku_name(random_.below(plan_.skus)); }
  // Until it is answered.
  void insist(std::size_t region, const Request& request, int tries_left);
  void deliver(std::size_t region, const std::string& sku, Units units);

  Stage& stage_;
  Told& told_;
  Regions& regions_;
  const Plan& plan_;
  Random random_;
  bool open_ = false;
  std::size_t errands_ = 0;
};

}  // namespace holdfast::sim
