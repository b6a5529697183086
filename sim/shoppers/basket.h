// What a shopper asks for, and what becomes of it once it is granted: drawn before anybody answers.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include "sim/time.h"

namespace holdfast::sim {

struct BasketLine {
  std::uint32_t sku = 0;
  std::int64_t quantity = 0;
  bool operator==(const BasketLine&) const = default;
};
using Basket = std::vector<BasketLine>;  // SKUs differ

struct Fate {
  // writes_off: nobody's purchase, but goods that were lost or broken.
  enum class End : std::uint8_t { pays, abandons, cancels, writes_off };
  End end = End::pays;
  Micros decides_after{0};    // from the grant to paying or cancelling
  Micros returned_after{-1};  // from the sale; below 0: never comes back
  bool operator==(const Fate&) const = default;
};

struct Arrival {
  SimTime at{};
  std::size_t region = 0;
  Basket basket;
  Fate fate;
  std::string customer;  // empty: nobody that comes back
  bool operator==(const Arrival&) const = default;
};

}  // namespace holdfast::sim
