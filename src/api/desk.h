// Desk: what the gateway needs of the daemon, as functions, so that it can be tested without one.
//
// The daemon fills it in and outlives the gateway. Everything is called on the loop's thread.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "api/event_text.h"
#include "api/metrics.h"
#include "core/ids.h"
#include "core/request.h"
#include "node/feed.h"
#include "node/ports.h"

namespace holdfast::api {

// What the daemon as a whole can do now. Other regions never enter into it.
enum class Health : std::uint8_t {
  ready,
  leaving,  // as ready, but there had better come nobody new: it gives its rights away
  starting,
  draining,
  disk_full,
  fenced,
};

// What of the status only the shell knows.
struct ShellStatus {
  std::string cluster;
  std::string incarnation;  // as people read it
  std::string version;      // of the program
  WallTime now;
  Millis uptime{0};
  std::uint64_t journal_bytes = 0;
  std::uint64_t disk_free_bytes = 0;
  std::uint64_t spoken_for_bytes = 0;    // of that: what is recorded and not written, or written since
  std::uint64_t disk_reserve_bytes = 0;  // less than this free: degraded; both 0: no disk, or not asked yet
  std::string fenced;                    // why, since the start; empty: it was not
  WallTime started{};
};

// A value of the configuration; never a secret.
struct ConfigValue {
  std::string key;     // "http.listen"
  std::string json;    // its value, as JSON text
  std::string origin;  // "default", "file", "environment", "flag"
};

// What reading the configuration anew changed of the daemon that runs.
struct ConfigChange {
  std::string key;
  std::string was;       // JSON text; null: it was not there, as the next
  std::string now;       // as the configuration says
  std::string origin;    // of that
  bool applied = false;  // false: it needs a restart
};
struct Reloaded {
  std::vector<ConfigChange> changes;
  std::vector<std::string> faults;  // a line for each; where there are any, nothing was changed
};

// A copy of the ledger: the newest that was asked for in this boot.
struct BackupState {
  std::string state = "none";           // none, running, done, failed
  std::string file;                     // on the daemon's machine
  std::optional<std::int64_t> records;  // the newest record in it, once it is done
  std::int64_t pages = 0;
  std::int64_t pages_left = 0;
  std::optional<WallTime> began_at;
  Millis took{0};      // or takes, up to now
  std::string detail;  // why it failed
};

// Another region, and whether it is heard.
struct PeerSeen {
  std::string region;
  bool up = false;
};

// Whether this region gives its rights away, and which others have heard of all that it gave.
struct DrainState {
  struct Region {
    std::string region;
    bool up = false;
    bool has_all = false;
  };
  bool draining = false;
  std::vector<Region> regions;
};

// The change feed, as node/feed.h has it; the events come through FeedPort.
struct FeedDesk {
  JournalTag journal = 0;  // this daemon's
  std::function<std::optional<EventCursor>(node::ConsumerId, std::optional<EventCursor> from)> open;
  std::function<void(node::ConsumerId)> want;
  std::function<void(node::ConsumerId)> close;
  std::function<std::optional<EventCursor>(node::ConsumerId)> reached;
  std::function<node::Behind(EventCursor)> behind;
  std::function<std::vector<PeerSeen>()> peers;  // always the same ones, in the same order
};

// What takes long and needs nothing that is the loop's, and what goes on with it then.
using AfterJob = std::move_only_function<void()>;
using Job = std::move_only_function<AfterJob()>;

struct Desk {
  // The answer comes through ShopsPort::answer, later or from within the call.
  std::function<void(RequestToken, Request)> submit;
  std::function<void(node::InOrder)> submit_in_order;
  std::function<void(Job)> aside;            // runs it beside the loop, and on the loop what it returns
  std::function<void(RequestToken)> cancel;  // nobody is left to hear its answer
  std::function<Health()> health;
  std::function<ShellStatus()> shell;
  std::function<std::vector<ConfigValue>()> config;
  std::function<Reloaded()> reload;
  std::function<BackupState()> start_backup;  // unless one is running
  std::function<BackupState()> backup;
  std::function<void(bool)> drain;  // whether rights may leave for good, and none come
  std::function<DrainState()> drain_state;
  std::function<std::vector<MetricFamily>()> metrics;  // all but those the gateway counts itself
  std::function<std::int64_t()> now_us;                // of a clock that never goes back
  FeedDesk feed;
};

}  // namespace holdfast::api
