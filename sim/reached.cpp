#include "sim/reached.h"

#include <utility>

namespace holdfast::sim {

namespace {

constexpr std::array message_names{"heartbeat",  "version_vector", "rows",      "ask",
                                   "ask_answer", "summary",        "accusation"};
static_assert(message_names.size() == std::variant_size_v<Message>);

constexpr std::array record_names{"time_passed",    "boot_started",    "reservation_changed",
                                  "stock_adjusted", "stock_imported",  "rights_sent",
                                  "peer_met",       "peer_rows_taken", "gauges_set",
                                  "fenced",         "peer_distrusted"};
static_assert(record_names.size() == std::variant_size_v<decltype(Record::body)>);

constexpr std::array step_names{"reserved", "purchased", "released", "expired",
                                "extended", "changed",   "returned", "reacquired"};

template <std::size_t size>
void add(std::array<std::uint64_t, size>& to, const std::array<std::uint64_t, size>& what) {
  for (std::size_t i = 0; i < size; ++i) to[i] += what[i];
}

}  // namespace

const char* name(Event event) {
  switch (event) {
    case Event::cut_one_way: return "cut_one_way";
    case Event::cut_both_ways: return "cut_both_ways";
    case Event::isolated: return "isolated";
    case Event::bridged: return "bridged";
    case Event::dial_failed: return "dial_failed";
    case Event::link_broken: return "link_broken";
    case Event::link_silent: return "link_silent";
    case Event::message_lost: return "message_lost";
    case Event::message_repeated: return "message_repeated";
    case Event::message_reordered: return "message_reordered";
    case Event::message_delayed: return "message_delayed";
    case Event::message_throttled: return "message_throttled";
    case Event::message_corrupted: return "message_corrupted";
    case Event::corruption_rejected: return "corruption_rejected";
    case Event::lied_to: return "lied_to";
    case Event::nonsense_heard: return "nonsense_heard";
    case Event::killed: return "killed";
    case Event::power_lost: return "power_lost";
    case Event::append_lost: return "append_lost";
    case Event::append_kept: return "append_kept";
    case Event::killed_while_starting: return "killed_while_starting";
    case Event::paused: return "paused";
    case Event::recovered_from_journal: return "recovered_from_journal";
    case Event::recovered_from_checkpoint: return "recovered_from_checkpoint";
    case Event::recovered_in_mid_checkpoint: return "recovered_in_mid_checkpoint";
    case Event::machine_rebooted: return "machine_rebooted";
    case Event::disk_full: return "disk_full";
    case Event::disk_has_room_again: return "disk_has_room_again";
    case Event::disk_failed: return "disk_failed";
    case Event::disk_slow: return "disk_slow";
    case Event::opened_with_sqlite: return "opened_with_sqlite";
    case Event::killed_while_opening: return "killed_while_opening";
    case Event::ledger_did_not_open: return "ledger_did_not_open";
    case Event::append_torn: return "append_torn";
    case Event::disk_stays_broken: return "disk_stays_broken";
    case Event::rotted: return "rotted";
    case Event::rot_found: return "rot_found";
    case Event::old_copy_restored: return "old_copy_restored";
    case Event::fenced_by_a_mark: return "fenced_by_a_mark";
    case Event::history_read: return "history_read";
    case Event::checkpoint_done: return "checkpoint_done";
    case Event::wall_clock_jumped: return "wall_clock_jumped";
    case Event::clock_stopped: return "clock_stopped";
    case Event::answered: return "answered";
    case Event::connection_closed: return "connection_closed";
    case Event::outcome_unknown: return "outcome_unknown";
    case Event::cancelled: return "cancelled";
    case Event::retried: return "retried";
    case Event::double_clicked: return "double_clicked";
    case Event::failed_over: return "failed_over";
    case Event::waited_and_served: return "waited_and_served";
    case Event::rights_moved_urgent: return "rights_moved_urgent";
    case Event::rights_moved_cover: return "rights_moved_cover";
    case Event::rights_moved_by_hand: return "rights_moved_by_hand";
    case Event::count_: break;
  }
  std::unreachable();
}

void Reached::count(const Record& record) {
  ++records_[record.body.index()];
  if (const auto* changed = std::get_if<record::ReservationChanged>(&record.body))
    ++steps_[static_cast<std::size_t>(changed->step)];
  if (const auto* sent = std::get_if<record::RightsSent>(&record.body)) {
    const bool urgent = sent->kind == record::TransferKind::urgent;
    const bool cover = sent->kind == record::TransferKind::cover;
    count(urgent  ? Event::rights_moved_urgent
          : cover ? Event::rights_moved_cover
                  : Event::rights_moved_by_hand);
  }
}

std::vector<Reached::Entry> Reached::entries() const {
  std::vector<Entry> all;
  for (std::size_t i = 0; i < events_.size(); ++i)
    all.push_back({std::string("event ") + name(static_cast<Event>(i)), events_[i]});
  for (std::size_t i = 0; i < messages_.size(); ++i)
    all.push_back({std::string("message ") + message_names[i], messages_[i]});
  for (std::size_t i = 0; i < refusals_.size(); ++i)
    all.push_back({std::string("refusal ") + holdfast::name(static_cast<RefusalCode>(i)), refusals_[i]});
  for (std::size_t i = 0; i < records_.size(); ++i)
    all.push_back({std::string("record ") + record_names[i], records_[i]});
  for (std::size_t i = 0; i < steps_.size(); ++i)
    all.push_back({std::string("reservation ") + step_names[i], steps_[i]});
  return all;
}

Reached& Reached::operator+=(const Reached& other) {
  add(events_, other.events_);
  add(messages_, other.messages_);
  add(refusals_, other.refusals_);
  add(records_, other.records_);
  add(steps_, other.steps_);
  return *this;
}

}  // namespace holdfast::sim
