// O1, no oversell, at every moment, by what shoppers were told alone:
//
//   purchases that were acknowledged + reservations that surely live  <=  stock that may have come in
//
// A reservation surely lives from its acknowledgement until its time is up at the earliest, unless somebody
// has asked for something that may end it. Stock counts from when it was asked to come in, and no longer once
// that was refused; what is written off, once that was acknowledged. So what is not known widens one side
// only.
#pragma once

#include <map>
#include <set>
#include <string>
#include <utility>

#include "sim/check/told.h"
#include "sim/check/verdict.h"

namespace holdfast::sim {

class OversellCheck {
 public:
  OversellCheck(Stage& stage, Verdict& verdict) : stage_(stage), verdict_(verdict) {}

  // As it is asked, and again as it ends.
  void heard(const Operation& operation);
  // So many units may be sold twice, by a fault that nobody could know of.
  void allow(const std::string& sku, Units units) { skus_[sku].stock += units; }
  // An older copy has taken the place of its disk: what came back there it may not know, and may take again.
  void forked(std::size_t region);
  [[nodiscard]] Units sold() const { return sold_total_; }

 private:
  using Lines = std::map<std::string, Units>;
  using Name = std::pair<std::size_t, std::string>;  // region, and id or key

  struct Sku {
    Units stock;
    Units sold;
    Units held;
  };
  struct Held {
    Lines lines;
    SimTime until{};
    int doubts = 0;  // requests that may end it, and whose outcome is not known
    bool counted = false;
    bool purchased = false;
  };
  // Stock that comes in, or goes, under one key; or what comes back of one purchase, under several.
  struct Delivery {
    Lines possible;                    // while a request that may have done it has no known end
    Lines sure;                        // as told
    std::map<std::string, int> hopes;  // such requests, by key
    std::set<std::string> known;       // keys of which it was told what they did
    [[nodiscard]] const Lines& most() const;
  };

  void asked(const Operation& operation);
  void ended(const Operation& operation);
  void doubt(const Operation& operation, int more);
  void reservation_told(const Operation& operation, const answer::ReservationView& view);
  void hope(const Operation& operation, const Lines& lines, int more);
  void delivered(const Operation& operation, const Lines& lines);
  void add_to_stock(const Lines& lines, int sign);
  [[nodiscard]] Lines goods_of(const Operation& operation);
  void count(Held& held, bool counted);
  void expire();
  void check();

  Stage& stage_;
  Verdict& verdict_;
  std::map<std::string, Sku> skus_;
  std::map<Name, Held> held_;
  std::set<std::pair<SimTime, Name>> by_time_;
  std::map<Name, Delivery> deliveries_;
  Units sold_total_;
};

}  // namespace holdfast::sim
