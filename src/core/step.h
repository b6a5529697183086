// The core's one door: what goes in, and what comes out.
//
//   step(now, input) → effects { records, outbound }
//
// Plain, comparable values, never callbacks: the same history has the same effects, on every machine.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "core/answer.h"
#include "core/config.h"
#include "core/message.h"
#include "core/record.h"
#include "core/request.h"

namespace holdfast {

class Listing;
class Recount;

// A record of the past that a request rests on: an ended reservation, a used key. The core remembers only
// where it stands; the shell reads it first (Replica::recall) and hands it in with the request.
struct Past {
  Position position;
  Record record;
  bool operator==(const Past&) const = default;
};

namespace input {

struct Started {
  std::uint64_t boot_nonce = 0;
  MachineClock clock;
};
struct Asked {
  RequestToken token;
  Request request;
  std::vector<Past> past = {};
  std::optional<Digest> name = {};  // of the id of its reservation, if Replica::expect() has made it
};
// An audit, with what was counted from every record up to this step, and compared.
struct Recounted {
  RequestToken token;
  std::shared_ptr<const Recount> counted;
};
// A page of reservations, gathered from history up to this step.
struct Listed {
  RequestToken token;
  std::shared_ptr<const Listing> gathered;
};
// Whoever asked has gone away: a waiting request ends without an answer.
struct Cancelled {
  RequestToken token;
};
enum class DialledBy : std::uint8_t { us, peer };
struct LinkUp {
  LinkId link;
  DialledBy dialled_by = DialledBy::us;
  Hello hello;
};
struct LinkDown {
  LinkId link;
};
struct Received {
  LinkId link;
  Message message;
};
// How long reservations took of late, as the shell measured it: for the region's summary.
struct Measured {
  std::int64_t reserve_us_p50 = 0;
  std::int64_t reserve_us_p99 = 0;
};
// What an operator may change while it runs (core/config.h).
struct Configured {
  Tunables tunables;
};
// A deadline has come (Replica::next_deadline).
struct Tick {
  bool may_record = true;  // false: the disk is full, so that only what needs no record happens
};
// No new requests from now on; those that wait are answered.
struct Draining {};

}  // namespace input

using Input = std::variant<input::Started, input::Asked, input::Recounted, input::Listed, input::Cancelled,
                           input::LinkUp, input::LinkDown, input::Received, input::Measured,
                           input::Configured, input::Tick, input::Draining>;

namespace output {

struct Reply {
  RequestToken token;
  Boxed<Answer> answer;
  bool operator==(const Reply&) const = default;
};
// The same, told briefly: as nearly all are where there are many, which take little room while they wait.
struct BriefReply {
  BriefReply(RequestToken to, const answer::BriefReservation& said) : token(to), reservation(said) {}
  RequestToken token;
  answer::BriefReservation reservation;
  bool operator==(const BriefReply&) const = default;
};
struct Send {
  LinkId link;
  Boxed<Message> message;
  bool operator==(const Send&) const = default;
};
struct CloseLink {
  LinkId link;
  std::string reason;  // one line for the log
  bool operator==(const CloseLink&) const = default;
};
// Something for the log, and for whoever looks at it.
struct Notice {
  std::string text;
  bool grave = false;  // a person must look
  bool operator==(const Notice&) const = default;
};

}  // namespace output

using Outbound =
    std::variant<output::BriefReply, output::Reply, output::Send, output::CloseLink, output::Notice>;
static_assert(sizeof(Outbound) <= 64);  // they stand in one list, and each takes as much as the largest

// Whether this may leave before the records of its step, and of all steps before, are durable: only what
// states nothing of this replica's state may.
[[nodiscard]] inline bool states_nothing(const Outbound& outbound) {
  if (const auto* send = std::get_if<output::Send>(&outbound))
    return std::holds_alternative<message::Heartbeat>(*send->message) ||
           std::holds_alternative<message::Ask>(*send->message);
  return std::holds_alternative<output::CloseLink>(outbound) ||
         std::holds_alternative<output::Notice>(outbound);
}

// What it takes to hold it (core/answer.h).
[[nodiscard]] inline std::size_t weight(const Outbound& outbound) {
  const auto* reply = std::get_if<output::Reply>(&outbound);
  return reply == nullptr ? 1 : weight(*reply->answer);
}

// Reused from step to step, so that a step allocates nothing of its own for them.
struct Effects {
  std::vector<Record> records;
  std::vector<Outbound> outbound;

  void clear() {
    records.clear();
    outbound.clear();
  }
  bool operator==(const Effects&) const = default;
};

}  // namespace holdfast
