// Scenario: one world and what shoppers do in it, as a plain value. scenario_file.h reads it from TOML;
// scenarios/*.toml are the ones that come with the program.
//
// It says nothing of who shares the stock how: the same scenario is run under every policy. With the same
// seed the same shoppers come at the same times and want the same things, whatever they are told.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "sim/paths.h"
#include "sim/time.h"

namespace holdfast::sim {

struct WholeRange {
  std::int64_t least = 1, most = 1;  // both included, each as likely
};
struct TimeRange {
  Micros least{0}, most{0};
};

// How many units a line is for.
struct Quantity {
  WholeRange uniform;
  double mean = 0;  // above 0: log-normal instead, with this mean
  double cv = 0;    // and coefficient of variation

  [[nodiscard]] double expected() const {
    return mean > 0 ? mean : static_cast<double>(uniform.least + uniform.most) / 2;
  }
};

struct StockPlan {
  enum class Split { equal, turns, one_region };

  std::size_t skus = 1;
  std::int64_t each = 0;            // units of each SKU; but
  std::optional<double> of_demand;  // a share of what shoppers will want of it
  Split split = Split::equal;       // turns: unit by unit, region by region, SKUs one after the other
  std::size_t region = 0;           // of one_region
};

struct Baskets {
  WholeRange lines;  // of different SKUs
  Quantity quantity;
  double zipf = 0;  // 0: every SKU as likely
};

// Shoppers who come whether or not others were served: a Poisson process.
struct OpenLoop {
  double baskets_per_s = 0;    // of all regions together, at first
  Micros full_for{0};          // then it halves
  Micros halving{0};           // in this time, again and again; 0: it never does
  std::vector<double> shares;  // of each region
  Micros moves_every{0};       // above 0: all come from one region, then from the next,
  Micros moves_over{0};        // handing over gradually
};

// Shoppers who do one thing after the other.
struct ClosedLoop {
  std::size_t per_region = 0;
  TimeRange think;
  Micros retry{0};           // after a refusal, the same basket again; 0: think, and something else
  double restock_share = 0;  // of what they do: bring in a basket instead
  bool until_gone = false;   // the run ends when nothing is left in the world
};

// Every so often new stock in a random region, and one shopper in each region who wants it at once.
struct Rounds {
  std::size_t count = 0;
  Micros every{0};
  std::int64_t units = 1;
};

// What becomes of a basket that was granted.
struct Checkout {
  Micros ttl = std::chrono::minutes(10);
  TimeRange pays_after;  // 0: at once
  double abandoned = 0;  // shares of all baskets: neither pays nor says so
  double cancelled = 0;  // says so
  double returned = 0;   // of what was sold
  TimeRange returned_after;
};

struct Cut {
  SimTime from{};
  std::optional<SimTime> to;  // nothing: for ever
  std::vector<std::pair<std::size_t, std::size_t>> pairs;
};

struct Scenario {
  std::string name;
  std::string title;  // one line
  std::string file;   // that it was read from; empty: it comes with the program
  std::vector<std::string> regions;
  RoundTrips round_trips;
  Micros duration{0};
  StockPlan stock;
  Baskets baskets;
  std::optional<OpenLoop> open;
  std::optional<ClosedLoop> closed;
  Rounds rounds;
  Checkout checkout;
  std::vector<Cut> cuts;
  std::optional<Micros> ready_to_wait;  // if not as patience() says

  // What a shopper who waits is ready to wait: twice the longest round trip, over a third region where there
  // is never a direct way.
  [[nodiscard]] Micros patience() const;
};

}  // namespace holdfast::sim
