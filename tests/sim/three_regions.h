// Three regions that run, as a fixture: each test breaks what it needs to.
#pragma once

#include <gtest/gtest.h>

#include "sim/check/books.h"
#include "sim/check/hearing.h"
#include "sim/region.h"

namespace holdfast::sim {

// Three regions, 40 ms from one another.
struct ThreeRegions : testing::Test {
  ThreeRegions() {
    for (std::size_t i = 0; i < 3; ++i) {
      RegionOptions options;
      options.core.cluster = "sim";
      options.core.own = {names[i], {1, i + 1}};
      options.core.hash_seed = 7;
      options.number = i;
      options.said = [this, i](LinkId link, const Message& message) { hearing.said(i, link, message); };
      options.heard = [this, i](const Input& input) { hearing.heard(i, input); };
      for (std::size_t other = 0; other < 3; ++other) {
        if (other == i) continue;
        options.core.peers.push_back(names[other]);
        options.dials.push_back(other);
      }
      regions.push_back(std::make_unique<Region>(stage, network, options, streams.fork("region", i)));
      regions.back()->start();
    }
  }
  void run(Micros time) { stage.queue.run_until(stage.queue.now() + time); }

  std::optional<Answer> ask(std::size_t region, Request request, Micros within = Millis(100)) {
    std::optional<Answer> got;
    regions[region]->submit(std::move(request), [&](const std::optional<Answer>& answer) { got = answer; });
    run(within);
    return got;
  }
  // What the disks say now, and what they did.
  [[nodiscard]] std::vector<Books> all_books() const {
    std::vector<Books> all;
    for (const auto& region : regions) all.emplace_back(region->config().own, region->storage().content());
    return all;
  }
  [[nodiscard]] std::vector<const Timeline*> all_timelines() const {
    std::vector<const Timeline*> all;
    for (const auto& region : regions) all.push_back(&region->storage().timeline());
    return all;
  }
  static request::Reserve basket(const std::string& id, std::int64_t quantity, Millis wait = Millis(0)) {
    request::Reserve reserve;
    reserve.id = id;
    reserve.lines = {{"tea", Units(quantity)}};
    reserve.wait = wait;
    return reserve;
  }
  static request::Adjust delivery(std::int64_t quantity) {
    return {"tea", "delivery", Units(quantity), "delivery", "", Millis(0)};
  }

  const std::vector<std::string> names{"a", "b", "c"};
  const Streams streams{1};
  Stage stage;
  Paths paths{names, equal_round_trips(3, Millis(80)), 0.05, streams.stream("paths")};
  Network network{stage, paths, streams.stream("network")};
  Hearing hearing{stage, names};
  std::vector<std::unique_ptr<Region>> regions;
};

}  // namespace holdfast::sim
