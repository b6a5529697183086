// Recount: what every number must be, by the records alone.
//
// It reads the journal from its first record on and adds up what reservations hold and what was done to
// stock, by the lines of the reservations, not by the changes of rows that go with them: the two are told
// apart only if they are counted apart. It shares no code with apply().
#pragma once

#include <cstdint>
#include <deque>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "core/answer.h"
#include "core/record.h"
#include "core/state.h"

namespace holdfast {

class Recount {
 public:
  // `explained`: the one SKU whose newest records are kept as well; empty: none.
  explicit Recount(std::string explained = {}) : explained_(std::move(explained)) {}

  // Records in order, from the first.
  void feed(Position position, const Record& record);

  // The record at this position, and so all from there on, can no longer be read.
  void lost(Position first) { lost_ = first; }

  // Holds the state, as of the last record fed, against what was counted.
  [[nodiscard]] answer::AuditReport compare(const State& state) const;

  [[nodiscard]] Position last() const { return last_; }

 private:
  static constexpr std::size_t events_kept = 20;

  struct Sums {
    Units received, purchased, written_off, sent, reserved, returned;
    bool operator==(const Sums&) const = default;
  };

  void feed(const record::ReservationChanged& changed);
  void hold(const Reservation& reservation);
  void let_go(const std::string& id);
  void note_returns(const Reservation& after);
  void explain(Position position, const Record& record);
  void compare_sku(const State& state, SkuId sku, answer::AuditReport& report) const;

  std::string explained_;
  Position last_;
  std::optional<Position> lost_;
  std::vector<std::string> names_;
  std::map<SkuId, Sums> sums_;
  std::map<std::string, std::vector<ReservedLine>> pending_;
  std::map<std::string, std::vector<ReservedLine>> sold_;  // those of which something came back
  std::deque<answer::AuditEvent> events_;
};

// Units sold beyond all stock, over all replicas as known here. It speaks of the world only on a closed view.
[[nodiscard]] Units oversold_units(const State& state);

}  // namespace holdfast
