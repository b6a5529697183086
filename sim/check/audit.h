// The audit at the end of a run: what shoppers were told against what disks say, and disks against each
// other.
//
//   O2 books         sums that must come out, per region and SKU; and one content of each version everywhere
//   O3 durability    whatever was acknowledged is there, once
//   O4 availability  what was refused as short was not all there, all the time; and what needs nobody else
//                    is answered within what the own disk takes, whatever the network does
//   O8 truth         what was refused is not there; a state, a shortage, a count that was told was so at some
//                    moment in between, by the disk
//   O9 asks          nobody was sent more than they asked for, and what was moved by hand
//
// audit_shortage is all that O8 says of the five answers to a shortage, and of how much there is of a SKU.
// audit_gaps is I8 from outside: whoever says that it knows a writer's rows up to a version has, at every
// moment, the newest of each row that is not beyond it. It counts as O2.
//
// Pure: reads what Told and Books hold.
#pragma once

#include <optional>
#include <set>
#include <utility>
#include <vector>

#include "sim/check/asks.h"
#include "sim/check/books.h"
#include "sim/check/hearing.h"
#include "sim/check/told.h"
#include "sim/check/verdict.h"

namespace holdfast::sim {

// When each append came to be on a disk, by its last record (Storage::timeline).
using Timeline = std::vector<std::pair<Position, SimTime>>;

// How long answers may take in this world.
struct Patience {
  std::optional<Micros> local;  // one that needs nobody else; nothing: processes stand still now and then
  bool clocks_run = true;       // false: time may stand still for those who wait
  Millis cut_off_after{0};      // whoever is not heard for longer
};

struct AuditInput {
  const Told& told;
  const std::vector<Books>& books;  // by region
  const std::vector<const Timeline*>& timelines;
  const HighestAsks& asks;
  Patience patience;
  // Regions of which there were two histories (an older copy was put back, and no mark knew): what their
  // disks say and what they said does not fit together, and need not.
  std::set<std::size_t> forked;
  const Hearing* hearing = nullptr;  // null: whom anybody heard is not known
  bool lies = false;                 // they may have heard what is not so
};

// When the record was on the disk; never, if it is beyond all.
[[nodiscard]] SimTime durable_at(const Timeline& timeline, Position position);
// The last record that was on the disk then.
[[nodiscard]] Position durable_by(const Timeline& timeline, SimTime time);

void audit_books(const AuditInput& input, Verdict& verdict);
void audit_gaps(const AuditInput& input, Verdict& verdict);
void audit_supply(const AuditInput& input, Verdict& verdict);
void audit_shortage(const AuditInput& input, Verdict& verdict);
void audit_shortage(const AuditInput& input, const Operation& operation, Verdict& verdict);
void audit_durability(const AuditInput& input, Verdict& verdict);
void audit_truth(const AuditInput& input, Verdict& verdict);
void audit_asks(const AuditInput& input, Verdict& verdict);

}  // namespace holdfast::sim
