// Follower: one region's event feed into the store's tables, for as long as it is let: over any number of
// connections to the daemon and to the store, whichever of them fails.
//
//   position of the store ──Last-Event-ID──> daemon ──events──> batch ──one transaction──> rows and position
//        ^                                                                                        │
//        └────────────── trouble on either side: wait, open the store anew, go on ────────────────┘
//
// It stands outside the daemon: whatever becomes of the store, selling never waits for it. While it writes it
// reads nothing, and the daemon, which sends no more than is taken, keeps the rest in its journal. Threads:
// run() is one's own; progress() may be asked from others.
#pragma once

#include <array>
#include <atomic>
#include <functional>
#include <memory>
#include <mutex>
#include <string>
#include <vector>

#include "holdfast/client.h"
#include "store/numbers.h"
#include "store/writer.h"

namespace holdfast::store {

struct FollowOptions {
  std::string store;      // its address
  std::string region;     // whose feed
  std::string endpoint;   // of its daemon
  std::string home;       // the region whose reservations go by their plain ids
  std::string name = {};  // as what the daemon tells of it
  std::size_t batch_max = 2'000;
  bool from_now = false;    // at first, where there is no position to go on from: pass over what was before
  bool until_idle = false;  // end once nothing came for a second
};

struct Progress {
  std::string at;            // when what was written last had happened
  std::int64_t written = 0;  // changes, in all
  std::size_t aside = 0;
  bool has_more = false;  // there was more to write just now
  bool waits = false;     // the store has been asked, and not answered for some seconds
};

class Follower {
 public:
  using Say = std::function<void(const std::string&)>;  // one line; from the thread of run()

  Follower(FollowOptions options, const Schema& schema, Say say)
      : options_(std::move(options)), schema_(schema), say_(std::move(say)) {}

  // Until it is stopped: true; or false if it cannot ever go on, which has been said.
  [[nodiscard]] bool run(const std::atomic<bool>& stop);
  [[nodiscard]] Progress progress() const;

 private:
  enum class End { stopped, again, hopeless };
  [[nodiscard]] End follow_once(const std::atomic<bool>& stop);
  // Opens it at its position; else how to end.
  [[nodiscard]] std::optional<End> open_writer();
  [[nodiscard]] std::string lost_position() const;
  // Whether the daemon there is this region's; else how to end.
  [[nodiscard]] std::optional<End> check_region();
  [[nodiscard]] End judge(const Answer& answer, const std::atomic<bool>& stop);
  void begin(const Response& head);
  [[nodiscard]] bool take(const StreamEvent& event);
  [[nodiscard]] bool flush_in_time();
  [[nodiscard]] bool flush();
  // What people left in the store: changes that are to be tried again, adjustments.
  [[nodiscard]] bool look_around();
  [[nodiscard]] bool show_numbers();
  void note();
  void say_aside();
  // What can be ill by itself, while the others are well.
  enum class Part { daemon, opening, rows, around, numbers };
  struct Complaint {
    Part part{};
    std::string what;
  };
  // Each once, until it is another or that part is well again.
  void complain(const Complaint& complaint);
  void complain(const std::string& daemons) { complain({Part::daemon, daemons}); }
  void well(Part part) { said_[static_cast<std::size_t>(part)].clear(); }
  [[nodiscard]] Call call() const;
  // So that the daemon can say how far behind the store is, also while it is down. Not each time.
  void tell_position();

  FollowOptions options_;
  const Schema& schema_;
  Say say_;
  std::unique_ptr<StoreDatabase> store_;
  std::optional<Writer> writer_;  // of store_
  std::optional<Position> was_;   // where an earlier one left it
  bool passes_over_ = false;      // all that was before now
  std::optional<Numbers> numbers_;
  std::vector<Change> batch_;
  std::chrono::steady_clock::time_point committed_, heard_, looked_;  // a batch; an event; around
  std::chrono::steady_clock::time_point told_at_;                     // the daemon, of
  std::chrono::steady_clock::time_point numbered_;
  std::string told_;                                            // this cursor
  std::optional<Complaint> trouble_;                            // of the store, that ended the stream
  std::array<std::string, 5> said_;                             // of each part
  std::string said_aside_;                                      // the SQL state of what was set aside
  std::atomic<std::chrono::steady_clock::time_point> asked_{};  // the store, that has not answered; or never
  mutable std::mutex mutex_;
  Progress progress_;
};

}  // namespace holdfast::store
