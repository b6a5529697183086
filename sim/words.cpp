#include "sim/words.h"

#include "base/overloaded.h"

namespace holdfast::sim {

namespace {

std::string number(std::uint64_t value) { return std::to_string(value); }
std::string number(Version version) { return number(version.value()); }
std::string number(Units units) { return std::to_string(units.count()); }

std::string lines_in_words(const auto& lines) {
  std::string text;
  for (const auto& line : lines) text += (text.empty() ? "" : ", ") + number(line.quantity) + " " + line.sku;
  return text;
}

std::string row_in_words(const message::WireRow& wire, const std::vector<ReplicaId>& replicas) {
  const Row& row = wire.row;
  std::string text = wire.sku + "@" + number(row.version) + "(received " + number(row.received) +
                     " purchased " + number(row.purchased) + " written off " + number(row.written_off);
  for (const Sent& sent : row.sent)
    text += " sent " + replicas[sent.to.value()].region + " " + number(sent.total);
  return text + " reserved " + number(row.reserved) + ")";
}

std::string section_in_words(const message::Rows::Section& section, const std::vector<ReplicaId>& replicas) {
  std::string text = " " + replicas[section.replica].region;
  if (section.range) text += " (" + number(section.range->from) + ", " + number(section.range->to) + "]";
  for (const message::WireRow& row : section.rows) text += " " + row_in_words(row, replicas);
  return text;
}

const char* name(record::TransferKind kind) {
  switch (kind) {
    case record::TransferKind::urgent: return "urgent";
    case record::TransferKind::cover: return "cover";
    case record::TransferKind::by_hand: return "by hand";
  }
  return "?";
}

const char* name(ReservationState state) {
  switch (state) {
    case ReservationState::pending: return "pending";
    case ReservationState::purchased: return "purchased";
    case ReservationState::released: return "released";
    case ReservationState::expired: return "expired";
  }
  return "?";
}

std::string asker_and_giver(const auto& ask) {
  return ask.asker.region + " of " + ask.giver.region + ", " + ask.sku;
}

}  // namespace

std::string in_words(const Message& message) {
  return std::visit(
      Overloaded{
          [](const message::Heartbeat& beat) {
            return std::string(beat.repeats == 0 ? "heartbeat" : "heartbeat, as before");
          },
          [](const message::VersionVector& vector) {
            std::string text = "vector";
            for (const auto& entry : vector.entries)
              text += " " + entry.replica.region + " " + number(entry.version) +
                      (entry.fingerprint_beyond.value_or(0) != 0 ? " and more" : "");
            return text + ", has seen rows " + number(vector.rows_seen);
          },
          [](const message::Rows& rows) {
            std::string text = "rows " + number(rows.number) + ":";
            for (const auto& section : rows.sections) text += section_in_words(section, rows.replicas);
            return text;
          },
          [](const message::Ask& ask) {
            return std::string(name(ask.kind)) + " ask by " + asker_and_giver(ask) + ": known " +
                   number(ask.known) + ", target " + number(ask.target) + ", hops left " +
                   number(std::uint64_t{ask.hops_left});
          },
          [](const message::AskAnswer& answer) {
            return "answer to the ask by " + asker_and_giver(answer) + ": target " + number(answer.target) +
                   (answer.cannot ? ", cannot" : "");
          },
          [](const message::Summary& summary) { return "summary of " + summary.replica.region; },
          [](const message::Accusation& accusation) { return "accusation: " + accusation.reason; },
      },
      message);
}

std::string in_words(const Request& request) {
  return std::visit(
      Overloaded{
          [](const request::Reserve& reserve) {
            return "reserve " + (reserve.id.empty() ? "key " + reserve.key : std::string(reserve.id)) + " [" +
                   lines_in_words(reserve.lines) + "] ttl " + std::to_string(reserve.ttl.count()) + " wait " +
                   std::to_string(reserve.wait.count()) + (reserve.partial ? " partial" : "") +
                   (reserve.replaces.empty() ? "" : " replaces " + reserve.replaces);
          },
          [](const request::GetReservation& get) { return "get " + get.id; },
          [](const request::ListReservations&) { return std::string("list reservations"); },
          [](const request::Purchase& purchase) {
            return "purchase " + purchase.id +
                   (purchase.if_expired == request::IfExpired::fail ? " if not expired" : "");
          },
          [](const request::Release& release) { return "release " + release.id; },
          [](const request::Extend& extend) {
            return "extend " + extend.id + " ttl " + std::to_string(extend.ttl.count());
          },
          [](const request::Change& change) {
            return "change " + change.id + " [" + lines_in_words(change.lines) + "]";
          },
          [](const request::Return& back) {
            return "return " + back.id + " [" + lines_in_words(back.lines) + "] key " + back.key;
          },
          [](const request::GetSku& get) { return "get sku " + get.sku; },
          [](const request::ListSkus&) { return std::string("list skus"); },
          [](const request::GetAvailability&) { return std::string("get availability"); },
          [](const request::Adjust& adjust) {
            return "adjust " + adjust.sku + " by " + number(adjust.delta) + " key " + adjust.key;
          },
          [](const request::Count& count) {
            return "count " + count.sku + " as " + number(count.counted) + " key " + count.key;
          },
          [](const request::Import& import) {
            return "import " + number(import.lines.size()) + " lines, key " + import.key;
          },
          [](const request::MoveRights& move) {
            return "move " + number(move.quantity) + " " + move.sku + " to " + move.to + " key " + move.key;
          },
          [](const request::Audit&) { return std::string("audit"); },
          [](const request::GetStatus&) { return std::string("status"); },
          [](const request::GetRights&) { return std::string("rights"); },
      },
      request);
}

std::string in_words(const Answer& answer) {
  if (!answer) return std::string("refused, ") + name(answer.error().code) + ": " + answer.error().detail;
  return std::visit(
      Overloaded{
          [](const answer::ReservationAnswer& said) {
            const answer::ReservationView& view = said.reservation;
            return view.id + " is " + name(view.state) + " [" + lines_in_words(view.lines) + "]" +
                   (said.created ? " created" : "") + (said.replayed ? " replayed" : "");
          },
          [](const answer::SkuView& view) {
            return view.sku + ": available here " + number(view.available_here) + ", reserved " +
                   number(view.reserved_here) + ", elsewhere " + number(view.elsewhere_estimate);
          },
          [](const answer::Adjusted& adjusted) {
            return "adjusted " + adjusted.sku + " by " + number(adjusted.delta) +
                   (adjusted.replayed ? " replayed" : "");
          },
          [](const answer::Imported& imported) {
            return "imported " + number(imported.units) + " units" + (imported.replayed ? " replayed" : "");
          },
          [](const answer::RightsMoved& moved) {
            return "moved " + number(moved.quantity) + " " + moved.sku + " to " + moved.to +
                   (moved.replayed ? " replayed" : "");
          },
          [](const auto&) { return std::string("ok"); },
      },
      *answer);
}

}  // namespace holdfast::sim
