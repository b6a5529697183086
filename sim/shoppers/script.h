// Script: all that is settled before anybody answers: stock to begin with, and who comes when. Drawn from a
// scenario (draw.h), or taken from a real order history.
#pragma once

#include <string>
#include <vector>

#include "sim/shoppers/basket.h"

namespace holdfast::sim {

// Units of each SKU in each region: [region][sku].
using Placement = std::vector<std::vector<std::int64_t>>;

// A customer brings goods back: from what that customer bought in this region, the latest first. What was
// never sold cannot come back.
struct BroughtBack {
  SimTime at{};
  std::size_t region = 0;
  std::string customer;
  BasketLine line;
};

struct Script {
  Placement placement;
  std::vector<Arrival> arrivals;          // by time
  std::vector<BroughtBack> brought_back;  // by time
  bool partial = false;                   // shoppers are content with a part of their baskets
};

}  // namespace holdfast::sim
