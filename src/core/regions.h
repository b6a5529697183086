// Regions: what is known of the other regions beyond their rows: who is heard, how far away each is, what
// each says of itself. Memory only; it starts empty with every boot.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/time.h"
#include "core/answer.h"
#include "core/config.h"
#include "core/ids.h"
#include "core/message.h"
#include "core/shortage.h"
#include "core/state.h"

namespace holdfast {

struct Region {
  std::string name;
  std::optional<LinkId> link;        // our own connection to it
  std::optional<NodeTime> heard;     // over that link
  std::optional<NodeTime> heard_of;  // what a third region said of when it heard it
  std::optional<LinkId> by_way_of;   // our connection to that third region
  std::optional<Millis> rtt;
  std::optional<message::Summary> summary;
  std::uint64_t late_boot = 0;  // the nonce of a boot that shook hands after a later one had
  NodeTime late_boot_heard{};   // when it did so first
  // How far it says it knows its own rows, and ours; those of others where it was further than we were.
  std::map<ReplicaId, Version> stated;
  // A sign that the daemon of an older incarnation lives beside the newest: it shook hands, and was refused,
  // or was linked until the newest came. The last, and the first of those that followed one another.
  std::optional<NodeTime> older_heard;
  WallTime older_since{};

  [[nodiscard]] std::optional<NodeTime> last_heard() const { return std::max(heard, heard_of); }
};

// What decides, beside the rows, which of the five answers is true: which regions are up, and whether the
// view is closed.
struct Outlook {
  bool closed = false;
  std::vector<bool> up;  // by region, as configured
  bool operator==(const Outlook&) const = default;
};

// The same for all SKUs: whose rows tell what can be had elsewhere, and whose what cannot be reached.
struct Reach {
  bool closed = false;
  bool cut_unlimited = false;  // nothing is known of what a region has that cannot be reached
  std::vector<ReplicaIx> up;
  std::vector<ReplicaIx> cut;
};

class Regions {
 public:
  explicit Regions(const CoreConfig& config);
  void cut_off_after(Millis silence) { cut_off_after_ = silence; }
  void boot_began(NodeTime now) { booted_ = now; }
  [[nodiscard]] NodeTime booted() const { return booted_; }

  [[nodiscard]] std::vector<Region>& all() { return regions_; }
  [[nodiscard]] const std::vector<Region>& all() const { return regions_; }
  [[nodiscard]] Region* find(std::string_view name);
  [[nodiscard]] const Region* find(std::string_view name) const;
  [[nodiscard]] Region* on(LinkId link);
  [[nodiscard]] const Region* on(LinkId link) const;
  // The link went down: what rests on it is no longer known.
  void forget(LinkId link);

  [[nodiscard]] bool up(const Region& region, NodeTime now) const;
  // Two daemons have its name: an older incarnation, which is frozen, was heard of late and may sell what it
  // holds.
  [[nodiscard]] bool has_two_lives(const Region& region, NodeTime now) const;
  // Its rows are taken: what it says of its stock can be believed, and what it gives is heard of.
  [[nodiscard]] bool trusted(const Region& region, const State& state) const;
  // A region that is not up: was anything of it ever heard, in this boot or before?
  [[nodiscard]] bool ever_heard(const Region& region, const State& state) const;
  // Is anything known of what it has: a row of it, or its own word that there is none? A handshake alone is
  // not that, nor is a third region's word that it lives.
  [[nodiscard]] bool stock_heard(const Region& region, const State& state) const;
  [[nodiscard]] bool all_stock_heard(const State& state) const;

  // This replica knows every row that its peers have said exists.
  [[nodiscard]] bool view_is_closed(const State& state, NodeTime now) const;

  [[nodiscard]] Outlook outlook(const State& state, NodeTime now) const;
  // When the first region that is up in it is cut off, unless it is heard before.
  [[nodiscard]] std::optional<NodeTime> worsens_at(const Outlook& outlook) const;

  [[nodiscard]] Reach reach(const State& state, NodeTime now) const;
  // Regions whose rows came over others, and which the configuration does not name: what they hold can be
  // sold there alone, as far as is known here.
  [[nodiscard]] std::vector<ReplicaIx> unnamed(const State& state) const;
  // Older incarnations that hold rights, of which no daemon was heard of late: nobody sells those any more.
  [[nodiscard]] std::vector<ReplicaIx> lost(const State& state, NodeTime now) const;
  // When the region was heard of which we know the least new: of one that was not in this boot, as of its
  // beginning at the latest; none: no region was ever heard.
  [[nodiscard]] std::optional<NodeTime> oldest_heard(const State& state) const;

 private:
  Millis cut_off_after_;
  NodeTime booted_{};
  std::vector<Region> regions_;  // as configured
};

// Whether all rows of the replica up to that version are known here, or none of it will ever be taken: once
// it is so, it stays so.
[[nodiscard]] bool covers(const State& state, const ReplicaId& replica, Version version);

[[nodiscard]] Supply supply_of(SkuId sku, const State& state, const Reach& reach);

}  // namespace holdfast
