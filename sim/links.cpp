#include "sim/links.h"

#include <algorithm>

#include "base/assert.h"
#include "sim/words.h"
#include "wire/message_codec.h"

namespace holdfast::sim {

namespace {

constexpr Millis backoff_first{100};
constexpr Millis backoff_longest{5'000};
constexpr Millis handshake_max{5'000};

}  // namespace

Links::Links(Stage& stage, Network& network, Options options, Random random, Events events)
    : stage_(stage),
      network_(network),
      options_(std::move(options)),
      random_(random),
      events_(std::move(events)) {}

Links::~Links() = default;

void Links::start() {
  network_.attach(options_.region,
                  {
                      [this](LinkId id, input::DialledBy by, std::size_t peer) { connected(id, by, peer); },
                      [this](LinkId id, BytesView bytes) { received(id, bytes); },
                      [this](LinkId id) { ended(id); },
                      [this](std::size_t peer) {
                        dialling_[peer] = false;
                        dial_later(peer);
                      },
                  });
  for (const std::size_t peer : options_.dials) {
    backoff_[peer] = backoff_first;
    dialling_[peer] = true;
    network_.dial(options_.region, peer);
  }
}

void Links::die(Death death) {
  alive_.reset();
  network_.detach(options_.region, death);
}

void Links::connected(LinkId id, input::DialledBy dialled_by, std::size_t peer) {
  if (dialled_by == input::DialledBy::us) dialling_[peer] = false;
  Link& link = links_[id];
  link.dialled_by = dialled_by;
  link.peer = peer;
  link.heard = stage_.queue.now();
  Bytes hello;
  wire::append_framed(events_.hello(), hello);
  network_.send(options_.region, id, std::move(hello));
  watch(id);
}

void Links::send(LinkId id, const Message& message) {
  const auto found = links_.find(id);
  if (found == links_.end()) return;
  if (options_.said) options_.said(id, message);
  Bytes frame;
  wire::append_framed(message, frame);
  stage_.note(network_.paths().region(options_.region), frame.size(),
              [&] { return "to " + network_.paths().region(found->second.peer) + ": " + in_words(message); });
  network_.send(options_.region, id, std::move(frame));
}

// The core knows already; its shell hears of the end as of any other.
void Links::close(LinkId id, const std::string& reason) {
  if (!links_.contains(id)) return;
  say("closes a link: " + reason);
  network_.close(options_.region, id);
  later(Micros(0), [this, id] { ended(id); });
}

bool Links::linked(std::size_t peer) const {
  return std::ranges::any_of(links_,
                             [&](const auto& entry) { return entry.second.up && entry.second.peer == peer; });
}

void Links::forge(std::size_t peer, BytesView bytes) {
  const auto link = std::ranges::find_if(
      links_, [&](const auto& entry) { return entry.second.up && entry.second.peer == peer; });
  if (link != links_.end()) received(link->first, bytes);
}

void Links::received(LinkId id, BytesView bytes) {
  const auto found = links_.find(id);
  if (found == links_.end()) return;
  Link& link = found->second;
  link.heard = stage_.queue.now();
  link.reader.feed(bytes);
  while (true) {
    const auto frame = link.reader.next();
    if (!frame) return reject(id);
    if (!*frame || !take(id, **frame)) return;
  }
}

bool Links::take(LinkId id, const wire::Frame& frame) {
  if ((frame.kind == wire::FrameKind::hello) == links_.at(id).up) return reject(id), false;
  const bool taken =
      frame.kind == wire::FrameKind::hello ? take_hello(id, frame.payload) : take_message(id, frame);
  return taken && links_.contains(id);
}

bool Links::take_hello(LinkId id, BytesView payload) {
  const auto hello = wire::decode_hello(payload);
  if (!hello) return reject(id), false;
  Link& link = links_.at(id);
  link.up = true;
  stage_.note(network_.paths().region(options_.region), checksum(payload),
              [&] { return "linked with " + network_.paths().region(link.peer); });
  events_.up(id, link.dialled_by, *hello);
  return true;
}

bool Links::take_message(LinkId id, const wire::Frame& frame) {
  auto message = wire::decode_message(frame);
  if (!message) return reject(id), false;
  Link& link = links_.at(id);
  backoff_[link.peer] = backoff_first;
  stage_.reached.count(*message);
  stage_.note(network_.paths().region(options_.region), frame.number + checksum(frame.payload),
              [&] { return "from " + network_.paths().region(link.peer) + ": " + in_words(*message); });
  events_.message(id, *std::move(message));
  return true;
}

// Damage, or what no peer says: nothing of it has been used.
void Links::reject(LinkId id) {
  stage_.reached.count(Event::corruption_rejected);
  say("rejects what cannot be read");
  network_.close(options_.region, id);
  ended(id);
}

void Links::ended(LinkId id) {
  const auto found = links_.find(id);
  if (found == links_.end()) return;
  const Link link = std::move(found->second);
  links_.erase(found);
  stage_.reached.count(Event::link_broken);
  stage_.note(network_.paths().region(options_.region), id.value(),
              [&] { return "link with " + network_.paths().region(link.peer) + " is down"; });
  if (link.up) events_.down(id);
  dial_later(link.peer);
}

void Links::watch(LinkId id) {
  later(options_.silence_max / 4 + Millis(1), [this, id] {
    const auto found = links_.find(id);
    if (found == links_.end()) return;
    const Link& link = found->second;
    const Millis longest = link.up ? options_.silence_max : std::max(options_.silence_max, handshake_max);
    if (stage_.queue.now() - link.heard <= longest) return watch(id);
    stage_.reached.count(Event::link_silent);
    network_.close(options_.region, id);
    ended(id);
  });
}

void Links::dial_later(std::size_t peer) {
  if (std::ranges::find(options_.dials, peer) == options_.dials.end()) return;
  if (dialling_[peer] || linked(peer)) return;
  dialling_[peer] = true;
  Millis& ceiling = backoff_[peer];
  const Micros wait = between(random_, Micros(1'000), Micros(ceiling));
  ceiling = std::min(ceiling * 2, backoff_longest);
  later(wait, [this, peer] {
    if (!linked(peer)) return network_.dial(options_.region, peer);
    dialling_[peer] = false;
  });
}

void Links::say(const std::string& what) {
  stage_.note(network_.paths().region(options_.region), 1, [&] { return what; });
}

}  // namespace holdfast::sim
