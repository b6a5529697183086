#include "api/encode_views.h"

#include <utility>

#include "api/hex.h"

namespace holdfast::api {
namespace {

void write_line(JsonWriter& json, const answer::LineView& line) {
  json.begin_object().member("sku", line.sku).member("quantity", line.quantity);
  if (line.returned > no_units) json.member("returned", line.returned);
  json.end_object();
}

void write_short_line(JsonWriter& json, const ShortLine& line) {
  json.begin_object().member("sku", line.sku).member("requested", line.requested);
  json.member("available_here", line.available_here).member("reserved_here", line.reserved_here);
  json.member("elsewhere_estimate", line.elsewhere_estimate).member("as_of", line.as_of).end_object();
}

}  // namespace

std::string text_of(const Incarnation& incarnation) {
  return std::to_string(incarnation.made_ms) + '-' + hex(incarnation.nonce);
}

std::string_view name(ReservationState state) {
  switch (state) {
    case ReservationState::pending: return "pending";
    case ReservationState::purchased: return "purchased";
    case ReservationState::released: return "released";
    case ReservationState::expired: return "expired";
  }
  std::unreachable();
}

std::string_view name(answer::RegionState state) {
  switch (state) {
    case answer::RegionState::up: return "up";
    case answer::RegionState::cut_off: return "cut_off";
    case answer::RegionState::never_heard: return "never_heard";
  }
  std::unreachable();
}

void write_shortage(JsonWriter& json, const std::vector<ShortLine>& shortage) {
  json.name("shortage").begin_array();
  for (const ShortLine& line : shortage) write_short_line(json, line);
  json.end_array();
}

void write_reservation(JsonWriter& json, const answer::ReservationView& view, std::string_view region) {
  json.begin_object().member("id", view.id).member("region", region);
  write_reservation_members(json, view);
  json.end_object();
}

void write_reservation_members(JsonWriter& json, const answer::ReservationView& view) {
  const bool pending = view.state == ReservationState::pending;
  json.member("state", name(view.state));
  json.member_or_null("customer", view.customer).member_or_null("order", view.order);
  json.member("created_at", view.created_at);
  json.member("expires_at", pending ? view.expires_at : std::nullopt);
  json.member("expires_in_ms", pending ? view.expires_in : std::nullopt);
  json.name("lines").begin_array();
  for (const answer::LineView& line : view.lines) write_line(json, line);
  json.end_array();
  if (view.asked_to_replace) json.member_or_null("replaced", view.replaced);
  if (!view.shortage.empty()) write_shortage(json, view.shortage);
}

void write_sku(JsonWriter& json, const answer::SkuView& view, std::string_view region) {
  json.begin_object().member("sku", view.sku);
  if (!view.known) {
    json.member("code", std::string_view("sku_unknown")).end_object();
    return;
  }
  json.member("region", region).member("available_here", view.available_here);
  json.member("reserved_here", view.reserved_here).member("purchased_here", view.purchased_here);
  json.member("returned_here", view.returned_here).member("elsewhere_estimate", view.elsewhere_estimate);
  json.member("elsewhere_as_of", view.elsewhere_as_of);
  json.flag("sold_out_everywhere", view.sold_out_everywhere).end_object();
}

}  // namespace holdfast::api
