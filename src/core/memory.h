// What a replica keeps in memory only. It starts empty with every boot; nothing in it decides what is true.
#pragma once

#include <map>
#include <optional>
#include <set>
#include <utility>
#include <vector>

#include "core/asks.h"
#include "core/config.h"
#include "core/demand.h"
#include "core/giving.h"
#include "core/meter.h"
#include "core/regions.h"
#include "core/session.h"
#include "core/step.h"
#include "core/transfers.h"
#include "core/waiters.h"

namespace holdfast {

// Which SKUs ran dry first when that was asked last, and where the look at all others goes on: of very many,
// so many are looked at a time (core/holdings.h).
struct Driest {
  std::vector<SkuId> skus;
  std::size_t next = 0;
};

struct Memory {
  explicit Memory(const CoreConfig& config) : regions(config) {}

  Waiters waiters;
  Outlook outlook;  // when waiters were last held against it
  Demand demand;
  Driest driest;
  Regions regions;
  LeverIndex levers;
  Meter sold;
  std::map<RefusalCode, Meter> refused;
  std::set<SkuId> gauges_moved;  // SKUs whose gauges, or rates, moved enough to be published
  NodeTime gauges_published{};   // when that was done last
  NodeTime last_record{};

  std::map<LinkId, Session> sessions;
  // Writers of whom some rows are not taken: those name replicas beyond as many as may ever be.
  std::set<ReplicaIx> taken_in_part;
  Asks asks;
  UnmetAsks unmet;
  std::set<SkuId> ask_now;    // to be looked at before the step ends
  std::set<LinkId> push_now;  // sessions whose pushes, and answers after them, leave before the step ends
  std::vector<std::pair<LinkId, message::AskAnswer>> ask_answers;
  Transfers transfers;                          // since the boot
  std::optional<message::Summary> own_summary;  // as it was sent last
  std::uint32_t summaries_sent = 0;
  NodeTime summary_at{};
  struct {
    std::size_t mismatches = 0;
    WallTime since{};  // the first of the audits in a row that found any
  } audited;           // by the last audit of everything
  bool draining = false;
  input::Measured measured;
};

}  // namespace holdfast
