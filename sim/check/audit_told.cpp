#include <algorithm>
#include <set>

#include "sim/check/audit.h"
#include "sim/words.h"

namespace holdfast::sim {

namespace {

using record::ReservationStep;

const ReservationBook* find(const Books& books, const std::string& id) {
  const auto found = books.reservations().find(id);
  return found == books.reservations().end() ? nullptr : &found->second;
}

bool took(const ReservationBook& book, ReservationStep step) {
  return std::ranges::find(book.history, step, &ReservationBook::Entry::step) != book.history.end();
}

bool ended_well(ReservationState told, ReservationState found) {
  if (told == ReservationState::purchased) return found == ReservationState::purchased;
  if (told == ReservationState::released)
    return found == ReservationState::released || found == ReservationState::expired;
  return true;
}

// At some moment between asking and hearing, by the disk, it was in the state that was told.
bool was_ever(const ReservationBook& book, const Timeline& timeline, ReservationState told, SimTime from,
              SimTime to) {
  for (std::size_t i = 0; i < book.history.size(); ++i) {
    if (book.history[i].after.state != told) continue;
    const SimTime until =
        i + 1 < book.history.size() ? durable_at(timeline, book.history[i + 1].position) : SimTime::max();
    if (durable_at(timeline, book.history[i].position) <= to && until >= from) return true;
  }
  return false;
}

// A release of what still waits ends the wait: it held nothing, and nothing is recorded.
bool ended_a_wait(const Operation& release, const Told& told) {
  const auto* released = std::get_if<request::Release>(&release.request);
  return released != nullptr && std::ranges::any_of(told.all(), [&](const Operation& other) {
           const auto* waited = std::get_if<request::Reserve>(&other.request);
           return waited != nullptr && waited->id == released->id && waited->wait > Millis(0) &&
                  other.region == release.region && !other.succeeded() && other.asked <= release.ended &&
                  (other.end == Operation::End::open || other.ended >= release.asked);
         });
}

bool was_made_by(const ReservationBook* book, const Timeline& timeline, SimTime time) {
  return book != nullptr && durable_at(timeline, book->history.front().position) <= time;
}

void check_reservation_answer(const Operation& operation, const answer::ReservationView& view,
                              const Books& books, const Timeline& timeline, Verdict& verdict) {
  const ReservationBook* book = find(books, view.id);
  if (book == nullptr)
    return verdict.violated("O3", books.own().region + ": " + said(operation) + ", but its disk has no such");
  if (!ended_well(view.state, book->state()))
    verdict.violated("O3", books.own().region + ": " + said(operation) + ", but its disk says otherwise");
  if (!was_ever(*book, timeline, view.state, operation.asked, operation.ended))
    verdict.violated("O8", books.own().region + ": " + said(operation) +
                               ", which it was at no moment in between, by its disk");
}

// A basket that was promised is pending or paid for, and holds what was asked for, all of it unless the
// shopper took a part. What was changed since holds what it was changed to.
void check_promise(const Operation& operation, const answer::ReservationAnswer& answer, Verdict& verdict) {
  const auto* reserve = std::get_if<request::Reserve>(&operation.request);
  if (reserve == nullptr) return;
  const ReservationState state = answer.reservation.state;
  if (state != ReservationState::pending && state != ReservationState::purchased)
    verdict.violated("O8", said(operation) + ", which is no promise");
  if (!answer.created || reserve->partial) return;
  std::map<std::string, Units> wanted;
  for (const Line& line : reserve->lines) wanted[line.sku] += line.quantity;
  for (const answer::LineView& line : answer.reservation.lines) wanted[line.sku] -= line.quantity;
  for (const auto& [sku, left] : wanted)
    if (left != no_units) verdict.violated("O8", said(operation) + ", which is not what was asked for");
}

// A list of ids or keys under which something may have happened, or not.
struct Names {
  std::set<std::string> refused;
  std::set<std::string> possible;
  void add(const Operation& operation, const std::string& name) {
    if (!name.empty()) (operation.refused() ? refused : possible).insert(name);
  }
};

// Whatever the state, it must be named by somebody who was not refused.
void check_refusals(const Told& told, std::size_t region, const Books& books, Verdict& verdict) {
  Names ids;
  Names keys;
  for (const Operation& operation : told.all()) {
    if (operation.region != region) continue;
    if (const auto* reserve = std::get_if<request::Reserve>(&operation.request))
      ids.add(operation, reserve->id);
    keys.add(operation, key_of(operation.request));
  }
  for (const std::string& id : ids.refused)
    if (!ids.possible.contains(id) && find(books, id) != nullptr)
      verdict.violated("O8", books.own().region + ": every request to reserve " + id +
                                 " was refused, and yet its record exists");
  for (const std::string& key : keys.refused)
    if (!keys.possible.contains(key) && books.keys().contains(key))
      verdict.violated("O8", books.own().region + ": every request under the key " + key +
                                 " was refused, and yet its record exists");
}

}  // namespace

void audit_durability(const AuditInput& input, Verdict& verdict) {
  for (const Operation& operation : input.told.all()) {
    if (!operation.succeeded() || input.forked.contains(operation.region)) continue;
    const Books& books = input.books[operation.region];
    if (const auto* answer = std::get_if<answer::ReservationAnswer>(&**operation.answer)) {
      const Timeline& timeline = *input.timelines[operation.region];
      const ReservationBook* book = find(books, answer->reservation.id);
      if (!was_made_by(book, timeline, operation.ended) && ended_a_wait(operation, input.told)) continue;
      check_reservation_answer(operation, answer->reservation, books, timeline, verdict);
      check_promise(operation, *answer, verdict);
    }
    const std::string key = key_of(operation.request);
    if (!key.empty() && !books.keys().contains(key))
      verdict.violated("O3",
                       books.own().region + ": " + said(operation) + ", but its disk has nothing of it");
    if (const auto* extend = std::get_if<request::Extend>(&operation.request))
      if (const ReservationBook* book = find(books, extend->id);
          !book || !took(*book, ReservationStep::extended))
        verdict.violated("O3", books.own().region + ": " + said(operation) + ", but by its disk it was not");
  }
  for (const Books& books : input.books)
    for (const auto& [key, times] : books.keys())
      if (times > 1)
        verdict.violated("O3", books.own().region + ": the key " + key + " took effect " +
                                   std::to_string(times) + " times");
}

void audit_truth(const AuditInput& input, Verdict& verdict) {
  for (std::size_t region = 0; region < input.books.size(); ++region)
    if (!input.forked.contains(region)) check_refusals(input.told, region, input.books[region], verdict);
}

}  // namespace holdfast::sim
