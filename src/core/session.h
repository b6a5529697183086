// Session: what is agreed with one peer over one link, from its handshake until the link goes down.
//
// What a peer has acknowledged belongs to its session: it starts with what the peer states, which may be
// lower than it was in the last one.
#pragma once

#include <bitset>
#include <boost/container/flat_map.hpp>
#include <cstdint>
#include <map>
#include <optional>
#include <set>
#include <utility>

#include "base/time.h"
#include "core/ids.h"
#include "core/limits.h"
#include "core/message.h"
#include "core/resend.h"
#include "core/step.h"

namespace holdfast {

using Vector = boost::container::flat_map<ReplicaIx, Version>;

struct Session {
  ReplicaIx peer;
  std::uint64_t boot_nonce = 0;  // of the peer's boot
  input::DialledBy dialled_by = input::DialledBy::us;

  // Towards the peer.
  bool vector_heard = false;   // nothing is sent before the peer has said where it stands
  bool vector_is_old = false;  // it has lost a link since that it said it has: what it said then is lost
  Vector acknowledged;         // how far the peer says it knows each replica's rows
  Vector sent;                 // how far ranges have been sent, which is at least as far
  Vector newest_sent;          // the newest row that was sent ahead of its range
  // The row that the last range of each replica ended with, as long as it is that of `sent`: the next begins
  // right behind it.
  boost::container::flat_map<ReplicaIx, SkuId> range_ends;
  std::set<ReplicaIx> refused;                     // of these it takes no rows
  std::bitset<limits::replicas_max> heard_itself;  // whose rows come to it from themselves (anti_entropy.h)
  std::uint64_t rows_sent = 0;                     // number of the last Rows sent
  std::uint64_t rows_acknowledged = 0;
  // Rows that the peer waits for: they go ahead of their range.
  std::set<std::pair<ReplicaIx, SkuId>> pushes;
  struct Relayed {
    std::uint64_t fingerprint = 0;
    NodeTime at{};
  };
  std::map<ReplicaIx, Relayed> relayed;  // of writers that no link reaches (beyond.h)
  // Of a writer whom the peer hears itself: how far its rows were known here, and since when the peer says
  // that it is not as far.
  struct Lag {
    Version known;
    NodeTime since{};
    bool helped = false;  // its rows are passed on all the same
    NodeTime helped_since{};
  };
  boost::container::flat_map<ReplicaIx, Lag> lags;
  NodeTime last_rows{};
  bool last_rows_full = false;  // there was more than it could hold
  Resend resend;
  NodeTime last_heartbeat{};
  struct Said {
    message::Heartbeat beat;      // the last one that was sent in full
    std::uint64_t rows_sent = 0;  // as of then, as the next
    std::uint64_t rows_taken = 0;
  };
  Said said;

  // From the peer.
  boost::container::flat_map<ReplicaIx, std::optional<std::uint64_t>>
      beyond;                    // what it stated last (beyond.h)
  NodeTime beyond_stated{};      // to it, since it states none itself
  std::uint64_t rows_taken = 0;  // number of the last Rows received
  bool vector_due = true;        // ours has changed, or is to be stated again as an acknowledgement
  std::uint64_t rows_told = 0;   // of `rows_taken`, by the last vector
  NodeTime last_vector{};
  message::Heartbeat heard;  // the last one that came in full
  NodeTime heard_at{};
};

}  // namespace holdfast
