#include "api/decode.h"
#include "api/pointer.h"

namespace holdfast::api {
namespace {

// Beyond any limit, and so for validate() to refuse; never an overflow.
Millis seconds(std::int64_t count) {
  constexpr std::int64_t sane_max = 1'000'000'000;
  return Millis(count < 0 || count > sane_max ? -1 : count * 1000);
}

Line line_of(Json::Value value, std::string pointer, std::vector<FieldError>& errors) {
  Members members(value, std::move(pointer), errors);
  Line line{members.text("sku"), Units(members.integer("quantity"))};
  members.done();
  return line;
}

// One more than may be there is enough for validate() to see that there are too many.
Few<Line> lines_of(Members& body, const std::optional<Json::Value>& array) {
  Few<Line> lines;
  if (!array) return lines;
  for (auto value = array->first(); value != array->past() && lines.size() <= limits::lines_max;
       value = value.next()) {
    std::string pointer = body.pointer_to("lines");
    append_index(pointer, lines.size());
    lines.push_back(line_of(value, std::move(pointer), body.errors()));
  }
  return lines;
}

}  // namespace

request::Reserve reserve_members(Members& body) {
  request::Reserve reserve;
  reserve.lines = lines_of(body, body.array("lines"));
  reserve.customer = body.text_or_none("customer");
  reserve.ttl = seconds(body.integer_or("ttl_seconds", limits::ttl_default.count() / 1000));
  reserve.partial = body.boolean_or("partial", false);
  reserve.replaces = body.text_or_none("replaces");
  return reserve;
}

request::Purchase purchase_members(Members& body) {
  request::Purchase purchase;
  purchase.order = body.text_or_none("order");
  const bool fail = body.word_or_first("if_expired", {"reacquire", "fail"}) == 1;
  purchase.if_expired = fail ? request::IfExpired::fail : request::IfExpired::reacquire;
  return purchase;
}

request::Extend extend_members(Members& body) {
  request::Extend extend;
  extend.ttl = seconds(body.integer("ttl_seconds"));
  return extend;
}

request::Change change_members(Members& body) {
  request::Change change;
  change.lines = lines_of(body, body.array("lines"));
  return change;
}

// No lines means all of them to the core, so that an empty list is not one of those that may be given.
request::Return return_members(Members& body) {
  request::Return back;
  const auto array = body.array_or_none("lines");
  back.lines = lines_of(body, array);
  if (array && back.lines.empty()) body.fault("lines", "must be 1 to 1000 lines");
  return back;
}

Request decode_reserve_with_id(Parts& parts) {
  request::Reserve reserve = reserve_members(parts.body);
  reserve.wait = Millis(parts.body.integer_or("wait_ms", 0));
  reserve.id = parts.path[0];
  return reserve;
}

Request decode_reserve_with_key(Parts& parts) {
  request::Reserve reserve = reserve_members(parts.body);
  reserve.wait = Millis(parts.body.integer_or("wait_ms", 0));
  return reserve;
}

Request decode_get_reservation(Parts& parts) { return request::GetReservation{parts.path[0]}; }

Request decode_list_reservations(Parts& parts) {
  request::ListReservations list;
  list.customer = parts.query.text_or_none("customer");
  list.sku = parts.query.text_or_none("sku");
  // In the order of ReservationState.
  if (const auto state = parts.query.word_or_none("state", {"pending", "purchased", "released", "expired"}))
    list.state = static_cast<ReservationState>(*state);
  list.limit = parts.query.limit();
  list.after = parts.query.cursor_or_none("after");
  return list;
}

Request decode_purchase(Parts& parts) {
  request::Purchase purchase = purchase_members(parts.body);
  purchase.id = parts.path[0];
  return purchase;
}

Request decode_release(Parts& parts) { return request::Release{parts.path[0]}; }

Request decode_extend(Parts& parts) {
  request::Extend extend = extend_members(parts.body);
  extend.id = parts.path[0];
  return extend;
}

Request decode_change(Parts& parts) {
  request::Change change = change_members(parts.body);
  change.id = parts.path[0];
  return change;
}

Request decode_return(Parts& parts) {
  request::Return back = return_members(parts.body);
  back.id = parts.path[0];
  return back;
}

}  // namespace holdfast::api
