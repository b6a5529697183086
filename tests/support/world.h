// World: several regions in one process, and the network between them: messages pass through the real encoder
// and decoder, and may be lost, repeated, late or cut off. Time passes for all at once.
#pragma once

#include <map>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "base/random.h"
#include "support/region.h"

namespace holdfast::test {

class World {
 public:
  // Every region is linked with every other.
  explicit World(std::vector<std::string> regions, std::uint64_t seed = 1);
  // Only these are.
  using Pairs = std::vector<std::pair<std::size_t, std::size_t>>;
  World(const std::vector<std::string>& regions, const Pairs& linked, std::uint64_t seed = 1);

  [[nodiscard]] std::size_t size() const { return regions_.size(); }
  TestRegion& operator[](std::size_t at) { return *regions_[at]; }

  // Between two regions: up, or down until it is linked again.
  void link(std::size_t a, std::size_t b);
  void cut(std::size_t a, std::size_t b);
  [[nodiscard]] bool linked(std::size_t a, std::size_t b) const { return links_.contains(std::minmax(a, b)); }

  void crash(std::size_t at);

  // Lets time pass, a few milliseconds at a time, and brings what was sent.
  void run(Millis time, std::uint64_t lost_one_in = 0);

  [[nodiscard]] bool converged() const;

 private:
  struct Flying {
    LinkId link;
    std::size_t to;
    Message message;
  };

  void collect(std::uint64_t lost_one_in);
  void deliver();

  static constexpr Millis step_{10};
  Random random_;
  std::vector<std::unique_ptr<TestRegion>> regions_;
  std::map<std::pair<std::size_t, std::size_t>, LinkId> links_;
  std::vector<Flying> flying_;
  std::uint64_t next_link_ = 0;
};

}  // namespace holdfast::test
