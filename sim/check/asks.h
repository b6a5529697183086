// O9, asks: nobody asks for more than its shoppers wait for, and the audit knows what each giver was asked
// for.
//
// An urgent ask says what the shoppers lack who wait at that moment: its target is what the giver is known to
// have sent, and that, never an earlier target and that once more. So target - known is no more than what all
// open requests want that may wait. Asks for cover rest on forecasts, which nobody outside can follow; of
// those the highest target alone counts.
//
// A request that ended a moment ago still counts as open: a process that stands still does not know it yet.
#pragma once

#include <map>
#include <string>
#include <tuple>

#include "core/message.h"
#include "sim/check/told.h"
#include "sim/check/verdict.h"

namespace holdfast::sim {

// The highest target that was ever asked for: by asker, giver and SKU.
using HighestAsks = std::map<std::tuple<ReplicaId, ReplicaId, std::string>, Units>;

class AskCheck {
 public:
  // `pause_max`: how long a process may stand still at a time.
  AskCheck(Stage& stage, Verdict& verdict, Micros pause_max)
      : stage_(stage), verdict_(verdict), pause_max_(pause_max) {}

  // As it is asked, and again as it ends.
  void heard(const Operation& operation);
  // One region says it to another: it may be the asker, or one that passes it on.
  void said(std::size_t region, const ReplicaId& by, const message::Ask& ask);

  [[nodiscard]] const HighestAsks& highest() const { return highest_; }

 private:
  using Place = std::pair<std::size_t, std::string>;  // region and SKU

  void forget();

  Stage& stage_;
  Verdict& verdict_;
  Micros pause_max_;
  HighestAsks highest_;
  std::map<Place, Units> waited_for_;
  std::multimap<SimTime, std::pair<Place, Units>> ended_;
};

}  // namespace holdfast::sim
