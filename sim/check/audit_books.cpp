#include <algorithm>

#include "base/overloaded.h"
#include "sim/check/audit.h"

namespace holdfast::sim {

namespace {

std::string text(Units units) { return std::to_string(units.count()); }

// What shoppers say came in, or went, in one region: at least, and at most.
struct Flow {
  Units least;
  Units most;
  bool unbounded = false;
};
struct Flows {
  Flow received;
  Flow written_off;
};

// All that was said under one key, and about what.
struct Keyed {
  const Operation* done = nullptr;     // one that succeeded
  const Operation* unknown = nullptr;  // one that may have
};

using Sums = std::map<std::string, Flows>;

void add_known(Sums& sums, const Operation& operation) {
  std::visit(Overloaded{
                 [&](const answer::Adjusted& adjusted) {
                   Flow& flow = adjusted.delta > no_units ? sums[adjusted.sku].received
                                                          : sums[adjusted.sku].written_off;
                   const Units amount = adjusted.delta > no_units ? adjusted.delta : -adjusted.delta;
                   flow.least += amount;
                   flow.most += amount;
                 },
                 [&](const answer::Imported&) {
                   for (const auto& line : std::get<request::Import>(operation.request).lines) {
                     sums[line.sku].received.least += line.quantity;
                     sums[line.sku].received.most += line.quantity;
                   }
                 },
                 [](const auto&) {},
             },
             **operation.answer);
}

void add_unknown(Sums& sums, const Operation& operation) {
  std::visit(Overloaded{
                 [&](const request::Adjust& adjust) {
                   if (adjust.delta > no_units)
                     sums[adjust.sku].received.most += adjust.delta;
                   else
                     sums[adjust.sku].written_off.most -= adjust.delta;
                 },
                 [&](const request::Count& count) {
                   sums[count.sku].received.most += count.counted;
                   sums[count.sku].written_off.unbounded = true;
                 },
                 [&](const request::Import& import) {
                   for (const auto& line : import.lines) sums[line.sku].received.most += line.quantity;
                 },
                 [](const auto&) {},
             },
             operation.request);
}

// What came back of one purchase, under however many keys; each answer says all that had come back by then.
struct Back {
  std::map<std::string, Units> told;
  bool unknown = false;  // a request may have brought back the rest
};

void add_told(Back& back, const Keyed& said) {
  if (said.done == nullptr) {
    back.unknown = true;
    return;
  }
  for (const auto& line : std::get<answer::ReservationAnswer>(**said.done->answer).reservation.lines)
    back.told[line.sku] = std::max(back.told[line.sku], line.returned);
}

void add_returns(Sums& sums, const std::string& id, const Back& back, const Books& books) {
  std::map<std::string, Units> most = back.told;
  if (const auto found = books.reservations().find(id); back.unknown && found != books.reservations().end())
    for (const auto& [sku, units] : found->second.history.back().lines) most[sku] = units;
  for (const auto& [sku, units] : back.told) sums[sku].received.least += units;
  for (const auto& [sku, units] : most) sums[sku].received.most += units;
}

Sums sums_told(const Told& told, std::size_t region, const Books& books) {
  std::map<std::string, Keyed> by_key;
  for (const Operation& operation : told.all()) {
    const std::string key = operation.region == region ? key_of(operation.request) : "";
    if (key.empty()) continue;
    if (operation.succeeded()) by_key[key].done = &operation;
    if (operation.unknown()) by_key[key].unknown = &operation;
  }
  Sums sums;
  std::map<std::string, Back> returns;
  for (const auto& [key, said] : by_key) {
    const Operation& one = said.done != nullptr ? *said.done : *said.unknown;
    if (const auto* back = std::get_if<request::Return>(&one.request))
      add_told(returns[back->id], said);
    else if (said.done != nullptr)
      add_known(sums, one);
    else
      add_unknown(sums, one);
  }
  for (const auto& [id, back] : returns) add_returns(sums, id, back, books);
  return sums;
}

void check_flow(const Flow& flow, Units found, const std::string& what, Verdict& verdict) {
  if (found >= flow.least && (flow.unbounded || found <= flow.most)) return;
  verdict.violated("O2", what + " by its disk " + text(found) + ", but " + text(flow.least) + " to " +
                             text(flow.most) + " by what was acknowledged and what is unknown");
}

void check_sums(const Told& told, std::size_t region, const Books& books, Verdict& verdict) {
  Sums sums = sums_told(told, region, books);
  std::map<std::string, Units> purchased;
  for (const auto& [id, reservation] : books.reservations())
    if (reservation.state() == ReservationState::purchased)
      for (const auto& [sku, units] : reservation.history.back().lines) purchased[sku] += units;
  for (const auto& [sku, row] : books.own_rows()) {
    const std::string where = books.own().region + ", " + sku + ": ";
    check_flow(sums[sku].received, row.received, where + "received", verdict);
    check_flow(sums[sku].written_off, row.written_off, where + "written off", verdict);
    if (row.purchased != purchased[sku])
      verdict.violated("O2", where + "its row says that " + text(row.purchased) +
                                 " were purchased, its reservations " + text(purchased[sku]));
  }
}

// One version has one content, everywhere, and nobody holds a row that its writer's disk does not have.
void check_versions(const Books& holder, const Books& writer, Verdict& verdict) {
  const auto held = holder.versions().find(writer.own());
  if (held == holder.versions().end()) return;
  const Books::Versions& written = writer.versions().at(writer.own());
  for (const auto& [name, row] : held->second) {
    const auto found = written.find(name);
    if (found != written.end() && found->second == row) continue;
    verdict.violated("O2", holder.own().region + " holds version " + std::to_string(name.second.value()) +
                               " of " + writer.own().region + "'s row of " + name.first + ", " +
                               (found == written.end() ? "which is not on its writer's disk"
                                                       : "with other content than on its writer's disk"));
    return;
  }
}

}  // namespace

void audit_books(const AuditInput& input, Verdict& verdict) {
  for (std::size_t holder = 0; holder < input.books.size(); ++holder) {
    if (input.forked.contains(holder)) continue;
    for (const std::string& fault : input.books[holder].faults()) verdict.violated("O2", fault);
    check_sums(input.told, holder, input.books[holder], verdict);
    for (std::size_t writer = 0; writer < input.books.size(); ++writer)
      if (writer != holder && !input.forked.contains(writer))
        check_versions(input.books[holder], input.books[writer], verdict);
  }
}

void audit_asks(const AuditInput& input, Verdict& verdict) {
  for (const Books& giver : input.books) {
    for (const auto& [sku, row] : giver.own_rows()) {
      for (const auto& [to, sent] : row.sent) {
        const auto asked = input.asks.find({to, giver.own(), sku});
        const Units target = asked == input.asks.end() ? no_units : asked->second;
        const Units by_hand = giver.given_by_hand(sku, to);
        if (sent > target + by_hand)
          verdict.violated("O9", giver.own().region + " sent " + to.region + " " + text(sent) + " of " + sku +
                                     ", but was asked for at most " + text(target) + ", and moved " +
                                     text(by_hand) + " by hand");
      }
    }
  }
}

}  // namespace holdfast::sim
