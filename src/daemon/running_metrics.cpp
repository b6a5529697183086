// What /metrics shows beside what the gateway counts itself. Read as memory stands, without waiting for the
// disk: a monitor must see a daemon whose disk hangs.
#include <array>
#include <limits>

#include "daemon/running.h"
#include "daemon/version.h"

namespace holdfast {

namespace {

using api::label;
using api::MetricFamily;

MetricFamily gauge(std::string name, std::string help, double value, std::string labels = {}) {
  return {std::move(name), "gauge", std::move(help), {{std::move(labels), value, {}}}};
}

double seconds(Millis duration) { return static_cast<double>(duration.count()) / 1000; }

// One sample for each region that `value` has one for.
template <class Value>
MetricFamily by_region(std::string name, std::string help, const char* label_name, const Readings& readings,
                       Value value) {
  MetricFamily family{std::move(name), "gauge", std::move(help), {}};
  for (const Readings::Region& region : readings.regions)
    if (const std::optional<double> number = value(region))
      family.samples.push_back({label(label_name, region.name), *number, {}});
  return family;
}

double units(Units units) { return static_cast<double>(units.count()); }

std::optional<double> heard(const Readings::Region& region) {
  if (region.is_self) return std::nullopt;
  return region.heard_ago ? seconds(*region.heard_ago) : std::numeric_limits<double>::infinity();
}

std::string of(const char* direction, const char* kind) {
  return label("direction", direction) + ',' + label("kind", kind);
}

// `number` takes one figure out of what was summed of each direction and kind.
template <class Number>
MetricFamily transferred(std::string name, std::string help, const Transfers& transfers, Number number) {
  constexpr std::array<const char*, Transfers::kinds> kinds{"urgent", "cover", "by_hand"};
  MetricFamily family{std::move(name), "counter", std::move(help), {}};
  const auto add = [&](const char* direction, const char* kind, const Transfers::Sum& sum) {
    family.samples.push_back({of(direction, kind), static_cast<double>(number(sum)), {}});
  };
  for (std::size_t i = 0; i < kinds.size(); ++i) add("sent", kinds[i], transfers.sent[i]);
  add("received", "urgent", transfers.received_for(record::TransferKind::urgent));
  add("received", "cover", transfers.received_for(record::TransferKind::cover));
  add("received", "unasked", transfers.received_unasked);
  return family;
}

std::vector<MetricFamily> of_regions(const Readings& readings) {
  return {
      by_region("holdfast_rights_units", "Rights that a region holds; of others as last heard.", "region",
                readings, [](const auto& region) { return std::optional(units(region.rights)); }),
      by_region("holdfast_reserved_units",
                "Units in a region's pending reservations; of others as last heard.", "region", readings,
                [](const auto& region) { return std::optional(units(region.reserved)); }),
      by_region("holdfast_lost_units", "Rights that an older ledger of a region held, which nobody can sell.",
                "region", readings, [](const auto& region) { return std::optional(units(region.lost)); }),
      by_region("holdfast_peer_up", "1: the region was heard within gossip.cut_off_after_ms.", "peer",
                readings,
                [](const auto& region) {
                  return region.is_self ? std::nullopt : std::optional(region.up ? 1.0 : 0.0);
                }),
      by_region("holdfast_peer_last_heard_seconds",
                "How long ago a region was heard; +Inf: never, since the start.", "peer", readings, heard),
  };
}

std::vector<MetricFamily> of_transfers(const Transfers& transfers) {
  return {
      transferred("holdfast_transfers_total",
                  "Transfers of rights, by the ask that they answer; received ones without one are unasked.",
                  transfers, [](const Transfers::Sum& sum) { return sum.count; }),
      transferred("holdfast_transferred_units_total",
                  "Rights transferred, as holdfast_transfers_total counts them.", transfers,
                  [](const Transfers::Sum& sum) { return sum.units; }),
  };
}

// On all links since the start, handshakes and signs of life among them.
MetricFamily of_gossip(const net::Traffic& traffic) {
  return {"holdfast_gossip_bytes_total",
          "counter",
          "Bytes that went over links with other regions.",
          {{label("direction", "sent"), static_cast<double>(traffic.bytes_out), {}},
           {label("direction", "received"), static_cast<double>(traffic.bytes_in), {}}}};
}

double event_lag(const node::Node& node) {
  const auto oldest = node.feed().oldest();
  return oldest ? static_cast<double>(node.durable().next().value() - oldest->value()) : 0;
}

}  // namespace

std::vector<MetricFamily> Daemon::Running::metrics() {
  const Readings readings = node_->replica().readings(clock_->now().node);
  std::vector<MetricFamily> families = of_regions(readings);
  for (MetricFamily& family : of_transfers(readings.transfers)) families.push_back(std::move(family));
  const MetricFamily own[] = {
      gauge("holdfast_pending_reservations", "Reservations that are pending here.",
            static_cast<double>(readings.pending_reservations)),
      gauge("holdfast_expiry_lag_seconds",
            "How long the oldest reservation that should have expired is overdue.",
            seconds(readings.expiry_lag)),
      gauge("holdfast_audit_mismatches",
            "Numbers that differed from the records in the last audit; must be 0.",
            static_cast<double>(readings.audit_mismatches)),
      gauge("holdfast_journal_bytes", "Bytes of the journal that are kept.",
            static_cast<double>(sizes_.journal_bytes)),
      gauge("holdfast_batch_records", "Records in a commit, on average over the last second that had any.",
            batch_records_),
      api::histogram_family("holdfast_fsync_duration_seconds", "From a batch's write to its sync on disk.",
                            fsyncs_),
      MetricFamily{"holdfast_loop_stalls_total",
                   "counter",
                   "How often nobody was served for 200 ms or longer.",
                   {{{}, static_cast<double>(stalls_.stalls()), {}}}},
      of_gossip(links_->counters().traffic),
      gauge("holdfast_event_consumers", "Who follows the events now.",
            static_cast<double>(node_->feed().consumers())),
      gauge("holdfast_event_lag_records", "Durable records that the slowest of them has not passed.",
            event_lag(*node_)),
      gauge("holdfast_build_info", "What runs here.", 1, label("version", version)),
  };
  families.insert(families.end(), std::begin(own), std::end(own));
  return families;
}

}  // namespace holdfast
