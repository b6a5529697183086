// World: several regions in one process, and the network between them: messages pass through the real encoder
// and decoder, and may be lost, repeated, late or cut off. Time passes for all at once.
#pragma once

#include <algorithm>
#include <deque>
#include <map>
#include <memory>
#include <set>
#include <string>
#include <vector>

#include "base/random.h"
#include "support/region.h"
#include "wire/message_codec.h"

namespace holdfast::test {

class World {
 public:
  explicit World(std::vector<std::string> regions, std::uint64_t seed = 1) : random_(seed), names_(regions) {
    for (const std::string& region : regions) {
      std::vector<std::string> peers;
      for (const std::string& other : regions)
        if (other != region) peers.push_back(other);
      shops_.push_back(std::make_unique<TestRegion>(region, peers));
    }
    for (std::size_t a = 0; a < size(); ++a)
      for (std::size_t b = 0; b < a; ++b) link(a, b);
  }

  [[nodiscard]] std::size_t size() const { return shops_.size(); }
  TestRegion& operator[](std::size_t at) { return *shops_[at]; }

  // Between two regions: up, or down until it is healed.
  void link(std::size_t a, std::size_t b) {
    const std::pair pair = std::minmax(a, b);
    cut(a, b);
    const LinkId id(++next_link_);
    links_[pair] = id;
    (*this)[a].input(input::LinkUp{id, input::DialledBy::us, (*this)[b].node().hello()});
    (*this)[b].input(input::LinkUp{id, input::DialledBy::peer, (*this)[a].node().hello()});
  }
  void cut(std::size_t a, std::size_t b) {
    const auto found = links_.find(std::minmax(a, b));
    if (found == links_.end()) return;
    const LinkId id = found->second;
    links_.erase(found);
    (*this)[a].input(input::LinkDown{id});
    (*this)[b].input(input::LinkDown{id});
    std::erase_if(flying_, [&](const Flying& message) { return message.link == id; });
  }
  [[nodiscard]] bool linked(std::size_t a, std::size_t b) const { return links_.contains(std::minmax(a, b)); }

  void crash(std::size_t at) {
    for (std::size_t other = 0; other < size(); ++other)
      if (other != at) cut(at, other);
    (*this)[at].crash();
  }

  // Lets time pass, a few milliseconds at a time, and brings what was sent.
  void run(Millis time, std::uint64_t lost_one_in = 0) {
    for (Millis passed{0}; passed < time; passed += step_) {
      for (const auto& shop : shops_) shop->wait(step_);
      collect(lost_one_in);
      deliver();
    }
  }

  [[nodiscard]] bool converged() {
    return std::ranges::all_of(shops_, [&](const auto& shop) {
      return state_hash(shop->state()) == state_hash(shops_.front()->state());
    });
  }

  std::uint64_t messages = 0;

 private:
  struct Flying {
    LinkId link;
    std::size_t to;
    Message message;
  };

  void collect(std::uint64_t lost_one_in) {
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
  void deliver() {
    for (Flying& message : std::exchange(flying_, {})) {
      if (random_.one_in(4)) {  // late: behind what was sent after it
        flying_.push_back(std::move(message));
        continue;
      }
      ++messages;
      (*this)[message.to].input(input::Received{message.link, std::move(message.message)});
    }
  }

  static constexpr Millis step_{10};
  Random random_;
  std::vector<std::string> names_;
  std::vector<std::unique_ptr<TestRegion>> shops_;
  std::map<std::pair<std::size_t, std::size_t>, LinkId> links_;
  std::vector<Flying> flying_;
  std::uint64_t next_link_ = 0;
};

}  // namespace holdfast::test
