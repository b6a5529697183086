#include "support/world.h"

#include <gtest/gtest.h>

#include <algorithm>

#include "wire/message_codec.h"

namespace holdfast::test {

namespace {

World::Pairs all_pairs(std::size_t regions) {
  World::Pairs pairs;
  for (std::size_t a = 0; a < regions; ++a)
    for (std::size_t b = 0; b < a; ++b) pairs.emplace_back(a, b);
  return pairs;
}

}  // namespace

World::World(std::vector<std::string> regions, std::uint64_t seed)
    : World(regions, all_pairs(regions.size()), seed) {}

World::World(const std::vector<std::string>& regions, const Pairs& linked, std::uint64_t seed)
    : random_(seed) {
  for (const std::string& region : regions) {
    std::vector<std::string> peers;
    for (const std::string& other : regions)
      if (other != region) peers.push_back(other);
    regions_.push_back(std::make_unique<TestRegion>(region, peers));
  }
  for (const auto& [a, b] : linked) link(a, b);
}

void World::link(std::size_t a, std::size_t b) {
  const std::pair pair = std::minmax(a, b);
  cut(a, b);
  const LinkId id(++next_link_);
  links_[pair] = id;
  (*this)[a].input(input::LinkUp{id, input::DialledBy::us, (*this)[b].node().hello()});
  (*this)[b].input(input::LinkUp{id, input::DialledBy::peer, (*this)[a].node().hello()});
}

void World::cut(std::size_t a, std::size_t b) {
  const auto found = links_.find(std::minmax(a, b));
  if (found == links_.end()) return;
  const LinkId id = found->second;
  links_.erase(found);
  (*this)[a].input(input::LinkDown{id});
  (*this)[b].input(input::LinkDown{id});
  std::erase_if(flying_, [&](const Flying& message) { return message.link == id; });
}

void World::crash(std::size_t at) {
  for (std::size_t other = 0; other < size(); ++other)
    if (other != at) cut(at, other);
  (*this)[at].crash();
}

void World::run(Millis time, std::uint64_t lost_one_in) {
  for (Millis passed{0}; passed < time; passed += step_) {
    for (const auto& region : regions_) region->wait(step_);
    collect(lost_one_in);
    deliver();
  }
}

bool World::converged() const {
  return std::ranges::all_of(regions_, [&](const auto& region) {
    return region->state().stock().state_hash() == regions_.front()->state().stock().state_hash();
  });
}

void World::collect(std::uint64_t lost_one_in) {
  for (std::size_t from = 0; from < size(); ++from) {
    for (auto& [link, message] : (*this)[from].take_sent()) {
      const auto found = std::ranges::find(links_, link, [](const auto& entry) { return entry.second; });
      if (found == links_.end()) continue;
      if (lost_one_in != 0 && random_.one_in(lost_one_in)) continue;
      const std::size_t to = found->first.first == from ? found->first.second : found->first.first;
      Bytes bytes;
      wire::encode_message(message, bytes);
      const auto decoded = wire::decode_message(bytes);
      EXPECT_TRUE(decoded.has_value()) << decoded.error().detail;
      flying_.push_back({link, to, *decoded});
      if (lost_one_in != 0 && random_.one_in(lost_one_in)) flying_.push_back({link, to, *decoded});
    }
    (*this)[from].closed.clear();
  }
}

void World::deliver() {
  for (Flying& message : std::exchange(flying_, {})) {
    if (random_.one_in(4)) {  // late: behind what was sent after it
      flying_.push_back(std::move(message));
      continue;
    }
    (*this)[message.to].input(input::Received{message.link, std::move(message.message)});
  }
}

}  // namespace holdfast::test
