// Replica: the core as one thing. A pure state machine: no sockets, files, threads, clocks, and no randomness
// of its own.
//
//   step(now, input) → effects { records, outbound }
//
// step() decides, makes records and applies them; recovery applies the same records from the journal. Its
// caller is the node, which journals the records and lets nothing out before they are durable
// (node/outbox.h). Owner: Node. Threads: none.
#pragma once

#include <optional>
#include <span>
#include <vector>

#include "core/config.h"
#include "core/memory.h"
#include "core/readings.h"
#include "core/state.h"
#include "core/step.h"

namespace holdfast {

class Replica {
 public:
  explicit Replica(CoreConfig config);

  // Appends to `out`. Node time never goes back from one step to the next. A request has been validated, and
  // comes with the records that recall() named for it.
  void step(const Now& now, const Input& input, Effects& out);
  // The same as a step of Input(asked), whose texts go into what comes of it.
  void step(const Now& now, input::Asked&& asked, Effects& out);

  // These requests will be stepped soon: what memory has to bring for them is on its way meanwhile, for
  // several at once. Changes nothing but them: each is told what was made of it on the way.
  void expect(std::span<input::Asked> requests) const;

  // When a Tick is due at the latest; none: nothing is waiting for time to pass.
  [[nodiscard]] std::optional<NodeTime> next_deadline(bool may_record = true) const;

  // The records that must be read before this request is stepped. It may name others once they have been
  // read: ask again, until all that it names are there.
  [[nodiscard]] std::vector<Position> recall(const Request& request) const;
  [[nodiscard]] std::vector<Position> recall(const input::Asked& asked) const;
  // Whether it may name any: nearly every request names one reservation, and rests on nothing that has ended.
  [[nodiscard]] bool may_recall(const input::Asked& asked) const {
    return !asked.name || replaces_another(asked.request) || state_.memories().find(*asked.name);
  }

  // What this replica says to a peer when a link comes up. Only after Started, and once that is durable.
  [[nodiscard]] Hello hello() const;

  [[nodiscard]] Readings readings(NodeTime now) const {
    return take_readings(state_, memory_, config_.own.region, now);
  }

  // For recovery (restore, replay, recovered) before the first step, and for checkpoints: slices and their
  // book.
  [[nodiscard]] State& state() { return state_; }
  [[nodiscard]] const State& state() const { return state_; }
  [[nodiscard]] const CoreConfig& config() const { return config_; }

 private:
  [[nodiscard]] static bool replaces_another(const Request& request) {
    const auto* reserve = std::get_if<request::Reserve>(&request);
    return reserve != nullptr && !reserve->replaces.empty();
  }
  void expect_some(std::span<input::Asked> requests) const;
  template <class Decide>
  void step_with(const Now& now, Effects& out, const Decide& decide);
  void dispatch(class StepContext& step, const Input& input);

  CoreConfig config_;
  State state_;
  Memory memory_;
  [[maybe_unused]] std::size_t steps_unchecked_ =
      0;  // since all invariants were walked, in builds that walk them
};

}  // namespace holdfast
