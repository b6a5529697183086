// Shoppers: people who fill baskets, dawdle, click twice, go away, come back, pay, return things; in every
// region, at the pace that the plan says, for as long as the shop is open.
//
// They do what real clients do with what they are told: repeat under the same id where no answer came, try
// another region, give up. Owner: the swarm.
#pragma once

#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "sim/check/told.h"
#include "sim/swarm/plan.h"

namespace holdfast::sim {

class Shoppers {
 public:
  using Regions = std::vector<std::unique_ptr<Region>>;
  Shoppers(Stage& stage, Told& told, Regions& regions, const Plan& plan, const Streams& streams);

  void open();
  void close() { open_ = false; }
  [[nodiscard]] std::size_t purchases() const { return purchases_; }

 private:
  // One shopper's basket, from filling it to the end.
  struct Visit {
    std::size_t region = 0;
    request::Reserve reserve;
    int tries_left = 0;
    std::string order;
    std::string id;  // of the reservation, once it is known
    Line bought;     // the first line of what was purchased
  };
  using Shared = std::shared_ptr<Visit>;

  void next_arrival();
  void arrive();
  [[nodiscard]] Few<Line> basket();
  [[nodiscard]] std::size_t some_region();
  [[nodiscard]] Millis some_ttl();
  void reserve(const Shared& visit);
  void reserved(const Shared& visit, const Operation& operation);
  void not_reserved(const Shared& visit, const Operation& operation);
  void decide(const Shared& visit);
  void purchase(const Shared& visit);
  void purchased(const Shared& visit, const Operation& operation);
  void bring_back(const Shared& visit);
  void bring_back(const Shared& visit, const request::Return& back);
  void replace(const Shared& visit);
  void ask(const Shared& visit, Request request, Told::Then then = {});
  void later(Micros mean, std::function<void()> action);

  Stage& stage_;
  Told& told_;
  Regions& regions_;
  const Plan& plan_;
  Random random_;
  bool open_ = false;
  std::size_t visits_ = 0;
  std::size_t purchases_ = 0;
};

}  // namespace holdfast::sim
