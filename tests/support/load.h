// Load: shoppers who reserve and purchase, and remember every word they were told.
//
// What was acknowledged must be there later; what had no answer may or may not have happened, and is asked
// again under the same id until it is known.
#pragma once

#include <atomic>
#include <functional>
#include <map>
#include <memory>
#include <string>
#include <thread>
#include <vector>

#include "support/http_shop.h"

namespace holdfast::e2e {

enum class Told { reserve_unknown, reserved, purchase_unknown, purchased };

class Load {
 public:
  // `endpoint` is asked before every connection: a daemon that restarts has another port.
  Load(std::string name, std::string sku, std::function<std::string()> endpoint);
  ~Load() { stop(); }
  Load(const Load&) = delete;
  Load& operator=(const Load&) = delete;

  void start(int shoppers);
  void stop();

  // With the daemon there again: everything unknown is asked again. False: one stays unknown, or was doubled.
  [[nodiscard]] bool settle(Shop& shop);
  [[nodiscard]] const std::map<std::string, Told>& told() const { return told_; }
  [[nodiscard]] std::int64_t units(Told told) const;
  [[nodiscard]] int answered() const { return answered_; }

 private:
  struct Shopper {
    std::thread thread;
    std::map<std::string, Told> told;
  };
  void shop_around(Shopper& shopper, const std::string& prefix);
  [[nodiscard]] bool buy(Shop& shop, Shopper& shopper, const std::string& id, bool purchases);

  std::string name_;
  std::string sku_;
  std::function<std::string()> endpoint_;
  std::vector<std::unique_ptr<Shopper>> shoppers_;
  std::map<std::string, Told> told_;
  std::atomic<bool> stopping_ = false;
  std::atomic<int> answered_ = 0;
  int round_ = 0;
};

}  // namespace holdfast::e2e
