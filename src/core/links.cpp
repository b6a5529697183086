#include "core/links.h"
#include "core/views.h"

#include <algorithm>

#include "base/overloaded.h"
#include "base/time_text.h"
#include "core/anti_entropy.h"
#include "core/beyond.h"
#include "core/forks.h"
#include "core/giving.h"
#include "core/handle.h"
#include "core/limits.h"

namespace holdfast {

namespace {

constexpr Millis rows_interval{5};       // between two Rows on one link, unless somebody waits for them,
constexpr Millis more_rows_interval{1};  // or there was more than one could hold
constexpr int rows_at_once = 4;          // if there is more
constexpr Millis vector_interval{20};    // between two vectors, which acknowledge whatever came since,
constexpr std::uint64_t rows_untold = rows_in_flight_max / 4;  // unless that is so many Rows
constexpr Millis summary_interval{1000};
constexpr Millis heard_lately{60'000};
constexpr Millis still_heard{4'000};        // who was not for longer falls silent, and is as before
constexpr Millis in_full_interval{16'000};  // between heartbeats that say all, if nothing changes
constexpr Millis late_together{10'000};     // twice what a connection may take to shake hands
constexpr std::size_t alarms_max = 16;      // that a summary tells of

// Names a heartbeat to whoever had it.
std::uint32_t mark_of(const message::Heartbeat& beat) { return static_cast<std::uint32_t>(beat.sent_ms); }

std::string made_at(const ReplicaId& replica) {
  std::string text;
  append_time(text, wall_time(static_cast<std::int64_t>(replica.incarnation.made_ms)));
  return text;
}

bool is_older_incarnation(const StepContext& step, const ReplicaId& replica) {
  const Replicas& replicas = step.state().replicas();
  const auto newest = replicas.of_region(replica.region);
  return newest && replica.incarnation < replicas.id(*newest).incarnation;
}

// Why the handshake is refused; nothing: it is not.
std::optional<std::string> refuse(const StepContext& step, const Hello& hello) {
  if (hello.protocol != protocol_version)
    return "it speaks protocol " + std::to_string(hello.protocol) + ", and this daemon " +
           std::to_string(protocol_version);
  if (hello.cluster != step.config.cluster)
    return "it belongs to cluster " + hello.cluster + ", and this daemon to " + step.config.cluster;
  if (hello.replica.region == step.config.own.region)
    return "it is region " + hello.replica.region + ", as this daemon is: two daemons have one region's name";
  if (step.memory.regions.find(hello.replica.region) == nullptr)
    return "region " + hello.replica.region + " is not among this daemon's peers";
  const Replicas& replicas = step.state().replicas();
  if (is_older_incarnation(step, hello.replica))
    return "it is an older incarnation of region " + hello.replica.region + ", which is frozen: made " +
           made_at(hello.replica) + ", the newest " +
           made_at(replicas.id(*replicas.of_region(hello.replica.region)));
  if (!replicas.find(hello.replica) && replicas.size() >= limits::replicas_max)
    return "it is one more replica than the " + std::to_string(limits::replicas_max) + " that may ever be";
  return std::nullopt;
}

// Two connections between one pair are no proof of anything: the same boot is one process. Of two that were
// dialled from both sides, both sides keep the one that the smaller name dialled; otherwise the later one
// counts.
bool keeps_old(const StepContext& step, const Session& old, const input::LinkUp& up) {
  if (old.boot_nonce != up.hello.boots.back().nonce || old.dialled_by == up.dialled_by) return false;
  const bool we_are_smaller = step.config.own.region < up.hello.replica.region;
  return (old.dialled_by == input::DialledBy::us) == we_are_smaller;
}

// Evidence that somebody sells under our own name counts also where no session comes of it.
void meet(StepContext& step, const Hello& hello) {
  Draft draft = step.draft();
  const ReplicaIx replica = draft.replica(hello.replica);
  const bool is_new = replica == step.state().replicas().next_ix();
  const auto fresh =
      boots_after(is_new ? std::span<const Boot>{} : step.state().replicas().boots(replica), hello.boots);
  if (is_new || !fresh.empty())
    step.commit(draft.finish(record::PeerMet{replica, {fresh.begin(), fresh.end()}, hello.version}));
}

// A handshake of a boot that a later one has followed may be late, and so may others that came with it: over
// two connections, or after a pause. One that comes long after it is of a process that still lives.
bool speaks_again(Region& region, std::uint64_t boot, NodeTime now) {
  if (region.late_boot == boot) return region.late_boot_heard + late_together < now;
  region.late_boot = boot;
  region.late_boot_heard = now;
  return false;
}

// Frozen as it is, it lives: what it holds may still be sold, by it.
void older_lives(StepContext& step, Region& region) {
  if (!step.memory.regions.has_two_lives(region, step.now.node)) region.older_since = step.now.wall;
  region.older_heard = step.now.node;
}

void note_older_incarnation(StepContext& step, const Hello& hello) {
  if (hello.cluster != step.config.cluster || !is_older_incarnation(step, hello.replica)) return;
  if (Region* const region = step.memory.regions.find(hello.replica.region)) older_lives(step, *region);
}

// Whether nothing that is known speaks against it. What was proven before counts for good.
bool trust(StepContext& step, LinkId link, const Hello& hello) {
  const Replicas& replicas = step.state().replicas();
  const auto known = replicas.find(hello.replica);
  if (!known) return true;
  Region& region = *step.memory.regions.find(hello.replica.region);
  const auto last_said = region.stated.find(hello.replica);
  const Version in_boot =
      std::max(replicas.met_at(*known), last_said == region.stated.end() ? Version{} : last_said->second);
  auto found = contradicts({replicas.boots(*known), in_boot, replicas.version(*known)}, hello);
  if (!found && replicas.distrusted(*known).empty()) return true;
  const std::vector<Boot>& boots = replicas.boots(*known);
  const bool is_earlier_boot = !boots.empty() && hello.boots.back().number < boots.back().number;
  if (found && is_earlier_boot)
    found->is_proof |= speaks_again(region, hello.boots.back().nonce, step.now.node);
  const std::string reason = found ? found->reason : replicas.distrusted(*known);
  show_evidence(step, link, *known, std::nullopt, reason);
  if (found && found->is_proof) accuse(step, *known, std::nullopt, reason);
  return !is_earlier_boot && replicas.distrusted(*known).empty();
}

// Whom the peer has heard, no longer ago than that, as it said in its last heartbeat in full.
void note_heard(StepContext& step, const Session& session, const Region& by_way_of, Millis ago) {
  for (const message::Heartbeat::Heard& heard : session.heard.heard) {
    Region* other = step.memory.regions.find(heard.region);
    if (other == nullptr || heard.ms_ago > static_cast<std::uint64_t>(ago.count())) continue;
    // The way here counts as well, or word of a region would grow no older while it goes to and fro.
    const NodeTime at = step.now.node - Millis(static_cast<std::int64_t>(heard.ms_ago)) -
                        by_way_of.rtt.value_or(Millis(0)) / 2;
    if (other->heard_of && *other->heard_of >= at) continue;
    other->heard_of = at;
    other->by_way_of = by_way_of.link;
  }
}

// Whether the peer lost a link that by its last vector it has: the vector that said so is lost.
bool lost_a_link(const StepContext& step, const Session& session, const message::Heartbeat& beat) {
  return std::ranges::any_of(step.memory.regions.all(), [&](const Region& region) {
    const auto replica = step.state().replicas().of_region(region.name);
    if (!replica || *replica == session.peer || !hears(session, *replica)) return false;
    const auto linked = beat.heard.begin() + std::min<std::ptrdiff_t>(beat.apart, std::ssize(beat.heard));
    return std::find_if(linked, beat.heard.end(),
                        [&](const auto& heard) { return heard.region == region.name; }) == beat.heard.end();
  });
}

void receive_heartbeat(StepContext& step, Session& session, Region& region, const message::Heartbeat& beat) {
  const NodeTime now = step.now.node;
  if (beat.repeats != 0) {
    if (beat.repeats == mark_of(session.heard)) note_heard(step, session, region, still_heard);
    return;
  }
  session.heard = beat;
  session.heard_at = now;
  if (beat.needs_vector) session.vector_due = true;
  session.vector_is_old = lost_a_link(step, session, beat);
  const auto sent = static_cast<std::uint64_t>(ms_of(now));
  if (beat.echo_ms != 0 && beat.echo_ms + beat.held_ms <= sent)
    region.rtt = Millis(static_cast<std::int64_t>(sent - beat.echo_ms - beat.held_ms));
  note_heard(step, session, region, heard_lately);
}

bool hears(const State& state, const Session& session, const ReplicaId& replica) {
  const auto ix = state.replicas().find(replica);
  return ix && hears(session, *ix);
}

void receive_summary(StepContext& step, LinkId from, const message::Summary& summary) {
  Region* region = step.memory.regions.find(summary.replica.region);
  if (region == nullptr) return;
  const auto age = [](const message::Summary& of) { return std::pair(of.replica.incarnation, of.number); };
  if (region->summary && age(*region->summary) >= age(summary)) return;
  region->summary = summary;
  for (const auto& [link, session] : step.memory.sessions)
    if (link != from && !hears(step.state(), session, summary.replica)) step.send(link, summary);
}

// How long ago a region was heard, at most: what was said of it before, as long as that is so and not much
// more than it has to be. So on an idle link the same is said again and again.
std::uint64_t said_ms_ago(const StepContext& step, const Session& session, const std::string& region,
                          Millis ago) {
  const auto& before = session.said.beat.heard;
  const auto said = std::ranges::find(before, region, &message::Heartbeat::Heard::region);
  if (said != before.end()) {
    const Millis most(static_cast<std::int64_t>(said->ms_ago));
    if (ago <= most && most <= ago + step.config.heartbeat) return said->ms_ago;
  }
  const Millis grain = std::max(step.config.heartbeat / 4, Millis(1));
  return static_cast<std::uint64_t>(((ago / grain + 1) * grain).count());
}

message::Heartbeat full_heartbeat(const StepContext& step, LinkId link, const Session& session) {
  const NodeTime now = step.now.node;
  message::Heartbeat beat;
  beat.sent_ms = static_cast<std::uint64_t>(ms_of(now));
  beat.needs_vector = !session.vector_heard || session.vector_is_old;
  beat.echo_ms = session.heard.sent_ms;
  if (beat.echo_ms != 0) beat.held_ms = static_cast<std::uint64_t>((now - session.heard_at).count());
  for (const Region& region : step.memory.regions.all())
    if (const auto heard = region.last_heard(); region.link != link && heard && *heard + heard_lately > now)
      beat.heard.push_back({region.name, said_ms_ago(step, session, region.name, now - *heard)});
  const auto is_apart = [&](const auto& heard) { return !step.memory.regions.find(heard.region)->link; };
  const auto linked = std::ranges::stable_partition(beat.heard, is_apart);
  beat.apart = static_cast<std::uint16_t>(linked.begin() - beat.heard.begin());
  return beat;
}

bool is_as_before(const message::Heartbeat::Heard& before, const message::Heartbeat::Heard& now) {
  const auto silent = static_cast<std::uint64_t>(still_heard.count());
  return before.region == now.region &&
         (before.ms_ago == now.ms_ago || (before.ms_ago > silent && now.ms_ago > silent));
}

// Nothing but heartbeats went over the link since, and both sides have had an echo.
bool repeats_the_last(const Session& session, const message::Heartbeat& beat) {
  const auto& [last, rows_sent, rows_taken] = session.said;
  return last.echo_ms != 0 && session.heard.echo_ms != 0 && rows_sent == session.rows_sent &&
         rows_taken == session.rows_taken && std::ranges::equal(last.heard, beat.heard, is_as_before) &&
         last.apart == beat.apart && last.needs_vector == beat.needs_vector &&
         beat.sent_ms < last.sent_ms + static_cast<std::uint64_t>(in_full_interval.count()) &&
         mark_of(last) != 0;
}

void send_heartbeat(StepContext& step, LinkId link, Session& session) {
  const NodeTime now = step.now.node;
  if (session.last_heartbeat + step.config.heartbeat > now && session.last_heartbeat != NodeTime{}) return;
  session.last_heartbeat = now;
  message::Heartbeat beat = full_heartbeat(step, link, session);
  if (repeats_the_last(session, beat)) {
    message::Heartbeat repeated;
    repeated.repeats = mark_of(session.said.beat);
    return step.send(link, std::move(repeated));
  }
  session.said = {beat, session.rows_sent, session.rows_taken};
  step.send(link, std::move(beat));
}

bool awaits_acknowledgement(const Session& session) { return session.rows_acknowledged < session.rows_sent; }

void give_up_waiting(StepContext& step, Session& session) {
  if (!awaits_acknowledgement(session) || session.resend.due() > step.now.node) return;
  session.resend.gave_up();
  send_again(session);
}

void receive_acknowledgement(StepContext& step, Session& session, const message::VersionVector& vector) {
  const std::uint64_t before = session.rows_acknowledged;
  receive_vector(step, session, vector);
  if (session.rows_acknowledged > before)
    session.resend.acknowledged(session.rows_acknowledged, step.now.node);
}

void send_rows(StepContext& step, LinkId link, Session& session) {
  for (int sent = 0; sent < rows_at_once; ++sent) {
    auto rows = next_gossip(step.state(), session, rows_bytes_max);
    if (!rows) return;
    session.last_rows = step.now.node;
    session.resend.sent(rows->number, step.now.node);
    session.last_rows_full = has_gossip(step.state(), session);
    session.vector_due = true;
    step.send(link, *std::move(rows));
    if (!session.last_rows_full) return;
  }
}

NodeTime vector_at(const Session& session) {
  const bool many = session.rows_taken - session.rows_told >= rows_untold;
  return many ? session.last_vector : session.last_vector + vector_interval;
}

void send_vector(StepContext& step, LinkId link, Session& session) {
  session.vector_due = false;
  session.last_vector = step.now.node;
  session.rows_told = session.rows_taken;
  step.send(link, own_vector(step.state(), step.memory, session));
}

message::Summary own_summary(const StepContext& step) {
  const Stock& stock = step.stock();
  message::Summary summary;
  summary.replica = step.config.own;
  summary.version = step.state().replicas().version(self);
  summary.skus = stock.size();
  summary.rights = told_sum(stock.rights_total(self));
  summary.reserved = told_sum(stock.reserved_total(self));
  summary.sold_per_1000_s = step.memory.sold.rate(step.now.node).per_1000_s();
  summary.refused_per_1000_s = refusal_rates(step);
  summary.reserve_us_p50 = step.memory.measured.reserve_us_p50;
  summary.reserve_us_p99 = step.memory.measured.reserve_us_p99;
  for (answer::Alarm& alarm : alarms(step))
    if (summary.alarms.size() < alarms_max) summary.alarms.push_back(std::move(alarm.code));
  return summary;
}

void renew_summary(StepContext& step) {
  if (step.memory.sessions.empty() || step.memory.summary_at + summary_interval > step.now.node) return;
  step.memory.summary_at = step.now.node;
  message::Summary summary = own_summary(step);
  if (step.memory.own_summary) summary.number = step.memory.own_summary->number;
  if (step.memory.own_summary == summary) return;
  summary.number = std::uint64_t{step.state().boots().back().number} << 32 | ++step.memory.summaries_sent;
  step.memory.own_summary = summary;
  for (const auto& [link, session] : step.memory.sessions) step.send(link, summary);
}

NodeTime rows_due(const Session& session) {
  return session.last_rows + (session.last_rows_full ? more_rows_interval : rows_interval);
}

bool rows_in_flight(const Session& session) {
  return session.rows_sent - session.rows_acknowledged >= rows_in_flight_max;
}

}  // namespace

// The peer may refuse our handshake, time and again: it is linked, and heard, once it says more than its own.
void link_up(StepContext& step, const input::LinkUp& up) {
  if (up.hello.boots.empty()) return step.close(up.link, "its handshake names no boot");
  if (up.hello.replica == step.config.own) {
    check_own_version(step, up.hello.version);
    check_accusation(step, {step.config.own, up.hello.boots, std::nullopt, {}, {}});
  }
  note_older_incarnation(step, up.hello);
  if (const auto reason = refuse(step, up.hello)) return step.close(up.link, *reason);
  if (!trust(step, up.link, up.hello)) return step.close(up.link, "it contradicts what is known of it");
  Region& region = *step.memory.regions.find(up.hello.replica.region);
  if (region.link) {
    const Session& old = step.memory.sessions.at(*region.link);
    if (keeps_old(step, old, up))
      return step.close(up.link, "another connection of the same two daemons is kept");
    if (step.state().replicas().id(old.peer) != up.hello.replica) older_lives(step, region);
    step.close(*region.link, "a later connection takes its place");
    link_down(step, *region.link);
  }
  region.link = up.link;
  meet(step, up.hello);
  Session& session = step.memory.sessions[up.link];
  session.peer = *step.state().replicas().find(up.hello.replica);
  session.boot_nonce = up.hello.boots.back().nonce;
  session.dialled_by = up.dialled_by;
  region.stated[up.hello.replica] = up.hello.version;
  send_vector(step, up.link, session);
  send_heartbeat(step, up.link, session);
  if (step.memory.own_summary) step.send(up.link, *step.memory.own_summary);
  for (const Region& other : step.memory.regions.all())
    if (other.summary && other.name != region.name) step.send(up.link, *other.summary);
}

void link_down(StepContext& step, LinkId link) {
  step.memory.sessions.erase(link);
  step.memory.regions.forget(link);
  // What is beyond their vectors matters now, of the one that is gone (beyond.h).
  for (auto& [other, session] : step.memory.sessions) session.vector_due = true;
}

void receive(StepContext& step, const input::Received& received) {
  const auto session = step.memory.sessions.find(received.link);
  if (session == step.memory.sessions.end()) return;  // it was closed here, and did not know yet
  Region& region = *step.memory.regions.on(received.link);
  region.heard = step.now.node;
  std::visit(Overloaded{
                 [&](const message::Heartbeat& beat) {
                   receive_heartbeat(step, session->second, region, beat);
                   relay_beyond(step, received.link, session->second);
                 },
                 [&](const message::VersionVector& vector) {
                   if (!session->second.vector_heard) step.notice("region " + region.name + " is linked");
                   receive_acknowledgement(step, session->second, vector);
                 },
                 [&](const message::Rows& rows) { receive_gossip(step, session->second, rows); },
                 [&](const message::Ask& ask) { receive_ask(step, received.link, ask); },
                 [&](const message::AskAnswer& answer) { receive_ask_answer(step, received.link, answer); },
                 [&](const message::Summary& summary) { receive_summary(step, received.link, summary); },
                 [&](const message::Accusation& accusation) { check_accusation(step, accusation); },
             },
             received.message);
}

void talk(StepContext& step) {
  for (auto& [link, session] : step.memory.sessions) {
    send_heartbeat(step, link, session);
    if (rows_due(session) <= step.now.node) {
      give_up_waiting(step, session);
      send_rows(step, link, session);
    }
    if (session.vector_due && vector_at(session) <= step.now.node) send_vector(step, link, session);
  }
  renew_summary(step);
}

void push(StepContext& step) {
  if (step.memory.push_now.empty() && step.memory.ask_answers.empty()) return;  // nearly always
  for (const LinkId link : std::exchange(step.memory.push_now, {}))
    if (const auto session = step.memory.sessions.find(link);
        session != step.memory.sessions.end() && !session->second.pushes.empty())
      send_rows(step, link, session->second);
  for (auto& [link, answer] : std::exchange(step.memory.ask_answers, {}))
    if (step.memory.sessions.contains(link)) step.send(link, std::move(answer));
}

std::optional<NodeTime> talk_due(const State& state, const Memory& memory, const CoreConfig& config) {
  std::optional<NodeTime> first;
  const auto consider = [&](NodeTime at) { first = first ? std::min(*first, at) : at; };
  for (const auto& [link, session] : memory.sessions) {
    consider(session.last_heartbeat + config.heartbeat);
    if (session.vector_due) consider(vector_at(session));
    if (!rows_in_flight(session) && has_gossip(state, session)) consider(rows_due(session));
    if (awaits_acknowledgement(session)) consider(session.resend.due());
  }
  if (!memory.sessions.empty()) consider(memory.summary_at + summary_interval);
  return first;
}

}  // namespace holdfast
