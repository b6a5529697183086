#include "support/load.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <memory>

namespace holdfast::e2e {

Load::Load(std::string name, std::string sku, std::function<std::string()> endpoint)
    : name_(std::move(name)), sku_(std::move(sku)), endpoint_(std::move(endpoint)) {}

void Load::start(int shoppers) {
  stopping_ = false;
  ++round_;
  for (int i = 0; i < shoppers; ++i) {
    Shopper& shopper = *shoppers_.emplace_back(std::make_unique<Shopper>());
    const std::string prefix = name_ + "-" + std::to_string(round_) + "-" + std::to_string(i) + "-";
    shopper.thread = std::thread([this, &shopper, prefix] { shop_around(shopper, prefix); });
  }
}

void Load::stop() {
  stopping_ = true;
  for (const auto& shopper : shoppers_) {
    shopper->thread.join();
    told_.merge(shopper->told);
  }
  shoppers_.clear();
}

void Load::shop_around(Shopper& shopper, const std::string& prefix) {
  for (int n = 0; !stopping_;) {
    Shop shop(endpoint_(), std::chrono::seconds(3));
    while (!stopping_ && buy(shop, shopper, prefix + std::to_string(n), n % 3 != 0)) ++n;
    ++n;  // never again under an id whose fate is unknown: settle() asks for it
    std::this_thread::sleep_for(std::chrono::milliseconds(5));
  }
}

// False: no answer came.
bool Load::buy(Shop& shop, Shopper& shopper, const std::string& id, bool purchases) {
  shopper.told[id] = Told::reserve_unknown;
  const int reserved = shop.reserve(id, sku_, 1).status;
  if (reserved == 0 || reserved == 504) return false;
  ++answered_;
  if (reserved != 201) {
    shopper.told.erase(id);
    if (reserved != 200) std::this_thread::sleep_for(std::chrono::milliseconds(2));
    return true;
  }
  shopper.told[id] = Told::reserved;
  if (!purchases) return true;
  shopper.told[id] = Told::purchase_unknown;
  if (shop.purchase(id).status != 200) return false;
  ++answered_;
  shopper.told[id] = Told::purchased;
  return true;
}

namespace {
// Asked again where a slow disk made it say to come back later.
template <class Call>
Reply told_in_the_end(const Call& call) {
  Reply reply;
  static_cast<void>(eventually(
      [&] {
        reply = call();
        return reply.status != 429 && reply.status != 504;
      },
      60s));
  return reply;
}
}  // namespace

bool Load::settle(Shop& shop) {
  bool sound = true;
  const auto expect = [&](bool is_sound, const std::string& id, const Reply& reply) {
    if (sound && !is_sound) ADD_FAILURE() << id << ": " << testing::PrintToString(reply);
    sound = sound && is_sound;
  };
  for (auto it = told_.begin(); it != told_.end();) {
    auto& [id, told] = *it;
    if (told == Told::reserve_unknown) {
      const Reply reply = told_in_the_end([&] { return shop.reserve(id, sku_, 1); });
      if (reply.status == 409 ||
          reply.status == 503) {  // it never happened, and there is nothing left for it
        it = told_.erase(it);
        continue;
      }
      expect(reply.status == 200 || reply.status == 201, id, reply);
      told = Told::reserved;
    } else if (told == Told::purchase_unknown) {
      const Reply reply = told_in_the_end([&] { return shop.purchase(id); });
      expect(reply.status == 200, id, reply);
      told = Told::purchased;
    }
    ++it;
  }
  return sound;
}

std::int64_t Load::units(Told told) const {
  return std::ranges::count_if(told_, [&](const auto& entry) { return entry.second == told; });
}

}  // namespace holdfast::e2e
