// Inquiry: once everything has come to rest, somebody asks in every region that is whole for what is not to
// be had, and must be told why: all of it is in baskets, it is less than that, or there is none. Where a
// region that is cut off for good is known to hold some, that is what they must be told instead. Owner: the
// swarm.
//
// What is told in between is for the audit; here it only matters that it is told in the end.
#pragma once

#include <functional>
#include <memory>
#include <set>
#include <string>
#include <vector>

#include "sim/check/told.h"
#include "sim/check/verdict.h"

namespace holdfast::sim {

class Inquiry {
 public:
  using Regions = std::vector<std::unique_ptr<Region>>;
  struct World {
    Told& told;
    Verdict& verdict;
    const Regions& regions;
    const std::set<std::size_t>& whole;
    std::function<void(Micros)> run_for;
  };
  explicit Inquiry(World world) : world_(std::move(world)) {}

  // Baskets take all that there is of it; at the end they are given up.
  void about_what_is_reserved(const std::string& sku);
  // None of them has any.
  void about_what_is_sold_out(const std::vector<std::string>& skus);

 private:
  struct Question {
    std::size_t region;
    std::string sku;
    Units quantity;
    RefusalCode answer;
    bool operator==(const Question&) const = default;
  };
  // Again and again, until each was answered so.
  void ask(const std::vector<Question>& questions);
  void heard(const Question& question, const Operation& told);
  void add(std::vector<Question>& questions, const std::string& sku, Units quantity,
           RefusalCode answer) const;
  void take(std::size_t at, const std::string& sku, Units quantity);
  [[nodiscard]] bool take_all(const std::string& sku);
  void give_all_up();
  [[nodiscard]] std::string new_id() { return "inquiry-" + std::to_string(++ids_); }

  World world_;
  std::size_t ids_ = 0;
  std::vector<Question> questions_;
  std::string said_last_;
  std::set<std::pair<std::size_t, std::string>> baskets_;  // by region and id
};

}  // namespace holdfast::sim
