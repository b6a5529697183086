// Reached: how often each thing that a fuzz run is meant to reach was reached. A fault that never fired, or a
// refusal that was never given, was not tested, however many seeds ran. Plain counts, which add up over runs.
#pragma once

#include <array>
#include <cstdint>
#include <string>
#include <variant>
#include <vector>

#include "core/answer.h"
#include "core/message.h"
#include "core/record.h"

namespace holdfast::sim {

enum class Event : std::uint8_t {
  // network
  cut_one_way,
  cut_both_ways,
  isolated,
  bridged,  // A–B and B–C, but not A–C
  dial_failed,
  link_broken,
  link_silent,  // ended because nothing was heard
  message_lost,
  message_repeated,
  message_reordered,
  message_delayed,
  message_throttled,
  message_corrupted,
  corruption_rejected,
  lied_to,         // what can be read, and cannot be true
  nonsense_heard,  // what cannot be read, in a sound frame
  // processes
  killed,
  power_lost,
  append_lost,  // the one being written when the process died
  append_kept,
  killed_while_starting,
  paused,
  // recovery
  recovered_from_journal,
  recovered_from_checkpoint,
  recovered_in_mid_checkpoint,  // slices of an unfinished checkpoint were there
  machine_rebooted,             // node time went on from the last record
  // disk
  disk_full,
  disk_has_room_again,
  disk_failed,
  disk_slow,
  // the ledger that ships
  opened_with_sqlite,
  killed_while_opening,
  ledger_did_not_open,  // for the disk does not answer
  append_torn,          // cut at a call in its middle
  disk_stays_broken,
  rotted,     // bits of what was written turned over
  rot_found,  // by a checksum
  old_copy_restored,
  fenced_by_a_mark,
  history_read,
  checkpoint_done,
  // clock
  wall_clock_jumped,
  clock_stopped,
  // shoppers
  answered,
  connection_closed,
  outcome_unknown,
  cancelled,
  retried,
  double_clicked,
  failed_over,
  waited_and_served,
  // transfers
  rights_moved_urgent,
  rights_moved_cover,
  rights_moved_by_hand,
  count_  // last
};
[[nodiscard]] const char* name(Event event);

class Reached {
 public:
  void count(Event event) { ++events_[static_cast<std::size_t>(event)]; }
  void count(const Message& message) { ++messages_[message.index()]; }
  void count(RefusalCode code) { ++refusals_[static_cast<std::size_t>(code)]; }
  void count(const Record& record);

  [[nodiscard]] std::uint64_t times(Event event) const { return events_[static_cast<std::size_t>(event)]; }

  struct Entry {
    std::string name;
    std::uint64_t times = 0;
  };
  [[nodiscard]] std::vector<Entry> entries() const;

  Reached& operator+=(const Reached& other);

 private:
  std::array<std::uint64_t, static_cast<std::size_t>(Event::count_)> events_{};
  std::array<std::uint64_t, std::variant_size_v<Message>> messages_{};
  std::array<std::uint64_t, static_cast<std::size_t>(RefusalCode::outcome_unknown) + 1> refusals_{};
  std::array<std::uint64_t, std::variant_size_v<decltype(Record::body)>> records_{};
  std::array<std::uint64_t, static_cast<std::size_t>(record::ReservationStep::reacquired) + 1> steps_{};
};

}  // namespace holdfast::sim
