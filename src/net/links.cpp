#include "net/links.h"

#include <algorithm>

#include "net/dialler.h"

namespace holdfast::net {

using boost::asio::ip::tcp;
using boost::system::error_code;

namespace {

auto is_up_to(const std::string& region) {
  return [&region](const auto& entry) {
    const Link& link = *entry.second.link;
    return link.up() && link.peer()->region == region;
  };
}

// Accepted, and no link yet or no more.
constexpr auto is_stranger = [](const auto& entry) {
  const Link& link = *entry.second.link;
  return !link.up() && link.dialled_by() == input::DialledBy::peer;
};

// Only who dialled has had our challenge.
bool is_recorded(const Link& link, std::uint64_t challenge, const Hello& hello) {
  const bool answers = hello.challenge != 0 && link.dialled_by() == input::DialledBy::peer;
  return answers && hello.answered != challenge;
}

}  // namespace

Links::Links(boost::asio::io_context& io, Options options, Events events)
    : io_(io),
      options_(options),
      random_(options.seed),
      events_(std::move(events)),
      acceptor_(std::make_shared<sockets::Acceptor>(
          io,
          sockets::Acceptor::Events{
              [this](tcp::socket socket) { accepted(std::move(socket)); },
              [this](const std::string& why) { log_stranger("peers", "cannot be accepted: " + why); },
          },
          accepted_at_once)) {}

Links::~Links() { stop(); }

Result<void, error_code> Links::listen(const std::string& host, std::uint16_t port) {
  return acceptor_->listen(host, port);
}

void Links::add_peer(const std::string& region, const std::optional<Endpoint>& address) {
  peers_.insert(region);
  if (!address) return;
  diallers_[region] = std::make_shared<Dialler>(
      io_, *address, options_.seed ^ std::hash<std::string>{}(region),
      Dialler::Events{
          [this, region] { return !linked(region); },
          [this, region](tcp::socket socket) { adopt(std::move(socket), input::DialledBy::us, region); },
          [this, region](const std::string& why) { log_peer(region, "cannot be reached: " + why); },
      });
}

void Links::silence_max(Millis time) {
  options_.silence_max = time;
  for (const auto& [id, entry] : links_) entry.link->silence_max(time);
}

void Links::start() {
  acceptor_->start();
  for (const auto& [region, dialler] : diallers_) dialler->dial();
}

void Links::stop() {
  if (std::exchange(stopped_, true)) return;
  acceptor_->stop();
  for (const auto& [region, dialler] : diallers_) dialler->stop();
  for (const auto& [id, entry] : links_) {
    ended_.traffic += entry.link->traffic();
    entry.link->abandon();
  }
  links_.clear();
}

// Of too many strangers the one that has been one for longest goes: a peer needs a moment only.
void Links::accepted(tcp::socket socket) {
  if (strangers() >= strangers_max) {
    const auto oldest = std::ranges::find_if(links_, is_stranger);
    oldest->second.link->end("too many connections have not said who they are");
  }
  adopt(std::move(socket), input::DialledBy::peer, {});
}

void Links::adopt(tcp::socket socket, input::DialledBy dialled_by, const std::string& dialled) {
  const LinkId id(next_id_++);
  const auto link = std::make_shared<Link>(
      std::move(socket), id, dialled_by, options_.silence_max,
      Link::Events{
          [this](Link& from, const Hello& hello) { on_hello(from, hello); },
          [this](Link& from, Message message) { events_.message(from.id(), std::move(message)); },
          [this](Link& ended, const std::string& why) { on_ended(ended, why); },
      });
  Entry& entry = links_.emplace(id, Entry{link, dialled}).first->second;
  if (dialled_by == input::DialledBy::peer) say_hello(entry, 0);
  link->start();
}

void Links::say_hello(Entry& entry, std::uint64_t answered) {
  do entry.challenge = random_();
  while (entry.challenge == 0);
  Hello own = events_.hello();
  own.challenge = entry.challenge;
  own.answered = answered;
  entry.link->say_hello(own);
}

// An address may lead to another region than the one it was configured for. It is what it says it is; but it
// does not take the place of a link to that region, or the two addresses would do so in turn for ever. That
// region would take this one's Hello for a link anew, so whoever dials says it last.
void Links::on_hello(Link& link, const Hello& hello) {
  Entry& entry = links_.at(link.id());
  if (is_recorded(link, entry.challenge, hello)) {
    ++ended_.refused;
    return close(link.id(), "its handshake was recorded from another connection");
  }
  const std::string& region = hello.replica.region;
  const bool linked_already = std::ranges::count_if(links_, is_up_to(region)) > 1;
  if (!entry.dialled.empty() && entry.dialled != region) {
    log_peer(entry.dialled, "its address leads to region " + region);
    if (linked_already) link.close("region " + region + " is linked, and was dialled as another");
  }
  if (link.up()) {
    if (link.dialled_by() == input::DialledBy::us) say_hello(entry, hello.challenge);
    entry.told = true;
    events_.up(link.id(), link.dialled_by(), hello);
  }
  if (!link.up()) {
    ++ended_.refused;
    return;
  }
  if (!met_.insert(region).second && !linked_already) ++ended_.reconnects;
  redial(entry.dialled);
}

void Links::on_ended(Link& link, const std::string& why) {
  const auto node = links_.extract(link.id());
  const Entry& entry = node.mapped();
  ended_.traffic += link.traffic();
  if (!link.peer()) ++ended_.refused;
  if (!why.empty()) log(entry, "link down: " + why);
  if (entry.told) events_.down(link.id());
  for (const std::string& region : {entry.dialled, link.peer() ? link.peer()->region : std::string()}) {
    const auto dialler = diallers_.find(region);
    const bool held = entry.told && link.age() >= Backoff::longest;
    if (dialler != diallers_.end() && held) dialler->second->forget_failures();
    redial(region);
  }
}

void Links::redial(const std::string& region) {
  const auto dialler = diallers_.find(region);
  if (dialler != diallers_.end() && !linked(region)) dialler->second->dial_later();
}

void Links::send(LinkId link, const Message& message) {
  if (const auto found = links_.find(link); found != links_.end()) found->second.link->send(message);
}

void Links::close(LinkId link, const std::string& reason) {
  const auto found = links_.find(link);
  if (found == links_.end() || found->second.link->closing()) return;
  log(found->second, "refused: " + reason);
  found->second.link->close(reason);
}

bool Links::linked(const std::string& region) const { return std::ranges::any_of(links_, is_up_to(region)); }

std::size_t Links::strangers() const {
  return static_cast<std::size_t>(std::ranges::count_if(links_, is_stranger));
}

Counters Links::counters() const {
  Counters counters = ended_;
  for (const auto& [id, entry] : links_) counters.traffic += entry.link->traffic();
  return counters;
}

// A configured region by its name; all else by its address, whose port says nothing to anyone.
void Links::log(const Entry& entry, const std::string& what) {
  const auto& peer = entry.link->peer();
  if (peer && peers_.contains(peer->region)) return log_peer(peer->region, what);
  if (peer) return log_stranger("region " + peer->region + " at " + entry.link->remote_address(), what);
  if (!entry.dialled.empty()) return log_peer(entry.dialled, what);
  log_stranger("a stranger at " + entry.link->remote_address(), what);
}

void Links::log_peer(const std::string& region, const std::string& what) {
  const auto line = of_peers_.remark("region " + region, what, std::chrono::steady_clock::now());
  if (line) events_.log(*line);
}

void Links::log_stranger(const std::string& whom, const std::string& what) {
  const auto line = of_strangers_.remark(whom, what, std::chrono::steady_clock::now());
  if (line) events_.log(*line);
}

}  // namespace holdfast::net
