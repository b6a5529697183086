// StockPolicy: a way of sharing stock between regions, as shoppers and the watch see it. One page each:
//
//   oracle central quorum                       one number for all regions (shared_number.h)
//   static threshold reactive periodic fixed    each region sells its own part (split_rights.h)
//   dealer                                      the same, dealt out by one who sees everything: a bound
//   holdfast                                    the shipped node
//
// The market calls in; answers come later, never from within a call. A policy never invents units: what
// in_world() says is Σ over regions of rights − reserved, with rights on their way, and the watch holds it
// against books of its own. Owner: the run. Threads: one.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string_view>
#include <vector>

#include "sim/shoppers/script.h"
#include "sim/time.h"

namespace holdfast::sim {

// Why a shopper got nothing, as far as the policy tells.
enum class Denial : std::uint8_t { none, short_here, sold_out, in_baskets, cut_off, other };
inline constexpr std::size_t denials = 6;
[[nodiscard]] std::string_view name_of(Denial denial);

struct Attempt {
  std::uint64_t id = 0;  // of the reservation that it makes
  std::size_t region = 0;
  Basket basket;
  Micros wait{0};
  Micros ttl{0};
  bool partial = false;  // content with what is there, if that is anything; does not wait
};

struct Reply {
  Denial denial = Denial::none;  // none: granted
  bool remote = false;           // granted, and another region was needed for it
  SimTime expires_at{};          // of what was granted
  Basket got;                    // of a partial attempt
};

enum class Finish : std::uint8_t { purchase, release };

// What moved between regions so far.
struct Traffic {
  std::uint64_t transfers = 0;
  std::int64_t units = 0;
  std::optional<std::uint64_t> bytes;                    // on the wire; nothing: a model without bytes
  std::vector<std::vector<std::int64_t>> units_between;  // [from][to]
};

// How shoppers behave under a policy that makes them ask again by itself.
struct Retries {
  Micros every{0};
  int times = 0;
};

class StockPolicy {
 public:
  using Done = std::move_only_function<void(const Reply&)>;
  using Finished = std::move_only_function<void(bool well)>;

  virtual ~StockPolicy() = default;

  // First of all, at time 0: the stock as the scenario places it. `ready` when shoppers may come.
  virtual void open(const Placement& placement, std::move_only_function<void()> ready) = 0;

  virtual void attempt(Attempt attempt, Done done) = 0;
  // Of a granted attempt, in its region, before it expires.
  virtual void finish(std::uint64_t id, Finish finish, Finished finished) = 0;
  // New stock, or goods of a sale that came back (`of_sale`).
  virtual void stock_in(std::size_t region, const Basket& goods, std::optional<std::uint64_t> of_sale) = 0;

  // For the watch. rights − reserved: in the world with what is on its way; at some regions.
  [[nodiscard]] virtual std::int64_t in_world(std::uint32_t sku) const = 0;
  [[nodiscard]] virtual std::int64_t in_regions(const std::vector<bool>& regions,
                                                std::uint32_t sku) const = 0;
  [[nodiscard]] virtual std::int64_t rights(std::size_t region) const = 0;  // of all SKUs
  [[nodiscard]] virtual Traffic traffic() = 0;
  [[nodiscard]] virtual Retries retries() const { return {}; }

  // Whether every region knows what every other knew at mark(); nothing: this policy has no such state.
  virtual void mark() {}
  [[nodiscard]] virtual std::optional<bool> mark_is_known() const { return std::nullopt; }
};

}  // namespace holdfast::sim
