#include "support/shop.h"

#include <algorithm>
#include <span>

#include "base/assert.h"
#include "base/overloaded.h"
#include "core/listing.h"
#include "support/reply.h"

namespace holdfast::test {

namespace {

std::string said(const answer::ReservationAnswer& answer) {
  if (answer.created) return "created";
  return std::string(answer.replayed ? "repeat " : "") + name(answer.reservation.state);
}

std::string marked(bool replayed, std::string what) { return (replayed ? "repeat " : "") + std::move(what); }

}  // namespace

const char* name(ReservationState state) {
  switch (state) {
    case ReservationState::pending: return "pending";
    case ReservationState::purchased: return "purchased";
    case ReservationState::released: return "released";
    case ReservationState::expired: return "expired";
  }
  return "?";
}

std::string said(const Answer& answer) {
  if (!answer) return holdfast::name(answer.error().code);
  return std::visit(Overloaded{
                        [](const answer::ReservationAnswer& a) { return said(a); },
                        [](const answer::Adjusted& a) { return marked(a.replayed, "adjusted"); },
                        [](const answer::Imported& a) { return marked(a.replayed, "imported"); },
                        [](const answer::RightsMoved& a) { return marked(a.replayed, "moved"); },
                        [](const auto&) { return std::string("read"); },
                    },
                    *answer);
}

Few<Line> lines(const Lines& lines) {
  Few<Line> made;
  for (const auto& [sku, quantity] : lines) made.push_back({sku, Units(quantity)});
  return made;
}

request::Reserve reserve(std::string id, const Lines& wanted) {
  request::Reserve request;
  request.id = std::move(id);
  request.lines = lines(wanted);
  return request;
}

CoreConfig config_of(std::string region, Peers peers) {
  CoreConfig config;
  config.cluster = "shop";
  config.own = {std::move(region), {1, 1}};
  config.hash_seed = 7;
  config.peers = std::move(peers);
  return config;
}

std::map<SliceId, SliceValue> all_slices(const State& state) {
  std::map<SliceId, SliceValue> slices;
  const auto take = [&](SliceKind kind, std::uint64_t below) {
    for (std::uint64_t number = 0; number <= below; ++number)
      if (auto value = state.slice({kind, number})) slices.emplace(SliceId{kind, number}, *std::move(value));
  };
  take(SliceKind::meta, 0);
  take(SliceKind::skus, state.stock().size() / skus_per_slice);
  take(SliceKind::reservations, state.next_seq().value() / reservations_per_slice);
  take(SliceKind::memories, state.memories().next_number() / memories_per_slice);
  return slices;
}

input::LinkUp PeerVoice::handshake(const std::string& cluster) const {
  input::LinkUp up;
  up.link = link_;
  up.hello = {protocol_version, cluster, id_, Version(version_), {Boot{1, 1, Version{}}}};
  return up;
}

input::Received PeerVoice::rows(const ReplicaId& to, const std::vector<PeerStock>& stock) {
  message::Rows rows;
  rows.number = ++rows_sent_;
  rows.replicas = {id_, to};
  message::Rows::Section section{0, record::VersionRange{Version(version_), Version(version_)}, {}};
  for (const PeerStock& said : stock) {
    Row row;
    row.received = Units(said.received);
    if (said.sent_here > 0) row.sent.push_back({ReplicaIx(1), Units(said.sent_here)});
    row.reserved = Units(said.reserved);
    row.version = Version(++version_);
    section.rows.push_back({said.sku, row});
  }
  section.range->to = Version(version_);
  rows.sections.push_back(std::move(section));
  return {link_, std::move(rows)};
}

Shop::Shop(Peers peers) : Shop(config_of("eu", std::move(peers))) {}

Shop::Shop(CoreConfig config) : config_(std::move(config)), replica_(std::make_unique<Replica>(config_)) {
  step(input::Started{++boots_, {}});
}

void Shop::step(const Input& input) {
  last_.clear();
  replica_->step(now_, input, last_);
  std::ranges::copy(last_.records, std::back_inserter(journal_));
  for (const Outbound& outbound : last_.outbound)
    if (const auto reply = reply_in(outbound))
      HF_ASSERT(answers_.emplace(reply->token, reply->answer).second);  // one answer for each request
}

RequestToken Shop::submit(Request request) {
  HF_ASSERT(validate(request).empty());
  if (const auto* list = std::get_if<request::ListReservations>(&request)) return submit(*list);
  const RequestToken token(++tokens_);
  std::vector<Past> past;
  for (const Position position : replica_->recall(request))
    past.push_back({position, journal_.at(position.value() - 1)});
  step(input::Asked{token, std::move(request), std::move(past)});
  return token;
}

RequestToken Shop::submit(const request::ListReservations& request) {
  Listing listing(request, state());
  while (const auto wanted = listing.wants(state()))
    listing.take(state(), *wanted, std::span(journal_).subspan(wanted->value() - 1, 1));
  const RequestToken token(++tokens_);
  step(input::Listed{token, std::make_shared<const Listing>(std::move(listing))});
  return token;
}

Answer Shop::ask(Request request) {
  const Answer* answer = answer_to(submit(std::move(request)));
  HF_ASSERT(answer != nullptr);
  return *answer;
}

const Answer* Shop::answer_to(RequestToken token) const {
  const auto found = answers_.find(token);
  return found == answers_.end() ? nullptr : &found->second;
}

std::string Shop::reserve(const std::string& id, const Lines& wanted) {
  return said(ask(test::reserve(id, wanted)));
}
std::string Shop::purchase(const std::string& id, const std::string& order, request::IfExpired if_expired) {
  return said(ask(request::Purchase{id, order, if_expired}));
}
std::string Shop::release(const std::string& id) { return said(ask(request::Release{id})); }
std::string Shop::extend(const std::string& id, std::int64_t seconds) {
  return said(ask(request::Extend{id, Millis(seconds * 1000)}));
}
std::string Shop::change(const std::string& id, const Lines& wanted) {
  return said(ask(request::Change{id, lines(wanted)}));
}
std::string Shop::give_back(const std::string& id, const std::string& key, const Lines& back) {
  return said(ask(request::Return{id, key, lines(back)}));
}
std::string Shop::adjust(const std::string& sku, std::int64_t delta, const std::string& key) {
  request::Adjust request;
  request.sku = sku;
  request.key = key.empty() ? "adjust-" + std::to_string(++keys_) : key;
  request.delta = Units(delta);
  request.reason = "test";
  return said(ask(request));
}
std::string Shop::count(const std::string& sku, std::int64_t counted, const std::string& key) {
  request::Count request;
  request.sku = sku;
  request.key = key.empty() ? "count-" + std::to_string(++keys_) : key;
  request.counted = Units(counted);
  request.reason = "test";
  return said(ask(request));
}
std::string Shop::state_of(const std::string& id) { return said(ask(request::GetReservation{id})); }

answer::SkuView Shop::sku(const std::string& name) {
  return std::get<answer::SkuView>(ask(request::GetSku{name}).value());
}
std::int64_t Shop::available(const std::string& name) const {
  const auto sku = state().stock().find(name);
  return sku ? state().stock().available(*sku).count() : 0;
}
std::int64_t Shop::rights(const std::string& name) const {
  const auto sku = state().stock().find(name);
  return sku ? state().stock().rights(*sku).count() : 0;
}

std::int64_t Shop::demand(const std::string& name) {
  request::GetRights request;
  request.sku = name;
  const auto rights = std::get<answer::Rights>(ask(request).value());
  return rights.skus.at(0).regions.at(0).sold_per_1000_s;
}
std::vector<Message> Shop::sent() const {
  std::vector<Message> messages;
  for (const Outbound& outbound : last_.outbound)
    if (const auto* send = std::get_if<output::Send>(&outbound)) messages.push_back(*send->message);
  return messages;
}

void Shop::pass(Millis time) {
  const NodeTime end = now_.node + time;
  while (now_.node < end) {
    const NodeTime due = std::clamp(replica_->next_deadline().value_or(end), now_.node, end);
    sleep(due - now_.node);
    for (int sweeps = 0; replica_->next_deadline() && *replica_->next_deadline() <= now_.node; ++sweeps) {
      HF_ASSERT(sweeps < 1'000);  // a tick must do what was due
      step(input::Tick{});
    }
  }
}

void Shop::link(const std::string& region) {
  const auto [peer, is_new] = peers_.try_emplace(region, region, LinkId(peers_.size() + 1));
  step(peer->second.handshake(config_.cluster));
}

void Shop::hear(const std::string& region, const std::vector<PeerStock>& stock) {
  step(peers_.at(region).rows(config_.own, stock));
}

void Shop::restart() {
  replica_ = std::make_unique<Replica>(config_);
  replica_->state().replay(Position(1), journal_);
  replica_->state().recovered(Position(journal_.size()));
  peers_.clear();
  step(input::Started{++boots_, {}});
}

}  // namespace holdfast::test
