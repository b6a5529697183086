// The status: what the core knows, what only the shell knows, and what an operator should look at.
#include <algorithm>
#include <array>

#include "api/encode.h"
#include "api/encode_views.h"
#include "api/hex.h"

namespace holdfast::api {
namespace {

// A ledger that was fenced when it was opened does not know it: nothing is written to it any more.
std::vector<answer::Alarm> alarms_of(const answer::Status& status, const ShellStatus& shell,
                                     std::string_view region) {
  std::vector<answer::Alarm> alarms = status.alarms;
  if (!shell.fenced.empty() && std::ranges::find(alarms, "fenced", &answer::Alarm::code) == alarms.end())
    alarms.insert(alarms.begin(), {"fenced", shell.started, std::string(region), shell.fenced});
  return alarms;
}

std::vector<std::string> reasons_of(const answer::Status& status, const ShellStatus& shell, Health health,
                                    const std::vector<answer::Alarm>& alarms) {
  std::vector<std::string> reasons;
  for (const answer::RegionView& region : status.regions)
    if (!region.is_self && region.state != answer::RegionState::up)
      reasons.push_back("region_" + std::string(name(region.state)) + ':' + region.region);
  for (const answer::Alarm& alarm : alarms) reasons.push_back("alarm:" + alarm.code);
  if (status.oversold > no_units) reasons.push_back("audit_mismatch");
  if (shell.disk_free_bytes < shell.disk_reserve_bytes) reasons.push_back("disk_low");
  if (health == Health::disk_full) reasons.push_back("disk_full");
  if (health == Health::fenced) reasons.push_back("fenced");
  return reasons;
}

std::int64_t number(std::uint64_t value) { return static_cast<std::int64_t>(value); }

void write_alarm(JsonWriter& json, const answer::Alarm& alarm) {
  json.begin_object().member("code", alarm.code).member("since", alarm.since);
  json.member_or_null("region", alarm.region).member("detail", alarm.detail).end_object();
}

void write_refused(JsonWriter& json, const answer::RefusalRates& refused) {
  json.begin_object().member("sold_out", refused.sold_out).member("not_enough", refused.not_enough);
  json.member("all_reserved", refused.all_reserved).member("rights_unreachable", refused.rights_unreachable);
  json.member("insufficient_here", refused.insufficient_here).end_object();
}

void write_region(JsonWriter& json, const answer::RegionView& region) {
  json.begin_object().member("region", region.region).flag("self", region.is_self);
  json.member("state", name(region.state)).flag("direct", region.direct).member("rtt_ms", region.rtt);
  json.member("heard_ms_ago", region.heard_ago).member("skus", number(region.skus));
  json.member("rights", std::max(region.rights, no_units))
      .member("reserved", std::max(region.reserved, no_units));
  json.member("sold_per_1000_s", region.sold_per_1000_s);
  write_refused(json.name("refused_per_1000_s"), region.refused_per_1000_s);
  json.member("reserve_us_p50", region.reserve_us_p50)
      .member("reserve_us_p99", region.reserve_us_p99)
      .end_object();
}

void write_lost(JsonWriter& json, const std::vector<answer::LostLedger>& lost) {
  json.name("lost").begin_array();
  for (const answer::LostLedger& one : lost) {
    const Incarnation& incarnation = one.replica.incarnation;
    json.begin_object().member("region", one.replica.region).member("incarnation", text_of(incarnation));
    json.member("made_at", wall_time(static_cast<std::int64_t>(incarnation.made_ms)));
    json.member("rights", one.rights).member("skus", number(one.skus)).end_object();
  }
  json.end_array();
}

void write_followers(JsonWriter& json, const std::vector<FollowerSeen>& followers) {
  json.name("event_consumers").begin_array();
  for (const FollowerSeen& one : followers) {
    json.begin_object().member("name", one.name).flag("connected", one.connected);
    json.member("behind_records", number(one.behind_records)).member("behind_ms", one.behind);
    json.member("heard_ms_ago", one.heard_ago).end_object();
  }
  json.end_array();
}

void write_journal(JsonWriter& json, const answer::Status& status, const ShellStatus& shell) {
  json.name("journal").begin_object().member("position", number(status.position.value()));
  json.member("bytes", number(shell.journal_bytes)).member("ids_kept_ms", status.ids_kept).end_object();
}

void write_audit(JsonWriter& json, const answer::Status& status) {
  json.name("audit").begin_object().member("oversold_units", status.oversold);
  json.member("checked_ms_ago", status.oversold_checked_ago).end_object();
}

}  // namespace

HttpResponse encode_status(const answer::Status& status, const ShellStatus& shell, Health health,
                           const std::vector<FollowerSeen>& followers, std::string_view region) {
  const std::vector<answer::Alarm> alarms = alarms_of(status, shell, region);
  const std::vector<std::string> reasons = reasons_of(status, shell, health, alarms);
  HttpResponse response;
  JsonWriter json(response.body);
  json.begin_object().member("cluster", shell.cluster).member("region", region);
  json.member("incarnation", shell.incarnation).member("version", shell.version).member("now", shell.now);
  json.member("uptime_ms", shell.uptime);
  json.member("state", std::string_view(reasons.empty() ? "well" : "degraded")).name("reasons").begin_array();
  for (const std::string& reason : reasons) json.value(reason);
  json.end_array().member("state_hash", hex(status.state_hash));
  write_journal(json, status, shell);
  json.member("disk_free_bytes", number(shell.disk_free_bytes));
  json.member("pending_reservations", number(status.pending_reservations));
  write_audit(json, status);
  json.name("alarms").begin_array();
  for (const answer::Alarm& alarm : alarms) write_alarm(json, alarm);
  json.end_array().name("regions").begin_array();
  for (const answer::RegionView& one : status.regions) write_region(json, one);
  json.end_array();
  if (health == Health::leaving || health == Health::draining) json.flag("draining", true);
  if (!status.lost.empty()) write_lost(json, status.lost);
  if (!followers.empty()) write_followers(json, followers);
  json.end_object();
  return response;
}

}  // namespace holdfast::api
