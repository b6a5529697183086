// One lane of one region: does its tasks one after the other, as the shop that took these orders would.
// One thread; it shares nothing but the log.
#pragma once

#include <fstream>
#include <mutex>

#include "cli/replay_calls.h"
#include "cli/replay_recount.h"
#include "cli/replay_tally.h"
#include "orders/plan.h"

namespace holdfast::cli::replay {

using orders::Plan;
using orders::Task;

// The answers received, in memory and, if it was given a file, there as well, each when it came. Any thread.
class AnswerLog {
 public:
  explicit AnswerLog(const std::string& path);
  void add(Event event);
  [[nodiscard]] bool well() const { return !to_file_ || file_.good(); }
  [[nodiscard]] const std::vector<Event>& events() const { return events_; }  // when all sellers are done

 private:
  std::mutex mutex_;
  std::vector<Event> events_;
  bool to_file_;
  std::ofstream file_;
};

struct Manner {
  bool partial = true;
  std::int64_t wait_ms = 0;  // for units from elsewhere
};

class Seller {
 public:
  Seller(std::string region, const std::string& url, std::chrono::milliseconds patience, Manner manner,
         AnswerLog& log)
      : region_(std::move(region)), calls_(url, patience), manner_(manner), log_(log) {}

  void perform(const Task& task);
  [[nodiscard]] const Tally& tally() const { return tally_; }

 private:
  struct Purchase {
    std::string id;
    std::int64_t left = 0;  // not yet returned
  };

  void sell(const Task& task);
  void take_back(const Task& task);
  void write_off(const Task& task);
  void bought(const Task& task, const std::vector<Line>& lines);
  void refused(const Task& task, const std::string& code);
  [[nodiscard]] bool take_back_from(Purchase& purchase, const Task& task, std::int64_t units);

  std::string region_;
  Calls calls_;
  Manner manner_;
  AnswerLog& log_;
  Tally tally_;
  std::map<std::pair<std::string, std::string>, std::vector<Purchase>>
      purchases_;  // customer, SKU: oldest first
};

}  // namespace holdfast::cli::replay
