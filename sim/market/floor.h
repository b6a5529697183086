// Floor: the shoppers at work. Everyone who comes in any case, those who do one thing after the other, rounds
// of new stock; and what each does with what they were told: pay, give up, ask again, bring back.
//
// The same seed brings the same shoppers with the same wishes; only what they are told differs. Owner: the
// market.
#pragma once

#include <deque>
#include <map>
#include <memory>

#include "sim/market/market.h"
#include "sim/policies/policies.h"
#include "sim/shoppers/draw.h"

namespace holdfast::sim {

class Floor {
 public:
  struct Around {
    const Scenario& scenario;
    EventQueue& queue;
    Paths& paths;
    StockPolicy& policy;
    Watch& watch;
    Spectator& spectator;
    Micros wait{0};
    Streams streams;
  };
  Floor(Around around, Script script);
  Floor(const Floor&) = delete;

  [[nodiscard]] const Placement& placement() const { return script_.placement; }
  void stock();  // tells the watch what there is to begin with
  void open();   // shoppers come from now on
  void close();  // nobody new comes; shoppers who were refused do not ask again
  [[nodiscard]] bool is_open() const { return open_; }
  [[nodiscard]] bool all_gone() const { return all_gone_; }
  [[nodiscard]] std::size_t outstanding() const { return outstanding_; }

 private:
  // One after the other: what they want next, and whether it is a delivery.
  struct Shopper {
    std::size_t region = 0;
    Random random;
    Basket asks_again = {};  // for this, soon; empty: is about something else
  };
  struct Visit {
    std::size_t region = 0;
    Basket basket;
    Fate fate;
    std::string customer;
    Shopper* shopper = nullptr;  // of the closed loop
    int retries_left = 0;        // that the policy makes its shoppers do
  };

  void next_arrival();
  void next_brought_back();
  void bring_back(const BroughtBack& goods);
  void next_round(std::size_t number);
  void think(Shopper& shopper);
  void act(Shopper& shopper);
  void ask(Visit visit);
  void wrote_off(const Visit& visit, std::uint64_t id, const Reply& reply);
  void told(Visit visit, const Watch::Told& told);
  void refused(Visit visit);
  void granted(Visit visit, std::uint64_t id, Basket got);
  void sold(const Visit& visit, std::uint64_t id, const Basket& got);
  void stock_in(std::size_t region, const Basket& goods, std::optional<std::uint64_t> of_sale);
  [[nodiscard]] Watch::Asked asked_of(std::size_t region, const Basket& basket) const;
  [[nodiscard]] bool world_has(const Basket& basket) const;
  [[nodiscard]] bool regions_have(const Basket& basket) const;

  Around around_;
  Script script_;
  Popularity popularity_;
  Random rounds_;
  std::deque<Shopper> shoppers_;
  // Of named customers, by SKU: sales with what has not come back, the latest last.
  struct Purchase {
    std::uint64_t id = 0;
    std::int64_t left = 0;
  };
  std::map<std::pair<std::string, std::uint32_t>, std::vector<Purchase>> purchases_;
  SimTime opened_{};
  std::size_t arrived_ = 0, brought_back_ = 0;
  std::uint64_t next_id_ = 1;
  std::size_t outstanding_ = 0;
  bool open_ = false;
  bool all_gone_ = false;
};

}  // namespace holdfast::sim
