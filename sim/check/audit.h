// The audit at the end of a run: what shoppers were told against what disks say, and disks against each
// other.
//
//   O2 books         sums that must come out, per region and SKU; and one content of each version everywhere
//   O3 durability    whatever was acknowledged is there, once
//   O8 truth         what was refused is not there; a state that was told was so at some moment in between
//   O9 asks          nobody was sent more than they asked for, and what was moved by hand
//
// Pure: reads what Told and Books hold.
#pragma once

#include <map>
#include <string>
#include <tuple>
#include <vector>

#include "sim/check/books.h"
#include "sim/check/told.h"
#include "sim/check/verdict.h"

namespace holdfast::sim {

// The highest target that was ever asked for: by asker, giver and SKU.
using HighestAsks = std::map<std::tuple<ReplicaId, ReplicaId, std::string>, Units>;

// When each append came to be on a disk, by its last record (Disk::timeline).
using Timeline = std::vector<std::pair<Position, SimTime>>;

struct AuditInput {
  const Told& told;
  const std::vector<Books>& books;  // by region
  const std::vector<const Timeline*>& timelines;
  const HighestAsks& asks;
};

void audit_books(const AuditInput& input, Verdict& verdict);
void audit_durability(const AuditInput& input, Verdict& verdict);
void audit_truth(const AuditInput& input, Verdict& verdict);
void audit_asks(const AuditInput& input, Verdict& verdict);

}  // namespace holdfast::sim
