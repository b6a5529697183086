#include "sim/check/sights.h"

namespace holdfast::sim {

namespace {

bool by(const std::optional<Position>& since, Position position) { return since && *since <= position; }

}  // namespace

Version Sights::Peer::known_to(Position position) const {
  const auto later =
      std::ranges::upper_bound(known.known_to, position, {}, &std::pair<Position, Version>::first);
  return later == known.known_to.begin() ? Version{} : std::prev(later)->second;
}

Version Sights::Peer::written_by(SimTime time) const {
  const auto later =
      std::ranges::upper_bound(*written, durable_by(*timeline, time), {}, &Books::Written::position);
  return later == written->begin() ? Version{} : std::prev(later)->version;
}

Sights::Sights(const AuditInput& input, std::size_t region) : input_(input), region_(region) {
  const std::vector<ReplicaId>& places = input.books[region].replicas();
  for (std::size_t other = 0; other < input.books.size(); ++other) {
    if (other == region) continue;
    Peer& peer = peers_.emplace_back();
    peer.number = other;
    peer.id = input.books[other].own();
    if (const auto found = std::ranges::find(places, peer.id); found != places.end())
      peer.place = static_cast<std::size_t>(found - places.begin());
    peer.known = input.books[region].acquaintance(peer.id);
    peer.written = &input.books[other].written();
    peer.timeline = input.timelines[other];
  }
}

void Sights::look(const Operation& operation) {
  may_be_up_ = must_be_up_ = 0;
  for (Peer& peer : peers_) {
    peer.stated = nullptr;
    may_be_up_ |= peer.bit();
    if (input_.hearing == nullptr) continue;
    const Hearing::Span span{operation.asked, operation.ended, input_.patience.cut_off_after};
    if (input_.patience.clocks_run && input_.hearing->surely_cut(region_, peer.number, span))
      may_be_up_ &= ~peer.bit();
    if (!input_.hearing->surely_up(region_, peer.number, span)) continue;
    must_be_up_ |= peer.bit();
    peer.stated = input_.hearing->stated(region_, peer.number, span);
  }
}

// Nobody has heard of a row that is not on its writer's disk; unless somebody lied, or an older copy took its
// place there.
Sights::Limits Sights::limits_at(Position position, SimTime latest) const {
  Limits limits;
  limits.may_be_up = may_be_up_;
  limits.must_be_up = must_be_up_;
  limits.may_be_open = input_.lies || !input_.forked.empty();
  for (const Peer& peer : peers_) {
    limits.all |= peer.bit();
    if (by(peer.known.distrusted, position)) limits.untrusted |= peer.bit();
    if (!by(peer.known.has_rows, position)) limits.may_be_unheard |= peer.bit();
  }
  for (const Peer& peer : peers_) {
    if ((limits.untrusted & peer.bit()) != 0) continue;
    limits.may_be_open = limits.may_be_open || peer.written_by(latest) > peer.known_to(position);
    limits.must_be_open = limits.must_be_open || was_told_of_more(peer, position, limits.untrusted);
  }
  return limits;
}

bool Sights::was_told_of_more(const Peer& speaker, Position position, std::uint32_t untrusted) const {
  if (speaker.stated == nullptr) return false;
  return std::ranges::any_of(peers_, [&](const Peer& writer) {
    const auto stated =
        std::ranges::find(*speaker.stated, writer.id, &message::VersionVector::Entry::replica);
    return (untrusted & writer.bit()) == 0 && stated != speaker.stated->end() &&
           stated->version > writer.known_to(position);
  });
}

Sights::Elsewhere Sights::elsewhere(const Supply& supply, const Sight& sight) const {
  Elsewhere elsewhere;
  for (const Peer& peer : peers_) {
    const bool trusted = (sight.untrusted & peer.bit()) == 0;
    const bool up = trusted && (sight.up & peer.bit()) != 0;
    elsewhere.unlimited |= !trusted || (!up && (sight.unheard & peer.bit()) != 0);
    if (peer.place == 0 || peer.place > supply.others.size()) continue;
    const auto& [rights, reserved] = supply.others[peer.place - 1];
    (up ? elsewhere.up : elsewhere.cut) += up ? rights - reserved : rights;
    if (up) elsewhere.reserved += reserved;
  }
  return elsewhere;
}

bool Sights::is_stranger(const std::string& region, Position position) const {
  return std::ranges::any_of(peers_, [&](const Peer& peer) {
    return peer.id.region == region &&
           (!by(peer.known.named, position) || by(peer.known.distrusted, position));
  });
}

bool Sights::may_lack_somebody(Position position) const {
  return std::ranges::any_of(peers_, [&](const Peer& peer) { return !by(peer.known.has_rows, position); });
}

}  // namespace holdfast::sim
