// What the gateway asks of the daemon, and what the status and the configuration say of it.
#include <variant>

#include "api/encode_views.h"
#include "api/json_writer.h"
#include "daemon/running.h"
#include "daemon/version.h"

namespace holdfast {

namespace {

std::string json_of(const std::variant<std::string, std::int64_t>& value) {
  if (const auto* number = std::get_if<std::int64_t>(&value)) return std::to_string(*number);
  std::string json;
  api::append_json_string(json, std::get<std::string>(value));
  return json;
}

}  // namespace

api::Desk Daemon::Running::make_desk() {
  api::Desk desk;
  desk.submit = [this](RequestToken token, Request request) {
    node_->submit(clock_->now(), token, std::move(request));
    schedule();
  };
  desk.submit_in_order = [this](node::InOrder requests) {
    node_->submit_in_order(clock_->now(), std::move(requests));
    schedule();
  };
  desk.cancel = [this](RequestToken token) {
    node_->cancel(clock_->now(), token);
    schedule();
  };
  desk.aside = [this](api::Job job) { aside_.run(std::move(job)); };
  desk.health = [this] { return health(); };
  desk.shell = [this] { return shell_status(); };
  desk.config = [this] { return config_values(); };
  desk.reload = [this] { return reload_for_desk(); };
  desk.start_backup = [this] { return start_backup(); };
  desk.backup = [this] { return backup(); };
  desk.drain = [this](bool leaving) { leave(leaving); };
  desk.drain_state = [this] { return drain_state(); };
  desk.metrics = [this] { return metrics(); };
  desk.now_us = steady_us;
  desk.feed = make_feed();
  return desk;
}

native::Desk Daemon::Running::make_native_desk() {
  native::Desk desk;
  desk.expect = [this](std::span<input::Asked> requests) { node_->expect(requests); };
  desk.submit = [this](std::span<input::Asked> requests) {
    if (!together_) together_ = clock_->now();
    node_->take_in_order(*together_, requests);
  };
  desk.go_on = [this] {
    together_.reset();
    node_->go_on();
    schedule();
  };
  desk.cancel = [this](RequestToken token) {
    node_->cancel(clock_->now(), token);
    schedule();
  };
  desk.count_reservations = [this](const Attempts& attempts, std::int64_t now_us, std::int64_t took_us) {
    gateway_.tally().count_reservations(attempts, now_us, took_us);
  };
  desk.count_refusals = [this](RefusalCode code, std::size_t count) {
    gateway_.tally().count_refusals(name(code), count);
  };
  desk.now_us = steady_us;
  return desk;
}

api::FeedDesk Daemon::Running::make_feed() {
  api::FeedDesk feed;
  const std::uint64_t nonce = opened_.identity.replica.incarnation.nonce;
  feed.journal = static_cast<api::JournalTag>(nonce ^ nonce >> 32);
  feed.open = [this](node::ConsumerId id, std::optional<EventCursor> from) {
    return node_->open_feed(id, from);
  };
  feed.want = [this](node::ConsumerId id) { node_->want_events(id); };
  feed.close = [this](node::ConsumerId id) { node_->close_feed(id); };
  feed.reached = [this](node::ConsumerId id) { return node_->feed().reached(id); };
  feed.behind = [this](EventCursor from) { return node_->feed().behind(from); };
  feed.peers = [this] { return peers_seen(); };
  return feed;
}

std::vector<api::PeerSeen> Daemon::Running::peers_seen() {
  std::vector<api::PeerSeen> peers;
  if (!node_ || !clock_) return peers;
  for (const Readings::Region& region : node_->replica().readings(clock_->now().node).regions)
    if (!region.is_self) peers.push_back({region.name, region.up});
  return peers;
}

api::Health Daemon::Running::health() const {
  if (draining_) return api::Health::draining;
  if (!node_->fenced().empty()) return api::Health::fenced;
  if (!node_->ready()) return api::Health::starting;
  if (!node_->has_room()) return api::Health::disk_full;
  return leaving_ ? api::Health::leaving : api::Health::ready;
}

api::ShellStatus Daemon::Running::shell_status() const {
  const Incarnation& incarnation = opened_.identity.replica.incarnation;
  api::ShellStatus status;
  status.cluster = config_.cluster;
  status.incarnation = api::text_of(incarnation);
  status.version = version;
  status.now = wall_now();
  status.uptime = Millis((steady_us() - started_us_) / 1000);
  status.started = status.now - status.uptime;
  status.fenced = opened_.fenced.value_or("");
  status.journal_bytes = sizes_.journal_bytes;
  if (storage_ == Storage::memory || !sizes_known_) return status;
  status.disk_free_bytes = sizes_.disk_free_bytes;
  status.spoken_for_bytes = node_->unwritten_bytes() + written_since_;
  status.disk_reserve_bytes = static_cast<std::uint64_t>(config_.disk_reserve_mb) << 20;
  return status;
}

// Until it is told otherwise, or starts anew. What leaves is moved by hand (`holdfast drain`).
void Daemon::Running::leave(bool leaving) {
  if (leaving != leaving_)
    log_.info(leaving ? "drain: asks for no rights from now on" : "drain: asks for rights again");
  leaving_ = leaving;
  apply_config();
}

api::DrainState Daemon::Running::drain_state() {
  api::DrainState drain{leaving_, {}};
  for (const Readings::Region& region : node_->replica().readings(clock_->now().node).regions)
    if (!region.is_self) drain.regions.push_back({region.name, region.up, region.has_all});
  return drain;
}

std::vector<api::ConfigValue> Daemon::Running::config_values() const {
  std::vector<api::ConfigValue> values;
  for (const ConfigValue& value : config_.values)
    values.push_back({value.key, json_of(value.value), value.origin});
  return values;
}

api::Reloaded Daemon::Running::reload_for_desk() {
  api::Reloaded reloaded;
  const auto changes = reload();
  if (!changes) {
    for (const ConfigFault& fault : changes.error()) reloaded.faults.push_back(text_of(fault));
    return reloaded;
  }
  const auto json = [](const std::optional<ConfigValue>& value) {
    return value ? json_of(value->value) : std::string("null");
  };
  for (const ConfigChange& change : *changes)
    reloaded.changes.push_back({change.key, json(change.was), json(change.now),
                                change.now ? change.now->origin : "", change.applied});
  return reloaded;
}

}  // namespace holdfast
