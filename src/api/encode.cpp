#include "api/encode.h"

#include <algorithm>
#include <utility>

#include "api/encode_views.h"
#include "api/problem.h"
#include "api/sku_cursor.h"
#include "base/assert.h"

namespace holdfast::api {
namespace {

constexpr std::size_t import_results_max = 1000;  // beyond, only the refused are told

Units shown(Units units) { return std::max(units, no_units); }

HttpResponse encode(const answer::ReservationAnswer& answer, const Shown& shown) {
  HttpResponse response{.status = answer.created ? 201 : 200};
  if (answer.created) response.location = "/v1/reservations/" + answer.reservation.id;
  response.replayed = answer.replayed;
  constexpr std::size_t usual_bytes = 384;  // of one line
  response.body.reserve(usual_bytes);
  JsonWriter json(response.body);
  write_reservation(json, answer.reservation, shown.region);
  return response;
}

HttpResponse encode(const answer::BriefReservation&, const Shown&) {
  HF_ASSERT(false && "nothing that is asked over HTTP is brief");
  std::unreachable();
}

HttpResponse encode(const answer::ReservationList& list, const Shown& shown) {
  HttpResponse response;
  JsonWriter json(response.body);
  json.begin_object().name("reservations").begin_array();
  for (const answer::ReservationView& view : list.reservations) write_reservation(json, view, shown.region);
  json.end_array().member_or_null("next", list.next).end_object();
  return response;
}

HttpResponse encode(const answer::SkuView& view, const Shown& shown) {
  HttpResponse response;
  JsonWriter json(response.body);
  write_sku(json, view, shown.region);
  return response;
}

HttpResponse encode(const answer::Adjusted& adjusted, const Shown& shown) {
  HttpResponse response{.status = adjusted.counted ? 200 : 201};
  response.replayed = adjusted.replayed;
  JsonWriter json(response.body);
  json.begin_object()
      .member("sku", adjusted.sku)
      .member("region", shown.region)
      .member("delta", adjusted.delta);
  json.member("reason", adjusted.reason).member("at", adjusted.at);
  json.member("available_here", adjusted.available_here).end_object();
  return response;
}

void write_imported_line(JsonWriter& json, const answer::ImportedLine& line) {
  json.begin_object().member("line", static_cast<std::int64_t>(line.line)).member("sku", line.sku);
  json.member("status", std::int64_t{line.applied ? 201 : 422});
  if (!line.applied) json.member("code", name(RefusalCode::validation_failed)).member("detail", line.fault);
  json.end_object();
}

HttpResponse encode(const answer::Imported& imported, const Shown&) {
  HttpResponse response;
  response.replayed = imported.replayed;
  JsonWriter json(response.body);
  json.begin_object().member("lines", static_cast<std::int64_t>(imported.lines));
  json.member("applied", static_cast<std::int64_t>(imported.applied)).member("units", imported.units);
  json.member("refused", static_cast<std::int64_t>(imported.lines - imported.applied));
  json.name("results").begin_array();
  for (const answer::ImportedLine& line : imported.results)
    if (!line.applied || imported.lines <= import_results_max) write_imported_line(json, line);
  json.end_array().end_object();
  return response;
}

HttpResponse encode(const answer::RightsMoved& moved, const Shown& shown) {
  HttpResponse response;
  response.replayed = moved.replayed;
  JsonWriter json(response.body);
  json.begin_object().member("sku", moved.sku).member("region", shown.region).member("to", moved.to);
  json.member("quantity", moved.quantity).member("rights_here", moved.rights_here).end_object();
  return response;
}

void write_mismatch(JsonWriter& json, const answer::AuditMismatch& mismatch) {
  json.begin_object().member("sku", mismatch.sku).member("field", mismatch.field);
  json.member("counted", mismatch.counted).member("stored", mismatch.stored).end_object();
}

void write_event(JsonWriter& json, const answer::AuditEvent& event) {
  json.begin_object()
      .member("position", static_cast<std::int64_t>(event.position.value()))
      .member("at", event.at);
  json.member("what", event.what)
      .member("rights", event.rights)
      .member("reserved", event.reserved)
      .end_object();
}

HttpResponse encode(const answer::AuditReport& report, const Shown& shown) {
  HttpResponse response;
  JsonWriter json(response.body);
  json.begin_object().flag("ok", report.mismatches.empty() && report.oversold == no_units);
  json.member("checked_at", report.checked_at).member("skus", static_cast<std::int64_t>(report.skus));
  json.member("records", static_cast<std::int64_t>(report.records)).member("oversold_units", report.oversold);
  json.name("mismatches").begin_array();
  for (const answer::AuditMismatch& mismatch : report.mismatches) write_mismatch(json, mismatch);
  json.end_array();
  if (report.now) {
    write_sku(json.name("now"), *report.now, shown.region);
    json.name("events").begin_array();
    for (const answer::AuditEvent& event : report.events) write_event(json, event);
    json.end_array();
  }
  json.end_object();
  return response;
}

HttpResponse encode(const answer::Status& status, const Shown& shown) {
  return encode_status(status, shown.shell(), shown.health(), shown.followers.seen(), shown.region);
}

void write_region_rights(JsonWriter& json, const answer::RegionRights& region) {
  json.begin_object().member("region", region.region).member("rights", shown(region.rights));
  json.member("reserved", shown(region.reserved)).member("sold_per_1000_s", region.sold_per_1000_s);
  json.member("heard_ms_ago", region.heard_ago).flag("stale", region.stale).end_object();
}

void write_sku_rights(JsonWriter& json, const answer::SkuRights& sku) {
  json.begin_object().member("sku", sku.sku).member("rights", shown(sku.rights));
  json.member("reserved", shown(sku.reserved)).member("sold_per_1000_s", sku.sold_per_1000_s);
  json.member("runs_dry_in_ms", sku.runs_dry_in).name("regions").begin_array();
  for (const answer::RegionRights& region : sku.regions) write_region_rights(json, region);
  json.end_array();
  if (sku.lost > no_units) json.member("lost", sku.lost);
  json.end_object();
}

HttpResponse encode(const answer::Rights& rights, const Shown&) {
  HttpResponse response;
  JsonWriter json(response.body);
  json.begin_object().member("as_of", rights.as_of).name("skus").begin_array();
  for (const answer::SkuRights& sku : rights.skus) write_sku_rights(json, sku);
  json.end_array().member_or_null("next", sku_cursor(rights.next)).end_object();
  return response;
}

HttpResponse encode(const answer::SkuList& list, const Shown& shown) {
  HttpResponse response;
  JsonWriter json(response.body);
  json.begin_object().name("skus").begin_array();
  for (const answer::SkuView& view : list.skus) write_sku(json, view, shown.region);
  json.end_array();
  if (shown.in_pages) json.member_or_null("next", sku_cursor(list.next));
  json.end_object();
  return response;
}

}  // namespace

HttpResponse encode(const Answer& answer, const Shown& shown) {
  if (!answer) return problem_response(answer.error(), shown.region);
  return std::visit([&](const auto& success) { return encode(success, shown); }, *answer);
}

HttpResponse encode_config(const std::vector<ConfigValue>& values) {
  HttpResponse response;
  JsonWriter json(response.body);
  json.begin_object().name("values").begin_array();
  for (const ConfigValue& value : values)
    json.begin_object()
        .member("key", value.key)
        .name("value")
        .raw(value.json)
        .member("origin", value.origin)
        .end_object();
  json.end_array().end_object();
  return response;
}

HttpResponse encode_reloaded(const Reloaded& reloaded) {
  if (!reloaded.faults.empty()) {
    Refusal refusal{.code = RefusalCode::validation_failed};
    refusal.detail = "nothing was changed: " + reloaded.faults.front();
    for (const std::string& fault : reloaded.faults) refusal.errors.push_back({"", fault});
    return problem_response(refusal, {});
  }
  HttpResponse response;
  JsonWriter json(response.body);
  json.begin_object().name("changes").begin_array();
  for (const ConfigChange& change : reloaded.changes)
    json.begin_object()
        .member("key", change.key)
        .name("was")
        .raw(change.was)
        .name("now")
        .raw(change.now)
        .member("origin", change.origin)
        .flag("applied", change.applied)
        .end_object();
  json.end_array().end_object();
  return response;
}

HttpResponse encode_backup(const BackupState& backup, int status) {
  HttpResponse response{.status = status};
  JsonWriter json(response.body);
  json.begin_object()
      .member("state", std::string_view(backup.state))
      .member_or_null("file", backup.file)
      .member("records", backup.records)
      .member("pages", backup.pages)
      .member("pages_left", backup.pages_left)
      .member("began_at", backup.began_at)
      .member("took_ms", backup.took)
      .member_or_null("detail", backup.detail)
      .end_object();
  return response;
}

HttpResponse encode_drain(const DrainState& drain, std::string_view region) {
  HttpResponse response;
  JsonWriter json(response.body);
  json.begin_object().member("region", region).flag("draining", drain.draining).name("regions").begin_array();
  for (const DrainState::Region& one : drain.regions)
    json.begin_object()
        .member("region", one.region)
        .flag("up", one.up)
        .flag("has_all", one.has_all)
        .end_object();
  json.end_array().end_object();
  return response;
}

HttpResponse encode_metrics(const std::vector<MetricFamily>& families) {
  HttpResponse response{.content_type = "text/plain; version=0.0.4; charset=utf-8"};
  for (const MetricFamily& family : families) append_text(response.body, family);
  return response;
}

HttpResponse encode_batch(std::span<const HttpResponse> results) {
  HttpResponse response;
  JsonWriter json(response.body);
  json.begin_object().name("results").begin_array();
  for (const HttpResponse& result : results) {
    json.begin_object().member("status", std::int64_t{result.status}).flag("replayed", result.replayed);
    json.name("body").raw(result.body).end_object();
  }
  json.end_array().end_object();
  return response;
}

}  // namespace holdfast::api
