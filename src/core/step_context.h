// StepContext: one step in the making. What its handlers may read, and the two things they may do: commit a
// record, and let something out.
//
// Handlers read the same way: check, decide, record, say. Each group has a file of its own (handle_*.cpp);
// all are functions of this context, called from Replica::step.
#pragma once

#include <optional>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include "base/assert.h"
#include "core/config.h"
#include "core/draft.h"
#include "core/memory.h"
#include "core/state.h"
#include "core/step.h"

namespace holdfast {

// Availability reached or left zero, or moved by an eighth, since the row last said it.
[[nodiscard]] bool gauges_moved(const Stock& stock, SkuId sku);
// There is some, and the row says that there is none.
[[nodiscard]] bool back_on_sale(const Stock& stock, SkuId sku);

class StepContext {
 public:
  StepContext(const CoreConfig& the_config, State& state, Memory& the_memory, const Now& the_now,
              Effects& effects)
      : config(the_config),
        memory(the_memory),
        now(the_now),
        state_(state),
        effects_(effects),
        before_(state.position().value() - effects.records.size()) {}

  const CoreConfig& config;
  Memory& memory;
  const Now& now;

  [[nodiscard]] const State& state() const { return state_; }
  [[nodiscard]] const Stock& stock() const { return state_.stock(); }
  [[nodiscard]] Draft draft() {
    check_all_applied();
    return Draft(state_, memory.demand, now, effects_.records);
  }

  // The one way to change state: the record of a draft that was just finished is applied, and goes to the
  // journal. `name`: of the id of its reservation, if that is known.
  void commit(const Record& record, const Digest* name = nullptr);
  // Asserts that what stands for the journal is what was applied: no draft is open, and none was finished and
  // not committed.
  void check_all_applied() const {
    HF_ASSERT(state_.position().value() - before_ == effects_.records.size());
  }

  void reply(RequestToken token, Answer&& answer) {
    if (!answer && !answer.error().shortage.empty()) memory.refused[answer.error().code].add(now.node, 1);
    if (const auto* brief = answer ? std::get_if<answer::BriefReservation>(&*answer) : nullptr)
      effects_.outbound.emplace_back(std::in_place_type<output::BriefReply>, token, *brief);
    else
      effects_.outbound.push_back(output::Reply{token, std::move(answer)});
  }
  void send(LinkId link, Message message) {
    effects_.outbound.push_back(output::Send{link, std::move(message)});
  }
  void close(LinkId link, std::string reason) {
    effects_.outbound.push_back(output::CloseLink{link, std::move(reason)});
  }
  void notice(std::string text) { effects_.outbound.push_back(output::Notice{std::move(text)}); }
  void alarm(std::string text) { effects_.outbound.push_back(output::Notice{std::move(text), true}); }

  // Whether there is something of what these four tell.
  [[nodiscard]] bool has_news() const {
    return !freed_.empty() || !touched_.empty() || !giveable_.empty() || !back_on_sale_.empty();
  }
  // SKUs that waiters name: those of which more became available in this step, and all of which anything
  // changed. Each once, by number.
  [[nodiscard]] std::vector<SkuId> take_freed();
  [[nodiscard]] std::vector<SkuId> take_touched();
  // SKUs that others asked for in vain, of which there may be some to give now: units came from elsewhere, or
  // nobody here waits for them any more. What shoppers here give free is for the next of them.
  void may_give(SkuId sku) {
    if (memory.unmet.name(sku)) giveable_.push_back(sku);
  }
  [[nodiscard]] std::vector<SkuId> take_giveable();
  // SKUs that were back on sale at some time in this step.
  [[nodiscard]] std::vector<SkuId> take_back_on_sale();

 private:
  void note_availability(const Record& record);

  State& state_;
  Effects& effects_;
  const std::uint64_t before_;  // position - records, as the step began
  std::vector<SkuId> freed_;
  std::vector<SkuId> touched_;
  std::vector<SkuId> giveable_;
  std::vector<SkuId> back_on_sale_;
};

}  // namespace holdfast
