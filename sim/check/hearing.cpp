#include "sim/check/hearing.h"

#include <algorithm>

namespace holdfast::sim {

namespace {

constexpr Micros whole_ms_and_more{2'000};       // clocks count whole milliseconds
constexpr std::uint64_t still_lives_ms = 4'000;  // whoever a repeated heartbeat may speak of was heard since

bool is_as_said(const message::VersionVector::Entry& before, const message::VersionVector::Entry& now) {
  return before.version == now.version && before.replica == now.replica;
}

}  // namespace

Hearing::Hearing(Stage& stage, std::vector<std::string> regions)
    : stage_(stage),
      regions_(std::move(regions)),
      heard_(regions_.size(), std::vector<Heard>(regions_.size())),
      links_(regions_.size()) {}

void Hearing::heard(std::size_t at, const Input& input) {
  if (const auto* up = std::get_if<input::LinkUp>(&input)) {
    const auto peer = std::ranges::find(regions_, up->hello.replica.region);
    if (peer != regions_.end()) links_[at][up->link].peer = static_cast<std::size_t>(peer - regions_.begin());
  } else if (const auto* received = std::get_if<input::Received>(&input)) {
    if (const auto link = links_[at].find(received->link); link != links_[at].end())
      take(at, received->link, link->second, received->message);
  }
}

void Hearing::said(std::size_t at, LinkId link, const Message& message) {
  if (!std::holds_alternative<message::Heartbeat>(message)) return;  // others may have waited for the disk
  if (const auto found = links_[at].find(link); found != links_[at].end())
    found->second.spoken = stage_.queue.now();
}

void Hearing::take(std::size_t at, LinkId id, Link& link, const Message& message) {
  const SimTime now = stage_.queue.now();
  note_alive(at, link.peer, now);
  if (const auto* beat = std::get_if<message::Heartbeat>(&message)) {
    heard_[at][link.peer].beats.push_back({now, id});
    take(at, link, *beat);
  } else if (const auto* vector = std::get_if<message::VersionVector>(&message)) {
    std::vector<Statement>& all = heard_[at][link.peer].statements;
    if (all.empty() || all.back().link != id ||
        !std::ranges::equal(all.back().versions, vector->entries, is_as_said))
      all.push_back({now, id, vector->entries});
  }
}

void Hearing::take(std::size_t at, Link& link, const message::Heartbeat& beat) {
  const bool repeats = beat.repeats != 0;
  if (!repeats)
    link.in_full = beat;
  else if (beat.repeats != static_cast<std::uint32_t>(link.in_full.sent_ms))
    return;
  for (const message::Heartbeat::Heard& other : link.in_full.heard) {
    const auto region = std::ranges::find(regions_, other.region);
    if (region == regions_.end() || (repeats && other.ms_ago > still_lives_ms)) continue;
    const SimTime now = stage_.queue.now();
    const Micros ago = Millis(static_cast<std::int64_t>(other.ms_ago));
    if (ago < now.time_since_epoch())
      note_alive(at, static_cast<std::size_t>(region - regions_.begin()), now - ago);
  }
}

void Hearing::note_alive(std::size_t at, std::size_t of, SimTime when) {
  std::vector<Word>& words = heard_[at][of].words;
  if (words.empty() || words.back().of < when) words.push_back({stage_.queue.now(), when});
}

const Hearing::Beat* Hearing::last_beat(const Heard& heard, SimTime before) const {
  const auto later = std::ranges::lower_bound(heard.beats, before, {}, &Beat::at);
  return later == heard.beats.begin() ? nullptr : &*std::prev(later);
}

bool Hearing::surely_cut(std::size_t at, std::size_t of, const Span& span) const {
  const std::vector<Word>& words = this->of(at, of).words;
  const auto later = std::ranges::upper_bound(words, span.to, {}, &Word::at);
  return later == words.begin() || std::prev(later)->of + span.longest + whole_ms_and_more < span.from;
}

bool Hearing::surely_up(std::size_t at, std::size_t of, const Span& span) const {
  const Beat* beat = last_beat(this->of(at, of), span.from);
  return beat != nullptr && beat->at + span.longest > span.to + whole_ms_and_more &&
         links_[at].at(beat->link).spoken > span.to;
}

const Hearing::Versions* Hearing::stated(std::size_t at, std::size_t of, const Span& span) const {
  const std::vector<Statement>& all = this->of(at, of).statements;
  const auto later = std::ranges::lower_bound(all, span.from, {}, &Statement::at);
  if (later == all.begin() || (later != all.end() && later->at <= span.to)) return nullptr;
  const Statement& last = *std::prev(later);
  return last.link == last_beat(this->of(at, of), span.from)->link ? &last.versions : nullptr;
}

}  // namespace holdfast::sim
