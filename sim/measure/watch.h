// Watch: the world as somebody sees it who stands outside every region: books of what was brought in,
// granted, sold and given back, from nothing but what was told to shoppers. What it measures is the same for
// every policy, and no policy has a hand in it.
//
// Of a partial attempt only what was got is granted. The rest is no refusal: the attempt was served. But it
// was wanted, as what was refused for good.
//
// A reservation is live from the answer until it is paid, given up by its shopper, or past the expiry that it
// was told. Owner: the market.
#pragma once

#include <boost/unordered/unordered_flat_map.hpp>
#include <functional>
#include <queue>
#include <vector>

#include "sim/measure/measures.h"
#include "sim/measure/news.h"
#include "sim/policies/policy.h"

namespace holdfast::sim {

class Watch {
 public:
  // What would have served baskets that were not: all of them or nothing, or any part.
  enum class Content : std::uint8_t { whole, parts };
  explicit Watch(std::size_t skus, Content content = Content::whole, News::Ways soonest = {})
      : content_(content), stock_(skus, 0), gone_(skus, 0), most_over_(skus, 0), news_(std::move(soonest)) {}

  void stocked(const Basket& goods);  // before the first shopper comes; later:
  void came_in(SimTime now, std::size_t region, const Basket& goods);
  void wrote_off(SimTime now, std::size_t region, const Basket& goods);

  struct Asked {
    bool while_cut = false;       // and
    bool in_reach_of_it = false;  // local or reachable stock could serve it
  };
  struct Told {
    std::uint64_t id = 0;
    std::size_t region = 0;
    Asked asked;
    Reply reply;
    Micros took{0};
    bool world_had_it = false;    // when a refusal was told;
    bool regions_had_it = false;  // without what was on its way between them
  };
  void told(SimTime now, const Basket& basket, const Told& told);
  // After its last refusal; or what is wanting of one that was served in part.
  void gave_up(Basket basket) { given_up_.push_back(std::move(basket)); }
  void released(SimTime now, std::uint64_t id);          // when its shopper said so
  void purchased(std::uint64_t id, std::size_t region);  // when its shopper was told so

  [[nodiscard]] bool all_sold() const;
  [[nodiscard]] std::int64_t oversold_units() const;

  // All but traffic and convergence.
  [[nodiscard]] Measures measures(SimTime now);

 private:
  struct Expiry {
    SimTime at{};
    std::uint64_t id = 0;
    bool operator>(const Expiry& other) const { return at > other.at; }
  };

  struct Live {
    std::size_t region = 0;
    Basket basket;
  };

  void expire(SimTime now);
  void note_false_denial(SimTime now, const Basket& basket, const Told& told);
  void came_back(SimTime at, std::uint64_t id);
  [[nodiscard]] bool can_be_known(SimTime now, std::size_t region, const Basket& basket) const;
  [[nodiscard]] std::int64_t left(std::uint32_t sku) const { return stock_[sku] - gone_[sku]; }
  [[nodiscard]] std::int64_t wanted_of_what_is_left() const;
  [[nodiscard]] Figure reserve_ms(double share);

  Content content_;
  std::vector<std::int64_t> stock_, gone_, most_over_;  // by SKU
  boost::unordered_flat_map<std::uint64_t, Live> live_;
  std::priority_queue<Expiry, std::vector<Expiry>, std::greater<>> expiries_;
  News news_;
  std::vector<Basket> given_up_;
  std::vector<std::int64_t> reserve_us_;
  std::uint64_t attempts_ = 0, granted_ = 0, remote_ = 0, false_denials_ = 0, unheard_ = 0, in_flight_ = 0,
                sales_ = 0;
  std::uint64_t could_serve_cut_ = 0, served_cut_ = 0;
  std::array<std::int64_t, regions_max> units_sold_{};  // by region
};

}  // namespace holdfast::sim
